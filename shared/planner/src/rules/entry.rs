//! Entry: golden images that cannot become a release say why, and regions that cannot be read are said once.
//!
//! A source is golden only if it is our own, not a copy, not public, selected by exactly one policy, and passes its
//! gates. A copy inherits its source's tags, so it is never taken for a source.

use goldcast_domain::Scope;

use super::View;
use crate::catalogue::Why;
use crate::{Block, Plan, Reading, Wait, WaitKind};

/// Says what keeps golden images from being released, and what could not be read.
pub(crate) fn entry(view: &View<'_>, plan: &mut Plan) {
    for refusal in view.refusals() {
        let (policy, release) = (refusal.policy.clone(), Some(refusal.name.clone()));
        match &refusal.why {
            Why::Wait(kind) => plan.waits.push(Wait {
                kind: kind.clone(),
                policy,
                release,
            }),
            Why::Block(kind) => {
                let source = Some(refusal.image.clone());
                plan.blocks.push(Block {
                    kind: kind.clone(),
                    policy,
                    release,
                    source,
                });
            }
        }
    }
    for (region, reading) in &view.seen.images {
        if let Reading::Unknown(why) = reading {
            let kind = WaitKind::RegionUnread {
                region: region.clone(),
                why: why.clone(),
            };
            plan.waits.push(Wait {
                kind,
                policy: None,
                release: None,
            });
        }
    }
    if let Some(Reading::Unknown(why)) = &view.seen.directory {
        plan.waits.push(Wait {
            kind: WaitKind::DirectoryUnread { why: why.clone() },
            policy: None,
            release: None,
        });
    }
    if let Scope::Account(account) = &view.seen.scope
        && let Some(Reading::Unknown(why)) = view.seen.standings.get(account)
    {
        plan.waits.push(Wait {
            kind: WaitKind::DirectoryUnread { why: why.clone() },
            policy: None,
            release: None,
        });
    }
    for (account, why) in &view.seen.refused {
        let kind = crate::BlockKind::AccountRefused {
            account: account.clone(),
            why: why.clone(),
        };
        let named = view
            .lines()
            .iter()
            .find(|line| line.policy.share.accounts.contains(account));
        let newest = named.and_then(|line| line.releases.last());
        plan.blocks.push(Block {
            kind,
            policy: named.map(|line| line.policy.name.clone()),
            release: newest.map(|release| release.name.to_owned()),
            source: newest.and_then(crate::catalogue::Release::source_ref),
        });
    }
}
