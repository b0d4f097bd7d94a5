//! Orphans: images of a policy that the file no longer has stay as they are, except that who left the directory loses them.
//!
//! Deleting a policy must not unshare a company. Whom a policy of today names by id is never taken for someone who left.

use goldcast_domain::{AccountId, Image, PolicyName, Standing, ledger};

use super::View;
use super::share::ACCOUNTS_PER_CALL;
use crate::catalogue::Release;
use crate::{Action, Plan, Planned, Reading, Reason};

/// Images of orphaned releases whose grants are looked after.
pub(crate) fn orphaned<'v, 'a>(view: &'v View<'a>) -> impl Iterator<Item = (&'v Release<'a>, &'a Image)> {
    let asks = view.file.owner.directory.is_some() && view.sees_everything();
    let orphans = view.orphans().iter().filter(move |_| asks);
    orphans.flat_map(|release| {
        release
            .images()
            .filter(|image| image.is_ready())
            .map(move |image| (release, image))
    })
}

/// Accounts that have an orphaned image, and of which it is not known whether they left.
pub(crate) fn strangers<'v>(view: &'v View<'_>, image: &Image) -> impl Iterator<Item = &'v AccountId> {
    let granted = view.seen.grants.get(&image.at).and_then(|reading| reading.known());
    let named = |account: &AccountId| {
        view.lines()
            .iter()
            .any(|line| line.policy.share.accounts.contains(account))
    };
    let listed = |account: &AccountId| {
        let directory = view.seen.directory.as_ref().and_then(Reading::known);
        directory.is_some_and(|directory| directory.members.contains_key(account))
    };
    let owner = &view.file.owner.account;
    granted
        .into_iter()
        .flatten()
        .filter(move |account| *account != owner && !named(account) && !listed(account))
}

/// Takes orphaned images from accounts that left.
pub(crate) fn orphans(view: &View<'_>, plan: &mut Plan) {
    for (release, image) in orphaned(view) {
        let tag = image
            .tags
            .get(ledger::POLICY)
            .and_then(|name| name.parse::<PolicyName>().ok());
        let Some(policy) = tag else { continue };
        let has_left =
            |account: &&AccountId| view.seen.standings.get(*account) == Some(&Reading::Known(Standing::Gone));
        let left: Vec<AccountId> = strangers(view, image).filter(has_left).cloned().collect();
        for accounts in left.chunks(ACCOUNTS_PER_CALL) {
            let (image, accounts) = (image.at.clone(), accounts.to_vec());
            plan.actions.push(Planned {
                action: Action::Revoke { image, accounts },
                reason: Reason::OutsideAudience,
                policy: policy.clone(),
                release: release.name.to_owned(),
                source: release.source_ref(),
            });
        }
    }
}
