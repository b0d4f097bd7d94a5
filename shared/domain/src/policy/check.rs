//! What a policy file must be beyond its shape: nothing empty, nothing twice, nothing that contradicts itself.

mod channels;

use std::collections::BTreeMap;
use std::fmt;

use super::{CommitWhen, Draft, Policy};
use crate::{ledger, regions};

/// One thing that is wrong with a policy file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where: keys and positions from the top of the file.
    pub path: Vec<PathStep>,
    /// What is wrong.
    pub problem: String,
    /// What to write instead.
    pub help: String,
}

/// One step on the way to a value in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathStep {
    /// A key of a table.
    Key(String),
    /// A position in an array, from 0.
    Index(usize),
}

/// Everything that is wrong with a policy file; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Findings(pub Vec<Finding>);

impl std::error::Error for Findings {}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, finding) in self.0.iter().enumerate() {
            let separator = if position == 0 { "" } else { "; " };
            write!(f, "{separator}{finding}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.path.iter().enumerate() {
            match step {
                PathStep::Key(key) if position == 0 => write!(f, "{key}")?,
                PathStep::Key(key) => write!(f, ".{key}")?,
                PathStep::Index(index) => write!(f, "[{index}]")?,
            }
        }
        write!(f, ": {} ({})", self.problem, self.help)
    }
}

/// Collects findings below one place of the file.
struct Reporter<'a> {
    findings: &'a mut Vec<Finding>,
    base: Vec<PathStep>,
}

impl Reporter<'_> {
    fn report(&mut self, steps: &[&str], problem: impl Into<String>, help: impl Into<String>) {
        let mut path = self.base.clone();
        path.extend(steps.iter().map(|step| match step.parse() {
            Ok(index) => PathStep::Index(index),
            Err(_) => PathStep::Key((*step).to_owned()),
        }));
        self.findings.push(Finding {
            path,
            problem: problem.into(),
            help: help.into(),
        });
    }
}

/// Everything that is wrong with this draft, in the order of the file.
pub(super) fn check(draft: &Draft) -> Vec<Finding> {
    let mut findings = Vec::new();
    let top = &mut Reporter {
        findings: &mut findings,
        base: Vec::new(),
    };
    if !regions::is_known(&draft.owner.home_region) {
        top.report(
            &["owner", "home-region"],
            unknown_region(draft.owner.home_region.as_str()),
            region_help(),
        );
    }
    if draft.limits.accounts_per_image == 0 {
        top.report(
            &["limits", "accounts-per-image"],
            "no account could be given an image",
            "a number from 1",
        );
    }
    if draft.limits.shares == 0 || draft.limits.shared_resources == 0 || draft.limits.targets_per_share == 0 {
        top.report(
            &["limits"],
            "a limit of 0 leaves no room for any shelf",
            "numbers from 1, or share.by = \"grant\"",
        );
    }
    if draft.policy.is_empty() {
        top.report(
            &[],
            "there is no policy, so no image is golden",
            "add a [[policy]] section",
        );
    }
    let (mut names, mut families) = (BTreeMap::new(), BTreeMap::new());
    for (index, policy) in draft.policy.iter().enumerate() {
        let base = vec![PathStep::Key("policy".into()), PathStep::Index(index)];
        let at = &mut Reporter {
            findings: &mut findings,
            base,
        };
        if names.insert(&policy.name, index).is_some() {
            at.report(
                &["name"],
                format!("another policy is called {} too", policy.name),
                "give each its own name",
            );
        }
        for former in &policy.formerly {
            if draft
                .policy
                .iter()
                .any(|other| other.name == *former && other.name != policy.name)
            {
                at.report(
                    &["formerly"],
                    format!("{former} is the name of another policy"),
                    "give each its own names",
                );
            }
        }
        if let Some(other) = families.insert(&policy.family, &policy.name) {
            let problem = format!("policy {other} releases into the family {} too", policy.family);
            at.report(&["family"], problem, "one family belongs to one policy");
        }
        check_policy(draft, policy, at);
    }
    channels::check(draft, &mut findings);
    findings
}

fn check_policy(draft: &Draft, policy: &Policy, at: &mut Reporter<'_>) {
    if policy.select.is_empty() {
        at.report(
            &["select"],
            "an empty selector would take every image",
            "say which tags or which name",
        );
    }
    for key in policy.select.tags.keys() {
        if key.starts_with(ledger::PREFIX) {
            at.report(
                &["select", "tags", key],
                "goldcast keeps its own notes in these tags",
                "select by another tag",
            );
        }
    }
    if policy
        .select
        .name
        .as_ref()
        .is_some_and(|pattern| pattern.as_str().is_empty())
    {
        at.report(
            &["select", "name"],
            "no image has an empty name",
            "a name, with * for any characters",
        );
    }
    for key in &policy.require_tags {
        if key.is_empty() {
            at.report(
                &["require-tags"],
                "a tag key cannot be empty",
                "name the tag that opens the gate",
            );
        }
    }
    check_regions(draft, policy, at);
    check_audience(draft, policy, at);
    check_keys(draft, policy, at);
    check_life(policy, at);
    check_copy_options(policy, at);
}

fn check_keys(draft: &Draft, policy: &Policy, at: &mut Reporter<'_>) {
    for region in policy.encrypt.keys() {
        if *region != draft.owner.home_region && !policy.regions.contains(region) {
            let problem = format!("the policy does not go to {region}");
            at.report(
                &["encrypt", region.as_str()],
                problem,
                "leave the key out, or add the region",
            );
        } else if !draft.encryption.share_regions.contains(region) {
            let problem = format!("encrypted images cannot be shared in {region}");
            let help = "take the region out, or add it to encryption.share-regions if the cloud allows it by now";
            at.report(&["encrypt", region.as_str()], problem, help);
        }
    }
}

fn check_life(policy: &Policy, at: &mut Reporter<'_>) {
    if policy.keep == Some(0) {
        at.report(&["keep"], "the current release always stays", "a number from 1");
    }
    if policy.formerly.contains(&policy.name) {
        at.report(
            &["formerly"],
            "this is the policy's name today",
            "list earlier names only",
        );
    }
    if let CommitWhen::Quorum(quorum) = policy.commit.when {
        let regions = policy.regions.len() + 1;
        if quorum == 0 || quorum > regions {
            let help = format!("a number from 1 to {regions}: the policy's regions and the home region");
            at.report(
                &["commit", "when"],
                format!("a quorum of {quorum} can never be met"),
                help,
            );
        }
    }
}

fn check_copy_options(policy: &Policy, at: &mut Reporter<'_>) {
    let description = policy.copy.description.as_deref().unwrap_or("as it was");
    if !(2..=256).contains(&description.chars().count()) || description.starts_with("http") {
        let help = "2 to 256 characters, not starting with http:// or https://";
        at.report(
            &["copy", "description"],
            "the cloud does not take this description",
            help,
        );
    }
    for key in policy.copy.tags.keys() {
        if key.is_empty() || key.starts_with(ledger::PREFIX) || key.starts_with("acs:") || key.starts_with("aliyun") {
            at.report(
                &["copy", "tags", key],
                format!("copies cannot be given the tag {key:?}"),
                "a key that begins with none of goldcast:, acs: and aliyun",
            );
        }
    }
}

fn check_regions(draft: &Draft, policy: &Policy, at: &mut Reporter<'_>) {
    if policy.regions.is_empty() {
        at.report(
            &["regions"],
            "there is no region to copy to",
            "name at least one region besides the home region",
        );
    }
    for region in &policy.regions {
        if *region == draft.owner.home_region {
            let problem = format!("{region} is the home region, which is part of every release");
            at.report(&["regions"], problem, "leave it out of the list");
        } else if !regions::is_known(region) {
            at.report(&["regions"], unknown_region(region.as_str()), region_help());
        }
    }
}

fn check_audience(draft: &Draft, policy: &Policy, at: &mut Reporter<'_>) {
    let share = &policy.share;
    if !share.asks_the_directory() && share.accounts.is_empty() {
        at.report(
            &["share"],
            "nobody would get the images",
            "name accounts or folders, or set directory = true",
        );
    }
    if share.asks_the_directory() && draft.owner.directory.is_none() {
        let help = "add directory = { role = \"acs:ram::…:role/…\" } to [owner]";
        at.report(
            &["share"],
            "folders and the directory can only be read through a role",
            help,
        );
    }
    if share.directory && !share.folders.is_empty() {
        at.report(
            &["share", "folders"],
            "directory = true already includes every folder",
            "keep one of the two",
        );
    }
    if share.accounts.contains(&draft.owner.account) {
        at.report(
            &["share", "accounts"],
            "the owner has its own images",
            "leave the owner's account out",
        );
    }
    for account in share.accounts.intersection(&share.except) {
        at.report(
            &["share", "except"],
            format!("{account} is both named and excepted"),
            "keep it in one list",
        );
    }
}

fn unknown_region(region: &str) -> String {
    format!("there is no region {region}")
}

fn region_help() -> &'static str {
    "a region id such as cn-shanghai or ap-southeast-1"
}
