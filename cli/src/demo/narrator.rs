//! Tells the story, line by line. With `--json` it tells it on standard error, because standard output then holds
//! nothing but the result.

use std::fmt::Display;
use std::io::{IsTerminal as _, Write as _};

use jiff::Timestamp;

use crate::ink::{self, GOOD, HEADING, SOFT, Who, paint};

/// Tells the story.
#[derive(Debug)]
pub(crate) struct Narrator {
    on_stderr: bool,
    live: bool,
}

impl Narrator {
    /// A narrator on standard output, or on standard error if standard output is for a machine.
    pub(crate) fn new(json: bool) -> Self {
        let story_is_seen = json || std::io::stdout().is_terminal();
        Self {
            on_stderr: json,
            live: story_is_seen && std::io::stderr().is_terminal(),
        }
    }

    /// Whether lines can be drawn over: somebody watches a terminal.
    pub(crate) fn is_live(&self) -> bool {
        self.live
    }

    /// A line as it is. A reader who went away is no reason to stop.
    pub(crate) fn line(&self, text: impl Display) {
        let _ = if self.on_stderr {
            writeln!(anstream::stderr(), "{text}")
        } else {
            writeln!(anstream::stdout(), "{text}")
        };
    }

    /// The heading of an act, and why it matters.
    pub(crate) fn act(&self, number: u32, title: &str, why: &str) {
        self.line(format_args!(
            "\n{} {}",
            paint(HEADING, format_args!("{number}.")),
            paint(HEADING, title)
        ));
        self.line(format_args!("   {}", paint(SOFT, why)));
    }

    /// Somebody does something at a moment of simulated time.
    pub(crate) fn does(&self, at: Timestamp, who: Who, what: impl Display) {
        self.line(format_args!("   {}  {} {what}", clock(at), who.painted()));
    }

    /// A fact that the story has come to.
    pub(crate) fn fact(&self, what: impl Display) {
        self.line(format_args!("   {} {what}", paint(GOOD, "✓")));
    }

    /// A labelled line of a list.
    pub(crate) fn entry(&self, label: &str, what: impl Display) {
        self.line(format_args!("   {label:<12} {what}"));
    }

    /// Something that does not stop the story.
    pub(crate) fn warning(&self, what: impl Display) {
        self.line(format_args!("   {} {what}", paint(ink::CAREFUL, "note:")));
    }
}

/// The time of day in the simulated cloud.
pub(crate) fn clock(at: Timestamp) -> String {
    paint(SOFT, at.strftime("%H:%M:%S"))
}

/// A span of simulated time as people say it.
pub(crate) fn span(from: Timestamp, to: Timestamp) -> String {
    let seconds = to.duration_since(from).as_secs();
    match (seconds / 60, seconds % 60) {
        (0, seconds) => format!("{seconds} s"),
        (minutes, 0) => format!("{minutes} min"),
        (minutes, seconds) => format!("{minutes} min {seconds} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_said_in_minutes_and_seconds() {
        let at = |second| Timestamp::from_second(second).unwrap();
        for (seconds, said) in [(0, "0 s"), (59, "59 s"), (60, "1 min"), (754, "12 min 34 s")] {
            assert_eq!(span(at(0), at(seconds)), said);
        }
    }
}
