//! Who a policy shares with, today, and how sure that is. Not here: what is done about it.

use std::collections::BTreeSet;

use goldcast_domain::policy::Way;
use goldcast_domain::{AccountId, Audience, Directory, Member, MemberState, PolicyFile, Standing, TargetId};

use crate::naming::shelf_name;
use crate::{NoShelf, Observed, Reading};

/// Where an account stands towards an audience.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Membership {
    /// In it: the image is given.
    In,
    /// Proved to be outside: the image is taken away.
    Out,
    /// Outside by a listing, which proves nothing: the directory must be asked for this account.
    Ask,
    /// Not known, or on its way out: nothing is given and nothing taken.
    Limbo,
}

/// Everyone that a policy shares with, as far as it is known, in order of their ids.
#[derive(Debug)]
pub(crate) struct Roll<'a> {
    /// Every account that is certainly in the audience.
    pub(crate) wanted: Vec<&'a AccountId>,
    /// Those that only the policy names: no folder brings them.
    pub(crate) only_named: Vec<&'a AccountId>,
    /// Whether everyone is known: a directory that did not answer hides members.
    pub(crate) is_complete: bool,
    /// The shelf of this audience, or why it has none.
    pub(crate) shelf: Result<ShelfWanted, NoShelf>,
}

/// The shelf that an audience should have in every region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ShelfWanted {
    /// What it is called.
    pub(crate) name: String,
    /// Who it is shared with.
    pub(crate) targets: BTreeSet<TargetId>,
}

impl<'a> Roll<'a> {
    pub(crate) fn new(file: &'a PolicyFile, audience: &'a Audience, seen: &'a Observed) -> Self {
        let listed = listing(seen).into_iter().flat_map(|directory| directory.members.keys());
        let mut candidates: BTreeSet<&AccountId> = audience.accounts.iter().chain(seen.standings.keys()).collect();
        if audience.asks_the_directory() {
            candidates.extend(listed);
        }
        let wanted: Vec<_> = candidates
            .into_iter()
            .filter(|account| membership(file, audience, account, seen) == Membership::In)
            .collect();
        let only_named = wanted.iter().filter(|account| !is_brought(audience, account, seen));
        Self {
            only_named: only_named.copied().collect(),
            is_complete: !audience.asks_the_directory() || listing(seen).is_some(),
            shelf: shelf(file, audience, wanted.len(), seen),
            wanted,
        }
    }
}

/// Where this account stands towards this audience.
pub(crate) fn membership(file: &PolicyFile, audience: &Audience, account: &AccountId, seen: &Observed) -> Membership {
    if *account == file.owner.account || audience.except.contains(account) {
        return Membership::Out;
    }
    let member = member(account, seen);
    if member.is_some_and(|member| member.state == MemberState::Leaving) {
        return Membership::Limbo;
    }
    if audience.accounts.contains(account) {
        return Membership::In;
    }
    if !audience.asks_the_directory() {
        return Membership::Out;
    }
    if member.is_some_and(|member| covers(audience, member)) {
        return Membership::In;
    }
    match seen.standings.get(account) {
        Some(Reading::Known(_)) => Membership::Out,
        Some(Reading::Unknown(_)) => Membership::Limbo,
        None => Membership::Ask,
    }
}

/// Whether folders or the directory bring this account into the audience.
pub(crate) fn is_brought(audience: &Audience, account: &AccountId, seen: &Observed) -> bool {
    audience.asks_the_directory() && member(account, seen).is_some_and(|member| covers(audience, member))
}

/// What is known of an account: what was asked for by name is younger than the listing.
pub(crate) fn member<'s>(account: &AccountId, seen: &'s Observed) -> Option<&'s Member> {
    match seen.standings.get(account).and_then(Reading::known) {
        Some(Standing::Member(member)) => Some(member),
        Some(Standing::Gone) => None,
        None => listing(seen)?.members.get(account),
    }
}

pub(crate) fn listing(seen: &Observed) -> Option<&Directory> {
    seen.directory.as_ref().and_then(Reading::known)
}

fn covers(audience: &Audience, member: &Member) -> bool {
    audience.directory || audience.folders.iter().any(|folder| member.is_in(folder))
}

/// The shelf of an audience, or why it goes by grant.
///
/// A folder target gives access to everyone in it, also to who moves in. So an audience with an exception inside a folder
/// goes by grant if everyone fits, else by the folders and accounts that leave the exception out.
fn shelf(file: &PolicyFile, audience: &Audience, wanted: usize, seen: &Observed) -> Result<ShelfWanted, NoShelf> {
    if audience.by == Way::Grant || !audience.asks_the_directory() {
        return Err(NoShelf::PolicySaysGrant);
    }
    let members = || listing(seen).into_iter().flat_map(|directory| directory.members.values());
    let is_exception = |member: &Member| audience.except.contains(&member.account) && covers(audience, member);
    let exceptions: Vec<&Member> = members().filter(|member| is_exception(member)).collect();
    if !exceptions.is_empty() && wanted <= file.limits.accounts_per_image {
        return Err(NoShelf::Exceptions);
    }
    let roots: Vec<&str> = if audience.directory {
        // Every path begins with the directory; without a member there is nobody to share with.
        members().filter_map(|member| member.path.split('/').next()).take(1).collect()
    } else {
        audience.folders.iter().map(goldcast_domain::FolderId::as_str).collect()
    };
    let mut targets = BTreeSet::new();
    for root in roots {
        around(root, &exceptions, &members().collect::<Vec<_>>(), &mut targets);
    }
    Ok(ShelfWanted {
        name: shelf_name(audience.folders.iter(), audience.except.iter()),
        targets,
    })
}

/// The folders and accounts below this one that leave every exception out.
fn around(folder: &str, exceptions: &[&Member], members: &[&Member], targets: &mut BTreeSet<TargetId>) {
    let below = |member: &&&Member| member.path.split('/').any(|segment| segment == folder);
    let inside: Vec<&Member> = exceptions.iter().filter(below).copied().collect();
    if inside.is_empty() {
        targets.extend(folder.parse());
        return;
    }
    let here: Vec<&Member> = members.iter().filter(below).copied().collect();
    let next = |member: &Member| {
        let mut segments = member.path.split('/').skip_while(|segment| *segment != folder);
        segments.nth(1).map(str::to_owned)
    };
    let children: BTreeSet<String> = here.iter().filter_map(|member| next(member)).collect();
    for child in children {
        let is_account = here.iter().any(|member| member.account.as_str() == child);
        if !is_account {
            around(&child, &inside, &here, targets);
        } else if !inside.iter().any(|exception| exception.account.as_str() == child) {
            targets.extend(child.parse());
        }
    }
}
