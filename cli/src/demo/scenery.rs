//! The first act: regions, accounts, folders and the policy at a glance.

use std::collections::BTreeSet;

use goldcast_domain::{AccountId, ChannelName, FolderId, RegionId};

use super::story::Story;
use crate::ink::{GOOD, SOFT, count, paint};

/// Shows what there is before anything happens.
pub(super) fn show(story: &Story<'_>) {
    let (narrator, cast, stage) = (story.narrator, story.cast, story.stage);
    let organisation = &stage.organisation;
    narrator.act(
        1,
        "The stage",
        "The cloud is simulated. The functions are real processes, called as Function Compute calls them.",
    );
    for stranger in &stage.strangers {
        narrator.warning(stranger);
    }
    let others: Vec<&str> = cast.regions().into_iter().skip(1).map(RegionId::as_str).collect();
    narrator.entry(
        "regions",
        format_args!("{} (home), {}", organisation.home, others.join(", ")),
    );
    narrator.entry(
        "owner",
        format_args!("account {}, the image factory", organisation.owner),
    );
    narrator.entry(
        "directory",
        format_args!(
            "{} besides it",
            count(organisation.members.len().saturating_sub(1), "account")
        ),
    );
    branches(story, &organisation.root, 1);
    narrator.entry("policy", golden(story));
    if let Some(exceptions) = exceptions(story) {
        narrator.entry("", exceptions);
    }
    let channels: Vec<&str> = stage.policy.channels.keys().map(ChannelName::as_str).collect();
    narrator.entry("is told", channels.join(", "));
    let more = stage.policy.policies.len().saturating_sub(1);
    if more > 0 {
        narrator.warning(format_args!(
            "the file has {} more; the story plays {}",
            if more == 1 {
                "1 policy".to_owned()
            } else {
                format!("{more} policies")
            },
            cast.policy.name
        ));
    }
}

/// The folders below one, each with its own members. Folders come parents first, so this ends.
fn branches(story: &Story<'_>, parent: &FolderId, depth: usize) {
    let organisation = &story.stage.organisation;
    for folder in organisation.folders.iter().filter(|folder| folder.parent == *parent) {
        let members = organisation.members.iter().filter(|member| member.folder == folder.id);
        let shared = if story.cast.covers(&folder.id) {
            paint(GOOD, "shared with")
        } else {
            paint(SOFT, "not shared with")
        };
        let name = format!("{}{}", "  ".repeat(depth.saturating_sub(1)), folder.name);
        let members = count(members.count(), "account");
        story.narrator.entry(
            "",
            format_args!("{name:<10} {:<15} {members:<11} {shared}", folder.id.as_str()),
        );
        branches(story, &folder.id, depth + 1);
    }
}

/// Which images are golden.
fn golden(story: &Story<'_>) -> String {
    let policy = story.cast.policy;
    let name = policy.select.name.iter().map(|name| format!("named {}", name.as_str()));
    let tags = policy
        .select
        .tags
        .iter()
        .map(|(key, value)| format!("tagged {key}={value}"));
    let gates = policy.require_tags.iter().map(|tag| format!("tagged {tag}"));
    let conditions: Vec<String> = name.chain(tags).chain(gates).collect();
    format!("{}: golden are images {}", policy.name, conditions.join(", "))
}

/// Who gets them beside the folders, and who does not.
fn exceptions(story: &Story<'_>) -> Option<String> {
    let share = &story.cast.policy.share;
    let names = |ids: &BTreeSet<AccountId>| ids.iter().map(|id| name(story, id)).collect::<Vec<_>>().join(", ");
    let also = (!share.accounts.is_empty()).then(|| format!("also shared with {}", names(&share.accounts)));
    let never = (!share.except.is_empty()).then(|| format!("never with {}", names(&share.except)));
    let parts: Vec<String> = also.into_iter().chain(never).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// What people call an account, or its id.
fn name<'a>(story: &'a Story<'_>, account: &'a AccountId) -> &'a str {
    let mut members = story.stage.organisation.members.iter();
    let known = members.find(|member| member.account == *account);
    known.map_or(account.as_str(), |member| member.name.as_str())
}
