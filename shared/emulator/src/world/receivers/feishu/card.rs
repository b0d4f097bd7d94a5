//! Interactive cards: version 1.0, which overlooks members that it does not know, and 2.0, which refuses them
//! (<https://open.larkoffice.com/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/card-json-v2-breaking-changes-release-notes.md>).

use crate::world::reading::{Line, Look, Markup};
use crate::world::receivers::fields::{Fields, Wrong};

/// Most elements of one list. Nothing is published for 1.0 but the size of the body.
const ELEMENTS_MAX: usize = 200;
/// How deep elements may stand in each other.
const DEPTH_MAX: usize = 5;

/// Colours of a header.
const TEMPLATES: [&str; 13] = [
    "blue",
    "wathet",
    "turquoise",
    "green",
    "yellow",
    "orange",
    "red",
    "carmine",
    "violet",
    "purple",
    "indigo",
    "grey",
    "default",
];

/// What a card shows, in reading order: its title, its text as sent, its lines.
pub(super) fn read(card: &Fields<'_>) -> Result<(String, String, Vec<Line>), Wrong> {
    if card.text_if_any("type")? == Some("template") {
        card.object("data")?.text("template_id")?;
        return Err(card.wrong("data.template_id", "is not bound to this bot"));
    }
    let second = match card.text_if_any("schema")? {
        None | Some("1.0") => false,
        Some("2.0") => true,
        Some(_) => return Err(card.wrong("schema", "is no known version")),
    };
    let mut reader = Reader {
        second,
        text: Vec::new(),
        lines: Vec::new(),
    };
    let mut title = String::new();
    if let Some(header) = card.object_if_any("header")? {
        let heading = reader.plain_or_marked(&header.object("title")?)?;
        title = heading.iter().map(Line::words).collect::<Vec<_>>().join(" ");
        let heading = heading.into_iter().map(|line| line.looking(Look::Heading));
        reader.lines.extend(heading);
        if let Some(template) = header.text_if_any("template")?
            && !TEMPLATES.contains(&template)
        {
            return Err(header.wrong("template", "is no colour of a header"));
        }
    }
    let elements = if second {
        Reader::check_second(card)?;
        card.object("body")?.objects("elements", ELEMENTS_MAX)?
    } else {
        card.objects("elements", ELEMENTS_MAX)?
    };
    if elements.is_empty() {
        return Err(card.wrong("elements", "is missing"));
    }
    // The title is not a part of the text.
    reader.text.clear();
    reader.elements(&elements, 0)?;
    Ok((title, reader.text.join("\n"), reader.lines))
}

struct Reader {
    second: bool,
    text: Vec<String>,
    lines: Vec<Line>,
}

impl Reader {
    /// Members that 2.0 knows around the elements.
    fn check_second(card: &Fields<'_>) -> Result<(), Wrong> {
        card.only(&["schema", "config", "card_link", "header", "body"])?;
        if let Some(config) = card.object_if_any("config")?
            && config.get("update_multi").is_some()
            && !config.flag("update_multi")?
        {
            return Err(config.wrong("update_multi", "must be true"));
        }
        if let Some(header) = card.object_if_any("header")? {
            let known = [
                "title",
                "subtitle",
                "text_tag_list",
                "i18n_text_tag_list",
                "template",
                "icon",
                "padding",
            ];
            header.only(&known)?;
        }
        let body = [
            "direction",
            "padding",
            "horizontal_spacing",
            "horizontal_align",
            "vertical_spacing",
        ];
        card.object("body")?
            .only(&[&body[..], &["vertical_align", "elements"]].concat())
    }

    fn elements(&mut self, elements: &[Fields<'_>], depth: usize) -> Result<(), Wrong> {
        for element in elements {
            if depth > DEPTH_MAX {
                return Err(element.wrong("tag", "stands too deep"));
            }
            self.element(element, depth)?;
        }
        Ok(())
    }

    fn element(&mut self, element: &Fields<'_>, depth: usize) -> Result<(), Wrong> {
        let tag = element.text("tag")?;
        if let Some(known) = self.second.then(|| known(tag)).flatten() {
            element.only(&[&["tag", "element_id", "margin"], known].concat())?;
        }
        match tag {
            "markdown" => {
                let text = element.text("content")?;
                self.say(text, Look::Plain, true);
            }
            "div" => self.div(element)?,
            "hr" => self.lines.push(Line::rule()),
            "img" => self.say(element.text("img_key")?, Look::Small, false),
            "column_set" => {
                for column in element.objects("columns", ELEMENTS_MAX)? {
                    self.elements(&column.objects("elements", ELEMENTS_MAX)?, depth + 1)?;
                }
            }
            "button" if self.second => {
                let behaviours = element.objects("behaviors", ELEMENTS_MAX)?;
                let behaviour = behaviours
                    .first()
                    .ok_or_else(|| element.wrong("behaviors", "is missing"))?;
                // A custom bot hears of no click.
                if behaviour.text("type")? != "open_url" {
                    return Err(behaviour.wrong("type", "is none that a custom bot may have"));
                }
                self.button(element, behaviour.link("default_url")?)?;
            }
            "action" if !self.second => {
                for action in element.objects("actions", ELEMENTS_MAX)? {
                    if action.text("tag")? != "button" {
                        return Err(action.wrong("tag", "is none that a custom bot may have"));
                    }
                    self.button(&action, action.link("url")?)?;
                }
            }
            "note" if !self.second => {
                for part in element.objects("elements", ELEMENTS_MAX)? {
                    let lines = self.plain_or_marked(&part)?;
                    self.lines
                        .extend(lines.into_iter().map(|line| line.looking(Look::Small)));
                }
            }
            _ => return Err(element.wrong("tag", "is no known tag")),
        }
        Ok(())
    }

    fn div(&mut self, element: &Fields<'_>) -> Result<(), Wrong> {
        if let Some(text) = element.object_if_any("text")? {
            let lines = self.plain_or_marked(&text)?;
            self.lines.extend(lines);
        }
        for field in element.objects("fields", ELEMENTS_MAX)? {
            let lines = self.plain_or_marked(&field.object("text")?)?;
            self.lines.extend(lines);
        }
        Ok(())
    }

    fn button(&mut self, button: &Fields<'_>, link: &str) -> Result<(), Wrong> {
        let words = self.plain_or_marked(&button.object("text")?)?;
        let words: Vec<String> = words.iter().map(Line::words).collect();
        self.lines.push(Line::button(&words.join(" "), link));
        Ok(())
    }

    /// The lines of a text object.
    fn plain_or_marked(&mut self, text: &Fields<'_>) -> Result<Vec<Line>, Wrong> {
        let content = text.text_if_any("content")?.unwrap_or_default();
        self.text.push(content.to_owned());
        match text.text("tag")? {
            "plain_text" => Ok(Line::each(Look::Plain, content)),
            "lark_md" | "markdown" => Ok(self.markup().read(content, &[])),
            _ => Err(text.wrong("tag", "is no kind of text")),
        }
    }

    fn say(&mut self, text: &str, look: Look, marked: bool) {
        self.text.push(text.to_owned());
        let lines = if marked {
            self.markup().read(text, &[])
        } else {
            Line::each(Look::Plain, text)
        };
        self.lines.extend(lines.into_iter().map(|line| line.looking(look)));
    }

    const fn markup(&self) -> Markup {
        if self.second { Markup::FEISHU_2 } else { Markup::FEISHU }
    }
}

/// Members of an element of 2.0, beside those that every element has; `None` where they are not checked here.
fn known(tag: &str) -> Option<&'static [&'static str]> {
    match tag {
        "markdown" => Some(&["content", "text_align", "text_size", "icon", "href"]),
        "div" => Some(&["text", "width", "icon"]),
        "hr" => Some(&[]),
        "button" => Some(&[
            "text",
            "type",
            "size",
            "width",
            "icon",
            "hover_tips",
            "disabled",
            "disabled_tips",
            "confirm",
            "behaviors",
            "name",
        ]),
        _ => None,
    }
}
