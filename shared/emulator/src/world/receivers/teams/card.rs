//! Adaptive cards as Teams takes them
//! (<https://learn.microsoft.com/microsoftteams/platform/concepts/cards/cards-format>, <https://adaptivecards.io/explorer/>).

use serde_json::Value;

use crate::world::reading::{Line, Look, Markup, Span};
use crate::world::receivers::fields::{Fields, Wrong};

const CARD: &str = "application/vnd.microsoft.card.adaptive";
/// Versions that Teams shows.
const VERSIONS: [&str; 6] = ["1.0", "1.1", "1.2", "1.3", "1.4", "1.5"];
/// Most parts of a list, and how deep they may stand in each other. Nothing is published but the size of the message.
const PARTS_MAX: usize = 500;
const DEPTH_MAX: usize = 6;
/// Most buttons that Teams shows.
const ACTIONS_MAX: usize = 6;

/// What a card shows.
#[derive(Debug, Default)]
pub(super) struct Shown {
    /// Its first line.
    pub(super) title: String,
    /// The texts as sent, in reading order.
    pub(super) text: Vec<String>,
    /// The lines.
    pub(super) lines: Vec<Line>,
    /// Words that call somebody.
    called: Vec<String>,
}

/// Reads the cards of a message.
pub(super) fn read(message: &Fields<'_>) -> Result<Shown, Wrong> {
    if message.text("type")? != "message" {
        return Err(message.wrong("type", "is not \"message\""));
    }
    let attachments = message.objects("attachments", PARTS_MAX)?;
    if attachments.is_empty() {
        return Err(message.wrong("attachments", "is missing"));
    }
    let mut shown = Shown::default();
    for attachment in &attachments {
        if attachment.text("contentType")? != CARD {
            return Err(attachment.wrong("contentType", "is no adaptive card"));
        }
        shown.card(&attachment.object("content")?)?;
    }
    shown.title = shown.lines.first().map(Line::words).unwrap_or_default();
    Ok(shown)
}

impl Shown {
    fn card(&mut self, card: &Fields<'_>) -> Result<(), Wrong> {
        if card.text("type")? != "AdaptiveCard" {
            return Err(card.wrong("type", "is not \"AdaptiveCard\""));
        }
        if !VERSIONS.contains(&card.text("version")?) {
            return Err(card.wrong("version", "is none that Teams shows"));
        }
        let teams = card.object_if_any("msteams")?;
        for entity in teams
            .iter()
            .map(|teams| teams.objects("entities", PARTS_MAX))
            .collect::<Result<Vec<_>, _>>()?
            .concat()
        {
            entity.object("mentioned")?.text("id")?;
            self.called.push(entity.text("text")?.to_owned());
        }
        self.parts(card, "body", 0)?;
        for called in &self.called {
            if !self.text.iter().any(|text| text.contains(called)) {
                return Err(card.wrong("msteams.entities", "mentions somebody who is not in the text"));
            }
        }
        self.actions(card)
    }

    fn parts(&mut self, parent: &Fields<'_>, name: &str, depth: usize) -> Result<(), Wrong> {
        for part in parent.objects(name, PARTS_MAX)? {
            if depth > DEPTH_MAX {
                return Err(part.wrong("type", "stands too deep"));
            }
            self.part(&part, depth)?;
        }
        Ok(())
    }

    fn part(&mut self, part: &Fields<'_>, depth: usize) -> Result<(), Wrong> {
        match part.text("type")? {
            "TextBlock" => {
                let look = match part.text_if_any("size")? {
                    Some("Large" | "ExtraLarge" | "Medium") => Look::Heading,
                    Some("Small") => Look::Small,
                    None | Some("Default") => Look::Plain,
                    Some(_) => return Err(part.wrong("size", "is no size")),
                };
                part.flag("wrap")?;
                self.say(part.text("text")?, look);
            }
            "RichTextBlock" => self.rich(part)?,
            "FactSet" => {
                for fact in part.objects("facts", PARTS_MAX)? {
                    let (title, value) = (fact.text("title")?, fact.text("value")?);
                    self.text.push(format!("{title} {value}"));
                    let name = Span {
                        text: format!("{title}: "),
                        strong: true,
                        ..Span::default()
                    };
                    let mut lines = Markup::TEAMS.read(value, &self.called);
                    if let Some(first) = lines.first_mut() {
                        first.spans.insert(0, name);
                    }
                    self.lines.extend(lines);
                }
            }
            "Container" | "Column" | "TableCell" => self.parts(part, "items", depth + 1)?,
            "ColumnSet" => self.parts(part, "columns", depth + 1)?,
            "Table" => self.parts(part, "rows", depth + 1)?,
            "TableRow" => self.parts(part, "cells", depth + 1)?,
            "ActionSet" => self.actions(part)?,
            "Image" => {
                part.link("url")?;
                self.say(part.text_if_any("altText")?.unwrap_or("image"), Look::Small);
            }
            _ => return Err(part.wrong("type", "is no part of a card")),
        }
        Ok(())
    }

    /// Runs of text without any markup.
    fn rich(&mut self, block: &Fields<'_>) -> Result<(), Wrong> {
        let runs = block.get("inlines").and_then(Value::as_array);
        let runs = runs.ok_or_else(|| block.wrong("inlines", "is missing"))?;
        let mut line = Line {
            look: Look::Plain,
            spans: Vec::new(),
        };
        for run in runs {
            let mut span = Span::default();
            if let Some(text) = run.as_str() {
                text.clone_into(&mut span.text);
            } else {
                let run = Fields::of(run, &block.at("inlines"))?;
                if run.text("type")? != "TextRun" {
                    return Err(run.wrong("type", "is no run of text"));
                }
                run.text("text")?.clone_into(&mut span.text);
                span.strong = run.text_if_any("weight")? == Some("Bolder");
                span.slanted = run.flag("italic")?;
                span.code = run.text_if_any("fontType")? == Some("Monospace");
                if let Some(action) = run.object_if_any("selectAction")? {
                    span.link = Some(action.link("url")?.to_owned());
                }
            }
            line.spans.push(span);
        }
        self.text.push(line.words());
        self.lines.push(line);
        Ok(())
    }

    fn actions(&mut self, parent: &Fields<'_>) -> Result<(), Wrong> {
        for action in parent.objects("actions", ACTIONS_MAX)? {
            // A flow's card has nobody to submit to.
            if action.text("type")? != "Action.OpenUrl" {
                return Err(action.wrong("type", "is none that a flow's card may have"));
            }
            self.lines
                .push(Line::button(action.text("title")?, action.link("url")?));
        }
        Ok(())
    }

    fn say(&mut self, text: &str, look: Look) {
        self.text.push(text.to_owned());
        let lines = Markup::TEAMS.read(text, &self.called);
        self.lines.extend(lines.into_iter().map(|line| line.looking(look)));
    }
}
