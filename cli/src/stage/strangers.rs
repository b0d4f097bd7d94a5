//! Ids in a policy that the simulated directory does not know: nothing is wrong with the policy, but nobody will be
//! seen to get anything by them.

use goldcast_domain::{AccountId, FolderId, PolicyFile};
use goldcast_emulator::cloud::Organisation;

use crate::ink::count;

/// One sentence per kind of id, with the ids that would be known.
pub(super) fn strangers(policy: &PolicyFile, organisation: &Organisation) -> Vec<String> {
    let audiences = || policy.policies.values().map(|policy| &policy.share);
    let known_folder = |id: &str| {
        organisation.root.as_str() == id || organisation.folders.iter().any(|folder| folder.id.as_str() == id)
    };
    let known_account = |id: &str| {
        let members = organisation.members.iter().map(|member| &member.account);
        let mut known = members.chain(&organisation.outsiders).chain([&organisation.management]);
        known.any(|account| account.as_str() == id)
    };
    let mut folders: Vec<&str> = audiences()
        .flat_map(|share| share.folders.iter().map(FolderId::as_str))
        .filter(|id| !known_folder(id))
        .collect();
    let mut accounts: Vec<&str> = audiences()
        .flat_map(|share| share.accounts.iter().map(AccountId::as_str))
        .filter(|id| !known_account(id))
        .collect();
    let mut sentences = Vec::new();
    for list in [&mut folders, &mut accounts] {
        list.sort_unstable();
        list.dedup();
    }
    if !folders.is_empty() {
        let known: Vec<String> = organisation
            .folders
            .iter()
            .map(|folder| format!("{} ({})", folder.id, folder.name))
            .collect();
        sentences.push(format!(
            "the simulated directory has no {} {}; it has {}",
            plural(folders.len(), "folder"),
            folders.join(", "),
            known.join(", ")
        ));
    }
    if !accounts.is_empty() {
        let ids = || organisation.members.iter().map(|member| member.account.as_str());
        let own = organisation.owner.as_str();
        let first = ids().filter(|id| *id != own).min().unwrap_or_default();
        let last = ids().filter(|id| *id != own).max().unwrap_or_default();
        sentences.push(format!(
            "the simulated cloud has no {} {}; it has {} {first} to {last}",
            plural(accounts.len(), "account"),
            accounts.join(", "),
            count(organisation.members.len().saturating_sub(1), "member"),
        ));
    }
    sentences
}

fn plural(number: usize, thing: &str) -> String {
    if number == 1 {
        thing.to_owned()
    } else {
        format!("{thing}s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = include_str!("../../../goldcast.toml");

    fn said(text: &str) -> Vec<String> {
        let policy = goldcast_domain::policy::authoring::read(text).unwrap();
        let organisation = super::super::organisation(&policy).unwrap();
        strangers(&policy, &organisation)
    }

    #[test]
    fn the_example_names_nobody_unknown() {
        assert_eq!(said(EXAMPLE), Vec::<String>::new());
    }

    #[test]
    fn unknown_ids_are_named_with_what_is_known() {
        let text = EXAMPLE
            .replace("fd-dev0000001", "fd-elsewhere1")
            .replace("2000000000000012", "7777777777777777");
        let said = said(&text);
        assert_eq!(said.len(), 2, "{said:?}");
        assert!(said[0].contains("no folder fd-elsewhere1;") && said[0].contains("fd-dev0000001 (dev)"));
        assert!(said[1].contains("no account 7777777777777777;") && said[1].contains("2000000000000013"));
    }
}
