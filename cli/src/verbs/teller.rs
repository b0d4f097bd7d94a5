//! Tells people what happens, and asks them. With `--json` standard output holds nothing but the result, and lines are
//! told on standard error where somebody watches.

use std::fmt::Display;
use std::io::{IsTerminal as _, Write as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::Value;

use super::trouble::Trouble;
use crate::ink::{HEADING, paint};

/// One line of a wait.
const WAIT: &str = "{spinner} {msg:.dim}";
/// How often the spinner moves, so that a wait never looks like a halt.
const REDRAW: Duration = Duration::from_millis(100);

/// Tells people what happens. Copies tell on the same streams.
#[derive(Debug, Clone)]
pub(crate) struct Teller {
    json: bool,
    /// Whether standard error is a terminal.
    live: bool,
    /// What turns while something is waited for.
    spinner: Arc<Mutex<Option<ProgressBar>>>,
}

impl Teller {
    /// A teller for a person, or for a machine.
    pub(super) fn new(json: bool) -> Self {
        Self {
            json,
            live: std::io::stderr().is_terminal(),
            spinner: Arc::default(),
        }
    }

    /// Whether somebody watches who sees things move.
    pub(super) fn is_live(&self) -> bool {
        self.live
    }

    /// A line for a person. A reader who went away is no reason to stop.
    pub(super) fn line(&self, text: impl Display) {
        let write = || match (self.json, self.live) {
            (false, _) => writeln!(anstream::stdout(), "{text}"),
            (true, true) => writeln!(anstream::stderr(), "{text}"),
            (true, false) => Ok(()),
        };
        let _ = match &*self.spinner() {
            Some(spinner) => spinner.suspend(write),
            None => write(),
        };
    }

    /// The heading of a part.
    pub(super) fn heading(&self, text: impl Display) {
        self.line(paint(HEADING, text));
    }

    /// The one object that a machine reads.
    pub(super) fn result(&self, result: &Value) {
        if self.json {
            // Nobody reads it if it cannot be written; the exit code says the same.
            let _ = writeln!(anstream::stdout(), "{result}");
        }
    }

    /// Waits for something, and shows on a terminal that it goes on.
    pub(super) async fn during<T>(&self, what: &'static str, work: impl Future<Output = T>) -> T {
        if self.live {
            let style = ProgressStyle::with_template(WAIT).unwrap_or_else(|_| ProgressStyle::default_spinner());
            let spinner = ProgressBar::new_spinner().with_style(style).with_message(what);
            spinner.enable_steady_tick(REDRAW);
            *self.spinner() = Some(spinner);
        }
        let outcome = work.await;
        if let Some(spinner) = self.spinner().take() {
            spinner.finish_and_clear();
        }
        outcome
    }

    fn spinner(&self) -> MutexGuard<'_, Option<ProgressBar>> {
        self.spinner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks at a terminal unless the answer is known.
    pub(super) fn confirm(&self, question: &str, yes: bool) -> Result<bool, Trouble> {
        if yes {
            return Ok(true);
        }
        if !std::io::stdin().is_terminal() || !self.live {
            return Err(Trouble::NobodyToAsk);
        }
        let _ = write!(anstream::stderr(), "\n{} [y/N] ", paint(HEADING, question));
        let _ = std::io::stderr().flush();
        let mut answer = String::new();
        let read = std::io::stdin().read_line(&mut answer);
        Ok(read.is_ok() && matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
    }
}
