//! A Feishu bot as its platform sees it: limits, signature, mentions, and nothing that tells the secret.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use goldcast_notify::{
    Channel, Content, Feishu, Manner, NeedsYou, Reach, Recalled, RegionState, RenderError, WebhookUrl,
};
use serde_json::Value;

use crate::leaks::{nothing_leaks, scan_answers};
use crate::rendering_cn::body;
use crate::samples::{message, needs_you, now, onboarded, recalled, region, released, secret};

const TOKEN: &str = "0123456789abcdef0123456789abcdef0123";
const SECRET: &str = "gS0UBtU8aO2ZVuNbZ3XgZc";
const LIMIT: usize = 20_000;

pub(crate) fn feishu() -> Feishu {
    let url = format!("https://open.feishu.cn/open-apis/bot/v2/hook/{TOKEN}");
    let url = WebhookUrl::parse(&url, Reach::Public).unwrap();
    Feishu::new("team", url, Some(secret(SECRET))).unwrap()
}

fn sent(content: Content) -> String {
    let outgoing = feishu().render(&message(content), now()).unwrap();
    String::from_utf8(outgoing.request().body().to_vec()).unwrap()
}

/// A release whose last region has a name of `pad` characters.
fn padded(pad: usize) -> Content {
    let mut released = released();
    let last = region(&"z".repeat(pad), "m-last", RegionState::Committed, 1);
    released.regions.push(last);
    Content::Released(released)
}

#[test]
fn a_body_stays_below_the_limit_to_the_byte() {
    let frame = sent(padded(1)).len() - 1;
    let full = sent(padded(LIMIT - frame - 1));
    assert_eq!(full.len(), LIMIT - 1, "one byte below the limit everything is there");
    assert!(full.contains("m-last"));
    for pad in [LIMIT - frame, LIMIT - frame + 1] {
        let short = sent(padded(pad));
        assert!(
            short.len() < LIMIT && !short.contains("zz"),
            "a row is dropped as a whole"
        );
        assert!(short.contains("+1 more"), "{short}");
    }
}

#[test]
fn an_endless_reason_is_shortened_and_the_way_out_stays_whole() {
    for word in ["because \"of\" this ", "\"", "\\", "*", "~", "&", "<", "金"] {
        let endless = sent(Content::NeedsYou(NeedsYou {
            reason: word.repeat(9_000),
            ..needs_you()
        }));
        assert!(endless.len() < LIMIT && endless.contains('…'), "{word:?}");
        assert!(endless.contains("goldcast apply --policy base-linux"), "{word:?}");
        let endless = sent(Content::Recalled(Recalled {
            why: word.repeat(9_000),
            ..recalled()
        }));
        assert!(endless.contains('…') && endless.contains("m-bp1source"), "{word:?}");
    }
}

#[test]
fn a_way_out_that_does_not_fit_is_an_error_and_never_half_a_command() {
    let huge = message(Content::NeedsYou(NeedsYou {
        fix: "x".repeat(LIMIT),
        ..needs_you()
    }));
    let refused = feishu().render(&huge, now()).unwrap_err();
    assert!(matches!(refused, RenderError::Oversize { .. }), "{refused}");
}

/// Checked with another implementation of HMAC than ours, the way the vendor describes it.
#[test]
fn the_platform_accepts_the_signature_of_every_attempt() {
    for time in [
        "2026-11-20T08:00:05.999Z",
        "2038-01-19T03:14:08Z",
        "2000-01-01T00:00:00Z",
    ] {
        let now: jiff::Timestamp = time.parse().unwrap();
        let outgoing = feishu().render(&message(Content::Onboarded(onboarded())), now).unwrap();
        let body: Value = serde_json::from_slice(outgoing.request().body()).unwrap();
        let timestamp = body["timestamp"].as_str().unwrap();
        assert_eq!(timestamp, now.as_second().to_string());
        let key = hmac::Key::new(hmac::HMAC_SHA256, format!("{timestamp}\n{SECRET}").as_bytes());
        let sign = STANDARD.decode(body["sign"].as_str().unwrap()).unwrap();
        hmac::verify(&key, b"", &sign).unwrap();
    }
}

#[test]
fn a_bot_without_a_secret_sends_no_signature() {
    let url = format!("https://open.larksuite.com/open-apis/bot/v2/hook/{TOKEN}");
    let url = WebhookUrl::parse(&url, Reach::Public).unwrap();
    let unsigned = body(&Feishu::new("team", url, None).unwrap(), Content::Released(released()));
    assert!(unsigned.get("sign").is_none() && unsigned.get("timestamp").is_none());
}

#[test]
fn people_are_mentioned_where_one_is_needed_and_nowhere_else() {
    let channel = || {
        feishu().with_manner(Manner {
            mention: vec!["ou_1".to_owned(), "all".to_owned()],
            ..Manner::default()
        })
    };
    let needed = body(&channel(), Content::NeedsYou(needs_you())).to_string();
    assert!(needed.contains("<at id=ou_1></at> <at id=all></at>"), "{needed}");
    for content in [
        Content::Released(released()),
        Content::Onboarded(onboarded()),
        Content::Recalled(recalled()),
    ] {
        let body = body(&channel(), content).to_string();
        assert!(!body.contains("<at "), "{body}");
    }
}

#[test]
fn nothing_that_is_printed_tells_the_token_or_the_secret() {
    let channel = feishu();
    nothing_leaks(&format!("{channel:?} {channel:#?}"), &[TOKEN, SECRET]);
    let outgoing = channel.render(&message(Content::Released(released())), now()).unwrap();
    nothing_leaks(&format!("{outgoing:?}"), &[TOKEN, SECRET]);
    let elsewhere = WebhookUrl::parse(&format!("https://hooks.example.com/{TOKEN}"), Reach::Public).unwrap();
    let refused = Feishu::new("team", elsewhere, Some(secret(SECRET))).unwrap_err();
    nothing_leaks(&format!("{refused} {refused:?}"), &[TOKEN, SECRET]);
    scan_answers(&channel, "code", "msg", &[TOKEN, SECRET]);
}
