//! What Slack, Teams and Discord show of a message, as text that a reviewer can read; and its snapshots.
#![expect(clippy::panic, reason = "tests fail by panicking")]

use goldcast_notify::{Channel, Content};
use insta::assert_snapshot;
use serde_json::Value;

use crate::discord::discord;
use crate::samples::{message, needs_you, now, onboarded, recalled, released};
use crate::slack::slack;
use crate::teams::teams;

/// What a channel sends for `content`.
fn body(channel: &dyn Channel, content: Content) -> Value {
    let outgoing = channel.render(&message(content), now()).unwrap();
    serde_json::from_slice(outgoing.request().body()).unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().unwrap().iter()
}

/// The push banner, then the blocks from top to bottom.
pub(crate) fn in_slack(channel: &dyn Channel, content: Content) -> String {
    let body = body(channel, content);
    let mut blocks = vec![format!("[{}]", text(&body["text"]))];
    blocks.extend(list(&body["blocks"]).map(|block| match text(&block["type"]) {
        "header" => format!("# {}", text(&block["text"]["text"])),
        "context" => format!("({})", text(&block["elements"][0]["text"])),
        "rich_text" => {
            let lines: Vec<String> = list(&block["elements"]).map(slack_element).collect();
            lines.join("\n")
        }
        other => panic!("unexpected block {other}"),
    }));
    blocks.join("\n\n")
}

fn slack_element(element: &Value) -> String {
    match text(&element["type"]) {
        "rich_text_section" => list(&element["elements"]).map(slack_inline).collect(),
        "rich_text_list" => {
            let rows: Vec<String> = list(&element["elements"])
                .map(|row| format!("• {}", slack_element(row)))
                .collect();
            rows.join("\n")
        }
        other => panic!("unexpected element {other}"),
    }
}

fn slack_inline(inline: &Value) -> String {
    match text(&inline["type"]) {
        "text" if inline["style"]["bold"] == true => format!("*{}*", text(&inline["text"])),
        "text" => text(&inline["text"]).to_owned(),
        "user" => format!("<@{}>", text(&inline["user_id"])),
        "broadcast" => format!("<!{}>", text(&inline["range"])),
        other => panic!("unexpected inline {other}"),
    }
}

/// The card from top to bottom.
pub(crate) fn in_teams(channel: &dyn Channel, content: Content) -> String {
    let body = body(channel, content);
    let card = &body["attachments"][0]["content"];
    let blocks: Vec<String> = list(&card["body"])
        .map(|block| {
            let gap = if block["spacing"] == "Medium" { "\n" } else { "" };
            let line: String = match text(&block["type"]) {
                "TextBlock" => text(&block["text"]).to_owned(),
                "RichTextBlock" => list(&block["inlines"]).map(teams_run).collect(),
                other => panic!("unexpected block {other}"),
            };
            [gap, &line].concat()
        })
        .collect();
    blocks.join("\n")
}

fn teams_run(run: &Value) -> String {
    let mark = if run["weight"] == "Bolder" { "**" } else { "" };
    let color = run["color"]
        .as_str()
        .map(|color| format!("[{color}] "))
        .unwrap_or_default();
    format!("{color}{mark}{}{mark}", text(&run["text"]))
}

/// The calls, then the embeds from top to bottom.
pub(crate) fn in_discord(channel: &dyn Channel, content: Content) -> String {
    let body = body(channel, content);
    let content = body.get("content").map(|content| text(content).to_owned());
    let embeds = list(&body["embeds"]).map(|embed| {
        let title = embed.get("title").map(|title| format!("# {}\n", text(title)));
        let footer = embed
            .get("footer")
            .map(|footer| format!("\n({})", text(&footer["text"])));
        let color = embed["color"].as_u64().unwrap();
        format!(
            "[#{color:06x}] {}{}{}",
            title.unwrap_or_default(),
            text(&embed["description"]),
            footer.unwrap_or_default()
        )
    });
    let parts: Vec<String> = content.into_iter().chain(embeds).collect();
    parts.join("\n\n")
}

#[test]
fn a_release_in_slack() {
    assert_snapshot!(in_slack(&slack(), Content::Released(released())));
}

#[test]
fn a_call_for_a_person_in_slack() {
    assert_snapshot!(in_slack(&slack(), Content::NeedsYou(needs_you())));
}

#[test]
fn onboarded_accounts_in_teams() {
    assert_snapshot!(in_teams(&teams(), Content::Onboarded(onboarded())));
}

#[test]
fn a_call_for_a_person_in_teams() {
    assert_snapshot!(in_teams(&teams(), Content::NeedsYou(needs_you())));
}

#[test]
fn a_recall_in_discord() {
    assert_snapshot!(in_discord(&discord(), Content::Recalled(recalled())));
}

#[test]
fn a_call_for_a_person_in_discord() {
    assert_snapshot!(in_discord(&discord(), Content::NeedsYou(needs_you())));
}
