//! Every platform's address as a sender finds it, and the page on which people read what arrived.

use goldcast_emulator::world::{ReceiverKind, ReceiverSetup, World};
use serde_json::{Value, json};

use crate::support::{http, setup};

const JSON: (&str, &str) = ("content-type", "application/json");
const EVENT: (&str, &str) = ("content-type", "application/cloudevents+json");
const BEARER: (&str, &str) = ("authorization", "Bearer known");
/// What a careless sender might let through.
const HOSTILE: &str = "</p><script>alert(1)</script><img src=x onerror=alert(1)>";

/// A receiver of each platform that needs no signature, by the platform's name.
async fn chatting() -> World {
    let mut setup = setup(Vec::new());
    let secret = || "known".into();
    let kinds = [
        (
            "feishu",
            ReceiverKind::Feishu {
                hook: secret(),
                secret: None,
            },
        ),
        ("wecom", ReceiverKind::WeCom { key: secret() }),
        ("slack", ReceiverKind::Slack { token: secret() }),
        ("teams", ReceiverKind::Teams { signature: secret() }),
        ("discord", ReceiverKind::Discord { token: secret() }),
        ("cloudevents", ReceiverKind::CloudEvents { secret: Some(secret()) }),
    ];
    let receivers = kinds.map(|(channel, kind)| ReceiverSetup {
        channel: channel.to_owned(),
        kind,
    });
    setup.receivers = receivers.into();
    World::open(setup).await.unwrap()
}

/// A message of each platform, as simple as it can be.
fn messages(text: &str) -> [(&'static str, Value); 6] {
    let card = json!({ "type": "AdaptiveCard", "version": "1.4", "body": [{ "type": "TextBlock", "text": text }] });
    let attachment = json!({ "contentType": "application/vnd.microsoft.card.adaptive", "content": card });
    let event = json!({ "specversion": "1.0", "id": text, "source": "/a", "type": "b", "data": { "text": text } });
    [
        ("feishu", json!({ "msg_type": "text", "content": { "text": text } })),
        (
            "wecom",
            json!({ "msgtype": "markdown", "markdown": { "content": text } }),
        ),
        ("slack", json!({ "text": text })),
        ("teams", json!({ "type": "message", "attachments": [attachment] })),
        ("discord", json!({ "content": text })),
        ("cloudevents", event),
    ]
}

#[tokio::test]
async fn every_platform_answers_at_its_own_kind_of_address() {
    let world = chatting().await;
    for (channel, path, status, answer, stranger) in [
        ("feishu", "/open-apis/bot/v2/hook/", 200, r#""code":0"#, (200, "19001")),
        (
            "wecom",
            "/cgi-bin/webhook/send?key=",
            200,
            r#""errcode":0"#,
            (200, "93000"),
        ),
        (
            "slack",
            "/services/T00000000/B00000000/",
            200,
            "ok",
            (403, "invalid_token"),
        ),
        ("teams", "/workflows/", 202, "", (401, "DirectApiAuthorizationRequired")),
        ("discord", "/api/webhooks/", 204, "", (401, "50027")),
        ("cloudevents", "/events/", 204, "", (404, "")),
    ] {
        let url = world.webhook_url(channel).unwrap();
        assert!(url.contains(path), "{url}");
        let (_, body) = messages("hello")
            .into_iter()
            .find(|(name, _)| *name == channel)
            .unwrap();
        let declared = if channel == "cloudevents" { EVENT } else { JSON };
        let told = http("POST", &url, &[declared, BEARER], &body.to_string()).await;
        assert_eq!((told.0, told.1.contains(answer)), (status, true), "{channel}: {told:?}");
        let elsewhere = url.replace("known", "other").replace("/events/", "/elsewhere/");
        let told = http("POST", &elsewhere, &[declared], &body.to_string()).await;
        assert_eq!(
            (told.0, told.1.contains(stranger.1)),
            (stranger.0, true),
            "{channel}: {told:?}"
        );
    }
    let heard: Vec<String> = world
        .messages()
        .into_iter()
        .map(|message| message.platform.to_owned())
        .collect();
    assert_eq!(heard, ["feishu", "wecom", "slack", "teams", "discord", "cloudevents"]);
}

#[tokio::test]
async fn what_is_refused_or_comes_again_is_counted() {
    let world = chatting().await;
    let url = world.webhook_url("slack").unwrap();
    for body in [r#"{"text":"a"}"#, r#"{"text":"b"}"#, r#"{"text":"a"}"#, "{}"] {
        http("POST", &url, &[JSON], body).await;
    }
    let tallies = world.tallies();
    let slack = tallies.iter().find(|tally| tally.channel == "slack").unwrap();
    assert_eq!((slack.taken, slack.again, slack.refused), (3, 1, 1));
    assert_eq!(slack.last_refusal.as_deref(), Some("400: no_text"));
    let again: Vec<bool> = world.messages().into_iter().map(|message| message.again).collect();
    assert_eq!(again, [false, false, true]);
}

#[tokio::test]
async fn the_page_shows_every_channel_and_nothing_on_it_runs() {
    let world = chatting().await;
    for (channel, body) in messages(HOSTILE) {
        let declared = if channel == "cloudevents" { EVENT } else { JSON };
        let url = world.webhook_url(channel).unwrap();
        http("POST", &url, &[declared, BEARER], &body.to_string()).await;
    }
    let page = world.page_url();
    for (path, times) in [("", 6), ("channels/slack", 1), ("channels/cloudevents", 1)] {
        let (status, html) = http("GET", &format!("{page}{path}"), &[], "").await;
        assert_eq!((status, html.matches("<article").count()), (200, times), "{path}");
        assert!(html.contains("&lt;script&gt;alert(1)"), "{path}: {html}");
        assert!(!html.contains("<script>") && !html.contains("<img"), "{path}: {html}");
    }
    for (path, wanted) in [
        ("images", "Region"),
        ("members", "2000000000000001"),
        ("page.js", "fetch"),
        ("icon.svg", "svg"),
    ] {
        let (status, text) = http("GET", &format!("{page}{path}"), &[], "").await;
        assert_eq!((status, text.contains(wanted)), (200, true), "{path}");
    }
    assert_eq!(http("GET", &format!("{page}channels/nobody"), &[], "").await.0, 404);
}
