//! Sharing: the audience gets every usable image of a release that people launch or are about to; nobody outside the
//! audience keeps one.
//!
//! Only grants by account id here. What is unknown gives nothing and takes nothing.

use std::collections::BTreeSet;

use goldcast_domain::{AccountId, Image, Policy};

use super::view::{block, planned, wait};
use super::{SharedImage, View};
use crate::audience::{self, Membership};
use crate::catalogue::Line;
use crate::{Action, BlockKind, Plan, Reading, Reason, WaitKind};

/// Account ids per call; the cloud ignores an eleventh without an error
/// (<https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-modifyimagesharepermission>).
pub const ACCOUNTS_PER_CALL: usize = 10;

/// What an image's grants should become.
#[derive(Debug, Default)]
pub(crate) struct GrantDiff {
    /// In the audience, without the image, and there is room.
    pub(crate) add: Vec<AccountId>,
    /// Proved to be outside, with the image.
    pub(crate) remove: Vec<AccountId>,
    /// In the audience, but the image can be shared with no more.
    pub(crate) no_room: Vec<AccountId>,
    /// Outside by a listing only: the directory must be asked for them.
    pub(crate) ask: BTreeSet<AccountId>,
}

/// Plans grants and revocations.
pub(crate) fn share(view: &View<'_>, line: &Line<'_>, plan: &mut Plan) {
    for shared in view.shared(line) {
        share_image(view, line.policy, shared, plan);
    }
}

fn share_image(view: &View<'_>, policy: &Policy, shared: SharedImage<'_, '_>, plan: &mut Plan) {
    let SharedImage { release, image, gives } = shared;
    let Some(diff) = grant_diff(view, policy, image) else {
        let why = match view.seen.grants.get(&image.at) {
            Some(Reading::Unknown(why)) => why.clone(),
            Some(Reading::Known(_)) | None => "they were not read in this run".to_owned(),
        };
        plan.waits.push(wait(
            policy,
            release,
            WaitKind::GrantsUnread {
                image: image.at.clone(),
                why,
            },
        ));
        return;
    };
    for accounts in diff.remove.chunks(ACCOUNTS_PER_CALL) {
        let action = Action::Revoke {
            image: image.at.clone(),
            accounts: accounts.to_vec(),
        };
        plan.actions
            .push(planned(policy, release, action, Reason::OutsideAudience));
    }
    if !gives {
        return;
    }
    for accounts in diff.add.chunks(ACCOUNTS_PER_CALL) {
        let action = Action::Grant {
            image: image.at.clone(),
            accounts: accounts.to_vec(),
        };
        plan.actions.push(planned(policy, release, action, Reason::InAudience));
    }
    if !diff.no_room.is_empty() {
        let (image, limit) = (image.at.clone(), view.file.limits.accounts_per_image);
        let kind = BlockKind::NoRoomForAccounts {
            image,
            accounts: diff.no_room,
            limit,
        };
        plan.blocks.push(block(policy, release, kind));
    }
}

/// What this image's grants should become, or nothing where they are not known.
pub(crate) fn grant_diff(view: &View<'_>, policy: &Policy, image: &Image) -> Option<GrantDiff> {
    let granted = view.seen.grants_of(image)?;
    let mut diff = GrantDiff::default();
    for account in granted.iter().filter(|account| view.covers_account(account)) {
        match audience::membership(view.file, &policy.share, account, view.seen) {
            Membership::Out => diff.remove.push(account.clone()),
            Membership::Ask => {
                diff.ask.insert(account.clone());
            }
            Membership::In | Membership::Limbo => {}
        }
    }
    let mut add: Vec<AccountId> = audience::wanted(view.file, &policy.share, view.seen)
        .into_iter()
        .filter(|account| !granted.contains(account) && view.covers_account(account))
        .filter(|account| !view.seen.refused.contains_key(account))
        .collect();
    // Whom the policy names goes before whom a folder brings.
    add.sort_by_key(|account| (!policy.share.accounts.contains(account), account.clone()));
    let kept = granted.len() - diff.remove.len();
    let room = view.file.limits.accounts_per_image.saturating_sub(kept).min(add.len());
    diff.no_room = add.split_off(room);
    diff.add = add;
    Some(diff)
}

/// Whether everyone in the audience has this image, as far as the cloud gives it.
pub(super) fn is_shared(view: &View<'_>, policy: &Policy, image: &Image) -> bool {
    audience::is_complete(&policy.share, view.seen)
        && grant_diff(view, policy, image).is_some_and(|diff| diff.add.is_empty())
}
