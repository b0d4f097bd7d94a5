use super::super::posted::{outcome, post, post_to, read};
use super::*;

fn hook() -> Hook {
    Hook::new("token".into())
}

#[track_caller]
fn check(body: &Value, wanted: &str) {
    assert_eq!(
        outcome(&post(&mut hook(), &body.to_string(), 0, 0)),
        wanted,
        "{body:.200}"
    );
}

#[test]
fn a_body_is_checked_as_the_platform_does() {
    let embed = |embed: Value| json!({ "embeds": [embed] });
    let invalid = |why: &str| format!("400 50035: Invalid Form Body: {why}");
    check(&json!({ "content": "x" }), "ok");
    check(&json!({}), "400 50006: Cannot send an empty message");
    check(&json!({ "content": "x".repeat(2000) }), "ok");
    check(
        &json!({ "content": "x".repeat(2001) }),
        &invalid("content is longer than 2000 characters"),
    );
    check(&json!({ "content": 7 }), &invalid("content is no string"));
    check(&embed(json!({ "title": "金".repeat(256) })), "ok");
    check(
        &embed(json!({ "title": "金".repeat(257) })),
        &invalid("embeds[0].title is longer than 256 characters"),
    );
    check(
        &embed(json!({ "color": "red" })),
        &invalid("embeds[0].color is no colour"),
    );
    check(
        &embed(json!({ "fields": [{ "name": "x" }] })),
        &invalid("embeds[0].fields[0].value is missing"),
    );
    let field = json!({ "name": "n", "value": "x".repeat(1023) });
    check(&embed(json!({ "fields": vec![field.clone(); 5] })), "ok");
    check(
        &embed(json!({ "fields": vec![field; 6] })),
        &invalid("embeds are longer than 6000 characters"),
    );
    assert_eq!(
        outcome(&post(&mut hook(), "hello", 0, 0)),
        "400 50109: The request body contains invalid JSON."
    );
}

#[test]
fn an_embed_is_read_from_its_title_down() {
    let body = json!({ "content": "@everyone", "allowed_mentions": { "parse": [] }, "embeds": [{
        "title": "Golden image", "description": r"a\*b **c**", "color": 1,
        "fields": [{ "name": "Region", "value": "cn-shanghai", "inline": true }], "footer": { "text": "foot" } }] });
    let content = post(&mut hook(), &body.to_string(), 0, 0).unwrap();
    assert_eq!(content.title, "Golden image");
    assert!(
        content
            .lines
            .iter()
            .flat_map(|line| &line.spans)
            .all(|span| !span.mention)
    );
    assert_eq!(
        read(Ok(content)),
        ["@everyone", "Golden image", "a*b c", "Region", "cn-shanghai", "foot"]
    );
    let called = post(&mut hook(), r#"{"content":"@everyone"}"#, 0, 0).unwrap();
    assert!(called.lines[0].spans[0].mention);
}

#[test]
fn who_asks_to_wait_is_given_the_message_and_too_many_are_told_when_to_come_again() {
    let mut hook = hook();
    let path = format!("{}?wait=true", hook.path());
    let body = r#"{"content":"x"}"#;
    for _ in 0..5 {
        assert!(post_to(&mut hook, &path, "application/json", body, 0, 0).is_ok());
    }
    let Err(Reply::With(reply, headers)) = post(&mut hook, body, 1, 0) else {
        panic!("the sixth was taken")
    };
    assert_eq!(reply.to_string(), "429: You are being rate limited.");
    assert!(
        headers.contains(&(http::header::RETRY_AFTER, "1".to_owned())),
        "{headers:?}"
    );
    assert!(post(&mut hook, body, 2, 0).is_ok());
}
