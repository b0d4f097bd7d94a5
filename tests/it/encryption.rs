//! Encryption: a key per region, and sharing only with whom the share role trusts, through the engine and the simulated cloud.

use std::collections::BTreeMap;

use goldcast_domain::{AccountId, RegionId};
use goldcast_emulator::cloud::{KeyState, KmsKey, Role, Setup};
use goldcast_engine::Finished;
use goldcast_tests::Stage;

const REGIONS: [&str; 3] = ["cn-shanghai", "ap-southeast-1", "cn-beijing"];
const RECIPIENTS: [&str; 2] = ["2000000000000001", "2000000000000002"];

fn key(region: &str) -> String {
    format!("key-{region}-0001")
}

fn stage() -> Stage {
    let stage = Stage::with(Setup::with_seed(7), include_str!("../fixtures/encrypted.toml"));
    let owner = stage.policy.owner.account.clone();
    stage.cloud(|cloud, now| {
        for region in REGIONS {
            cloud.put_kms_key(KmsKey::new(&owner, &region.parse().unwrap(), &key(region), now));
        }
        cloud.put_role(now, &Role::share_encrypted(&owner, &[]));
    });
    stage
}

fn granted(stage: &Stage) -> BTreeMap<RegionId, usize> {
    stage
        .grants()
        .into_iter()
        .map(|(region, accounts)| (region, accounts.len()))
        .collect()
}

fn blocks(run: &Finished) -> Vec<&'static str> {
    run.plan.blocks.iter().map(|block| block.kind.name()).collect()
}

#[tokio::test]
async fn an_encrypted_release_is_copied_under_each_regions_key_and_shared_with_whom_the_role_trusts() {
    let stage = stage();
    stage.build("linux-1").await;
    let last = stage.settle().await;
    assert!(last.plan.blocks.is_empty(), "{}", last.plan);
    assert_eq!(granted(&stage).len(), 3, "{}", last.plan);
    assert!(
        granted(&stage).values().all(|count| *count == 2),
        "{:?}",
        granted(&stage)
    );
    let owner: &AccountId = &stage.policy.owner.account;
    stage.cloud(|cloud, _| {
        let trust = cloud.trust_document(owner, Role::SHARE_ENCRYPTED).unwrap();
        for account in RECIPIENTS {
            assert!(trust.contains(&format!("{account}@ecs.aliyuncs.com")), "{trust}");
        }
        for region in REGIONS {
            let image = cloud
                .resolve_family(&region.parse().unwrap(), owner, "corp-linux")
                .unwrap();
            assert!(
                image
                    .disks
                    .iter()
                    .all(|disk| disk.kms_key.as_deref() == Some(&key(region))),
                "{region}"
            );
        }
    });
}

#[tokio::test]
async fn a_settled_world_with_keys_makes_no_write() {
    let stage = stage();
    stage.build("linux-1").await;
    stage.settle().await;
    assert_eq!(stage.sweep().await.report.writes, 0);
}

#[tokio::test]
async fn a_disabled_key_is_a_block_for_its_region_and_the_others_go_on() {
    let stage = stage();
    let owner = stage.policy.owner.account.clone();
    stage.cloud(|cloud, now| {
        let mut disabled = KmsKey::new(&owner, &"cn-shanghai".parse().unwrap(), &key("cn-shanghai"), now);
        disabled.state = KeyState::Disabled;
        cloud.put_kms_key(disabled);
    });
    stage.build("linux-1").await;
    for _ in 0..4 {
        stage.sweep().await;
        stage.pass_long();
    }
    let run = stage.sweep().await;
    assert_eq!(blocks(&run), ["key-unusable"], "{}", run.plan);
    assert_eq!(
        stage.images().len(),
        3,
        "source, its encrypted copy beside it, and Singapore's"
    );
    assert!(granted(&stage).is_empty(), "released everywhere or nowhere");
}

#[tokio::test]
async fn a_trust_document_that_someone_broke_is_a_block_and_is_not_overwritten() {
    let stage = stage();
    let owner = stage.policy.owner.account.clone();
    let mut role = Role::share_encrypted(&owner, &[]);
    role.trust = goldcast_emulator::cloud::Trust::Document("{ not json".to_owned());
    stage.cloud(|cloud, now| cloud.put_role(now, &role));
    stage.build("linux-1").await;
    for _ in 0..3 {
        stage.sweep().await;
        stage.pass_long();
    }
    let run = stage.sweep().await;
    assert!(blocks(&run).contains(&"trust-broken"), "{}", run.plan);
    let text = stage.cloud(|cloud, _| cloud.trust_document(&owner, Role::SHARE_ENCRYPTED).map(str::to_owned));
    assert_eq!(text.as_deref(), Some("{ not json"));
}
