//! Folders: `GetFolder`, `CreateFolder` and `ListAncestors`
//! (<https://alibabacloud.com/help/en/resource-management/developer-reference/api-resourcedirectorymaster-2022-04-19-getfolder>).

use goldcast_domain::{AccountId, FolderId};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::tags::{self, Tagged};
use super::{Directory, missing};
use crate::cloud::context::{Context, Done};
use crate::cloud::quotas::Quota;
use crate::cloud::refusal::Refusal;
use crate::cloud::time;

/// Levels of folders below the root (<https://www.alibabacloud.com/help/en/resource-management/latest/limits>).
const LEVELS_MAX: usize = 5;

/// Type of a folder in audit events.
pub(super) const FOLDER_TYPE: &str = "ACS::ResourceManager::Folder";

/// A folder as the directory keeps it.
#[derive(Debug, Clone)]
pub(super) struct FolderEntry {
    pub(super) name: String,
    /// `None` for the root.
    pub(super) parent: Option<FolderId>,
    pub(super) created: Timestamp,
}

impl Directory {
    pub(super) fn get_folder(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        self.check_reader(context)?;
        let id = context.params.get("FolderId").ok_or_else(|| missing("FolderId"))?;
        let (id, folder) = self.folder(id, "InvalidParameter.FolderId")?;
        let mut value = Self::folder_value(&id, folder);
        if let Some(members) = value.as_object_mut() {
            members.insert("ResourceDirectoryPath".to_owned(), json!(self.path(&id)));
        }
        Ok(Done::new(json!({ "Folder": value })))
    }

    pub(super) fn create_folder(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        self.check_management(context)?;
        let name = context.params.required("FolderName")?.to_owned();
        let parent = self.parent_folder(context)?;
        self.check_folder_name_free(&parent, &name)?;
        let tags = tags::tags(context.params)?;
        if self.count_folders() >= context.limit_of(&self.management, Quota::Folders) {
            return Err(Refusal::conflict(
                "LimitExceeded.Folder",
                "The maximum number of folders is exceeded.",
            ));
        }
        if self.line(&parent).len() > LEVELS_MAX {
            return Err(Refusal::conflict(
                "LimitExceeded.FolderDepth",
                "The maximum depth of folders is exceeded.",
            ));
        }
        let id: FolderId = format!("fd-{}", context.ids.next("folder", &[parent.as_str(), &name]).text(10))
            .parse()
            .map_err(|_| no_such_folder())?;
        let folder = FolderEntry {
            name,
            parent: Some(parent),
            created: context.now,
        };
        let value = Self::folder_value(&id, &folder);
        let about = (FOLDER_TYPE, id.to_string());
        self.set_tags(Tagged::Folder, id.as_str(), tags);
        self.folders.insert(id, folder);
        Ok(Done::new(json!({ "Folder": value })).about([about]))
    }

    pub(super) fn list_ancestors(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        self.check_reader(context)?;
        let child = context.params.required("ChildId")?;
        let member = child
            .parse()
            .ok()
            .and_then(|account: AccountId| self.members.get(&account));
        let above = if let Some(member) = member {
            self.line(&member.folder)
        } else {
            let (id, _) = self.folder(child, "InvalidParameter.ChildId")?;
            let mut line = self.line(&id);
            line.pop();
            line
        };
        let folders = above.iter().filter_map(|id| {
            let folder = self.folders.get(id)?;
            let created = time::wire_millis(folder.created);
            Some(json!({ "FolderId": id, "FolderName": folder.name, "CreateTime": created }))
        });
        Ok(Done::new(
            json!({ "Folders": { "Folder": folders.collect::<Vec<_>>() } }),
        ))
    }

    /// Refuses a name that another folder beside it has.
    pub(super) fn check_folder_name_free(&self, parent: &FolderId, name: &str) -> Result<(), Refusal> {
        let mut beside = self.folders.values();
        if beside.any(|folder| folder.parent.as_ref() == Some(parent) && folder.name == name) {
            let message = "The folder name already exists.";
            return Err(Refusal::conflict("EntityAlreadyExists.Folder", message));
        }
        Ok(())
    }

    /// Folders below the root.
    pub(crate) fn count_folders(&self) -> usize {
        self.folders.len().saturating_sub(1)
    }

    /// The folder with this id.
    pub(super) fn folder(&self, id: &str, malformed: &'static str) -> Result<(FolderId, &FolderEntry), Refusal> {
        let id: FolderId = id
            .parse()
            .map_err(|_| Refusal::bad_request(malformed, "The specified folder id is invalid."))?;
        let folder = self.folders.get(&id).ok_or_else(no_such_folder)?;
        Ok((id, folder))
    }

    /// The folder that `ParentFolderId` names; the root when it is empty.
    pub(super) fn parent_folder(&self, context: &Context<'_>) -> Result<FolderId, Refusal> {
        match context.params.get("ParentFolderId") {
            None => Ok(self.root.clone()),
            Some(id) => Ok(self.folder(id, "InvalidParameter.ParentFolderId")?.0),
        }
    }

    /// The folders from the root down to this one, itself included.
    pub(super) fn line(&self, folder: &FolderId) -> Vec<FolderId> {
        let mut line = vec![folder.clone()];
        let mut current = folder;
        while let Some(parent) = self.folders.get(current).and_then(|folder| folder.parent.as_ref()) {
            if line.len() > self.folders.len() {
                break;
            }
            line.push(parent.clone());
            current = parent;
        }
        line.reverse();
        line
    }

    /// `rd-…/r-…/fd-…`, down to this folder.
    pub(super) fn path(&self, folder: &FolderId) -> String {
        let line = self.line(folder);
        let segments = std::iter::once(self.id.as_str()).chain(line.iter().map(FolderId::as_str));
        segments.collect::<Vec<_>>().join("/")
    }

    pub(super) fn folder_value(id: &FolderId, folder: &FolderEntry) -> Value {
        json!({
            "FolderId": id,
            "FolderName": folder.name,
            "ParentFolderId": folder.parent.as_ref().map_or("", |parent| parent.as_str()),
            "CreateTime": time::wire_millis(folder.created),
        })
    }
}

pub(super) fn no_such_folder() -> Refusal {
    Refusal::not_found("EntityNotExists.Folder", "The folder does not exist.")
}
