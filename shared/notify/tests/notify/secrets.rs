//! No token, secret or signature is ever printed, by whatever road.

use std::fmt::{Debug, Display};

use bytes::Bytes;
use goldcast_notify::{
    Channel, ChannelError, Content, DingTalk, HttpPost, Limits, Post, Reach, Sender, SigningSecret, Webhook, WebhookUrl,
};
use tokio::net::TcpSocket;

use crate::samples::{
    DINGTALK_SECRET, TOKEN, WEBHOOK_SECRET, both, dingtalk, message, needs_you, now, released, secret, webhook,
};

/// Twelve characters of a secret in a row are a leak; eight hexadecimal digits of a fingerprint are not.
#[track_caller]
fn nothing_leaks(text: &str) {
    let key = WEBHOOK_SECRET.trim_start_matches("whsec_");
    let signature = signature();
    for secret in [TOKEN, &DINGTALK_SECRET[..12], DINGTALK_SECRET, key, &signature] {
        let chars: Vec<char> = secret.chars().collect();
        for part in chars.windows(12) {
            let part: String = part.iter().collect();
            assert!(!text.contains(&part), "{part} leaks in {text}");
        }
    }
}

fn signature() -> String {
    let outgoing = webhook()
        .render(&message(Content::NeedsYou(needs_you())), now())
        .unwrap();
    outgoing.request().headers()["webhook-signature"]
        .to_str()
        .unwrap()
        .to_owned()
}

#[track_caller]
fn scan(value: impl Debug) {
    nothing_leaks(&format!("{value:?}"));
    nothing_leaks(&format!("{value:#?}"));
}

#[track_caller]
fn scan_words(value: impl Debug + Display) {
    nothing_leaks(&value.to_string());
    scan(value);
}

#[test]
fn the_types_that_hold_secrets_print_none() {
    scan_words(WebhookUrl::parse(&format!("https://oapi.dingtalk.com/x/{TOKEN}?t={TOKEN}"), Reach::Public).unwrap());
    scan_words(secret(DINGTALK_SECRET));
    scan_words(secret(WEBHOOK_SECRET));
    scan(dingtalk());
    scan(webhook());
    scan(both());
    for channel in both() {
        let outgoing = channel.render(&message(Content::Released(released())), now()).unwrap();
        scan(&outgoing);
        scan(outgoing.request().headers());
    }
    let post = HttpPost::new(Limits::default()).unwrap();
    scan(&post);
    scan(Sender::new(post, Limits::default()));
}

#[test]
fn refusing_a_configuration_quotes_no_secret() {
    let url = |text: String| WebhookUrl::parse(&text, Reach::Public);
    scan_words(url(format!("http://hooks.example.com/{TOKEN}")).unwrap_err());
    scan_words(url(format!("https://{TOKEN}@hooks.example.com/{TOKEN}")).unwrap_err());
    scan_words(url(format!("https://10.0.0.1/{TOKEN}")).unwrap_err());
    scan_words(url(format!("hooks.example.com/{TOKEN}")).unwrap_err());
    scan_words(url(format!("https://hooks.example.com/{}", TOKEN.repeat(40))).unwrap_err());
    scan_words(SigningSecret::new(DINGTALK_SECRET.repeat(10)).unwrap_err());

    let elsewhere = url(format!("https://hooks.example.com/{TOKEN}")).unwrap();
    let refused: [ChannelError; 2] = [
        DingTalk::new("team", elsewhere.clone(), Some(secret(DINGTALK_SECRET))).unwrap_err(),
        Webhook::new("siem", elsewhere, vec![secret(DINGTALK_SECRET)]).unwrap_err(),
    ];
    for error in refused {
        scan_words(error);
    }
}

#[test]
fn an_answer_that_echoes_the_request_is_quoted_without_its_secrets() {
    let key = WEBHOOK_SECRET.trim_start_matches("whsec_");
    let echo =
        format!("POST /robot/send?access_token={TOKEN} {DINGTALK_SECRET} {key} https://hooks.example.com/in/{TOKEN}");
    for channel in both() {
        let mine = if channel.name() == "team" {
            echo.replace(key, "")
        } else {
            echo.replace(DINGTALK_SECRET, "")
        };
        for status in [200, 302, 400, 404, 410, 429, 500] {
            for body in [mine.clone(), format!(r#"{{"errcode":310000,"errmsg":"{mine}"}}"#)] {
                let answer = http::Response::builder()
                    .status(status)
                    .body(Bytes::from(body))
                    .unwrap();
                scan_words(channel.judge(&answer, now()));
            }
        }
        nothing_leaks(&channel.redact(&mine));
    }
}

#[tokio::test]
async fn a_connection_that_fails_quotes_no_address() {
    // Bound and not listening: the port is taken, so nobody else can answer there.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = socket.local_addr().unwrap();
    let url = format!("http://{address}/robot/send?access_token={TOKEN}");
    let url = WebhookUrl::parse(&url, Reach::PrivateToo).unwrap();
    let robot = DingTalk::new("team", url, Some(secret(DINGTALK_SECRET))).unwrap();
    let outgoing = robot.render(&message(Content::Released(released())), now()).unwrap();
    let error = HttpPost::new(Limits::default())
        .unwrap()
        .post(outgoing)
        .await
        .unwrap_err();
    assert!(!error.may_have_arrived(), "{error}");
    scan_words(error);
}
