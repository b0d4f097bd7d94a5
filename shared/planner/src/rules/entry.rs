//! Entry: golden images that cannot become a release say why; what could not be read, and what the policy says wrongly about
//! the organisation, is said once.

use goldcast_domain::{Audience, FolderId, Scope, TargetId};

use super::View;
use crate::audience::is_brought;
use crate::catalogue::{Release, Why};
use crate::{Block, BlockKind, Note, NoteKind, Plan, Reading, Wait, WaitKind};

/// Says what keeps golden images from being released, and what could not be read.
pub(crate) fn entry(view: &View<'_>, plan: &mut Plan) {
    refusals(view, plan);
    unread(view, plan);
    refused_accounts(view, plan);
    audiences(view, plan);
    notes(view, plan);
}

/// What people should know: paid images, and the window that a shelf around exceptions leaves.
fn notes(view: &View<'_>, plan: &mut Plan) {
    for line in view.lines().iter().filter(|_| view.moves_images()) {
        let note = |kind| Note {
            policy: line.policy.name.clone(),
            kind,
        };
        let launched = view.candidates(line).chain(view.current(line));
        for source in launched
            .filter_map(|release| release.source)
            .filter(|source| source.is_paid)
        {
            let image = source.at.clone();
            plan.notes.push(note(NoteKind::RecipientsPay { image }));
        }
        let share = &line.policy.share;
        let around = view.roll(line.policy).and_then(|roll| roll.shelf.as_ref().ok());
        let around = around.filter(|shelf| !shelf.targets.iter().all(|target| is_named(share, target)));
        if let Some(shelf) = around.filter(|_| !share.except.is_empty() && !line.releases.is_empty()) {
            let targets = shelf.targets.len();
            plan.notes.push(note(NoteKind::AroundExceptions { targets }));
        }
    }
}

/// Whether the audience names this target itself.
fn is_named(share: &Audience, target: &TargetId) -> bool {
    share.directory && target.as_str().starts_with("rd-")
        || share.folders.iter().any(|folder| folder.as_str() == target.as_str())
}

fn refusals(view: &View<'_>, plan: &mut Plan) {
    for refusal in view.refusals() {
        let (policy, release) = (refusal.policy.clone(), Some(refusal.name.clone()));
        match &refusal.why {
            Why::Wait(kind) => plan.waits.push(Wait {
                kind: kind.clone(),
                policy,
                release,
            }),
            Why::Block(kind) => plan.blocks.push(Block {
                kind: kind.clone(),
                policy,
                release,
                source: Some(refusal.image.clone()),
            }),
        }
    }
}

fn unread(view: &View<'_>, plan: &mut Plan) {
    let seen = view.seen;
    let regions = seen.images.iter().filter_map(|(region, reading)| {
        let (region, why) = (region.clone(), reading.silence()?);
        Some(WaitKind::RegionUnread { region, why })
    });
    let shares = seen.shares.iter().filter_map(|(region, reading)| {
        let (region, why) = (region.clone(), reading.silence()?);
        Some(WaitKind::SharesUnread { region, why })
    });
    let listed = seen.directory.iter().filter_map(Reading::silence);
    let asked = match &seen.scope {
        Scope::Account(account) => seen.standings.get(account).and_then(Reading::silence),
        Scope::Everything | Scope::Everywhere | Scope::Image(_) | Scope::InFlight => None,
    };
    let directory = listed.chain(asked).map(|why| WaitKind::DirectoryUnread { why });
    plan.waits
        .extend(regions.chain(shares).chain(directory).map(|kind| Wait {
            kind,
            policy: None,
            release: None,
        }));
}

fn refused_accounts(view: &View<'_>, plan: &mut Plan) {
    for (account, why) in &view.seen.refused {
        let named = view
            .lines()
            .iter()
            .find(|line| line.policy.share.accounts.contains(account));
        let newest = named.and_then(|line| line.releases.last());
        plan.blocks.push(Block {
            kind: BlockKind::AccountRefused {
                account: account.clone(),
                why: why.clone(),
            },
            policy: named.map(|line| line.policy.name.clone()),
            release: newest.map(|release| release.name.to_owned()),
            source: newest.and_then(Release::source_ref),
        });
    }
}

/// Folders that do not exist, and accounts that an audience names twice by different ways.
fn audiences(view: &View<'_>, plan: &mut Plan) {
    if !view.sees_everything() {
        return;
    }
    for line in view.lines() {
        let newest = line.releases.last();
        let block = |kind| Block {
            kind,
            policy: Some(line.policy.name.clone()),
            release: newest.map(|release| release.name.to_owned()),
            source: newest.and_then(Release::source_ref),
        };
        let missing = |folder: &&FolderId| view.seen.folders.get(*folder).and_then(Reading::known) == Some(&false);
        for folder in line.policy.share.folders.iter().filter(missing) {
            let folder = folder.clone();
            plan.blocks.push(block(BlockKind::NoSuchFolder { folder }));
        }
        let by_shelf = view.roll(line.policy).is_some_and(|roll| roll.shelf.is_ok());
        let twice = line.policy.share.accounts.iter();
        for account in twice.filter(|account| by_shelf && is_brought(&line.policy.share, account, view.seen)) {
            let account = account.clone();
            plan.blocks.push(block(BlockKind::AccountTwice { account }));
        }
    }
}
