//! Sharing by account id: ModifyImageSharePermission and DescribeImageSharePermission
//! (<https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-modifyimagesharepermission>).

use std::collections::BTreeSet;

use bytes::Bytes;
use goldcast_domain::{AccountId, RegionId};
use jiff::Timestamp;
use serde_json::json;

use super::image::{Image, ImageStatus};
use super::{Ecs, IMAGE_TYPE, encryption};
use crate::cloud::body::Body;
use crate::cloud::context::{Context, Done};
use crate::cloud::paging::Page;
use crate::cloud::quotas::Quota;
use crate::cloud::refusal::Refusal;
use crate::cloud::time;

/// Bytes of one row of a share listing, about.
const ROW_BYTES: usize = 72;
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
            check_publishable(image, context)?;
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
        check_launch_permission(context, added.is_empty() && removed.is_empty())?;
        if added.is_empty() && removed.is_empty() && publish.is_none() {
            return Err(Refusal::bad_request(
                "MissingParameter",
                "AddAccount or RemoveAccount must be given.",
            ));
        }
        let (added, refused) = recipients(&added, image, context);
        let atomic = context.setup.switches.batch_of_ten_is_atomic;
        if let Some(refusal) = refused.clone().filter(|_| atomic) {
            return Err(refusal);
        }
        if !added.is_empty() {
            encryption::check_shareable(image, &added, context)?;
        }
        // Set semantics: adding twice and removing what is absent both succeed. Removing comes first.
        let leaves = |account: &str| removed.contains(account) && image.shares.contains_key(account);
        let stays = |account: &str| image.shares.contains_key(account) && !removed.contains(account);
        let (before, left) = (image.shares.len(), removed.iter().filter(|id| leaves(id)).count());
        let after = before - left + added.iter().filter(|account| !stays(account.as_str())).count();
        if after > context.limit_in(region, Quota::AccountsPerImage) && after > before {
            let message = "The quota of accounts that one image can be shared with is exceeded.";
            return Err(Refusal::forbidden("QuotaExceed.ShareImageUser", message));
        }
        context.stop_dry_run()?;
        let id = image.id.clone();
        if let Some(there) = self.regions.get_mut(region) {
            there.images.change_grants(&id, &removed, added, context.now);
        }
        // Shares by account id survive the end of publishing.
        if let Some(publish) = publish {
            self.own_mut(region, context)?.is_public = publish;
        }
        let done = Done::empty().about([(IMAGE_TYPE, id.to_string())]);
        refused.map_or(Ok(done), Err)
    }

    /// The older way to publish an image and to withdraw it.
    pub(super) fn modify_image_share_group_permission(
        &mut self,
        region: &RegionId,
        context: &mut Context<'_>,
    ) -> Result<Done, Refusal> {
        let image = self.own(region, context)?;
        let (added, removed) = (context.params.list("AddGroup"), context.params.list("RemoveGroup"));
        if added.is_empty() && removed.is_empty() {
            return Err(Refusal::missing("AddGroup"));
        }
        if added.iter().chain(&removed).any(|group| *group != "all") {
            let message = "The specified Group is not valid.";
            return Err(Refusal::bad_request("InvalidGroup.Malformed", message));
        }
        let publish = !added.is_empty();
        if publish {
            check_publishable(image, context)?;
        } else if !image.is_public {
            let message = "The specified image is not public.";
            return Err(Refusal::forbidden("Image.NotPublic", message));
        }
        let image = self.own_mut(region, context)?;
        image.is_public = publish;
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
        let groups = if image.is_public {
            json!([{ "Group": "all" }])
        } else {
            json!([])
        };
        let members = json!({
            "RegionId": region,
            "ImageId": image.id,
            "PageNumber": page.number,
            "PageSize": page.size,
            "TotalCount": image.shares.len(),
            "ShareGroups": { "ShareGroup": groups },
        });
        let rows = rows(page.cut(&image.shares), numbers);
        Ok(Done::new(Body::from(members).with_rows("Accounts", "Account", rows)))
    }
}

/// Grants as rows with commas in between, account ids as text or as numbers.
fn rows(grants: Vec<(&AccountId, &Timestamp)>, numbers: bool) -> Bytes {
    let mut text = String::with_capacity(grants.len() * ROW_BYTES);
    // Grants of one call have one time, and a time is most of the work.
    let mut last: Option<(Timestamp, String)> = None;
    for (account, since) in grants {
        if !text.is_empty() {
            text.push(',');
        }
        let since = match &last {
            Some((time, wire)) if time == since => wire,
            _ => &last.insert((*since, time::wire(*since))).1,
        };
        let number = numbers.then(|| account.as_str().parse::<u64>().ok()).flatten();
        let number = number.map(|number| number.to_string());
        let (quote, id) = number
            .as_deref()
            .map_or(("\"", account.as_str()), |number| ("", number));
        // Neither an account id nor a time holds anything that JSON would escape.
        for part in ["{\"AliyunId\":", quote, id, quote, ",\"SharedTime\":\"", since, "\"}"] {
            text.push_str(part);
        }
    }
    Bytes::from(text)
}

/// `LaunchPermission` is not open to the public; which of its codes says so is a guess.
fn check_launch_permission(context: &Context<'_>, alone: bool) -> Result<(), Refusal> {
    if context.params.get("LaunchPermission").is_none() {
        return Ok(());
    }
    let (code, message) = if alone {
        let code = "ForbiddenParameter.LaunchPermission";
        (code, "The parameter LaunchPermission is not open to this account.")
    } else {
        let code = "UnnecessaryParameter.LaunchPermission";
        (code, "The parameter LaunchPermission cannot be combined with accounts.")
    };
    Err(Refusal::bad_request(code, message))
}

/// Refuses to publish an image: the agreement has to be signed, and nothing encrypted can be public.
fn check_publishable(image: &Image, context: &Context<'_>) -> Result<(), Refusal> {
    if !context.setup.switches.public_image_agreement {
        let message = "The agreement on community images has not been signed.";
        return Err(Refusal::forbidden("PublicImageAgreement.NotSigned", message));
    }
    if image.is_encrypted() {
        let message = "An encrypted image cannot be made public.";
        return Err(Refusal::forbidden("OperationDeined.EncryptedSnapshot", message));
    }
    if image.is_public {
        return Err(Refusal::forbidden(
            "Image.Public",
            "The specified image is public already.",
        ));
    }
    Ok(())
}

/// The accounts that an image can be shared with, and what is wrong with the others: they exist, none is the caller's
/// own, and none has it already where that is an error. That the code is `InvalidAccount.Forbbiden` then is a guess.
fn recipients(ids: &BTreeSet<&str>, image: &Image, context: &Context<'_>) -> (Vec<AccountId>, Option<Refusal>) {
    let switches = &context.setup.switches;
    let exists = |id: &str| id.parse().ok().filter(|account| context.accounts.exists(account));
    let is_given = |id: &str| exists(id).is_some_and(|account| image.shares.contains_key(&account));
    let (mut good, mut own, mut unknown, mut again) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for id in ids.iter().copied() {
        match exists(id) {
            _ if id == context.account().as_str() => own.push(id),
            None => unknown.push(id),
            Some(_) if is_given(id) && !switches.adding_a_shared_account_again => again.push(id),
            Some(account) => good.push(account),
        }
    }
    let refusal = if !own.is_empty() {
        Some((
            "InvalidAccount.Forbbiden",
            "The specified account is yourself.".to_owned(),
        ))
    } else if !unknown.is_empty() {
        let message = if switches.unknown_accounts_named {
            format!("The specified account does not exist: {}.", unknown.join(","))
        } else {
            "The specified account does not exist.".to_owned()
        };
        Some(("InvalidAccount.NotFound", message))
    } else if !again.is_empty() {
        let message = format!("The specified account has the image already: {}.", again.join(","));
        Some(("InvalidAccount.Forbbiden", message))
    } else {
        None
    };
    (good, refusal.map(|(code, message)| Refusal::not_found(code, message)))
}
