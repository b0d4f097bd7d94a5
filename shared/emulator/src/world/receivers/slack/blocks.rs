//! Blocks, read as strictly as Slack reads them (<https://docs.slack.dev/reference/block-kit/blocks>): a member that a block
//! does not have, a text that is too long or of the wrong kind makes the whole message invalid.

use crate::world::reading::{Line, Look, Markup, Span};
use crate::world::receivers::fields::{Fields, Wrong};

/// Most blocks of a message.
const BLOCKS_MAX: usize = 50;
/// Longest texts, in characters.
const SECTION_MAX: usize = 3000;
const FIELD_MAX: usize = 2000;
const HEADER_MAX: usize = 150;
const BUTTON_MAX: usize = 75;
const MARKDOWN_MAX: usize = 12_000;
const ALT_MAX: usize = 2000;
/// Most fields of a section, elements of a context, buttons of a row.
const FIELDS_MAX: usize = 10;
const CONTEXT_MAX: usize = 10;
const ACTIONS_MAX: usize = 25;
/// Most elements in a rich text. Nothing is published.
const RICH_MAX: usize = 1000;
/// All texts of a message together, in characters (<https://github.com/slackapi/bolt-js/issues/2509>).
const ALL_MAX: usize = 13_200;

/// What blocks show.
#[derive(Debug, Default)]
pub(super) struct Shown {
    /// The first heading.
    pub(super) heading: String,
    /// The texts as sent, in reading order.
    pub(super) text: String,
    /// The lines.
    pub(super) lines: Vec<Line>,
}

impl Shown {
    /// A message without blocks.
    pub(super) fn plain(text: &str, lines: Vec<Line>) -> Self {
        Self {
            heading: String::new(),
            text: text.to_owned(),
            lines,
        }
    }

    fn say(&mut self, text: &str, look: Look, markup: Markup) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(text);
        let lines = markup.read(text, &[]);
        self.lines.extend(lines.into_iter().map(|line| line.looking(look)));
    }
}

/// Reads a message's blocks, or gives Slack's word for what is wrong with them.
pub(super) fn read(message: &Fields<'_>) -> Result<Shown, &'static str> {
    if !message.get("blocks").is_some_and(serde_json::Value::is_array) {
        return Err("invalid_blocks_format");
    }
    let invalid = |_: Wrong| "invalid_blocks";
    let mut shown = Shown::default();
    for one in message.objects("blocks", BLOCKS_MAX).map_err(invalid)? {
        block(&one, &mut shown).map_err(invalid)?;
    }
    if shown.text.encode_utf16().count() > ALL_MAX {
        return Err("msg_blocks_too_long");
    }
    Ok(shown)
}

fn block(block: &Fields<'_>, shown: &mut Shown) -> Result<(), Wrong> {
    let kind = block.text("type")?;
    if let Some(id) = block.text_if_any("block_id")? {
        block.within("block_id", id, 255)?;
    }
    let only = |members: &[&str]| block.only(&[&["type", "block_id"], members].concat());
    match kind {
        "header" => {
            only(&["text"])?;
            let (text, _) = text_object(&block.object("text")?, HEADER_MAX, Some("plain_text"))?;
            if shown.heading.is_empty() {
                text.clone_into(&mut shown.heading);
            }
            shown.say(text, Look::Heading, Markup::PLAIN);
        }
        "section" => {
            only(&["text", "fields", "accessory", "expand"])?;
            let text = block.object_if_any("text")?;
            let fields = block.objects("fields", FIELDS_MAX)?;
            if text.is_none() && fields.is_empty() {
                return Err(block.wrong("text", "is missing"));
            }
            for (text, max) in text
                .iter()
                .map(|text| (text, SECTION_MAX))
                .chain(fields.iter().map(|f| (f, FIELD_MAX)))
            {
                let (text, markup) = text_object(text, max, None)?;
                shown.say(text, Look::Plain, markup);
            }
        }
        "divider" => {
            only(&[])?;
            shown.lines.push(Line::rule());
        }
        "context" => {
            only(&["elements"])?;
            for element in elements(block, CONTEXT_MAX)? {
                let (text, markup) = text_object(&element, FIELD_MAX, None)?;
                shown.say(text, Look::Small, markup);
            }
        }
        "actions" => {
            only(&["elements"])?;
            for element in elements(block, ACTIONS_MAX)? {
                shown.lines.push(button(&element)?);
            }
        }
        "image" => {
            only(&["image_url", "alt_text", "title", "slack_file"])?;
            shown.say(block.text_within("alt_text", ALT_MAX)?, Look::Small, Markup::PLAIN);
        }
        "markdown" => {
            only(&["text"])?;
            shown.say(block.text_within("text", MARKDOWN_MAX)?, Look::Plain, Markup::DISCORD);
        }
        "rich_text" => {
            only(&["elements"])?;
            for element in elements(block, RICH_MAX)? {
                rich(&element, Look::Plain, shown)?;
            }
        }
        _ => return Err(block.wrong("type", "is no kind of block")),
    }
    Ok(())
}

fn elements<'a>(block: &Fields<'a>, max: usize) -> Result<Vec<Fields<'a>>, Wrong> {
    let elements = block.objects("elements", max)?;
    if elements.is_empty() {
        return Err(block.wrong("elements", "is missing"));
    }
    Ok(elements)
}

/// A text object, of the only kind that may stand there if there is one.
fn text_object<'a>(object: &Fields<'a>, max: usize, only: Option<&str>) -> Result<(&'a str, Markup), Wrong> {
    let kind = object.text("type")?;
    let markup = match kind {
        "plain_text" => Markup::PLAIN,
        "mrkdwn" => Markup::SLACK,
        _ => return Err(object.wrong("type", "is no kind of text")),
    };
    if only.is_some_and(|only| only != kind) {
        return Err(object.wrong("type", "may not stand here"));
    }
    object.only(if kind == "plain_text" {
        &["type", "text", "emoji"]
    } else {
        &["type", "text", "verbatim"]
    })?;
    Ok((object.text_within("text", max)?, markup))
}

fn button(element: &Fields<'_>) -> Result<Line, Wrong> {
    if element.text("type")? != "button" {
        return Err(element.wrong("type", "is none that a webhook may send here"));
    }
    element.only(&[
        "type",
        "text",
        "url",
        "action_id",
        "value",
        "style",
        "confirm",
        "accessibility_label",
    ])?;
    let (text, _) = text_object(&element.object("text")?, BUTTON_MAX, Some("plain_text"))?;
    element.text_within("url", SECTION_MAX)?;
    Ok(Line::button(text, element.link("url")?))
}

/// An element of a rich text: a paragraph, a quotation, code, or a list of paragraphs.
fn rich(element: &Fields<'_>, look: Look, shown: &mut Shown) -> Result<(), Wrong> {
    let look = match element.text("type")? {
        "rich_text_section" => look,
        "rich_text_quote" => Look::Quote,
        "rich_text_preformatted" => Look::Code,
        "rich_text_list" => {
            if !["bullet", "ordered"].contains(&element.text("style")?) {
                return Err(element.wrong("style", "is no style of a list"));
            }
            for item in elements(element, RICH_MAX)? {
                rich(&item, Look::Item, shown)?;
            }
            return Ok(());
        }
        _ => return Err(element.wrong("type", "is no kind of rich text")),
    };
    let mut line = Line {
        look,
        spans: Vec::new(),
    };
    for piece in elements(element, RICH_MAX)? {
        let words = span(&piece)?;
        for (place, part) in words.text.split('\n').enumerate() {
            if place > 0 {
                shown.lines.push(std::mem::replace(
                    &mut line,
                    Line {
                        look,
                        spans: Vec::new(),
                    },
                ));
            }
            line.spans.push(Span {
                text: part.to_owned(),
                ..words.clone()
            });
        }
    }
    for written in shown.lines.iter().chain([&line]).skip(shown.lines.len()) {
        if !shown.text.is_empty() {
            shown.text.push('\n');
        }
        shown.text.push_str(&written.words());
    }
    shown.lines.push(line);
    Ok(())
}

fn span(piece: &Fields<'_>) -> Result<Span, Wrong> {
    let style = piece.object_if_any("style")?;
    let is = |name: &str| style.as_ref().map_or(Ok(false), |style| style.flag(name));
    let mut span = Span {
        strong: is("bold")?,
        slanted: is("italic")?,
        struck: is("strike")?,
        code: is("code")?,
        ..Span::default()
    };
    match piece.text("type")? {
        "text" => piece.text("text")?.clone_into(&mut span.text),
        "link" => {
            let address = piece.link("url")?;
            piece.text_if_any("text")?.unwrap_or(address).clone_into(&mut span.text);
            span.link = Some(address.to_owned());
        }
        "emoji" => span.text = format!(":{}:", piece.text("name")?),
        "user" | "broadcast" | "usergroup" => {
            let who = piece.text_if_any("user_id")?.or(piece.text_if_any("range")?);
            let who = who.or(piece.text_if_any("usergroup_id")?);
            span.text = format!("@{}", who.ok_or_else(|| piece.wrong("user_id", "is missing"))?);
            span.mention = true;
        }
        _ => return Err(piece.wrong("type", "is no piece of a rich text")),
    }
    Ok(span)
}
