//! Recall: a release is taken back everywhere by one tag, through the engine and the simulated cloud.

use goldcast_domain::{ImageId, ImageRef, Scope, ledger};
use goldcast_emulator::cloud::Setup;
use goldcast_tests::{People, Stage};

fn all_run(stage: &Stage, name: Option<&str>) -> bool {
    stage.released().values().all(|release| release.as_deref() == name)
}

fn home(stage: &Stage, image: &ImageId) -> ImageRef {
    ImageRef {
        region: stage.policy.owner.home_region.clone(),
        image: image.clone(),
    }
}

async fn tag(stage: &Stage, image: &ImageId, value: &str) {
    let params = [
        ("ResourceType", "image"),
        ("ResourceId.1", image.as_str()),
        ("Tag.1.Key", ledger::RECALL),
        ("Tag.1.Value", value),
    ];
    stage.call(People::Owner, "TagResources", &params).await;
}

async fn untag(stage: &Stage, image: &ImageId) {
    let params = [
        ("ResourceType", "image"),
        ("ResourceId.1", image.as_str()),
        ("TagKey.1", ledger::RECALL),
    ];
    stage.call(People::Owner, "UntagResources", &params).await;
}

/// Two releases, the second of them current.
async fn two_releases(policy: &str) -> (Stage, ImageId, ImageId) {
    let stage = Stage::with(Setup::with_seed(7), policy);
    let first = stage.build("linux-1").await;
    stage.settle().await;
    let second = stage.build("linux-2").await;
    stage.settle().await;
    assert!(all_run(&stage, Some("linux-2")));
    (stage, first, second)
}

const POLICY: &str = include_str!("../../goldcast.toml");

#[tokio::test]
async fn a_recall_parks_every_region_in_one_round_before_any_other_write() {
    let (stage, _, second) = two_releases(POLICY).await;
    let before = stage.cloud(|cloud, _| cloud.calls().len());
    tag(&stage, &second, "sshd accepts every key").await;
    // The function that the audit event wakes.
    stage.run(Scope::Image(home(&stage, &second))).await;
    assert!(all_run(&stage, Some("linux-1")), "{:?}", stage.released());
    let writes: Vec<String> = stage.cloud(|cloud, _| {
        let calls = cloud.calls().iter().skip(before + 1);
        let writes = calls.filter(|call| !call.action.starts_with("Describe") && !call.action.starts_with("List"));
        writes
            .map(|call| call.action.clone())
            .filter(|action| action != "AssumeRole")
            .collect()
    });
    let regions = stage.policy.all_regions().len();
    assert!(writes.len() > regions, "and then it is taken from everyone: {writes:?}");
    assert!(
        writes[..regions].iter().all(|action| action == "ModifyImageAttribute"),
        "{writes:?}"
    );
}

#[tokio::test]
async fn what_is_recalled_is_taken_from_everyone() {
    let (stage, _, second) = two_releases(&format!("{POLICY}\n[brakes]\naccounts = 20\n")).await;
    tag(&stage, &second, "bad").await;
    stage.settle().await;
    let owner = &stage.policy.owner.account;
    let left = stage.cloud(|cloud, _| {
        let images = stage
            .policy
            .all_regions()
            .into_iter()
            .flat_map(|region| cloud.images(owner, region));
        images
            .filter(|image| image.tags.get(ledger::RELEASE).unwrap_or(&image.name) == "linux-2")
            .filter(|image| !image.shares.is_empty())
            .count()
    });
    assert_eq!(left, 0);
}

#[tokio::test]
async fn a_recall_on_a_copy_is_as_good_as_one_on_the_source() {
    let (stage, ..) = two_releases(POLICY).await;
    let owner = &stage.policy.owner.account;
    let copy = stage.cloud(|cloud, now| {
        let region = "eu-central-1".parse().unwrap();
        let copies = cloud.images(owner, &region);
        let copy = copies
            .filter(|image| image.tags[ledger::RELEASE] == "linux-2")
            .map(|image| image.id.clone());
        let copy = copy.last().unwrap();
        let _ = now;
        cloud.edit_image(&region, &copy, |image| {
            image.tags.insert(ledger::RECALL.into(), "bad".into());
        });
        ImageRef { region, image: copy }
    });
    stage.run(Scope::Image(copy)).await;
    assert!(all_run(&stage, Some("linux-1")), "{:?}", stage.released());
}

#[tokio::test]
async fn a_recall_taken_back_brings_the_release_back() {
    let (stage, _, second) = two_releases(POLICY).await;
    tag(&stage, &second, "a false alarm").await;
    stage.settle().await;
    assert!(all_run(&stage, Some("linux-1")));
    untag(&stage, &second).await;
    stage.settle().await;
    assert!(all_run(&stage, Some("linux-2")), "{:?}", stage.released());
    assert!(stage.grants().values().all(|accounts| accounts.len() == 11));
}

#[tokio::test]
async fn the_only_release_is_parked_all_the_same_and_that_is_said() {
    let stage = Stage::new();
    let only = stage.build("linux-1").await;
    stage.settle().await;
    tag(&stage, &only, "bad").await;
    let swept = stage.sweep().await;
    assert!(all_run(&stage, None), "{:?}", stage.released());
    let blocks: Vec<_> = swept.plan.blocks.iter().map(|block| block.kind.name()).collect();
    assert!(blocks.contains(&"family-empty"), "{blocks:?}");
}

#[tokio::test]
async fn copies_under_way_are_cancelled() {
    let stage = Stage::new();
    let image = stage.build("linux-1").await;
    stage.sweep().await;
    tag(&stage, &image, "the wrong branch").await;
    stage.run(Scope::Image(home(&stage, &image))).await;
    assert_eq!(stage.images().len(), 1, "{:?}", stage.images());
    stage.settle().await;
    assert_eq!(stage.images().len(), 1, "{:?}", stage.images());
}

#[tokio::test]
async fn a_release_whose_copies_were_cancelled_is_copied_again_when_the_recall_is_taken_back() {
    let stage = Stage::new();
    let image = stage.build("linux-1").await;
    stage.sweep().await;
    tag(&stage, &image, "the wrong branch").await;
    stage.settle().await;
    untag(&stage, &image).await;
    stage.settle().await;
    assert!(all_run(&stage, Some("linux-1")), "{:?}", stage.released());
}

#[tokio::test]
async fn a_recall_that_deletes_waits_for_second_thoughts_and_then_leaves_nothing() {
    let deleting = POLICY.replace(
        "[policy.share]",
        "recall = { then = \"delete\" }\nretire = { undo-days = 1, delete-snapshots = true, delete-sources = true }\n[policy.share]",
    );
    let (stage, _, second) = two_releases(&deleting).await;
    tag(&stage, &second, "bad").await;
    for _ in 0..5 {
        stage.sweep().await;
        stage.pass_long();
    }
    assert_eq!(stage.images().len(), 8, "the window is open");
    stage.pass_minutes(24 * 60);
    stage.settle().await;
    assert_eq!(stage.images().len(), 4, "{:?}", stage.images());
    assert!(all_run(&stage, Some("linux-1")));
    let snapshots = stage.cloud(|cloud, _| {
        let regions = stage.policy.all_regions().into_iter();
        regions.map(|region| cloud.snapshots(region).count()).sum::<usize>()
    });
    assert_eq!(snapshots, 4, "one for each image that is left");
}
