//! A Feishu or Lark custom bot, after <https://open.feishu.cn/document/ukTMukTMukTM/ucTM5YjL3ETO24yNxkjN>: it answers HTTP 200
//! whatever happens and tells success by `code`. Its signature stands in the body; key and message of it are swapped
//! compared with `DingTalk`'s. Not here: what a card may hold.

mod card;

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
use super::reply::{Arrived, Content, Reply, Verdict};
use crate::world::reading::{Line, Look, Markup, Span};

/// Where bots are posted to; their own segment follows.
const PATH: &str = "/open-apis/bot/v2/hook/";
/// Largest body, in bytes: 20 KB.
const BODY_BYTES_MAX: usize = 20 * 1024;
/// Messages per second and per minute.
const PER_SECOND: usize = 5;
const PER_MINUTE: usize = 100;
/// How far a signature's date may be off.
const DATE_TOLERANCE: SignedDuration = SignedDuration::from_hours(1);
/// Most paragraphs of a post, and pieces of one. Nothing is published but the size of the body.
const PIECES_MAX: usize = 500;

/// One bot.
#[derive(Debug)]
pub(super) struct Bot {
    hook: SecretString,
    secret: Option<SecretString>,
    second: Rate,
    minute: Rate,
}

/// What the platform says to an address that no bot has.
pub(super) fn stranger(parts: &Parts) -> Option<Reply> {
    let says = "param invalid: incoming webhook access token invalid";
    parts.uri.path().starts_with(PATH).then(|| refusal(19_001, says))
}

impl Bot {
    pub(super) fn new(hook: SecretString, secret: Option<SecretString>) -> Self {
        Self {
            hook,
            secret,
            second: Rate::new(PER_SECOND, SignedDuration::from_secs(1)),
            minute: Rate::new(PER_MINUTE, SignedDuration::from_mins(1)),
        }
    }

    /// The key is the date and the secret, and what is signed is nothing.
    fn check_signature(&self, body: &Fields<'_>, wall: Timestamp) -> Option<()> {
        let Some(secret) = &self.secret else { return Some(()) };
        let (date, sign) = (body.text("timestamp").ok()?, body.text("sign").ok()?);
        let dated = Timestamp::from_second(date.parse().ok()?).ok()?;
        if wall.duration_since(dated).abs() > DATE_TOLERANCE {
            return None;
        }
        let key = format!("{date}\n{}", secret.expose_secret());
        let mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).ok()?;
        mac.verify_slice(&STANDARD.decode(sign).ok()?).ok()
    }

    fn check_rate(&mut self, now: Timestamp) -> Result<(), Reply> {
        if !self.minute.wait(now).is_zero() {
            return Err(refusal(11_232, "frequency limited"));
        }
        if !self.second.wait(now).is_zero() {
            // The older members claim success here.
            let body = json!({ "StatusCode": 0, "StatusMessage": "", "code": 9499, "msg": "too many request" });
            return Err(Reply::Json(StatusCode::OK, body));
        }
        self.minute.count(now);
        self.second.count(now);
        Ok(())
    }
}

impl Platform for Bot {
    fn name(&self) -> &'static str {
        "feishu"
    }

    fn path(&self) -> String {
        format!("{PATH}{}", self.hook.expose_secret())
    }

    fn is_addressed(&self, parts: &Parts) -> bool {
        parts.uri.path() == self.path()
    }

    fn receive(&mut self, arrived: &Arrived<'_>) -> Verdict {
        let bad_request = || refusal(9499, "Bad Request");
        if arrived.parts.method != Method::POST || !arrived.is_json() || arrived.body.len() > BODY_BYTES_MAX {
            return Err(bad_request());
        }
        let body: Value = serde_json::from_slice(arrived.body).map_err(|_| bad_request())?;
        let message = Fields::of(&body, "").map_err(|_| bad_request())?;
        self.check_signature(&message, arrived.wall).ok_or_else(|| {
            let says = "sign match fail or timestamp is not within one hour from current time";
            refusal(19_021, says)
        })?;
        let (title, text, lines) =
            content(&message).map_err(|wrong| refusal(19_002, &format!("params error, {}", wrong.0)))?;
        self.check_rate(arrived.now)?;
        Ok(Content {
            id: None,
            kind: message.text("msg_type").unwrap_or_default().to_owned(),
            title,
            text,
            lines,
            body: body.clone(),
        })
    }

    fn thanks(&mut self, _: &Arrived<'_>) -> Reply {
        let body = json!({ "StatusCode": 0, "StatusMessage": "success", "code": 0, "data": {}, "msg": "success" });
        Reply::Json(StatusCode::OK, body)
    }

    fn failure(&self, code: i64) -> Reply {
        refusal(code, "the simulated channel was told to say so")
    }
}

/// A title, the text as sent, and what people read.
type Parts3 = (String, String, Vec<Line>);

fn content(message: &Fields<'_>) -> Result<Parts3, Wrong> {
    match message.text("msg_type")? {
        "text" => {
            let text = message.object("content")?.text("text")?;
            Ok((String::new(), text.to_owned(), Markup::FEISHU_TEXT.read(text, &[])))
        }
        "post" => post(&message.object("content")?.object("post")?),
        "interactive" => card::read(&message.object("card")?),
        "image" => {
            let key = message.object("content")?.text("image_key")?;
            Ok((String::new(), String::new(), vec![Line::plain(Look::Small, key)]))
        }
        "share_chat" => {
            let chat = message.object("content")?.text("share_chat_id")?;
            Ok((String::new(), String::new(), vec![Line::plain(Look::Small, chat)]))
        }
        _ => Err(message.wrong("msg_type", "is no known kind of message")),
    }
}

/// Rich text: paragraphs of pieces, in one of the languages.
fn post(languages: &Fields<'_>) -> Result<Parts3, Wrong> {
    let language = languages.object_if_any("zh_cn")?;
    let language = match language {
        Some(language) => language,
        None => languages.object("en_us")?,
    };
    let paragraphs = language.lists("content", PIECES_MAX)?;
    let title = language.text_if_any("title")?.unwrap_or_default();
    let mut lines = Vec::new();
    for paragraph in paragraphs {
        let spans: Result<Vec<Span>, Wrong> = paragraph.iter().map(piece).collect();
        lines.push(Line {
            look: Look::Plain,
            spans: spans?,
        });
    }
    let text: Vec<String> = lines.iter().map(Line::words).collect();
    lines.splice(..0, Line::each(Look::Heading, title));
    Ok((title.to_owned(), text.join("\n"), lines))
}

fn piece(piece: &Fields<'_>) -> Result<Span, Wrong> {
    let plain = |text: &str| Span {
        text: text.to_owned(),
        ..Span::default()
    };
    Ok(match piece.text("tag")? {
        "text" => plain(piece.text_if_any("text")?.unwrap_or_default()),
        "a" => Span {
            link: Some(piece.link("href")?.to_owned()),
            ..plain(piece.text("text")?)
        },
        "at" => Span {
            mention: true,
            ..plain(&format!("@{}", piece.text("user_id")?))
        },
        "img" => plain(piece.text("image_key")?),
        _ => return Err(piece.wrong("tag", "is no known tag")),
    })
}

fn refusal(code: i64, message: &str) -> Reply {
    Reply::Json(StatusCode::OK, json!({ "code": code, "data": {}, "msg": message }))
}

#[cfg(test)]
mod tests;
