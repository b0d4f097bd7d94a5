//! Sharing by account id: ModifyImageSharePermission and DescribeImageSharePermission
//! (<https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-modifyimagesharepermission>).

use std::collections::BTreeSet;

use goldcast_domain::{AccountId, RegionId};
use serde_json::{Value, json};

use super::image::ImageStatus;
use super::{Ecs, IMAGE_TYPE, encryption};
use crate::cloud::context::{Context, Done};
use crate::cloud::paging::Page;
use crate::cloud::quotas::Quota;
use crate::cloud::refusal::Refusal;
use crate::cloud::time;

/// Ids that one list of a call may hold; those beyond it are dropped without an error.
const IDS_PER_LIST: usize = 10;

impl Ecs {
    pub(super) fn modify_image_share_permission(
        &mut self,
        region: &RegionId,
        context: &mut Context<'_>,
    ) -> Result<Done, Refusal> {
        let image = self.own(region, context)?;
        if image.status != ImageStatus::Available {
            let message = "The status of the specified image does not support sharing.";
            return Err(Refusal::forbidden("OperationDenied.InvalidImageStatus", message));
        }
        let publish = context.params.flag("IsPublic")?;
        if publish == Some(true) {
            let message = "The agreement on community images has not been signed.";
            return Err(Refusal::forbidden("PublicImageAgreement.NotSigned", message));
        }
        let added: BTreeSet<&str> = context
            .params
            .list("AddAccount")
            .into_iter()
            .take(IDS_PER_LIST)
            .collect();
        let removed: BTreeSet<&str> = context
            .params
            .list("RemoveAccount")
            .into_iter()
            .take(IDS_PER_LIST)
            .collect();
        if added.is_empty() && removed.is_empty() && publish.is_none() {
            return Err(Refusal::bad_request(
                "MissingParameter",
                "AddAccount or RemoveAccount must be given.",
            ));
        }
        let added = recipients(&added, context)?;
        if !added.is_empty() {
            encryption::check_shareable(image, &added, context)?;
        }
        // Set semantics: adding twice and removing what is absent both succeed.
        let mut shares = image.shares.clone();
        shares.retain(|account, _| !removed.contains(account.as_str()));
        for account in added {
            shares.entry(account).or_insert(context.now);
        }
        if shares.len() > context.limit_in(region, Quota::AccountsPerImage) && shares.len() > image.shares.len() {
            let message = "The quota of accounts that one image can be shared with is exceeded.";
            return Err(Refusal::forbidden("QuotaExceed.ShareImageUser", message));
        }
        context.stop_dry_run()?;
        let image = self.own_mut(region, context)?;
        image.shares = shares;
        // Shares by account id survive the end of publishing.
        image.is_public &= publish.is_none();
        Ok(Done::empty().about([(IMAGE_TYPE, image.id.to_string())]))
    }

    pub(super) fn describe_image_share_permission(
        &mut self,
        region: &RegionId,
        context: &mut Context<'_>,
    ) -> Result<Done, Refusal> {
        let image = self.own(region, context)?;
        let page = Page::read(context.params, "InvalidParameter")?;
        let numbers = context.setup.switches.account_numbers;
        let accounts: Vec<_> = page
            .cut(&image.shares)
            .into_iter()
            .map(|(account, since)| json!({ "AliyunId": wire_id(account, numbers), "SharedTime": time::wire(*since) }))
            .collect();
        let groups = if image.is_public {
            json!([{ "Group": "all" }])
        } else {
            json!([])
        };
        Ok(Done::new(json!({
            "RegionId": region,
            "ImageId": image.id,
            "PageNumber": page.number,
            "PageSize": page.size,
            "TotalCount": image.shares.len(),
            "Accounts": { "Account": accounts },
            "ShareGroups": { "ShareGroup": groups },
        })))
    }
}

/// An account id as text or as a number.
fn wire_id(account: &AccountId, number: bool) -> Value {
    let digits = account.as_str().parse::<u64>().ok().filter(|_| number);
    digits.map_or_else(|| json!(account), Value::from)
}

/// The accounts to share with: they exist, and none is the caller's own.
fn recipients(ids: &BTreeSet<&str>, context: &Context<'_>) -> Result<Vec<AccountId>, Refusal> {
    if ids.contains(context.account().as_str()) {
        let message = "The specified account is yourself.";
        return Err(Refusal::not_found("InvalidAccount.Forbbiden", message));
    }
    let account = |id: &&str| id.parse().ok().filter(|account| context.accounts.exists(account));
    let unknown: Vec<&str> = ids.iter().copied().filter(|id| account(id).is_none()).collect();
    if !unknown.is_empty() {
        let message = if context.setup.switches.unknown_accounts_named {
            format!("The specified account does not exist: {}.", unknown.join(","))
        } else {
            "The specified account does not exist.".to_owned()
        };
        return Err(Refusal::not_found("InvalidAccount.NotFound", message));
    }
    Ok(ids.iter().filter_map(account).collect())
}
