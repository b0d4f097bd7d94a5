//! Every function under the role that is deployed with it: whatever it has to do, it may; and every permission that a
//! role has is needed by something that is played here.
//!
//! A story is told once per function: that function gets to do the work first, as its event wakes it, and the sweep does
//! what is left. Permissions are taken away literally, one action on one resource at a time, and the stories are told
//! again until one is refused something.

use std::collections::BTreeSet;

use goldcast_domain::policy::authoring;
use goldcast_domain::{AccountId, ImageId, ImageRef, RegionId, Scope, ledger};
use goldcast_emulator::cloud::{KmsKey, Role, Setup};
use goldcast_emulator::world::Stacks;
use goldcast_tests::{People, Stage};
use serde_json::{Value, json};

const POLICY: &str = include_str!("../../goldcast.toml");
/// An account of a folder that the policy shares with.
const MEMBER: &str = "2000000000000001";
/// Refusals by policy.
const DENIED: [&str; 3] = ["AccessDenied", "Forbidden.RAM", "NoPermission"];
/// What the platform does under a function's role; the function itself never calls these.
const PLATFORM: [&str; 3] = ["fc:", "log:", "mns:"];
/// Runs that every piece of work of a story is done in by then.
const RUNS: usize = 4;

/// What happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Story {
    /// A release reaches everybody by grants.
    Granted,
    /// A release goes onto a shelf, whose targets change and which ends.
    Shelved,
    /// A release is encrypted and shared with whom the share role trusts.
    Encrypted,
    /// A release is recalled and brought back.
    Recalled,
    /// A release is recalled while it stands on a shelf.
    RecalledFromShelf,
    /// A release is recalled while its copies are made.
    CutShort,
    /// Old releases are retired to the last snapshot.
    Retired,
    /// An account joins and leaves.
    Members,
    /// A copy fails.
    Failed,
    /// A release stands on a shelf when it turns out that shared images cannot move.
    Unmoving,
    /// People are told, and where is kept in the parameter store.
    Told,
    /// A policy is pushed into object storage, and then one that is no good.
    PolicyPushed,
}

const STORIES: [Story; 12] = [
    Story::Granted,
    Story::Shelved,
    Story::Encrypted,
    Story::Recalled,
    Story::RecalledFromShelf,
    Story::CutShort,
    Story::Retired,
    Story::Members,
    Story::Failed,
    Story::Unmoving,
    Story::Told,
    Story::PolicyPushed,
];

/// A story that is being told.
struct Teller<'a> {
    stage: Stage,
    /// The function that gets to do the work first.
    by: &'a str,
    /// What the events that wake it name.
    image: ImageRef,
    account: AccountId,
}

impl<'a> Teller<'a> {
    async fn begin(by: &'a str, without: Without<'_>, policy: &str) -> Self {
        Self::with(by, stage(policy, without)).await
    }

    async fn with(by: &'a str, stage: Stage) -> Self {
        let image = stage.build("linux-1").await;
        Self {
            image: home(&stage, image),
            stage,
            by,
            account: MEMBER.parse().unwrap(),
        }
    }

    async fn build(&mut self, name: &str) {
        let image = self.stage.build(name).await;
        self.image = home(&self.stage, image);
    }

    /// One run of the function, as its event wakes it.
    async fn run(&self) {
        let scope = match self.by {
            "image-created" => Scope::Image(self.image.clone()),
            "copy-completed" => Scope::InFlight,
            "member-added" | "member-removed" => Scope::Account(self.account.clone()),
            _ => Scope::Everything,
        };
        self.stage.run_of(self.by, scope).await;
    }

    /// The function does what it can, and the sweep the rest.
    async fn work(&self) {
        for _ in 0..RUNS {
            self.run().await;
            self.stage.pass_long();
        }
        self.sweep().await;
        self.run().await;
    }

    async fn sweep(&self) {
        for _ in 0..RUNS {
            self.stage.sweep().await;
            self.stage.pass_long();
        }
    }

    fn under(self, policy: &str) -> Self {
        let Self {
            stage,
            by,
            image,
            account,
        } = self;
        Self {
            stage: stage.under(policy),
            by,
            image,
            account,
        }
    }

    async fn recall(&self, is_recalled: bool) {
        let (action, key) = if is_recalled {
            ("TagResources", "Tag.1.Key")
        } else {
            ("UntagResources", "TagKey.1")
        };
        let params = [
            ("ResourceType", "image"),
            ("ResourceId.1", self.image.image.as_str()),
            (key, ledger::RECALL),
            ("Tag.1.Value", "it is bad"),
        ];
        self.stage.call(People::Owner, action, &params).await;
    }
}

fn home(stage: &Stage, image: ImageId) -> ImageRef {
    ImageRef {
        region: stage.policy.owner.home_region.clone(),
        image,
    }
}

/// Tells a story and gives what it leaves.
async fn tell(story: Story, by: &str, without: Without<'_>) -> Stage {
    match story {
        Story::Granted => {
            let teller = Teller::begin(by, without, POLICY).await;
            teller.work().await;
            teller.stage.sweep_everywhere().await;
            teller.stage
        }
        Story::Shelved => shelved(by, without).await,
        Story::Encrypted => encrypted(by, without).await,
        Story::Recalled => recalled(by, without, &brakeless(POLICY)).await,
        Story::RecalledFromShelf => recalled(by, without, &brakeless(&shelf_policy())).await,
        Story::CutShort => {
            let teller = Teller::begin(by, without, POLICY).await;
            teller.stage.sweep().await;
            teller.recall(true).await;
            teller.work().await;
            teller.stage
        }
        Story::PolicyPushed => pushed(by, without).await,
        Story::Retired => retired(by, without).await,
        Story::Members => members(by, without).await,
        Story::Failed => failed(by, without).await,
        Story::Unmoving => unmoving(by, without).await,
        Story::Told => {
            let kept = "url = { secret-parameter = \"inventory/url\" }";
            let policy = POLICY.replace("url = { env = \"INVENTORY_URL\" }", kept);
            let teller = Teller::begin(by, without, &policy).await;
            teller.stage.sweep_and_tell().await;
            teller.run().await;
            teller.stage
        }
    }
}

/// The example policy without its exception, so that folders go by shelf.
fn shelf_policy() -> String {
    POLICY.replace("except = [\"2000000000000011\"]", "")
}

fn brakeless(policy: &str) -> String {
    format!("{policy}\n[brakes]\naccounts = 50\nreleases = 50\n")
}

async fn shelved(by: &str, without: Without<'_>) -> Stage {
    let policy = brakeless(&shelf_policy());
    let mut teller = Teller::begin(by, without, &policy).await;
    teller.work().await;
    teller.build("linux-2").await;
    teller.work().await;
    for folders in ["[\"fd-prod000001\", \"fd-sandbox001\"]", "[\"fd-prod000001\"]", "[]"] {
        let fewer = policy.replace("[\"fd-prod000001\", \"fd-dev0000001\"]", folders);
        teller = teller.under(&fewer);
        teller.work().await;
        teller.stage.pass_minutes(5 * 24 * 60);
        teller.sweep().await;
    }
    teller.stage
}

async fn encrypted(by: &str, without: Without<'_>) -> Stage {
    let key = |region: &str| format!("key-{region}-0001");
    let regions = ["cn-shanghai", "ap-southeast-1", "cn-beijing"];
    let keys = regions
        .map(|region| format!("{region} = \"{}\"", key(region)))
        .join(", ");
    let policy = format!(
        "[owner]\naccount = \"1234567890123456\"\nhome-region = \"cn-beijing\"\n\
         directory = {{ role = \"acs:ram::1000000000000001:role/goldcast-directory-reader\" }}\n\
         [[policy]]\nname = \"base-linux\"\nfamily = \"corp-linux\"\nselect = {{ tags = {{ golden = \"corp-linux\" }} }}\n\
         regions = [\"cn-shanghai\", \"ap-southeast-1\"]\nencrypt = {{ {keys} }}\n\
         share = {{ folders = [\"fd-prod000001\"] }}\n"
    );
    let stage = stage(&policy, without);
    let owner = stage.policy.owner.account.clone();
    stage.cloud(|cloud, now| {
        for region in regions {
            cloud.put_kms_key(KmsKey::new(&owner, &region.parse().unwrap(), &key(region), now));
        }
        cloud.put_role(now, &Role::share_encrypted(&owner, &[]));
    });
    let mut teller = Teller::with(by, stage).await;
    teller.work().await;
    teller.build("linux-2").await;
    teller.work().await;
    teller.stage
}

async fn pushed(by: &str, without: Without<'_>) -> Stage {
    let edition = |serial: u64| {
        let policy = authoring::read(&format!("serial = {serial}\n{POLICY}")).unwrap();
        serde_json::to_string(&policy).unwrap()
    };
    let stage = stage(POLICY, without);
    for offered in [edition(2), "no policy".to_owned()] {
        stage.push_policy(offered);
        for function in ["sweep", by] {
            stage.read_policy(function, &edition(1)).await;
        }
    }
    stage
}

async fn recalled(by: &str, without: Without<'_>, policy: &str) -> Stage {
    let mut teller = Teller::begin(by, without, policy).await;
    teller.sweep().await;
    teller.build("linux-2").await;
    teller.work().await;
    for is_recalled in [true, false] {
        teller.recall(is_recalled).await;
        teller.work().await;
    }
    teller.stage
}

async fn retired(by: &str, without: Without<'_>) -> Stage {
    let retire = "keep = 1\nretire = { undo-days = 1, delete-snapshots = true, delete-sources = true }\n[policy.share]";
    let policy = brakeless(&POLICY.replace("[policy.share]", retire));
    let mut teller = Teller::begin(by, without, &policy).await;
    teller.sweep().await;
    teller.build("linux-2").await;
    teller.work().await;
    teller.stage.pass_minutes(3 * 24 * 60);
    teller.work().await;
    for _ in 0..RUNS {
        teller.stage.sweep_everywhere().await;
    }
    teller.stage
}

async fn members(by: &str, without: Without<'_>) -> Stage {
    let mut teller = Teller::begin(by, without, &brakeless(POLICY)).await;
    teller.sweep().await;
    let params = [("DisplayName", "payments"), ("ParentFolderId", "fd-prod000001")];
    let created = teller
        .stage
        .call(People::Management, "CreateResourceAccount", &params)
        .await;
    teller.account = created["Account"]["AccountId"].as_str().unwrap().parse().unwrap();
    teller.work().await;
    let account = teller.account.clone();
    let away = [
        ("AccountId", account.as_str()),
        ("DestinationFolderId", "fd-sandbox001"),
    ];
    teller.stage.call(People::Management, "MoveAccount", &away).await;
    teller.work().await;
    teller.stage
}

async fn failed(by: &str, without: Without<'_>) -> Stage {
    let teller = Teller::begin(by, without, POLICY).await;
    teller.stage.sweep().await;
    let region: RegionId = "eu-central-1".parse().unwrap();
    let owner = teller.stage.policy.owner.account.clone();
    teller.stage.cloud(|cloud, now| {
        let copies: Vec<_> = cloud.images(&owner, &region).map(|image| image.id.clone()).collect();
        for copy in copies {
            assert!(cloud.fail_making(now, &region, &copy));
        }
    });
    teller.work().await;
    teller.stage
}

async fn unmoving(by: &str, without: Without<'_>) -> Stage {
    let mut teller = Teller::begin(by, without, &brakeless(&shelf_policy())).await;
    teller.sweep().await;
    teller.build("linux-2").await;
    // The source is on the shelf, the copies are being made.
    teller.run().await;
    teller.stage.pass_minutes(1);
    teller.stage.policy.limits.families_move_while_shared = false;
    teller.work().await;
    teller.stage
}

/// Operations that a function's policies refused it.
fn denied(stage: &Stage, by: &str) -> BTreeSet<String> {
    let session = format!(":assumed-role/goldcast-{by}/");
    stage.cloud(|cloud, _| {
        let calls = cloud.calls().iter();
        let ours = calls.filter(|call| call.caller.as_ref().is_some_and(|caller| caller.arn.contains(&session)));
        ours.filter(|call| call.error_code.as_deref().is_some_and(|code| DENIED.contains(&code)))
            .map(|call| call.action.clone())
            .collect()
    })
}

/// Operations that a function called.
fn called(stage: &Stage, by: &str) -> BTreeSet<String> {
    let session = format!(":assumed-role/goldcast-{by}/");
    stage.cloud(|cloud, _| {
        let calls = cloud.calls().iter();
        let ours = calls.filter(|call| call.caller.as_ref().is_some_and(|caller| caller.arn.contains(&session)));
        ours.map(|call| call.action.clone()).collect()
    })
}

/// A permission that is taken away, of whatever role has it through this resource of the template.
type Without<'a> = Option<&'a Pair>;

/// One action on one resource, and the place of the template that allows it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Pair {
    /// The role, or the policy that several roles have.
    resource: String,
    /// From the properties of that to the statement.
    statement: String,
    action: String,
    /// The place in the statement's list, since what stands there depends on account, region and policy.
    on: usize,
    shown: String,
}

/// Where the policy documents of a resource are.
fn documents(kind: &str, properties: &Value) -> Vec<String> {
    match kind {
        "ALIYUN::RAM::Role" => {
            let policies = properties["Policies"].as_array().unwrap();
            let path = |(place, _)| format!("/Policies/{place}/PolicyDocument");
            policies.iter().enumerate().map(path).collect()
        }
        "ALIYUN::RAM::ManagedPolicy" => vec!["/PolicyDocument".to_owned()],
        _ => Vec::new(),
    }
}

/// What the role of a function is allowed: every action on every resource by itself.
fn pairs(stacks: &Stacks, by: &str) -> Vec<Pair> {
    let words = |value: &Value| -> Vec<String> { serde_json::from_value(value.clone()).unwrap() };
    let role = json!(format!("goldcast-{by}"));
    let of_the_role = stacks.home.resources.iter().filter(|resource| {
        let shared = resource.properties["Roles"].as_array();
        resource.properties["RoleName"] == role || shared.is_some_and(|roles| roles.contains(&role))
    });
    let mut pairs = Vec::new();
    for resource in of_the_role {
        for document in documents(&resource.kind, &resource.properties) {
            let statements = resource.properties.pointer(&document).unwrap()["Statement"].as_array();
            for (place, statement) in statements.unwrap().iter().enumerate() {
                assert_eq!(statement["Effect"], "Allow");
                for action in words(&statement["Action"]) {
                    for (on, shown) in words(&statement["Resource"]).into_iter().enumerate() {
                        pairs.push(Pair {
                            resource: resource.id.clone(),
                            statement: format!("{document}/Statement/{place}"),
                            action: action.clone(),
                            on,
                            shown,
                        });
                    }
                }
            }
        }
    }
    pairs
}

/// Takes one permission away: its statement is told apart into one per action and resource, but for that one.
fn take(pair: &Pair, stacks: &mut Stacks) {
    let mut resources = stacks.home.resources.iter_mut();
    let resource = resources.find(|resource| resource.id == pair.resource).unwrap();
    let (statements, place) = pair.statement.rsplit_once('/').unwrap();
    let statements = resource.properties.pointer_mut(statements).unwrap();
    let statement = statements.as_array_mut().unwrap().remove(place.parse().unwrap());
    for action in statement["Action"].as_array().unwrap() {
        for (on, resource) in statement["Resource"].as_array().unwrap().iter().enumerate() {
            if (action, on) != (&json!(pair.action), pair.on) {
                let left = json!({ "Effect": "Allow", "Action": [action], "Resource": [resource] });
                statements.as_array_mut().unwrap().push(left);
            }
        }
    }
    if statements.as_array().unwrap().is_empty() {
        // A policy says something; this says nothing about any call.
        let nothing = json!({ "Effect": "Deny", "Action": ["nobody:Nothing"], "Resource": ["*"] });
        statements.as_array_mut().unwrap().push(nothing);
    }
}

/// The stage, but for one permission of one role.
fn stage(policy: &str, without: Without<'_>) -> Stage {
    Stage::deployed(Setup::with_seed(7), policy, |stacks| {
        if let Some(pair) = without {
            take(pair, stacks);
        }
    })
}

/// Whether taking the permission away stops the platform from doing something in the function's name.
fn stops_the_platform(by: &str, without: Without<'_>) -> bool {
    let stage = stage(POLICY, without);
    let owner = &stage.policy.owner;
    let name = format!("goldcast-{by}");
    let role = format!("acs:ram::{}:role/{name}", owner.account);
    let deployment = stage.deployment();
    let questions = deployment.platform_questions(&name, &owner.account, &owner.home_region);
    assert!(!questions.is_empty(), "{by} is not deployed");
    stage.cloud(|cloud, _| questions.iter().any(|question| !cloud.may(&role, question)))
}

/// Whatever happens, the function may do what it has to, and no permission of its role is there for nothing.
async fn check(by: &str) {
    assert!(
        !stops_the_platform(by, None),
        "{by}: the platform may not do all it has to"
    );
    let mut played: Vec<Played> = Vec::new();
    for story in STORIES {
        let stage = tell(story, by, None).await;
        assert_eq!(denied(&stage, by), BTreeSet::new(), "{by} in {story:?}");
        assert_eq!(denied(&stage, "sweep"), BTreeSet::new(), "the sweep in {story:?}");
        let calls = stage.cloud(|cloud, _| cloud.calls().len());
        played.push((calls, story, called(&stage, by)));
    }
    // The shortest story that makes a call is told first.
    played.sort_by_key(|(calls, _, _)| *calls);
    let mut all = Vec::new();
    let _stage = Stage::deployed(Setup::with_seed(7), POLICY, |stacks| all = pairs(stacks, by));
    assert!(!all.is_empty(), "{by} has a role");
    let mut useless = Vec::new();
    for pair in all {
        let needed = if PLATFORM.iter().any(|service| pair.action.starts_with(service)) {
            stops_the_platform(by, Some(&pair))
        } else {
            is_missed(by, &pair, &played).await
        };
        if !needed {
            useless.push(pair);
        }
    }
    assert!(useless.is_empty(), "{by} never needs {useless:#?}");
}

/// How many calls a story took, and which operations the function called in it.
type Played = (usize, Story, BTreeSet<String>);

/// Whether a story in which the function makes the call is refused it now.
async fn is_missed(by: &str, pair: &Pair, played: &[Played]) -> bool {
    let operation = match pair.action.rsplit(':').next().unwrap() {
        // The value of an encrypted parameter is kept as a secret.
        "GetSecretValue" => "GetSecretParameter",
        operation => operation,
    };
    for (_, story, calls) in played {
        if calls.contains(operation) && denied(&tell(*story, by, Some(pair)).await, by).contains(operation) {
            return true;
        }
    }
    false
}

#[tokio::test]
async fn image_created_may_do_what_it_has_to_and_no_more() {
    check("image-created").await;
}

#[tokio::test]
async fn copy_completed_may_do_what_it_has_to_and_no_more() {
    check("copy-completed").await;
}

#[tokio::test]
async fn member_added_may_do_what_it_has_to_and_no_more() {
    check("member-added").await;
}

#[tokio::test]
async fn member_removed_may_do_what_it_has_to_and_no_more() {
    check("member-removed").await;
}

#[tokio::test]
async fn the_sweep_may_do_what_it_has_to_and_no_more() {
    check("sweep").await;
}

#[tokio::test]
async fn the_status_function_may_look_and_nothing_else() {
    check("status").await;
}
