//! A WeCom robot as its platform sees it: limits, mentions, and nothing that tells the key.

use goldcast_notify::{
    Channel, Content, FamilyLine, Manner, NeedsYou, Reach, Recalled, RegionState, RenderError, WeCom, WebhookUrl,
};

use crate::leaks::{nothing_leaks, scan_answers};
use crate::rendering_cn::{body, in_wecom};
use crate::samples::{message, needs_you, now, onboarded, recalled, recalled_region, region, released};

const KEY: &str = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa";
/// What the platform still accepts, in bytes of text.
const LIMIT: usize = 4_096;

pub(crate) fn wecom() -> WeCom {
    let url = format!("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}");
    WeCom::new("team", WebhookUrl::parse(&url, Reach::Public).unwrap()).unwrap()
}

/// A release whose last region has a name of `pad` bytes.
fn padded(pad: usize) -> Content {
    let mut released = released();
    let name = format!("{}{}", "金".repeat(pad / 3), "z".repeat(pad % 3));
    released
        .regions
        .push(region(&name, "m-last", RegionState::Committed, 1));
    Content::Released(released)
}

#[test]
fn a_text_has_at_most_the_bytes_that_are_accepted() {
    let frame = in_wecom(padded(1)).len() - 1;
    let full = in_wecom(padded(LIMIT - frame));
    assert_eq!(full.len(), LIMIT, "everything is there");
    assert!(full.contains("m-last"));
    for pad in [LIMIT - frame + 1, LIMIT - frame + 2] {
        let short = in_wecom(padded(pad));
        assert!(
            short.len() <= LIMIT && !short.contains("金金"),
            "a row is dropped as a whole"
        );
        assert!(short.contains("> +1 more"), "{short}");
    }
}

#[test]
fn a_recall_of_a_thousand_images_keeps_the_way_back() {
    let mut recalled = recalled();
    let more = (0..1_000).map(|n| recalled_region("eu-central-1", &format!("m-{n:020}")));
    recalled.regions.extend(more);
    let text = in_wecom(Content::Recalled(recalled));
    assert!(text.len() <= LIMIT && text.len() > LIMIT - 100, "{} bytes", text.len());
    assert!(text.contains("1003 images") && text.contains(" more"), "{text}");
    assert!(
        text.contains("goldcast recall --undo cn-hangzhou/m-bp1source"),
        "{text}"
    );
}

#[test]
fn an_account_that_gains_two_hundred_families_is_one_message() {
    let mut onboarded = onboarded();
    let sample = onboarded.families.remove(0);
    onboarded.families = (0..200)
        .map(|n| FamilyLine {
            family: format!("corp-linux-{n:03}"),
            ..sample.clone()
        })
        .collect();
    let text = in_wecom(Content::Onboarded(onboarded));
    assert!(text.len() <= LIMIT, "{} bytes", text.len());
    assert!(text.contains("acs:1234567890123456:corp-linux-000"), "{text}");
    assert!(text.contains("2234567890123456"), "who it is about stays: {text}");
    assert!(text.contains(" more"), "{text}");
}

#[test]
fn an_endless_reason_is_shortened_and_the_way_out_stays_whole() {
    for word in ["because \"of\" this ", "\"", "*", "@", "金"] {
        let endless = in_wecom(Content::NeedsYou(NeedsYou {
            reason: word.repeat(9_000),
            ..needs_you()
        }));
        assert!(endless.len() <= LIMIT && endless.contains('…'), "{word:?}");
        assert!(endless.contains("goldcast apply --policy base-linux"), "{word:?}");
        let endless = in_wecom(Content::Recalled(Recalled {
            why: word.repeat(9_000),
            ..recalled()
        }));
        assert!(endless.len() <= LIMIT && endless.contains("m-bp1source"), "{word:?}");
    }
}

#[test]
fn a_way_out_that_does_not_fit_is_an_error_and_never_half_a_command() {
    let huge = message(Content::NeedsYou(NeedsYou {
        fix: "x".repeat(LIMIT),
        ..needs_you()
    }));
    let refused = wecom().render(&huge, now()).unwrap_err();
    assert!(matches!(refused, RenderError::Oversize { .. }), "{refused}");
}

#[test]
fn people_are_mentioned_where_one_is_needed_and_nowhere_else() {
    let channel = || {
        wecom().with_manner(Manner {
            mention: vec!["lilei".to_owned(), "all".to_owned()],
            ..Manner::default()
        })
    };
    let needed = body(&channel(), Content::NeedsYou(needs_you())).to_string();
    assert!(needed.contains("<@lilei>") && !needed.contains("<@all>"), "{needed}");
    for content in [
        Content::Released(released()),
        Content::Onboarded(onboarded()),
        Content::Recalled(recalled()),
    ] {
        let body = body(&channel(), content).to_string();
        assert!(!body.contains("<@"), "{body}");
    }
}

#[test]
fn nothing_that_is_printed_tells_the_key_or_where_we_are() {
    let channel = wecom();
    nothing_leaks(&format!("{channel:?} {channel:#?}"), &[KEY]);
    let outgoing = channel.render(&message(Content::Released(released())), now()).unwrap();
    nothing_leaks(&format!("{outgoing:?}"), &[KEY]);
    let elsewhere = WebhookUrl::parse(&format!("https://hooks.example.com/?key={KEY}"), Reach::Public).unwrap();
    let refused = WeCom::new("team", elsewhere).unwrap_err();
    nothing_leaks(&format!("{refused} {refused:?}"), &[KEY]);
    scan_answers(&channel, "errcode", "errmsg", &[KEY]);

    let answer = r#"{"errcode":93000,"errmsg":"invalid webhook url, hint: [1755], from ip: 172.16.0.1, more info"}"#;
    let outcome = channel.judge(&http::Response::new(answer.into()), now()).to_string();
    assert!(
        outcome.contains("93000") && outcome.contains("invalid webhook url"),
        "{outcome}"
    );
    assert!(!outcome.contains("172.16.0.1"), "{outcome}");
}
