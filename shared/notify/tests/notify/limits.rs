//! Bodies stay below the platforms' limits to the byte, and facts stay whole.

use goldcast_notify::{AccountLine, Channel, Content, NeedsYou, Recalled, RegionState, RenderError};
use serde_json::Value;

use crate::samples::{
    both, dingtalk, message, needs_you, now, onboarded, recalled, recalled_region, region, released, webhook,
};

const DINGTALK_LIMIT: usize = 18_000;
const WEBHOOK_LIMIT: usize = 20_000;

fn body(channel: &dyn Channel, content: Content) -> String {
    let outgoing = channel.render(&message(content), now()).unwrap();
    String::from_utf8(outgoing.request().body().to_vec()).unwrap()
}

/// A release whose last region has a name of `pad` characters.
fn padded(pad: usize) -> Content {
    let mut released = released();
    released
        .regions
        .push(region(&"z".repeat(pad), "m-last", RegionState::Committed, 1));
    Content::Released(released)
}

#[track_caller]
fn the_last_byte_counts(channel: &dyn Channel, limit: usize, dropped: &str) {
    let frame = body(channel, padded(1)).len() - 1;
    let full = body(channel, padded(limit - frame - 1));
    assert_eq!(full.len(), limit - 1, "one byte below the limit everything is there");
    assert!(full.contains("m-last"));
    for pad in [limit - frame, limit - frame + 1] {
        let short = body(channel, padded(pad));
        assert!(short.len() < limit);
        assert!(!short.contains("zz"), "a row that does not fit is dropped as a whole");
        assert!(short.contains(dropped), "{short}");
    }
}

#[test]
fn a_body_stays_below_the_limit_to_the_byte() {
    the_last_byte_counts(&dingtalk(), DINGTALK_LIMIT, "+1 more");
    the_last_byte_counts(&webhook(), WEBHOOK_LIMIT, r#""regions_omitted":1"#);
}

#[test]
fn five_hundred_regions_become_whole_rows_and_a_count() {
    let mut released = released();
    let name = "黄金".repeat(16);
    released.regions = (0..500)
        .map(|n| {
            region(
                &format!("{name}-{n:03}"),
                &format!("m-{n:020}"),
                RegionState::Committed,
                n,
            )
        })
        .collect();

    let text = body(&dingtalk(), Content::Released(released.clone()));
    assert!(
        text.len() < DINGTALK_LIMIT && text.len() > DINGTALK_LIMIT - 250,
        "{} bytes",
        text.len()
    );
    let rows = text.matches(" · committed · ").count();
    assert!(text.contains(&format!("+{} more", 500 - rows)), "{rows} rows");
    assert!(text.contains("500/500 regions"), "counts are of everything");

    let json = body(&webhook(), Content::Released(released));
    assert!(
        json.len() < WEBHOOK_LIMIT && json.len() > WEBHOOK_LIMIT - 250,
        "{} bytes",
        json.len()
    );
    let data: Value = serde_json::from_str(&json).unwrap();
    let rows = data.pointer("/data/regions").and_then(Value::as_array).unwrap().len();
    assert_eq!(data.pointer("/data/regions_omitted").unwrap(), 500 - rows);
    assert_eq!(data.pointer("/data/regions_total").unwrap(), 500);
}

#[test]
fn ten_thousand_accounts_are_one_message() {
    let mut onboarded = onboarded();
    let id = |n: usize| format!("{n:016}");
    onboarded.accounts = (0..10_000)
        .map(|n| AccountLine {
            id: id(n),
            name: Some(format!("team-{n}")),
            families: vec!["corp-linux".to_owned()],
        })
        .collect();
    let text = body(&dingtalk(), Content::Onboarded(onboarded.clone()));
    assert!(text.len() < DINGTALK_LIMIT);
    assert!(text.contains("10000 accounts") && text.contains("m-uf6copy"), "{text}");
    let json = body(&webhook(), Content::Onboarded(onboarded));
    assert!(json.len() < WEBHOOK_LIMIT);
    assert!(json.contains(r#""accounts_total":10000"#));
}

#[test]
fn a_recall_of_a_thousand_images_keeps_the_way_back() {
    let mut recalled = recalled();
    recalled
        .regions
        .extend((0..1_000).map(|n| recalled_region("eu-central-1", &format!("m-{n:020}"))));
    let text = body(&dingtalk(), Content::Recalled(recalled.clone()));
    assert!(text.len() < DINGTALK_LIMIT);
    assert!(text.contains("1003 images") && text.contains(" more"), "{text}");
    assert!(
        text.contains("goldcast recall --undo cn-hangzhou/m-bp1source"),
        "{text}"
    );
    let json = body(&webhook(), Content::Recalled(recalled));
    assert!(json.len() < WEBHOOK_LIMIT);
    let data: Value = serde_json::from_str(&json).unwrap();
    let rows = data.pointer("/data/images").and_then(Value::as_array).unwrap().len();
    assert_eq!(data.pointer("/data/images_omitted").unwrap(), 1_003 - rows);
    assert_eq!(data.pointer("/data/images_total").unwrap(), 1_003);
}

#[test]
fn an_endless_reason_is_shortened_and_the_way_out_stays_whole() {
    // What grows most when it is neutralised or written as JSON must fit, too.
    for word in ["because \"of\" this ", "\"", "\\", "*", "@", "\u{7}x", "金"] {
        for channel in both() {
            let endless = NeedsYou {
                reason: word.repeat(9_000),
                ..needs_you()
            };
            let text = body(channel.as_ref(), Content::NeedsYou(endless));
            assert!(text.contains("goldcast apply --policy base-linux"), "{word:?}");
            assert!(text.contains('…'), "{word:?}");

            let endless = Recalled {
                why: word.repeat(9_000),
                ..recalled()
            };
            let text = body(channel.as_ref(), Content::Recalled(endless));
            assert!(text.contains('…') && text.contains("m-bp1source"), "{word:?}");
        }
    }
}

#[test]
fn an_endless_subject_is_a_short_title() {
    let endless = Content::NeedsYou(NeedsYou {
        subject: "*".repeat(9_000),
        ..needs_you()
    });
    let data: Value = serde_json::from_str(&body(&dingtalk(), endless)).unwrap();
    let title = data.pointer("/markdown/title").and_then(Value::as_str).unwrap();
    assert!(title.chars().count() < 220 && title.ends_with('…'), "{title}");
}

#[test]
fn a_way_out_that_does_not_fit_is_an_error_and_never_half_a_command() {
    let huge = || {
        message(Content::NeedsYou(NeedsYou {
            fix: "x".repeat(WEBHOOK_LIMIT),
            ..needs_you()
        }))
    };
    for channel in both() {
        let refused = channel.render(&huge(), now()).unwrap_err();
        assert!(
            matches!(refused, RenderError::Oversize { size, limit, .. } if size > limit),
            "{refused}"
        );
    }
}
