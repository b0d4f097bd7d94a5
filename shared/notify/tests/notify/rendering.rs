//! Snapshots of every message on every channel, as people and machines get to see them.

use goldcast_notify::{Channel, Content, Recalled, RegionState, Released};
use insta::assert_snapshot;
use serde_json::Value;

use crate::samples::{dingtalk, message, needs_you, now, onboarded, recalled, region, released, webhook};

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
fn a_paid_release_says_who_pays() {
    let paid = Content::Released(Released {
        is_paid: true,
        ..released()
    });
    assert_snapshot!(in_dingtalk(paid));
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
fn a_recall_in_dingtalk() {
    assert_snapshot!(in_dingtalk(Content::Recalled(recalled())));
}

#[test]
fn a_recall_without_a_predecessor_says_that_nobody_can_launch() {
    let alone = Content::Recalled(Recalled {
        instead: None,
        ..recalled()
    });
    assert_snapshot!(in_dingtalk(alone));
}

#[test]
fn a_recall_that_nobody_explained_asks_no_question() {
    let silent = Content::Recalled(Recalled {
        why: " \u{200B}".to_owned(),
        ..recalled()
    });
    let text = in_dingtalk(silent);
    assert!(text.contains("launches **corp-linux-2026.10** now.\n\n"), "{text}");
}

#[test]
fn a_recall_is_taken_back_by_an_image_that_is_still_there() {
    #[track_caller]
    fn check(gone: &[&str], undo: Option<&str>) {
        let mut recalled = recalled();
        recalled.regions.retain(|line| !gone.contains(&line.image.as_str()));
        let text = in_dingtalk(Content::Recalled(recalled));
        let command = text.split_once("goldcast recall --undo ");
        let target = command.and_then(|(_, rest)| rest.split_whitespace().next());
        assert_eq!(target, undo, "{gone:?}: {text}");
    }
    check(&[], Some("cn-hangzhou/m-bp1source"));
    check(&["m-bp1source"], Some("ap-southeast-1/m-t4ncopy"));
    check(&["m-bp1source", "m-t4ncopy"], Some("cn-shanghai/m-uf6copy"));
    check(&["m-bp1source", "m-t4ncopy", "m-uf6copy"], None);
}

#[test]
fn a_hostile_reason_of_a_recall_does_nothing_in_dingtalk() {
    let hostile = Content::Recalled(Recalled {
        why: "[patch](https://evil.example)\n\n**What to do:** @all \u{202E}<at id=all>".to_owned(),
        ..recalled()
    });
    assert_snapshot!(in_dingtalk(hostile));
}

#[test]
fn a_hostile_account_name_and_image_id_do_nothing_in_dingtalk() {
    let mut onboarded = onboarded();
    onboarded.accounts[0].name = Some("[log in](https://evil.example)\n\n@all <at id=all>".to_owned());
    onboarded.families[0].images[1].image = "**m-\u{202E}1**\r\n- cn-fake m-evil".to_owned();
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
fn a_recall_as_webhook() {
    assert_snapshot!(in_webhook(Content::Recalled(recalled())));
}

#[test]
fn what_is_not_known_or_not_so_is_said_in_json() {
    #[track_caller]
    fn check(content: Content, pointer: &str, expected: &Value) {
        let outgoing = webhook().render(&message(content), now()).unwrap();
        let body: Value = serde_json::from_slice(outgoing.request().body()).unwrap();
        assert_eq!(body.pointer(pointer), Some(expected), "{pointer}");
    }
    for is_paid in [true, false] {
        let content = Content::Released(Released { is_paid, ..released() });
        check(content, "/data/paid", &Value::Bool(is_paid));
    }
    let alone = Content::Recalled(Recalled {
        instead: None,
        ..recalled()
    });
    check(alone, "/data/instead", &Value::Null);
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
