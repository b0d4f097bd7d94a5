//! What machines are told, member by member: the `data` of Standard Webhooks and of CloudEvents.
//!
//! A member is never renamed or removed; new ones may join. Lists hold whole rows; where a list was shortened to stay
//! below a channel's limit, its `…_omitted` member says by how many. Strings have their control and direction characters
//! removed.

use serde::Serialize;

use crate::message::{
    Content, Departure, Digest, DigestPart, Drift, FamilyLine, Message, NeedsYou, Offboarded, Onboarded, Recalled,
    RegionLine, RegionState, ReleaseStarted, Released, by_urgency,
};
use crate::order::put_in_order;
use crate::untrusted::{one_line, shorten};

/// Longest reason, in bytes; an error text may be endless.
const MAX_REASON_BYTES: usize = 8_000;

/// What happened.
#[derive(Serialize)]
#[serde(transparent)]
pub(crate) struct Data(Members);

#[derive(Serialize)]
#[serde(untagged)]
enum Members {
    ReleaseStarted(ReleaseStartedData),
    Released(ReleasedData),
    Onboarded(OnboardedData),
    Offboarded(OffboardedData),
    Drift(DriftData),
    NeedsYou(NeedsYouData),
    Recalled(RecalledData),
    Digest(DigestData),
}

/// `data` of `goldcast.release_started`.
#[derive(Serialize)]
struct ReleaseStartedData {
    /// Name of the release.
    release: String,
    /// Policy that distributes it.
    policy: String,
    /// Image family that will resolve to it.
    family: String,
    /// Image id of the source in the home region.
    source_image_id: String,
    /// Regions that it must reach, also those not listed.
    regions_total: usize,
    /// Regions that `regions` leaves out.
    regions_omitted: usize,
    /// Blocked and unfinished regions first.
    regions: Vec<RegionData>,
}

/// `data` of `goldcast.released`.
#[derive(Serialize)]
struct ReleasedData {
    /// Name of the release.
    release: String,
    /// Policy that released it.
    policy: String,
    /// Image family that now resolves to it.
    family: String,
    /// Image id of the source in the home region.
    source_image_id: String,
    /// Distinct accounts that can launch it.
    accounts: usize,
    /// Whether who launches it pays for a product of the marketplace.
    paid: bool,
    /// Regions of the release, also those not listed.
    regions_total: usize,
    /// Regions that `regions` leaves out.
    regions_omitted: usize,
    /// Blocked and unfinished regions first.
    regions: Vec<RegionData>,
}

/// One region of a release.
#[derive(Serialize)]
struct RegionData {
    region: String,
    /// Empty where there is none yet.
    image_id: String,
    /// `committed`, `staged`, `copying`, `missing`, `unknown` or `blocked`.
    state: RegionState,
    /// Accounts that can launch it there.
    accounts: usize,
}

/// `data` of `goldcast.onboarded`.
#[derive(Serialize)]
struct OnboardedData {
    /// Account that owns the images.
    owner: String,
    /// Families that were gained, also those not listed.
    families_total: usize,
    /// Families that `families` leaves out.
    families_omitted: usize,
    /// What the accounts can launch.
    families: Vec<FamilyData>,
    /// Accounts that gained access, also those not listed.
    accounts_total: usize,
    /// Accounts that `accounts` leaves out.
    accounts_omitted: usize,
    /// The accounts.
    accounts: Vec<AccountData>,
}

/// A family that accounts can launch.
#[derive(Serialize)]
struct FamilyData {
    /// Image family.
    family: String,
    /// Policy that gives it.
    policy: String,
    /// What another account launches by: `acs:<owner>:<family>`.
    launch_family: String,
    /// Whether who launches it pays for a product of the marketplace.
    paid: bool,
    /// Regions that have an image, also those not listed.
    images_total: usize,
    /// Regions that `images` leaves out.
    images_omitted: usize,
    /// By region id.
    images: Vec<FamilyImageData>,
}

/// What a family resolves to in a region.
#[derive(Serialize)]
struct FamilyImageData {
    region: String,
    image_id: String,
    /// Whether another account has to launch it with `Encrypted=true`.
    encrypted: bool,
}

/// `data` of `goldcast.offboarded`.
#[derive(Serialize)]
struct OffboardedData {
    /// Accounts that lost access, also those not listed.
    accounts_total: usize,
    /// Accounts that `accounts` leaves out.
    accounts_omitted: usize,
    /// The accounts.
    accounts: Vec<LostData>,
}

/// One account that lost access.
#[derive(Serialize)]
struct LostData {
    id: String,
    /// Display name; `null` if unknown.
    name: Option<String>,
    /// Families that it lost.
    families: Vec<String>,
    /// `left_directory` or `left_audience`.
    why: Departure,
}

/// `data` of `goldcast.drift`.
#[derive(Serialize)]
struct DriftData {
    /// What is not as it should be.
    what: String,
    /// What to do.
    fix: String,
    /// Whether goldcast puts it right itself.
    repaired: bool,
    /// Policy concerned.
    policy: String,
    /// Release concerned, or `null`.
    release: Option<String>,
    /// Image id concerned, or `null`.
    image_id: Option<String>,
    /// Region id concerned, or `null`.
    region: Option<String>,
}

/// `data` of `goldcast.digest`.
#[derive(Serialize)]
struct DigestData {
    /// Messages folded into this one, also those not listed.
    parts_total: usize,
    /// Messages that `parts` leaves out.
    parts_omitted: usize,
    /// Weightiest first.
    parts: Vec<PartData>,
}

/// One message in a summary.
#[derive(Serialize)]
struct PartData {
    /// Its type, `goldcast.released`.
    r#type: String,
    /// What it is about.
    subject: String,
    /// Regions concerned.
    regions: usize,
    /// Accounts concerned.
    accounts: usize,
    /// What to do; empty where nobody has to do anything.
    fix: String,
    /// Where the release stands, if it is about one; blocked and unfinished regions first.
    regions_by_state: Vec<StateData>,
}

/// How far a release got in one region.
#[derive(Serialize)]
struct StateData {
    region: String,
    state: RegionState,
}

/// An image in its region.
#[derive(Serialize)]
struct ImageData {
    region: String,
    image_id: String,
}

/// One account.
#[derive(Serialize)]
struct AccountData {
    id: String,
    /// Display name; `null` if unknown.
    name: Option<String>,
    /// Families that it gained.
    families: Vec<String>,
}

/// `data` of `goldcast.needs_you`.
#[derive(Serialize)]
struct NeedsYouData {
    /// What it is about.
    subject: String,
    /// Why goldcast stopped.
    reason: String,
    /// What to do.
    fix: String,
    /// Policy concerned.
    policy: String,
    /// Release concerned, or `null`.
    release: Option<String>,
    /// Image id concerned, or `null`.
    image_id: Option<String>,
    /// Region id concerned, or `null`.
    region: Option<String>,
    /// Account id concerned, or `null`.
    account: Option<String>,
}

/// `data` of `goldcast.recalled`.
#[derive(Serialize)]
struct RecalledData {
    /// Name of the release.
    release: String,
    /// Policy that released it.
    policy: String,
    /// Image family that no longer resolves to it.
    family: String,
    /// Why, in the words of whoever took it back.
    why: String,
    /// Image id of the source, or of the copy that speaks for it.
    source_image_id: String,
    /// The release that the family resolves to now; `null` if nobody can launch by the family.
    instead: Option<String>,
    /// Images of the release, also those not listed.
    images_total: usize,
    /// Images that `images` leaves out.
    images_omitted: usize,
    /// By region id; a region may have two.
    images: Vec<ImageData>,
}

/// Rows of the longest list of `message`.
pub(crate) fn longest_list(message: &Message) -> usize {
    match &message.content {
        Content::ReleaseStarted(started) => started.regions.len(),
        Content::Released(released) => released.regions.len(),
        Content::Onboarded(onboarded) => {
            let images = onboarded.families.iter().map(|family| family.images.len()).max();
            let families = onboarded.families.len().max(images.unwrap_or(0));
            onboarded.accounts.len().max(families)
        }
        Content::Offboarded(offboarded) => offboarded.accounts.len(),
        Content::NeedsYou(_) | Content::Drift(_) => 0,
        Content::Recalled(recalled) => recalled.regions.len(),
        Content::Digest(digest) => digest.parts.len(),
    }
}

/// What happened, with at most `keep` rows of every list.
pub(crate) fn data(message: &Message, keep: usize) -> Data {
    Data(match &message.content {
        Content::ReleaseStarted(content) => Members::ReleaseStarted(release_started(content, keep)),
        Content::Released(content) => Members::Released(released(content, keep)),
        Content::Onboarded(content) => Members::Onboarded(onboarded(content, keep)),
        Content::Offboarded(content) => Members::Offboarded(offboarded(content, keep)),
        Content::Drift(content) => Members::Drift(drift(content)),
        Content::NeedsYou(content) => Members::NeedsYou(needs_you(content)),
        Content::Recalled(content) => Members::Recalled(recalled(content, keep)),
        Content::Digest(content) => Members::Digest(digest(content, keep)),
    })
}

/// The type of a message in machines' words, by what it calls itself: `goldcast.needs_you`; `goldcast.digest` for a
/// summary.
pub(crate) fn type_name(title: &str) -> String {
    format!("goldcast.{}", title.replace('-', "_"))
}

fn release_started(content: &ReleaseStarted, keep: usize) -> ReleaseStartedData {
    ReleaseStartedData {
        release: one_line(&content.release),
        policy: one_line(&content.policy),
        family: one_line(&content.family),
        source_image_id: one_line(&content.source),
        regions_total: content.regions.len(),
        regions_omitted: content.regions.len().saturating_sub(keep),
        regions: regions(&content.regions, keep),
    }
}

fn regions(lines: &[RegionLine], keep: usize) -> Vec<RegionData> {
    let lines = by_urgency(lines).into_iter().take(keep);
    lines
        .map(|line| RegionData {
            region: one_line(&line.region),
            image_id: one_line(&line.image),
            state: line.state,
            accounts: line.accounts,
        })
        .collect()
}

fn released(content: &Released, keep: usize) -> ReleasedData {
    ReleasedData {
        release: one_line(&content.release),
        policy: one_line(&content.policy),
        family: one_line(&content.family),
        source_image_id: one_line(&content.source),
        accounts: content.accounts,
        paid: content.is_paid,
        regions_total: content.regions.len(),
        regions_omitted: content.regions.len().saturating_sub(keep),
        regions: regions(&content.regions, keep),
    }
}

fn onboarded(content: &Onboarded, keep: usize) -> OnboardedData {
    let families = content.families.iter().take(keep);
    let accounts = content.accounts.iter().take(keep);
    OnboardedData {
        owner: one_line(&content.owner),
        families_total: content.families.len(),
        families_omitted: content.families.len().saturating_sub(keep),
        families: families
            .map(|line| family(line, &content.launch_family(line), keep))
            .collect(),
        accounts_total: content.accounts.len(),
        accounts_omitted: content.accounts.len().saturating_sub(keep),
        accounts: accounts
            .map(|line| AccountData {
                id: one_line(&line.id),
                name: line.name.as_deref().map(one_line),
                families: line.families.iter().map(|name| one_line(name)).collect(),
            })
            .collect(),
    }
}

fn family(line: &FamilyLine, launch_family: &str, keep: usize) -> FamilyData {
    let images = line.images_by_region().into_iter().take(keep);
    FamilyData {
        family: one_line(&line.family),
        policy: one_line(&line.policy),
        launch_family: one_line(launch_family),
        paid: line.is_paid,
        images_total: line.images.len(),
        images_omitted: line.images.len().saturating_sub(keep),
        images: images
            .map(|image| FamilyImageData {
                region: one_line(&image.region),
                image_id: one_line(&image.image),
                encrypted: image.is_encrypted,
            })
            .collect(),
    }
}

fn offboarded(content: &Offboarded, keep: usize) -> OffboardedData {
    let accounts = content.accounts.iter().take(keep);
    OffboardedData {
        accounts_total: content.accounts.len(),
        accounts_omitted: content.accounts.len().saturating_sub(keep),
        accounts: accounts
            .map(|line| LostData {
                id: one_line(&line.id),
                name: line.name.as_deref().map(one_line),
                families: line.families.iter().map(|name| one_line(name)).collect(),
                why: line.why,
            })
            .collect(),
    }
}

fn drift(content: &Drift) -> DriftData {
    DriftData {
        what: shorten(&one_line(&content.what), MAX_REASON_BYTES),
        fix: one_line(&content.fix),
        repaired: content.is_repaired,
        policy: one_line(&content.policy),
        release: content.release.as_deref().map(one_line),
        image_id: content.image.as_deref().map(one_line),
        region: content.region.as_deref().map(one_line),
    }
}

fn digest(content: &Digest, keep: usize) -> DigestData {
    let parts = content.parts.iter().take(keep);
    DigestData {
        parts_total: content.parts.len(),
        parts_omitted: content.parts.len().saturating_sub(keep),
        parts: parts
            .map(|part| PartData {
                r#type: type_name(part.kind.name()),
                subject: one_line(&part.subject),
                regions: part.regions,
                accounts: part.accounts,
                fix: one_line(&part.fix),
                regions_by_state: states(part, keep),
            })
            .collect(),
    }
}

fn states(part: &DigestPart, keep: usize) -> Vec<StateData> {
    let mut states: Vec<_> = part.states.iter().collect();
    put_in_order(&mut states, |a, b| (a.1, &a.0).cmp(&(b.1, &b.0)));
    let rows = states.into_iter().take(keep);
    rows.map(|(region, state)| StateData {
        region: one_line(region),
        state: *state,
    })
    .collect()
}

fn image(region: &str, id: &str) -> ImageData {
    ImageData {
        region: one_line(region),
        image_id: one_line(id),
    }
}

fn needs_you(content: &NeedsYou) -> NeedsYouData {
    NeedsYouData {
        subject: one_line(&content.subject),
        reason: shorten(&one_line(&content.reason), MAX_REASON_BYTES),
        fix: one_line(&content.fix),
        policy: one_line(&content.policy),
        release: content.release.as_deref().map(one_line),
        image_id: content.image.as_deref().map(one_line),
        region: content.region.as_deref().map(one_line),
        account: content.account.as_deref().map(one_line),
    }
}

fn recalled(content: &Recalled, keep: usize) -> RecalledData {
    let images = content.regions_by_name().into_iter().take(keep);
    RecalledData {
        release: one_line(&content.release),
        policy: one_line(&content.policy),
        family: one_line(&content.family),
        why: shorten(&one_line(&content.why), MAX_REASON_BYTES),
        source_image_id: one_line(&content.source),
        instead: content.instead.as_deref().map(one_line),
        images_total: content.regions.len(),
        images_omitted: content.regions.len().saturating_sub(keep),
        images: images.map(|line| image(&line.region, &line.image)).collect(),
    }
}
