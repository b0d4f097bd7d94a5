//! Which permissions the operations of the directory need
//! (<https://www.alibabacloud.com/help/en/resource-management/resource-directory/developer-reference/api-resourcedirectorymaster-2022-04-19-moveaccount>
//! and its siblings).

use goldcast_domain::{AccountId, FolderId};

use super::Directory;
use crate::cloud::authorise::{Needs, Scene};

/// What a call needs.
pub(crate) fn needs(scene: &Scene<'_>) -> Needs {
    let resources = match scene.action {
        "GetAccount" | "ListAccounts" | "ListAccountsForParent" => vec![scene.arn("account/*")],
        "DeleteFolder" | "GetFolder" | "UpdateFolder" if scene.switches.folders_are_resources => {
            vec![folder(scene, "FolderId")]
        }
        "ListFoldersForParent" if scene.switches.folders_are_resources => vec![folder(scene, "ParentFolderId")],
        "ListAncestors" if scene.switches.folders_are_resources => vec![folder(scene, "ChildId")],
        "DeleteAccount" | "RemoveCloudAccount" | "UpdateAccount" => vec![account(scene)],
        "AcceptHandshake" | "CancelHandshake" | "DeclineHandshake" | "GetHandshake" => {
            vec![scene.arn(&format!("handshake/{}", scene.named("HandshakeId")))]
        }
        "MoveAccount" => vec![account(scene), folder(scene, "DestinationFolderId")],
        _ => return Needs::anywhere(scene),
    };
    Needs::on(scene, resources)
}

/// The folder that a parameter names, by its path; the root when it is empty. A member stands for its folder.
fn folder(scene: &Scene<'_>, parameter: &str) -> String {
    let directory = scene.directory;
    let named = scene.params.get(parameter);
    let member = named.and_then(|id| folder_of(directory, id));
    let folder = match named {
        None => Some(directory.root.clone()),
        Some(id) => member.or_else(|| id.parse().ok()),
    };
    let path = folder.and_then(|folder| directory.folder_path(&folder));
    scene.arn(&format!("folder/{}", path.unwrap_or_default()))
}

/// The account that `AccountId` names, by its path.
fn account(scene: &Scene<'_>) -> String {
    let id = scene.named("AccountId");
    let folder = folder_of(scene.directory, id);
    let path = folder.and_then(|folder| scene.directory.folder_path(&folder));
    scene.arn(&format!("account/{}/{id}", path.unwrap_or_default()))
}

fn folder_of(directory: &Directory, account: &str) -> Option<FolderId> {
    let account: AccountId = account.parse().ok()?;
    Some(directory.members.get(&account)?.folder.clone())
}
