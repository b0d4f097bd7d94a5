//! `GetResourceDirectory` and the listings of members and folders
//! (<https://alibabacloud.com/help/en/resource-management/developer-reference/api-resourcedirectorymaster-2022-04-19-listaccounts>).

use serde_json::{Value, json};

use super::members::Membership;
use super::tags::{self, Tagged};
use super::{Directory, invalid, settings};
use crate::cloud::context::{Context, Done};
use crate::cloud::paging::{Page, SIZE_MAX};
use crate::cloud::refusal::Refusal;
use crate::cloud::time;

/// Code for a page that is out of range.
const BAD_PAGE: &str = "InvalidParameter.PageSize";
/// Members on one page when `MaxResults` is absent.
const RESULTS_DEFAULT: usize = 10;
/// Marks the tokens of listings; the place of the last row given follows.
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
                "ControlPolicyStatus": self.control_policies.status(context.now),
                "MemberDeletionStatus": settings::word(self.deletion_enabled),
                "MemberAccountDisplayNameSyncStatus": settings::word(self.name_sync_enabled),
                "IdentityInformation": "",
                "CreateTime": time::wire_millis(self.created),
            }
        })))
    }

    /// Pages by token when `MaxResults` or `NextToken` is there, else by number. The management account is no member.
    pub(super) fn list_accounts(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        self.check_reader(context)?;
        let wanted = tags::filter(context.params);
        let members = self.members.values();
        let found: Vec<&Membership> = members
            .filter(|member| self.is_meant(member, &wanted, context))
            .collect();
        let total = found.len();
        let by_token = context.params.get("MaxResults").is_some() || context.params.get("NextToken").is_some();
        let page = Page::read(context.params, BAD_PAGE)?;
        let (rows, next) = if by_token {
            token_page(found, |member| member.account.as_str(), context)?
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
        self.check_reader(context)?;
        let parent = self.parent_folder(context)?;
        let page = Page::read(context.params, BAD_PAGE)?;
        let here = self.members.values().filter(|member| member.folder == parent);
        let wanted = tags::filter(context.params);
        let found: Vec<&Membership> = here.filter(|member| self.is_meant(member, &wanted, context)).collect();
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
        self.check_reader(context)?;
        let parent = self.parent_folder(context)?;
        let page = Page::read(context.params, BAD_PAGE)?;
        let keyword = context.params.get("QueryKeyword").unwrap_or_default();
        let children = self
            .folders
            .iter()
            .filter(|(_, folder)| folder.parent.as_ref() == Some(&parent));
        let wanted = tags::filter(context.params);
        let found: Vec<_> = children
            .filter(|(id, folder)| {
                folder.name.contains(keyword) && tags::fits(&self.tags_of(Tagged::Folder, id.as_str()), &wanted)
            })
            .collect();
        let total = found.len();
        let folders = page.cut(found).into_iter().map(|(id, folder)| {
            json!({
                "FolderId": id,
                "FolderName": folder.name,
                "CreateTime": time::wire_millis(folder.created),
                "Tags": { "Tag": tags::value(&self.tags_of(Tagged::Folder, id.as_str())) },
            })
        });
        Ok(Done::new(json!({
            "Folders": { "Folder": folders.collect::<Vec<_>>() },
            "PageNumber": page.number,
            "PageSize": page.size,
            "TotalCount": total,
        })))
    }

    /// `QueryKeyword` fits name or id, and the member has all the tags that are asked for.
    fn is_meant(&self, member: &Membership, wanted: &[(String, String)], context: &Context<'_>) -> bool {
        let keyword = context.params.get("QueryKeyword").unwrap_or_default();
        let fits = member.name.contains(keyword) || member.account.as_str().contains(keyword);
        fits && (wanted.is_empty() || tags::fits(&self.tags_of(Tagged::Account, member.account.as_str()), wanted))
    }
}

/// Answers with one page, by number, of `items` in `{ list: { item: [...] } }`.
pub(super) fn paged(context: &Context<'_>, list: &str, item: &str, items: Vec<Value>) -> Result<Done, Refusal> {
    let page = Page::read(context.params, BAD_PAGE)?;
    let total = items.len();
    Ok(Done::new(json!({
        list: { item: page.cut(items) },
        "PageNumber": page.number,
        "PageSize": page.size,
        "TotalCount": total,
    })))
}

/// `MaxResults`, or what is used without it.
pub(super) fn max_results(context: &Context<'_>) -> Result<usize, Refusal> {
    let size = context.params.number("MaxResults")?.unwrap_or(RESULTS_DEFAULT);
    if size == 0 || size > SIZE_MAX {
        return Err(invalid("MaxResults"));
    }
    Ok(size)
}

/// The rows after the token's, and the token of the next page; `place` puts them in order. A token names the last row
/// given and not a number, so a row that goes meanwhile makes no other one disappear.
pub(super) fn token_page<T>(
    found: Vec<T>,
    place: impl Fn(&T) -> &str,
    context: &Context<'_>,
) -> Result<(Vec<T>, String), Refusal> {
    let size = max_results(context)?;
    let after = match context.params.get("NextToken") {
        None => "",
        Some(token) => token.strip_prefix(TOKEN_PREFIX).ok_or_else(|| invalid("NextToken"))?,
    };
    let mut rest = found.into_iter().filter(|row| place(row) > after);
    let rows: Vec<T> = rest.by_ref().take(size).collect();
    let more = rest.next().is_some();
    let next = rows
        .last()
        .filter(|_| more)
        .map(|row| format!("{TOKEN_PREFIX}{}", place(row)));
    Ok((rows, next.unwrap_or_default()))
}
