//! A message of every kind, all of them folded into one, one with values that want to be markup, and one that is far too long.

use goldcast_notify::{Content, Kind, Message, MessageKey, NeedsYou, Recalled, RecalledRegion, preview};
use jiff::Timestamp;

const HOSTILE: &str =
    "\u{202e}<!channel> <at user_id=\"all\">*b* _i_ `c` [log in](https://evil.example) {{DATE(x)}} @all \\ \" 金𠮷\0";

/// Images of the message that is far too long.
const TOO_MANY: usize = 1_000;

/// Every message by its name.
pub(crate) fn all(at: Timestamp) -> Vec<(&'static str, Message)> {
    let every = Kind::ALL.iter().map(|kind| (kind.name(), preview::message(*kind, at)));
    let message = |name, content| {
        let key = MessageKey::derive(&["sample", name]);
        (name, Message { key, at, content })
    };
    let rest = [
        ("digest", preview::digest(at)),
        message("hostile", Content::NeedsYou(hostile())),
        message("long", Content::Recalled(long())),
    ];
    every.chain(rest).collect()
}

fn hostile() -> NeedsYou {
    let hostile = || HOSTILE.to_owned();
    NeedsYou {
        subject: hostile(),
        reason: hostile(),
        fix: hostile(),
        policy: hostile(),
        release: Some(hostile()),
        image: Some(hostile()),
        region: Some(hostile()),
        account: Some(hostile()),
    }
}

fn long() -> Recalled {
    let regions = (0..TOO_MANY).map(|n| RecalledRegion {
        region: "eu-central-1".to_owned(),
        image: format!("m-{n:020}"),
    });
    Recalled {
        release: "corp-linux-2026.11".to_owned(),
        policy: "base-linux".to_owned(),
        family: "corp-linux".to_owned(),
        why: "sshd accepts every key; ".repeat(TOO_MANY),
        source: "m-bp1source".to_owned(),
        instead: None,
        regions: regions.collect(),
    }
}
