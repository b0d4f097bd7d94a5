//! Snapshots of every message on every channel, as people and machines get to see them.

use goldcast_notify::{Channel, Content, RegionState};
use insta::assert_snapshot;
use serde_json::Value;

use crate::samples::{dingtalk, message, needs_you, now, onboarded, region, released, webhook};

fn in_dingtalk(content: Content) -> String {
    let outgoing = dingtalk().render(&message(content), now()).unwrap();
    let body: Value = serde_json::from_slice(outgoing.request().body()).unwrap();
    assert_eq!(body.pointer("/msgtype").unwrap(), "markdown");
    assert_eq!(body.pointer("/at/isAtAll").unwrap(), false);
    let part = |path| body.pointer(path).and_then(Value::as_str).unwrap().to_owned();
    format!("[{}]\n\n{}", part("/markdown/title"), part("/markdown/text"))
}

fn in_webhook(content: Content) -> String {
    let outgoing = webhook().render(&message(content), now()).unwrap();
    let header = |name| {
        outgoing
            .request()
            .headers()
            .get(name)
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned()
    };
    let body: Value = serde_json::from_slice(outgoing.request().body()).unwrap();
    format!(
        "webhook-id: {}\nwebhook-timestamp: {}\nwebhook-signature: {}\n\n{}",
        header("webhook-id"),
        header("webhook-timestamp"),
        header("webhook-signature"),
        serde_json::to_string_pretty(&body).unwrap(),
    )
}

fn released_in_part() -> Content {
    let mut released = released();
    released
        .regions
        .push(region("cn-beijing", "m-2zecopy", RegionState::Copying, 0));
    released
        .regions
        .push(region("us-west-1", "m-rj9copy", RegionState::Blocked, 0));
    released
        .regions
        .push(region("eu-central-1", "m-gw8copy", RegionState::Staged, 1));
    released
        .regions
        .push(region("me-east-1", "m-eb3copy", RegionState::Unknown, 0));
    Content::Released(released)
}

#[test]
fn a_release_in_dingtalk() {
    assert_snapshot!(in_dingtalk(Content::Released(released())));
}

#[test]
fn a_release_that_is_not_everywhere_shows_trouble_first() {
    assert_snapshot!(in_dingtalk(released_in_part()));
}

#[test]
fn onboarded_accounts_in_dingtalk() {
    assert_snapshot!(in_dingtalk(Content::Onboarded(onboarded())));
}

#[test]
fn one_onboarded_account_is_named_in_the_lead() {
    let mut onboarded = onboarded();
    onboarded.accounts.truncate(1);
    assert_snapshot!(in_dingtalk(Content::Onboarded(onboarded)));
}

#[test]
fn a_call_for_a_person_in_dingtalk() {
    assert_snapshot!(in_dingtalk(Content::NeedsYou(needs_you())));
}

#[test]
fn a_hostile_account_name_and_image_id_do_nothing_in_dingtalk() {
    let mut onboarded = onboarded();
    onboarded.accounts[0].name = Some("[log in](https://evil.example)\n\n@all <at id=all>".to_owned());
    onboarded.images.insert(
        "cn-shanghai".to_owned(),
        "**m-\u{202E}1**\r\n- cn-fake m-evil".to_owned(),
    );
    assert_snapshot!(in_dingtalk(Content::Onboarded(onboarded)));
}

#[test]
fn a_release_as_webhook() {
    assert_snapshot!(in_webhook(released_in_part()));
}

#[test]
fn onboarded_accounts_as_webhook() {
    assert_snapshot!(in_webhook(Content::Onboarded(onboarded())));
}

#[test]
fn a_call_for_a_person_as_webhook() {
    assert_snapshot!(in_webhook(Content::NeedsYou(needs_you())));
}

#[test]
fn a_hostile_value_is_one_line_of_visible_text_in_json() {
    let mut onboarded = onboarded();
    onboarded.accounts[0].name = Some("a\u{202E}b\0c\r\n\"},{\"x\":\"<at id=all>".to_owned());
    let outgoing = webhook()
        .render(&message(Content::Onboarded(onboarded)), now())
        .unwrap();
    let body: Value = serde_json::from_slice(outgoing.request().body()).unwrap();
    assert_eq!(
        body.pointer("/data/accounts/0/name").unwrap(),
        "abc \"},{\"x\":\"<at id=all>"
    );
}
