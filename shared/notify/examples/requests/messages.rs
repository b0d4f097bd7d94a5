//! A message of every kind, one with values that want to be markup, and one that is far too long.

use goldcast_notify::{
    AccountLine, Content, Departure, Digest, Drift, FamilyImage, FamilyLine, LostLine, NeedsYou, Offboarded, Onboarded,
    Recalled, RecalledRegion, RegionLine, RegionState, ReleaseStarted, Released,
};

const HOSTILE: &str =
    "\u{202e}<!channel> <at user_id=\"all\">*b* _i_ `c` [log in](https://evil.example) {{DATE(x)}} @all \\ \" 金𠮷\0";

/// Every message by its name.
pub(crate) fn all() -> Vec<(&'static str, Content)> {
    let every = [
        ("release-started", Content::ReleaseStarted(release_started())),
        ("released", Content::Released(released())),
        ("onboarded", Content::Onboarded(onboarded())),
        ("offboarded", Content::Offboarded(offboarded())),
        ("drift", Content::Drift(drift())),
        ("recalled", Content::Recalled(recalled(3))),
        ("needs-you", Content::NeedsYou(needs_you("the copy's name is taken"))),
    ];
    let digest = Digest::of(every.iter().map(|(_, content)| content));
    let rest = [
        ("digest", Content::Digest(digest)),
        ("hostile", Content::NeedsYou(needs_you(HOSTILE))),
        ("long", Content::Recalled(recalled(1_000))),
    ];
    every.into_iter().chain(rest).collect()
}

fn region(region: &str, state: RegionState) -> RegionLine {
    RegionLine {
        region: region.to_owned(),
        image: format!("m-of-{region}"),
        state,
        accounts: 41,
    }
}

fn release_started() -> ReleaseStarted {
    ReleaseStarted {
        release: "corp-linux-2026.11".to_owned(),
        policy: "base-linux".to_owned(),
        family: "corp-linux".to_owned(),
        source: "m-bp1source".to_owned(),
        regions: vec![
            region("cn-hangzhou", RegionState::Staged),
            region("cn-shanghai", RegionState::Copying),
            region("eu-central-1", RegionState::Missing),
        ],
    }
}

fn released() -> Released {
    Released {
        release: "corp-linux-2026.11".to_owned(),
        policy: "base-linux".to_owned(),
        family: "corp-linux".to_owned(),
        source: "m-bp1source".to_owned(),
        regions: vec![
            region("cn-hangzhou", RegionState::Committed),
            region("cn-shanghai", RegionState::Committed),
            region("us-west-1", RegionState::Blocked),
            region("me-east-1", RegionState::Unknown),
        ],
        accounts: 41,
        is_paid: true,
    }
}

fn onboarded() -> Onboarded {
    let families = || vec!["corp-linux".to_owned()];
    Onboarded {
        accounts: vec![
            AccountLine {
                id: "2234567890123456".to_owned(),
                name: Some("shop-prod".to_owned()),
                families: families(),
            },
            AccountLine {
                id: "3234567890123456".to_owned(),
                name: None,
                families: families(),
            },
        ],
        owner: "1234567890123456".to_owned(),
        families: vec![FamilyLine {
            family: "corp-linux".to_owned(),
            policy: "base-linux".to_owned(),
            is_paid: true,
            images: vec![FamilyImage {
                region: "cn-hangzhou".to_owned(),
                image: "m-bp1source".to_owned(),
                is_encrypted: true,
            }],
        }],
    }
}

fn offboarded() -> Offboarded {
    Offboarded {
        accounts: vec![LostLine {
            id: "2234567890123456".to_owned(),
            name: Some("shop-prod".to_owned()),
            families: vec!["corp-linux".to_owned()],
            why: Departure::LeftAudience,
        }],
    }
}

fn drift() -> Drift {
    Drift {
        what: "the copy lost its tag".to_owned(),
        fix: "nothing".to_owned(),
        is_repaired: true,
        policy: "base-linux".to_owned(),
        release: Some("corp-linux-2026.11".to_owned()),
        image: None,
        region: Some("cn-shanghai".to_owned()),
    }
}

fn needs_you(words: &str) -> NeedsYou {
    let words = || words.to_owned();
    NeedsYou {
        subject: words(),
        reason: words(),
        fix: format!("{}; then run: goldcast apply --policy base-linux", words()),
        policy: words(),
        release: Some(words()),
        image: Some(words()),
        region: Some("cn-shanghai".to_owned()),
        account: Some("2234567890123456".to_owned()),
    }
}

fn recalled(images: usize) -> Recalled {
    let regions = (0..images).map(|n| RecalledRegion {
        region: "eu-central-1".to_owned(),
        image: format!("m-{n:020}"),
    });
    Recalled {
        release: "corp-linux-2026.11".to_owned(),
        policy: "base-linux".to_owned(),
        family: "corp-linux".to_owned(),
        why: "sshd accepts every key; ".repeat(images),
        source: "m-bp1source".to_owned(),
        instead: Some("corp-linux-2026.10".to_owned()),
        regions: regions.collect(),
    }
}
