//! Who a policy shares with, today, and how sure that is. Not here: what is done about it.

use std::collections::{BTreeMap, BTreeSet};

use goldcast_domain::policy::Way;
use goldcast_domain::{
    AccountId, Audience, Directory, FolderId, Gather as _, Member, MemberState, PolicyFile, Standing, TargetId,
    put_in_order,
};

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
    /// The shelf for what is shared with this audience from now on, or why it goes by grant.
    pub(crate) shelf: Result<ShelfWanted, NoShelf>,
    /// The shelf for what stands on one already: an image keeps its way for life.
    pub(crate) standing: Option<ShelfWanted>,
}

/// The shelf that an audience should have in every region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ShelfWanted {
    /// What it is called.
    pub(crate) name: String,
    /// Who it is shared with.
    pub(crate) targets: BTreeSet<TargetId>,
}

/// The members of the directory by every folder above them, sorted out once for all policies.
#[derive(Debug, Default)]
pub(crate) struct Folders<'a> {
    by_folder: BTreeMap<&'a str, Vec<&'a Member>>,
}

impl<'a> Folders<'a> {
    pub(crate) fn new(seen: &'a Observed) -> Self {
        let mut by_folder: BTreeMap<&str, Vec<&Member>> = BTreeMap::new();
        for member in members(seen) {
            for folder in member.path.split('/') {
                by_folder.entry(folder).or_default().push(member);
            }
        }
        Self { by_folder }
    }

    /// Whether a member stands in this folder or below it.
    pub(crate) fn has(&self, folder: &FolderId) -> bool {
        self.by_folder.contains_key(folder.as_str())
    }

    /// Everyone whom folders or the directory bring into an audience, in order of their ids.
    fn brought(&self, audience: &Audience, seen: &'a Observed) -> Vec<&'a Member> {
        if audience.directory {
            return members(seen).collect();
        }
        let mut found = audience
            .folders
            .iter()
            .filter_map(|folder| self.by_folder.get(folder.as_str()));
        let mut brought = found.next().cloned().unwrap_or_default();
        for more in found {
            brought.extend(more);
            put_in_order(&mut brought, |a, b| a.account.cmp(&b.account));
            brought.dedup_by(|a, b| a.account == b.account);
        }
        brought
    }
}

impl<'a> Roll<'a> {
    pub(crate) fn new(file: &'a PolicyFile, audience: &'a Audience, seen: &'a Observed, folders: &Folders<'a>) -> Self {
        let is_in = |account: &&AccountId| membership(file, audience, account, seen) == Membership::In;
        let plain = audience.except.is_empty() && seen.standings.is_empty();
        let is_plain =
            |member: &&Member| plain && member.state == MemberState::Active && member.account != file.owner.account;
        let listed = folders.brought(audience, seen).into_iter();
        let brought = listed
            .filter(|member| is_plain(member) || is_in(&&member.account))
            .map(|member| &member.account);
        let mut wanted: Vec<&AccountId> = brought.collect();
        let others = audience.accounts.iter().chain(seen.standings.keys()).filter(is_in);
        let mut others: Vec<&AccountId> = others
            .filter(|account| wanted.binary_search(account).is_err())
            .collect();
        if !others.is_empty() {
            wanted.append(&mut others);
            put_in_order(&mut wanted, Ord::cmp);
            wanted.dedup();
        }
        let only_named = audience.accounts.iter().filter(is_in);
        Self {
            only_named: only_named
                .filter(|account| !is_brought(audience, account, seen))
                .collect(),
            is_complete: !audience.asks_the_directory() || listing(seen).is_some(),
            shelf: shelf(file, audience, wanted.len(), seen),
            standing: audience.asks_the_directory().then(|| around_exceptions(audience, seen)),
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

/// Whether folders or the directory bring this member, exceptions not counted.
pub(crate) fn covers(audience: &Audience, member: &Member) -> bool {
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
    if exceptions(audience, seen).next().is_some() && wanted <= file.limits.accounts_per_image {
        return Err(NoShelf::Exceptions);
    }
    Ok(around_exceptions(audience, seen))
}

/// Members whom a folder brings and the policy excepts.
fn exceptions<'s>(audience: &'s Audience, seen: &'s Observed) -> impl Iterator<Item = &'s Member> {
    let directory = listing(seen).into_iter();
    let named = directory.flat_map(|directory| audience.except.iter().filter_map(|id| directory.members.get(id)));
    named.filter(|member| covers(audience, member))
}

pub(crate) fn members(seen: &Observed) -> impl Iterator<Item = &Member> {
    listing(seen)
        .into_iter()
        .flat_map(|directory| directory.members.values())
}

/// The shelf whose targets leave every exception out.
fn around_exceptions(audience: &Audience, seen: &Observed) -> ShelfWanted {
    let exceptions: Vec<&Member> = exceptions(audience, seen).collect();
    let first = members(seen).next();
    let roots: Vec<&str> = if audience.directory {
        // Every path begins with the directory; without a member there is nobody to share with.
        let first = first.and_then(|member| member.path.split('/').next());
        first.into_iter().collect()
    } else {
        audience.folders.iter().map(FolderId::as_str).collect()
    };
    let members: Vec<&Member> = if exceptions.is_empty() {
        Vec::new()
    } else {
        members(seen).collect()
    };
    let mut targets = BTreeSet::new();
    for root in roots {
        around(root, &exceptions, &members, &mut targets);
    }
    ShelfWanted {
        name: shelf_name(audience.folders.iter(), audience.except.iter()),
        targets,
    }
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
    let children: BTreeSet<String> = here.iter().filter_map(|member| next(member)).gather();
    for child in children {
        let is_account = here.iter().any(|member| member.account.as_str() == child);
        if !is_account {
            around(&child, &inside, &here, targets);
        } else if !inside.iter().any(|exception| exception.account.as_str() == child) {
            targets.extend(child.parse());
        }
    }
}
