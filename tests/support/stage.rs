//! A cloud with an organisation in it, and everyone who acts there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use goldcast_cloud::{
    Client, Clock, Credentials, Deadline, Effect, Endpoints, Pacing, Product, Randomness, Repeat, Rpc, Settings, Site,
};
use goldcast_domain::policy::{Edition, authoring};
use goldcast_domain::{AccountId, ImageId, PolicyFile, RegionId, Scope};
use goldcast_emulator::cloud::{Cloud, Moment, Organisation, Setup};
use goldcast_emulator::world::{Deployment, Platform, Stacks};
use goldcast_engine::{Engine, Finished, HttpAnnouncer, PolicyObject, PolicySource, Reach};
use goldcast_planner::Right;
use goldcast_template::{Place, Template, values_of};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::transport::{InProcess, Script, Shared};

/// What is deployed: every function runs under its role.
const TEMPLATE: &str = include_str!("../../template.yml");
/// The owner's bucket, which holds what people have been told, and the policy if one is pushed.
const BUCKET: &str = "corp-goldcast";
/// The policy in it, by the template's own default.
const POLICY_KEY: &str = "goldcast/policy.json";
/// Simulated minutes after which a copy, a build or a deletion is done.
const LONG_MIN: i64 = 60;
/// Real time for one run: nothing waits in this process, so only an endless loop needs it.
const RUN_MAX: Duration = Duration::from_mins(1);

/// A cloud with an organisation in it.
#[derive(Debug)]
pub struct Stage {
    shared: Arc<Mutex<Shared>>,
    organisation: Organisation,
    /// The policy, as the functions read it.
    pub policy: PolicyFile,
    deployment: Deployment,
    nonces: Arc<AtomicU64>,
}

/// Who calls the cloud by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum People {
    /// The pipeline, in the owner's account.
    Owner,
    /// The platform team, in the management account.
    Management,
}

impl Stage {
    /// The standard organisation under the example policy of the repository, in a cloud with its default behaviour.
    pub fn new() -> Self {
        Self::with(Setup::with_seed(7), include_str!("../../goldcast.toml"))
    }

    /// The standard organisation in this cloud, under this policy.
    pub fn with(setup: Setup, policy: &str) -> Self {
        Self::deployed(setup, policy, |_| {})
    }

    /// The same, with a change in what the template comes to.
    pub fn deployed(setup: Setup, policy: &str, change: impl FnOnce(&mut Stacks)) -> Self {
        let policy = authoring::read(policy).unwrap();
        let management = policy.owner.directory.as_ref().unwrap().role.account().parse().unwrap();
        let owner = &policy.owner;
        let organisation = Organisation::standard(owner.account.clone(), management, owner.home_region.clone());
        let mut cloud = Cloud::new(setup, &organisation);
        let now = "2026-03-02T08:00:00Z".parse().unwrap();
        let mut stacks = stacks(&policy);
        change(&mut stacks);
        // Regions forward to a custom bus, and here nothing is forwarded.
        let platform = Platform::with_bus("goldcast-regions");
        let deployment = Deployment::of_stacks(&stacks, &platform, &owner.account, &owner.home_region).unwrap();
        deployment.check().unwrap();
        for role in deployment.placed_roles(&owner.account).unwrap() {
            cloud.put_role(now, &role);
        }
        let shared = Arc::new(Mutex::new(Shared { cloud, now }));
        Self {
            shared,
            organisation,
            policy,
            deployment,
            nonces: Arc::default(),
        }
    }

    /// What is deployed.
    pub fn deployment(&self) -> &Deployment {
        &self.deployment
    }

    /// Simulated time.
    pub fn now(&self) -> Timestamp {
        self.shared.lock().unwrap().now
    }

    /// Lets so much simulated time pass; whatever falls due happens.
    pub fn pass_minutes(&self, minutes: i64) {
        let mut shared = self.shared.lock().unwrap();
        shared.now += SignedDuration::from_mins(minutes);
        let now = shared.now;
        shared.cloud.advance(now);
    }

    /// Lets whatever is being made be made.
    pub fn pass_long(&self) {
        self.pass_minutes(LONG_MIN);
    }

    /// Looks at, or into, the cloud.
    pub fn cloud<R>(&self, look: impl FnOnce(&mut Cloud, Timestamp) -> R) -> R {
        let mut shared = self.shared.lock().unwrap();
        let now = shared.now;
        look(&mut shared.cloud, now)
    }

    /// The same organisation under another policy: what the next edit of the file does.
    #[must_use]
    pub fn under(self, policy: &str) -> Self {
        let policy = authoring::read(policy).unwrap();
        Self { policy, ..self }
    }

    /// The keys of a person of this account.
    fn keys_of(&self, account: &AccountId) -> Credentials {
        let mut keys = self.organisation.keys.iter();
        let key = keys.find(|candidate| candidate.account == *account).unwrap();
        Credentials::new(key.id.clone(), key.secret.clone(), None)
    }

    /// What the platform gives a function: a session of its role.
    fn session_of(&self, function: &str) -> Credentials {
        let role = format!("acs:ram::{}:role/goldcast-{function}", self.policy.owner.account);
        let key = self.cloud(|cloud, now| cloud.assume(Moment::at(now), &role, function).unwrap());
        Credentials::new(key.id, key.secret, Some(key.token))
    }

    fn client(&self, credentials: Credentials, script: Script) -> Client<InProcess> {
        let hosts = goldcast_domain::regions::KNOWN.iter().map(|region| {
            let host = Value::from(format!("{region}.test"));
            (
                region.to_string(),
                serde_json::json!({ "ecs": host, "resourcesharing": host, "kms": host, "oos": host, "oss": host }),
            )
        });
        let endpoints = serde_json::json!({
            "endpoints": hosts.collect::<BTreeMap<_, _>>(),
            "global": { "resourcedirectory": "global.test", "sts": "global.test", "ram": "global.test" },
        });
        let (shared, nonces) = (Arc::clone(&self.shared), Arc::clone(&self.nonces));
        let settings = Settings {
            pacing: Pacing::unlimited(),
            retry: script.retry(),
            clock: Clock::from_fn(move || shared.lock().unwrap().now),
            randomness: Randomness::from_fn(move || u128::from(nonces.fetch_add(1, Ordering::Relaxed))),
            ..Settings::new(
                Endpoints::new(Site::International)
                    .overridden(&endpoints.to_string())
                    .unwrap(),
            )
        };
        Client::new(InProcess::new(&self.shared, script), settings, credentials.into())
    }

    /// The engine as the sweep runs it, with a policy of its own and calls that go as the script says.
    pub fn engine(&self, script: Script) -> Engine<InProcess> {
        self.engine_of("sweep", script)
    }

    /// The engine as a function runs it, under its own role.
    pub fn engine_of(&self, function: &str, script: Script) -> Engine<InProcess> {
        Engine::new(
            self.policy.clone(),
            self.client(self.session_of(function), script),
            self.clock(),
        )
    }

    /// What tells simulated time.
    pub fn clock(&self) -> Clock {
        let shared = Arc::clone(&self.shared);
        Clock::from_fn(move || shared.lock().unwrap().now)
    }

    /// Puts a text where functions look for a newer policy.
    pub fn push_policy(&self, text: String) {
        assert!(self.cloud(|cloud, now| cloud.write_object(now, BUCKET, POLICY_KEY, text)));
    }

    /// A function reads its policy, of which this was packaged, and the sweep keeps a good one. What it may not read or
    /// write shows in the calls.
    pub async fn read_policy(&self, function: &str, packaged: &str) {
        let address = format!("oss://{BUCKET}/{POLICY_KEY}");
        let object = PolicyObject::new(&address, &self.policy.owner.home_region).unwrap();
        let source = PolicySource::new(Edition::parse(packaged.as_bytes()).unwrap(), Some(object));
        let source = if function == "sweep" { source.keeping() } else { source };
        let client = self.client(self.session_of(function), Script::Faithful);
        let deadline = Deadline::after(RUN_MAX);
        if source.read(&client, deadline).await.is_ok() {
            source.keep(&client, deadline).await;
        }
    }

    /// One run of a function that the scope wakes.
    pub async fn run(&self, scope: Scope) -> Finished {
        let function = match scope {
            Scope::Image(_) | Scope::Everything | Scope::Everywhere => "image-created",
            Scope::InFlight => "copy-completed",
            Scope::Account(_) => "member-added",
        };
        self.run_of(function, scope).await
    }

    /// One run of a function, under its own role and with its own right. The status function looks at everything.
    pub async fn run_of(&self, function: &str, scope: Scope) -> Finished {
        let right = if function == "sweep" {
            Right::SweepOnly
        } else {
            Right::Anyone
        };
        let engine = self.engine_of(function, Script::Faithful);
        if function == "status" {
            return engine.status(Deadline::after(RUN_MAX)).await.finished;
        }
        engine.run(scope, right, Deadline::after(RUN_MAX)).await
    }

    /// One run of the sweep.
    pub async fn sweep(&self) -> Finished {
        self.sweep_with(Script::Faithful).await
    }

    /// One run of the sweep that looks in every region, as it does once a day.
    pub async fn sweep_everywhere(&self) -> Finished {
        self.engine(Script::Faithful)
            .run(Scope::Everywhere, Right::SweepOnly, Deadline::after(RUN_MAX))
            .await
    }

    /// One run of the sweep whose calls go as the script says.
    pub async fn sweep_with(&self, script: Script) -> Finished {
        self.engine(script)
            .run(Scope::Everything, Right::SweepOnly, Deadline::after(RUN_MAX))
            .await
    }

    /// One run of the sweep that tells people what it found. No channel has an address, so what it does is to read and to
    /// note that.
    pub async fn sweep_and_tell(&self) -> Finished {
        let (engine, deadline) = (self.engine(Script::Faithful), Deadline::after(RUN_MAX));
        let mut finished = engine.run(Scope::Everything, Right::SweepOnly, deadline).await;
        let announcer = HttpAnnouncer::over_http(|_| None, Reach::Public).unwrap();
        announcer.announce(&engine, &mut finished, deadline).await;
        finished
    }

    /// Sweeps until nothing is left to do or to wait for.
    pub async fn settle(&self) -> Finished {
        for _ in 0..20 {
            let finished = self.sweep().await;
            if finished.plan.is_settled() {
                return finished;
            }
            self.pass_long();
        }
        let finished = self.sweep().await;
        assert!(
            finished.plan.is_settled(),
            "it never settles:\n{}\n{:?}",
            finished.plan,
            finished.report.failures
        );
        finished
    }

    /// A call that a person or a pipeline makes.
    pub async fn call(&self, who: People, action: &'static str, params: &[(&str, &str)]) -> Value {
        let (account, product, region) = match who {
            People::Owner => (
                &self.policy.owner.account,
                Product::Ecs,
                Some(&self.policy.owner.home_region),
            ),
            People::Management => (&self.organisation.management, Product::ResourceDirectory, None),
        };
        let mut rpc = Rpc::new(product, action, Effect::Write(Repeat::OnlyIfRefused));
        if let Some(region) = region {
            rpc = rpc.in_region(region.as_str());
        }
        for (name, value) in params {
            rpc = rpc.param(*name, value);
        }
        self.client(self.keys_of(account), Script::Faithful)
            .call(&rpc, Deadline::after(RUN_MAX))
            .await
            .unwrap()
    }

    /// A client with the keys of a person, for what no function does.
    pub fn client_of(&self, who: People, script: Script) -> Client<InProcess> {
        let account = match who {
            People::Owner => &self.policy.owner.account,
            People::Management => &self.organisation.management,
        };
        self.client(self.keys_of(account), script)
    }

    /// Builds a golden image and waits until it can be launched.
    pub async fn build(&self, name: &str) -> ImageId {
        self.create(name, &[("Tag.1.Key", "golden"), ("Tag.1.Value", "corp-linux")])
            .await
    }

    /// Builds an image that is nobody's business.
    pub async fn build_other(&self, name: &str) -> ImageId {
        self.create(name, &[]).await
    }

    async fn create(&self, name: &str, tags: &[(&str, &str)]) -> ImageId {
        let instance = self.organisation.instances[0].id.clone();
        let params = [&[("InstanceId", instance.as_str()), ("ImageName", name)], tags].concat();
        let answer = self.call(People::Owner, "CreateImage", &params).await;
        self.pass_long();
        answer["ImageId"].as_str().unwrap().parse().unwrap()
    }

    /// What the family resolves to, by region: the name of the release, as far as our copies say it.
    pub fn released(&self) -> BTreeMap<RegionId, Option<String>> {
        let policy = self.policy.policies.values().next().unwrap();
        self.cloud(|cloud, _| {
            let name = |region: &RegionId| {
                let image = cloud.resolve_family(region, &self.policy.owner.account, policy.family.as_str())?;
                Some(image.tags.get("goldcast:release").unwrap_or(&image.name).clone())
            };
            self.policy
                .regions_of(policy)
                .map(|region| (region.clone(), name(region)))
                .collect()
        })
    }

    /// Who has what the family resolves to, by region.
    pub fn grants(&self) -> BTreeMap<RegionId, BTreeSet<AccountId>> {
        let policy = self.policy.policies.values().next().unwrap();
        self.cloud(|cloud, _| {
            self.policy
                .regions_of(policy)
                .filter_map(|region| {
                    let owner = &self.policy.owner.account;
                    let image = cloud.resolve_family(region, owner, policy.family.as_str())?;
                    Some((region.clone(), image.shares.keys().cloned().collect()))
                })
                .collect()
        })
    }

    /// Every image that any of our regions holds for the owner, as region and name.
    pub fn images(&self) -> BTreeSet<(RegionId, String)> {
        self.cloud(|cloud, _| {
            self.policy
                .all_regions()
                .into_iter()
                .flat_map(|region| {
                    cloud
                        .images(&self.policy.owner.account, region)
                        .map(|image| (region.clone(), image.name.clone()))
                })
                .collect()
        })
    }
}

/// What the template comes to under a policy, with every part that some policy needs.
fn stacks(policy: &PolicyFile) -> Stacks {
    let place = Place {
        account: policy.owner.account.clone(),
        region: policy.owner.home_region.clone(),
        stack: "goldcast".to_owned(),
    };
    let mut values = values_of(policy);
    let given = [
        ("CodeBucket", "goldcast-packages"),
        ("CodePrefix", "goldcast/test"),
        ("ShareEncrypted", "true"),
        ("ToldBucket", BUCKET),
        ("PolicyBucket", BUCKET),
    ];
    for (name, value) in given {
        values.insert(name.to_owned(), value.to_owned());
    }
    Stacks::of(Template::parse(TEMPLATE).unwrap().resolve(&place, &values).unwrap())
}

impl Default for Stage {
    fn default() -> Self {
        Self::new()
    }
}
