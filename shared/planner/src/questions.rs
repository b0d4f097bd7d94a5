//! Which facts are still missing for a plan. Asking only these keeps the reads as few as the facts allow.

use std::collections::BTreeSet;

use goldcast_domain::{AccountId, FolderId, Gather as _, ImageRef, PolicyFile, RegionId, Scope, Shared};
use jiff::Timestamp;

use crate::audience::listing;
use crate::catalogue::{Line, key_of};
use crate::rules::{
    View, WayNow, doubtful_targets, is_trust_needed, looked_after, may_stand_on_a_shelf, needs_snapshots, orphaned,
    strangers,
};
use crate::{KeyName, Observed};

/// What to ask the cloud before planning. Facts that were asked for already, answered or not, are not asked again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Questions {
    /// Whether to ask which regions there are.
    pub everywhere: bool,
    /// Regions whose images to list.
    pub regions: BTreeSet<RegionId>,
    /// Regions whose resource shares to list, with what is on them.
    pub shares: BTreeSet<RegionId>,
    /// Regions whose snapshots to list.
    pub snapshots: BTreeSet<RegionId>,
    /// Keys to look up.
    pub keys: BTreeSet<(RegionId, KeyName)>,
    /// Whether to read the share role's trust document.
    pub trust: bool,
    /// Images whose grants to read.
    pub grants: BTreeSet<ImageRef>,
    /// Whether to list the directory.
    pub directory: bool,
    /// Accounts to ask the directory for, one by one.
    pub accounts: BTreeSet<AccountId>,
    /// Folders to ask the directory for, one by one.
    pub folders: BTreeSet<FolderId>,
}

impl Questions {
    /// Whether everything is known that can be.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What is missing. Ask, write down the answers, and ask this again: answers raise questions, at most six times.
pub fn questions(policy: &PolicyFile, observed: &Observed, now: Timestamp) -> Questions {
    let mut missing = Questions {
        everywhere: observed.scope == Scope::Everywhere && observed.regions.is_none(),
        ..Questions::default()
    };
    let known = observed.regions.iter().filter_map(|reading| reading.known()).flatten();
    let wanted = policy.all_regions().into_iter().chain(known);
    missing.regions = wanted
        .filter(|region| !observed.images.contains_key(*region))
        .cloned()
        .gather();
    if let Scope::Account(account) = &observed.scope
        && needs_directory(policy)
        && !observed.standings.contains_key(account)
    {
        missing.accounts.insert(account.clone());
    }
    if missing.everywhere || !missing.regions.is_empty() {
        return missing;
    }
    let view = View::new(policy, observed, now);
    for line in view.lines() {
        about_encryption(&view, line, &mut missing);
        about_sharing(&view, line, &mut missing);
    }
    missing.accounts.extend(doubtful_targets(&view));
    about_orphans(&view, &mut missing);
    about_leftovers(&view, &mut missing);
    missing.trust = observed.trust.is_none() && is_trust_needed(&view);
    about_folders(&view, &mut missing);
    if missing.accounts.len() > 1 && observed.directory.is_none() && !matches!(observed.scope, Scope::Account(_)) {
        // One listing is cheaper than asking for many, and explains most of them.
        missing.directory = needs_directory(policy);
    }
    if missing.directory || !missing.shares.is_empty() || !missing.grants.is_empty() {
        // These answers may explain the accounts; only those that they don't are asked for one by one.
        let only = match &observed.scope {
            Scope::Account(account) => Some(account),
            _ => None,
        };
        missing.accounts.retain(|account| Some(account) == only);
    }
    missing
}

fn about_sharing<'a>(view: &View<'a>, line: &Line<'a>, missing: &mut Questions) {
    let seen = view.seen;
    let asks = line.policy.share.asks_the_directory() && !matches!(seen.scope, Scope::Account(_));
    for (release, image) in looked_after(view, line) {
        let Some(sharing) = view.sharing(image) else { continue };
        missing.directory |= sharing.gives && asks && seen.directory.is_none();
        if image.shared != Shared::No && !seen.grants.contains_key(&image.at) {
            missing.grants.insert(image.at.clone());
        } else if sharing.way == WayNow::Unknown
            && (seen.directory.is_some() || !asks)
            && !seen.shares.contains_key(&image.at.region)
        {
            missing.shares.insert(image.at.region.clone());
        }
        let leaves = view
            .course(line)
            .is_some_and(|course| course.leaving.contains_key(&release.source_id));
        if leaves && may_stand_on_a_shelf(view, image) && !seen.shares.contains_key(&image.at.region) {
            missing.shares.insert(image.at.region.clone());
        }
        let ask = sharing.diff.iter().flat_map(|diff| diff.ask.iter().copied());
        missing
            .accounts
            .extend(ask.filter(|account| !seen.standings.contains_key(*account)).cloned());
    }
}

/// Snapshots say under which key an image is; keys say whether it can be used.
fn about_encryption<'a>(view: &View<'a>, line: &Line<'a>, missing: &mut Questions) {
    let seen = view.seen;
    let mut ask_key = |region: &RegionId, name: KeyName| {
        let name = (region.clone(), name);
        if !seen.keys.contains_key(&name) {
            missing.keys.insert(name);
        }
    };
    if !line.releases.is_empty() {
        for (region, key) in &line.policy.encrypt {
            ask_key(region, KeyName::Id(key.clone()));
        }
    }
    for release in &line.releases {
        let snapshots = needs_snapshots(view, line, release);
        for image in release.everything() {
            let region = &image.at.region;
            if (snapshots || image.is_encrypted()) && !seen.snapshots.contains_key(region) {
                missing.snapshots.insert(region.clone());
            }
            if image.is_encrypted() && view.image_in(line.policy, release, region).is_some() {
                ask_key(region, KeyName::Service);
                if let Some(key) = key_of(image, seen) {
                    ask_key(region, KeyName::Id(key.clone()));
                }
            }
        }
    }
}

/// Who has images of a policy that is gone, and whether they left.
fn about_orphans(view: &View<'_>, missing: &mut Questions) {
    for (_, image) in orphaned(view) {
        if image.shared != Shared::No && !view.seen.grants.contains_key(&image.at) {
            missing.grants.insert(image.at.clone());
        }
        for account in strangers(view, image).filter(|account| !view.seen.standings.contains_key(*account)) {
            missing.directory |= view.seen.directory.is_none();
            missing.accounts.insert(account.clone());
        }
    }
}

/// Snapshots of deleted images may be all that is left in a region.
fn about_leftovers(view: &View<'_>, missing: &mut Questions) {
    let deletes = view.lines().iter().any(|line| line.policy.retire.delete_snapshots);
    if deletes && view.seen.scope == Scope::Everywhere {
        let regions = view
            .seen
            .images
            .keys()
            .filter(|region| !view.seen.snapshots.contains_key(*region));
        missing.snapshots.extend(regions.cloned());
    }
}

/// A folder that some member stands in exists; the others are asked for.
fn about_folders(view: &View<'_>, missing: &mut Questions) {
    if listing(view.seen).is_none() || !view.sees_everything() {
        return;
    }
    for line in view.lines() {
        for folder in &line.policy.share.folders {
            if !view.folders().has(folder) && !view.seen.folders.contains_key(folder) {
                missing.folders.insert(folder.clone());
            }
        }
    }
}

fn needs_directory(policy: &PolicyFile) -> bool {
    policy.policies.values().any(|policy| policy.share.asks_the_directory())
}
