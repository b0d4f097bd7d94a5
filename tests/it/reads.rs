//! What a sweep that finds nothing to do costs: no write, and no read beyond the stated bound.

use std::collections::BTreeMap;

use goldcast_emulator::cloud::Setup;
use goldcast_tests::Stage;

const POLICY: &str = include_str!("../../goldcast.toml");

/// Calls of the last sweep by name.
async fn last_sweep(stage: &Stage) -> BTreeMap<String, u64> {
    let before = stage.cloud(|cloud, _| cloud.calls().len());
    let run = stage.sweep().await;
    assert_eq!(run.report.writes, 0, "{}", run.plan);
    let calls = stage.cloud(|cloud, _| {
        cloud.calls()[before..]
            .iter()
            .map(|call| call.action.clone())
            .collect::<Vec<_>>()
    });
    let mut counted = BTreeMap::new();
    for action in calls {
        *counted.entry(action).or_default() += 1;
    }
    assert_eq!(
        run.report.reads,
        counted.values().sum::<u64>(),
        "the outcome says what was read"
    );
    counted
}

fn expected(calls: &[(&str, u64)]) -> BTreeMap<String, u64> {
    calls
        .iter()
        .map(|(action, count)| ((*action).to_owned(), *count))
        .collect()
}

#[tokio::test]
async fn with_grants_a_quiet_sweep_lists_images_and_members_and_who_has_each_image() {
    let policy = POLICY.replace("[policy.share]", "[policy.share]\nby = \"grant\"");
    let stage = Stage::with(Setup::with_seed(7), &policy);
    for name in ["linux-1", "linux-2"] {
        stage.build(name).await;
        stage.settle().await;
    }
    let (regions, images) = (4, 8);
    let calls = [
        ("DescribeImages", regions),
        ("DescribeImageSharePermission", images),
        ("ListAccounts", 1),
        ("AssumeRole", 1),
    ];
    assert_eq!(last_sweep(&stage).await, expected(&calls));
}

#[tokio::test]
async fn with_shelves_a_quiet_sweep_lists_shares_resources_and_targets_and_nothing_per_account() {
    let policy = POLICY
        .replace("except = [\"2000000000000011\"]", "")
        .replace("accounts = [\"2000000000000012\"]", "");
    let stage = Stage::with(Setup::with_seed(7), &policy);
    for name in ["linux-1", "linux-2"] {
        stage.build(name).await;
        stage.settle().await;
    }
    let regions = 4;
    let calls = [
        ("DescribeImages", regions),
        ("ListResourceShares", regions),
        ("ListResourceShareAssociations", 2 * regions),
        ("ListAccounts", 1),
        ("AssumeRole", 1),
    ];
    assert_eq!(last_sweep(&stage).await, expected(&calls));
}

#[tokio::test]
async fn where_an_exception_keeps_images_off_the_shelf_one_listing_a_region_shows_that_none_stands_there() {
    let stage = Stage::new();
    stage.build("linux-1").await;
    stage.settle().await;
    let calls = [
        ("DescribeImages", 4),
        ("DescribeImageSharePermission", 4),
        ("ListResourceShares", 4),
        ("ListAccounts", 1),
        ("AssumeRole", 1),
    ];
    assert_eq!(last_sweep(&stage).await, expected(&calls));
}

#[tokio::test]
async fn without_folders_the_directory_is_never_asked() {
    let policy = POLICY
        .replace("folders = [\"fd-prod000001\", \"fd-dev0000001\"]", "")
        .replace("except = [\"2000000000000011\"]", "");
    let stage = Stage::with(Setup::with_seed(7), &policy);
    stage.build("linux-1").await;
    stage.settle().await;
    let calls = [("DescribeImages", 4), ("DescribeImageSharePermission", 4)];
    assert_eq!(last_sweep(&stage).await, expected(&calls));
}

#[tokio::test]
async fn an_image_that_nobody_has_costs_nothing_beyond_the_listing() {
    let stage = Stage::new();
    stage.build("linux-1").await;
    stage.settle().await;
    let before: u64 = last_sweep(&stage).await.values().sum();
    for number in 0..5 {
        stage.build_other(&format!("test-{number}")).await;
    }
    let after: u64 = last_sweep(&stage).await.values().sum();
    assert_eq!(before, after);
}
