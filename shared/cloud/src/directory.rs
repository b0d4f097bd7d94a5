//! The resource directory: which accounts there are, and where they stand.
//! <https://alibabacloud.com/help/en/resource-management/developer-reference/api-resourcedirectorymaster-2022-04-19-listaccounts>
//!
//! Called by the management account or a delegated administrator.

use std::borrow::Cow;

use crate::paging::Page;
use crate::product::Product;
use crate::rpc::{Done, Effect, Listing, Operation, Paging, Rpc};
use crate::wire::{FromJson, Json, Misread};

/// Describes the directory of the caller.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct GetResourceDirectory;

/// Answer to [`GetResourceDirectory`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceDirectoryAnswer {
    /// The directory.
    pub resource_directory: ResourceDirectory,
}

impl FromJson for ResourceDirectoryAnswer {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            resource_directory: json.part("ResourceDirectory")?,
        })
    }
}

/// A resource directory.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ResourceDirectory {
    /// `rd-…`.
    pub resource_directory_id: String,
    /// `r-…`.
    pub root_folder_id: String,
    /// The management account.
    pub master_account_id: String,
    /// The management account's name.
    pub master_account_name: String,
    /// `Enabled`, `PendingEnable`, `Disabled` or `PendingDisable`.
    pub control_policy_status: String,
    /// Whether members may be deleted.
    pub member_deletion_status: String,
    /// RFC 3339.
    pub create_time: String,
}

impl FromJson for ResourceDirectory {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            resource_directory_id: json.text("ResourceDirectoryId")?,
            root_folder_id: json.text("RootFolderId")?,
            master_account_id: json.text("MasterAccountId")?,
            master_account_name: json.text("MasterAccountName")?,
            control_policy_status: json.text("ControlPolicyStatus")?,
            member_deletion_status: json.text("MemberDeletionStatus")?,
            create_time: json.text("CreateTime")?,
        })
    }
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
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Account {
    /// The account id, decimal.
    pub account_id: String,
    /// What people call it.
    pub display_name: String,
    /// `rd-…/r-…/fd-…/…/<account>`.
    pub resource_directory_path: String,
    /// `CreateSuccess`, `InviteSuccess`, `PromoteVerifying` and others.
    pub status: String,
    /// `Checking`, `Deleting`, `CheckFailed` or `DeleteFailed`; empty unless someone is closing it.
    pub deletion_status: String,
    /// Its tags, if they were asked for.
    pub tags: Vec<AccountTag>,
}

impl FromJson for Account {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            account_id: json.text("AccountId")?,
            display_name: json.text("DisplayName")?,
            resource_directory_path: json.text("ResourceDirectoryPath")?,
            status: json.text("Status")?,
            deletion_status: json.text("DeletionStatus")?,
            tags: json.list("Tags")?,
        })
    }
}

/// A tag of an account.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AccountTag {
    /// The key.
    pub key: String,
    /// The value, possibly empty.
    pub value: String,
}

impl FromJson for AccountTag {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            key: json.text("Key")?,
            value: json.text("Value")?,
        })
    }
}

/// One page of [`ListAccounts`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountPage {
    // Has to be there: an answer without it is not an empty directory.
    accounts: Vec<Account>,
    total_count: Option<u64>,
    next_token: Option<String>,
}

impl FromJson for AccountPage {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            accounts: json.required_list("Accounts")?,
            total_count: json.optional_number("TotalCount")?,
            next_token: json.optional_text("NextToken")?,
        })
    }
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountAnswer {
    /// The account.
    pub account: Account,
}

impl FromJson for AccountAnswer {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            account: json.part("Account")?,
        })
    }
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
