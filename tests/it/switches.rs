//! The end is the same whichever way the cloud really behaves: each open question is answered the other way, alone, and
//! whole lives are lived in that cloud. A switch without a row here is found out.

use std::collections::{BTreeMap, BTreeSet};

use goldcast_domain::{AccountId, ImageId, RegionId, Scope, ledger};
use goldcast_emulator::cloud::{CopySlots, KmsKey, Periods, Rate, Role, Setup, Switches};
use goldcast_emulator::world::Chaos;
use goldcast_tests::{People, Script, Stage};

const POLICY: &str = include_str!("../../goldcast.toml");
const ENCRYPTED: &str = include_str!("../fixtures/encrypted.toml");
const KEY_REGIONS: [&str; 3] = ["cn-shanghai", "ap-southeast-1", "cn-beijing"];

/// One open question and the answer that is not the default.
type Turn = (&'static str, fn(&mut Switches));

/// Every switch, turned. Limits are turned to the other published number, or to one that the lives below still fit in.
fn turns() -> Vec<Turn> {
    vec![
        ("nonce_check", |s| {
            s.nonce_check = !s.nonce_check;
        }),
        ("token_check", |s| {
            s.token_check = !s.token_check;
        }),
        ("copies_inherit_tags", |s| {
            s.copies_inherit_tags = !s.copies_inherit_tags;
        }),
        ("client_tokens", |s| {
            s.client_tokens = !s.client_tokens;
        }),
        ("copy_conflict", |s| {
            s.copy_conflict = !s.copy_conflict;
        }),
        ("copy_slots", |s| {
            s.copy_slots = CopySlots::Source;
        }),
        ("unknown_accounts_named", |s| {
            s.unknown_accounts_named = !s.unknown_accounts_named;
        }),
        ("account_numbers", |s| {
            s.account_numbers = !s.account_numbers;
        }),
        ("unknown_image_deletable", |s| {
            s.unknown_image_deletable = !s.unknown_image_deletable;
        }),
        ("audit_response_elements", |s| {
            s.audit_response_elements = !s.audit_response_elements;
        }),
        ("directory_events", |s| {
            s.directory_events = !s.directory_events;
        }),
        ("directory_event_region", |s| {
            (s.directory_events, s.directory_event_region) = (true, "ap-southeast-1".parse().ok());
        }),
        ("copy_completed_events", |s| {
            s.copy_completed_events = !s.copy_completed_events;
        }),
        ("accounts_per_image", |s| {
            s.accounts_per_image = 20;
        }),
        ("encrypted_share_regions", |s| {
            s.encrypted_share_regions.extend("cn-hangzhou".parse());
        }),
        ("trust_document_chars_max", |s| {
            s.trust_document_chars_max = 6144;
        }),
        ("resource_groups", |s| {
            s.resource_groups = Some(BTreeSet::new());
        }),
        ("used_image_deprecatable", |s| {
            s.used_image_deprecatable = !s.used_image_deprecatable;
        }),
        ("sharing_events", |s| {
            s.sharing_events = !s.sharing_events;
        }),
        ("resource_shares_per_account", |s| {
            s.resource_shares_per_account = 1000;
        }),
        ("shared_resources_per_account", |s| {
            s.shared_resources_per_account = 1000;
        }),
        // Ten over all regions are too few for three releases in four regions.
        ("sharing_quotas_per_region", |s| {
            (s.sharing_quotas_per_region, s.shared_resources_per_account) = (!s.sharing_quotas_per_region, 20);
        }),
        ("associating_again_accepted", |s| {
            s.associating_again_accepted = !s.associating_again_accepted;
        }),
        ("encrypted_images_on_shelves", |s| {
            s.encrypted_images_on_shelves = !s.encrypted_images_on_shelves;
        }),
        ("root_folder_is_target", |s| {
            s.root_folder_is_target = !s.root_folder_is_target;
        }),
        ("shelves_show_as_self_shared", |s| {
            s.shelves_show_as_self_shared = !s.shelves_show_as_self_shared;
        }),
        ("members_per_directory", |s| {
            s.members_per_directory = 500;
        }),
        ("folders_per_directory", |s| {
            s.folders_per_directory = 5;
        }),
        ("images_per_region", |s| {
            s.images_per_region = 100;
        }),
        ("snapshots_per_region", |s| {
            s.snapshots_per_region = 200;
        }),
        ("quota_codes", |s| s.quota_codes.clear()),
        ("quota_ceiling_factor", |s| {
            s.quota_ceiling_factor = 2;
        }),
        ("quota_applications_agreed", |s| {
            s.quota_applications_agreed = !s.quota_applications_agreed;
        }),
        ("tags_of_the_source_win", |s| {
            s.tags_of_the_source_win = !s.tags_of_the_source_win;
        }),
        ("name_lock_while_copying", |s| {
            s.name_lock_while_copying = !s.name_lock_while_copying;
        }),
        ("batch_of_ten_is_atomic", |s| {
            s.batch_of_ten_is_atomic = !s.batch_of_ten_is_atomic;
        }),
        ("adding_a_shared_account_again", |s| {
            s.adding_a_shared_account_again = !s.adding_a_shared_account_again;
        }),
        ("public_image_agreement", |s| {
            s.public_image_agreement = !s.public_image_agreement;
        }),
        ("audit_dotted_lists", |s| {
            s.audit_dotted_lists = !s.audit_dotted_lists;
        }),
        ("import_completed_events", |s| {
            s.import_completed_events = !s.import_completed_events;
        }),
        ("build_snapshot_events", |s| {
            s.build_snapshot_events = !s.build_snapshot_events;
        }),
        ("association_events", |s| {
            s.association_events = !s.association_events;
        }),
        ("oss_roles_needed", |s| {
            s.oss_roles_needed = !s.oss_roles_needed;
        }),
        ("flow_control", |s| {
            s.flow_control = !s.flow_control;
        }),
        ("flow_periods", |s| {
            s.flow_periods = Periods::Sliding;
        }),
        ("share_permission_rate", |s| {
            s.share_permission_rate = Some(Rate::per_minute(100));
        }),
        ("unpublished_rate", |s| {
            s.unpublished_rate = Some(Rate::per_minute(300));
        }),
        ("api_rate", |s| {
            s.api_rate = Some(Rate::per_minute(300));
        }),
        ("xml_root_is_operation", |s| {
            s.xml_root_is_operation = !s.xml_root_is_operation;
        }),
        ("request_bytes_max", |s| {
            s.request_bytes_max = 64 * 1024;
        }),
        ("copy_asks_both_regions", |s| {
            s.copy_asks_both_regions = !s.copy_asks_both_regions;
        }),
        ("folders_are_resources", |s| {
            s.folders_are_resources = !s.folders_are_resources;
        }),
        ("no_permission_services", |s| {
            s.no_permission_services.clear();
        }),
        ("actions_ignore_case", |s| {
            s.actions_ignore_case = !s.actions_ignore_case;
        }),
        ("absent_condition_key_differs", |s| {
            s.absent_condition_key_differs = !s.absent_condition_key_differs;
        }),
        ("every_condition_value_counts", |s| {
            s.every_condition_value_counts = !s.every_condition_value_counts;
        }),
        ("undescribed_snapshot_events", |s| {
            s.undescribed_snapshot_events = !s.undescribed_snapshot_events;
        }),
        ("pipeline_audit_events", |s| {
            s.pipeline_audit_events = !s.pipeline_audit_events;
        }),
        ("pending_invitations_per_account", |s| {
            s.pending_invitations_per_account = 2;
        }),
        ("images_shareable_outside", |s| {
            s.images_shareable_outside = !s.images_shareable_outside;
        }),
        ("delegated_administrators_per_service", |s| {
            s.delegated_administrators_per_service = 2;
        }),
        ("delegated_administrators_removable", |s| {
            s.delegated_administrators_removable = !s.delegated_administrators_removable;
        }),
    ]
}

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
    for (name, turn) in turns() {
        assert_eq!(life(scene(setup(turn))).await, expected, "{name}");
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

/// The names of all switches, as `Debug` writes them.
fn switches() -> BTreeSet<String> {
    let text = format!("{:#?}", Switches::default());
    let fields = text.lines().filter_map(|line| line.strip_prefix("    "));
    let fields = fields.filter(|line| !line.starts_with([' ', '}', ']', ')']));
    fields
        .filter_map(|line| Some(line.split_once(':')?.0.to_owned()))
        .collect()
}

#[test]
fn every_open_question_is_answered_the_other_way_once() {
    let mut turned: BTreeSet<String> = turns().iter().map(|(name, _)| (*name).to_owned()).collect();
    // Has lives of its own, under the policy's key for it.
    turned.insert("family_change_while_shared".to_owned());
    assert_eq!(turned, switches());
}

#[test]
fn the_page_of_the_simulated_cloud_names_every_switch_and_every_kind_of_chaos() {
    let page = include_str!("../../docs/simulated-cloud.md");
    for switch in switches() {
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
