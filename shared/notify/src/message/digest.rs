//! Many messages as one: what a channel says instead of more messages than it may send.

use super::{Content, Kind, RegionLine, RegionState, families};
use crate::order::put_in_order;

/// A summary of messages that were folded into one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    /// One part per message, weightiest first.
    pub parts: Vec<DigestPart>,
}

/// One message in a summary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigestPart {
    /// What it is about.
    pub kind: Kind,
    /// Whom or what: a release, a family, a trouble.
    pub subject: String,
    /// Regions concerned.
    pub regions: usize,
    /// Accounts concerned.
    pub accounts: usize,
    /// What to do, where a person must or may.
    pub fix: String,
    /// Where the release stands in every region, if it is about a release on its way or there.
    pub states: Vec<(String, RegionState)>,
}

impl Digest {
    /// The summary of these contents. A summary among them gives its parts.
    pub fn of<'a>(contents: impl IntoIterator<Item = &'a Content>) -> Self {
        let mut parts: Vec<DigestPart> = contents.into_iter().flat_map(parts).collect();
        put_in_order(&mut parts, |a, b| b.kind.cmp(&a.kind));
        Self { parts }
    }

    /// The weightiest kind in it.
    pub(crate) fn kind(&self) -> Kind {
        self.parts
            .iter()
            .map(|part| part.kind)
            .max()
            .unwrap_or(Kind::ReleaseStarted)
    }
}

fn parts(content: &Content) -> Vec<DigestPart> {
    let part = |subject: &str, regions, accounts| DigestPart {
        kind: content.kind(),
        subject: subject.to_owned(),
        regions,
        accounts,
        fix: String::new(),
        states: Vec::new(),
    };
    let release = |subject: &str, regions: &[RegionLine], accounts| DigestPart {
        states: regions.iter().map(|line| (line.region.clone(), line.state)).collect(),
        ..part(subject, regions.len(), accounts)
    };
    let one = |part: DigestPart| vec![part];
    match content {
        Content::ReleaseStarted(it) => one(release(&it.release, &it.regions, 0)),
        Content::Released(it) => one(release(&it.release, &it.regions, it.accounts)),
        Content::Onboarded(it) => {
            let of_family = it.families.iter().map(|family| {
                let has = |names: &[String]| names.contains(&family.family);
                let accounts = it.accounts.iter().filter(|line| has(&line.families)).count();
                part(&family.family, family.images.len(), accounts)
            });
            of_family.collect()
        }
        Content::Offboarded(it) => {
            let lost = families(it.accounts.iter().map(|line| line.families.as_slice()));
            let of_family = lost.into_iter().map(|family| {
                let lost = |names: &[String]| names.iter().any(|name| name == family);
                let accounts = it.accounts.iter().filter(|line| lost(&line.families)).count();
                part(family, 0, accounts)
            });
            of_family.collect()
        }
        Content::Drift(it) => one(DigestPart {
            fix: it.fix.clone(),
            ..part(&it.what, usize::from(it.region.is_some()), 0)
        }),
        Content::Recalled(it) => one(part(&it.release, it.regions.len(), 0)),
        Content::NeedsYou(it) => one(DigestPart {
            fix: it.fix.clone(),
            ..part(
                &it.subject,
                usize::from(it.region.is_some()),
                usize::from(it.account.is_some()),
            )
        }),
        Content::Digest(it) => it.parts.clone(),
    }
}
