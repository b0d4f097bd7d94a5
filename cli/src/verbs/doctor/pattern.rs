//! Compares a deployed pattern with the template's: by its words, and by the sample events that it lets through.

use goldcast_emulator::world::Pattern;
use goldcast_functions::{SAMPLES, Sample};
use serde_json::Value;

/// How a pattern differs from what it should be.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Difference {
    /// Not at all.
    None,
    /// It says something else, and lets the same samples through.
    Words,
    /// These samples do not get through any more.
    Misses(Vec<&'static str>),
}

/// Compares two patterns, JSON as text.
pub(super) fn difference(wanted: &str, there: &str) -> Difference {
    let read = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
    let (wanted, there) = (read(wanted), read(there));
    if wanted == there {
        return Difference::None;
    }
    let there = let_through(there);
    let mut missed = let_through(wanted);
    missed.retain(|sample| !there.contains(sample));
    if missed.is_empty() {
        Difference::Words
    } else {
        Difference::Misses(missed)
    }
}

/// The names of the sample events that a pattern lets through, as this repository reads patterns.
pub(super) fn let_through(pattern: Value) -> Vec<&'static str> {
    let Ok(pattern) = Pattern::try_from(pattern) else {
        return Vec::new();
    };
    let passes = |sample: &&Sample| pattern.matches(&serde_json::from_str(sample.event).unwrap_or_default());
    SAMPLES.iter().filter(passes).map(|sample| sample.name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_judged_by_what_it_lets_through() {
        let wanted = r#"{"source":["acs.oos"],"type":[{"prefix":"oos:CloudMonitor:Execution"}]}"#;
        assert_eq!(difference(wanted, &wanted.replace(',', ", ")), Difference::None);
        assert_eq!(difference(wanted, r#"{"source":["acs.oos"]}"#), Difference::Words);
        for there in [r#"{"source":["acs.ecs"]}"#, "no json"] {
            assert!(matches!(difference(wanted, there), Difference::Misses(_)), "{there}");
        }
    }
}
