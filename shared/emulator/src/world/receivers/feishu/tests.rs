use super::super::posted::{outcome, post, read, refusal as refused};
use super::*;

/// Signatures made by an independent implementation: key = date and secret, message empty.
const SIGNED: [(&str, i64, &str); 4] = [
    ("demo", 1_599_360_473, "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8="),
    (
        "gS0UBtU8aO2ZVuNbZ3XgZc",
        1_700_000_000,
        "+wM1IItszGQlYKYGZ33rSpFC8kRdzzHnyAs2ZixWu/I=",
    ),
    (
        "this is secret",
        1_893_456_000,
        "5agXoqgJAa3Sjms3xmYdlY6w6pk1aZbklYmYuCFDNd4=",
    ),
    (
        "密钥-utf8",
        1_700_000_001,
        "uGhDPqUDiqPmSFynsXh+XL5Ivf9H+7UwABG7js1tQL4=",
    ),
];
/// `demo` signed the other way round.
const SWAPPED: &str = "DkEDUyVoOOJ539qBvUgMyzkzIdRWlf4e/V3Rq+ONJnQ=";

fn bot() -> Bot {
    Bot::new("hook".into(), None)
}

fn text(date: &Value, sign: &str) -> String {
    json!({ "timestamp": date, "sign": sign, "msg_type": "text", "content": { "text": "hello" } }).to_string()
}

#[test]
fn a_right_signature_within_the_hour_is_accepted() {
    for (secret, date, sign) in SIGNED {
        let mut bot = Bot::new("hook".into(), Some(secret.into()));
        let dated = json!(date.to_string());
        for (date_sent, sign, wall, code) in [
            (&dated, sign, date, 0),
            (&dated, sign, date + 3600, 0),
            (&dated, sign, date + 3601, 19_021),
            (&dated, sign, date - 3601, 19_021),
            (&dated, SWAPPED, date, 19_021),
            (&json!(date), sign, date, 19_021),
        ] {
            let verdict = post(&mut bot, &text(date_sent, sign), wall, wall);
            let given = if verdict.is_ok() {
                0
            } else {
                refused(verdict)["code"].as_i64().unwrap()
            };
            assert_eq!(given, code, "{secret} {sign} at {wall}");
        }
    }
}

#[test]
fn a_body_is_checked_as_the_platform_does() {
    let long = json!({ "msg_type": "text", "content": { "text": "x".repeat(20 * 1024) } });
    let card = |card: Value| json!({ "msg_type": "interactive", "card": card });
    let second = |element: Value| card(json!({ "schema": "2.0", "body": { "elements": [element] } }));
    for (body, wanted) in [
        (json!({ "msg_type": "text", "content": { "text": "x" } }), "ok"),
        (
            json!({ "msg_type": "poem", "content": {} }),
            "200 19002: params error, msg_type is no known kind of message",
        ),
        (long, "200 9499: Bad Request"),
        (card(json!("{}")), "200 19002: params error, card is no object"),
        (
            card(json!({ "elements": [] })),
            "200 19002: params error, card.elements is missing",
        ),
        (card(json!({ "elements": [{ "tag": "hr", "unknown": 1 }] })), "ok"),
        (second(json!({ "tag": "hr" })), "ok"),
        (
            second(json!({ "tag": "hr", "unknown": 1 })),
            "200 19002: params error, card.body.elements[0].unknown is no known member",
        ),
        (
            second(json!({ "tag": "note" })),
            "200 19002: params error, card.body.elements[0].tag is no known tag",
        ),
        (
            card(
                json!({ "header": { "template": "pink", "title": { "tag": "plain_text", "content": "t" } }, "elements": [] }),
            ),
            "200 19002: params error, card.header.template is no colour of a header",
        ),
        (
            json!({ "msg_type": "post", "content": { "post": { "zh_cn": { "content": [[{ "tag": "a", "text": "x", "href": "javascript:1" }]] } } } }),
            "200 19002: params error, content.post.zh_cn.content[0][0].href is no address of the web",
        ),
    ] {
        assert_eq!(
            outcome(&post(&mut bot(), &body.to_string(), 0, 0)),
            wanted,
            "{body:.200}"
        );
    }
    assert_eq!(outcome(&post(&mut bot(), "hello", 0, 0)), "200 9499: Bad Request");
}

#[test]
fn a_card_is_read_from_its_header_down() {
    let card = json!({ "msg_type": "interactive", "card": {
        "header": { "template": "green", "title": { "tag": "plain_text", "content": "Golden image" } },
        "elements": [
            { "tag": "div", "text": { "tag": "lark_md", "content": "**a**&#42;" } },
            { "tag": "div", "fields": [{ "is_short": true, "text": { "tag": "lark_md", "content": "**Region**\ncn-shanghai" } }] },
            { "tag": "hr" },
            { "tag": "action", "actions": [{ "tag": "button", "text": { "tag": "plain_text", "content": "Open" }, "url": "https://a.example/" }] },
            { "tag": "note", "elements": [{ "tag": "plain_text", "content": "foot" }] }
        ] } });
    let content = post(&mut bot(), &card.to_string(), 0, 0).unwrap();
    assert_eq!(
        (content.title.as_str(), content.kind.as_str()),
        ("Golden image", "interactive")
    );
    assert_eq!(content.text, "**a**&#42;\n**Region**\ncn-shanghai\nOpen\nfoot");
    assert_eq!(
        read(Ok(content)),
        ["Golden image", "a*", "Region", "cn-shanghai", "", "Open", "foot"]
    );
}

#[test]
fn the_sixth_in_a_second_and_the_hundred_and_first_in_a_minute_are_too_many() {
    let body = json!({ "msg_type": "text", "content": { "text": "x" } }).to_string();
    let mut bot = bot();
    for _ in 0..5 {
        assert_eq!(outcome(&post(&mut bot, &body, 0, 0)), "ok");
    }
    let sixth = refused(post(&mut bot, &body, 0, 0));
    assert_eq!((&sixth["StatusCode"], &sixth["code"]), (&json!(0), &json!(9499)));
    for now in 1..20 {
        for _ in 0..5 {
            assert_eq!(outcome(&post(&mut bot, &body, now, 0)), "ok");
        }
    }
    assert_eq!(outcome(&post(&mut bot, &body, 20, 0)), "200 11232: frequency limited");
    assert_eq!(outcome(&post(&mut bot, &body, 60, 0)), "ok");
}
