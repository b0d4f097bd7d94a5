//! The marks within a line: what stands out, what leads somewhere, who is called. Not here: the lines.

use super::Span;

/// The marks that a markup has within a line.
#[derive(Debug, Clone, Copy)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says whether a mark exists, independently of the others"
)]
pub(super) struct Inline {
    /// Marks around words that stand out.
    pub(super) strong: &'static [&'static str],
    /// Marks around words that are slanted.
    pub(super) emphasis: &'static [&'static str],
    /// Marks around words that are struck out.
    pub(super) strike: &'static [&'static str],
    /// Whether backticks are marks.
    pub(super) code: bool,
    /// Whether marks count only at the edge of a word.
    pub(super) bounded: bool,
    /// Whether a backslash takes a mark's meaning.
    pub(super) backslash: bool,
    /// Whether entities stand for characters.
    pub(super) entities: bool,
    /// Whether `[words](address)` is a link.
    pub(super) bracket_links: bool,
    /// Whether `<address|words>` is a link and `<!here>`, `<@U1>` call somebody.
    pub(super) angle_links: bool,
    /// Whether `<font color=…>` is taken off.
    pub(super) fonts: bool,
    /// Whether `<at id=…></at>` calls somebody.
    pub(super) at_tags: bool,
    /// Whether `<@userid>` calls somebody.
    pub(super) angle_mentions: bool,
}

impl Inline {
    /// No marks at all.
    pub(super) const NONE: Self = Self {
        strong: &[],
        emphasis: &[],
        strike: &[],
        code: false,
        bounded: false,
        backslash: false,
        entities: false,
        bracket_links: false,
        angle_links: false,
        fonts: false,
        at_tags: false,
        angle_mentions: false,
    };

    /// What all kinds of markdown have.
    pub(super) const MARKDOWN: Self = Self {
        strong: &["**"],
        bracket_links: true,
        ..Self::NONE
    };

    /// The words of a line.
    pub(super) fn read(&self, line: &str, called: &[String]) -> Vec<Span> {
        let mut reader = Reader {
            marks: self,
            called,
            spans: Vec::new(),
        };
        reader.read(line, &Span::default());
        reader.spans
    }
}

struct Reader<'a> {
    marks: &'a Inline,
    called: &'a [String],
    spans: Vec<Span>,
}

impl Reader<'_> {
    /// Reads words that look as `style` says, but for the marks in them.
    fn read(&mut self, mut text: &str, style: &Span) {
        let mut before = None;
        while let Some(first) = text.chars().next() {
            let taken = self.special(text, before, style);
            let taken = taken.unwrap_or_else(|| {
                self.say(&text[..first.len_utf8()], style);
                first.len_utf8()
            });
            before = text[..taken].chars().last();
            text = &text[taken..];
        }
    }

    /// Reads what is more than a character; gives how many bytes of it.
    fn special(&mut self, text: &str, before: Option<char>, style: &Span) -> Option<usize> {
        self.escaped(text, style)
            .or_else(|| self.called(text, style))
            .or_else(|| self.code(text, style))
            .or_else(|| self.marked(text, before, style))
            .or_else(|| self.link(text, style))
            .or_else(|| self.tag(text, style))
            .or_else(|| self.angled(text, style))
    }

    fn escaped(&mut self, text: &str, style: &Span) -> Option<usize> {
        if let Some(rest) = text.strip_prefix('\\').filter(|_| self.marks.backslash) {
            let next = rest.chars().next().filter(char::is_ascii_punctuation)?;
            self.say(&rest[..next.len_utf8()], style);
            return Some(1 + next.len_utf8());
        }
        let rest = text.strip_prefix('&').filter(|_| self.marks.entities)?;
        let (name, _) = rest.split_once(';')?;
        let letter = entity(name)?;
        self.say(letter.encode_utf8(&mut [0; 4]), style);
        Some(name.len() + 2)
    }

    fn called(&mut self, text: &str, style: &Span) -> Option<usize> {
        let words = self.called.iter().find(|words| text.starts_with(words.as_str()))?;
        self.mention(words, style);
        Some(words.len())
    }

    fn code(&mut self, text: &str, style: &Span) -> Option<usize> {
        let rest = text.strip_prefix('`').filter(|_| self.marks.code)?;
        let (code, _) = rest.split_once('`').filter(|(code, _)| !code.is_empty())?;
        let style = Span {
            code: true,
            ..style.clone()
        };
        let plain = Reader {
            marks: &Inline {
                entities: self.marks.entities,
                ..Inline::NONE
            },
            called: &[],
            spans: Vec::new(),
        };
        self.spans.extend(plain.all(code, &style));
        Some(code.len() + 2)
    }

    fn all(mut self, text: &str, style: &Span) -> Vec<Span> {
        self.read(text, style);
        self.spans
    }

    fn marked(&mut self, text: &str, before: Option<char>, style: &Span) -> Option<usize> {
        let Inline {
            strong,
            emphasis,
            strike,
            ..
        } = *self.marks;
        for (marks, which) in [(strong, 0), (emphasis, 1), (strike, 2)] {
            for mark in marks {
                let Some(inner) = text.strip_prefix(mark).and_then(|rest| self.until(rest, mark, before)) else {
                    continue;
                };
                let mut style = style.clone();
                match which {
                    0 => style.strong = true,
                    1 => style.slanted = true,
                    _ => style.struck = true,
                }
                self.read(inner, &style);
                return Some(inner.len() + 2 * mark.len());
            }
        }
        None
    }

    /// What stands before the closing mark, if the marks count here.
    fn until<'t>(&self, rest: &'t str, mark: &str, before: Option<char>) -> Option<&'t str> {
        let edge = |letter: Option<char>| letter.is_none_or(|letter| !letter.is_alphanumeric());
        let word = |letter: Option<char>| letter.is_some_and(|letter| !letter.is_whitespace());
        if !word(rest.chars().next()) || (self.marks.bounded && !edge(before)) {
            return None;
        }
        let closes = rest.match_indices(mark).find(|(at, _)| {
            let (inner, after) = (&rest[..*at], &rest[at + mark.len()..]);
            let escaped = self.marks.backslash && inner.ends_with('\\');
            word(inner.chars().last()) && !escaped && (!self.marks.bounded || edge(after.chars().next()))
        });
        closes.map(|(at, _)| &rest[..at])
    }

    fn link(&mut self, text: &str, style: &Span) -> Option<usize> {
        let rest = text.strip_prefix('[').filter(|_| self.marks.bracket_links)?;
        let at = rest.match_indices("](").find(|(at, _)| {
            let escaped = self.marks.backslash && rest[..*at].ends_with('\\');
            !escaped
        });
        let (words, rest) = at.map(|(at, mark)| (&rest[..at], &rest[at + mark.len()..]))?;
        let (address, _) = rest.split_once(')')?;
        let style = Span {
            link: Some(address.to_owned()),
            ..style.clone()
        };
        self.read(words, &style);
        Some(words.len() + address.len() + "[](".len() + ")".len())
    }

    fn tag(&mut self, text: &str, style: &Span) -> Option<usize> {
        let tag = &text[..=text.find('>').filter(|_| text.starts_with('<'))?];
        if self.marks.fonts && (tag.starts_with("<font ") || tag == "</font>") {
            return Some(tag.len());
        }
        if self.marks.at_tags && tag.starts_with("<at ") {
            let (words, _) = text[tag.len()..].split_once("</at>")?;
            let everyone = tag.contains("all");
            let words_shown = if words.is_empty() && everyone {
                "所有人"
            } else {
                words
            };
            let who = tag.trim_start_matches("<at ").trim_end_matches('>');
            let who = if words_shown.is_empty() { who } else { words_shown };
            self.mention(&format!("@{who}"), style);
            return Some(tag.len() + words.len() + "</at>".len());
        }
        if self.marks.angle_mentions && tag.starts_with("<@") {
            self.mention(tag[1..].trim_end_matches('>'), style);
            return Some(tag.len());
        }
        None
    }

    fn angled(&mut self, text: &str, style: &Span) -> Option<usize> {
        let rest = text.strip_prefix('<').filter(|_| self.marks.angle_links)?;
        let (inner, _) = rest.split_once('>').filter(|(inner, _)| !inner.is_empty())?;
        let (target, words) = inner.split_once('|').unwrap_or((inner, inner));
        if let Some(who) = target.strip_prefix('!') {
            self.mention(&format!("@{}", who.trim_start_matches("subteam^")), style);
        } else if target.starts_with(['@', '#']) {
            self.mention(target, style);
        } else if !["https://", "http://", "mailto:"]
            .iter()
            .any(|scheme| target.starts_with(scheme))
        {
            return None;
        } else {
            let style = Span {
                link: Some(target.to_owned()),
                ..style.clone()
            };
            self.say(words, &style);
        }
        Some(inner.len() + "<>".len())
    }

    fn mention(&mut self, words: &str, style: &Span) {
        let style = Span {
            mention: true,
            ..style.clone()
        };
        self.say(words, &style);
    }

    fn say(&mut self, text: &str, style: &Span) {
        let like = |last: &Span| {
            Span {
                text: String::new(),
                ..last.clone()
            } == *style
        };
        match self.spans.last_mut() {
            Some(last) if like(last) => last.text.push_str(text),
            _ => self.spans.push(Span {
                text: text.to_owned(),
                ..style.clone()
            }),
        }
    }
}

fn entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "nbsp" => Some('\u{a0}'),
        "sim" => Some('∼'),
        _ => char::from_u32(name.strip_prefix('#')?.parse().ok()?),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Markup;

    /// What is read of a line: `*strong*`, `/slanted/`, `~struck~`, `` `code` ``, `{link}`, `!mention!`.
    fn read(markup: Markup, text: &str) -> String {
        let spans = markup.inline.read(text, &["@13800001111".to_owned()]);
        let shown = spans.into_iter().map(|span| {
            let mut text = span.text;
            for (is, mark) in [
                (span.strong, '*'),
                (span.slanted, '/'),
                (span.struck, '~'),
                (span.code, '`'),
            ] {
                if is {
                    text = format!("{mark}{text}{mark}");
                }
            }
            let text = if span.mention { format!("!{text}!") } else { text };
            span.link.map_or_else(|| text.clone(), |to| format!("{{{text} {to}}}"))
        });
        shown.collect()
    }

    #[test]
    fn each_markup_reads_its_own_marks_and_no_others() {
        for (markup, text, wanted) in [
            (
                Markup::DINGTALK,
                "**a** *b* `c` <font color=\"red\">d</font>",
                "*a* /b/ `c` d",
            ),
            (Markup::DINGTALK, r"a\*b @13800001111", r"a\*b !@13800001111!"),
            (
                Markup::DINGTALK,
                "[**out**](https://a.example/)",
                "{*out* https://a.example/}",
            ),
            (Markup::FEISHU, "a&#42;b&#95;c &#60;at id=all&#62;", "a*b_c <at id=all>"),
            (Markup::FEISHU, "<at id=all></at> ~~old~~", "!@所有人! ~old~"),
            (Markup::FEISHU, "<at id=ou_x></at>", "!@id=ou_x!"),
            (Markup::WECOM, "<@zhangsan> **a** *b* `c`", "!@zhangsan! *a* *b* `c`"),
            (
                Markup::SLACK,
                "*a* _b_ ~c~ `d &lt;e&gt;` 2*3*4",
                "*a* /b/ ~c~ `d <e>` 2*3*4",
            ),
            (
                Markup::SLACK,
                "<!channel> <https://a.example/|out> &lt;!here&gt;",
                "!@channel! {out https://a.example/} <!here>",
            ),
            (Markup::SLACK, "<script>1</script>", "<script>1</script>"),
            (Markup::TEAMS, "**a** _b_ a_b_c", "*a* /b/ a_b_c"),
            (
                Markup::DISCORD,
                r"a\*b\_c \[x\]\(y\) \<at id=all\> **z**",
                "a*b_c [x](y) <at id=all> *z*",
            ),
            (Markup::PLAIN, "**a** [x](y) <b>", "**a** [x](y) <b>"),
            (
                Markup::FEISHU,
                "an open ** and [no link] & an &odd; one",
                "an open ** and [no link] & an &odd; one",
            ),
        ] {
            assert_eq!(read(markup, text), wanted, "{text}");
        }
    }
}
