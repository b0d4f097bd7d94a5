use super::super::posted::{outcome, post, post_to, read};
use super::*;

fn flow() -> Flow {
    Flow::new("s/i+g".into())
}

fn card(content: &Value) -> Value {
    json!({ "type": "message", "attachments": [
        { "contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": null, "content": content }] })
}

fn body(parts: Value) -> Value {
    card(&json!({ "type": "AdaptiveCard", "version": "1.4", "body": parts }))
}

#[track_caller]
fn check(body: &Value, wanted: &str) {
    assert_eq!(
        outcome(&post(&mut flow(), &body.to_string(), 0, 0)),
        wanted,
        "{body:.200}"
    );
}

#[test]
fn a_card_that_teams_does_not_take_is_accepted_and_never_seen() {
    let failed = |why: &str| format!("202: the flow began and failed: {why}");
    let at = "attachments[0].content";
    check(&body(json!([{ "type": "TextBlock", "text": "x", "wrap": true }])), "ok");
    check(&json!({ "text": "x" }), &failed("type is missing"));
    check(&json!({ "type": "message" }), &failed("attachments is missing"));
    check(
        &body(json!([{ "type": "TextBlock" }])),
        &failed(&format!("{at}.body[0].text is missing")),
    );
    check(
        &body(json!([{ "type": "Poem" }])),
        &failed(&format!("{at}.body[0].type is no part of a card")),
    );
    check(
        &card(&json!({ "type": "AdaptiveCard", "version": "9.0", "body": [] })),
        &failed(&format!("{at}.version is none that Teams shows")),
    );
    check(
        &card(&json!({ "type": "AdaptiveCard", "version": "1.4", "body": [],
            "msteams": { "entities": [{ "type": "mention", "text": "<at>Ops</at>", "mentioned": { "id": "ops" } }] } })),
        &failed(&format!(
            "{at}.msteams.entities mentions somebody who is not in the text"
        )),
    );
}

#[test]
fn a_request_that_starts_no_flow_is_refused() {
    let long = body(json!([{ "type": "TextBlock", "text": "x".repeat(28 * 1024) }])).to_string();
    let path = flow().path();
    for (kind, body, wanted) in [
        ("application/json", long.as_str(), "413: Request Entity too large"),
        (
            "application/json",
            "hello",
            "400: The request content is not valid and could not be deserialized.",
        ),
        (
            "text/plain",
            "{}",
            "400: The request content is not valid and could not be deserialized.",
        ),
    ] {
        assert_eq!(outcome(&post_to(&mut flow(), &path, kind, body, 0, 0)), wanted);
    }
    let simple = body(json!([{ "type": "TextBlock", "text": "x" }])).to_string();
    let mut flow = flow();
    for _ in 0..4 {
        assert!(post(&mut flow, &simple, 0, 0).is_ok());
    }
    assert_eq!(
        outcome(&post(&mut flow, &simple, 0, 0)),
        "429: Rate limit is exceeded. Try again later."
    );
    assert!(post(&mut flow, &simple, 1, 0).is_ok());
}

#[test]
fn the_address_must_come_as_it_was_given_out() {
    let parts = |path: &str| http::Request::post(path).body(()).unwrap().into_parts().0;
    let path = flow().path();
    assert!(path.contains("sig=s%2Fi%2Bg"), "{path}");
    assert!(flow().is_addressed(&parts(&path)));
    assert!(!flow().is_addressed(&parts(&path.replace("%2F", "/"))));
}

#[test]
fn a_card_is_read_in_its_order() {
    let message = body(json!([
        { "type": "TextBlock", "size": "Large", "weight": "Bolder", "text": "Golden image" },
        { "type": "RichTextBlock", "inlines": ["free **text**", { "type": "TextRun", "text": "!" }] },
        { "type": "FactSet", "facts": [{ "title": "Region", "value": "cn-shanghai" }] },
        { "type": "ColumnSet", "columns": [{ "type": "Column", "items": [{ "type": "TextBlock", "text": "- one\r- **two**" }] }] }
    ]));
    let content = post(&mut flow(), &message.to_string(), 0, 0).unwrap();
    assert_eq!(content.title, "Golden image");
    let wanted = ["Golden image", "free **text**!", "Region: cn-shanghai", "one", "two"];
    assert_eq!(read(Ok(content)), wanted);
}
