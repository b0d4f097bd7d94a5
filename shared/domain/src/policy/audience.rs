//! Who a policy shares with, as it is written. Not here: who that is today; that is the planner's.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::is_false;
use crate::{AccountId, FolderId};

/// Who a policy shares with: accounts, folders, the whole directory, minus exceptions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "authoring", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Audience {
    /// Every member of the resource directory.
    #[serde(skip_serializing_if = "is_false")]
    pub directory: bool,
    /// Every member in these folders and in the folders below them.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub folders: BTreeSet<FolderId>,
    /// These accounts, members or not.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub accounts: BTreeSet<AccountId>,
    /// Never these accounts, whatever else says so.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub except: BTreeSet<AccountId>,
    /// How folders and the directory get the images. Accounts always get them by grant.
    #[serde(skip_serializing_if = "Way::is_shelf")]
    pub by: Way,
}

/// How an audience gets an image. An image keeps its way for life; a changed policy applies from the next release on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "authoring", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// A standing resource share, whose targets are folders or the directory.
    #[default]
    Shelf,
    /// A share by account id, for everyone.
    Grant,
}

impl Way {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
    fn is_shelf(&self) -> bool {
        *self == Self::Shelf
    }
}

impl Audience {
    /// Whether the resource directory has a say in who is in it.
    pub fn asks_the_directory(&self) -> bool {
        self.directory || !self.folders.is_empty()
    }
}
