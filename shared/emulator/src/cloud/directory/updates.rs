//! Changing a member's name or type, and a folder's name; and taking a folder away. A folder cannot be moved: there is no
//! operation for it.

use serde_json::json;

use super::folders::{FOLDER_TYPE, FolderEntry};
use super::members::{ACCOUNT_TYPE, Standing};
use super::tags::Tagged;
use super::{Directory, invalid, missing};
use crate::cloud::context::{Context, Done};
use crate::cloud::refusal::Refusal;

/// Length of a display name, in characters.
const NAME_CHARS: std::ops::RangeInclusive<usize> = 2..=50;

impl Directory {
    pub(super) fn update_account(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        self.check_management(context)?;
        let mut member = self.member(context)?.clone();
        let name = context.params.get("NewDisplayName");
        let kind = context.params.get("NewAccountType");
        if name.is_none() && kind.is_none() {
            return Err(missing("NewDisplayName"));
        }
        if let Some(name) = name {
            check_name(name, "NewDisplayName")?;
            name.clone_into(&mut member.name);
        }
        if let Some(kind) = kind {
            if !["ResourceAccount", "CloudAccount"].contains(&kind) {
                return Err(invalid("NewAccountType"));
            }
            let is_cloud = kind == "CloudAccount";
            if is_cloud == member.is_cloud_account() || member.standing != Standing::Active {
                let message = "The type or status of the member account cannot satisfy the current operation.";
                return Err(Refusal::conflict("AccountTypeMismatch", message));
            }
            member.switched = !member.switched;
        }
        context.stop_dry_run()?;
        member.modified = context.now;
        let mut value = self.member_value(&member);
        if let Some(fields) = value.as_object_mut() {
            fields.remove("DeletionStatus");
        }
        let account = member.account.clone();
        context.accounts.add(account.clone(), member.name.clone());
        self.members.insert(account.clone(), member);
        Ok(Done::new(json!({ "Account": value })).about([(ACCOUNT_TYPE, account.to_string())]))
    }

    pub(super) fn update_folder(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        self.check_management(context)?;
        let id = context.params.get("FolderId").ok_or_else(|| missing("FolderId"))?;
        let (id, folder) = self.folder(id, "InvalidParameter.FolderId")?;
        let name = context.params.get("NewFolderName");
        let name = name.ok_or_else(|| missing("NewFolderName"))?;
        let renamed = FolderEntry {
            name: name.to_owned(),
            ..folder.clone()
        };
        let Some(parent) = &renamed.parent else {
            // The root keeps its name.
            return Err(invalid("FolderId"));
        };
        if folder.name != name {
            self.check_folder_name_free(parent, name)?;
        }
        let value = Self::folder_value(&id, &renamed);
        self.folders.insert(id.clone(), renamed);
        Ok(Done::new(json!({ "Folder": value })).about([(FOLDER_TYPE, id.to_string())]))
    }

    pub(super) fn delete_folder(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        self.check_management(context)?;
        let id = context.params.get("FolderId").ok_or_else(|| missing("FolderId"))?;
        let (id, folder) = self.folder(id, "InvalidParameter.FolderId")?;
        if folder.parent.is_none() {
            return Err(invalid("FolderId"));
        }
        if self.folders.values().any(|one| one.parent.as_ref() == Some(&id)) {
            let message = "This folder has sub folders.";
            return Err(Refusal::conflict("DeleteConflict.Folder.SubFolder", message));
        }
        if self.members.values().any(|member| member.folder == id) {
            let message = "This folder has accounts.";
            return Err(Refusal::conflict("DeleteConflict.Folder.Account", message));
        }
        self.folders.remove(&id);
        self.forget_tags(Tagged::Folder, id.as_str());
        self.control_policies.forget(id.as_str());
        Ok(Done::empty().about([(FOLDER_TYPE, id.to_string())]))
    }
}

/// Letters, digits, Chinese, blanks, `.`, `_` and `-`.
pub(super) fn check_name(name: &str, parameter: &str) -> Result<(), Refusal> {
    let legal = |c: char| c.is_alphanumeric() || " ._-".contains(c);
    if NAME_CHARS.contains(&name.chars().count()) && name.chars().all(legal) {
        Ok(())
    } else {
        Err(invalid(parameter))
    }
}
