//! A simulated cloud over real HTTP with nothing deployed in it, and the program as a person starts it.

use std::path::PathBuf;

use goldcast_cloud::{
    Client, Credentials, Deadline, Effect, Endpoints, HttpTransport, Product, Repeat, Rpc, Settings, Site,
};
use goldcast_domain::policy::authoring;
use goldcast_domain::{AccountId, ImageId, PolicyFile, RegionId};
use goldcast_emulator::cloud::{Cloud, Organisation, Setup, Switches};
use goldcast_emulator::world::{Platform, ReceiverKind, ReceiverSetup, WallClock, World, WorldSetup};
use jiff::SignedDuration;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

/// The policy that the scenes are played by.
pub(crate) const EXAMPLE: &str = include_str!("../../../goldcast.toml");
/// What messages to the policy's inventory are signed with.
pub(crate) const INVENTORY_SECRET: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
/// Simulated time after which a copy, a build or a deletion is done.
const LONG: SignedDuration = SignedDuration::from_hours(1);
/// Real time for one call; the cloud is on this machine.
const CALL_MAX: std::time::Duration = std::time::Duration::from_secs(30);

/// A cloud, a folder with a policy in it, and keys.
#[derive(Debug)]
pub(crate) struct Scene {
    pub(crate) world: World,
    pub(crate) folder: tempfile::TempDir,
    pub(crate) organisation: Organisation,
    pub(crate) policy: PolicyFile,
}

/// What is different from the standard organisation in its standard cloud.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Conditions {
    pub(crate) organisation: fn(&mut Organisation),
    pub(crate) switches: fn(&mut Switches),
    /// How far the cloud's clock is ahead of this machine's.
    pub(crate) skew: SignedDuration,
}

impl Conditions {
    /// Nothing is.
    pub(crate) const STANDARD: Self = Self {
        organisation: |_| {},
        switches: |_| {},
        skew: SignedDuration::ZERO,
    };
}

/// What a command printed, and how it ended.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    /// The one object of `--json`.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The members of that object.
    #[track_caller]
    pub(crate) fn members(&self) -> Vec<String> {
        self.json().as_object().unwrap().keys().cloned().collect()
    }
}

impl Scene {
    /// The standard organisation under the example policy.
    pub(crate) async fn open() -> Self {
        Self::open_as(Conditions::STANDARD).await
    }

    /// The same, under conditions of its own.
    pub(crate) async fn open_as(conditions: Conditions) -> Self {
        let policy = authoring::read(EXAMPLE).unwrap();
        let owner = &policy.owner;
        let management = owner.directory.as_ref().unwrap().role.account().parse().unwrap();
        let mut organisation = Organisation::standard(owner.account.clone(), management, owner.home_region.clone());
        (conditions.organisation)(&mut organisation);
        let mut setup = Setup::with_seed(7);
        (conditions.switches)(&mut setup.switches);
        let cloud = Cloud::new(setup, &organisation);
        let start = WallClock::default().now();
        let world = World::open(WorldSetup {
            regions: policy.all_regions().into_iter().cloned().collect(),
            receivers: vec![ReceiverSetup {
                channel: "inventory".to_owned(),
                kind: ReceiverKind::Standard {
                    secret: INVENTORY_SECRET.into(),
                },
            }],
            wall: WallClock::new(move || WallClock::default().now() + conditions.skew),
            platform: Platform::with_bus("goldcast-regions"),
            ..WorldSetup::new(cloud, owner.account.clone(), owner.home_region.clone(), start)
        })
        .await
        .unwrap();
        let folder = tempfile::tempdir().unwrap();
        let scene = Self {
            world,
            folder,
            organisation,
            policy,
        };
        scene.write("goldcast.toml", EXAMPLE);
        let owner = scene.policy.owner.account.clone();
        scene.write("world.json", &scene.described(&owner).to_string());
        scene
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// The example with a part of it replaced.
    pub(crate) fn rewrite_policy(&self, from: &str, to: &str) {
        assert!(EXAMPLE.contains(from));
        self.write("goldcast.toml", &EXAMPLE.replace(from, to));
    }

    /// What `goldcast dev --json` would say of this world, as far as the verbs read it.
    pub(crate) fn described(&self, account: &AccountId) -> Value {
        let key = self
            .organisation
            .keys
            .iter()
            .find(|key| key.account == *account)
            .unwrap();
        let mut description = json!(self.world.endpoints());
        description["credentials"] = json!({"owner": {
            "access_key_id": key.id,
            "access_key_secret": key.secret.expose_secret(),
        }});
        description
    }

    /// The program with these arguments, in this cloud, with nobody at a terminal.
    pub(crate) async fn goldcast(&self, arguments: &str) -> Said {
        self.goldcast_with(arguments, &[]).await
    }

    /// The account whose images these are.
    pub(crate) fn owner(&self) -> AccountId {
        self.policy.owner.account.clone()
    }

    /// The same, with these variables.
    pub(crate) async fn goldcast_with(&self, arguments: &str, variables: &[(&str, &str)]) -> Said {
        let mut command = self.command(arguments);
        command
            .args(["--endpoints", "world.json"])
            .envs(variables.iter().copied());
        Self::said(command).await
    }

    /// The program with these arguments and without this cloud: no hosts, no keys.
    pub(crate) async fn plain(&self, arguments: &str) -> Said {
        Self::said(self.command(arguments)).await
    }

    fn command(&self, arguments: &str) -> tokio::process::Command {
        let words = arguments.split(' ').map(|word| word.replace('_', " "));
        let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_goldcast"));
        command
            .args(words)
            .current_dir(self.folder.path())
            .env("HOME", self.folder.path());
        command
    }

    async fn said(mut command: tokio::process::Command) -> Said {
        let output = command.stdin(std::process::Stdio::null()).output().await.unwrap();
        Said {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Lets whatever is being made be made.
    pub(crate) async fn pass_long(&self) {
        self.world.run_for(LONG).await;
    }

    /// The pipeline builds a golden image.
    pub(crate) async fn build(&self, name: &str) -> ImageId {
        let endpoints = serde_json::to_string(self.world.endpoints()).unwrap();
        let endpoints = Endpoints::new(Site::International).overridden(&endpoints).unwrap();
        let owner = &self.policy.owner;
        let key = self
            .organisation
            .keys
            .iter()
            .find(|key| key.account == owner.account)
            .unwrap();
        let keys = Credentials::new(key.id.clone(), key.secret.expose_secret().into(), None);
        let client = Client::new(HttpTransport::new().unwrap(), Settings::new(endpoints), keys.into());
        let instance = self.organisation.instances[0].id.clone();
        let rpc = Rpc::new(Product::Ecs, "CreateImage", Effect::Write(Repeat::OnlyIfRefused))
            .in_region(owner.home_region.as_str())
            .param("InstanceId", &instance)
            .param("ImageName", name)
            .param("Tag.1.Key", "golden")
            .param("Tag.1.Value", "corp-linux");
        let answer: Value = client.call(&rpc, Deadline::after(CALL_MAX)).await.unwrap();
        self.pass_long().await;
        answer["ImageId"].as_str().unwrap().parse().unwrap()
    }

    /// Builds a golden image and applies until it is released everywhere.
    pub(crate) async fn release(&self, name: &str) -> ImageId {
        let image = self.build(name).await;
        self.settle().await;
        image
    }

    /// Applies until nothing is left.
    pub(crate) async fn settle(&self) {
        for _ in 0..10 {
            let said = self.goldcast("apply --yes").await;
            match said.code {
                Some(0) => return,
                Some(3) => self.pass_long().await,
                _ => panic!("{said:?}"),
            }
        }
        panic!("it never settles: {:?}", self.goldcast("apply --yes").await);
    }

    /// Calls so far that changed something.
    pub(crate) fn writes(&self) -> usize {
        const READS: [&str; 8] = ["Assume", "Check", "Describe", "Get", "List", "Preview", "Query", "Test"];
        let calls = self.world.calls();
        let writes = calls
            .iter()
            .filter(|call| !call.action.is_empty() && !READS.iter().any(|verb| call.action.starts_with(verb)));
        writes.count()
    }

    /// What the family resolves to, region by region: the name of the release.
    pub(crate) fn resolved(&self) -> Vec<(RegionId, Option<String>)> {
        let policy = self.policy.policies.values().next().unwrap();
        let (owner, family) = (&self.policy.owner.account, policy.family.as_str());
        self.world.read(|view| {
            let name = |region: &RegionId| {
                let image = view.cloud.resolve_family(region, owner, family)?;
                Some(image.tags.get("goldcast:release").unwrap_or(&image.name).clone())
            };
            let regions = self.policy.regions_of(policy);
            regions.map(|region| (region.clone(), name(region))).collect()
        })
    }

    /// Whether the family resolves to this release in every region.
    pub(crate) fn is_released(&self, name: &str) -> bool {
        self.resolved()
            .iter()
            .all(|(_, resolved)| resolved.as_deref() == Some(name))
    }
}
