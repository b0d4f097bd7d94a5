//! Retiring: what the policy keeps no longer goes out of use, through the engine and the simulated cloud.

use goldcast_emulator::cloud::Setup;
use goldcast_tests::Stage;

const POLICY: &str = include_str!("../../goldcast.toml");

fn keeping(keep: usize, more: &str) -> String {
    POLICY.replace("[policy.share]", &format!("keep = {keep}\n{more}\n[policy.share]"))
}

async fn with_releases(policy: &str, count: usize) -> Stage {
    let stage = Stage::with(Setup::with_seed(7), policy);
    for number in 1..=count {
        stage.build(&format!("linux-{number}")).await;
        for _ in 0..4 {
            stage.sweep().await;
            stage.pass_long();
        }
    }
    stage
}

#[tokio::test]
async fn releases_beyond_those_that_are_kept_are_parked_at_once_and_deleted_after_the_window() {
    let deleting = "retire = { undo-days = 2, delete-snapshots = true, delete-sources = true }";
    let stage = with_releases(&keeping(2, deleting), 3).await;
    assert_eq!(stage.images().len(), 12, "parked, and still there");
    assert!(
        stage
            .released()
            .values()
            .all(|release| release.as_deref() == Some("linux-3"))
    );
    stage.pass_minutes(2 * 24 * 60);
    stage.settle().await;
    let images = stage.images();
    assert_eq!(images.len(), 8, "{images:?}");
    assert!(
        images.iter().all(|(_, name)| !name.starts_with("linux-1")),
        "{images:?}"
    );
    let snapshots = stage.cloud(|cloud, _| {
        let regions = stage.policy.all_regions().into_iter();
        regions.map(|region| cloud.snapshots(region).count()).sum::<usize>()
    });
    assert_eq!(snapshots, 8);
}

#[tokio::test]
async fn a_source_that_others_built_is_taken_back_and_stays() {
    let stage = with_releases(&keeping(1, "retire = { undo-days = 0 }"), 2).await;
    stage.settle().await;
    let images = stage.images();
    let old: Vec<_> = images.iter().filter(|(_, name)| name.starts_with("linux-1")).collect();
    assert_eq!(old.len(), 1, "{old:?}");
    assert_eq!(old[0].1, "linux-1", "the source");
    assert_eq!(
        stage.sweep().await.report.writes,
        0,
        "and nothing more is done about it"
    );
}

#[tokio::test]
async fn keeping_more_again_brings_back_what_is_still_in_the_window() {
    let stage = with_releases(&keeping(1, ""), 2).await;
    let parked = |stage: &Stage| {
        stage.cloud(|cloud, _| {
            let owner = &stage.policy.owner.account;
            let images = stage
                .policy
                .all_regions()
                .into_iter()
                .flat_map(|region| cloud.images(owner, region));
            let families = images.filter_map(|image| image.family.clone());
            families.filter(|family| family.starts_with("goldcast-parked-")).count()
        })
    };
    assert_eq!(parked(&stage), 4);
    let stage = stage.under(&keeping(2, ""));
    stage.settle().await;
    assert_eq!(parked(&stage), 0);
    assert!(
        stage
            .released()
            .values()
            .all(|release| release.as_deref() == Some("linux-2"))
    );
}

#[tokio::test]
async fn a_region_that_the_policy_leaves_is_found_by_the_daily_look_and_retired_there() {
    let stage = with_releases(&keeping(2, "retire = { undo-days = 0, delete-snapshots = true }"), 1).await;
    let fewer = keeping(2, "retire = { undo-days = 0, delete-snapshots = true }").replace(", \"eu-central-1\"", "");
    let stage = stage.under(&fewer);
    assert_eq!(stage.sweep().await.report.writes, 0, "nobody looks there");
    let frankfurt = "eu-central-1".parse().unwrap();
    for _ in 0..4 {
        let run = stage.sweep_everywhere().await;
        assert!(run.report.failures.is_empty(), "{:?}", run.report.failures);
    }
    stage.cloud(|cloud, _| {
        assert_eq!(cloud.images(&stage.policy.owner.account, &frankfurt).count(), 0);
        assert_eq!(cloud.snapshots(&frankfurt).count(), 0);
    });
    assert!(
        stage
            .released()
            .values()
            .all(|release| release.as_deref() == Some("linux-1"))
    );
}

#[tokio::test]
async fn an_image_that_instances_run_from_stays() {
    let mut setup = Setup::with_seed(7);
    setup.images_in_use.insert("linux-1".to_owned());
    let policy = keeping(1, "retire = { undo-days = 0, delete-sources = true }");
    let stage = Stage::with(setup, &policy);
    for number in 1..=2 {
        stage.build(&format!("linux-{number}")).await;
        for _ in 0..4 {
            stage.sweep().await;
            stage.pass_long();
        }
    }
    let last = stage.sweep().await;
    assert_eq!(stage.images().len(), 8);
    assert!(last.plan.to_string().contains("instances run from"), "{}", last.plan);
}
