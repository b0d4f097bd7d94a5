//! How far each package is: a line per function that moves on a terminal, a line per finished package elsewhere.

use std::collections::BTreeMap;
use std::time::Duration;

use goldcast_packaging::{Listing, PACKAGE_BYTES_MAX};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use crate::ink::{GOOD, SOFT, paint};
use crate::verbs::teller::Teller;

/// One line of a package that is on its way.
const TEMPLATE: &str = "  {spinner} {prefix}  {msg:.dim}";
/// How often spinners move, so that a build never looks like a halt.
const REDRAW: Duration = Duration::from_millis(100);

/// Shows packages as they come about.
#[derive(Debug)]
pub(super) struct Progress<'a> {
    teller: &'a Teller,
    bars: Option<MultiProgress>,
    one: BTreeMap<&'static str, (ProgressBar, u32)>,
    width: usize,
}

impl<'a> Progress<'a> {
    /// Begins to show the packages of these functions.
    pub(super) fn begin(teller: &'a Teller, functions: &[&'static str]) -> Self {
        let width = functions.iter().map(|name| name.len()).max().unwrap_or_default();
        let bars = teller.is_live().then(MultiProgress::new);
        let style = ProgressStyle::with_template(TEMPLATE).unwrap_or_else(|_| ProgressStyle::default_spinner());
        let one = bars.iter().flat_map(|all| {
            functions.iter().map(|name| {
                let bar = all.add(ProgressBar::new_spinner().with_style(style.clone()));
                bar.set_prefix(format!("{name:<width$}"));
                bar.set_message("waits for its turn");
                (*name, (bar, 0))
            })
        });
        Self {
            teller,
            one: one.collect(),
            bars,
            width,
        }
    }

    /// One more crate of a function is compiled.
    pub(super) fn step(&mut self, function: &str) {
        if let Some((bar, crates)) = self.one.get_mut(function) {
            *crates += 1;
            bar.enable_steady_tick(REDRAW);
            bar.set_message(format!("building, {crates} crates"));
        }
    }

    /// A function is built.
    pub(super) fn packing(&self, function: &str) {
        if let Some((bar, _)) = self.one.get(function) {
            bar.enable_steady_tick(REDRAW);
            bar.set_message("packing");
        }
    }

    /// A package is written.
    pub(super) fn done(&mut self, listing: &Listing) {
        if let Some((bar, _)) = self.one.get(listing.function.as_str()) {
            bar.finish_and_clear();
        }
        let share = listing.bytes * 100 / PACKAGE_BYTES_MAX;
        let line = format!(
            "  {} {:<width$}  {}  {}",
            paint(GOOD, "✓"),
            listing.function,
            megabytes(listing.bytes),
            paint(
                SOFT,
                format_args!(
                    "{share} % of what a package may have; program {}, sha256 {}",
                    megabytes(listing.program_bytes),
                    listing.sha256.get(..12).unwrap_or_default()
                )
            ),
            width = self.width,
        );
        match &self.bars {
            Some(bars) => bars.suspend(|| self.teller.line(line)),
            None => self.teller.line(line),
        }
    }
}

/// What is broken off leaves no half-drawn lines.
impl Drop for Progress<'_> {
    fn drop(&mut self) {
        for (bar, _) in self.one.values() {
            bar.finish_and_clear();
        }
    }
}

/// A size as people compare it, in millions of bytes with two digits.
pub(super) fn megabytes(bytes: usize) -> String {
    let hundredths = (bytes + 5_000) / 10_000;
    format!("{}.{:02} MB", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_rounded_to_two_digits() {
        assert_eq!(megabytes(2_017_399), "2.02 MB");
        assert_eq!(megabytes(4_999), "0.00 MB");
        assert_eq!(megabytes(12_345_678), "12.35 MB");
    }
}
