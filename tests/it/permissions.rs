//! Every function under the role that is deployed with it: whatever it has to do, it may; and every permission that a
//! role has is needed by something that is played here.
//!
//! A story is told once per function: that function gets to do the work first, as its event wakes it, and the sweep does
//! what is left. Permissions are taken away literally, one action on one resource at a time, and the stories are told
//! again until one is refused something.

use std::collections::BTreeSet;

use goldcast_domain::{AccountId, ImageId, ImageRef, RegionId, Scope, ledger};
use goldcast_emulator::cloud::{KmsKey, Role, Setup};
use goldcast_emulator::world::Deployment;
use goldcast_tests::{DEPLOYMENT, People, Stage};
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
}

const STORIES: [Story; 11] = [
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
    async fn begin(by: &'a str, deployment: &Deployment, policy: &str) -> Self {
        Self::with(by, Stage::deployed(Setup::with_seed(7), policy, deployment)).await
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
async fn tell(story: Story, by: &str, deployment: &Deployment) -> Stage {
    match story {
        Story::Granted => {
            let teller = Teller::begin(by, deployment, POLICY).await;
            teller.work().await;
            teller.stage.sweep_everywhere().await;
            teller.stage
        }
        Story::Shelved => shelved(by, deployment).await,
        Story::Encrypted => encrypted(by, deployment).await,
        Story::Recalled => recalled(by, deployment, &brakeless(POLICY)).await,
        Story::RecalledFromShelf => recalled(by, deployment, &brakeless(&shelf_policy())).await,
        Story::CutShort => {
            let teller = Teller::begin(by, deployment, POLICY).await;
            teller.stage.sweep().await;
            teller.recall(true).await;
            teller.work().await;
            teller.stage
        }
        Story::Retired => retired(by, deployment).await,
        Story::Members => members(by, deployment).await,
        Story::Failed => failed(by, deployment).await,
        Story::Unmoving => unmoving(by, deployment).await,
        Story::Told => {
            let kept = "url = { secret-parameter = \"inventory/url\" }";
            let policy = POLICY.replace("url = { env = \"INVENTORY_URL\" }", kept);
            let teller = Teller::begin(by, deployment, &policy).await;
            teller.stage.sweep_and_tell().await;
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

async fn shelved(by: &str, deployment: &Deployment) -> Stage {
    let policy = brakeless(&shelf_policy());
    let mut teller = Teller::begin(by, deployment, &policy).await;
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

async fn encrypted(by: &str, deployment: &Deployment) -> Stage {
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
    let stage = Stage::deployed(Setup::with_seed(7), &policy, deployment);
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

async fn recalled(by: &str, deployment: &Deployment, policy: &str) -> Stage {
    let mut teller = Teller::begin(by, deployment, policy).await;
    teller.sweep().await;
    teller.build("linux-2").await;
    teller.work().await;
    for is_recalled in [true, false] {
        teller.recall(is_recalled).await;
        teller.work().await;
    }
    teller.stage
}

async fn retired(by: &str, deployment: &Deployment) -> Stage {
    let retire = "keep = 1\nretire = { undo-days = 1, delete-snapshots = true, delete-sources = true }\n[policy.share]";
    let policy = brakeless(&POLICY.replace("[policy.share]", retire));
    let mut teller = Teller::begin(by, deployment, &policy).await;
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

async fn members(by: &str, deployment: &Deployment) -> Stage {
    let mut teller = Teller::begin(by, deployment, &brakeless(POLICY)).await;
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

async fn failed(by: &str, deployment: &Deployment) -> Stage {
    let teller = Teller::begin(by, deployment, POLICY).await;
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

async fn unmoving(by: &str, deployment: &Deployment) -> Stage {
    let mut teller = Teller::begin(by, deployment, &brakeless(&shelf_policy())).await;
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

/// What a role is allowed: every action on every resource by itself.
fn pairs(role: &Value) -> Vec<(String, String)> {
    let words = |value: &Value| -> Vec<String> { serde_json::from_value(value.clone()).unwrap() };
    let statements = role["policy"]["Statement"].as_array().unwrap().iter();
    let allowed = statements.filter(|statement| statement["Effect"] == "Allow");
    let pairs = allowed.flat_map(|statement| {
        let resources = words(&statement["Resource"]);
        let actions = words(&statement["Action"]).into_iter();
        actions.flat_map(move |action| {
            resources
                .clone()
                .into_iter()
                .map(move |resource| (action.clone(), resource))
        })
    });
    pairs.collect()
}

/// What is deployed, but for one permission of one role.
fn without(by: &str, (action, resource): &(String, String)) -> Deployment {
    let mut deployment: Value = serde_json::from_str(DEPLOYMENT).unwrap();
    let roles = deployment["roles"].as_array_mut().unwrap();
    let role = roles
        .iter_mut()
        .find(|role| role["name"] == format!("goldcast-{by}"))
        .unwrap();
    let left = pairs(role)
        .into_iter()
        .filter(|pair| (&pair.0, &pair.1) != (action, resource));
    let left = left.map(|(action, resource)| json!({ "Effect": "Allow", "Action": action, "Resource": resource }));
    role["policy"]["Statement"] = left.collect();
    deployment.to_string().parse().unwrap()
}

/// Whether taking the permission away stops the platform from doing something in the function's name.
fn stops_the_platform(by: &str, deployment: &Deployment) -> bool {
    let stage = Stage::deployed(Setup::with_seed(7), POLICY, deployment);
    let owner = &stage.policy.owner;
    let role = format!("acs:ram::{}:role/goldcast-{by}", owner.account);
    let questions = deployment.platform_questions(by, &owner.account, &owner.home_region);
    stage.cloud(|cloud, _| questions.iter().any(|question| !cloud.may(&role, question)))
}

/// Whatever happens, the function may do what it has to, and no permission of its role is there for nothing.
async fn check(by: &str) {
    let whole: Deployment = DEPLOYMENT.parse().unwrap();
    assert!(
        !stops_the_platform(by, &whole),
        "{by}: the platform may not do all it has to"
    );
    let mut played: Vec<Played> = Vec::new();
    for story in STORIES {
        let stage = tell(story, by, &whole).await;
        assert_eq!(denied(&stage, by), BTreeSet::new(), "{by} in {story:?}");
        assert_eq!(denied(&stage, "sweep"), BTreeSet::new(), "the sweep in {story:?}");
        let calls = stage.cloud(|cloud, _| cloud.calls().len());
        played.push((calls, story, called(&stage, by)));
    }
    // The shortest story that makes a call is told first.
    played.sort_by_key(|(calls, _, _)| *calls);
    let deployed: Value = serde_json::from_str(DEPLOYMENT).unwrap();
    let roles = deployed["roles"].as_array().unwrap();
    let role = roles
        .iter()
        .find(|role| role["name"] == format!("goldcast-{by}"))
        .unwrap();
    let mut useless = Vec::new();
    for pair in pairs(role) {
        let fewer = without(by, &pair);
        let needed = if PLATFORM.iter().any(|service| pair.0.starts_with(service)) {
            stops_the_platform(by, &fewer)
        } else {
            is_missed(by, &pair.0, &fewer, &played).await
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
async fn is_missed(by: &str, action: &str, fewer: &Deployment, played: &[Played]) -> bool {
    let operation = match action.rsplit(':').next().unwrap() {
        // The value of an encrypted parameter is kept as a secret.
        "GetSecretValue" => "GetSecretParameter",
        operation => operation,
    };
    for (_, story, calls) in played {
        if calls.contains(operation) && denied(&tell(*story, by, fewer).await, by).contains(operation) {
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
