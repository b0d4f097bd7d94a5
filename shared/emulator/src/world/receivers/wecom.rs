//! A `WeCom` group robot, after <https://developer.work.weixin.qq.com/document/path/99110>: no signature, HTTP 200 whatever
//! happens, success by `errcode`, and limits in bytes.

use http::request::Parts;
use http::{Method, StatusCode};
use jiff::SignedDuration;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use super::fields::{Fields, Wrong};
use super::platform::Platform;
use super::rate::Rate;
use super::reply::{Arrived, Content, Reply, Verdict, query};
use crate::world::reading::{Line, Look, Markup};

/// Where robots are posted to.
const PATH: &str = "/cgi-bin/webhook/send";
/// Longest text, in bytes.
const TEXT_BYTES_MAX: usize = 2048;
/// Longest markdown of either kind, in bytes.
const MARKDOWN_BYTES_MAX: usize = 4096;
/// Messages per minute.
const PER_MINUTE: usize = 20;
/// Most articles, facts and links of a card.
const ARTICLES_MAX: usize = 8;
const FACTS_MAX: usize = 6;
const JUMPS_MAX: usize = 3;
/// Codes of refusals.
const KIND: i64 = 40_008;
const PARAMETER: i64 = 40_058;
const EMPTY: i64 = 44_004;

/// One robot.
#[derive(Debug)]
pub(super) struct Robot {
    key: SecretString,
    rate: Rate,
}

/// What the platform says to a key that no robot has.
pub(super) fn stranger(parts: &Parts) -> Option<Reply> {
    // The caller's address and a hint come along with every refusal.
    (parts.uri.path() == PATH).then(|| refusal(93_000, "invalid webhook url"))
}

impl Robot {
    pub(super) fn new(key: SecretString) -> Self {
        Self {
            key,
            rate: Rate::new(PER_MINUTE, SignedDuration::from_mins(1)),
        }
    }
}

impl Platform for Robot {
    fn name(&self) -> &'static str {
        "wecom"
    }

    fn path(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        format!("{PATH}?{}", query.append_pair("key", self.key.expose_secret()).finish())
    }

    fn is_addressed(&self, parts: &Parts) -> bool {
        parts.uri.path() == PATH && query(parts, "key").as_deref() == Some(self.key.expose_secret())
    }

    fn receive(&mut self, arrived: &Arrived<'_>) -> Verdict {
        let wrong = |wrong: Wrong| refusal(PARAMETER, &format!("invalid request parameter: {}", wrong.0));
        let body: Value = serde_json::from_slice(arrived.body)
            .ok()
            .filter(|_| arrived.parts.method == Method::POST)
            .ok_or_else(|| refusal(PARAMETER, "invalid request parameter: the body is no JSON"))?;
        let message = Fields::of(&body, "").map_err(wrong)?;
        let content = content(&message, &body).map_err(|(code, problem)| match code {
            PARAMETER => wrong(problem),
            _ => refusal(code, &problem.0),
        })?;
        if !self.rate.wait(arrived.now).is_zero() {
            return Err(refusal(45_009, "api freq out of limit"));
        }
        self.rate.count(arrived.now);
        Ok(content)
    }

    fn thanks(&mut self, _: &Arrived<'_>) -> Reply {
        Reply::Json(StatusCode::OK, json!({ "errcode": 0, "errmsg": "ok" }))
    }

    fn failure(&self, code: i64) -> Reply {
        refusal(code, "the simulated channel was told to say so")
    }
}

/// A code and what is wrong.
type Refused = (i64, Wrong);

fn parameter(wrong: Wrong) -> Refused {
    (PARAMETER, wrong)
}

fn content(message: &Fields<'_>, body: &Value) -> Result<Content, Refused> {
    let unknown = || (KIND, Wrong("invalid message type".to_owned()));
    let kind = message.text("msgtype").map_err(|_| unknown())?;
    let markup = match kind {
        "text" => Some((TEXT_BYTES_MAX, Markup::PLAIN)),
        "markdown" => Some((MARKDOWN_BYTES_MAX, Markup::WECOM)),
        "markdown_v2" => Some((MARKDOWN_BYTES_MAX, Markup::WECOM_2)),
        "news" | "template_card" | "image" | "file" | "voice" => None,
        _ => return Err(unknown()),
    };
    let part = message.object(kind).map_err(parameter)?;
    let (title, text, lines) = if let Some((max, markup)) = markup {
        let text = part.text_if_any("content").map_err(parameter)?.unwrap_or_default();
        if text.is_empty() {
            return Err((EMPTY, Wrong("empty content".to_owned())));
        }
        if text.len() > max {
            return Err(parameter(part.wrong("content", &format!("exceed max length {max}"))));
        }
        let mut lines = markup.read(text, &[]);
        lines.extend(called(&part).map_err(parameter)?);
        (String::new(), text.to_owned(), lines)
    } else {
        match kind {
            "news" => news(&part),
            "template_card" => card(&part),
            "image" => part
                .text("md5")
                .map(|sum| (String::new(), String::new(), vec![Line::plain(Look::Small, sum)])),
            _ => part
                .text("media_id")
                .map(|id| (String::new(), String::new(), vec![Line::plain(Look::Small, id)])),
        }
        .map_err(parameter)?
    };
    Ok(Content {
        id: None,
        kind: kind.to_owned(),
        title,
        text,
        lines,
        body: body.clone(),
    })
}

/// Who a plain text calls by its lists.
fn called(part: &Fields<'_>) -> Result<Vec<Line>, Wrong> {
    let people = [part.texts("mentioned_list")?, part.texts("mentioned_mobile_list")?].concat();
    let lines = people.into_iter().map(|who| match who {
        "@all" => Line::mention("@所有人"),
        who => Line::mention(&format!("@{who}")),
    });
    Ok(lines.collect())
}

type Read = Result<(String, String, Vec<Line>), Wrong>;

fn news(news: &Fields<'_>) -> Read {
    let articles = news.objects("articles", ARTICLES_MAX)?;
    let Some(first) = articles.first() else {
        return Err(news.wrong("articles", "is missing"));
    };
    let title = first.text("title")?.to_owned();
    let mut lines = Vec::new();
    for article in &articles {
        lines.push(Line::button(article.text("title")?, article.link("url")?));
        let description = article.text_if_any("description")?.unwrap_or_default();
        lines.extend(Line::each(Look::Plain, description));
    }
    Ok((title, String::new(), lines))
}

/// A card of the kinds `text_notice` and `news_notice`.
fn card(card: &Fields<'_>) -> Read {
    let kind = card.text("card_type")?;
    if !["text_notice", "news_notice"].contains(&kind) {
        return Err(card.wrong("card_type", "is none that a robot may send"));
    }
    let main = card.object_if_any("main_title")?;
    let main = main.map(|main| Ok::<_, Wrong>((main.text_if_any("title")?, main.text_if_any("desc")?)));
    let (title, description) = main.transpose()?.unwrap_or_default();
    let sub = card.text_if_any("sub_title_text")?;
    if title.is_none() && (sub.is_none() || kind == "news_notice") {
        return Err(card.wrong("main_title.title", "is missing"));
    }
    let action = card.object("card_action")?;
    let action_is_known = action
        .get("type")
        .and_then(Value::as_u64)
        .is_some_and(|kind| (1..=2).contains(&kind));
    if !action_is_known {
        return Err(action.wrong("type", "is neither 1 nor 2"));
    }
    let mut lines = Vec::new();
    lines.extend(description.into_iter().flat_map(|text| Line::each(Look::Plain, text)));
    if let Some(emphasis) = card.object_if_any("emphasis_content")? {
        for name in ["title", "desc"] {
            let text = emphasis.text_if_any(name)?.unwrap_or_default();
            lines.extend(Line::each(Look::Heading, text));
        }
    }
    lines.extend(sub.into_iter().flat_map(|text| Line::each(Look::Plain, text)));
    for fact in card.objects("horizontal_content_list", FACTS_MAX)? {
        let value = fact.text_if_any("value")?.unwrap_or_default();
        lines.push(Line::plain(Look::Item, &format!("{}: {value}", fact.text("keyname")?)));
    }
    for jump in card.objects("jump_list", JUMPS_MAX)? {
        lines.push(Line::button(jump.text("title")?, jump.link("url")?));
    }
    let text: Vec<String> = lines.iter().map(Line::words).collect();
    let title = title.unwrap_or_default();
    lines.splice(..0, Line::each(Look::Heading, title));
    Ok((title.to_owned(), text.join("\n"), lines))
}

/// A refusal as the platform words it: with a hint and the caller's address.
fn refusal(code: i64, message: &str) -> Reply {
    let errmsg = format!(
        "{message}, hint: [1755000000000000000000000], from ip: 127.0.0.1, more info at \
         https://open.work.weixin.qq.com/devtool/query?e={code}"
    );
    Reply::Json(StatusCode::OK, json!({ "errcode": code, "errmsg": errmsg }))
}

#[cfg(test)]
mod tests {
    use super::super::posted::{post, read, refusal as refused};
    use super::*;

    #[track_caller]
    fn check(body: &Value, code: i64) {
        let verdict = post(&mut Robot::new("key".into()), &body.to_string(), 0, 0);
        let given = if verdict.is_ok() {
            0
        } else {
            refused(verdict)["errcode"].as_i64().unwrap()
        };
        assert_eq!(given, code, "{body:.200}");
    }

    #[test]
    fn a_body_is_checked_as_the_platform_does() {
        let markdown = |content: &str| json!({ "msgtype": "markdown", "markdown": { "content": content } });
        let card = |card: Value| json!({ "msgtype": "template_card", "template_card": card });
        let action = json!({ "type": 1, "url": "https://a.example/" });
        let titled = json!({ "title": "t" });
        check(&markdown("x"), 0);
        check(&markdown(&"金".repeat(1365)), 0);
        check(&markdown(&"金".repeat(1366)), PARAMETER);
        check(&markdown(""), EMPTY);
        check(
            &json!({ "msgtype": "markdown", "markdown": { "content": 7 } }),
            PARAMETER,
        );
        check(
            &json!({ "msgtype": "text", "text": { "content": "x".repeat(2049) } }),
            PARAMETER,
        );
        check(&json!({ "msgtype": "poem" }), KIND);
        check(&json!("text"), PARAMETER);
        check(
            &card(json!({ "card_type": "text_notice", "main_title": titled, "card_action": action })),
            0,
        );
        check(
            &card(json!({ "card_type": "text_notice", "main_title": titled })),
            PARAMETER,
        );
        check(
            &card(json!({ "card_type": "text_notice", "card_action": action })),
            PARAMETER,
        );
    }

    #[test]
    fn the_twenty_first_message_in_a_minute_is_too_many() {
        let body = json!({ "msgtype": "text", "text": { "content": "x", "mentioned_list": ["@all"] } }).to_string();
        let mut robot = Robot::new("key".into());
        for _ in 0..20 {
            assert_eq!(read(post(&mut robot, &body, 0, 0)), ["x", "@所有人"]);
        }
        assert_eq!(refused(post(&mut robot, &body, 59, 0))["errcode"], 45_009);
        assert!(post(&mut robot, &body, 60, 0).is_ok());
    }
}
