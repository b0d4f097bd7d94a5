//! The resource directory: which accounts there are, and where they stand.
//! <https://alibabacloud.com/help/en/resource-management/developer-reference/api-resourcedirectorymaster-2022-04-19-listaccounts>
//!
//! Called by the management account or a delegated administrator.

use std::borrow::Cow;

use serde::Deserialize;

use crate::paging::Page;
use crate::product::Product;
use crate::rpc::{Done, Effect, Listing, Operation, Paging, Rpc};
use crate::wire;

/// Describes the directory of the caller.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct GetResourceDirectory;

/// Answer to [`GetResourceDirectory`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ResourceDirectoryAnswer {
    /// The directory.
    pub resource_directory: ResourceDirectory,
}

/// A resource directory.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ResourceDirectory {
    /// `rd-…`.
    #[serde(deserialize_with = "wire::text")]
    pub resource_directory_id: String,
    /// `r-…`.
    #[serde(deserialize_with = "wire::text")]
    pub root_folder_id: String,
    /// The management account.
    #[serde(deserialize_with = "wire::text")]
    pub master_account_id: String,
    /// The management account's name.
    #[serde(deserialize_with = "wire::text")]
    pub master_account_name: String,
    /// `Enabled`, `PendingEnable`, `Disabled` or `PendingDisable`.
    #[serde(deserialize_with = "wire::text")]
    pub control_policy_status: String,
    /// Whether members may be deleted.
    #[serde(deserialize_with = "wire::text")]
    pub member_deletion_status: String,
    /// RFC 3339.
    #[serde(deserialize_with = "wire::text")]
    pub create_time: String,
}

impl Operation for GetResourceDirectory {
    type Answer = ResourceDirectoryAnswer;

    fn rpc(&self) -> Rpc {
        Rpc::new(Product::ResourceDirectory, "GetResourceDirectory", Effect::Read)
    }
}

/// Lists every member account of the directory, at whatever depth.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListAccounts {
    /// Whether the accounts' tags come with them.
    pub include_tags: bool,
}

/// A member account.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Account {
    /// The account id, decimal.
    #[serde(deserialize_with = "wire::text")]
    pub account_id: String,
    /// What people call it.
    #[serde(deserialize_with = "wire::text")]
    pub display_name: String,
    /// `rd-…/r-…/fd-…/…/<account>`.
    #[serde(deserialize_with = "wire::text")]
    pub resource_directory_path: String,
    /// `CreateSuccess`, `InviteSuccess`, `PromoteVerifying` and others.
    #[serde(deserialize_with = "wire::text")]
    pub status: String,
    /// `Checking`, `Deleting`, `CheckFailed` or `DeleteFailed`; empty unless someone is closing it.
    #[serde(deserialize_with = "wire::text")]
    pub deletion_status: String,
    /// Its tags, if they were asked for.
    #[serde(deserialize_with = "wire::list")]
    pub tags: Vec<AccountTag>,
}

/// A tag of an account.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct AccountTag {
    /// The key.
    #[serde(deserialize_with = "wire::text")]
    pub key: String,
    /// The value, possibly empty.
    #[serde(deserialize_with = "wire::text")]
    pub value: String,
}

/// One page of [`ListAccounts`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AccountPage {
    // Has to be there: an answer without it is not an empty directory.
    #[serde(deserialize_with = "wire::list")]
    accounts: Vec<Account>,
    #[serde(default, deserialize_with = "wire::optional_number")]
    total_count: Option<u64>,
    #[serde(default, deserialize_with = "wire::optional_text")]
    next_token: Option<String>,
}

impl Listing for ListAccounts {
    type Answer = AccountPage;
    type Item = Account;
    const PAGING: Paging = Paging::Token;

    fn rpc(&self) -> Rpc {
        Rpc::new(Product::ResourceDirectory, "ListAccounts", Effect::Read).param("IncludeTags", self.include_tags)
    }

    fn page(answer: AccountPage) -> Page<Account> {
        Page {
            items: answer.accounts,
            total: answer.total_count,
            next_token: answer.next_token,
        }
    }

    fn key(item: &Account) -> Cow<'_, str> {
        item.account_id.as_str().into()
    }
}

/// Describes one member account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetAccount {
    /// The account.
    pub account_id: String,
}

/// Answer to [`GetAccount`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AccountAnswer {
    /// The account.
    pub account: Account,
}

impl Operation for GetAccount {
    type Answer = AccountAnswer;

    fn rpc(&self) -> Rpc {
        Rpc::new(Product::ResourceDirectory, "GetAccount", Effect::Read)
            .about(&self.account_id)
            .param("AccountId", &self.account_id)
            .param("IncludeTags", true)
    }
}

/// Asks whether a folder exists; what it is called is nobody's business here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetFolder {
    /// The folder, or the root folder.
    pub folder_id: String,
}

impl Operation for GetFolder {
    type Answer = Done;

    fn rpc(&self) -> Rpc {
        Rpc::new(Product::ResourceDirectory, "GetFolder", Effect::Read)
            .about(&self.folder_id)
            .param("FolderId", &self.folder_id)
    }
}
