//! Every open question with the answer that is not the default. Not here: what is lived under it.

use std::collections::BTreeSet;

use goldcast_emulator::cloud::{CopySlots, Periods, Quota, Rate, Switches};

/// One open question and the answer that is not the default.
pub(super) type Turn = (&'static str, fn(&mut Switches));

/// Every switch, turned. Limits are turned to the other published number, or to one that the lives below still fit in.
pub(super) const TURNS: &[Turn] = &[
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
    ("quota_names", |s| {
        s.quota_names
            .insert(Quota::AccountsPerImage, "自定义镜像可共享用户数".to_owned());
    }),
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
    ("missing_objects_named", |s| {
        s.missing_objects_named = !s.missing_objects_named;
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
];

/// The names of all switches, as `Debug` writes them.
pub(super) fn names() -> BTreeSet<String> {
    let text = format!("{:#?}", Switches::default());
    let fields = text.lines().filter_map(|line| line.strip_prefix("    "));
    let fields = fields.filter(|line| !line.starts_with([' ', '}', ']', ')']));
    fields
        .filter_map(|line| Some(line.split_once(':')?.0.to_owned()))
        .collect()
}
