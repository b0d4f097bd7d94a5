//! Who belongs to the directory and to which of its folders, as other products ask.

use goldcast_domain::{AccountId, FolderId};

use super::Directory;

impl Directory {
    /// `rd-…`.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Whether this is the management account.
    pub(crate) fn is_management(&self, account: &AccountId) -> bool {
        *account == self.management
    }

    /// Whether this is a member; the management account is none.
    pub(crate) fn is_member(&self, account: &AccountId) -> bool {
        self.members.contains_key(account)
    }

    /// Whether this is a member or the management account.
    pub(crate) fn has_account(&self, account: &AccountId) -> bool {
        self.is_management(account) || self.is_member(account)
    }

    /// The members and the management account.
    pub(crate) fn accounts(&self) -> impl Iterator<Item = &AccountId> {
        self.members.keys().chain([&self.management])
    }

    /// Whether there is such a folder; the root is one.
    pub(crate) fn has_folder(&self, folder: &FolderId) -> bool {
        self.folders.contains_key(folder)
    }

    /// Whether this is the folder above all others.
    pub(crate) fn is_root(&self, folder: &FolderId) -> bool {
        *folder == self.root
    }

    /// `rd-…/r-…/fd-…`, down to this folder, if there is one.
    pub(crate) fn folder_path(&self, folder: &FolderId) -> Option<String> {
        self.has_folder(folder).then(|| self.path(folder))
    }

    /// Whether a member is in a folder or in one below it.
    pub(crate) fn is_under(&self, account: &AccountId, folder: &FolderId) -> bool {
        let member = self.members.get(account);
        member.is_some_and(|member| self.line(&member.folder).contains(folder))
    }
}
