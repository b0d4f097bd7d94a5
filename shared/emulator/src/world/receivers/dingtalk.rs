//! A `DingTalk` group robot with signature, after
//! <https://open.dingtalk.com/document/robots/custom-robot-access>: it answers HTTP 200 whatever happens and tells
//! success by `errcode`. Dates of signatures are judged by the wall clock, the rate by simulated time.

use std::collections::VecDeque;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{Method, StatusCode};
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use sha2::Sha256;

use super::{Arrived, Content, Reply, Verdict, text_of};
use crate::world::clock::later;

/// Where robots are posted to.
pub(super) const PATH: &str = "/robot/send";
/// Largest body, in bytes (<https://github.com/timonwong/prometheus-webhook-dingtalk/issues/30>).
const BODY_BYTES_MAX: usize = 20_000;
/// Messages per minute.
const RATE_MAX: usize = 20;
const RATE_WINDOW: SignedDuration = SignedDuration::from_mins(1);
/// How long a robot that was too fast is shut out.
const BLOCK: SignedDuration = SignedDuration::from_mins(10);
/// How far a signature's date may be off.
const DATE_TOLERANCE: SignedDuration = SignedDuration::from_hours(1);

/// One robot.
#[derive(Debug)]
pub(super) struct Robot {
    access_token: SecretString,
    secret: SecretString,
    recent: VecDeque<Timestamp>,
    blocked_until: Option<Timestamp>,
}

/// The token that a request names.
pub(super) fn token(parts: &Parts) -> Option<String> {
    query(parts, "access_token")
}

pub(super) fn unknown_robot(token: Option<&str>) -> Reply {
    match token {
        None | Some("") => refusal(400_101, "access_token is empty"),
        Some(_) => refusal(300_001, "token is not exist"),
    }
}

pub(super) fn delivered() -> Reply {
    refusal(0, "ok")
}

impl Robot {
    pub(super) fn new(access_token: SecretString, secret: SecretString) -> Self {
        Self {
            access_token,
            secret,
            recent: VecDeque::new(),
            blocked_until: None,
        }
    }

    pub(super) fn path(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        format!(
            "{PATH}?{}",
            query
                .append_pair("access_token", self.access_token.expose_secret())
                .finish()
        )
    }

    pub(super) fn has_token(&self, token: Option<&str>) -> bool {
        token == Some(self.access_token.expose_secret())
    }

    pub(super) fn receive(&mut self, arrived: &Arrived<'_>) -> Verdict {
        let content_type = arrived
            .parts
            .headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        if arrived.parts.method != Method::POST
            || !content_type.is_some_and(|text| text.starts_with("application/json"))
        {
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
        let content = content(body)?;
        self.check_rate(arrived.now)?;
        Ok(content)
    }

    fn check_signature(&self, arrived: &Arrived<'_>) -> Result<(), Reply> {
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
        let secret = self.secret.expose_secret();
        let sign = STANDARD.decode(sign).map_err(|_| mismatch())?;
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map_err(|_| mismatch())?;
        mac.update(format!("{date}\n{secret}").as_bytes());
        mac.verify_slice(&sign).map_err(|_| mismatch())
    }

    fn check_rate(&mut self, now: Timestamp) -> Result<(), Reply> {
        while self
            .recent
            .front()
            .is_some_and(|first| now.duration_since(*first) >= RATE_WINDOW)
        {
            self.recent.pop_front();
        }
        if self.blocked_until.is_none_or(|until| now >= until) {
            self.blocked_until = None;
            if self.recent.len() < RATE_MAX {
                self.recent.push_back(now);
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

fn content(body: Value) -> Verdict {
    let kind = text_of(&body, "msgtype");
    let part = body.get(&kind).cloned().unwrap_or_default();
    let (title, text) = match kind.as_str() {
        "text" => (String::new(), text_of(&part, "content")),
        "markdown" | "actionCard" | "link" => (text_of(&part, "title"), text_of(&part, "text")),
        "feedCard" => (
            String::new(),
            part.get("links").map(Value::to_string).unwrap_or_default(),
        ),
        _ => return Err(refusal(400_105, "unsupported msgtype")),
    };
    let title_missing = title.is_empty() && !matches!(kind.as_str(), "text" | "feedCard");
    if title_missing || text.is_empty() {
        return Err(refusal(400_402, "missing param"));
    }
    Ok(Content {
        id: None,
        kind,
        title,
        text,
        body,
    })
}

fn query(parts: &Parts, name: &str) -> Option<String> {
    let mut pairs = url::form_urlencoded::parse(parts.uri.query()?.as_bytes());
    pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

fn refusal(code: i64, message: &str) -> Reply {
    Reply::Json(StatusCode::OK, json!({ "errcode": code, "errmsg": message }))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    const SECRET: &str = "SEC000000000000000000000000000000000000000000000000000000000000test";
    /// The signature of 1700000000000 under `SECRET`, made by an independent implementation.
    const SIGN: &str = "bCcJiIKqyObgdvB5UiIbViJlixojz9bQW5dnZbgLAd8%3D";

    fn robot() -> Robot {
        Robot::new("token".into(), SECRET.into())
    }

    fn post(robot: &mut Robot, query: &str, body: &str, now: i64, wall: i64) -> i64 {
        let request = http::Request::post(format!("/robot/send?access_token=token&{query}"))
            .header(CONTENT_TYPE, "application/json; charset=utf-8");
        let (parts, ()) = request.body(()).unwrap().into_parts();
        let (now, wall) = (
            Timestamp::from_second(now).unwrap(),
            Timestamp::from_second(wall).unwrap(),
        );
        let body = Bytes::from(body.to_owned());
        match robot.receive(&Arrived {
            parts: &parts,
            body: &body,
            now,
            wall,
        }) {
            Ok(_) => 0,
            Err(Reply::Json(StatusCode::OK, reply)) => reply["errcode"].as_i64().unwrap(),
            Err(other) => panic!("{other:?}"),
        }
    }

    fn signed() -> String {
        format!("timestamp=1700000000000&sign={SIGN}")
    }

    const TEXT: &str = r#"{"msgtype":"text","text":{"content":"hello"}}"#;
    const WALL: i64 = 1_700_000_000;

    #[test]
    fn a_right_signature_within_the_hour_is_accepted() {
        for (query, wall, code) in [
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
            assert_eq!(post(&mut robot(), &query, TEXT, 0, wall), code, "{query} at {wall}");
        }
    }

    #[test]
    fn a_body_is_checked_as_the_platform_does() {
        let long = format!(r#"{{"msgtype":"text","text":{{"content":"{}"}}}}"#, "x".repeat(20_000));
        for (body, code) in [
            (r#"{"msgtype":"markdown","markdown":{"title":"t","text":"x"}}"#, 0),
            (r#"{"msgtype":"markdown","markdown":{"text":"x"}}"#, 400_402),
            (r#"{"msgtype":"poem","poem":{}}"#, 400_105),
            ("hello", 40_035),
            (long.as_str(), 460_101),
        ] {
            assert_eq!(post(&mut robot(), &signed(), body, 0, WALL), code, "{body:.60}");
        }
    }

    #[test]
    fn the_twenty_first_message_in_a_minute_shuts_the_robot_out_for_ten() {
        let mut robot = robot();
        for (now, code) in [(0, 0); 20]
            .into_iter()
            .chain([(59, 130_101), (61, 130_101), (658, 130_101), (659, 0)])
        {
            assert_eq!(post(&mut robot, &signed(), TEXT, now, WALL), code, "at {now} s");
        }
    }
}
