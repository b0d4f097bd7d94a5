//! Shelves: folders get images by a standing resource share, through the engine and the simulated cloud.

use std::collections::BTreeSet;

use goldcast_domain::{AccountId, RegionId};
use goldcast_emulator::cloud::{FailureReason, Setup};
use goldcast_tests::{People, Stage};

/// The example policy without its exception, so that folders go by shelf.
fn policy() -> String {
    include_str!("../../goldcast.toml").replace("except = [\"2000000000000011\"]", "")
}

fn stage() -> Stage {
    Stage::with(Setup::with_seed(7), &policy())
}

/// Everyone who can launch what the family resolves to, by region.
fn launchers(stage: &Stage) -> Vec<(RegionId, BTreeSet<AccountId>)> {
    let policy = stage.policy.policies.values().next().unwrap();
    let owner = &stage.policy.owner.account;
    stage.cloud(|cloud, _| {
        stage
            .policy
            .regions_of(policy)
            .filter_map(|region| {
                let image = cloud.resolve_family(region, owner, policy.family.as_str())?.id.clone();
                Some((region.clone(), cloud.launchers(region, &image)))
            })
            .collect()
    })
}

#[tokio::test]
async fn folders_get_the_release_by_shelf_and_the_rest_by_grant() {
    let stage = stage();
    stage.build("linux-1").await;
    stage.settle().await;
    let everyone = launchers(&stage);
    assert_eq!(everyone.len(), 4, "{everyone:?}");
    for (region, accounts) in &everyone {
        assert_eq!(accounts.len(), 12, "{region}: {accounts:?}");
    }
    assert!(
        stage.grants().values().all(|granted| granted.len() == 1),
        "only the one that is named"
    );
}

#[tokio::test]
async fn a_settled_world_with_shelves_makes_no_write() {
    let stage = stage();
    stage.build("linux-1").await;
    stage.settle().await;
    let sweep = stage.sweep().await;
    assert_eq!(sweep.report.writes, 0, "{}", sweep.plan);
}

#[tokio::test]
async fn who_joins_a_folder_has_the_release_without_any_call_of_ours() {
    let stage = stage();
    stage.build("linux-1").await;
    stage.settle().await;
    let created = stage
        .call(
            People::Management,
            "CreateResourceAccount",
            &[("DisplayName", "payments"), ("ParentFolderId", "fd-dev0000001")],
        )
        .await;
    let joined: AccountId = created["Account"]["AccountId"].as_str().unwrap().parse().unwrap();
    assert!(launchers(&stage).iter().all(|(_, accounts)| accounts.contains(&joined)));
    assert_eq!(stage.sweep().await.report.writes, 0);
}

#[tokio::test]
async fn the_next_release_stands_on_the_same_shelf() {
    let stage = stage();
    stage.build("linux-1").await;
    stage.settle().await;
    stage.build("linux-2").await;
    stage.settle().await;
    let shelves = stage.cloud(|cloud, _| cloud.resource_shares(&stage.policy.owner.home_region).count());
    assert_eq!(shelves, 1);
    assert!(launchers(&stage).iter().all(|(_, accounts)| accounts.len() == 12));
    assert!(
        stage
            .released()
            .values()
            .all(|release| release.as_deref() == Some("linux-2"))
    );
}

#[tokio::test]
async fn an_association_that_fails_inside_the_cloud_is_made_again() {
    let stage = stage();
    let region: RegionId = "cn-shanghai".parse().unwrap();
    stage.cloud(|cloud, _| cloud.fail_next_association(&region, FailureReason::InternalError));
    stage.build("linux-1").await;
    stage.settle().await;
    assert!(launchers(&stage).iter().all(|(_, accounts)| accounts.len() == 12));
}

#[tokio::test]
async fn nobody_has_an_image_both_ways() {
    let stage = stage();
    stage.build("linux-1").await;
    stage.settle().await;
    let owner = &stage.policy.owner.account;
    stage.cloud(|cloud, _| {
        for region in stage.policy.all_regions() {
            let images: Vec<_> = cloud.images(owner, region).map(|image| image.id.clone()).collect();
            for image in images {
                assert!(!cloud.is_shared_both_ways(region, &image), "{image} in {region}");
            }
        }
    });
}
