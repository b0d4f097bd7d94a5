//! `GetResourceDirectory` and the listings of members and folders
//! (<https://alibabacloud.com/help/en/resource-management/developer-reference/api-resourcedirectorymaster-2022-04-19-listaccounts>).

use serde_json::json;

use super::Directory;
use super::members::Membership;
use crate::cloud::context::{Context, Done};
use crate::cloud::paging::{Page, SIZE_MAX};
use crate::cloud::refusal::Refusal;
use crate::cloud::time;

/// Code for a page that is out of range.
const BAD_PAGE: &str = "InvalidParameter.PageSize";
/// Members on one page when `MaxResults` is absent.
const RESULTS_DEFAULT: usize = 10;
/// Marks the tokens of ListAccounts; the last account id given follows.
const TOKEN_PREFIX: &str = "after-";

impl Directory {
    /// Works for members too; everybody else is told that there is no directory.
    pub(super) fn get_resource_directory(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        let account = context.account();
        if *account != self.management && !self.members.contains_key(account) {
            let message = "The resource directory is not in use.";
            return Err(Refusal::not_found("ResourceDirectoryNotInUse", message));
        }
        Ok(Done::new(json!({
            "ResourceDirectory": {
                "ResourceDirectoryId": self.id,
                "RootFolderId": self.root,
                "MasterAccountId": self.management,
                "MasterAccountName": context.accounts.name(&self.management),
                "ControlPolicyStatus": "Disabled",
                "MemberDeletionStatus": "Enabled",
                "MemberAccountDisplayNameSyncStatus": "Disabled",
                "IdentityInformation": "",
                "CreateTime": time::wire_millis(self.created),
            }
        })))
    }

    /// Pages by token when `MaxResults` or `NextToken` is there, else by number. The management account is no member.
    pub(super) fn list_accounts(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        self.check_management(context)?;
        let found: Vec<&Membership> = self
            .members
            .values()
            .filter(|member| is_meant(member, context))
            .collect();
        let total = found.len();
        let by_token = context.params.get("MaxResults").is_some() || context.params.get("NextToken").is_some();
        let page = Page::read(context.params, BAD_PAGE)?;
        let (rows, next) = if by_token {
            token_page(found, context)?
        } else {
            (page.cut(found), String::new())
        };
        let tags = context.params.flag("IncludeTags")? == Some(true);
        let accounts: Vec<_> = rows.into_iter().map(|member| self.row(member, true, tags)).collect();
        Ok(Done::new(json!({
            "Accounts": { "Account": accounts },
            "NextToken": next,
            "PageNumber": page.number,
            "PageSize": page.size,
            "TotalCount": total,
        })))
    }

    pub(super) fn list_accounts_for_parent(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        self.check_management(context)?;
        let parent = self.parent_folder(context)?;
        let page = Page::read(context.params, BAD_PAGE)?;
        let here = self.members.values().filter(|member| member.folder == parent);
        let found: Vec<&Membership> = here.filter(|member| is_meant(member, context)).collect();
        let total = found.len();
        let tags = context.params.flag("IncludeTags")? == Some(true);
        let accounts: Vec<_> = page
            .cut(found)
            .into_iter()
            .map(|member| self.row(member, false, tags))
            .collect();
        Ok(Done::new(json!({
            "Accounts": { "Account": accounts },
            "PageNumber": page.number,
            "PageSize": page.size,
            "TotalCount": total,
        })))
    }

    pub(super) fn list_folders_for_parent(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        self.check_management(context)?;
        let parent = self.parent_folder(context)?;
        let page = Page::read(context.params, BAD_PAGE)?;
        let keyword = context.params.get("QueryKeyword").unwrap_or_default();
        let children = self
            .folders
            .iter()
            .filter(|(_, folder)| folder.parent.as_ref() == Some(&parent));
        let found: Vec<_> = children.filter(|(_, folder)| folder.name.contains(keyword)).collect();
        let total = found.len();
        let folders = page.cut(found).into_iter().map(|(id, folder)| {
            json!({
                "FolderId": id,
                "FolderName": folder.name,
                "CreateTime": time::wire_millis(folder.created),
                "Tags": { "Tag": [] },
            })
        });
        Ok(Done::new(json!({
            "Folders": { "Folder": folders.collect::<Vec<_>>() },
            "PageNumber": page.number,
            "PageSize": page.size,
            "TotalCount": total,
        })))
    }
}

/// `QueryKeyword` fits name or id; nobody has tags, so a tag filter finds nobody.
fn is_meant(member: &Membership, context: &Context<'_>) -> bool {
    let keyword = context.params.get("QueryKeyword").unwrap_or_default();
    let fits = member.name.contains(keyword) || member.account.as_str().contains(keyword);
    fits && context.params.objects("Tag").is_empty()
}

/// The members after the token's, and the token of the next page. A token names the last account given and not a
/// number, so a member that leaves meanwhile makes no other one disappear.
fn token_page<'a>(found: Vec<&'a Membership>, context: &Context<'_>) -> Result<(Vec<&'a Membership>, String), Refusal> {
    let size = context.params.number("MaxResults")?.unwrap_or(RESULTS_DEFAULT);
    if size == 0 || size > SIZE_MAX {
        return Err(Refusal::bad_request(
            "InvalidParameter.MaxResults",
            "The MaxResults is invalid.",
        ));
    }
    let after = match context.params.get("NextToken") {
        None => "",
        Some(token) => token
            .strip_prefix(TOKEN_PREFIX)
            .ok_or_else(|| Refusal::bad_request("InvalidParameter.NextToken", "The NextToken is invalid."))?,
    };
    let mut rest = found.into_iter().filter(|member| member.account.as_str() > after);
    let rows: Vec<&Membership> = rest.by_ref().take(size).collect();
    let more = rest.next().is_some();
    let next = rows
        .last()
        .filter(|_| more)
        .map(|member| format!("{TOKEN_PREFIX}{}", member.account));
    Ok((rows, next.unwrap_or_default()))
}
