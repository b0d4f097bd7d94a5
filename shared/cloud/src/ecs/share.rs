//! Sharing an image with accounts. Not here: publishing it, which is never done.

use std::borrow::Cow;

use super::Done;
use crate::paging::Page;
use crate::product::Product;
use crate::rpc::{Effect, Listing, Operation, OverLimit, Paging, Repeat, Rpc};
use crate::wire::{FromJson, Json, Misread};

/// Accounts in one call, for adding and for removing each. The cloud ignores further ones without an error.
const ACCOUNTS_MAX: usize = 10;

/// Shares an image with accounts, or takes it back from them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ModifyImageSharePermission {
    /// The region.
    pub region_id: String,
    /// The image.
    pub image_id: String,
    /// Accounts that get it, at most 10.
    pub add_accounts: Vec<String>,
    /// Accounts that lose it, at most 10.
    pub remove_accounts: Vec<String>,
}

impl Operation for ModifyImageSharePermission {
    type Answer = Done;

    fn check(&self) -> Result<(), OverLimit> {
        OverLimit::check("AddAccount", self.add_accounts.len(), ACCOUNTS_MAX)?;
        OverLimit::check("RemoveAccount", self.remove_accounts.len(), ACCOUNTS_MAX)
    }

    fn rpc(&self) -> Rpc {
        Rpc::new(Product::Ecs, "ModifyImageSharePermission", Effect::Write(Repeat::Safe))
            .in_region(&self.region_id)
            .about(&self.image_id)
            .param("ImageId", &self.image_id)
            .list("AddAccount", &self.add_accounts)
            .list("RemoveAccount", &self.remove_accounts)
    }
}

/// Lists the accounts that an image is shared with one by one. Resource Sharing's own shares are not among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescribeImageSharePermission {
    /// The region.
    pub region_id: String,
    /// The image.
    pub image_id: String,
}

/// An account that an image is shared with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SharedAccount {
    /// The account id, decimal.
    pub aliyun_id: String,
}

impl FromJson for SharedAccount {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            aliyun_id: json.text("AliyunId")?,
        })
    }
}

/// One page of [`DescribeImageSharePermission`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharePage {
    // Both have to be there: an answer without them is not an unshared image.
    accounts: Vec<SharedAccount>,
    total_count: u64,
}

impl FromJson for SharePage {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            accounts: json.required_list("Accounts")?,
            total_count: json.required_number("TotalCount")?,
        })
    }
}

impl Listing for DescribeImageSharePermission {
    type Answer = SharePage;
    type Item = SharedAccount;
    const PAGING: Paging = Paging::Numbered;

    fn rpc(&self) -> Rpc {
        Rpc::new(Product::Ecs, "DescribeImageSharePermission", Effect::Read)
            .in_region(&self.region_id)
            .about(&self.image_id)
            .param("ImageId", &self.image_id)
    }

    fn page(answer: SharePage) -> Page<SharedAccount> {
        Page {
            items: answer.accounts,
            total: Some(answer.total_count),
            next_token: None,
        }
    }

    fn key(item: &SharedAccount) -> Cow<'_, str> {
        item.aliyun_id.as_str().into()
    }
}
