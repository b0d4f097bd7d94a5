//! What is true, as messages: planner's words in, notify's shapes out.

use std::collections::BTreeMap;

use goldcast_domain::{AccountId, Gather as _, ImageRef, PolicyFile, PolicyName};
use goldcast_notify::{
    AccountLine, Content, Message, MessageKey, NeedsYou, Onboarded, Recalled, RecalledRegion, RegionLine, RegionState,
    Released,
};
use goldcast_planner::{Block, BlockKind, News, Observed, Reading, RecallNews};
use jiff::Timestamp;

use crate::report::Failure;

/// A message and the source whose tag notes who was told.
#[derive(Debug)]
pub(crate) struct Announcement {
    pub(crate) message: Message,
    pub(crate) source: Option<ImageRef>,
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
    Announcement {
        message: Message { key, at, content },
        source: Some(news.source.clone()),
    }
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
    Announcement {
        message: Message { key, at, content },
        source: Some(news.source.clone()),
    }
}

/// Accounts that can launch what they could not before: one message for all of them.
pub(crate) fn onboarded(
    policy: &PolicyFile,
    seen: &Observed,
    news: &News,
    accounts: &[AccountId],
    at: Timestamp,
) -> Announcement {
    let images: BTreeMap<String, String> = news
        .images
        .iter()
        .map(|image| (image.region.to_string(), image.image.to_string()))
        .gather();
    let content = Content::Onboarded(Onboarded {
        accounts: accounts
            .iter()
            .map(|id| AccountLine {
                id: id.to_string(),
                name: name_of(seen, id),
            })
            .collect(),
        family: news.family.to_string(),
        owner: policy.owner.account.to_string(),
        images,
    });
    let ids: Vec<_> = accounts.iter().map(AccountId::as_str).collect();
    let key = MessageKey::derive(&[&["onboarded", news.source.image.as_str()], ids.as_slice()].concat());
    Announcement {
        message: Message { key, at, content },
        source: Some(news.source.clone()),
    }
}

fn name_of(seen: &Observed, account: &AccountId) -> Option<String> {
    let listed = seen
        .directory
        .as_ref()
        .and_then(Reading::known)
        .and_then(|d| d.members.get(account));
    let asked = match seen.standings.get(account).and_then(Reading::known) {
        Some(goldcast_domain::Standing::Member(member)) => Some(member),
        Some(goldcast_domain::Standing::Gone) | None => None,
    };
    asked.or(listed).map(|member| member.name.clone())
}

/// What a rule of the planner forbids.
pub(crate) fn blocked(block: &Block, at: Timestamp) -> Announcement {
    let (image, account) = subject_of(&block.kind);
    let content = Content::NeedsYou(NeedsYou {
        subject: block.kind.name().replace('-', " "),
        reason: block.kind.to_string(),
        fix: block.kind.fix(),
        policy: block.policy.as_ref().map(ToString::to_string).unwrap_or_default(),
        release: block.release.clone(),
        region: image.map(|image| image.region.to_string()),
        image: image.map(|image| image.image.to_string()),
        account: account.map(ToString::to_string),
    });
    let key = MessageKey::derive(&["needs-you", block.kind.name(), &block.kind.to_string()]);
    Announcement {
        message: Message { key, at, content },
        source: block.source.clone(),
    }
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
    Announcement {
        message: Message { key, at, content },
        source: failure.source.clone(),
    }
}

fn subject_of(kind: &BlockKind) -> (Option<&ImageRef>, Option<&AccountId>) {
    match kind {
        BlockKind::AccountRefused { account, .. } | BlockKind::AccountTwice { account } => (None, Some(account)),
        other => (other.image(), None),
    }
}
