//! A release on its way: a bar per region on a terminal, a line per change elsewhere.

use std::time::Duration;

use goldcast_domain::RegionId;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use jiff::Timestamp;

use super::narrator::{Narrator, clock};
use super::picture::{Part, Step};
use crate::ink::{GOOD, paint};

/// One line of a bar.
const TEMPLATE: &str = "   {prefix} {bar:24.yellow/dim} {pos:>3} %  {msg}";
/// One line of a wait.
const WAIT: &str = "   {spinner} {msg:.dim}";
/// How often spinners move, so that a wait never looks like a halt.
const REDRAW: Duration = Duration::from_millis(100);

/// Shows parts as they change.
#[derive(Debug)]
pub(crate) struct Progress<'a> {
    narrator: &'a Narrator,
    shown: Vec<Option<Step>>,
    told_from: Step,
    bars: Option<Bars>,
    width: usize,
}

#[derive(Debug)]
struct Bars {
    all: MultiProgress,
    one: Vec<ProgressBar>,
}

impl<'a> Progress<'a> {
    /// Begins to show a release on its way to these regions. Without a terminal, the steps before `told_from` are not told.
    pub(crate) fn begin(narrator: &'a Narrator, regions: &[&RegionId], told_from: Step) -> Self {
        let width = regions
            .iter()
            .map(|region| region.as_str().len())
            .max()
            .unwrap_or_default();
        let bars = narrator.is_live().then(|| Bars::new(regions, width));
        Self {
            narrator,
            shown: vec![None; regions.len()],
            told_from,
            bars,
            width,
        }
    }

    /// Shows what is new.
    pub(crate) fn update(&mut self, now: Timestamp, parts: &[Part]) {
        if let Some(bars) = &self.bars {
            for (bar, part) in bars.one.iter().zip(parts) {
                bar.set_position(part.percent);
                bar.set_message(part.to_string());
            }
            return;
        }
        for (shown, part) in self.shown.iter_mut().zip(parts) {
            if shown.replace(part.step) != Some(part.step) && part.step >= self.told_from {
                self.narrator
                    .line(format_args!("   {}  {}", clock(now), part.line(self.width)));
            }
        }
    }

    /// Ends with how it stands, in lines that stay.
    pub(crate) fn end(self, parts: &[Part]) {
        let Some(bars) = &self.bars else { return };
        bars.clear();
        for part in parts {
            let mark = if part.step == Step::Committed {
                paint(GOOD, "✓")
            } else {
                "·".to_owned()
            };
            self.narrator.line(format_args!("   {mark} {}", part.line(self.width)));
        }
    }
}

/// A story that is broken off leaves no half-drawn bars.
impl Drop for Bars {
    fn drop(&mut self) {
        self.clear();
    }
}

/// A wait, on a terminal: what is waited for, and a sign that it goes on.
#[derive(Debug)]
pub(crate) struct Spinner(Option<ProgressBar>);

impl Spinner {
    /// Begins to show a wait.
    pub(crate) fn begin(narrator: &Narrator, expected: &str) -> Self {
        Self(narrator.is_live().then(|| {
            let style = ProgressStyle::with_template(WAIT).unwrap_or_else(|_| ProgressStyle::default_spinner());
            let spinner = ProgressBar::new_spinner().with_style(style);
            spinner.set_message(format!("until {expected}"));
            spinner.enable_steady_tick(REDRAW);
            spinner
        }))
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        if let Some(spinner) = &self.0 {
            spinner.finish_and_clear();
        }
    }
}

impl Bars {
    fn new(regions: &[&RegionId], width: usize) -> Self {
        let all = MultiProgress::new();
        let style = ProgressStyle::with_template(TEMPLATE)
            .unwrap_or_else(|_| ProgressStyle::default_bar())
            .progress_chars("━━─");
        let one = regions.iter().map(|region| {
            let bar = all.add(ProgressBar::new(100).with_style(style.clone()));
            bar.set_prefix(format!("{:<width$}", region.as_str()));
            bar.enable_steady_tick(REDRAW);
            bar
        });
        Self {
            one: one.collect(),
            all,
        }
    }

    fn clear(&self) {
        for bar in &self.one {
            bar.finish_and_clear();
        }
        // A terminal that cannot be written to shows nothing anyway.
        let _ = self.all.clear();
    }
}
