//! Grants: shares by account id, ten accounts a call, and what is taken away.

use goldcast_domain::{AccountId, Image};

use super::{Sharing, by_grant, looked_after};
use crate::catalogue::{Line, Release};
use crate::rules::View;
use crate::rules::view::{block, planned, wait};
use crate::{Action, BlockKind, Plan, Reading, Reason, WaitKind};

/// Account ids per call; the cloud ignores an eleventh without an error
/// (<https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-modifyimagesharepermission>).
pub const ACCOUNTS_PER_CALL: usize = 10;

/// Plans grants and revocations.
pub(crate) fn grants<'a>(view: &View<'a>, line: &Line<'a>, plan: &mut Plan) {
    for (release, image) in looked_after(view, line) {
        if let Some(sharing) = view.sharing(image) {
            grant_image(view, line, release, (image, sharing), plan);
        }
    }
}

fn grant_image<'a>(
    view: &View<'a>,
    line: &Line<'a>,
    release: &Release<'a>,
    (image, sharing): (&Image, &Sharing<'a>),
    plan: &mut Plan,
) {
    let policy = line.policy;
    let Some(diff) = &sharing.diff else {
        let why = match view.seen.grants.get(&image.at) {
            Some(Reading::Unknown(why)) => why.clone(),
            Some(Reading::Known(_)) | None => "they were not read in this run".to_owned(),
        };
        let kind = WaitKind::GrantsUnread {
            image: image.at.clone(),
            why,
        };
        plan.waits.push(wait(policy, release, kind));
        return;
    };
    for (accounts, reason) in [
        (&diff.remove, Reason::OutsideAudience),
        (&diff.superfluous, Reason::ShelfIsEnough),
    ] {
        for accounts in accounts.chunks(ACCOUNTS_PER_CALL) {
            let (image, accounts) = (image.at.clone(), owned(accounts));
            let action = Action::Revoke { image, accounts };
            plan.actions.push(planned(policy, release, action, reason.clone()));
        }
    }
    if !sharing.gives {
        return;
    }
    let reason = by_grant(policy, sharing.way).map_or(Reason::InAudience, |why| Reason::ByGrant { why });
    for accounts in diff.add.chunks(ACCOUNTS_PER_CALL) {
        let (image, accounts) = (image.at.clone(), owned(accounts));
        let action = Action::Grant { image, accounts };
        plan.actions.push(planned(policy, release, action, reason.clone()));
    }
    if !diff.untrusted.is_empty() {
        let (image, accounts) = (image.at.clone(), owned(&diff.untrusted));
        plan.waits
            .push(wait(policy, release, WaitKind::NotTrustedYet { image, accounts }));
    }
    if !diff.no_room.is_empty() {
        let kind = BlockKind::NoRoomForAccounts {
            image: image.at.clone(),
            accounts: owned(&diff.no_room),
            limit: view.file.limits.accounts_per_image,
        };
        plan.blocks.push(block(policy, release, kind));
    }
}

fn owned(accounts: &[&AccountId]) -> Vec<AccountId> {
    accounts.iter().copied().cloned().collect()
}
