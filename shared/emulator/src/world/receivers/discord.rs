//! A Discord webhook, after <https://github.com/discord/discord-api-docs/blob/main/developers/resources/webhook.mdx>: 204, or
//! 200 with the message to who asks with `wait=true`; errors as JSON with a code; limits in the headers.

use http::request::Parts;
use http::{HeaderName, Method, StatusCode};
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use super::fields::{Fields, Wrong};
use super::platform::Platform;
use super::rate::{Rate, whole_seconds};
use super::reply::{Arrived, Content, Reply, Verdict, query};
use crate::world::reading::{Line, Look, Markup, Span};

/// Where webhooks are posted to; id and token follow.
const PATH: &str = "/api/webhooks/";
/// The id of every simulated webhook; they are told apart by their token.
const ID: &str = "100000000000000001";
/// Longest texts, as Discord counts them.
const CONTENT_MAX: usize = 2000;
const TITLE_MAX: usize = 256;
const DESCRIPTION_MAX: usize = 4096;
const FIELDS_MAX: usize = 25;
const FIELD_NAME_MAX: usize = 256;
const FIELD_VALUE_MAX: usize = 1024;
const FOOTER_MAX: usize = 2048;
const AUTHOR_MAX: usize = 256;
const EMBEDS_MAX: usize = 10;
/// All embeds of a message together.
const EMBEDS_ALL_MAX: usize = 6000;
/// Discord gives its limits in headers and asks not to rely on any; these are the ones that webhooks usually show.
const RATE_MAX: usize = 5;
const RATE_WINDOW: SignedDuration = SignedDuration::from_secs(2);

/// One webhook.
#[derive(Debug)]
pub(super) struct Hook {
    token: SecretString,
    rate: Rate,
}

/// What the platform says to an address that no webhook has.
pub(super) fn stranger(parts: &Parts) -> Option<Reply> {
    let rest = parts.uri.path().strip_prefix(PATH)?;
    let (id, _) = rest.split_once('/').unwrap_or((rest, ""));
    Some(if id == ID {
        problem(StatusCode::UNAUTHORIZED, 50_027, "Invalid Webhook Token")
    } else {
        problem(StatusCode::NOT_FOUND, 10_015, "Unknown Webhook")
    })
}

impl Hook {
    pub(super) fn new(token: SecretString) -> Self {
        Self {
            token,
            rate: Rate::new(RATE_MAX, RATE_WINDOW),
        }
    }

    fn headers(&mut self, now: Timestamp) -> Vec<(HeaderName, String)> {
        self.rate.wait(now);
        let wait = RATE_WINDOW.as_secs().to_string();
        vec![
            (HeaderName::from_static("x-ratelimit-limit"), RATE_MAX.to_string()),
            (
                HeaderName::from_static("x-ratelimit-remaining"),
                self.rate.left().to_string(),
            ),
            (HeaderName::from_static("x-ratelimit-reset-after"), wait),
        ]
    }
}

impl Platform for Hook {
    fn name(&self) -> &'static str {
        "discord"
    }

    fn path(&self) -> String {
        format!("{PATH}{ID}/{}", self.token.expose_secret())
    }

    fn is_addressed(&self, parts: &Parts) -> bool {
        parts.uri.path() == self.path()
    }

    fn receive(&mut self, arrived: &Arrived<'_>) -> Verdict {
        if arrived.parts.method != Method::POST {
            return Err(problem(StatusCode::METHOD_NOT_ALLOWED, 0, "405: Method Not Allowed"));
        }
        let wait = self.rate.wait(arrived.now);
        if !wait.is_zero() {
            let body =
                json!({ "message": "You are being rate limited.", "retry_after": wait.as_secs_f64(), "global": false });
            let mut headers = self.headers(arrived.now);
            headers.push((http::header::RETRY_AFTER, whole_seconds(wait).to_string()));
            headers.push((HeaderName::from_static("x-ratelimit-scope"), "user".to_owned()));
            let reply = Reply::Json(StatusCode::TOO_MANY_REQUESTS, body);
            return Err(Reply::With(Box::new(reply), headers));
        }
        self.rate.count(arrived.now);
        let body: Option<Value> = serde_json::from_slice(arrived.body).ok().filter(|_| arrived.is_json());
        let says = "The request body contains invalid JSON.";
        let body = body.ok_or_else(|| problem(StatusCode::BAD_REQUEST, 50_109, says))?;
        let content = Fields::of(&body, "").and_then(|message| content(&message, &body));
        let content = content.map_err(|wrong| {
            let says = format!("Invalid Form Body: {}", wrong.0);
            problem(StatusCode::BAD_REQUEST, 50_035, &says)
        })?;
        content.ok_or_else(|| problem(StatusCode::BAD_REQUEST, 50_006, "Cannot send an empty message"))
    }

    fn thanks(&mut self, arrived: &Arrived<'_>) -> Reply {
        let reply = if query(arrived.parts, "wait").as_deref() == Some("true") {
            Reply::Json(
                StatusCode::OK,
                json!({ "id": "1000000000000000001", "webhook_id": ID, "type": 0 }),
            )
        } else {
            Reply::Empty(StatusCode::NO_CONTENT)
        };
        Reply::With(Box::new(reply), self.headers(arrived.now))
    }

    fn failure(&self, code: i64) -> Reply {
        problem(
            StatusCode::BAD_REQUEST,
            code,
            "the simulated channel was told to say so",
        )
    }
}

/// The message; `None` if it is empty.
fn content(message: &Fields<'_>, body: &Value) -> Result<Option<Content>, Wrong> {
    let text = message.text_if_any("content")?.unwrap_or_default();
    message.within("content", text, CONTENT_MAX)?;
    let called = called(message)?;
    let (mut lines, mut texts) = (Markup::DISCORD.read(text, &called), Vec::new());
    texts.extend((!text.is_empty()).then(|| text.to_owned()));
    let embeds = message.objects("embeds", EMBEDS_MAX)?;
    if texts.is_empty() && embeds.is_empty() {
        return Ok(None);
    }
    let mut title = String::new();
    let before = texts.len();
    for embed in &embeds {
        let heading = self::embed(embed, &mut texts, &mut lines)?;
        if title.is_empty() {
            heading.clone_into(&mut title);
        }
    }
    let all: usize = texts.iter().skip(before).map(|text| text.encode_utf16().count()).sum();
    if all > EMBEDS_ALL_MAX {
        return Err(message.wrong("embeds", &format!("are longer than {EMBEDS_ALL_MAX} characters")));
    }
    Ok(Some(Content {
        id: None,
        kind: if embeds.is_empty() { "content" } else { "embeds" }.to_owned(),
        title,
        text: texts.join("\n"),
        lines,
        body: body.clone(),
    }))
}

/// Words that call everyone, where the message allows it. It does unless it says otherwise.
fn called(message: &Fields<'_>) -> Result<Vec<String>, Wrong> {
    let everyone = || vec!["@everyone".to_owned(), "@here".to_owned()];
    let Some(allowed) = message.object_if_any("allowed_mentions")? else {
        return Ok(everyone());
    };
    Ok(if allowed.texts("parse")?.contains(&"everyone") {
        everyone()
    } else {
        Vec::new()
    })
}

/// Reads an embed; gives its title.
fn embed<'a>(embed: &Fields<'a>, texts: &mut Vec<String>, lines: &mut Vec<Line>) -> Result<&'a str, Wrong> {
    let mut say = |text: &str, look: Look, markup: Markup| {
        if !text.is_empty() {
            texts.push(text.to_owned());
        }
        lines.extend(markup.read(text, &[]).into_iter().map(|line| line.looking(look)));
    };
    if embed
        .get("color")
        .is_some_and(|colour| colour.as_u64().is_none_or(|colour| colour > 0xff_ffff))
    {
        return Err(embed.wrong("color", "is no colour"));
    }
    if let Some(author) = embed.object_if_any("author")? {
        say(author.text_within("name", AUTHOR_MAX)?, Look::Small, Markup::PLAIN);
    }
    let title = embed.text_if_any("title")?.unwrap_or_default();
    embed.within("title", title, TITLE_MAX)?;
    say(title, Look::Heading, Markup::DISCORD);
    let description = embed.text_if_any("description")?.unwrap_or_default();
    embed.within("description", description, DESCRIPTION_MAX)?;
    say(description, Look::Plain, Markup::DISCORD);
    for field in embed.objects("fields", FIELDS_MAX)? {
        field.flag("inline")?;
        say(
            field.text_within("name", FIELD_NAME_MAX)?,
            Look::Heading,
            Markup::DISCORD,
        );
        say(
            field.text_within("value", FIELD_VALUE_MAX)?,
            Look::Plain,
            Markup::DISCORD,
        );
    }
    if let Some(footer) = embed.object_if_any("footer")? {
        say(footer.text_within("text", FOOTER_MAX)?, Look::Small, Markup::PLAIN);
    }
    if let Some(date) = embed.text_if_any("timestamp")? {
        let _: Timestamp = date.parse().map_err(|_| embed.wrong("timestamp", "is no date"))?;
    }
    if embed.get("url").is_some() {
        let link = Span {
            text: title.to_owned(),
            link: Some(embed.link("url")?.to_owned()),
            ..Span::default()
        };
        lines.push(Line {
            look: Look::Button,
            spans: vec![link],
        });
    }
    Ok(title)
}

fn problem(status: StatusCode, code: i64, message: &str) -> Reply {
    Reply::Json(status, json!({ "message": message, "code": code }))
}

#[cfg(test)]
mod tests;
