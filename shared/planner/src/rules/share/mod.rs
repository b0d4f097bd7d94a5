//! Sharing: the audience gets every usable image of a release that people launch or are about to; nobody outside the
//! audience keeps one.
//!
//! Folders and the directory get images by shelf, the rest by grant, and never one account both ways. What is unknown gives
//! nothing and takes nothing.

mod grant;
mod shelf;
mod tidy;
mod trust;
mod way;

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use goldcast_domain::policy::Then;
use goldcast_domain::{AccountId, Image, ImageRef, Policy, put_in_order};

use super::View;
use super::course::Cause;
use super::encryption::{forbids_sharing, key_forbids_sharing};
use super::view::{is_in_family, is_open};
use crate::NoShelf;
use crate::audience::{self, Membership, Roll};
use crate::catalogue::{Line, Release};

pub use grant::ACCOUNTS_PER_CALL;
pub(crate) use grant::grants;
pub use shelf::SHELF_TAG;
pub(crate) use shelf::{doubtful_targets, our_shelves, shelf_ref, shelves, shelves_of};
pub(crate) use trust::{TrustDocument, is_trust_needed, trust};
pub(crate) use way::WayNow;

/// Who has an image, and who should.
#[derive(Debug)]
pub(crate) struct Sharing<'a> {
    /// How folders and the directory get it.
    pub(crate) way: WayNow,
    /// Whether the audience is given it.
    pub(crate) gives: bool,
    /// What its grants should become, or nothing where they are not known.
    pub(crate) diff: Option<GrantDiff<'a>>,
}

/// What an image's grants should become.
#[derive(Debug, Default)]
pub(crate) struct GrantDiff<'a> {
    /// In the audience, without the image, and there is room.
    pub(crate) add: Vec<&'a AccountId>,
    /// In the audience, without an encrypted image, and not trusted with its key yet.
    pub(crate) untrusted: Vec<&'a AccountId>,
    /// Proved to be outside, with the image.
    pub(crate) remove: Vec<&'a AccountId>,
    /// With the image both ways.
    pub(crate) superfluous: Vec<&'a AccountId>,
    /// In the audience, but the image can be shared with no more.
    pub(crate) no_room: Vec<&'a AccountId>,
    /// Outside by a listing only: the directory must be asked for them.
    pub(crate) ask: Vec<&'a AccountId>,
}

impl<'a> Sharing<'a> {
    /// What this run looks after: whoever is outside the audience loses any image of a line, whoever is inside is given
    /// those of releases that people launch or are about to.
    pub(super) fn of_all(view: &View<'a>) -> BTreeMap<&'a ImageRef, Self> {
        let trusted = trust::trusted(view);
        let mut all = BTreeMap::new();
        for line in view.lines() {
            let Some(roll) = view.roll(line.policy) else { continue };
            for (release, image) in looked_after(view, line) {
                let lives = view.course(line).is_some_and(|course| course.lives(release));
                let open = is_open(line.policy, release) || view.is_candidate(line, release);
                // What is left in a region that the policy left is given to nobody any more.
                let is_launched = view.regions(line.policy).any(|region| *region == image.at.region)
                    && view.image_in(line.policy, release, &image.at.region).map(|own| &own.at) == Some(&image.at);
                let forbidden = forbids_sharing(view, image).or_else(|| key_forbids_sharing(view, image));
                let in_time = view.file.limits.families_move_while_shared || is_in_family(line.policy, image);
                let gives = lives && open && in_time && is_launched && !image.is_public && forbidden.is_none();
                let way = way::way(view, line.policy, roll, image, gives);
                let diff = if is_taken_from_all(view, line, release) {
                    Some(GrantDiff::default())
                } else {
                    diff(view, line.policy, roll, image, way, trusted.as_ref())
                };
                all.insert(&image.at, Self { way, gives, diff });
            }
        }
        all
    }

    /// Whether everyone in the audience has it, as far as the cloud gives it.
    pub(crate) fn is_whole(&self) -> bool {
        let granted = self
            .diff
            .as_ref()
            .is_some_and(|diff| diff.add.is_empty() && diff.untrusted.is_empty());
        granted && matches!(self.way, WayNow::Grant(_) | WayNow::Shelf { joined: true })
    }
}

/// The images of a line whose sharing this run looks after.
pub(crate) fn looked_after<'l, 'a>(
    view: &'l View<'a>,
    line: &'l Line<'a>,
) -> impl Iterator<Item = (&'l Release<'a>, &'a Image)> {
    let releases = line
        .releases
        .iter()
        .filter(move |release| view.covers_release(line, release))
        .filter(move |release| {
            view.course(line)
                .is_none_or(|course| !course.gone.contains(&release.source_id))
        });
    releases.flat_map(|release| {
        let images = release.images().chain(release.doubles.iter().copied());
        images
            .filter(|image| image.is_ready())
            .map(move |image| (release, image))
    })
}

/// Whether a recall takes the release from everyone: then it matters to nobody who should have it.
fn is_taken_from_all(view: &View<'_>, line: &Line<'_>, release: &Release<'_>) -> bool {
    let cause = view
        .course(line)
        .and_then(|course| course.leaving.get(&release.source_id));
    matches!(cause, Some(Cause::Recalled(_))) && line.policy.recall.then > Then::Park
}

/// What this image's grants should become, or nothing where they are not known.
fn diff<'a>(
    view: &View<'a>,
    policy: &'a Policy,
    roll: &Roll<'a>,
    image: &'a Image,
    way: WayNow,
    trusted: Option<&BTreeSet<AccountId>>,
) -> Option<GrantDiff<'a>> {
    let granted = view.seen.grants_of(image)?;
    let by_grant = match way {
        WayNow::Grant(_) => &roll.wanted,
        WayNow::Shelf { .. } | WayNow::Unknown => &roll.only_named,
    };
    let mut diff = GrantDiff::default();
    let (add, rest) = compare(by_grant, granted);
    for account in rest.into_iter().filter(|account| view.covers_account(account)) {
        match audience::membership(view.file, &policy.share, account, view.seen) {
            Membership::Out => diff.remove.push(account),
            Membership::Ask => diff.ask.push(account),
            Membership::In if matches!(way, WayNow::Shelf { joined: true }) => diff.superfluous.push(account),
            Membership::In | Membership::Limbo => {}
        }
    }
    // Where shelves could not be read, someone may have the image from one: never both ways.
    let may_give = way != WayNow::Unknown;
    let mut add: Vec<_> = add
        .into_iter()
        .filter(|_| may_give)
        .filter(|account| view.covers_account(account) && !view.seen.refused.contains_key(*account))
        // Never both ways: whom any shelf brings waits until the image is off it.
        .filter(|account| !shelf::brings(view, image, account))
        .collect();
    if image.is_encrypted() {
        let is_trusted = |account: &&AccountId| trusted.is_some_and(|trusted| trusted.contains(*account));
        (add, diff.untrusted) = add.into_iter().partition(is_trusted);
    }
    // Whom the policy names goes before whom a folder brings.
    let first = |account: &AccountId| (!policy.share.accounts.contains(account), account.clone());
    put_in_order(&mut add, |a, b| first(a).cmp(&first(b)));
    let kept = granted.len() - diff.remove.len() - diff.superfluous.len();
    let room = view.file.limits.accounts_per_image.saturating_sub(kept).min(add.len());
    diff.no_room = add.split_off(room);
    diff.add = add;
    Some(diff)
}

/// Who of the wanted is not granted, and who of the granted is not wanted. Both are in order, so one pass does it.
fn compare<'a>(wanted: &[&'a AccountId], granted: &'a BTreeSet<AccountId>) -> (Vec<&'a AccountId>, Vec<&'a AccountId>) {
    if wanted.len() == granted.len() && wanted.iter().copied().eq(granted) {
        return (Vec::new(), Vec::new());
    }
    let (mut missing, mut extra) = (Vec::new(), Vec::new());
    let (mut wanted, mut granted) = (wanted.iter().copied(), granted.iter());
    let (mut next, mut had) = (wanted.next(), granted.next());
    loop {
        match (next, had) {
            (Some(account), Some(other)) => match account.cmp(other) {
                Ordering::Equal => (next, had) = (wanted.next(), granted.next()),
                Ordering::Less => {
                    missing.push(account);
                    next = wanted.next();
                }
                Ordering::Greater => {
                    extra.push(other);
                    had = granted.next();
                }
            },
            (Some(account), None) => {
                missing.push(account);
                next = wanted.next();
            }
            (None, Some(other)) => {
                extra.push(other);
                had = granted.next();
            }
            (None, None) => break,
        }
    }
    (missing, extra)
}

/// Why an image goes by grant, where folders or the directory would get it by shelf.
pub(crate) fn by_grant(policy: &Policy, way: WayNow) -> Option<NoShelf> {
    match way {
        WayNow::Grant(why) if policy.share.asks_the_directory() => Some(why),
        WayNow::Grant(_) | WayNow::Shelf { .. } | WayNow::Unknown => None,
    }
}
