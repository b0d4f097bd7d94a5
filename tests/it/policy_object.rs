//! The policy in object storage: what is pushed there comes into force, what is no good does not, and nobody loses anything by
//! a policy that is on its way out.

use std::time::Duration;

use goldcast_cloud::{Deadline, ObjectPlace};
use goldcast_domain::policy::{Edition, authoring};
use goldcast_domain::{AccountId, Scope};
use goldcast_emulator::cloud::{Fault, FaultRule, Setup};
use goldcast_engine::{Engine, Finished, InForce, PolicyObject, PolicySource, PolicyUnread};
use goldcast_planner::Right;
use goldcast_tests::{InProcess, People, Script, Stage};

const EXAMPLE: &str = include_str!("../../goldcast.toml");
const BUCKET: &str = "corp-goldcast";
const KEY: &str = "prod/policy.json";
const ACCEPTED: &str = "prod/policy.accepted.json";
const OBJECT: &str = "oss://corp-goldcast/prod/policy.json";
/// Named by the example policy.
const NAMED: &str = "2000000000000012";

fn soon() -> Deadline {
    Deadline::after(Duration::from_mins(5))
}

/// The example policy as functions carry it, with a serial.
fn edition(serial: u64, change: impl Fn(&str) -> String) -> String {
    let text = format!(
        "serial = {serial}\n{}",
        change(EXAMPLE).replace("folders = [", "by = \"grant\"\nfolders = [")
    );
    serde_json::to_string(&authoring::read(&text).unwrap()).unwrap()
}

fn example(serial: u64) -> String {
    edition(serial, str::to_owned)
}

/// Without the account that it names.
fn without_named(serial: u64) -> String {
    edition(serial, |text| text.replace(NAMED, "2000000000000013"))
}

/// A stage, and a sweep that was packaged with serial 1.
struct Scene {
    stage: Stage,
    source: PolicySource,
}

impl Scene {
    fn open() -> Self {
        let stage = Stage::with(Setup::with_seed(7), EXAMPLE);
        let source = source(&stage);
        Self { stage, source }
    }

    /// What a new instance of the sweep begins with.
    fn start_cold(&mut self) {
        self.source = source(&self.stage);
    }

    fn put(&self, key: &str, body: impl Into<bytes::Bytes>) {
        let body = body.into();
        assert!(
            self.stage
                .cloud(|cloud, now| cloud.write_object(now, BUCKET, key, body))
        );
    }

    fn push(&self, body: impl Into<bytes::Bytes>) {
        self.put(KEY, body);
    }

    fn accepted(&self) -> Option<String> {
        self.stage.cloud(|cloud, _| {
            let found = cloud.objects(BUCKET).find(|(key, _)| *key == ACCEPTED);
            found.map(|(_, object)| String::from_utf8(object.body.to_vec()).unwrap())
        })
    }

    fn client(&self) -> goldcast_cloud::Client<InProcess> {
        self.stage.client_of(People::Owner, Script::Faithful)
    }

    async fn read(&self) -> Result<InForce, PolicyUnread> {
        let in_force = self.source.read(&self.client(), soon()).await?;
        assert_eq!(self.source.keep(&self.client(), soon()).await, None);
        Ok(in_force)
    }

    #[track_caller]
    fn serial(in_force: &InForce) -> u64 {
        in_force.policy().serial.unwrap().get()
    }

    /// One run of the sweep by this policy.
    async fn sweep(&self, in_force: &InForce) -> Finished {
        let engine = Engine::under(in_force.clone(), self.client(), self.stage.clock());
        engine.run(Scope::Everything, Right::SweepOnly, soon()).await
    }

    /// Reads the policy and sweeps until everything is as it wants it.
    async fn settle(&self) {
        let mut is_settled = false;
        for _ in 0..20 {
            let in_force = self.read().await.unwrap();
            is_settled = self.sweep(&in_force).await.plan.is_settled();
            if is_settled {
                break;
            }
            self.stage.pass_long();
        }
        assert!(is_settled, "it never settles");
    }

    fn regions_with(&self, account: &str) -> usize {
        let account: AccountId = account.parse().unwrap();
        self.stage
            .grants()
            .values()
            .filter(|accounts| accounts.contains(&account))
            .count()
    }
}

fn source(stage: &Stage) -> PolicySource {
    let object = PolicyObject::new(OBJECT, &stage.policy.owner.home_region).unwrap();
    PolicySource::new(Edition::parse(example(1).as_bytes()).unwrap(), Some(object)).keeping()
}

#[tokio::test]
async fn what_is_pushed_is_in_force_in_the_next_run_and_kept() {
    let scene = Scene::open();
    let before = scene.read().await.unwrap();
    assert_eq!(
        Scene::serial(&before),
        1,
        "nothing was ever accepted, so the package counts"
    );
    assert_eq!(before.refused().unwrap().why, "there is no such object");
    scene.push(example(2));
    let in_force = scene.read().await.unwrap();
    assert_eq!(Scene::serial(&in_force), 2);
    assert!(in_force.refused().is_none());
    assert_eq!(scene.accepted(), Some(example(2)));
    let calls = scene.client();
    let again = scene.source.read(&calls, soon()).await.unwrap();
    assert!(again.is_same_as(&in_force));
    assert_eq!(
        (calls.calls().reads(), calls.calls().writes()),
        (1, 0),
        "one answer without a body"
    );
}

#[tokio::test]
async fn what_is_no_good_is_refused_and_the_last_good_one_stays() {
    let scene = Scene::open();
    scene.push(example(5));
    scene.read().await.unwrap();
    let stranger = example(6).replace("1234567890123456", "3234567890123456");
    let unserialed = example(6).replace("\"serial\":6,", "");
    for (offered, why) in [
        (
            "no json".to_owned(),
            "it is no policy: expected ident at line 1 column 2",
        ),
        (example(4), "its serial 4 is below 5"),
        (without_named(5), "it says something else under the serial 5 too"),
        (unserialed, "it has no serial"),
        (stranger, "it is of account 3234567890123456"),
    ] {
        scene.push(offered);
        for look in ["first", "second"] {
            let in_force = scene.read().await.unwrap();
            assert_eq!(Scene::serial(&in_force), 5, "{look}: {why}");
            assert_eq!(in_force.refused().unwrap().why, why, "{look}");
            let blocks = scene.sweep(&in_force).await.report.blocks;
            assert_eq!(
                blocks
                    .iter()
                    .filter(|block| block.kind.name() == "policy-refused")
                    .count(),
                1
            );
        }
    }
    assert_eq!(scene.accepted(), Some(example(5)));
    scene.push(example(6));
    let mended = scene.read().await.unwrap();
    assert_eq!((Scene::serial(&mended), mended.refused()), (6, None));
    assert!(scene.sweep(&mended).await.report.blocks.is_empty());
}

#[tokio::test]
async fn a_new_instance_that_finds_something_refused_goes_by_what_was_accepted() {
    let mut scene = Scene::open();
    scene.push(example(5));
    scene.read().await.unwrap();
    scene.push("{}");
    scene.start_cold();
    let in_force = scene.read().await.unwrap();
    assert_eq!(Scene::serial(&in_force), 5);
    assert!(in_force.refused().unwrap().why.starts_with("it is no policy"));
}

#[tokio::test]
async fn an_instance_that_slept_learns_what_was_accepted_meanwhile() {
    let mut scene = Scene::open();
    scene.push(example(5));
    scene.read().await.unwrap();
    let slept = std::mem::replace(&mut scene.source, source(&scene.stage));
    scene.push(example(6));
    scene.read().await.unwrap();
    scene.push("{}");
    scene.source = slept;
    assert_eq!(Scene::serial(&scene.read().await.unwrap()), 6);
}

#[tokio::test]
async fn a_package_that_is_newer_than_what_was_accepted_counts() {
    let mut scene = Scene::open();
    scene.push(example(5));
    scene.read().await.unwrap();
    let object = PolicyObject::new(OBJECT, &scene.stage.policy.owner.home_region).unwrap();
    let packaged = Edition::parse(example(9).as_bytes()).unwrap();
    scene.source = PolicySource::new(packaged, Some(object)).keeping();
    let in_force = scene.read().await.unwrap();
    assert_eq!(Scene::serial(&in_force), 9);
    assert_eq!(in_force.refused().unwrap().why, "its serial 5 is below 9");
}

#[tokio::test]
async fn where_nothing_can_be_read_the_package_is_never_taken_for_the_policy_in_force() {
    let mut scene = Scene::open();
    scene.push(example(5));
    let dark = |scene: &Scene, calls| {
        let rule = FaultRule::new(Fault::Reset).to("Oss").for_next(calls);
        scene.stage.cloud(|cloud, _| cloud.faults_mut().extend([rule]));
    };
    dark(&scene, 1);
    let error = scene.read().await.unwrap_err();
    assert!(matches!(error, PolicyUnread::Call(_)), "{error}");
    assert_eq!(Scene::serial(&scene.read().await.unwrap()), 5);
    dark(&scene, 1);
    assert_eq!(
        Scene::serial(&scene.read().await.unwrap()),
        5,
        "who knew it goes on with it"
    );
    scene.put(ACCEPTED, "of another version");
    scene.push("of another version");
    scene.start_cold();
    let error = scene.read().await.unwrap_err();
    assert!(matches!(error, PolicyUnread::Accepted { .. }), "{error}");
}

#[tokio::test]
async fn what_cannot_be_kept_is_in_force_and_kept_later() {
    let scene = Scene::open();
    scene.read().await.unwrap();
    scene.push(example(2));
    let in_force = scene.source.read(&scene.client(), soon()).await.unwrap();
    assert_eq!(Scene::serial(&in_force), 2);
    let rule = FaultRule::new(Fault::Reset).to("Oss").for_next(1);
    scene.stage.cloud(|cloud, _| cloud.faults_mut().extend([rule]));
    let failure = scene.source.keep(&scene.client(), soon()).await.unwrap();
    assert!(failure.what.contains(ACCEPTED) && failure.retry, "{failure:?}");
    assert_eq!(scene.accepted(), None);
    scene.read().await.unwrap();
    assert_eq!(scene.accepted(), Some(example(2)));
}

#[tokio::test]
async fn nobody_loses_anything_by_a_policy_that_has_just_been_replaced() {
    let scene = Scene::open();
    scene.push(example(2));
    scene.stage.build("linux-1").await;
    scene.settle().await;
    assert_eq!(scene.regions_with(NAMED), 4);

    scene.push(without_named(3));
    let hasty = scene.read().await.unwrap();
    scene.push(example(4));
    let run = scene.sweep(&hasty).await;
    assert_eq!(
        scene.regions_with(NAMED),
        4,
        "the run planned by serial 3 and found it replaced"
    );
    let waits: Vec<_> = run.report.waits.iter().map(ToString::to_string).collect();
    assert_eq!(
        waits,
        ["nothing is taken away before the next run: the policy has changed during the run"]
    );
    assert_eq!(scene.regions_with("2000000000000013"), 4, "everything else went on");

    scene.settle().await;
    assert_eq!(
        (scene.regions_with(NAMED), scene.regions_with("2000000000000013")),
        (4, 0)
    );
}

#[tokio::test]
async fn nothing_is_taken_away_while_the_policy_cannot_be_read_again() {
    let scene = Scene::open();
    scene.push(example(2));
    scene.stage.build("linux-1").await;
    scene.settle().await;
    scene.push(without_named(3));
    let in_force = scene.read().await.unwrap();
    let rule = FaultRule::new(Fault::Reset).to("Oss").for_next(1);
    scene.stage.cloud(|cloud, _| cloud.faults_mut().extend([rule]));
    scene.sweep(&in_force).await;
    assert_eq!(scene.regions_with(NAMED), 4);
    scene.sweep(&in_force).await;
    assert_eq!(scene.regions_with(NAMED), 0, "the next run made sure of it and went on");
}

#[tokio::test]
async fn a_person_may_write_the_object_with_any_tool() {
    let scene = Scene::open();
    let place = ObjectPlace::new(scene.stage.policy.owner.home_region.as_str(), BUCKET, KEY);
    let pretty: serde_json::Value = serde_json::from_str(&example(2)).unwrap();
    let body = serde_json::to_vec_pretty(&pretty).unwrap();
    scene.client().put_object(&place, body, soon()).await.unwrap();
    assert_eq!(Scene::serial(&scene.read().await.unwrap()), 2);
    scene.push(example(2));
    assert!(
        scene.read().await.unwrap().refused().is_none(),
        "the same under the same serial"
    );
}
