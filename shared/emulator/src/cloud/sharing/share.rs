//! A resource share and its associations as the cloud keeps them. Not here: how they look on the wire (`render`) and
//! what happens to them by themselves (`lifecycle`).

use std::collections::BTreeMap;

use goldcast_domain::{AccountId, FolderId, ImageId, RegionId};
use jiff::Timestamp;
use serde::Serialize;

/// State of a resource share, in the cloud's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum ShareStatus {
    /// Asked for, and not in force yet.
    Pending,
    /// In force.
    Active,
    /// Being deleted.
    Deleting,
    /// Deleted; the record is still listed for two to four days.
    Deleted,
}

impl ShareStatus {
    const ALL: [Self; 4] = [Self::Pending, Self::Active, Self::Deleting, Self::Deleted];

    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Active => "Active",
            Self::Deleting => "Deleting",
            Self::Deleted => "Deleted",
        }
    }

    pub(super) fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
}

/// State of an association, in the cloud's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum AssociationStatus {
    /// On the way onto the share.
    Associating,
    /// On the share.
    Associated,
    /// It did not get onto the share.
    Failed,
    /// On the way off the share.
    Disassociating,
    /// No longer on the share.
    Disassociated,
}

impl AssociationStatus {
    const ALL: [Self; 5] = [
        Self::Associating,
        Self::Associated,
        Self::Failed,
        Self::Disassociating,
        Self::Disassociated,
    ];

    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Associating => "Associating",
            Self::Associated => "Associated",
            Self::Failed => "Failed",
            Self::Disassociating => "Disassociating",
            Self::Disassociated => "Disassociated",
        }
    }

    pub(super) fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
}

/// Why an association failed, in the cloud's words
/// (<https://www.alibabacloud.com/help/en/resource-management/resource-sharing/developer-reference/api-resourcesharing-2020-01-10-listresourceshareassociations>).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum FailureReason {
    /// The resource is not there, is not the owner's, or is not in a state to be shared.
    Unavailable,
    /// The resource is shared with as many principals as its quota allows.
    LimitExceeded,
    /// The resource cannot be reached from this region.
    ZonalResourceInaccessible,
    /// Something inside the cloud broke.
    InternalError,
    /// The resource does not support it.
    UnsupportedOperation,
}

impl FailureReason {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unavailable => "Unavailable",
            Self::LimitExceeded => "LimitExceeded",
            Self::ZonalResourceInaccessible => "ZonalResourceInaccessible",
            Self::InternalError => "InternalError",
            Self::UnsupportedOperation => "UnsupportedOperation",
        }
    }

    /// `FailureDescription`. Only the first text is published.
    pub(super) fn description(self) -> &'static str {
        match self {
            Self::Unavailable => "You cannot access the specified resource at this time.",
            Self::LimitExceeded => "The resource is shared with the maximum number of principals.",
            Self::ZonalResourceInaccessible => "The resource is not accessible from the current region.",
            Self::InternalError => "An internal server error occurred.",
            Self::UnsupportedOperation => "The operation is not supported.",
        }
    }
}

/// Whom a share is for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum SharingTarget {
    /// Every member of the directory, by the directory's id.
    Directory(String),
    /// Every member in a folder or in one below it.
    Folder(FolderId),
    /// One member.
    Account(AccountId),
}

impl SharingTarget {
    /// The id on the wire: `rd-…`, `fd-…` or an account id.
    pub fn id(&self) -> &str {
        match self {
            Self::Directory(id) => id,
            Self::Folder(id) => id.as_str(),
            Self::Account(id) => id.as_str(),
        }
    }

    pub(super) fn named(text: &str) -> Option<Self> {
        if text.starts_with("rd-") {
            return Some(Self::Directory(text.to_owned()));
        }
        let folder = text.parse().ok().map(Self::Folder);
        folder.or_else(|| text.parse().ok().map(Self::Account))
    }
}

/// What can be associated with a share.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Entity {
    /// A resource.
    Image(ImageId),
    /// A principal.
    Target(SharingTarget),
}

impl Entity {
    /// The id on the wire.
    pub fn id(&self) -> &str {
        match self {
            Self::Image(id) => id.as_str(),
            Self::Target(target) => target.id(),
        }
    }
}

/// What is going on with an association, and until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) enum Progress {
    Associating {
        ends: Timestamp,
        failure: Option<FailureReason>,
    },
    Associated,
    Failed {
        reason: FailureReason,
        purged: Timestamp,
    },
    Disassociating {
        ends: Timestamp,
    },
    Disassociated {
        purged: Timestamp,
    },
    /// An account outside the directory has not answered its invitation.
    Invited {
        until: Timestamp,
    },
}

/// One image or one target of a share. There is one record for each, whatever it went through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Association {
    /// When it was asked for.
    pub created: Timestamp,
    /// When its state changed last.
    pub updated: Timestamp,
    /// Whether it is an account outside the directory, which was invited.
    pub external: bool,
    pub(super) progress: Progress,
}

impl Association {
    /// Its state. Which one shows while an invitation waits is not published.
    pub fn status(&self) -> AssociationStatus {
        match self.progress {
            Progress::Invited { .. } | Progress::Associating { .. } => AssociationStatus::Associating,
            Progress::Associated => AssociationStatus::Associated,
            Progress::Failed { .. } => AssociationStatus::Failed,
            Progress::Disassociating { .. } => AssociationStatus::Disassociating,
            Progress::Disassociated { .. } => AssociationStatus::Disassociated,
        }
    }

    /// Why it failed, if it did.
    pub fn failure(&self) -> Option<FailureReason> {
        match self.progress {
            Progress::Failed { reason, .. } => Some(reason),
            Progress::Invited { .. }
            | Progress::Associating { .. }
            | Progress::Associated
            | Progress::Disassociating { .. }
            | Progress::Disassociated { .. } => None,
        }
    }

    /// Whether it gives access. Access ends when the way off the share has ended, not when it is asked for.
    pub fn is_in_force(&self) -> bool {
        matches!(self.progress, Progress::Associated | Progress::Disassociating { .. })
    }

    /// Whether a task is under way.
    pub(super) fn is_busy(&self) -> bool {
        matches!(
            self.progress,
            Progress::Associating { .. } | Progress::Disassociating { .. }
        )
    }

    /// When it changes by itself, be it only that the record goes.
    pub(super) fn due(&self) -> Option<Timestamp> {
        match self.progress {
            Progress::Associating { ends, .. } | Progress::Disassociating { ends } => Some(ends),
            Progress::Failed { purged, .. } | Progress::Disassociated { purged } => Some(purged),
            Progress::Invited { until } => Some(until),
            Progress::Associated => None,
        }
    }
}

/// A resource share: what is on it is shared with its targets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResourceShare {
    /// `rs-…`.
    pub id: String,
    /// The region it is in.
    pub region: RegionId,
    /// The account that owns it.
    pub owner: AccountId,
    /// Its name, which others may have too.
    pub name: String,
    /// Its state.
    pub status: ShareStatus,
    /// Whether accounts outside the directory may be targets.
    pub allow_external_targets: bool,
    /// Its resource group.
    pub resource_group: String,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// When it was created.
    pub created: Timestamp,
    /// When it was changed last.
    pub updated: Timestamp,
    /// Whether the permission for images goes with it.
    pub has_permission: bool,
    /// Images and targets.
    pub associations: BTreeMap<Entity, Association>,
    /// When its own state changes by itself.
    pub(super) due: Option<Timestamp>,
}

impl ResourceShare {
    /// The images whose association is in force, and the association.
    pub fn images(&self) -> impl Iterator<Item = (&ImageId, &Association)> {
        let effective = self.is_effective();
        self.associations
            .iter()
            .filter_map(move |(entity, association)| match entity {
                Entity::Image(image) if effective && association.is_in_force() => Some((image, association)),
                Entity::Image(_) | Entity::Target(_) => None,
            })
    }

    /// The targets whose association is in force, and the association.
    pub fn targets(&self) -> impl Iterator<Item = (&SharingTarget, &Association)> {
        let effective = self.is_effective();
        self.associations
            .iter()
            .filter_map(move |(entity, association)| match entity {
                Entity::Target(target) if effective && association.is_in_force() => Some((target, association)),
                Entity::Image(_) | Entity::Target(_) => None,
            })
    }

    /// Whether an image is on the share, on its way onto it, or not quite off it.
    pub(super) fn holds(&self, image: &ImageId) -> bool {
        let association = self.associations.get(&Entity::Image(image.clone()));
        association.is_some_and(|association| association.is_in_force() || association.is_busy())
    }

    /// When something next changes by itself.
    pub(super) fn next_due(&self) -> Option<Timestamp> {
        let associations = self.associations.values().filter_map(Association::due);
        associations.chain(self.due).min()
    }

    fn is_effective(&self) -> bool {
        matches!(self.status, ShareStatus::Active | ShareStatus::Deleting)
    }
}
