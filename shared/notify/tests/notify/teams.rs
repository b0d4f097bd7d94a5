//! A Teams workflow as its platform sees it: limits, calls, and nothing that tells the address.

use goldcast_notify::{
    Channel, Content, Manner, NeedsYou, Reach, Recalled, RegionState, RenderError, Teams, WebhookUrl,
};
use serde_json::Value;

use crate::leaks::{nothing_leaks, scan_answers};
use crate::rendering_west::in_teams;
use crate::samples::{message, needs_you, now, onboarded, recalled, recalled_region, region, released};

const SIG: &str = "AAtestAAtestAAtest-AAtestAAtest_AAtestAAtest";
/// Bytes of JSON from which on nothing is sent.
const LIMIT: usize = 20_000;

pub(crate) fn teams() -> Teams {
    let url = format!(
        "https://prod-12.westeurope.logic.azure.com/workflows/0a1b2c3d/triggers/manual/paths/invoke\
         ?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig={SIG}"
    );
    Teams::new("team", WebhookUrl::parse(&url, Reach::Public).unwrap())
        .unwrap()
        .with_manner(Manner {
            mention: vec!["ops@example.com".to_owned()],
            ..Manner::default()
        })
}

fn json(content: Content) -> String {
    let outgoing = teams().render(&message(content), now()).unwrap();
    String::from_utf8(outgoing.request().body().to_vec()).unwrap()
}

/// A release whose last region has a name of `pad` bytes.
fn padded(pad: usize) -> Content {
    let mut released = released();
    released
        .regions
        .push(region(&"z".repeat(pad), "m-last", RegionState::Committed, 1));
    Content::Released(released)
}

#[test]
fn a_card_stays_below_the_limit_to_the_byte() {
    let frame = json(padded(1)).len() - 1;
    let full = json(padded(LIMIT - 1 - frame));
    assert_eq!(full.len(), LIMIT - 1, "everything is there");
    assert!(full.contains("m-last"));
    for pad in [LIMIT - frame, LIMIT - frame + 1] {
        let short = json(padded(pad));
        assert!(
            short.len() < LIMIT && !short.contains("zz"),
            "a row is dropped as a whole"
        );
        assert!(short.contains("+1 more"), "{short}");
    }
}

#[test]
fn a_recall_of_a_thousand_images_keeps_the_way_back() {
    let mut recalled = recalled();
    let more = (0..1_000).map(|n| recalled_region("eu-central-1", &format!("m-{n:020}")));
    recalled.regions.extend(more);
    let text = json(Content::Recalled(recalled));
    assert!(text.len() < LIMIT && text.len() > LIMIT - 250, "{} bytes", text.len());
    assert!(text.contains("1003 images") && text.contains(" more"), "{text}");
}

#[test]
fn an_endless_reason_is_shortened_and_the_way_out_stays_whole() {
    for word in ["because \"of\" this ", "\"", "\\", "{", "金"] {
        let endless = json(Content::NeedsYou(NeedsYou {
            reason: word.repeat(9_000),
            ..needs_you()
        }));
        assert!(endless.len() < LIMIT && endless.contains('…'), "{word:?}");
        assert!(endless.contains("goldcast apply --policy base-linux"), "{word:?}");
        let endless = json(Content::Recalled(Recalled {
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
    let refused = teams().render(&huge, now()).unwrap_err();
    assert!(matches!(refused, RenderError::Oversize { .. }), "{refused}");
}

#[test]
fn a_hostile_value_stands_only_in_text_runs_and_expands_to_nothing() {
    let hostile = "<at>Everyone</at> **b** [log in](https://evil.example) {{DATE(2026-11-20T08:00:00Z)}}";
    let json = json(Content::NeedsYou(NeedsYou {
        subject: hostile.to_owned(),
        reason: hostile.to_owned(),
        fix: hostile.to_owned(),
        policy: hostile.to_owned(),
        image: Some(hostile.to_owned()),
        ..needs_you()
    }));
    assert!(!json.contains("{{"), "{json}");
    let body: Value = serde_json::from_str(&json).unwrap();
    let card = &body["attachments"][0]["content"];
    for block in card["body"].as_array().unwrap() {
        if block["type"] == "TextBlock" {
            assert_eq!(
                block["text"], "<at>ops@example.com</at>",
                "the one place that reads markup"
            );
        }
    }
    assert_eq!(card["msteams"]["entities"].as_array().unwrap().len(), 1);
}

#[test]
fn people_are_called_where_one_is_needed_and_nowhere_else() {
    let needed = in_teams(&teams(), Content::NeedsYou(needs_you()));
    assert!(needed.contains("<at>ops@example.com</at>"), "{needed}");
    for content in [
        Content::Released(released()),
        Content::Onboarded(onboarded()),
        Content::Recalled(recalled()),
    ] {
        let json = json(content);
        assert!(!json.contains("<at>") && json.contains(r#""entities":[]"#), "{json}");
    }
}

#[test]
fn nothing_that_is_printed_tells_the_address() {
    let channel = teams();
    nothing_leaks(&format!("{channel:?} {channel:#?}"), &[SIG]);
    let outgoing = channel.render(&message(Content::Released(released())), now()).unwrap();
    nothing_leaks(&format!("{outgoing:?}"), &[SIG]);
    let elsewhere = WebhookUrl::parse(&format!("https://hooks.example.com/?sig={SIG}"), Reach::Public).unwrap();
    let refused = Teams::new("team", elsewhere).unwrap_err();
    nothing_leaks(&format!("{refused} {refused:?}"), &[SIG]);
    scan_answers(&channel, "code", "message", &[SIG]);
}
