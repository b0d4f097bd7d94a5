//! The resource directory: whether it can be read, whether what the policy names is in it, and whether sharing inside it is on.

use std::collections::BTreeSet;

use goldcast_cloud::directory::{Account, GetAccount, GetFolder, GetResourceDirectory, ListAccounts};
use goldcast_cloud::sharing::CheckSharingWithResourceDirectoryStatus;
use goldcast_cloud::{Client, HttpTransport, Role};
use goldcast_domain::policy::Way;
use goldcast_domain::{AccountId, FolderId};

use super::Look;
use super::finding::{Defect, Findings, Group, missing_permission};
use super::id::Id;
use crate::ink::count;

/// How the audit log names these calls.
const SESSION: &str = "goldcast-doctor";

/// Looks, and gives the members if they could be listed: how many there are decides how far quotas reach.
pub(super) async fn check(look: &Look<'_>, findings: &mut Findings) -> Option<Vec<Account>> {
    findings.turn_to(Group::Directory);
    let shares = || look.policy.policies.values().map(|policy| &policy.share);
    let mut members = None;
    if let Some(access) = &look.policy.owner.directory {
        let client = look.client.assuming(Role::new(access.role.as_str(), SESSION));
        members = read(look, &client, access.role.as_str(), findings).await;
        if members.is_some() {
            let folders: BTreeSet<&FolderId> = shares().flat_map(|share| &share.folders).collect();
            for folder in folders {
                check_folder(look, &client, folder, findings).await;
            }
            let named: BTreeSet<&AccountId> = shares().flat_map(|share| &share.accounts).collect();
            for account in named {
                check_account(look, &client, account, findings).await;
            }
        }
    }
    if shares().any(|share| share.by == Way::Shelf && share.asks_the_directory()) {
        sharing(look, findings).await;
    }
    members
}

async fn read(
    look: &Look<'_>,
    client: &Client<HttpTransport>,
    role: &str,
    findings: &mut Findings,
) -> Option<Vec<Account>> {
    let directory = match client.send(&GetResourceDirectory, look.deadline).await {
        Ok(directory) => directory.resource_directory,
        Err(error) => {
            let assuming = error.call.action == "AssumeRole";
            let permission = missing_permission(&error);
            findings.error(Defect {
                id: Id::DirectoryClosed,
                about: role.to_owned(),
                seen: error.to_string(),
                why: "who is in a folder is not known, so nobody is given anything and nobody loses anything",
                to_do: match permission {
                    _ if assuming => format!(
                        "deploy satellites/directory-reader.yml in the management account, so that {role} trusts {}",
                        look.account
                    ),
                    Some(action) => format!("give {role} {action}, as satellites/directory-reader.yml does"),
                    None => error.advice().unwrap_or("run it again").to_owned(),
                },
            });
            return None;
        }
    };
    let members = client.list(&ListAccounts::default(), look.deadline).await;
    let members = findings.read(Id::DirectoryUnread, role, members)?;
    let inside =
        directory.master_account_id == look.account || members.iter().any(|member| member.account_id == look.account);
    if inside {
        let id = &directory.resource_directory_id;
        findings.ok(
            "directory",
            id,
            format!("{} readable through {role}", count(members.len(), "member")),
        );
    } else {
        findings.error(Defect {
            id: Id::OwnerOutside,
            about: directory.resource_directory_id,
            seen: format!("the owner {} is not in the directory that {role} reads", look.account),
            why: "folders can be shared with from inside the directory only",
            to_do: "name a role of the owner's own directory in owner.directory".to_owned(),
        });
    }
    Some(members)
}

async fn check_folder(look: &Look<'_>, client: &Client<HttpTransport>, folder: &FolderId, findings: &mut Findings) {
    let asked = GetFolder {
        folder_id: folder.to_string(),
    };
    match client.send(&asked, look.deadline).await {
        Ok(_) => findings.ok("folder", folder.as_str(), "it exists"),
        Err(error) if error.is_code("EntityNotExists.Folder") => findings.error(Defect {
            id: Id::FolderMissing,
            about: folder.to_string(),
            seen: format!("there is no folder {folder}"),
            why: "nobody is reached through it, and nothing is taken away while that is unclear",
            to_do: "correct share.folders in the policy: aliyun resourcemanager ListFoldersForParent".to_owned(),
        }),
        Err(error) => findings.unread(Id::FolderUnread, folder.as_str(), &error),
    }
}

async fn check_account(look: &Look<'_>, client: &Client<HttpTransport>, account: &AccountId, findings: &mut Findings) {
    let asked = GetAccount {
        account_id: account.to_string(),
    };
    match client.send(&asked, look.deadline).await {
        Ok(_) => findings.ok("account", account.as_str(), "it is a member"),
        Err(error) if error.is_code("EntityNotExists.Account") => findings.warning(Defect {
            id: Id::AccountOutside,
            about: account.to_string(),
            seen: format!("the directory does not know the account {account}"),
            why: "a mistyped id gives a stranger the images",
            to_do: "make sure that the id in share.accounts is meant".to_owned(),
        }),
        Err(error) => findings.unread(Id::AccountUnread, account.as_str(), &error),
    }
}

async fn sharing(look: &Look<'_>, findings: &mut Findings) {
    let asked = CheckSharingWithResourceDirectoryStatus {
        region_id: look.home.to_owned(),
    };
    let answer = look.client.send(&asked, look.deadline).await;
    match findings.read(Id::SharingUnread, "", answer) {
        Some(status) if status.enable_sharing_with_rd => {
            findings.ok("sharing", "", "sharing inside the directory is switched on");
        }
        Some(_) => findings.error(Defect {
            id: Id::SharingDisabled,
            about: String::new(),
            seen: "sharing inside the directory is switched off".to_owned(),
            why: "resource shares with folders are refused, so nobody in them gets an image",
            to_do: format!(
                "in the management account, once: aliyun resourcesharing EnableSharingWithResourceDirectory --region {}",
                look.home
            ),
        }),
        None => {}
    }
}
