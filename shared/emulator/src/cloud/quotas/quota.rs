//! The quotas that the simulated cloud enforces. Their names are the published ones where there are any; their ids are not
//! published, so a switch holds them.

use serde::Serialize;

use crate::cloud::switches::Switches;

/// What an account has a limited number of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Quota {
    /// Accounts that one custom image is shared with.
    AccountsPerImage,
    /// Custom images in a region.
    Images,
    /// Snapshots in a region.
    Snapshots,
    /// Folders of a resource directory.
    Folders,
    /// Members of a resource directory.
    Members,
    /// Resource shares.
    ResourceShares,
    /// Resources that are on some resource share.
    SharedResources,
    /// Invitations to take what is shared that nobody has answered.
    PendingInvitations,
}

impl Quota {
    /// All of them, in the order in which they are listed.
    pub const ALL: [Self; 8] = [
        Self::AccountsPerImage,
        Self::Images,
        Self::Snapshots,
        Self::Folders,
        Self::Members,
        Self::ResourceShares,
        Self::SharedResources,
        Self::PendingInvitations,
    ];

    /// The id it has unless [`Switches::quota_codes`] says otherwise. Ids have the form `q_…`; these are made up.
    pub fn default_code(self) -> &'static str {
        match self {
            Self::AccountsPerImage => "q_custom-image-shared-users",
            Self::Images => "q_custom-images",
            Self::Snapshots => "q_snapshots",
            Self::Folders => "q_folders",
            Self::Members => "q_members",
            Self::ResourceShares => "q_resource-shares",
            Self::SharedResources => "q_shared-resources",
            Self::PendingInvitations => "q_pending-invitations",
        }
    }

    /// `ProductCode`.
    pub(crate) fn product(self) -> &'static str {
        match self {
            Self::AccountsPerImage | Self::Images | Self::Snapshots => "ecs",
            Self::Folders | Self::Members => "resourcemanager",
            Self::ResourceShares | Self::SharedResources | Self::PendingInvitations => "resourcesharing",
        }
    }

    /// `QuotaActionCode`.
    pub(super) fn code(self, switches: &Switches) -> &str {
        let named = switches.quota_codes.get(&self);
        named.map_or(self.default_code(), String::as_str)
    }

    /// `QuotaName`.
    pub(super) fn name(self, switches: &Switches) -> &str {
        if let Some(name) = switches.quota_names.get(&self) {
            return name;
        }
        match self {
            Self::AccountsPerImage => "Quota of users that can be shared per custom image",
            Self::Images => "Custom images",
            Self::Snapshots => "Snapshots",
            Self::Folders => "Folders in a resource directory",
            Self::Members => "Members in a resource directory",
            Self::ResourceShares => "Resource shares",
            Self::SharedResources => "Shared resources",
            Self::PendingInvitations => "Pending invitations",
        }
    }

    /// `QuotaDescription`.
    pub(super) fn description(self) -> &'static str {
        match self {
            Self::AccountsPerImage => "The maximum number of accounts that one custom image can be shared with.",
            Self::Images => "The maximum number of custom images that an account can have in a region.",
            Self::Snapshots => "The maximum number of snapshots that an account can have in a region.",
            Self::Folders => "The maximum number of folders that a resource directory can hold.",
            Self::Members => "The maximum number of members that a resource directory can hold.",
            Self::ResourceShares => "The maximum number of resource shares that an account can have.",
            Self::SharedResources => "The maximum number of resources that an account can share.",
            Self::PendingInvitations => "The maximum number of invitations to resource shares that wait for an answer.",
        }
    }

    /// Whether an application can raise it: the number of folders is published without a word on that.
    pub(super) fn is_adjustable(self) -> bool {
        self != Self::Folders
    }

    /// Whether every region has a number of its own.
    pub(super) fn is_regional(self, switches: &Switches) -> bool {
        match self {
            Self::AccountsPerImage | Self::Images | Self::Snapshots => true,
            Self::Folders | Self::Members => false,
            Self::ResourceShares | Self::SharedResources | Self::PendingInvitations => {
                switches.sharing_quotas_per_region
            }
        }
    }

    /// What every account has before it applies for more.
    pub(super) fn initial(self, switches: &Switches) -> usize {
        match self {
            Self::AccountsPerImage => switches.accounts_per_image,
            Self::Images => switches.images_per_region,
            Self::Snapshots => switches.snapshots_per_region,
            Self::Folders => switches.folders_per_directory,
            Self::Members => switches.members_per_directory,
            Self::ResourceShares => switches.resource_shares_per_account,
            Self::SharedResources => switches.shared_resources_per_account,
            Self::PendingInvitations => switches.pending_invitations_per_account,
        }
    }

    /// The most that can be asked for.
    pub(super) fn ceiling(self, switches: &Switches) -> usize {
        let initial = self.initial(switches);
        if self.is_adjustable() {
            initial.saturating_mul(switches.quota_ceiling_factor)
        } else {
            initial
        }
    }
}
