//! What passes between the socket and a receiver: a request that arrived, what it was taken for, and the answer. Not here:
//! how it is decided.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderName, StatusCode};
use jiff::Timestamp;
use serde_json::Value;

use crate::world::reading::Line;

/// Longest reason that is kept of a refusal, in characters.
const REASON_CHARS: usize = 160;

/// What a receiver answers.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Reply {
    /// A JSON body.
    Json(StatusCode, Value),
    /// A plain text body.
    Text(StatusCode, String),
    /// No body.
    Empty(StatusCode),
    /// Another reply with more headers.
    With(Box<Self>, Vec<(HeaderName, String)>),
    /// 302 to this address.
    Redirect(String),
    /// None.
    Hang,
    /// Another reply, after so much real time.
    Late(Duration, Box<Self>),
}

/// A request that arrived, read whole.
#[derive(Debug)]
pub(super) struct Arrived<'a> {
    pub(super) parts: &'a Parts,
    pub(super) body: &'a Bytes,
    /// Simulated time: rates are judged by it.
    pub(super) now: Timestamp,
    /// The wall clock: dates of signatures are judged by it.
    pub(super) wall: Timestamp,
}

impl Arrived<'_> {
    /// A header's value, if it is text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.parts.headers.get(name)?.to_str().ok()
    }

    /// Whether the body is declared to be JSON.
    pub(super) fn is_json(&self) -> bool {
        let declared = self.header("content-type").and_then(|text| text.split(';').next());
        declared.is_some_and(|text| text.trim().eq_ignore_ascii_case("application/json"))
    }
}

/// The value of a query parameter.
pub(super) fn query(parts: &Parts, name: &str) -> Option<String> {
    let mut pairs = url::form_urlencoded::parse(parts.uri.query()?.as_bytes());
    pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// What a receiver made of a request: the message, or the refusal.
pub(super) type Verdict = Result<Content, Reply>;

/// A message that was taken.
#[derive(Debug)]
pub(super) struct Content {
    pub(super) id: Option<String>,
    pub(super) kind: String,
    pub(super) title: String,
    pub(super) text: String,
    pub(super) lines: Vec<Line>,
    pub(super) body: Value,
}

/// Why a message was not taken, in one line.
impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short = |text: &str| text.chars().take(REASON_CHARS).collect::<String>();
        match self {
            Self::Json(status, body) => {
                let says = ["errmsg", "msg", "message", "flow"];
                let said = says.iter().find_map(|name| body.get(*name).and_then(Value::as_str));
                let code = ["errcode", "code"].iter().find_map(|name| body.get(*name));
                let code = code.map(|code| format!(" {code}")).unwrap_or_default();
                write!(f, "{}{code}: {}", status.as_u16(), short(said.unwrap_or("refused")))
            }
            Self::Text(status, text) => write!(f, "{}: {}", status.as_u16(), short(text)),
            Self::Empty(status) => write!(f, "{status}"),
            Self::With(reply, _) | Self::Late(_, reply) => reply.fmt(f),
            Self::Redirect(_) => f.write_str("302: sent elsewhere"),
            Self::Hang => f.write_str("no answer"),
        }
    }
}
