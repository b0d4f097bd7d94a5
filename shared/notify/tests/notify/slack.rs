//! A Slack webhook as its platform sees it: limits, calls, and nothing that tells the address.

use goldcast_notify::{
    Channel, Content, Manner, NeedsYou, Reach, Recalled, RegionState, Released, RenderError, Slack, WebhookUrl,
};
use serde_json::Value;

use crate::leaks::{nothing_leaks, scan_answers};
use crate::rendering_west::in_slack;
use crate::samples::{message, needs_you, now, onboarded, recalled, region, released};

const TOKEN: &str = "XXXXtestXXXXtestXXXXtest";
/// Characters of JSON from which on nothing is sent.
const LIMIT: usize = 12_000;

pub(crate) fn slack() -> Slack {
    let url = format!("https://hooks.slack.com/services/T00000000/B00000000/{TOKEN}");
    Slack::new("team", WebhookUrl::parse(&url, Reach::Public).unwrap())
        .unwrap()
        .with_manner(Manner {
            mention: vec!["U012AB3CD".to_owned()],
            ..Manner::default()
        })
}

fn json(content: Content) -> String {
    let outgoing = slack().render(&message(content), now()).unwrap();
    String::from_utf8(outgoing.request().body().to_vec()).unwrap()
}

/// A release whose last region has a name of `pad` ideographs.
fn padded(pad: usize) -> Content {
    let mut released = released();
    released
        .regions
        .push(region(&"金".repeat(pad), "m-last", RegionState::Committed, 1));
    Content::Released(released)
}

#[test]
fn a_message_stays_below_the_limit_to_the_character() {
    let frame = json(padded(1)).chars().count() - 1;
    let full = json(padded(LIMIT - 1 - frame));
    assert_eq!(full.chars().count(), LIMIT - 1, "everything is there");
    assert!(full.contains("m-last"));
    for pad in [LIMIT - frame, LIMIT - frame + 1] {
        let short = json(padded(pad));
        assert!(
            short.chars().count() < LIMIT && !short.contains("金金"),
            "a row is dropped as a whole"
        );
        assert!(short.contains("+1 more"), "{short}");
    }
}

#[test]
fn five_hundred_regions_are_a_few_blocks() {
    let mut released = released();
    released.regions = (0..500)
        .map(|n| region(&format!("cn-{n:03}"), &format!("m-{n:020}"), RegionState::Committed, n))
        .collect();
    let json = json(Content::Released(released));
    let body: Value = serde_json::from_str(&json).unwrap();
    assert!(body["blocks"].as_array().unwrap().len() <= 50);
    assert!(json.contains("500/500 regions") && json.contains(" more"), "{json}");
}

#[test]
fn a_title_that_is_too_long_for_a_header_stands_whole_below() {
    let release = |chars: usize| {
        Content::Released(Released {
            release: "r".repeat(chars),
            ..released()
        })
    };
    let rest = " is released in 3 regions".len();
    assert!(in_slack(&slack(), release(150 - rest)).contains("\n\n# rrr"));
    let long = in_slack(&slack(), release(151 - rest));
    assert!(!long.contains("# ") && long.contains("\n\n*rrr"), "{long}");
}

#[test]
fn an_endless_reason_is_shortened_and_the_way_out_stays_whole() {
    for word in ["because \"of\" this ", "\"", "\\", "&", "金"] {
        let endless = json(Content::NeedsYou(NeedsYou {
            reason: word.repeat(9_000),
            ..needs_you()
        }));
        assert!(endless.chars().count() < LIMIT && endless.contains('…'), "{word:?}");
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
    let refused = slack().render(&huge, now()).unwrap_err();
    assert!(
        matches!(refused, RenderError::Oversize { unit: "characters", .. }),
        "{refused}"
    );
}

#[test]
fn a_hostile_value_stands_only_where_no_markup_is_read() {
    let hostile = "<!channel> *b* <https://evil.example|log in> & @here";
    let json = json(Content::NeedsYou(NeedsYou {
        subject: hostile.to_owned(),
        reason: hostile.to_owned(),
        fix: hostile.to_owned(),
        policy: hostile.to_owned(),
        image: Some(hostile.to_owned()),
        ..needs_you()
    }));
    let body: Value = serde_json::from_str(&json).unwrap();
    let banner = body["text"].as_str().unwrap();
    assert!(!banner.contains('<') && banner.contains("&lt;!channel&gt;"), "{banner}");
    assert!(!json.contains("mrkdwn"), "{json}");
}

#[test]
fn people_are_called_where_one_is_needed_and_nowhere_else() {
    let needed = in_slack(&slack(), Content::NeedsYou(needs_you()));
    assert!(needed.contains("<@U012AB3CD>"), "{needed}");
    for content in [
        Content::Released(released()),
        Content::Onboarded(onboarded()),
        Content::Recalled(recalled()),
    ] {
        let text = in_slack(&slack(), content);
        assert!(!text.contains("<@"), "{text}");
    }
}

#[test]
fn nothing_that_is_printed_tells_the_address() {
    let channel = slack();
    nothing_leaks(&format!("{channel:?} {channel:#?}"), &[TOKEN]);
    let outgoing = channel.render(&message(Content::Released(released())), now()).unwrap();
    nothing_leaks(&format!("{outgoing:?}"), &[TOKEN]);
    let elsewhere = WebhookUrl::parse(&format!("https://hooks.example.com/{TOKEN}"), Reach::Public).unwrap();
    let refused = Slack::new("team", elsewhere).unwrap_err();
    nothing_leaks(&format!("{refused} {refused:?}"), &[TOKEN]);
    scan_answers(&channel, "ok", "error", &[TOKEN]);
}
