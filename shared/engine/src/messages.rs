//! What is true, as messages: planner's words in, notify's shapes out. Not here: what is due; that is [`crate::truth`].

use std::collections::{BTreeMap, BTreeSet};

use goldcast_domain::policy::Channel;
use goldcast_domain::{AccountId, ImageRef, Member, PolicyFile, PolicyName, RegionId, Standing};
use goldcast_notify::{
    AccountLine, Content, Departure, Drift, FamilyImage, FamilyLine, LostLine, Message, MessageKey, NeedsYou,
    Offboarded, Onboarded, Recalled, RecalledRegion, RegionLine, RegionState, ReleaseStarted, Released,
};
use goldcast_planner::{
    Block, BlockKind, Departed, Drift as Change, News, Observed, Progress, Reading, RecallNews, StartNews,
};
use jiff::Timestamp;

use crate::announce::access_fact;
use crate::report::Failure;

/// A message, and what a channel knows once it was told it.
#[derive(Debug, Clone)]
pub(crate) struct Announcement {
    /// What to say. Its key names the state that it announces: the same state has the same key in every run.
    pub(crate) message: Message,
    /// What the channel knows once it was told.
    pub(crate) facts: BTreeSet<String>,
    /// What it knew and need not remember once it was told, because it holds no more.
    pub(crate) ends: BTreeSet<String>,
}

impl Announcement {
    /// A message about a state that is a fact of its own.
    pub(crate) fn new(content: Content, key: MessageKey, at: Timestamp) -> Self {
        let facts = BTreeSet::from([format!("{}:{key}", content.kind())]);
        Self {
            message: Message { key, at, content },
            facts,
            ends: BTreeSet::new(),
        }
    }
}

/// A release that is on its way; a region that a block is about shows it.
pub(crate) fn release_started(news: &StartNews, blocks: &[Block], at: Timestamp) -> Announcement {
    let is_blocked = |region: &RegionId| {
        let mut of_release = blocks
            .iter()
            .filter(|block| block.release.as_deref() == Some(news.release.as_str()));
        of_release.any(|block| block.kind.image().is_some_and(|image| image.region == *region))
    };
    let regions = news.regions.iter().map(|line| RegionLine {
        region: line.region.to_string(),
        image: line.image.as_ref().map(ToString::to_string).unwrap_or_default(),
        state: match line.state {
            _ if is_blocked(&line.region) => RegionState::Blocked,
            Progress::Unknown => RegionState::Unknown,
            Progress::Missing => RegionState::Missing,
            Progress::Copying => RegionState::Copying,
            Progress::Staged => RegionState::Staged,
            Progress::Committed => RegionState::Committed,
        },
        accounts: 0,
    });
    let content = Content::ReleaseStarted(ReleaseStarted {
        release: news.release.clone(),
        policy: news.policy.to_string(),
        family: news.family.to_string(),
        source: news.source.image.to_string(),
        regions: regions.collect(),
    });
    // How far it is changes from run to run; that it is on its way is said once.
    let key = MessageKey::derive(&["release-started", news.source.image.as_str()]);
    Announcement::new(content, key, at)
}

/// A release that people can launch everywhere.
pub(crate) fn released(news: &News, at: Timestamp) -> Announcement {
    let regions = news.images.iter().map(|image| RegionLine {
        region: image.region.to_string(),
        image: image.image.to_string(),
        state: RegionState::Committed,
        accounts: image.accounts.unwrap_or(news.accounts.len()),
    });
    let content = Content::Released(Released {
        release: news.release.clone(),
        policy: news.policy.to_string(),
        family: news.family.to_string(),
        source: news.source.image.to_string(),
        regions: regions.collect(),
        accounts: news.accounts.len(),
        is_paid: news.is_paid,
    });
    // Regions are part of the key: a release that reaches a region more is told again.
    let regions: Vec<_> = news.images.iter().map(|image| image.region.as_str()).collect();
    let key = MessageKey::derive(&[&["released", news.source.image.as_str()], regions.as_slice()].concat());
    Announcement::new(content, key, at)
}

/// A release that was taken back.
pub(crate) fn recalled(news: &RecallNews, at: Timestamp) -> Announcement {
    let regions = news.images.iter().map(|image| RecalledRegion {
        region: image.region.to_string(),
        image: image.image.to_string(),
    });
    let content = Content::Recalled(Recalled {
        release: news.release.clone(),
        policy: news.policy.to_string(),
        family: news.family.to_string(),
        why: news.why.clone(),
        source: news.source.image.to_string(),
        instead: news.instead.clone(),
        regions: regions.collect(),
    });
    let key = MessageKey::derive(&["recalled", news.source.image.as_str(), &news.why]);
    Announcement::new(content, key, at)
}

/// Accounts that can launch what they could not before: one message for all of them and for all that each gained.
pub(crate) fn onboarded(
    (policy, seen): (&PolicyFile, &Observed),
    gained: &BTreeMap<AccountId, Vec<&News>>,
    at: Timestamp,
) -> Announcement {
    let mut families: BTreeMap<&PolicyName, FamilyLine> = BTreeMap::new();
    for news in gained.values().flatten() {
        families.entry(&news.policy).or_insert_with(|| family(news));
    }
    let accounts = gained.iter().map(|(id, news)| AccountLine {
        id: id.to_string(),
        name: name_of(seen, id),
        families: news.iter().map(|news| news.family.to_string()).collect(),
    });
    let content = Content::Onboarded(Onboarded {
        accounts: accounts.collect(),
        owner: policy.owner.account.to_string(),
        families: families.into_values().collect(),
    });
    let facts = gained
        .iter()
        .flat_map(|(id, news)| news.iter().map(move |news| access_fact(&news.policy, id)));
    let facts: BTreeSet<String> = facts.collect();
    Announcement {
        message: Message {
            key: key_of_facts("onboarded", &facts),
            at,
            content,
        },
        facts,
        ends: BTreeSet::new(),
    }
}

fn family(news: &News) -> FamilyLine {
    let images = news.images.iter().map(|image| FamilyImage {
        region: image.region.to_string(),
        image: image.image.to_string(),
        is_encrypted: image.is_encrypted,
    });
    FamilyLine {
        family: news.family.to_string(),
        policy: news.policy.to_string(),
        is_paid: news.is_paid,
        images: images.collect(),
    }
}

/// Accounts that can no longer launch what they could before: one message for all of them.
pub(crate) fn offboarded(
    (policy, seen): (&PolicyFile, &Observed),
    lost: &BTreeMap<(PolicyName, AccountId), Departed>,
    at: Timestamp,
) -> Announcement {
    let mut lines: BTreeMap<&AccountId, LostLine> = BTreeMap::new();
    for ((name, account), why) in lost {
        let line = lines.entry(account).or_insert_with(|| LostLine {
            id: account.to_string(),
            name: name_of(seen, account),
            families: Vec::new(),
            why: match why {
                Departed::FromDirectory => Departure::LeftDirectory,
                Departed::FromAudience => Departure::LeftAudience,
            },
        });
        let family = policy.policies.get(name).map(|policy| policy.family.to_string());
        line.families.extend(family);
    }
    let content = Content::Offboarded(Offboarded {
        accounts: lines.into_values().collect(),
    });
    let ends: BTreeSet<String> = lost
        .keys()
        .map(|(policy, account)| access_fact(policy, account))
        .collect();
    Announcement {
        message: Message {
            key: key_of_facts("offboarded", &ends),
            at,
            content,
        },
        facts: BTreeSet::new(),
        ends,
    }
}

fn key_of_facts(kind: &str, facts: &BTreeSet<String>) -> MessageKey {
    let parts: Vec<&str> = std::iter::once(kind).chain(facts.iter().map(String::as_str)).collect();
    MessageKey::derive(&parts)
}

/// Whether a channel is about an account: it is about all unless it names some, or folders that they stand in.
pub(crate) fn concerns(channel: &Channel, seen: &Observed, account: &AccountId) -> bool {
    !channel.is_about_some_accounts()
        || channel.accounts.contains(account)
        || member(seen, account).is_some_and(|member| channel.folders.iter().any(|folder| member.is_in(folder)))
}

fn name_of(seen: &Observed, account: &AccountId) -> Option<String> {
    member(seen, account).map(|member| member.name.clone())
}

/// The member as it was asked for, or listed.
fn member<'s>(seen: &'s Observed, account: &AccountId) -> Option<&'s Member> {
    let listed = seen
        .directory
        .as_ref()
        .and_then(Reading::known)
        .and_then(|d| d.members.get(account));
    let asked = match seen.standings.get(account).and_then(Reading::known) {
        Some(Standing::Member(member)) => Some(member),
        Some(Standing::Gone) | None => None,
    };
    asked.or(listed)
}

/// What a rule of the planner forbids, or only reports.
pub(crate) fn blocked(block: &Block, at: Timestamp) -> Announcement {
    let (image, account) = subject_of(&block.kind);
    let policy = block.policy.as_ref().map(ToString::to_string).unwrap_or_default();
    let (region, image) = (
        image.map(|image| image.region.to_string()),
        image.map(|image| image.image.to_string()),
    );
    let key = MessageKey::derive(&["needs-you", block.kind.name(), &block.kind.to_string()]);
    let content = if is_drift(&block.kind) {
        Content::Drift(Drift {
            what: block.kind.to_string(),
            fix: block.kind.fix(),
            is_repaired: false,
            policy,
            release: block.release.clone(),
            image,
            region,
        })
    } else {
        Content::NeedsYou(NeedsYou {
            subject: block.kind.name().replace('-', " "),
            reason: block.kind.to_string(),
            fix: block.kind.fix(),
            policy,
            release: block.release.clone(),
            region,
            image,
            account: account.map(ToString::to_string),
        })
    };
    Announcement::new(content, key, at)
}

/// Whether nobody has to act now. A golden image that was made public is more than that.
fn is_drift(kind: &BlockKind) -> bool {
    matches!(kind, BlockKind::Drift { what, .. } if *what != Change::Public)
}

/// What the cloud refused for good.
pub(crate) fn failed(failure: &Failure, at: Timestamp) -> Announcement {
    let content = Content::NeedsYou(NeedsYou {
        subject: format!("{} was refused", failure.what),
        reason: failure.why.clone(),
        fix: failure.advice.clone(),
        policy: failure.policy.as_ref().map(PolicyName::to_string).unwrap_or_default(),
        release: failure.release.clone(),
        image: None,
        region: failure.region.as_ref().map(ToString::to_string),
        account: None,
    });
    let region = failure.region.as_ref().map(ToString::to_string).unwrap_or_default();
    let key = MessageKey::derive(&["needs-you", "refused", &failure.what, &failure.code, &region]);
    Announcement::new(content, key, at)
}

fn subject_of(kind: &BlockKind) -> (Option<&ImageRef>, Option<&AccountId>) {
    match kind {
        BlockKind::AccountRefused { account, .. } | BlockKind::AccountTwice { account } => (None, Some(account)),
        other => (other.image(), None),
    }
}
