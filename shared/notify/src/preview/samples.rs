//! One message of every kind, as a company with a few accounts would get it.

use jiff::Timestamp;

use crate::message::{
    AccountLine, Content, Departure, Drift, FamilyImage, FamilyLine, Kind, LostLine, Message, MessageKey, NeedsYou,
    Offboarded, Onboarded, Recalled, RecalledRegion, RegionLine, RegionState, ReleaseStarted, Released,
};

const OWNER: &str = "1234567890123456";
const POLICY: &str = "base-linux";
const FAMILY: &str = "corp-linux";
const RELEASE: &str = "corp-linux-2026.11";
const SOURCE: &str = "m-bp1gold0001";
const SHANGHAI: &str = "m-uf6copy0001";
const SINGAPORE: &str = "m-t4ncopy0001";

/// A message of this kind, which happened then.
pub fn message(kind: Kind, at: Timestamp) -> Message {
    let content = match kind {
        Kind::ReleaseStarted => Content::ReleaseStarted(release_started()),
        Kind::Released => Content::Released(released()),
        Kind::Onboarded => Content::Onboarded(onboarded()),
        Kind::Offboarded => Content::Offboarded(offboarded()),
        Kind::Drift => Content::Drift(drift()),
        Kind::Recalled => Content::Recalled(recalled()),
        Kind::NeedsYou => Content::NeedsYou(needs_you()),
    };
    let key = MessageKey::derive(&["sample", kind.name()]);
    Message { key, at, content }
}

/// One message of every kind, folded into one.
pub fn digest(at: Timestamp) -> Message {
    let messages: Vec<Message> = Kind::ALL.iter().map(|kind| message(*kind, at)).collect();
    Message::digest(&messages, at)
}

fn region(region: &str, image: &str, state: RegionState, accounts: usize) -> RegionLine {
    RegionLine {
        region: region.to_owned(),
        image: image.to_owned(),
        state,
        accounts,
    }
}

fn release_started() -> ReleaseStarted {
    ReleaseStarted {
        release: RELEASE.to_owned(),
        policy: POLICY.to_owned(),
        family: FAMILY.to_owned(),
        source: SOURCE.to_owned(),
        regions: vec![
            region("cn-hangzhou", SOURCE, RegionState::Staged, 0),
            region("cn-shanghai", SHANGHAI, RegionState::Copying, 0),
            region("ap-southeast-1", "", RegionState::Missing, 0),
        ],
    }
}

fn released() -> Released {
    Released {
        release: RELEASE.to_owned(),
        policy: POLICY.to_owned(),
        family: FAMILY.to_owned(),
        source: SOURCE.to_owned(),
        regions: vec![
            region("cn-hangzhou", SOURCE, RegionState::Committed, 12),
            region("cn-shanghai", SHANGHAI, RegionState::Committed, 12),
            region("ap-southeast-1", SINGAPORE, RegionState::Committed, 12),
        ],
        accounts: 12,
        is_paid: false,
    }
}

fn onboarded() -> Onboarded {
    let image = |region: &str, image: &str, is_encrypted| FamilyImage {
        region: region.to_owned(),
        image: image.to_owned(),
        is_encrypted,
    };
    let family = |family: &str, policy: &str, is_paid, images| FamilyLine {
        family: family.to_owned(),
        policy: policy.to_owned(),
        is_paid,
        images,
    };
    let account = |id: &str, name: &str, families: &[&str]| AccountLine {
        id: id.to_owned(),
        name: Some(name.to_owned()),
        families: families.iter().map(|family| (*family).to_owned()).collect(),
    };
    Onboarded {
        accounts: vec![
            account("2234567890123456", "shop-prod", &[FAMILY, "corp-db"]),
            account("3234567890123456", "shop-test", &[FAMILY]),
        ],
        owner: OWNER.to_owned(),
        families: vec![
            family(
                FAMILY,
                POLICY,
                false,
                vec![
                    image("cn-hangzhou", SOURCE, false),
                    image("cn-shanghai", SHANGHAI, false),
                ],
            ),
            family(
                "corp-db",
                "database",
                true,
                vec![image("cn-shanghai", "m-uf6dbase0001", true)],
            ),
        ],
    }
}

fn offboarded() -> Offboarded {
    let account = |id: &str, name: Option<&str>, why| LostLine {
        id: id.to_owned(),
        name: name.map(str::to_owned),
        families: vec![FAMILY.to_owned()],
        why,
    };
    Offboarded {
        accounts: vec![
            account("4234567890123456", Some("shop-old"), Departure::LeftAudience),
            account("5234567890123456", None, Departure::LeftDirectory),
        ],
    }
}

fn drift() -> Drift {
    Drift {
        what: format!("cn-shanghai/{SHANGHAI} was changed by hand: it was deprecated"),
        fix: "put it back, or let goldcast do it: drift = \"repair\"".to_owned(),
        is_repaired: false,
        policy: POLICY.to_owned(),
        release: Some(RELEASE.to_owned()),
        image: Some(SHANGHAI.to_owned()),
        region: Some("cn-shanghai".to_owned()),
    }
}

fn recalled() -> Recalled {
    let region = |region: &str, image: &str| RecalledRegion {
        region: region.to_owned(),
        image: image.to_owned(),
    };
    Recalled {
        release: RELEASE.to_owned(),
        policy: POLICY.to_owned(),
        family: FAMILY.to_owned(),
        why: "sshd accepts every key".to_owned(),
        source: SOURCE.to_owned(),
        instead: Some("corp-linux-2026.10".to_owned()),
        regions: vec![
            region("cn-hangzhou", SOURCE),
            region("cn-shanghai", SHANGHAI),
            region("ap-southeast-1", SINGAPORE),
        ],
    }
}

fn needs_you() -> NeedsYou {
    NeedsYou {
        subject: "brake".to_owned(),
        reason: "the brake holds: 7 accounts would lose access and 0 releases would leave, and a run may take 5 and 2"
            .to_owned(),
        fix: "look at it with goldcast plan; if it is right, goldcast apply --allow-removals 7".to_owned(),
        policy: POLICY.to_owned(),
        release: Some(RELEASE.to_owned()),
        image: None,
        region: None,
        account: None,
    }
}
