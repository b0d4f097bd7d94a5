//! A golden image travels: the engine in front of the simulated cloud, without processes or sockets.

use std::collections::BTreeSet;

use goldcast_domain::{ImageRef, RegionId, Scope, ledger};
use goldcast_emulator::cloud::Setup;
use goldcast_tests::{People, Script, Stage};

const NAME: &str = "corp-linux-2026.11";

fn everywhere(stage: &Stage, name: &str) -> bool {
    stage
        .released()
        .values()
        .all(|release| release.as_deref() == Some(name))
}

fn home(stage: &Stage, image: &goldcast_domain::ImageId) -> ImageRef {
    ImageRef {
        region: stage.policy.owner.home_region.clone(),
        image: image.clone(),
    }
}

fn count(stage: &Stage, action: &str) -> usize {
    stage.cloud(|cloud, _| cloud.calls().iter().filter(|call| call.action == action).count())
}

#[tokio::test]
async fn a_golden_image_reaches_every_region_and_account_of_its_policy() {
    let stage = Stage::new();
    stage.build(NAME).await;
    stage.settle().await;
    assert!(everywhere(&stage, NAME), "{:?}", stage.released());
    let grants: BTreeSet<_> = stage.grants().into_values().collect();
    assert_eq!(grants.len(), 1, "the same accounts everywhere");
    // prod 6, prod-eu 2, dev 3 minus the excepted one, and one of the sandbox by name.
    assert_eq!(grants.first().unwrap().len(), 11);
}

#[tokio::test]
async fn a_settled_world_makes_no_write() {
    let stage = Stage::new();
    stage.build(NAME).await;
    stage.settle().await;
    let sweep = stage.sweep().await;
    assert_eq!(sweep.report.writes, 0);
    assert!(sweep.plan.actions.is_empty());
}

#[tokio::test]
async fn nothing_is_launched_anywhere_before_it_is_in_place_everywhere() {
    let stage = Stage::new();
    stage.build("corp-linux-1").await;
    stage.settle().await;
    stage.build("corp-linux-2").await;
    for _ in 0..200 {
        stage.run(Scope::InFlight).await;
        let resolved: BTreeSet<_> = stage.released().into_values().flatten().collect();
        assert_eq!(resolved.len(), 1, "two releases at once: {resolved:?}");
        if everywhere(&stage, "corp-linux-2") {
            return;
        }
        stage.pass_minutes(1);
    }
    panic!("it was never released: {:?}", stage.released());
}

#[tokio::test]
async fn a_run_that_is_killed_after_any_call_is_finished_by_the_next() {
    let calls = {
        let stage = Stage::new();
        stage.build(NAME).await;
        let first = stage.sweep().await.report;
        stage.pass_long();
        let second = stage.sweep().await.report;
        usize::try_from((first.reads + first.writes).max(second.reads + second.writes)).unwrap()
    };
    assert!(calls > 10);
    let expected = {
        let stage = Stage::new();
        stage.build(NAME).await;
        stage.settle().await;
        (stage.images(), stage.grants())
    };
    for kill in [Script::KilledAfter, Script::KilledUnheard] {
        for n in 0..=calls {
            let stage = Stage::new();
            stage.build(NAME).await;
            stage.sweep_with(kill(n)).await;
            stage.pass_long();
            stage.sweep_with(kill(n)).await;
            stage.settle().await;
            assert_eq!((stage.images(), stage.grants()), expected, "{:?}", kill(n));
        }
    }
}

#[tokio::test]
async fn a_region_that_does_not_answer_holds_up_only_itself_and_the_commit() {
    let stage = Stage::new();
    stage.build(NAME).await;
    let dark = || Script::RegionDark("eu-central-1");
    let first = stage.sweep_with(dark()).await;
    assert!(first.report.wants_retry());
    stage.pass_long();
    let second = stage.sweep_with(dark()).await;
    assert_eq!(second.report.done.get("set-family"), None);
    assert_eq!(
        stage.images().len(),
        3,
        "home and the two other regions: {:?}",
        stage.images()
    );
    stage.settle().await;
    assert!(everywhere(&stage, NAME));
}

#[tokio::test]
async fn an_account_that_joins_the_folder_gets_every_image_and_one_that_is_deleted_loses_it() {
    let stage = Stage::new();
    stage.build(NAME).await;
    stage.settle().await;
    let created = stage
        .call(
            People::Management,
            "CreateResourceAccount",
            &[("DisplayName", "payments"), ("ParentFolderId", "fd-prod000001")],
        )
        .await;
    let joined = created["Account"]["AccountId"].as_str().unwrap().to_owned();
    stage.sweep().await;
    assert!(
        stage
            .grants()
            .values()
            .all(|accounts| accounts.contains(joined.as_str()))
    );
    stage
        .call(People::Management, "DeleteAccount", &[("AccountId", &joined)])
        .await;
    stage.pass_long();
    stage.sweep().await;
    assert!(
        stage
            .grants()
            .values()
            .all(|accounts| !accounts.contains(joined.as_str()))
    );
}

#[tokio::test]
async fn a_member_function_serves_its_account_without_listing_the_directory() {
    let stage = Stage::new();
    stage.build(NAME).await;
    stage.settle().await;
    let created = stage
        .call(
            People::Management,
            "CreateResourceAccount",
            &[("DisplayName", "payments"), ("ParentFolderId", "fd-dev0000001")],
        )
        .await;
    let joined: goldcast_domain::AccountId = created["Account"]["AccountId"].as_str().unwrap().parse().unwrap();
    let listings = count(&stage, "ListAccounts");
    let run = stage.run(Scope::Account(joined.clone())).await;
    assert_eq!(count(&stage, "ListAccounts"), listings);
    assert!(stage.grants().values().all(|accounts| accounts.contains(&joined)));
    assert_eq!(run.report.wake.len(), 1, "the sweep is woken to say so");
}

#[tokio::test]
async fn an_event_about_somebody_elses_image_costs_one_read() {
    let stage = Stage::new();
    let image = stage.build_other("just-a-test").await;
    let run = stage.run(Scope::Image(home(&stage, &image))).await;
    assert_eq!((run.report.reads, run.report.writes), (1, 0));
}

#[tokio::test]
async fn one_new_image_costs_no_more_calls_than_the_facts_force() {
    let stage = Stage::new();
    let image = stage.build(NAME).await;
    let regions = u64::try_from(stage.policy.all_regions().len() - 1).unwrap();
    let accounts = 11_u64;
    let (grants, read_back) = (accounts.div_ceil(10), accounts.div_ceil(100));
    let directory = 2; // AssumeRole and one page of members
    // Folders go by shelf unless something forbids it, so where an image is about to be shared the region's shares are read once.
    let shares = 1;
    // The event: the image, a listing per region, the directory; copies, and the home image's grants, read back.
    let event = stage.run(Scope::Image(home(&stage, &image))).await.report;
    assert_eq!(
        (event.reads, event.writes),
        (1 + (regions + 1) + directory + shares + read_back, regions + grants)
    );
    // Ticks while copies run: one read per region. The home image is shared already and is read each time, as is the directory.
    stage.pass_minutes(1);
    let tick = stage.run(Scope::InFlight).await.report;
    assert_eq!(
        (tick.reads, tick.writes),
        ((regions + 1) + directory + shares + read_back, 0)
    );
    // The last tick: grants in every region, read back, every region listed again right before the commit, and its read-back.
    stage.pass_long();
    let last = stage.run(Scope::InFlight).await.report;
    let grant_reads = (regions + 1) * read_back;
    assert_eq!(
        (last.reads, last.writes),
        (
            (regions + 1) + directory + (regions + 1) * shares + grant_reads + 2 * (regions + 1),
            regions * grants + (regions + 1)
        )
    );
    assert!(everywhere(&stage, NAME));
}

#[tokio::test]
async fn a_copy_that_failed_is_made_again_by_the_sweep() {
    let stage = Stage::new();
    stage.build(NAME).await;
    stage.sweep().await;
    let region: RegionId = "eu-central-1".parse().unwrap();
    let failed = stage.cloud(|cloud, now| {
        let copy = cloud
            .images(&stage.policy.owner.account, &region)
            .next()
            .unwrap()
            .id
            .clone();
        assert!(cloud.fail_making(now, &region, &copy));
        copy
    });
    let function = stage.run(Scope::InFlight).await;
    assert_eq!(
        function.report.wake.len(),
        1,
        "a function leaves the deletion to the sweep"
    );
    stage.settle().await;
    assert!(everywhere(&stage, NAME));
    let alive = stage.cloud(|cloud, _| cloud.image(&region, &failed).is_some());
    assert!(!alive, "the dead copy is gone");
}

#[tokio::test]
async fn an_account_that_the_cloud_does_not_know_costs_nobody_else_the_image() {
    for named in [true, false] {
        let mut setup = Setup::with_seed(7);
        setup.switches.unknown_accounts_named = named;
        let policy = include_str!("../../goldcast.toml").replace("[\"2000000000000012\"]", "[\"9999999999999999\"]");
        let stage = Stage::with(setup, &policy);
        stage.build(NAME).await;
        let last = stage.settle().await;
        assert!(everywhere(&stage, NAME), "{}", last.plan);
        assert_eq!(last.plan.blocks[0].kind.name(), "account-refused");
        assert!(stage.grants().values().all(|accounts| accounts.len() == 10));
    }
}

#[tokio::test]
async fn tags_of_the_ledger_are_on_every_copy_from_its_first_moment() {
    let stage = Stage::new();
    let source = stage.build(NAME).await;
    stage.sweep().await;
    let regions: Vec<_> = stage.policy.policies["base-linux"].regions.iter().cloned().collect();
    for region in regions {
        let tags = stage.cloud(|cloud, _| {
            cloud
                .images(&stage.policy.owner.account, &region)
                .next()
                .unwrap()
                .tags
                .clone()
        });
        assert_eq!(tags[ledger::SOURCE], source.as_str());
        assert_eq!(tags[ledger::RELEASE], NAME);
        assert_eq!(tags[ledger::POLICY], "base-linux");
    }
}
