//! Who a policy shares with, and how sure that is. Not here: what is done about it.

use std::collections::BTreeSet;

use goldcast_domain::{AccountId, Audience, Member, MemberState, PolicyFile, Standing};

use crate::{Observed, Reading};

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

/// Where this account stands towards this audience.
pub(crate) fn membership(file: &PolicyFile, audience: &Audience, account: &AccountId, seen: &Observed) -> Membership {
    if *account == file.owner.account || audience.except.contains(account) {
        return Membership::Out;
    }
    let standing = seen.standings.get(account);
    let listed = seen
        .directory
        .as_ref()
        .and_then(Reading::known)
        .and_then(|directory| directory.members.get(account));
    // What was asked for by name is younger than the listing.
    let member = match standing.and_then(Reading::known) {
        Some(Standing::Member(member)) => Some(member),
        Some(Standing::Gone) => None,
        None => listed,
    };
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
    match standing {
        Some(Reading::Known(_)) => Membership::Out,
        Some(Reading::Unknown(_)) => Membership::Limbo,
        None => Membership::Ask,
    }
}

/// Every account that is certainly in the audience.
pub(crate) fn wanted(file: &PolicyFile, audience: &Audience, seen: &Observed) -> BTreeSet<AccountId> {
    let listed = seen
        .directory
        .as_ref()
        .and_then(Reading::known)
        .into_iter()
        .flat_map(|d| d.members.keys());
    let mut candidates: BTreeSet<&AccountId> = audience.accounts.iter().chain(seen.standings.keys()).collect();
    if audience.asks_the_directory() {
        candidates.extend(listed);
    }
    candidates
        .into_iter()
        .filter(|account| membership(file, audience, account, seen) == Membership::In)
        .cloned()
        .collect()
}

/// Whether everyone in the audience is known: a directory that did not answer hides members.
pub(crate) fn is_complete(audience: &Audience, seen: &Observed) -> bool {
    !audience.asks_the_directory() || matches!(seen.directory, Some(Reading::Known(_)))
}

fn covers(audience: &Audience, member: &Member) -> bool {
    audience.directory || audience.folders.iter().any(|folder| member.is_in(folder))
}
