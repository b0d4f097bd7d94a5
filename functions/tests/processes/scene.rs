//! A world with the functions deployed in it, and the people who act there.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use goldcast_cloud::{
    Client, Clock, Credentials, Deadline, Effect, Endpoints, HttpTransport, Product, Repeat, Rpc, Settings, Site,
};
use goldcast_domain::policy::authoring;
use goldcast_domain::{AccountId, ImageId, PolicyFile, RegionId};
use goldcast_emulator::cloud::{Cloud, Image, Organisation, Setup};
use goldcast_emulator::planted;
use goldcast_emulator::world::{
    Launch, Platform, Program, ReceiverKind, ReceiverSetup, Stacks, View, World, WorldSetup,
};
use goldcast_template::{Place, Template, Values, values_of};
use jiff::SignedDuration;
use serde_json::Value;

pub(crate) const NAME: &str = "corp-linux-2026.11";
pub(crate) const TEAM: &str = "platform-team";
pub(crate) const INVENTORY: &str = "inventory";
/// Simulated time that the longest story takes many times over.
pub(crate) const LONG: SignedDuration = SignedDuration::from_hours(6);
/// Real time for one call of a person's.
const CALL_MAX: Duration = Duration::from_secs(30);

/// A world with the functions deployed in it.
pub(crate) struct Scene {
    pub(crate) world: World,
    pub(crate) policy: PolicyFile,
    organisation: Organisation,
    /// What the functions are started with, over what is deployed.
    variables: RefCell<BTreeMap<String, String>>,
    /// The folder that the packages are unpacked in.
    _folder: tempfile::TempDir,
}

/// What a scene can have otherwise.
pub(crate) struct Plot {
    pub(crate) setup: Setup,
    pub(crate) policy: String,
    /// Parameters of the template, over those that every scene has.
    pub(crate) parameters: &'static [(&'static str, &'static str)],
    /// What is changed in what the template came to.
    pub(crate) changed: fn(&mut Stacks),
    pub(crate) change: fn(&mut WorldSetup),
}

impl Default for Plot {
    fn default() -> Self {
        Self {
            setup: Setup::with_seed(7),
            policy: example(),
            parameters: &[],
            changed: |_| {},
            change: |_| {},
        }
    }
}

/// The example policy with its first two channels, both in English.
pub(crate) fn example() -> String {
    let text = include_str!("../../../goldcast.toml").replace("language = \"zh\"", "");
    let channels = 2;
    text.split("[[notify]]")
        .take(1 + channels)
        .collect::<Vec<_>>()
        .join("[[notify]]")
}

/// However a scene ends, no secret may have shown in it.
impl Drop for Scene {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_eq!(self.world.leaks(), Vec::<String>::new(), "secrets show");
        }
    }
}

impl Scene {
    pub(crate) async fn open() -> Self {
        Self::with(Plot::default()).await
    }

    pub(crate) async fn with(plot: Plot) -> Self {
        let policy = authoring::read(&plot.policy).unwrap();
        let management = policy.owner.directory.as_ref().unwrap().role.account().parse().unwrap();
        let (owner, home) = (policy.owner.account.clone(), policy.owner.home_region.clone());
        let organisation = Organisation::standard(owner.clone(), management, home.clone());
        let cloud = Cloud::new(plot.setup, &organisation);
        let team = ReceiverKind::DingTalk {
            access_token: planted::secret("0a1b2c").into(),
            secret: Some(planted::secret("SEC").into()),
        };
        let inventory = ReceiverKind::Standard {
            secret: planted::webhook_secret().into(),
        };
        let folder = tempfile::tempdir().unwrap();
        let carried = serde_json::to_string(&policy).unwrap();
        std::fs::write(folder.path().join("policy.json"), carried).unwrap();
        let mut setup = WorldSetup {
            regions: policy.all_regions().into_iter().cloned().collect(),
            platform: Platform::with_bus("goldcast-regions"),
            launch: Launch::new(program).unpacked_in(folder.path().display().to_string()),
            receivers: vec![
                ReceiverSetup {
                    channel: TEAM.to_owned(),
                    kind: team,
                },
                ReceiverSetup {
                    channel: INVENTORY.to_owned(),
                    kind: inventory,
                },
            ],
            ..WorldSetup::new(cloud, owner, home, "2026-03-02T08:00:00Z".parse().unwrap())
        };
        (plot.change)(&mut setup);
        let mut world = Box::pin(World::open(setup)).await.unwrap();
        let mut stacks = stacks(&policy, &world, plot.parameters);
        (plot.changed)(&mut stacks);
        world.deploy(&stacks).await.unwrap();
        Self {
            world,
            policy,
            organisation,
            variables: RefCell::default(),
            _folder: folder,
        }
    }

    /// Starts functions from now on with another value of a variable.
    pub(crate) fn set(&self, name: &str, value: &str) {
        let mut variables = self.variables.borrow_mut();
        variables.insert(name.to_owned(), value.to_owned());
        self.world.set_environment(variables.clone()).unwrap();
    }

    /// The instance that images are built from.
    pub(crate) fn instance(&self) -> &str {
        &self.organisation.instances[0].id
    }

    /// A call that a pipeline (ECS) or the platform team (the directory) makes, over HTTP.
    pub(crate) async fn call(&self, product: Product, action: &'static str, params: &[(&str, &str)]) -> Value {
        self.call_in(self.organisation.home.as_str(), product, action, params)
            .await
    }

    /// Likewise, in any region.
    pub(crate) async fn call_in(
        &self,
        region: &str,
        product: Product,
        action: &'static str,
        params: &[(&str, &str)],
    ) -> Value {
        let mut rpc = Rpc::new(product, action, Effect::Write(Repeat::OnlyIfRefused));
        let account = if product == Product::Ecs {
            rpc = rpc.in_region(region);
            &self.organisation.owner
        } else {
            &self.organisation.management
        };
        for (name, value) in params {
            rpc = rpc.param(*name, value);
        }
        let key = self
            .organisation
            .keys
            .iter()
            .find(|key| key.account == *account)
            .unwrap();
        let endpoints = serde_json::to_string(self.world.endpoints()).unwrap();
        let endpoints = Endpoints::new(Site::International).overridden(&endpoints).unwrap();
        let settings = Settings {
            clock: Clock::wall(),
            ..Settings::new(endpoints)
        };
        let credentials = Credentials::new(key.id.clone(), key.secret.clone(), None);
        let client = Client::new(HttpTransport::new().unwrap(), settings, credentials.into());
        client.call(&rpc, Deadline::after(CALL_MAX)).await.unwrap()
    }

    /// What a pipeline does: build an image, wait for it, then tag it as golden.
    pub(crate) async fn build(&self, name: &str) -> ImageId {
        let instance = self.organisation.instances[0].id.clone();
        let params = [("InstanceId", instance.as_str()), ("ImageName", name)];
        let answer = self.call(Product::Ecs, "CreateImage", &params).await;
        let image: ImageId = answer["ImageId"].as_str().unwrap().parse().unwrap();
        let home = &self.organisation.home;
        let built = |view: &View<'_>| view.cloud.image(home, &image).is_some_and(|image| image.usable);
        self.world.run_until(LONG, built).await.unwrap();
        let tags = [
            ("ResourceType", "image"),
            ("ResourceId.1", image.as_str()),
            ("Tag.1.Key", "golden"),
            ("Tag.1.Value", "corp-linux"),
        ];
        self.call(Product::Ecs, "TagResources", &tags).await;
        image
    }

    /// Runs the world until everyone can launch the release everywhere.
    pub(crate) async fn release(&self, name: &str) {
        let outcome = self.world.run_until(LONG, |view| self.is_released(view, name)).await;
        assert!(outcome.is_ok(), "{outcome:?}\n{}", self.logs());
    }

    /// Runs the world until the condition holds.
    pub(crate) async fn until(&self, what: &str, condition: impl Fn(&View<'_>) -> bool) {
        let outcome = self.world.run_until(LONG, condition).await;
        assert!(outcome.is_ok(), "{what}: {outcome:?}\n{}", self.logs());
    }

    /// The image that the family resolves to in each region.
    pub(crate) fn resolved<'v>(&self, view: &'v View<'_>) -> BTreeMap<RegionId, Option<&'v Image>> {
        let policy = &self.policy.policies["base-linux"];
        let resolve = |region: &RegionId| {
            view.cloud
                .resolve_family(region, &self.policy.owner.account, policy.family.as_str())
        };
        self.policy
            .regions_of(policy)
            .map(|region| (region.clone(), resolve(region)))
            .collect()
    }

    /// Whether the family resolves to this release in every region.
    pub(crate) fn is_released(&self, view: &View<'_>, name: &str) -> bool {
        let is_it = |image: &Image| image.name == name || image.tags.get("goldcast:release").is_some_and(|r| r == name);
        self.resolved(view).values().all(|image| image.is_some_and(is_it))
    }

    /// Whether the account has what the family resolves to, in how many of the regions.
    pub(crate) fn regions_with(&self, view: &View<'_>, account: &AccountId) -> usize {
        self.resolved(view)
            .values()
            .flatten()
            .filter(|image| image.shares.contains_key(account))
            .count()
    }

    /// Everything that the functions logged, for a test that fails.
    pub(crate) fn logs(&self) -> String {
        let names = goldcast_functions::FUNCTIONS.iter().map(|function| function.name);
        names
            .flat_map(|name| {
                self.world
                    .log(&deployed(name))
                    .into_iter()
                    .map(move |line| format!("{name}: {}\n", line.text))
            })
            .collect()
    }

    /// Calls of one operation that the cloud carried out.
    pub(crate) fn count(&self, action: &str) -> usize {
        self.world
            .calls()
            .iter()
            .filter(|call| call.action == action && call.succeeded())
            .count()
    }

    /// Calls that change something, by whoever runs under a role of ours.
    pub(crate) fn writes(&self) -> usize {
        let ours = |arn: &str| arn.contains(":assumed-role/goldcast-");
        let reads = |action: &str| {
            ["Describe", "List", "Get", "Assume"]
                .iter()
                .any(|prefix| action.starts_with(prefix))
        };
        let calls = self.world.calls();
        calls
            .iter()
            .filter(|call| call.caller.as_ref().is_some_and(|c| ours(&c.arn)) && !reads(&call.action))
            .count()
    }

    /// Titles of the messages on a channel.
    pub(crate) fn titles(&self, channel: &str) -> Vec<String> {
        let messages = self.world.messages();
        messages
            .into_iter()
            .filter(|message| message.channel == channel)
            .map(|message| message.title)
            .collect()
    }
}

/// Every account of the standard organisation that the example policy shares with.
pub(crate) fn audience() -> BTreeSet<AccountId> {
    // prod and prod-eu, dev without the excepted one, and one of the sandbox by name.
    let numbers = (1..=10).chain([12]);
    numbers
        .map(|number| format!("20000000000000{number:02}").parse().unwrap())
        .collect()
}

/// The name that a function is deployed under.
pub(crate) fn deployed(function: &str) -> String {
    format!("goldcast-{function}")
}

/// What the templates of the repository come to in this world under this policy.
fn stacks(policy: &PolicyFile, world: &World, parameters: &[(&str, &str)]) -> Stacks {
    let place = Place {
        account: policy.owner.account.clone(),
        region: policy.owner.home_region.clone(),
        stack: "goldcast".to_owned(),
    };
    let webhooks = serde_json::json!({
        "DINGTALK_URL": world.webhook_url(TEAM).unwrap(),
        "DINGTALK_SECRET": planted::secret("SEC"),
        "INVENTORY_URL": world.webhook_url(INVENTORY).unwrap(),
        "INVENTORY_SECRET": planted::webhook_secret(),
    });
    let mut values = values_of(policy);
    let given = [
        ("CodeBucket", "goldcast-packages".to_owned()),
        ("CodePrefix", "goldcast/test".to_owned()),
        ("Endpoints", serde_json::to_string(world.endpoints()).unwrap()),
        ("SweepVariables", webhooks.to_string()),
        ("PrivateWebhooks", "true".to_owned()),
    ];
    let parameters = parameters.iter().map(|(name, value)| (*name, (*value).to_owned()));
    for (name, value) in given.into_iter().chain(parameters) {
        values.insert(name.to_owned(), value);
    }
    let home = Template::parse(goldcast_functions::TEMPLATE).unwrap();
    let forwarding = Template::parse(goldcast_functions::REGION_EVENTS).unwrap();
    let towards_home = Values::from([("HomeRegion".to_owned(), place.region.to_string())]);
    let regions = policy.all_regions().into_iter().cloned();
    Stacks::resolve(&place, (&home, &values), (&forwarding, &towards_home), regions).unwrap()
}

/// The real binary of a function.
pub(crate) fn program(name: &str) -> Program {
    let path = match name {
        "image-created" => env!("CARGO_BIN_EXE_image-created"),
        "copy-completed" => env!("CARGO_BIN_EXE_copy-completed"),
        "member-added" => env!("CARGO_BIN_EXE_member-added"),
        "member-removed" => env!("CARGO_BIN_EXE_member-removed"),
        "status" => env!("CARGO_BIN_EXE_status"),
        "sweep" => env!("CARGO_BIN_EXE_sweep"),
        _ => panic!("no binary is called {name}"),
    };
    Program {
        path: path.into(),
        arguments: Vec::new(),
    }
}
