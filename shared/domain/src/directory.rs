//! The resource directory: members and where they stand. Not here: who may see what; that is the planner's.

use std::collections::BTreeMap;

use crate::{AccountId, FolderId};

/// A resource directory as one complete listing showed it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Directory {
    /// Every member of the listing. The management account is not one.
    pub members: BTreeMap<AccountId, Member>,
}

/// One account of the resource directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The account.
    pub account: AccountId,
    /// What people call it.
    pub name: String,
    /// `rd-…/r-…/fd-…/…/<account>`: every folder above the account, from the directory down.
    pub path: String,
    /// Whether the account can be given anything.
    pub state: MemberState,
}

/// Whether a member can be given anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberState {
    /// A member in good standing; an account whose promotion is pending stays one.
    Active,
    /// Being deleted, or in a state that goldcast does not know: nothing new is shared with it.
    Leaving,
}

/// What the cloud answered when asked about one account in this run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It is a member, here.
    Member(Member),
    /// The directory does not know it.
    Gone,
}

impl Member {
    /// Whether the account stands in this folder or in one below it.
    pub fn is_in(&self, folder: &FolderId) -> bool {
        self.path.split('/').any(|segment| segment == folder.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_in_its_folder_and_in_every_folder_above() {
        let member = Member {
            account: "2000000000000007".parse().unwrap(),
            name: "shop-eu".into(),
            path: "rd-gold01/r-root01/fd-prod000001/fd-prodeu0001/2000000000000007".into(),
            state: MemberState::Active,
        };
        for (folder, inside) in [
            ("r-root01", true),
            ("fd-prod000001", true),
            ("fd-prodeu0001", true),
            ("fd-prod00000", false),
            ("fd-dev0000001", false),
        ] {
            assert_eq!(member.is_in(&folder.parse().unwrap()), inside, "{folder}");
        }
    }
}
