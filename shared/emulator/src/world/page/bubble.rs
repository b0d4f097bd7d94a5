//! Messages as a chat shows them. Whatever they hold, it is shown as words: no address but those of the web is a link, and
//! nothing is loaded or run.

use maud::{Markup, html};

use super::frame::platform;
use crate::world::reading::{Line, Look, Span};
use crate::world::receivers::Received;

/// A run of messages, oldest first. `mixed` tells on which channel each arrived.
pub(super) fn thread(messages: &[Received], mixed: bool) -> Markup {
    html! {
        div id="thread" role="log" aria-label="Messages" {
            @for message in messages { (bubble(message, mixed)) }
        }
        p.empty id="empty" hidden[!messages.is_empty()] { "Nobody has been told anything yet." }
    }
}

fn bubble(message: &Received, mixed: bool) -> Markup {
    html! {
        article id={ "message-" (message.number) } class={ "on-" (message.platform) } lang=(language(message)) {
            p.from {
                @if mixed { span.name { (message.channel) } " " span.platform { (platform(message.platform)) } " " }
                time datetime=(message.at) { (message.at.strftime("%Y-%m-%d %H:%M:%S")) }
                @if message.again { " " span.again { "received before" } }
            }
            div.words { (lines(&message.lines)) }
        }
    }
}

/// The language that a browser chooses its letters by.
fn language(message: &Received) -> &'static str {
    let mut letters = message.text.chars();
    let kana = |letter: char| ('\u{3040}'..='\u{30ff}').contains(&letter);
    let han = |letter: char| ('\u{4e00}'..='\u{9fff}').contains(&letter);
    if letters.clone().any(kana) {
        "ja"
    } else if letters.any(han) {
        "zh-Hans"
    } else {
        "en"
    }
}

/// The lines, those of one list or one piece of code together.
fn lines(lines: &[Line]) -> Markup {
    html! {
        @for group in lines.chunk_by(|one, next| one.look == next.look && joins(one.look)) {
            @match group.first().map(|line| line.look) {
                None => {}
                Some(Look::Item) => ul { @for line in group { li { (spans(&line.spans)) } } },
                Some(Look::Code) => pre tabindex="0" { @for line in group { (spans(&line.spans)) "\n" } },
                Some(Look::Quote) => blockquote { @for line in group { p { (spans(&line.spans)) } } },
                Some(Look::Heading) => @for line in group { h3 { (spans(&line.spans)) } },
                Some(Look::Rule) => hr;,
                Some(Look::Button) => p.buttons { @for line in group { (spans(&line.spans)) } },
                Some(Look::Small) => @for line in group { p.small { (spans(&line.spans)) } },
                Some(Look::Plain) => @for line in group { p { (spans(&line.spans)) } },
            }
        }
    }
}

const fn joins(look: Look) -> bool {
    matches!(look, Look::Item | Look::Code | Look::Quote | Look::Button)
}

fn spans(spans: &[Span]) -> Markup {
    html! { @for span in spans { (linked(span)) } }
}

fn linked(span: &Span) -> Markup {
    // A page's address is the browser's business only if it is one of the web.
    let web = |link: &&String| link.starts_with("https://") || link.starts_with("http://");
    html! {
        @if let Some(link) = span.link.as_ref().filter(web) {
            a href=(link) title=(link) rel="noopener noreferrer nofollow" target="_blank" { (styled(span)) }
        } @else if let Some(link) = &span.link {
            (styled(span)) " (" (link) ")"
        } @else {
            (styled(span))
        }
    }
}

fn styled(span: &Span) -> Markup {
    let mut words = html! { bdi { (span.text) } };
    if span.code {
        words = html! { code { (words) } };
    }
    if span.mention {
        words = html! { mark { (words) } };
    }
    if span.struck {
        words = html! { s { (words) } };
    }
    if span.slanted {
        words = html! { em { (words) } };
    }
    if span.strong {
        words = html! { strong { (words) } };
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::reading::Markup as Marks;

    fn shown(marks: Marks, text: &str) -> String {
        lines(&marks.read(text, &[])).into_string()
    }

    #[test]
    fn what_comes_from_outside_is_words() {
        let page = shown(Marks::PLAIN, "<script>alert(1)</script> <img src=x onerror=alert(1)>");
        assert!(page.contains("&lt;script&gt;") && page.contains("&lt;img"), "{page}");
        assert!(!page.contains("<script") && !page.contains("<img"), "{page}");
    }

    #[test]
    fn only_an_address_of_the_web_is_a_link() {
        for (text, link) in [
            ("[out](https://a.example/)", true),
            ("[out](javascript:alert(1))", false),
            ("[out](data:text/html,x)", false),
            ("[out](/calls.json)", false),
            (r#"[out](https://a.example/"onclick="alert(1))"#, true),
        ] {
            let page = shown(Marks::DINGTALK, text);
            assert_eq!(page.contains("<a href"), link, "{page}");
            assert!(!page.contains("\"onclick=\"alert"), "{page}");
        }
    }

    #[test]
    fn a_message_looks_like_one() {
        let page = shown(Marks::DINGTALK, "#### Released\n**a** is out\n> why\n- one\n- two");
        let bare = page.replace("<bdi>", "").replace("</bdi>", "");
        assert_eq!(
            bare,
            "<h3>Released</h3><p><strong>a</strong> is out</p><blockquote><p>why</p></blockquote><ul><li>one</li><li>two</li></ul>"
        );
    }
}
