//! Parts of goldcast's life, each of which calls some of its operations, and how they are lived.

use std::collections::BTreeSet;
use std::time::Duration;

use goldcast_cloud::Deadline;
use goldcast_domain::{AccountId, ImageId, Scope, ledger};
use goldcast_emulator::cloud::{FaultRule, KmsKey, Role, Setup};
use goldcast_engine::{Finished, Right};
use goldcast_tests::{People, Script, Stage};

use super::picture::{Picture, everywhere};

const POLICY: &str = include_str!("../../../goldcast.toml");
/// Sweeps while something goes wrong. Shelves that go take the most.
const SWEEPS: usize = 5;
/// Sweeps that may be needed once nothing does.
const SWEEPS_MAX: usize = 20;
/// Real time for one run; it is paused, so that waits between repetitions take none.
const RUN_MAX: Duration = Duration::from_mins(4);
/// Where encrypted images are made and shared.
const ENCRYPTED: [&str; 3] = ["cn-beijing", "cn-shanghai", "ap-southeast-1"];

/// A part of goldcast's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Life {
    /// A release goes to every region, by grants.
    Release,
    /// A release goes to folders by shelf, and to one account by grant.
    Shelves,
    /// An exception comes into the policy, so that the shelves go.
    NoMoreShelves,
    /// A release leaves: parked, unshared, deleted.
    Retire,
    /// A release that was about to leave stays.
    SecondThoughts,
    /// A release is recalled while it is copied.
    Recall,
    /// A member is deleted.
    Members,
    /// The policy names a folder in which nobody is.
    EmptyFolder,
    /// A release goes out encrypted.
    Encryption,
    /// The policy leaves a region.
    LeftRegion,
}

/// All of them.
pub(super) const LIVES: [Life; 10] = [
    Life::Release,
    Life::Shelves,
    Life::NoMoreShelves,
    Life::Retire,
    Life::SecondThoughts,
    Life::Recall,
    Life::Members,
    Life::EmptyFolder,
    Life::Encryption,
    Life::LeftRegion,
];

/// What became of a life.
#[derive(Debug)]
pub(super) struct Lived {
    /// The runs while something went wrong.
    pub(super) runs: Vec<Finished>,
    /// What was there when that was over.
    pub(super) middle: Picture,
    /// What was there in the end.
    pub(super) end: Picture,
    /// Calls that went wrong.
    pub(super) struck: usize,
    /// Everybody who could launch something on the way.
    pub(super) launchers: BTreeSet<AccountId>,
    /// What must never be, and was.
    pub(super) wrongs: Vec<String>,
}

fn shelved() -> String {
    POLICY.replace("except = [\"2000000000000011\"]", "")
}

fn keeping(keep: usize) -> String {
    let retire = "retire = { undo-days = 0, delete-snapshots = true, delete-sources = true }";
    POLICY.replace("[policy.share]", &format!("keep = {keep}\n{retire}\n[policy.share]"))
}

fn deleting_recalled() -> String {
    let recall = "recall = { then = \"delete\" }";
    keeping(2).replace("[policy.share]", &format!("{recall}\n[policy.share]"))
}

fn encrypted() -> String {
    let keys = ENCRYPTED
        .map(|region| format!("{region} = \"key-{region}-0001\""))
        .join(", ");
    format!(
        "[owner]\naccount = \"1234567890123456\"\nhome-region = \"cn-beijing\"\n\
         directory = {{ role = \"acs:ram::1000000000000001:role/goldcast-directory-reader\" }}\n\
         [[policy]]\nname = \"base-linux\"\nfamily = \"corp-linux\"\nselect = {{ tags = {{ golden = \"corp-linux\" }} }}\n\
         regions = [\"cn-shanghai\", \"ap-southeast-1\"]\nencrypt = {{ {keys} }}\n\
         share = {{ accounts = [\"2000000000000001\", \"2000000000000002\"] }}\n"
    )
}

fn stage(policy: &str) -> Stage {
    Stage::with(Setup::with_seed(7), policy)
}

async fn settled(policy: &str, releases: usize) -> Stage {
    let stage = stage(policy);
    for number in 1..=releases {
        stage.build(&format!("linux-{number}")).await;
        for _ in 0..4 {
            stage.sweep().await;
            stage.pass_long();
        }
    }
    stage
}

impl Life {
    /// The region in which a fault of one region strikes.
    pub(super) fn struck_region(self) -> &'static str {
        if self == Self::Encryption {
            "cn-shanghai"
        } else {
            "eu-central-1"
        }
    }

    /// Sets the scene, with nothing going wrong.
    async fn begin(self) -> Stage {
        match self {
            Self::Release => {
                let stage = stage(POLICY);
                stage.build("linux-1").await;
                stage
            }
            Self::Shelves => {
                let stage = stage(&shelved());
                stage.build("linux-1").await;
                stage
            }
            Self::NoMoreShelves => settled(&shelved(), 1).await.under(POLICY),
            Self::Retire => {
                let stage = settled(&keeping(2), 2).await;
                stage.under(&keeping(1))
            }
            Self::SecondThoughts => {
                let stage = settled(&keeping(1).replace("undo-days = 0", "undo-days = 7"), 2).await;
                stage.under(&keeping(2).replace("undo-days = 0", "undo-days = 7"))
            }
            Self::Recall => {
                let stage = settled(&deleting_recalled(), 1).await;
                let second = stage.build("linux-2").await;
                stage.sweep().await;
                tag(&stage, &second, ledger::RECALL, "the wrong branch").await;
                stage
            }
            Self::Members => {
                let stage = settled(POLICY, 1).await;
                let params = [("DisplayName", "payments"), ("ParentFolderId", "fd-dev0000001")];
                let created = stage.call(People::Management, "CreateResourceAccount", &params).await;
                let account = created["Account"]["AccountId"].as_str().unwrap();
                stage.settle().await;
                stage
                    .call(People::Management, "DeleteAccount", &[("AccountId", account)])
                    .await;
                stage.pass_long();
                stage
            }
            Self::EmptyFolder => {
                let stage = stage(&POLICY.replace("\"fd-prod000001\", ", "\"fd-prod000001\", \"fd-void000001\", "));
                stage.build("linux-1").await;
                stage
            }
            Self::Encryption => {
                let stage = stage(&encrypted());
                let owner = stage.policy.owner.account.clone();
                stage.cloud(|cloud, now| {
                    for region in ENCRYPTED {
                        let key = format!("key-{region}-0001");
                        cloud.put_kms_key(KmsKey::new(&owner, &region.parse().unwrap(), &key, now));
                    }
                    cloud.put_role(now, &Role::share_encrypted(&owner, &[]));
                });
                stage.build("linux-1").await;
                stage
            }
            Self::LeftRegion => {
                let stage = settled(&keeping(2), 1).await;
                stage.under(&keeping(2).replace(", \"eu-central-1\"", ""))
            }
        }
    }

    fn scope(self) -> Scope {
        if self == Self::LeftRegion {
            Scope::Everywhere
        } else {
            Scope::Everything
        }
    }

    /// Where to look when nothing goes wrong any more: what is deleted may leave something that only the daily look finds.
    fn last_scope(self) -> Scope {
        if matches!(self, Self::Retire | Self::Recall) {
            Scope::Everywhere
        } else {
            self.scope()
        }
    }

    /// Lives it while these rules hold, and then until nothing is left to do.
    pub(super) async fn live(self, rules: impl IntoIterator<Item = FaultRule>, script: Script) -> Lived {
        let stage = self.begin().await;
        let began = stage.cloud(|cloud, _| cloud.calls_counted());
        stage.cloud(|cloud, _| cloud.faults_mut().extend(rules));
        let mut lived = Lived {
            runs: Vec::new(),
            middle: Picture::of(&stage),
            end: Picture::of(&stage),
            struck: 0,
            launchers: BTreeSet::new(),
            wrongs: Vec::new(),
        };
        lived.look(&stage);
        for _ in 0..SWEEPS {
            lived.runs.push(sweep(&stage, self.scope(), script).await);
            lived.look(&stage);
            stage.pass_long();
        }
        lived.middle = Picture::of(&stage);
        stage.cloud(|cloud, _| cloud.faults_mut().clear());
        lived.struck = stage.cloud(|cloud, _| {
            let calls = cloud.calls_since(began).iter();
            calls.filter(|call| call.fault.is_some()).count()
        });
        lived.go_on(&stage, self.last_scope()).await;
        lived.end = Picture::of(&stage);
        lived
    }
}

impl Lived {
    /// What is wrong with it, beside the same life with nothing going wrong.
    pub(super) fn beside(&self, calm: &Self) -> Vec<String> {
        let mut wrongs = self.wrongs.clone();
        if self.struck == 0 {
            wrongs.push("nothing was struck".to_owned());
        }
        wrongs.extend(self.end.differences(&calm.end));
        let strangers: Vec<_> = self.launchers.difference(&calm.launchers).collect();
        if !strangers.is_empty() {
            wrongs.push(format!("{strangers:?} could launch it"));
        }
        wrongs
    }

    /// Goes on with nothing going wrong until nothing is left to do.
    async fn go_on(&mut self, stage: &Stage, scope: Scope) {
        for _ in 0..SWEEPS_MAX {
            let last = sweep(stage, scope.clone(), Script::Faithful).await;
            self.look(stage);
            stage.pass_long();
            if last.plan.is_settled() && last.report.writes == 0 {
                return;
            }
        }
        self.wrongs.push("it never settles".to_owned());
    }

    /// What must hold at every moment.
    fn look(&mut self, stage: &Stage) {
        let picture = Picture::of(stage);
        self.launchers.extend(picture.launchers());
        let owner = &stage.policy.owner.account;
        stage.cloud(|cloud, _| {
            for region in everywhere() {
                let mut sources = BTreeSet::new();
                for image in cloud.images(owner, &region) {
                    let source = image.tags.get(ledger::SOURCE).filter(|_| image.is_copied);
                    if source.is_some_and(|source| !sources.insert(source.clone())) {
                        self.wrongs.push(format!("{} exists twice in {region}", image.name));
                    }
                    if image.is_public {
                        self.wrongs.push(format!("{} is public in {region}", image.name));
                    }
                }
            }
        });
    }
}

/// One sweep whose calls go as the script says.
async fn sweep(stage: &Stage, scope: Scope, script: Script) -> Finished {
    let engine = stage.engine(script);
    engine.run(scope, Right::SweepOnly, Deadline::after(RUN_MAX)).await
}

async fn tag(stage: &Stage, image: &ImageId, key: &str, value: &str) {
    let params = [
        ("ResourceType", "image"),
        ("ResourceId.1", image.as_str()),
        ("Tag.1.Key", key),
        ("Tag.1.Value", value),
    ];
    stage.call(People::Owner, "TagResources", &params).await;
}
