//! What is unsure about the real cloud, as switches. The default is the best reading of public material; whoever
//! learns better changes one line here.

use std::collections::{BTreeMap, BTreeSet};

use goldcast_domain::RegionId;

use super::flow::{Periods, Rate};
use super::quotas::Quota;

/// Regions in which encrypted images can be shared with other accounts, as the guide of November 2025 names them
/// (<https://www.alibabacloud.com/help/en/ecs/user-guide/share-a-custom-image>).
const ENCRYPTED_SHARE_REGIONS: [&str; 6] = [
    "ap-southeast-1",
    "ap-southeast-5",
    "ap-southeast-6",
    "cn-beijing",
    "cn-hongkong",
    "cn-shanghai",
];

/// Which region's five slots a copy takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopySlots {
    /// Those of the region that the copy is made in, where a queued copy shows as `Waiting`.
    Destination,
    /// Those of the region that CopyImage is called in.
    Source,
}

/// Behaviour that public documents leave open.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each switch is one open question, independent of the others"
)]
pub struct Switches {
    /// A signature nonce is accepted once within the clock window. Documented
    /// (<https://help.aliyun.com/en/document_detail/434846.html>); off to replay recorded requests.
    pub nonce_check: bool,
    /// A security token must belong to its key. Documented (same page); off to replay recorded requests, whose tokens
    /// are made up.
    pub token_check: bool,
    /// Copies inherit the source's tags, request tags winning. The guide says so for the console
    /// (<https://www.alibabacloud.com/help/en/ecs/user-guide/copy-an-image>); not proved for the API.
    pub copies_inherit_tags: bool,
    /// Where source and request have the same tag, the copy gets the source's value. Not documented; the request's is
    /// the safer reading.
    pub tags_of_the_source_win: bool,
    /// A copy's name is taken in its destination as soon as CopyImage is accepted; off, only once the copy is
    /// `Available`, so that two copies that run side by side can end with one name. Not documented.
    pub name_lock_while_copying: bool,
    /// One account that cannot be shared with refuses the whole call of ModifyImageSharePermission; off, the others are
    /// shared with all the same. Not documented.
    pub batch_of_ten_is_atomic: bool,
    /// Sharing with an account that has the image already succeeds; off, it is refused. Not documented
    /// (<https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-modifyimagesharepermission>).
    pub adding_a_shared_account_again: bool,
    /// The agreement on community images is signed, so that images can be made public. Nobody has by default
    /// (<https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-modifyimagesharepermission>).
    pub public_image_agreement: bool,
    /// A repeated CopyImage or CreateImage with the same `ClientToken` gives the first answer for 24 hours. The rule is
    /// documented (<https://help.aliyun.com/document_detail/25693.html>), the lifetime for CopyImage is not.
    pub client_tokens: bool,
    /// A source that is being copied cannot be copied again (`OperationDenied.ImageCopyConflict`). The code is
    /// documented; whether it also covers copies to different regions is not, so it is off.
    pub copy_conflict: bool,
    /// Whose five copy slots count. "Per account and region" is documented, which region is not.
    pub copy_slots: CopySlots,
    /// `InvalidAccount.NotFound` names the ids it does not know. Not documented.
    pub unknown_accounts_named: bool,
    /// `AliyunId` in share listings is a JSON number, as in the published sample, and not a string as the SDKs have it
    /// (<https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeimagesharepermission>).
    pub account_numbers: bool,
    /// The family of an image may change while the image is shared. Not verified by anybody.
    pub family_change_while_shared: bool,
    /// Deleting an image that does not exist succeeds. The description says so, the error table says 404
    /// (<https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-deleteimage>).
    pub unknown_image_deletable: bool,
    /// Audit events carry `responseElements`. Seen in ActionTrail records, not in their copy on the bus.
    pub audit_response_elements: bool,
    /// Parameters that are lists appear in audit events as they were sent, `ResourceId.1`; off, as lists. Records of
    /// ActionTrail show flat dotted keys, none of a list was published.
    pub audit_dotted_lists: bool,
    /// Audit events of the resource directory appear on the bus. No public list of event types has them, so it is off.
    pub directory_events: bool,
    /// The region whose bus gets directory events, if any. Unknown; `cn-hangzhou` in the one published record.
    /// `None` is the organisation's home region.
    pub directory_event_region: Option<RegionId>,
    /// Snapshots behind a finished image copy emit `ecs:Snapshot:CreateSnapshotCompleted`. Not documented, so off.
    pub copy_completed_events: bool,
    /// Snapshots behind a finished image import emit `ecs:Snapshot:CreateSnapshotCompleted`. That there is a
    /// `snapshotType` `imported` is documented
    /// (<https://help.aliyun.com/en/ecs/user-guide/snapshot-event-notifications>).
    pub import_completed_events: bool,
    /// Snapshots behind an image that CreateImage made emit the same. Not documented, so off.
    pub build_snapshot_events: bool,
    /// Snapshots that are begun or deleted emit `ecs:Snapshot:CreateSnapshotInitiated` and `SnapshotDeleted`. The types are
    /// documented (<https://help.aliyun.com/zh/eventbridge/user-guide/ecs-events>), what is in them is not.
    pub undescribed_snapshot_events: bool,
    /// What an image pipeline does in an account is audited, as `AliyunServiceEvent` by `system`. Not documented.
    pub pipeline_audit_events: bool,
    /// Accounts that a resource share reaches get `resourcemanager:ResourceSharing:AssociationStatusChange`. The type is
    /// documented (<https://help.aliyun.com/zh/eventbridge/user-guide/resource-management-events>), for images it was not
    /// seen, so it is off. It is one event for each account and image.
    pub association_events: bool,
    /// Accounts that an image can be shared with: the documented default of an adjustable quota.
    pub accounts_per_image: usize,
    /// Regions in which encrypted images can be shared. The editions of the guide differ.
    pub encrypted_share_regions: BTreeSet<RegionId>,
    /// Characters that a role's trust document may have. That there is a limit is documented
    /// (<https://www.alibabacloud.com/help/doc-detail/28754.htm>), its size is not: this is the smallest that RAM has for
    /// any policy.
    pub trust_document_chars_max: usize,
    /// The resource groups there are; `None` takes any name, because groups are not simulated.
    pub resource_groups: Option<BTreeSet<String>>,
    /// An image that instances run on can be deprecated. The code `OperationDeined.ImageUsingByInstance` is documented
    /// (<https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-modifyimageattribute>), what it
    /// forbids is not.
    pub used_image_deprecatable: bool,
    /// Audit events of Resource Sharing appear on the bus. No public list of event types has them, so it is off.
    pub sharing_events: bool,
    /// Resource shares that an account can have: the smaller documented default of an adjustable quota
    /// (<https://www.alibabacloud.com/help/en/resource-management/latest/limits>). Another edition of the page says 1,000
    /// (<https://www.alibabacloud.com/help/en/resource-management/product-overview/limits>).
    pub resource_shares_per_account: usize,
    /// Resources that an account can share: the same two pages, the same two numbers. Whether an image on two shares
    /// counts twice is not documented; here it counts once.
    pub shared_resources_per_account: usize,
    /// Both quotas count in each region by itself. Not documented; off to count over all regions.
    pub sharing_quotas_per_region: bool,
    /// Associating what is associated already succeeds and changes nothing. Not documented.
    pub associating_again_accepted: bool,
    /// Encrypted images can be on a resource share. What the share role would have to trust is not documented, so it is
    /// off and the association fails.
    pub encrypted_images_on_shelves: bool,
    /// Invitations to resource shares that can wait for an answer at once. That there is a limit is documented
    /// (`QuotaExceeded.PendingInvitations`), its size is not.
    pub pending_invitations_per_account: usize,
    /// Images can be shared with accounts outside the directory. That some types cannot is documented
    /// (`ExternalTargetsNotAllowed.ResourceType`), which is not.
    pub images_shareable_outside: bool,
    /// The root folder can be a target. Folders are documented, the root is not mentioned.
    pub root_folder_is_target: bool,
    /// `IsSelfShared` is `True` for an image that only a resource share gives away. Not documented.
    pub shelves_show_as_self_shared: bool,
    /// `ImportImage` and `ExportImage` need the role that lets ECS reach object storage
    /// (<https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-importimage>). Documented; off to
    /// import without setting one up.
    pub oss_roles_needed: bool,
    /// Members a directory can hold: the documented default of an adjustable quota
    /// (<https://www.alibabacloud.com/help/en/resource-management/latest/limits>). Members there from the start do not
    /// fail it.
    pub members_per_directory: usize,
    /// Folders a directory can hold below its root: documented on the same page.
    pub folders_per_directory: usize,
    /// Custom images that an account can have in a region. That there is a quota is documented (`QuotaExceed.Image`), its
    /// size is not, so it is out of the way unless it is lowered.
    pub images_per_region: usize,
    /// Snapshots that an account can have in a region. Likewise (`QuotaExceed.Snapshot`); the real one counts per disk.
    pub snapshots_per_region: usize,
    /// `QuotaActionCode` of each quota in Quota Center. Of none of them is it published; the published ones begin with
    /// `q_` (<https://alibabacloud.com/help/en/quota-center/developer-reference/api-quotas-2020-05-10-listquotaapplications>).
    pub quota_codes: BTreeMap<Quota, String>,
    /// `QuotaName` of a quota that is not called as the English pages call it. Names come in the language of the account;
    /// the Chinese ones are not published.
    pub quota_names: BTreeMap<Quota, String>,
    /// How many times its first value a quota can be raised to. Not documented; each real quota has a range of its own.
    pub quota_ceiling_factor: usize,
    /// Members that can administer one trusted service. Each service sets its own number, which is not published
    /// (<https://www.alibabacloud.com/help/en/resource-management/developer-reference/api-resourcedirectorymaster-2022-04-19-registerdelegatedadministrator>).
    pub delegated_administrators_per_service: usize,
    /// A member that administers a trusted service can be removed or deleted. `Deny.TrustedService` is documented, what
    /// exactly it forbids is not.
    pub delegated_administrators_removable: bool,
    /// Applications to Quota Center are agreed to. Reviewers decide in reality.
    pub quota_applications_agreed: bool,
    /// Calls beyond the rate of an operation are refused with `Throttling.User`. Documented
    /// (<https://help.aliyun.com/zh/ecs/developer-reference/api-throttling>); off to load a cloud at full speed.
    pub flow_control: bool,
    /// Where a period of flow control begins. The same page says for ECS that who is refused in one minute is heard in
    /// the next; for other products nothing is said.
    pub flow_periods: Periods,
    /// The rate of DescribeImageSharePermission and ModifyImageSharePermission. Not published; here the one of
    /// DescribeImages. `None` for no limit.
    pub share_permission_rate: Option<Rate>,
    /// The rate of every other operation without a published one; `None` for no limit. Every operation has one
    /// (same page), of which most are not published.
    pub unpublished_rate: Option<Rate>,
    /// The rate of one operation in a region for all accounts together, refused with `Throttling.Api`; `None` for no
    /// limit. The code is documented (<https://help.aliyun.com/en/document_detail/434846.html>), no figure is.
    pub api_rate: Option<Rate>,
    /// The root element of a success in XML is the operation's name with `Response`, as the samples of ECS have it
    /// (<https://www.alibabacloud.com/help/en/ecs/developer-reference/api-regions-describeregions>); off for
    /// `ActionResponse`, as those of VPC
    /// (<https://www.alibabacloud.com/help/en/virtual-private-cloud/latest/response>).
    pub xml_root_is_operation: bool,
    /// Largest body of a request, in bytes; a larger one is refused with 413 `RequestEntityTooLarge`. Neither the size
    /// nor the code is documented.
    pub request_bytes_max: usize,
    /// CopyImage asks for the source where it is and for any image where it goes, as the older reference has it
    /// (<https://github.com/AlibabaCloudDocs/ecs>); off for the current one, which names any image of one region
    /// (<https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-copyimage>).
    pub copy_asks_both_regions: bool,
    /// Reading a folder of the directory asks for that folder. That `MoveAccount` does is documented
    /// (<https://www.alibabacloud.com/help/en/resource-management/resource-directory/developer-reference/api-resourcedirectorymaster-2022-04-19-moveaccount>),
    /// for the others it is not; off to ask for everything.
    pub folders_are_resources: bool,
    /// Services whose refusals by policy have the code `NoPermission` instead of `Forbidden.RAM`. For STS it is documented
    /// (<https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerole>), for RAM seen in
    /// public code, and for directory and Resource Sharing guessed.
    pub no_permission_services: BTreeSet<String>,
    /// Policies name actions in any capitals. Not documented.
    pub actions_ignore_case: bool,
    /// A condition that wants a key to differ (`StringNotEquals` …) holds where the call has no such key. Not documented.
    pub absent_condition_key_differs: bool,
    /// Where a condition key has several values, a permission asks for every one of them and a denial for any, as if each
    /// were asked for by itself; off for any in both. Not documented.
    pub every_condition_value_counts: bool,
    /// Whoever may read an object is told that it is not there; off, only who may list its bucket, and others are denied it.
    /// The page on looking for an object asks for `oss:GetObject` alone
    /// (<https://www.alibabacloud.com/help/doc-detail/84837.htm>); the other way is known from other clouds.
    pub missing_objects_named: bool,
}

/// Services that refuse with `NoPermission`.
const NO_PERMISSION_SERVICES: [&str; 4] = ["ram", "resourcemanager", "resourcesharing", "sts"];

impl Default for Switches {
    fn default() -> Self {
        Self {
            nonce_check: true,
            token_check: true,
            copies_inherit_tags: true,
            tags_of_the_source_win: false,
            name_lock_while_copying: true,
            batch_of_ten_is_atomic: true,
            adding_a_shared_account_again: true,
            public_image_agreement: false,
            client_tokens: true,
            copy_conflict: false,
            copy_slots: CopySlots::Destination,
            unknown_accounts_named: true,
            account_numbers: false,
            family_change_while_shared: true,
            unknown_image_deletable: false,
            audit_response_elements: true,
            audit_dotted_lists: true,
            directory_events: false,
            directory_event_region: None,
            copy_completed_events: false,
            import_completed_events: true,
            build_snapshot_events: false,
            undescribed_snapshot_events: true,
            pipeline_audit_events: true,
            association_events: false,
            accounts_per_image: 50,
            encrypted_share_regions: ENCRYPTED_SHARE_REGIONS
                .iter()
                .filter_map(|id| id.parse().ok())
                .collect(),
            trust_document_chars_max: 2048,
            resource_groups: None,
            used_image_deprecatable: false,
            sharing_events: false,
            resource_shares_per_account: 10,
            shared_resources_per_account: 10,
            sharing_quotas_per_region: true,
            associating_again_accepted: true,
            encrypted_images_on_shelves: false,
            pending_invitations_per_account: 20,
            images_shareable_outside: true,
            root_folder_is_target: false,
            shelves_show_as_self_shared: false,
            oss_roles_needed: true,
            members_per_directory: 20,
            folders_per_directory: 100,
            images_per_region: 10_000,
            snapshots_per_region: 100_000,
            quota_codes: Quota::ALL
                .into_iter()
                .map(|quota| (quota, quota.default_code().to_owned()))
                .collect(),
            quota_names: BTreeMap::new(),
            quota_ceiling_factor: 10,
            quota_applications_agreed: true,
            flow_control: true,
            flow_periods: Periods::Fixed,
            share_permission_rate: Some(Rate::per_minute(1000)),
            unpublished_rate: None,
            api_rate: None,
            xml_root_is_operation: true,
            request_bytes_max: 1024 * 1024,
            copy_asks_both_regions: true,
            folders_are_resources: true,
            no_permission_services: NO_PERMISSION_SERVICES.iter().map(ToString::to_string).collect(),
            actions_ignore_case: true,
            absent_condition_key_differs: true,
            every_condition_value_counts: true,
            missing_objects_named: true,
            delegated_administrators_per_service: 5,
            delegated_administrators_removable: false,
        }
    }
}
