//! Generated organisations: policies, members, releases in any state, shelves, and what cannot be read of them.
//!
//! A seed says only what is unusual, so that a failing case shrinks to a few words.

use goldcast_domain::policy::{Brake, Brakes, CommitWhen, Descendants, DriftRule, FamilyAtBuild, Period, Then, Way};
use goldcast_domain::{ImageStatus, Policy, PolicyFile};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::sync::LazyLock;

use crate::support::World;

/// The home region and four others: one without Resource Sharing and without sharing of encrypted images.
pub(crate) const REGIONS: [&str; 5] = [
    "cn-shanghai",
    "ap-southeast-1",
    "cn-beijing",
    "ap-south-1",
    "cn-hongkong",
];
/// The folders, outermost first: `fd-eu` lies in `fd-prod`, and `fd-none` does not exist.
pub(crate) const FOLDERS: [&str; 4] = ["fd-prod", "fd-eu", "fd-dev", "fd-none"];

/// An organisation.
#[derive(Debug, Clone)]
pub(crate) struct Seed {
    pub(crate) policies: Vec<Vec<Rule>>,
    pub(crate) members: Vec<Place>,
    pub(crate) releases: Vec<ReleaseSeed>,
    /// Image by position, account by number.
    pub(crate) granted: Vec<(u8, u8)>,
    pub(crate) shelves: Vec<ShelfSeed>,
    /// Images that are nobody's business.
    pub(crate) strangers: Vec<Stranger>,
    pub(crate) limits: Vec<Limit>,
    pub(crate) dark: Vec<Dark>,
}

/// Where an account stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Prod,
    Eu,
    Dev,
    Root,
    Closing,
    Nowhere,
}

/// What a policy says beyond the usual: one named account and one region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    Folder(usize),
    Directory,
    Named(u8),
    Except(u8),
    ByGrant,
    Region(usize),
    Encrypted,
    PerRegion,
    Quorum(usize),
    GiveUpAfter(u32),
    Hold,
    Keep(usize),
    MaxAgeDays(u32),
    UndoDays(u16),
    DeleteSnapshots,
    DeleteSources,
    Then(Then),
    RecallDescendants,
    ReportDrift,
    Paused,
    Gate,
    Copied,
}

/// A release of a policy, created so many minutes before now.
#[derive(Debug, Clone)]
pub(crate) struct ReleaseSeed {
    pub(crate) policy: usize,
    pub(crate) minutes: i64,
    pub(crate) source: Vec<Quirk>,
    pub(crate) copies: Vec<(usize, Vec<Quirk>)>,
}

/// What is unusual about an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quirk {
    /// Everyone in the audience has it by grant.
    Granted,
    Family(Family),
    Status(ImageStatus),
    Unusable,
    Gone,
    Recall,
    Leaving(&'static str, i64),
    Paused,
    Parent(u8),
    Public,
    OtherOwner,
    Unselected,
    AlsoSelected(usize),
    Ungated,
    Crowded,
    Large,
    InUse,
    ServiceKey,
    PolicyKey,
    TwoDisks,
    BuilderCopied,
    Later(i64),
    Attempt(u8),
    Untagged,
    Misnamed,
    OtherLayout,
    NotCopied,
    PolicyGone,
}

/// A family that an image can be in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    Ours,
    Parked,
    Foreign,
}

/// An image of the account that goldcast has nothing to do with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stranger {
    pub(crate) region: usize,
    pub(crate) minutes: i64,
    pub(crate) in_family: bool,
    pub(crate) granted: bool,
}

/// A resource share.
#[derive(Debug, Clone)]
pub(crate) struct ShelfSeed {
    pub(crate) region: usize,
    /// The shelf of this policy, or one that nobody wants.
    pub(crate) of: Option<usize>,
    pub(crate) ours: bool,
    /// Targets besides those that it should have.
    pub(crate) targets: Vec<usize>,
    /// Images by position among those of the region.
    pub(crate) images: Vec<(u8, Joined)>,
}

/// How far an image on a shelf is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Joined {
    Joined,
    Joining,
    Leaving,
    Refused,
    Failed,
}

/// A quota that is smaller than usual.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Limit {
    Accounts(usize),
    Shares(usize),
    Resources(usize),
    Targets(usize),
    TrustChars(usize),
}

/// What cannot be read.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Dark {
    Region(usize),
    Directory,
    Grants(u8),
    Shares(usize),
    Snapshots(usize),
    Keys,
    Trust,
}

/// Two thousand organisations per law, or more where `PROPTEST_CASES` asks for it.
pub(crate) fn cases() -> ProptestConfig {
    let asked = ProptestConfig::default();
    ProptestConfig {
        cases: asked.cases.max(2_000),
        // The same organisations in every ordinary run, so that a change is judged and not the dice; the nightly run asks for
        // more and rolls them.
        rng_seed: if asked.cases > 2_000 {
            asked.rng_seed
        } else {
            RngSeed::Fixed(7)
        },
        failure_persistence: None,
        max_shrink_iters: 4_000,
        ..asked
    }
}

/// Any organisation.
pub(crate) fn seeds() -> impl Strategy<Value = Seed> {
    with_dark(prop::collection::vec(dark(), 0..3).boxed())
}

/// Any organisation that can be read whole.
pub(crate) fn readable() -> impl Strategy<Value = Seed> {
    with_dark(Just(Vec::new()).boxed())
}

fn with_dark(dark: BoxedStrategy<Vec<Dark>>) -> impl Strategy<Value = Seed> {
    let some = |few, many| prop_oneof![12 => prop::collection::vec(place(), 0..few), 1 => prop::collection::vec(place(), few..many)];
    let releases = prop_oneof![
        12 => prop::collection::vec(release(), 0..5),
        1 => prop::collection::vec(release(), 5..20),
    ];
    let granted = prop::collection::vec((0..24_u8, 0..40_u8), 0..8);
    let limits = prop_oneof![4 => Just(Vec::new()), 1 => prop::collection::vec(limit(), 1..3)];
    let dark = prop_oneof![2 => Just(Vec::new()), 1 => dark];
    (
        prop::collection::vec(prop::collection::vec(rule(), 0..8), 1..4),
        some(10, 200),
        releases,
        granted,
        prop::collection::vec(shelf(), 0..3),
        prop::collection::vec(stranger(), 0..3),
        limits,
        dark,
    )
        .prop_map(
            |(policies, members, releases, granted, shelves, strangers, limits, dark)| Seed {
                policies,
                members,
                releases,
                granted,
                shelves,
                strangers,
                limits,
                dark,
            },
        )
}

fn place() -> impl Strategy<Value = Place> {
    use Place::{Closing, Dev, Eu, Nowhere, Prod, Root};
    prop::sample::select(vec![Prod, Eu, Prod, Dev, Eu, Root, Prod, Closing, Nowhere])
}

fn rule() -> impl Strategy<Value = Rule> {
    let then = prop::sample::select(vec![Then::Park, Then::Unshare, Then::Deprecate, Then::Delete]);
    prop_oneof![
        4 => (0..FOLDERS.len()).prop_map(Rule::Folder),
        1 => Just(Rule::Directory),
        2 => (0..12_u8).prop_map(Rule::Named),
        2 => (0..12_u8).prop_map(Rule::Except),
        1 => Just(Rule::ByGrant),
        4 => (1..REGIONS.len()).prop_map(Rule::Region),
        1 => Just(Rule::Encrypted),
        1 => Just(Rule::PerRegion),
        1 => (1..3_usize).prop_map(Rule::Quorum),
        1 => (1..500_u32).prop_map(Rule::GiveUpAfter),
        1 => Just(Rule::Hold),
        3 => (1..4_usize).prop_map(Rule::Keep),
        1 => (1..20_u32).prop_map(Rule::MaxAgeDays),
        2 => (0..4_u16).prop_map(Rule::UndoDays),
        2 => Just(Rule::DeleteSnapshots),
        2 => Just(Rule::DeleteSources),
        2 => then.prop_map(Rule::Then),
        1 => Just(Rule::RecallDescendants),
        1 => Just(Rule::ReportDrift),
        1 => Just(Rule::Paused),
        1 => Just(Rule::Gate),
        1 => Just(Rule::Copied),
    ]
}

fn release() -> impl Strategy<Value = ReleaseSeed> {
    let copies = prop::collection::vec((0..REGIONS.len(), prop::collection::vec(copy_quirk(), 0..4)), 0..5);
    let source = prop::collection::vec(source_quirk(), 0..4);
    let minutes = prop_oneof![12 => 1..30_000_i64, 1 => -500..0_i64];
    (0..3_usize, minutes, source, copies).prop_map(|(policy, minutes, source, copies)| ReleaseSeed {
        policy,
        minutes,
        source,
        copies,
    })
}

fn family() -> impl Strategy<Value = Quirk> {
    let families = vec![Family::Ours, Family::Ours, Family::Parked, Family::Foreign];
    prop::sample::select(families).prop_map(Quirk::Family)
}

fn status() -> impl Strategy<Value = Quirk> {
    use ImageStatus::{Available, CreateFailed, Creating, Deprecated, Other, UnAvailable, Waiting};
    let all = vec![
        Available,
        Creating,
        Waiting,
        CreateFailed,
        UnAvailable,
        Deprecated,
        Other,
    ];
    prop::sample::select(all).prop_map(Quirk::Status)
}

fn leaving() -> impl Strategy<Value = Quirk> {
    let stages = vec!["retiring", "recalled", "gone", "nonsense"];
    (prop::sample::select(stages), -10..200_i64).prop_map(|(stage, hours)| Quirk::Leaving(stage, hours))
}

fn source_quirk() -> impl Strategy<Value = Quirk> {
    prop_oneof![
        8 => Just(Quirk::Granted),
        8 => family(),
        2 => status(),
        1 => Just(Quirk::Unusable),
        1 => Just(Quirk::Gone),
        3 => Just(Quirk::Recall),
        2 => leaving(),
        1 => Just(Quirk::Paused),
        1 => (0..6_u8).prop_map(Quirk::Parent),
        1 => Just(Quirk::Public),
        1 => Just(Quirk::OtherOwner),
        1 => Just(Quirk::Unselected),
        1 => (0..3_usize).prop_map(Quirk::AlsoSelected),
        1 => Just(Quirk::Ungated),
        1 => Just(Quirk::Crowded),
        1 => Just(Quirk::Large),
        1 => Just(Quirk::InUse),
        1 => Just(Quirk::ServiceKey),
        1 => Just(Quirk::PolicyKey),
        1 => Just(Quirk::TwoDisks),
        1 => Just(Quirk::BuilderCopied),
    ]
}

fn copy_quirk() -> impl Strategy<Value = Quirk> {
    prop_oneof![
        8 => Just(Quirk::Granted),
        8 => family(),
        5 => status(),
        1 => Just(Quirk::Unusable),
        1 => Just(Quirk::Recall),
        1 => leaving(),
        1 => Just(Quirk::InUse),
        2 => (1..3_000_i64).prop_map(Quirk::Later),
        2 => (1..5_u8).prop_map(Quirk::Attempt),
        1 => Just(Quirk::Untagged),
        1 => Just(Quirk::Misnamed),
        1 => Just(Quirk::OtherLayout),
        1 => Just(Quirk::NotCopied),
        1 => Just(Quirk::PolicyGone),
    ]
}

fn shelf() -> impl Strategy<Value = ShelfSeed> {
    use Joined::{Failed, Joining, Leaving, Refused};
    let joined = prop::sample::select(vec![Joined::Joined, Joined::Joined, Joining, Leaving, Refused, Failed]);
    let images = prop::collection::vec((0..8_u8, joined), 0..4);
    let targets = prop::collection::vec(0..FOLDERS.len(), 0..2);
    let of = prop::option::weighted(0.8, 0..3_usize);
    (0..REGIONS.len(), of, prop::bool::weighted(0.9), targets, images).prop_map(
        |(region, of, ours, targets, images)| ShelfSeed {
            region,
            of,
            ours,
            targets,
            images,
        },
    )
}

fn stranger() -> impl Strategy<Value = Stranger> {
    (
        0..REGIONS.len(),
        1..30_000_i64,
        prop::bool::weighted(0.3),
        any::<bool>(),
    )
        .prop_map(|(region, minutes, in_family, granted)| Stranger {
            region,
            minutes,
            in_family,
            granted,
        })
}

fn limit() -> impl Strategy<Value = Limit> {
    prop_oneof![
        (1..12_usize).prop_map(Limit::Accounts),
        (1..3_usize).prop_map(Limit::Shares),
        (1..4_usize).prop_map(Limit::Resources),
        (1..3_usize).prop_map(Limit::Targets),
        (100..800_usize).prop_map(Limit::TrustChars),
    ]
}

fn dark() -> impl Strategy<Value = Dark> {
    prop_oneof![
        (0..REGIONS.len()).prop_map(Dark::Region),
        Just(Dark::Directory),
        (0..24_u8).prop_map(Dark::Grants),
        (0..REGIONS.len()).prop_map(Dark::Shares),
        (0..REGIONS.len()).prop_map(Dark::Snapshots),
        Just(Dark::Keys),
        Just(Dark::Trust),
    ]
}

/// The account of this number.
pub(crate) fn number(number: usize) -> String {
    format!("2100000000000{number:03}")
}

/// The policy file of these rules; brakes let everything through.
pub(crate) fn policy_file(seed: &Seed) -> PolicyFile {
    static PLAIN: LazyLock<PolicyFile> = LazyLock::new(|| {
        let policy = |n: usize| {
            format!(
                r#"{{"name": "p{n}", "family": "family-{n}", "select": {{"tags": {{"golden-{n}": "yes"}}}},
                    "regions": ["{}"], "share": {{"accounts": ["{}"]}}}}"#,
                REGIONS[1],
                number(0)
            )
        };
        let text = format!(
            r#"{{"owner": {{"account": "1234567890123456", "home-region": "{}",
                 "directory": {{"role": "acs:ram::1000000000000001:role/reader"}}}},
                 "policy": [{}, {}, {}]}}"#,
            REGIONS[0],
            policy(0),
            policy(1),
            policy(2)
        );
        PolicyFile::from_json(&text).unwrap()
    });
    let mut file = PLAIN.clone();
    let everything = Brake::Count(usize::MAX);
    file.brakes = Brakes {
        accounts: everything,
        releases: everything,
    };
    for limit in &seed.limits {
        match limit {
            Limit::Accounts(limit) => file.limits.accounts_per_image = *limit,
            Limit::Shares(limit) => file.limits.shares = *limit,
            Limit::Resources(limit) => file.limits.shared_resources = *limit,
            Limit::Targets(limit) => file.limits.targets_per_share = *limit,
            Limit::TrustChars(limit) => file.encryption.trust_document_chars = *limit,
        }
    }
    let mut position = 0..;
    file.policies.retain(|_, _| position.next() < Some(seed.policies.len()));
    for (policy, rules) in file.policies.values_mut().zip(&seed.policies) {
        for rule in rules {
            apply(policy, *rule);
        }
        make_valid(policy);
    }
    file
}

fn apply(policy: &mut Policy, rule: Rule) {
    let region = |position: usize| REGIONS[position].parse().unwrap();
    let account = |id: u8| number(usize::from(id)).parse().unwrap();
    match rule {
        Rule::Folder(folder) => drop(policy.share.folders.insert(FOLDERS[folder].parse().unwrap())),
        Rule::Directory => policy.share.directory = true,
        Rule::Named(id) => drop(policy.share.accounts.insert(account(id))),
        Rule::Except(id) => drop(policy.share.except.insert(account(id))),
        Rule::ByGrant => policy.share.by = Way::Grant,
        Rule::Region(position) => drop(policy.regions.insert(region(position))),
        Rule::Encrypted => {
            let key = "key-policy01";
            policy.encrypt.insert(region(0), key.parse().unwrap());
        }
        Rule::PerRegion => policy.commit.when = CommitWhen::PerRegion,
        Rule::Quorum(quorum) => policy.commit.when = CommitWhen::Quorum(quorum),
        Rule::GiveUpAfter(hours) => policy.commit.give_up_after = Some(Period::hours(hours)),
        Rule::Hold => policy.family_at_build = FamilyAtBuild::Hold,
        Rule::Keep(keep) => policy.keep = Some(keep),
        Rule::MaxAgeDays(days) => policy.max_age = Some(Period::days(days)),
        Rule::UndoDays(days) => policy.retire.undo_days = days,
        Rule::DeleteSnapshots => policy.retire.delete_snapshots = true,
        Rule::DeleteSources => policy.retire.delete_sources = true,
        Rule::Then(then) => policy.recall.then = then,
        Rule::RecallDescendants => policy.recall.descendants = Descendants::Recall,
        Rule::ReportDrift => policy.drift = DriftRule::Report,
        Rule::Paused => policy.paused = true,
        Rule::Gate => drop(policy.require_tags.insert("tested".to_owned())),
        Rule::Copied => policy.select.copied = true,
    }
}

/// What the checks of a policy file would refuse is taken out again.
fn make_valid(policy: &mut Policy) {
    if policy.share.directory {
        policy.share.folders.clear();
    }
    let except = policy.share.except.clone();
    policy.share.accounts.retain(|account| !except.contains(account));
    if policy.share.accounts.is_empty() && !policy.share.asks_the_directory() {
        policy.share.accounts.insert(number(20).parse().unwrap());
    }
    if !policy.encrypt.is_empty() {
        // One region cannot share encrypted images; a policy that encrypts does not go there.
        policy.regions.remove("ap-south-1");
        let key = "key-policy01";
        policy.encrypt.extend(
            policy
                .regions
                .iter()
                .map(|region| (region.clone(), key.parse().unwrap())),
        );
    }
}

impl Seed {
    /// The organisation as a world.
    pub(crate) fn world(&self) -> World {
        crate::building::build(self)
    }
}
