//! A Discord webhook as its platform sees it: limits, calls, and nothing that tells the address.

use goldcast_notify::{
    Channel, Content, Discord, Manner, NeedsYou, Reach, Recalled, RegionState, Released, RenderError, WebhookUrl,
};
use serde_json::{Value, json};

use crate::leaks::{nothing_leaks, scan_answers};
use crate::rendering_west::in_discord;
use crate::samples::{message, needs_you, now, onboarded, recalled, recalled_region, region, released};

const TOKEN: &str = "testtesttesttesttesttesttesttesttesttesttesttesttesttesttesttesttest";
/// The longest description that the platform accepts, in UTF-16.
const MAX_DESCRIPTION: usize = 4_096;
/// The longest message that the platform accepts, in UTF-16 over all embeds.
const MAX_TOTAL: usize = 6_000;

pub(crate) fn discord() -> Discord {
    let url = format!("https://discord.com/api/webhooks/1440000000000000000/{TOKEN}");
    Discord::new("team", WebhookUrl::parse(&url, Reach::Public).unwrap())
        .unwrap()
        .with_manner(Manner {
            mention: vec!["80351110224678912".to_owned()],
            ..Manner::default()
        })
}

fn body(content: Content) -> Value {
    let outgoing = discord().render(&message(content), now()).unwrap();
    assert_eq!(outgoing.request().uri().query(), Some("wait=true"));
    serde_json::from_slice(outgoing.request().body()).unwrap()
}

fn utf16(value: Option<&Value>) -> usize {
    value.map_or(0, |value| value.as_str().unwrap().encode_utf16().count())
}

/// Characters of every description, and of everything that the platform counts.
fn sizes(body: &Value) -> (Vec<usize>, usize) {
    let embeds = body["embeds"].as_array().unwrap();
    let descriptions: Vec<usize> = embeds.iter().map(|embed| utf16(embed.get("description"))).collect();
    let around = embeds
        .iter()
        .map(|embed| utf16(embed.get("title")) + utf16(embed.pointer("/footer/text")));
    let total = around.sum::<usize>() + descriptions.iter().sum::<usize>();
    (descriptions, total)
}

/// A release whose last region has a name of `pad` characters outside the basic plane, two of UTF-16 each.
fn padded(pad: usize) -> Content {
    let mut released = released();
    released
        .regions
        .push(region(&"𠮷".repeat(pad), "m-last", RegionState::Committed, 1));
    Content::Released(released)
}

#[test]
fn a_description_is_at_most_as_long_as_is_accepted() {
    let longest = |pad| sizes(&body(padded(pad))).0.into_iter().max().unwrap();
    let frame = longest(1) - 2;
    let pad = (MAX_DESCRIPTION - frame) / 2;
    assert!(longest(pad) >= MAX_DESCRIPTION - 1, "everything is there");
    let short = body(padded(pad + 1)).to_string();
    assert!(!short.contains('𠮷') && short.contains("+1 more"), "{short}");
}

#[test]
fn six_thousand_characters_are_not_exceeded_over_all_embeds() {
    for rows in [10, 50, 100, 1_000] {
        for reason in [0, 1_000, 3_000, 9_000] {
            let mut recalled = recalled();
            recalled.why = "𠮷".repeat(reason);
            let more = (0..rows).map(|n| recalled_region("eu-central-1", &format!("m-{n:020}")));
            recalled.regions.extend(more);
            let body = body(Content::Recalled(recalled));
            let (descriptions, total) = sizes(&body);
            assert!(total <= MAX_TOTAL, "{rows} rows, {reason}: {total}");
            assert!(
                descriptions.iter().all(|chars| *chars <= MAX_DESCRIPTION),
                "{descriptions:?}"
            );
            let text = body.to_string();
            assert!(
                text.contains("goldcast recall --undo cn-hangzhou/m-bp1source"),
                "{text}"
            );
        }
    }
}

#[test]
fn a_title_that_is_too_long_stands_whole_in_bold() {
    let release = |chars: usize| {
        Content::Released(Released {
            release: "r".repeat(chars),
            ..released()
        })
    };
    let rest = " is released in 3 regions".len();
    assert!(in_discord(&discord(), release(256 - rest)).contains("] # rrr"));
    let long = in_discord(&discord(), release(257 - rest));
    assert!(!long.contains("# r") && long.contains("] **rrr"), "{long}");
}

#[test]
fn an_endless_reason_is_shortened_and_the_way_out_stays_whole() {
    for word in ["because \"of\" this ", "*", "@", "\\", "://", "金"] {
        let text = body(Content::NeedsYou(NeedsYou {
            reason: word.repeat(9_000),
            ..needs_you()
        }));
        let text = text.to_string();
        assert!(text.contains('…'), "{word:?}");
        assert!(text.contains("goldcast apply --policy base-linux"), "{word:?}");
        let text = body(Content::Recalled(Recalled {
            why: word.repeat(9_000),
            ..recalled()
        }));
        assert!(text.to_string().contains("m-bp1source"), "{word:?}");
    }
}

#[test]
fn a_way_out_that_does_not_fit_is_an_error_and_never_half_a_command() {
    let huge = message(Content::NeedsYou(NeedsYou {
        fix: "x".repeat(MAX_DESCRIPTION),
        ..needs_you()
    }));
    let refused = discord().render(&huge, now()).unwrap_err();
    assert!(matches!(refused, RenderError::Oversize { .. }), "{refused}");
}

#[test]
fn nobody_can_be_called_but_whom_the_configuration_names() {
    let hostile = "@everyone <@99999999999999999> <@&1> @here";
    let needed = body(Content::NeedsYou(NeedsYou {
        subject: hostile.to_owned(),
        reason: hostile.to_owned(),
        ..needs_you()
    }));
    assert_eq!(needed["content"], "<@80351110224678912>");
    assert_eq!(
        needed["allowed_mentions"],
        json!({"parse": [], "users": ["80351110224678912"]})
    );
    for content in [
        Content::Released(released()),
        Content::Onboarded(onboarded()),
        Content::Recalled(recalled()),
    ] {
        let body = body(content);
        assert_eq!(body.get("content"), None);
        assert_eq!(body["allowed_mentions"], json!({"parse": [], "users": []}));
    }
}

#[test]
fn everyone_is_called_only_if_the_configuration_says_all() {
    let channel = discord().with_manner(Manner {
        mention: vec!["all".to_owned()],
        ..Manner::default()
    });
    let outgoing = channel.render(&message(Content::NeedsYou(needs_you())), now()).unwrap();
    let body: Value = serde_json::from_slice(outgoing.request().body()).unwrap();
    assert_eq!(body["content"], "@everyone");
    assert_eq!(body["allowed_mentions"], json!({"parse": ["everyone"], "users": []}));
}

#[test]
fn nothing_that_is_printed_tells_the_address() {
    let channel = discord();
    nothing_leaks(&format!("{channel:?} {channel:#?}"), &[TOKEN]);
    let outgoing = channel.render(&message(Content::Released(released())), now()).unwrap();
    nothing_leaks(&format!("{outgoing:?}"), &[TOKEN]);
    let elsewhere = WebhookUrl::parse(&format!("https://hooks.example.com/{TOKEN}"), Reach::Public).unwrap();
    let refused = Discord::new("team", elsewhere).unwrap_err();
    nothing_leaks(&format!("{refused} {refused:?}"), &[TOKEN]);
    scan_answers(&channel, "code", "message", &[TOKEN]);
}
