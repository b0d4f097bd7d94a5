//! Names and tags are the ledger: the tag keys that say what an image is to us, and what stands in them.
//!
//! An ECS resource holds 20 tags and a copy inherits its source's, so goldcast keeps to [`OWN_TAGS_MAX`].

/// On a copy: the id of the source it was made from.
pub const SOURCE: &str = "goldcast:source";
/// On a copy: the release, which is the name of its source.
pub const RELEASE: &str = "goldcast:release";
/// On a copy: the policy that had it made.
pub const POLICY: &str = "goldcast:policy";
/// On a source: which attempt each region is at, where it is not the first: see [`Attempts`].
pub const ATTEMPTS: &str = "goldcast:attempts";

/// On the image that speaks for what is leaving: see [`Leaving`].
pub const STATE: &str = "goldcast:state";
/// Set by people and pipelines, on the source or any living copy: the release is taken back, and why. Removed: it comes back.
pub const RECALL: &str = "goldcast:recall";
/// Set by people on any source: its policy rests.
pub const PAUSED: &str = "goldcast:paused";
/// Set by pipelines on a source: the image that it was built from, by id, or its release, by name.
pub const PARENT: &str = "goldcast:parent";

/// What every tag of ours begins with.
pub const PREFIX: &str = "goldcast:";
/// Tags that goldcast sets on one image at most, now and later.
pub const OWN_TAGS_MAX: usize = 6;
/// Tags that an ECS resource holds at most
/// (<https://www.alibabacloud.com/help/en/ecs/user-guide/overview-of-tags>).
pub const TAGS_MAX: usize = 20;
/// Characters that a tag's value holds at most.
pub const TAG_VALUE_CHARS_MAX: usize = 128;

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;

use crate::{Gather as _, RegionId};

/// A text as a tag's value holds it.
pub fn value(text: &str) -> &str {
    match text.char_indices().nth(TAG_VALUE_CHARS_MAX) {
        Some((end, _)) => text.get(..end).unwrap_or_default(),
        None => text,
    }
}

/// What is leaving, and since when, as `retiring 2026-03-02T12:00:00Z`.
///
/// It stands in a tag before the first step, so that whatever dies in between is found again; a person can read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Leaving {
    /// What became of it.
    pub stage: LeavingStage,
    /// Since when.
    pub since: Timestamp,
}

/// How far something that leaves has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeavingStage {
    /// Retired, or its region was taken out of the policy: on its way.
    Retiring,
    /// Recalled: on its way.
    Recalled,
    /// All that can be taken back has been; what is left stays.
    Gone,
}

impl Leaving {
    /// Reads the tag's value; nonsense is nothing.
    pub fn parse(value: &str) -> Option<Self> {
        let (word, since) = value.split_once(' ')?;
        let stage = match word {
            "retiring" => LeavingStage::Retiring,
            "recalled" => LeavingStage::Recalled,
            "gone" => LeavingStage::Gone,
            _ => return None,
        };
        let since = since.parse().ok()?;
        Some(Self { stage, since })
    }
}

impl fmt::Display for Leaving {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.stage {
            LeavingStage::Retiring => "retiring",
            LeavingStage::Recalled => "recalled",
            LeavingStage::Gone => "gone",
        };
        write!(f, "{word} {:.0}", self.since)
    }
}

/// Which attempt each region is at. A region that is not named is at its first.
///
/// Written as `cn-shanghai=2 ap-southeast-1=3`, so that a person can read it in the console. Entries that make no sense
/// are dropped: the tag can be edited by anyone, and a lost count only means one attempt more.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attempts(BTreeMap<RegionId, u32>);

impl Attempts {
    /// Reads the tag's value.
    pub fn parse(value: &str) -> Self {
        let entries = value.split_whitespace().filter_map(|entry| {
            let (region, attempt) = entry.split_once('=')?;
            Some((
                region.parse().ok()?,
                attempt.parse().ok().filter(|n| (2..=99).contains(n))?,
            ))
        });
        Self(entries.gather())
    }

    /// The attempt that this region is at, from 1.
    pub fn of(&self, region: &RegionId) -> u32 {
        self.0.get(region).copied().unwrap_or(1)
    }

    /// The same with this region one attempt further, or nothing where the tag could not hold it.
    pub fn after_failure_in(&self, region: &RegionId) -> Option<Self> {
        let mut next = self.clone();
        next.0.insert(region.clone(), self.of(region) + 1);
        (next.to_string().chars().count() <= TAG_VALUE_CHARS_MAX).then_some(next)
    }
}

impl fmt::Display for Attempts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, (region, attempt)) in self.0.iter().enumerate() {
            let blank = if position == 0 { "" } else { " " };
            write!(f, "{blank}{region}={attempt}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(id: &str) -> RegionId {
        id.parse().unwrap()
    }

    #[test]
    fn attempts_survive_being_written_and_read() {
        let once = Attempts::default().after_failure_in(&region("cn-shanghai")).unwrap();
        let twice = once.after_failure_in(&region("cn-shanghai")).unwrap();
        let both = twice.after_failure_in(&region("ap-southeast-1")).unwrap();
        assert_eq!(both.to_string(), "ap-southeast-1=2 cn-shanghai=3");
        assert_eq!(Attempts::parse(&both.to_string()), both);
        assert_eq!(both.of(&region("cn-shanghai")), 3);
        assert_eq!(both.of(&region("cn-beijing")), 1);
    }

    #[test]
    fn nonsense_in_the_tag_counts_as_a_first_attempt() {
        for value in [
            "",
            "=",
            "cn-shanghai",
            "cn-shanghai=x",
            "cn-shanghai=0",
            "cn-shanghai=4294967295",
            "? =2",
        ] {
            assert_eq!(Attempts::parse(value).of(&region("cn-shanghai")), 1, "{value:?}");
        }
    }

    #[test]
    fn what_is_leaving_survives_being_written_and_read_to_the_second() {
        let leaving = Leaving {
            stage: LeavingStage::Retiring,
            since: "2026-03-02T12:00:00.7Z".parse().unwrap(),
        };
        assert_eq!(leaving.to_string(), "retiring 2026-03-02T12:00:00Z");
        assert_eq!(
            Leaving::parse(&leaving.to_string()).map(|read| read.stage),
            Some(leaving.stage)
        );
        for nonsense in ["", "retiring", "retiring soon", "sleeping 2026-03-02T12:00:00Z"] {
            assert_eq!(Leaving::parse(nonsense), None, "{nonsense:?}");
        }
    }

    #[test]
    fn a_tag_that_is_full_takes_no_more_regions() {
        let mut attempts = Attempts::default();
        let mut taken = 0;
        while let Some(next) = attempts.after_failure_in(&region(&format!("cn-region{taken:03}"))) {
            attempts = next;
            taken += 1;
        }
        assert!((5..20).contains(&taken));
        assert!(attempts.to_string().len() <= TAG_VALUE_CHARS_MAX);
    }
}
