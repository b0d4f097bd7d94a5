//! Messages and channels that the tests share.

use goldcast_notify::{
    AccountLine, Channel, Content, DingTalk, FamilyImage, FamilyLine, Message, MessageKey, NeedsYou, Onboarded, Reach,
    Recalled, RecalledRegion, RegionLine, RegionState, Released, SigningSecret, Webhook, WebhookUrl,
};
use jiff::Timestamp;

pub(crate) const TOKEN: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
pub(crate) const DINGTALK_SECRET: &str = "SEC000000000000000000000000000000000000000000000000000000000000test";
pub(crate) const WEBHOOK_SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
pub(crate) const OLD_WEBHOOK_SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

pub(crate) fn now() -> Timestamp {
    "2026-11-20T08:00:05Z".parse().unwrap()
}

pub(crate) fn message(content: Content) -> Message {
    Message {
        key: MessageKey::new("gc_sample-1").unwrap(),
        at: "2026-11-20T08:00:00Z".parse().unwrap(),
        content,
    }
}

pub(crate) fn region(region: &str, image: &str, state: RegionState, accounts: usize) -> RegionLine {
    RegionLine {
        region: region.to_owned(),
        image: image.to_owned(),
        state,
        accounts,
    }
}

pub(crate) fn released() -> Released {
    Released {
        release: "corp-linux-2026.11".to_owned(),
        policy: "base-linux".to_owned(),
        family: "corp-linux".to_owned(),
        source: "m-bp1source".to_owned(),
        regions: vec![
            region("cn-hangzhou", "m-bp1source", RegionState::Committed, 41),
            region("ap-southeast-1", "m-t4ncopy", RegionState::Committed, 41),
            region("cn-shanghai", "m-uf6copy", RegionState::Committed, 40),
        ],
        accounts: 41,
        is_paid: false,
    }
}

pub(crate) fn onboarded() -> Onboarded {
    let account = |id: &str, name: Option<&str>| AccountLine {
        id: id.to_owned(),
        name: name.map(str::to_owned),
        families: vec!["corp-linux".to_owned()],
    };
    let image = |region: &str, image: &str| FamilyImage {
        region: region.to_owned(),
        image: image.to_owned(),
        is_encrypted: false,
    };
    Onboarded {
        accounts: vec![
            account("2234567890123456", Some("shop-prod")),
            account("3234567890123456", None),
        ],
        owner: "1234567890123456".to_owned(),
        families: vec![FamilyLine {
            family: "corp-linux".to_owned(),
            policy: "base-linux".to_owned(),
            is_paid: false,
            images: vec![image("cn-hangzhou", "m-bp1source"), image("cn-shanghai", "m-uf6copy")],
        }],
    }
}

pub(crate) fn needs_you() -> NeedsYou {
    NeedsYou {
        subject: "the copy's name is taken".to_owned(),
        reason: "m-uf6other has the name of our copy but was not made by goldcast".to_owned(),
        fix: "rename or delete m-uf6other, then run: goldcast apply --policy base-linux".to_owned(),
        policy: "base-linux".to_owned(),
        release: Some("corp-linux-2026.11".to_owned()),
        image: Some("m-uf6other".to_owned()),
        region: Some("cn-shanghai".to_owned()),
        account: None,
    }
}

pub(crate) fn recalled() -> Recalled {
    Recalled {
        release: "corp-linux-2026.11".to_owned(),
        policy: "base-linux".to_owned(),
        family: "corp-linux".to_owned(),
        why: "sshd accepts every key".to_owned(),
        source: "m-bp1source".to_owned(),
        instead: Some("corp-linux-2026.10".to_owned()),
        regions: vec![
            recalled_region("cn-shanghai", "m-uf6copy"),
            recalled_region("cn-hangzhou", "m-bp1source"),
            recalled_region("ap-southeast-1", "m-t4ncopy"),
        ],
    }
}

pub(crate) fn recalled_region(region: &str, image: &str) -> RecalledRegion {
    RecalledRegion {
        region: region.to_owned(),
        image: image.to_owned(),
    }
}

pub(crate) fn secret(text: &str) -> SigningSecret {
    SigningSecret::new(text).unwrap()
}

pub(crate) fn dingtalk() -> DingTalk {
    let url = format!("https://oapi.dingtalk.com/robot/send?access_token={TOKEN}");
    DingTalk::new(
        "team",
        WebhookUrl::parse(&url, Reach::Public).unwrap(),
        Some(secret(DINGTALK_SECRET)),
    )
    .unwrap()
}

pub(crate) fn webhook() -> Webhook {
    let url = format!("https://hooks.example.com/in/{TOKEN}");
    let secrets = vec![secret(WEBHOOK_SECRET), secret(OLD_WEBHOOK_SECRET)];
    Webhook::new("siem", WebhookUrl::parse(&url, Reach::Public).unwrap(), secrets).unwrap()
}

/// One channel of each sort, named `team` and `siem`.
pub(crate) fn both() -> [Box<dyn Channel>; 2] {
    [Box::new(dingtalk()), Box::new(webhook())]
}
