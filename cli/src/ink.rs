//! The few styles of the output, so that one colour means one thing. Not here: whether colours are shown, which the
//! streams of `anstream` decide.

use std::fmt;

use anstyle::{AnsiColor, Color, Style};

/// A heading.
pub(crate) const HEADING: Style = Style::new().bold();
/// What may be skipped: times, reasons.
pub(crate) const SOFT: Style = Style::new().dimmed();
/// As it should be.
pub(crate) const GOOD: Style = colour(AnsiColor::Green);
/// Not as it should be.
pub(crate) const BAD: Style = colour(AnsiColor::Red).bold();
/// Worth a look.
pub(crate) const CAREFUL: Style = colour(AnsiColor::Yellow);

const fn colour(colour: AnsiColor) -> Style {
    Style::new().fg_color(Some(Color::Ansi(colour)))
}

/// Who does something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    /// Builds images, in the owner's account.
    Pipeline,
    /// Manages accounts, in the management account.
    PlatformTeam,
    /// The functions.
    Goldcast,
}

impl Who {
    const fn style(self) -> Style {
        match self {
            Self::Pipeline => colour(AnsiColor::Cyan),
            Self::PlatformTeam => colour(AnsiColor::Magenta),
            Self::Goldcast => colour(AnsiColor::Yellow),
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Pipeline => "pipeline",
            Self::PlatformTeam => "platform team",
            Self::Goldcast => "goldcast",
        }
    }

    /// The name in its colour, as wide as the widest.
    pub(crate) fn painted(self) -> String {
        paint(self.style(), format_args!("{:<14}", self.name()))
    }
}

/// The text in a style.
pub(crate) fn paint(style: Style, text: impl fmt::Display) -> String {
    format!("{style}{text}{style:#}")
}

/// `1 account`, `2 accounts`.
pub(crate) fn count(number: usize, thing: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {thing}{plural}")
}
