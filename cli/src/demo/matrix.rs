//! Release × region × account, as a table that still fits a terminal: accounts of one folder that have the same are one
//! line.

use std::collections::BTreeMap;

use goldcast_domain::AccountId;
use goldcast_emulator::cloud::Cloud;

use super::picture::{Part, Step, holders};
use super::story::{Plot, Release, Story};
use crate::grid;
use crate::ink::count;

/// Accounts of one line that are named; more are counted.
const NAMED_MAX: usize = 1;
/// Where accounts are that are no members.
const OUTSIDE: &str = "outside";

/// The table, one line per item: how every release stands, and who has the one that people are to launch.
pub(super) fn lines(story: &Story<'_>, cloud: &Cloud, pictures: &[(&Release, Vec<Part>)], plot: &Plot) -> Vec<String> {
    let Some((_, parts)) = shown(pictures, plot) else {
        return Vec::new();
    };
    let family = format!("family {}", story.cast.policy.family);
    let mut grid = vec![row(family, parts, |part| part.region.to_string())];
    for (release, parts) in pictures {
        grid.push(row(release.name.clone(), parts, |part| state(part.step).to_owned()));
    }
    grid.extend(
        accounts(story, cloud, parts, plot)
            .into_iter()
            .map(|(label, account)| row(label, parts, |part| mark(part.accounts.contains(&account)).to_owned())),
    );
    for (release, parts) in pictures {
        let label = format!("have {}", release.name);
        grid.push(row(label, parts, |part| part.accounts.len().to_string()));
    }
    grid::lines(grid)
}

/// The release that people are to launch: the last one, or the one before it once that is recalled.
fn shown<'p>(pictures: &'p [(&'p Release, Vec<Part>)], plot: &Plot) -> Option<&'p (&'p Release, Vec<Part>)> {
    let (last, before) = pictures.split_last()?;
    let is_recalled = plot.recall.is_some_and(|recall| recall.parked.is_some());
    before.last().filter(|_| is_recalled).or(Some(last))
}

fn row(label: String, parts: &[Part], cell: impl Fn(&Part) -> String) -> Vec<String> {
    std::iter::once(label).chain(parts.iter().map(cell)).collect()
}

/// One label per group of accounts, with one of them for all.
fn accounts(story: &Story<'_>, cloud: &Cloud, parts: &[Part], plot: &Plot) -> Vec<(String, AccountId)> {
    let mut groups: BTreeMap<Group, Vec<(String, AccountId)>> = BTreeMap::new();
    let mut add = |folder: &str, name: String, account: &AccountId| {
        let group = Group::of(story, parts, plot, folder, account);
        groups.entry(group).or_default().push((name, account.clone()));
    };
    let members = || {
        cloud
            .members()
            .filter(|member| member.account != story.stage.organisation.owner)
    };
    for member in members() {
        add(
            story.cast.folder_name(&member.folder),
            member.name.clone(),
            &member.account,
        );
    }
    let elsewhere = |account: &AccountId| members().all(|member| member.account != *account);
    let left = plot.left.as_ref().filter(|(account, _)| elsewhere(account));
    if let Some((account, name)) = left {
        add(OUTSIDE, name.clone(), account);
    }
    for account in holders(parts).into_iter().filter(|account| elsewhere(account)) {
        add(OUTSIDE, account.to_string(), account);
    }
    let labelled = groups.into_iter().filter_map(|(group, members)| {
        let (_, first) = members.first()?.clone();
        Some((group.label(&members), first))
    });
    labelled.collect()
}

/// Accounts that share a line: the same folder, the same images, the same note.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Group {
    place: usize,
    folder: String,
    note: &'static str,
    has: Vec<bool>,
}

impl Group {
    fn of(story: &Story<'_>, parts: &[Part], plot: &Plot, folder: &str, account: &AccountId) -> Self {
        let mut folders = story.stage.organisation.folders.iter();
        let note = if plot.joined.as_ref() == Some(account) {
            " (joined)"
        } else if plot.left.as_ref().is_some_and(|(left, _)| left == account) {
            " (left)"
        } else if story.cast.policy.share.except.contains(account) {
            " (never)"
        } else {
            ""
        };
        Self {
            place: folders.position(|known| known.name == folder).unwrap_or(usize::MAX),
            folder: folder.to_owned(),
            note,
            has: parts.iter().map(|part| part.accounts.contains(account)).collect(),
        }
    }

    fn label(&self, members: &[(String, AccountId)]) -> String {
        let who = if members.len() > NAMED_MAX {
            count(members.len(), "account")
        } else {
            let names: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
            names.join(", ")
        };
        format!("{}: {who}{}", self.folder, self.note)
    }
}

fn state(step: Step) -> &'static str {
    match step {
        Step::Absent => "absent",
        Step::Making => "copying",
        Step::Failed => "failed",
        Step::Made | Step::Usable => "copied",
        Step::Staged => "staged",
        Step::Committed => "committed",
        Step::Parked => "parked",
    }
}

fn mark(has: bool) -> &'static str {
    if has { "✓" } else { "·" }
}
