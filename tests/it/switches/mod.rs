//! The end is the same whichever way the cloud really behaves: each open question is answered the other way, alone, and
//! whole lives are lived in that cloud. A switch without a row here is found out.

mod turns;

use std::collections::{BTreeMap, BTreeSet};

use goldcast_domain::{AccountId, ImageId, RegionId, Scope, ledger};
use goldcast_emulator::cloud::{KmsKey, Role, Setup, Switches};
use goldcast_emulator::world::Chaos;
use goldcast_tests::{People, Script, Stage};

use self::turns::{TURNS, names};

const POLICY: &str = include_str!("../../../goldcast.toml");
const ENCRYPTED: &str = include_str!("../../fixtures/encrypted.toml");
const KEY_REGIONS: [&str; 3] = ["cn-shanghai", "ap-southeast-1", "cn-beijing"];

/// What anybody can see of a cloud: what each region launches, and who can.
type End = BTreeMap<RegionId, (Option<String>, BTreeSet<AccountId>)>;

fn end(stage: &Stage) -> End {
    let policy = stage.policy.policies.values().next().unwrap();
    let owner = &stage.policy.owner.account;
    let released = stage.released();
    stage.cloud(|cloud, _| {
        let seen = released.into_iter().map(|(region, name)| {
            let image = cloud.resolve_family(&region, owner, policy.family.as_str());
            let image = image.map(|image| image.id.clone());
            let launchers = image.map(|image| cloud.launchers(&region, &image)).unwrap_or_default();
            (region, (name, launchers))
        });
        seen.collect()
    })
}

async fn recall(stage: &Stage, image: &ImageId) {
    let params = [
        ("ResourceType", "image"),
        ("ResourceId.1", image.as_str()),
        ("Tag.1.Key", ledger::RECALL),
        ("Tag.1.Value", "it was a mistake"),
    ];
    stage.call(People::Owner, "TagResources", &params).await;
}

/// Three releases, an account that joins and one that leaves, a recall, and the retiring of what is old.
async fn life(stage: Stage) -> End {
    stage.build("linux-1").await;
    stage.settle().await;
    let params = [("DisplayName", "payments"), ("ParentFolderId", "fd-prod000001")];
    let created = stage.call(People::Management, "CreateResourceAccount", &params).await;
    let joined: AccountId = created["Account"]["AccountId"].as_str().unwrap().parse().unwrap();
    stage.run(Scope::Account(joined.clone())).await;
    stage.build("linux-2").await;
    stage.settle().await;
    let left = [("AccountId", joined.as_str())];
    stage.call(People::Management, "DeleteAccount", &left).await;
    stage.pass_long();
    let bad = stage.build("linux-3").await;
    stage.settle().await;
    recall(&stage, &bad).await;
    stage.settle().await;
    end(&stage)
}

fn setup(turn: fn(&mut Switches)) -> Setup {
    let mut setup = Setup::with_seed(7);
    turn(&mut setup.switches);
    setup
}

fn by_grant(setup: Setup) -> Stage {
    Stage::with(
        setup,
        &POLICY.replace(
            "[policy.share]",
            "keep = 2\nretire = { undo-days = 0 }\n[policy.share]\nby = \"grant\"",
        ),
    )
}

fn by_shelf(setup: Setup) -> Stage {
    let policy = POLICY.replace("except = [\"2000000000000011\"]", "");
    Stage::with(
        setup,
        &policy.replace("[policy.share]", "keep = 2\nretire = { undo-days = 0 }\n[policy.share]"),
    )
}

fn encrypted(setup: Setup) -> Stage {
    let stage = Stage::with(setup, ENCRYPTED);
    let owner = stage.policy.owner.account.clone();
    stage.cloud(|cloud, now| {
        for region in KEY_REGIONS {
            let key = KmsKey::new(&owner, &region.parse().unwrap(), &format!("key-{region}-0001"), now);
            cloud.put_kms_key(key);
        }
        cloud.put_role(now, &Role::share_encrypted(&owner, &[]));
    });
    stage
}

async fn check(scene: fn(Setup) -> Stage, accounts: usize) {
    let expected = life(scene(setup(|_| {}))).await;
    for (region, (release, launchers)) in &expected {
        assert_eq!(
            release.as_deref(),
            Some("linux-2"),
            "{region}: the one before the recalled one"
        );
        assert_eq!(launchers.len(), accounts, "{region}: {launchers:?}");
    }
    for (name, turn) in TURNS {
        assert_eq!(life(scene(setup(*turn))).await, expected, "{name}");
    }
}

#[tokio::test]
async fn a_life_by_grant_ends_the_same() {
    check(by_grant, 11).await;
}

#[tokio::test]
async fn a_life_by_shelf_ends_the_same() {
    check(by_shelf, 12).await;
}

#[tokio::test]
async fn a_life_under_keys_ends_the_same() {
    check(encrypted, 2).await;
}

/// The policy says so, since nothing but a refusal shows it.
fn unmoving(stage: fn(Setup) -> Stage) -> Stage {
    let mut stage = stage(setup(|switches| switches.family_change_while_shared = false));
    stage.policy.limits.families_move_while_shared = false;
    stage
}

#[tokio::test]
async fn where_the_family_cannot_change_while_shared_a_life_ends_the_same() {
    for scene in [by_grant, by_shelf, encrypted] {
        let expected = life(scene(setup(|_| {}))).await;
        assert_eq!(life(unmoving(scene)).await, expected);
    }
}

#[tokio::test]
async fn a_family_that_cannot_change_is_said_with_what_to_do() {
    let stage = by_grant(setup(|switches| switches.family_change_while_shared = false));
    stage.build("linux-1").await;
    for _ in 0..4 {
        stage.sweep().await;
        stage.pass_long();
    }
    let failures = stage.sweep().await.report.failures;
    assert!(!failures.is_empty());
    for failure in &failures {
        assert_eq!(failure.code, "ImageUseShared", "{failure:?}");
        assert!(failure.advice.contains("families-move-while-shared"), "{failure:?}");
    }
}

#[test]
fn every_open_question_is_answered_the_other_way_once() {
    let mut turned: BTreeSet<String> = TURNS.iter().map(|(name, _)| (*name).to_owned()).collect();
    // Has lives of its own, under the policy's key for it.
    turned.insert("family_change_while_shared".to_owned());
    assert_eq!(turned, names());
}

#[test]
fn the_page_of_the_simulated_cloud_names_every_switch_and_every_kind_of_chaos() {
    let page = include_str!("../../../docs/simulated-cloud.md");
    for switch in names() {
        assert!(page.contains(&format!("\n| `{switch}` | ")), "{switch} has no row");
    }
    for chaos in Chaos::all() {
        let row = format!("\n| `{}` | {} |", chaos.name, chaos.says);
        assert!(page.contains(&row), "{row}");
    }
}

/// Neither client tokens nor names keep two copies from being made: looking has to.
#[tokio::test]
async fn with_neither_tokens_nor_name_locks_a_killed_run_is_finished_by_the_next() {
    let blind = || {
        setup(|switches| {
            switches.client_tokens = false;
            switches.name_lock_while_copying = false;
        })
    };
    let expected = {
        let stage = by_grant(blind());
        stage.build("linux-1").await;
        stage.settle().await;
        (stage.images(), end(&stage))
    };
    for kill in [Script::KilledAfter, Script::KilledUnheard] {
        for calls in 0..30 {
            let stage = by_grant(blind());
            stage.build("linux-1").await;
            stage.sweep_with(kill(calls)).await;
            stage.pass_long();
            stage.settle().await;
            assert_eq!((stage.images(), end(&stage)), expected, "{:?}", kill(calls));
        }
    }
}
