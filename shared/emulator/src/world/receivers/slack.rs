//! A Slack incoming webhook, after <https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks>: `ok` as plain
//! text for a message that was taken, a word of what is wrong and a status for any other. Not here: what blocks may hold.

mod blocks;

use http::header::RETRY_AFTER;
use http::request::Parts;
use http::{Method, StatusCode};
use jiff::SignedDuration;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use super::fields::Fields;
use super::platform::Platform;
use super::rate::{Rate, whole_seconds};
use super::reply::{Arrived, Content, Reply, Verdict};
use crate::world::reading::Markup;

/// Where webhooks are posted to; team, app and token follow.
const PATH: &str = "/services/";
/// The team and the app that every simulated webhook belongs to.
const TEAM_AND_APP: &str = "T00000000/B00000000/";
/// "About one message per second, short bursts tolerated": ten in ten seconds is our reading of it.
const BURST: usize = 10;
const BURST_WINDOW: SignedDuration = SignedDuration::from_secs(10);
/// Longest text that is not cut, in characters.
const TEXT_MAX: usize = 40_000;

/// One webhook.
#[derive(Debug)]
pub(super) struct Hook {
    token: SecretString,
    rate: Rate,
}

/// What the platform says to an address that no webhook has.
pub(super) fn stranger(parts: &Parts) -> Option<Reply> {
    let rest = parts.uri.path().strip_prefix(PATH)?;
    let (status, says) = if rest.starts_with(TEAM_AND_APP) {
        (StatusCode::FORBIDDEN, "invalid_token")
    } else if rest.starts_with("T00000000/") {
        (StatusCode::NOT_FOUND, "no_service")
    } else {
        (StatusCode::NOT_FOUND, "no_team")
    };
    Some(refusal(status, says))
}

impl Hook {
    pub(super) fn new(token: SecretString) -> Self {
        Self {
            token,
            rate: Rate::new(BURST, BURST_WINDOW),
        }
    }
}

impl Platform for Hook {
    fn name(&self) -> &'static str {
        "slack"
    }

    fn path(&self) -> String {
        format!("{PATH}{TEAM_AND_APP}{}", self.token.expose_secret())
    }

    fn is_addressed(&self, parts: &Parts) -> bool {
        parts.uri.path() == self.path()
    }

    fn receive(&mut self, arrived: &Arrived<'_>) -> Verdict {
        let invalid = || refusal(StatusCode::BAD_REQUEST, "invalid_payload");
        if arrived.parts.method != Method::POST || !arrived.is_json() {
            return Err(invalid());
        }
        let body: Value = serde_json::from_slice(arrived.body).map_err(|_| invalid())?;
        let message = Fields::of(&body, "").map_err(|_| invalid())?;
        let text = message.text_if_any("text").map_err(|_| invalid())?;
        let blocks = message.get("blocks").map(|_| blocks::read(&message)).transpose();
        let blocks = blocks.map_err(|says| refusal(StatusCode::BAD_REQUEST, says))?;
        let Some(text) = text.filter(|text| !text.is_empty()).or(blocks.as_ref().map(|_| "")) else {
            return Err(refusal(StatusCode::BAD_REQUEST, "no_text"));
        };
        let wait = self.rate.wait(arrived.now);
        if !wait.is_zero() {
            let wait = whole_seconds(wait);
            let body = json!({ "retry_after": wait, "ok": false, "error": "rate_limited" });
            let reply = Reply::Json(StatusCode::TOO_MANY_REQUESTS, body);
            return Err(Reply::With(Box::new(reply), vec![(RETRY_AFTER, wait.to_string())]));
        }
        self.rate.count(arrived.now);
        let cut: String = text.chars().take(TEXT_MAX).collect();
        let (kind, shown) = match blocks {
            Some(blocks) => ("blocks", blocks),
            None => ("text", blocks::Shown::plain(&cut, Markup::SLACK.read(&cut, &[]))),
        };
        // The text is the push banner where there are blocks; without it the first heading is.
        let title = if kind == "blocks" && !cut.is_empty() {
            cut
        } else {
            shown.heading
        };
        Ok(Content {
            id: None,
            kind: kind.to_owned(),
            title,
            text: shown.text,
            lines: shown.lines,
            body: body.clone(),
        })
    }

    fn thanks(&mut self, _: &Arrived<'_>) -> Reply {
        Reply::Text(StatusCode::OK, "ok".to_owned())
    }

    fn failure(&self, code: i64) -> Reply {
        Reply::Text(StatusCode::OK, format!("error {code}"))
    }
}

fn refusal(status: StatusCode, says: &str) -> Reply {
    Reply::Text(status, says.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::posted::{outcome, post, post_to, read};
    use super::*;

    #[track_caller]
    fn check(body: &Value, wanted: &str) {
        let verdict = post(&mut Hook::new("token".into()), &body.to_string(), 0, 0);
        assert_eq!(outcome(&verdict), wanted, "{body:.200}");
    }

    fn section(text: &str) -> Value {
        json!({ "type": "section", "text": { "type": "mrkdwn", "text": text } })
    }

    #[test]
    fn a_body_is_checked_as_the_platform_does() {
        let header =
            |text: String| json!({ "blocks": [{ "type": "header", "text": { "type": "plain_text", "text": text } }] });
        check(&json!({ "text": "x" }), "ok");
        check(&json!({}), "400: no_text");
        check(&json!({ "text": "" }), "400: no_text");
        check(&json!({ "text": 7 }), "400: invalid_payload");
        check(&json!([]), "400: invalid_payload");
        check(&json!({ "blocks": [section("x")] }), "ok");
        check(&json!({ "blocks": "[]" }), "400: invalid_blocks_format");
        check(&json!({ "blocks": [{ "type": "poem" }] }), "400: invalid_blocks");
        check(&json!({ "blocks": vec![section("x"); 50] }), "ok");
        check(&json!({ "blocks": vec![section("x"); 51] }), "400: invalid_blocks");
        check(&json!({ "blocks": [section(&"x".repeat(3000))] }), "ok");
        check(
            &json!({ "blocks": [section(&"x".repeat(3001))] }),
            "400: invalid_blocks",
        );
        check(
            &json!({ "blocks": vec![section(&"x".repeat(2700)); 5] }),
            "400: msg_blocks_too_long",
        );
        check(&header("x".repeat(150)), "ok");
        check(&header("x".repeat(151)), "400: invalid_blocks");
        check(
            &json!({ "blocks": [{ "type": "header", "text": { "type": "mrkdwn", "text": "x" } }] }),
            "400: invalid_blocks",
        );
        check(
            &json!({ "blocks": [{ "type": "divider", "colour": "red" }] }),
            "400: invalid_blocks",
        );
        let mut hook = Hook::new("token".into());
        let path = hook.path();
        let verdict = post_to(&mut hook, &path, "application/x-www-form-urlencoded", "text=x", 0, 0);
        assert_eq!(outcome(&verdict), "400: invalid_payload");
    }

    #[test]
    fn blocks_are_read_in_their_order() {
        let body = json!({ "text": "Golden image", "blocks": [
            { "type": "header", "text": { "type": "plain_text", "text": "Golden *image*" } },
            { "type": "section", "text": { "type": "mrkdwn", "text": "*a* &lt;!channel&gt;" },
              "fields": [{ "type": "mrkdwn", "text": "*Region*\ncn-shanghai" }] },
            { "type": "divider" },
            { "type": "rich_text", "elements": [
                { "type": "rich_text_section", "elements": [{ "type": "text", "text": "x*y*", "style": { "bold": true } }] },
                { "type": "rich_text_list", "style": "bullet", "elements": [
                    { "type": "rich_text_section", "elements": [{ "type": "text", "text": "one" }] }] }] },
            { "type": "actions", "elements": [{ "type": "button", "text": { "type": "plain_text", "text": "Open" }, "url": "https://a.example/" }] },
            { "type": "context", "elements": [{ "type": "mrkdwn", "text": "foot" }] }
        ] });
        let content = post(&mut Hook::new("token".into()), &body.to_string(), 0, 0).unwrap();
        assert_eq!(content.title, "Golden image");
        let wanted = [
            "Golden *image*",
            "a <!channel>",
            "Region",
            "cn-shanghai",
            "",
            "x*y*",
            "one",
            "Open",
            "foot",
        ];
        assert_eq!(read(Ok(content)), wanted);
    }

    #[test]
    fn too_many_are_told_when_to_come_again() {
        let mut hook = Hook::new("token".into());
        let body = json!({ "text": "x" }).to_string();
        for _ in 0..10 {
            assert!(post(&mut hook, &body, 0, 0).is_ok());
        }
        let Err(Reply::With(reply, headers)) = post(&mut hook, &body, 3, 0) else {
            panic!("the eleventh was taken")
        };
        assert_eq!(reply.to_string(), "429: refused");
        assert_eq!(headers, [(RETRY_AFTER, "7".to_owned())]);
        assert!(post(&mut hook, &body, 10, 0).is_ok());
    }
}
