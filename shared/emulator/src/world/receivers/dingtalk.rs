//! A `DingTalk` group robot, after
//! <https://open.dingtalk.com/document/robots/custom-robot-access>: it answers HTTP 200 whatever happens and tells
//! success by `errcode`. Dates of signatures are judged by the wall clock, the rate by simulated time.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::request::Parts;
use http::{Method, StatusCode};
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use sha2::Sha256;

use super::fields::{Fields, Wrong};
use super::platform::Platform;
use super::rate::Rate;
use super::reply::{Arrived, Content, Reply, Verdict, query};
use crate::world::clock::later;
use crate::world::reading::{Line, Markup};

/// Where robots are posted to.
const PATH: &str = "/robot/send";
/// Largest body, in bytes (<https://github.com/timonwong/prometheus-webhook-dingtalk/issues/30>).
const BODY_BYTES_MAX: usize = 20_000;
/// Messages per minute.
const RATE_MAX: usize = 20;
const RATE_WINDOW: SignedDuration = SignedDuration::from_mins(1);
/// How long a robot that was too fast is shut out.
const BLOCK: SignedDuration = SignedDuration::from_mins(10);
/// How far a signature's date may be off.
const DATE_TOLERANCE: SignedDuration = SignedDuration::from_hours(1);
/// Most buttons or links of a card. Nothing is published.
const LINKS_MAX: usize = 20;
/// What a call to everyone reads as.
const EVERYONE: &str = "@所有人";

/// One robot.
#[derive(Debug)]
pub(super) struct Robot {
    access_token: SecretString,
    secret: Option<SecretString>,
    rate: Rate,
    blocked_until: Option<Timestamp>,
}

/// What the platform says to a token that no robot has.
pub(super) fn stranger(parts: &Parts) -> Option<Reply> {
    (parts.uri.path() == PATH).then(|| match query(parts, "access_token").as_deref() {
        None | Some("") => refusal(400_101, "access_token is empty"),
        Some(_) => refusal(300_001, "token is not exist"),
    })
}

impl Robot {
    pub(super) fn new(access_token: SecretString, secret: Option<SecretString>) -> Self {
        Self {
            access_token,
            secret,
            rate: Rate::new(RATE_MAX, RATE_WINDOW),
            blocked_until: None,
        }
    }

    fn check_signature(&self, arrived: &Arrived<'_>) -> Result<(), Reply> {
        let Some(secret) = &self.secret else { return Ok(()) };
        let mismatch = || refusal(310_000, "sign not match");
        let date = query(arrived.parts, "timestamp").ok_or_else(mismatch)?;
        let sign = query(arrived.parts, "sign").ok_or_else(mismatch)?;
        let dated = date
            .parse()
            .ok()
            .and_then(|date| Timestamp::from_millisecond(date).ok());
        let off = dated.map(|dated| arrived.wall.duration_since(dated).abs());
        if off.is_none_or(|off| off > DATE_TOLERANCE) {
            return Err(refusal(310_000, "invalid timestamp"));
        }
        let secret = secret.expose_secret();
        let sign = STANDARD.decode(sign).map_err(|_| mismatch())?;
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map_err(|_| mismatch())?;
        mac.update(format!("{date}\n{secret}").as_bytes());
        mac.verify_slice(&sign).map_err(|_| mismatch())
    }

    fn check_rate(&mut self, now: Timestamp) -> Result<(), Reply> {
        if self.blocked_until.is_none_or(|until| now >= until) {
            self.blocked_until = None;
            if self.rate.wait(now).is_zero() {
                self.rate.count(now);
                return Ok(());
            }
            self.blocked_until = Some(later(now, BLOCK));
        }
        // Throttle answers carry members that no other answer has.
        Err(Reply::Json(
            StatusCode::OK,
            json!({
                "status": 1111, "wait": 5, "source": "x5", "punish": "deny", "uuid": "00000000",
                "errcode": 130_101, "errmsg": "send too fast, exceed 20 times per minute"
            }),
        ))
    }
}

impl Platform for Robot {
    fn name(&self) -> &'static str {
        "dingtalk"
    }

    fn path(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let token = query.append_pair("access_token", self.access_token.expose_secret());
        format!("{PATH}?{}", token.finish())
    }

    fn is_addressed(&self, parts: &Parts) -> bool {
        let token = query(parts, "access_token");
        parts.uri.path() == PATH && token.as_deref() == Some(self.access_token.expose_secret())
    }

    fn receive(&mut self, arrived: &Arrived<'_>) -> Verdict {
        if arrived.parts.method != Method::POST || !arrived.is_json() {
            return Err(refusal(
                43_004,
                "invalid http header: use POST and Content-Type application/json",
            ));
        }
        self.check_signature(arrived)?;
        if arrived.body.len() > BODY_BYTES_MAX {
            return Err(refusal(460_101, "message too long, exceed 20000 bytes"));
        }
        let body: Value = serde_json::from_slice(arrived.body).map_err(|_| refusal(40_035, "not a json"))?;
        let content = content(&body).map_err(|wrong| refusal(400_402, &format!("missing param: {}", wrong.0)))?;
        let content = content.ok_or_else(|| refusal(400_105, "unsupported msgtype"))?;
        self.check_rate(arrived.now)?;
        Ok(content)
    }

    fn thanks(&mut self, _: &Arrived<'_>) -> Reply {
        refusal(0, "ok")
    }

    fn failure(&self, code: i64) -> Reply {
        refusal(code, "the simulated channel was told to say so")
    }
}

/// The message; `None` if there is no such kind of message.
fn content(body: &Value) -> Result<Option<Content>, Wrong> {
    let message = Fields::of(body, "")?;
    let kind = message.text("msgtype")?;
    if !["text", "markdown", "actionCard", "link", "feedCard"].contains(&kind) {
        return Ok(None);
    }
    let part = message.object(kind)?;
    let called = called(&message)?;
    let (title, text, mut lines) = match kind {
        "text" => {
            let text = part.text("content")?;
            ("", text, Markup::PLAIN.read(text, &called))
        }
        "markdown" => {
            let text = part.text("text")?;
            (part.text("title")?, text, Markup::DINGTALK.read(text, &called))
        }
        // Cards call nobody.
        "actionCard" => {
            let text = part.text("text")?;
            let mut lines = Markup::DINGTALK.read(text, &[]);
            lines.extend(buttons(&part)?);
            (part.text("title")?, text, lines)
        }
        "link" => {
            let text = part.text("text")?;
            let mut lines = Line::each(crate::world::reading::Look::Plain, text);
            lines.push(Line::button(part.text("title")?, part.link("messageUrl")?));
            (part.text("title")?, text, lines)
        }
        _ => {
            let entries = part.objects("links", LINKS_MAX)?;
            let lines: Result<Vec<_>, Wrong> = entries
                .iter()
                .map(|link| Ok(Line::button(link.text("title")?, link.link("messageURL")?)))
                .collect();
            ("", "", lines?)
        }
    };
    if let Some(everyone) = called
        .iter()
        .find(|words| *words == EVERYONE && !text.contains(EVERYONE))
    {
        lines.push(Line::mention(everyone));
    }
    Ok(Some(Content {
        id: None,
        kind: kind.to_owned(),
        title: title.to_owned(),
        text: text.to_owned(),
        lines,
        body: body.clone(),
    }))
}

/// Who is called: only who is both listed and named in the text, but everyone also unnamed.
fn called(message: &Fields<'_>) -> Result<Vec<String>, Wrong> {
    let Some(at) = message.object_if_any("at")? else {
        return Ok(Vec::new());
    };
    let people = [at.texts("atMobiles")?, at.texts("atUserIds")?].concat();
    let mut called: Vec<String> = people.iter().map(|who| format!("@{who}")).collect();
    if at.flag("isAtAll")? {
        called.push(EVERYONE.to_owned());
    }
    Ok(called)
}

/// The buttons of a card: one, or else several.
fn buttons(card: &Fields<'_>) -> Result<Vec<Line>, Wrong> {
    card.text_if_any("btnOrientation")?;
    if card.get("singleTitle").is_some() || card.get("singleURL").is_some() {
        return Ok(vec![Line::button(card.text("singleTitle")?, card.link("singleURL")?)]);
    }
    let buttons = card.objects("btns", LINKS_MAX)?;
    if buttons.is_empty() {
        return Err(card.wrong("btns", "is missing"));
    }
    let lines = buttons
        .iter()
        .map(|button| Ok(Line::button(button.text("title")?, button.link("actionURL")?)));
    lines.collect()
}

fn refusal(code: i64, message: &str) -> Reply {
    Reply::Json(StatusCode::OK, json!({ "errcode": code, "errmsg": message }))
}

#[cfg(test)]
mod tests {
    use super::super::posted::{post_to, read, refusal};
    use super::*;

    const SECRET: &str = "SEC000000000000000000000000000000000000000000000000000000000000test";
    /// The signature of 1700000000000 under `SECRET`, made by an independent implementation.
    const SIGN: &str = "bCcJiIKqyObgdvB5UiIbViJlixojz9bQW5dnZbgLAd8%3D";
    const JSON: &str = "application/json; charset=utf-8";
    const TEXT: &str = r#"{"msgtype":"text","text":{"content":"hello"}}"#;
    const WALL: i64 = 1_700_000_000;

    fn robot() -> Robot {
        Robot::new("token".into(), Some(SECRET.into()))
    }

    fn send(robot: &mut Robot, query: &str, body: &str, now: i64, wall: i64) -> Verdict {
        let path = format!("{}&{query}", robot.path());
        post_to(robot, &path, JSON, body, now, wall)
    }

    fn code(verdict: Verdict) -> i64 {
        if verdict.is_ok() {
            0
        } else {
            refusal(verdict)["errcode"].as_i64().unwrap()
        }
    }

    fn signed() -> String {
        format!("timestamp=1700000000000&sign={SIGN}")
    }

    #[test]
    fn a_right_signature_within_the_hour_is_accepted() {
        for (query, wall, wanted) in [
            (signed(), WALL, 0),
            (signed(), WALL + 3600, 0),
            (signed(), WALL - 3600, 0),
            (signed(), WALL + 3601, 310_000),
            (signed(), WALL - 3601, 310_000),
            (signed().replace("sign=b", "sign=c"), WALL, 310_000),
            (signed().replace("%3D", "%253D"), WALL, 310_000),
            ("timestamp=1700000000000".to_owned(), WALL, 310_000),
            (format!("sign={SIGN}"), WALL, 310_000),
            (format!("timestamp=now&sign={SIGN}"), WALL, 310_000),
        ] {
            let verdict = send(&mut robot(), &query, TEXT, 0, wall);
            assert_eq!(code(verdict), wanted, "{query} at {wall}");
        }
    }

    #[test]
    fn a_body_is_checked_as_the_platform_does() {
        let long = format!(r#"{{"msgtype":"text","text":{{"content":"{}"}}}}"#, "x".repeat(20_000));
        for (body, wanted) in [
            (r#"{"msgtype":"markdown","markdown":{"title":"t","text":"x"}}"#, 0),
            (r#"{"msgtype":"markdown","markdown":{"text":"x"}}"#, 400_402),
            (r#"{"msgtype":"markdown","markdown":{"title":7,"text":"x"}}"#, 400_402),
            (
                r#"{"msgtype":"markdown","markdown":{"title":"t","text":"x"},"at":{"isAtAll":"true"}}"#,
                400_402,
            ),
            (
                r#"{"msgtype":"actionCard","actionCard":{"title":"t","text":"x"}}"#,
                400_402,
            ),
            (r#"{"msgtype":"poem","poem":{}}"#, 400_105),
            ("hello", 40_035),
            (long.as_str(), 460_101),
        ] {
            let verdict = send(&mut robot(), &signed(), body, 0, WALL);
            assert_eq!(code(verdict), wanted, "{body:.60}");
        }
    }

    #[test]
    fn who_is_called_is_listed_and_named() {
        let body = r#"{"msgtype":"markdown","markdown":{"title":"t","text":"**a** @138 @139"},
            "at":{"atMobiles":["138"],"isAtAll":true}}"#;
        let content = send(&mut robot(), &signed(), body, 0, WALL).unwrap();
        let called = content
            .lines
            .iter()
            .flat_map(|line| &line.spans)
            .filter(|span| span.mention);
        assert_eq!(
            called.map(|span| span.text.as_str()).collect::<Vec<_>>(),
            ["@138", EVERYONE]
        );
        let lines = read(Ok(content));
        assert_eq!(lines, ["a @138 @139", EVERYONE]);
    }

    #[test]
    fn the_twenty_first_message_in_a_minute_shuts_the_robot_out_for_ten() {
        let mut robot = robot();
        for (now, wanted) in [(0, 0); 20]
            .into_iter()
            .chain([(59, 130_101), (61, 130_101), (658, 130_101), (659, 0)])
        {
            assert_eq!(code(send(&mut robot, &signed(), TEXT, now, WALL)), wanted, "at {now} s");
        }
    }
}
