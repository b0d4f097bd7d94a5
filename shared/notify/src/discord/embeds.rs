//! A message as Discord's embeds: what happened, the lists, what to do. Calls stand in front, in `content`.
//!
//! Only the people whom the configuration names can be called: `allowed_mentions` says so, and every value from outside
//! has a backslash before whatever could be markup.

use serde::Serialize;

use crate::fit::Measured;
use crate::manner::{EVERYBODY, Manner};
use crate::markdown::Dialect;
use crate::message::{Kind, Severity};
use crate::outline::Outline;

/// Most characters over all embeds of a message, in UTF-16.
pub(super) const MAX_CHARS: usize = 6_000;

/// Most characters of one embed's description.
const MAX_DESCRIPTION_CHARS: usize = 4_096;

/// Most characters of an embed's title. A longer one stands in bold instead: it is never cut.
const MAX_TITLE_CHARS: usize = 256;

/// Most people called by one message.
const MAX_CALLS: usize = 100;

/// Discord's markdown.
const DIALECT: Dialect = Dialect {
    neutral,
    bullet: "- ",
    gap: "\n",
};

/// What is posted.
#[derive(Serialize)]
struct Body<'a> {
    #[serde(skip_serializing_if = "String::is_empty")]
    content: String,
    embeds: Vec<Embed>,
    allowed_mentions: AllowedMentions<'a>,
}

#[derive(Serialize, Default)]
struct Embed {
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    description: String,
    color: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    footer: Option<Footer>,
}

#[derive(Serialize)]
struct Footer {
    text: String,
}

/// Who is called whatever the texts hold. Without it everyone could be.
#[derive(Serialize)]
struct AllowedMentions<'a> {
    parse: &'static [&'static str],
    users: Vec<&'a str>,
}

/// The JSON with at most `keep` rows of every list, and its size in the characters that Discord limits.
pub(super) fn json(outline: &Outline, manner: &Manner, kind: Kind, keep: usize) -> Result<Measured, serde_json::Error> {
    let mentioned = manner.mentioned(kind);
    let calls: Vec<String> = mentioned.iter().take(MAX_CALLS).map(|id| call(id)).collect();
    let body = Body {
        content: calls.join(" "),
        embeds: embeds(outline, manner, kind, keep),
        allowed_mentions: AllowedMentions {
            parse: if mentioned.contains(&EVERYBODY) {
                &["everyone"]
            } else {
                &[]
            },
            users: mentioned.into_iter().take(MAX_CALLS).filter(|id| is_user(id)).collect(),
        },
    };
    Ok(Measured {
        size: size(&body.embeds),
        body: serde_json::to_vec(&body)?,
    })
}

fn embeds(outline: &Outline, manner: &Manner, kind: Kind, keep: usize) -> Vec<Embed> {
    let sections = DIALECT.sections(outline, manner.language, keep);
    let title = DIALECT.plain(&outline.title);
    let (title, bold) = if chars(&title) <= MAX_TITLE_CHARS {
        (Some(title), None)
    } else {
        (None, Some(format!("**{title}**")))
    };
    let color = color(kind.severity());
    let opening: Vec<String> = bold.into_iter().chain(sections.lead).collect();
    let mut embeds = vec![Embed {
        title,
        description: opening.join("\n"),
        color,
        ..Embed::default()
    }];
    let below = [sections.lists.join("\n\n"), sections.todo.unwrap_or_default()];
    embeds.extend(
        below
            .into_iter()
            .filter(|text| !text.is_empty())
            .map(|description| Embed {
                description,
                color,
                ..Embed::default()
            }),
    );
    if let Some(last) = embeds.last_mut() {
        last.footer = Some(Footer {
            text: outline.foot.plain(),
        });
    }
    embeds
}

/// Characters over all embeds. A description that is too long by itself counts for as much too long.
fn size(embeds: &[Embed]) -> usize {
    let total: usize = embeds.iter().map(chars_of).sum();
    let longest = embeds.iter().map(|embed| chars(&embed.description)).max().unwrap_or(0);
    total.max(longest + (MAX_CHARS - MAX_DESCRIPTION_CHARS))
}

fn chars_of(embed: &Embed) -> usize {
    let title = embed.title.as_deref().map_or(0, chars);
    let footer = embed.footer.as_ref().map_or(0, |footer| chars(&footer.text));
    title + chars(&embed.description) + footer
}

/// As JavaScript counts.
fn chars(text: &str) -> usize {
    text.encode_utf16().count()
}

/// The colour of the stripe, as 0xRRGGBB.
fn color(severity: Severity) -> u32 {
    match severity {
        Severity::Info => 0x002E_7D32,
        Severity::Warning => 0x00ED_A100,
        Severity::Critical => 0x00C6_2828,
    }
}

fn call(id: &str) -> String {
    match id {
        EVERYBODY => "@everyone".to_owned(),
        id if is_user(id) => format!("<@{id}>"),
        id => neutral(&format!("@{id}")),
    }
}

/// Whether this is a user id: a snowflake, decimal.
fn is_user(id: &str) -> bool {
    (17..=20).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_digit())
}

/// `value` with a backslash before everything that Discord reads as markup, a mention or a link.
fn neutral(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for c in value.chars() {
        if "\\*_~`|<>[]()#@".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    // Bare addresses become links, too.
    escaped.replace("://", "\\://")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outline::Line;

    #[test]
    fn a_hostile_value_is_shown_and_does_nothing() {
        #[track_caller]
        fn check(value: &str, expected: &str) {
            assert_eq!(DIALECT.plain(&Line::default().value(value)), expected, "{value:?}");
        }
        check(
            "a*b_c [x](y) <at id=all> & #1",
            r"a\*b\_c \[x\]\(y\) \<at id=all\> & \#1",
        );
        check("@everyone @here", r"\@everyone \@here");
        check(
            "<@80351110224678912> <@&1> <:a:1>",
            r"\<\@80351110224678912\> \<\@&1\> \<:a:1\>",
        );
        check("[log in](https://evil.example)", r"\[log in\]\(https\://evil.example\)");
        check(r"\*x\*", r"\\\*x\\\*");
        check("||spoiler|| ~~a~~ `b`", r"\|\|spoiler\|\| \~\~a\~\~ \`b\`");
        check("x\n# Released\n> y", r"x \# Released \> y");
        check("\u{202E}nur\u{202C}\0", "nur");
    }

    #[test]
    fn a_description_that_is_too_long_by_itself_is_too_long() {
        #[track_caller]
        fn check(descriptions: &[usize], too_long: bool) {
            let embeds: Vec<Embed> = descriptions
                .iter()
                .map(|chars| Embed {
                    description: "金".repeat(*chars),
                    ..Embed::default()
                })
                .collect();
            assert_eq!(size(&embeds) > MAX_CHARS, too_long, "{descriptions:?}");
        }
        check(&[4_096], false);
        check(&[4_097], true);
        check(&[4_096, 1_904], false);
        check(&[4_096, 1_905], true);
        check(&[3_000, 3_000], false);
        check(&[2_000, 2_000, 2_001], true);
    }

    #[test]
    fn characters_are_counted_in_utf_16() {
        assert_eq!(chars("金"), 1);
        assert_eq!(chars("𠮷"), 2);
    }

    #[test]
    fn only_user_ids_and_all_are_called() {
        #[track_caller]
        fn check(id: &str, expected: &str) {
            assert_eq!(call(id), expected);
        }
        check("80351110224678912", "<@80351110224678912>");
        check("all", "@everyone");
        check("everyone", r"\@everyone");
        check("1234", r"\@1234");
    }
}
