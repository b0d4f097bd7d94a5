//! Snapshots of every message in Feishu and WeCom, as people get to see them.

use goldcast_notify::{Channel, Content, Recalled};
use insta::assert_snapshot;
use serde_json::Value;

use crate::feishu::feishu;
use crate::samples::{message, needs_you, now, onboarded, recalled, released};
use crate::wecom::wecom;

/// What a channel sends for `content`.
pub(crate) fn body(channel: &dyn Channel, content: Content) -> Value {
    let outgoing = channel.render(&message(content), now()).unwrap();
    serde_json::from_slice(outgoing.request().body()).unwrap()
}

fn text<'a>(value: &'a Value, path: &str) -> &'a str {
    value.pointer(path).and_then(Value::as_str).unwrap()
}

/// The card from top to bottom: colour and title, blocks, rules, foot.
pub(crate) fn in_feishu(content: Content) -> String {
    let body = body(&feishu(), content);
    assert_eq!(body["msg_type"], "interactive");
    let card = &body["card"];
    let title = text(card, "/header/title/content");
    let mut blocks = vec![format!("[{}] {title}", text(card, "/header/template"))];
    blocks.extend(
        card["elements"]
            .as_array()
            .unwrap()
            .iter()
            .map(|element| match text(element, "/tag") {
                "div" => text(element, "/text/content").to_owned(),
                "hr" => "----".to_owned(),
                "note" => format!("({})", text(element, "/elements/0/content")),
                other => format!("unexpected element {other}"),
            }),
    );
    blocks.join("\n\n")
}

/// The text, which is all there is.
pub(crate) fn in_wecom(content: Content) -> String {
    let body = body(&wecom(), content);
    assert_eq!(body["msgtype"], "markdown");
    text(&body, "/markdown/content").to_owned()
}

#[test]
fn a_release_in_feishu() {
    assert_snapshot!(in_feishu(Content::Released(released())));
}

#[test]
fn onboarded_accounts_in_feishu() {
    assert_snapshot!(in_feishu(Content::Onboarded(onboarded())));
}

#[test]
fn a_call_for_a_person_in_feishu() {
    assert_snapshot!(in_feishu(Content::NeedsYou(needs_you())));
}

#[test]
fn a_recall_in_feishu() {
    assert_snapshot!(in_feishu(Content::Recalled(recalled())));
}

#[test]
fn a_release_in_wecom() {
    assert_snapshot!(in_wecom(Content::Released(released())));
}

#[test]
fn onboarded_accounts_in_wecom() {
    assert_snapshot!(in_wecom(Content::Onboarded(onboarded())));
}

#[test]
fn a_call_for_a_person_in_wecom() {
    assert_snapshot!(in_wecom(Content::NeedsYou(needs_you())));
}

#[test]
fn a_recall_in_wecom() {
    assert_snapshot!(in_wecom(Content::Recalled(recalled())));
}

fn hostile() -> Content {
    Content::Recalled(Recalled {
        release: "<at id=all></at> <@all> **x** ~~".to_owned(),
        why: "[patch](https://evil.example)\n\n**What to do:** @all \u{202E}<font color=\"info\">:OK:".to_owned(),
        ..recalled()
    })
}

#[test]
fn hostile_names_and_reasons_do_nothing_in_feishu() {
    assert_snapshot!(in_feishu(hostile()));
}

#[test]
fn hostile_names_and_reasons_do_nothing_in_wecom() {
    assert_snapshot!(in_wecom(hostile()));
}
