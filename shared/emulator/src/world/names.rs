//! Ids that the platform gives to requests and instances. Not here: the cloud's own ids.

use std::fmt::Write as _;

use jiff::SignedDuration;
use sha2::{Digest, Sha256};

use crate::cloud::Span;

/// Ids of requests and instances: the same in every run with one seed.
#[derive(Debug)]
pub(super) struct Names {
    seed: u64,
    requests: u64,
    instances: u64,
    draws: u64,
    messages: u64,
}

impl Names {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            seed,
            requests: 0,
            instances: 0,
            draws: 0,
            messages: 0,
        }
    }

    fn hex(&self, kind: &str, number: u64) -> String {
        let digest = Sha256::digest(format!("{}/{kind}/{number}", self.seed));
        digest.iter().fold(String::new(), |mut hex, byte| {
            // Writing into a String cannot fail.
            let _written = write!(hex, "{byte:02x}");
            hex
        })
    }

    /// A duration within `span`, in whole milliseconds; each call draws anew.
    pub(super) fn within(&mut self, span: Span) -> SignedDuration {
        self.draws += 1;
        let digits = self.hex("draw", self.draws);
        let number = digits.get(..15).and_then(|digits| i64::from_str_radix(digits, 16).ok());
        let width = i64::try_from((span.longest - span.shortest).as_millis()).unwrap_or(0);
        let extra = number.unwrap_or(0).checked_rem(width.saturating_add(1)).unwrap_or(0);
        span.shortest + SignedDuration::from_millis(extra)
    }

    /// Ids of a queue's message: of the request that put it there, and its own.
    pub(super) fn message(&mut self) -> (String, String) {
        self.messages += 1;
        let hex = self.hex("message", self.messages).to_uppercase();
        let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default().to_owned();
        (part(0, 12), format!("{}-1", part(12, 20)))
    }

    pub(super) fn request(&mut self) -> String {
        self.requests += 1;
        let hex = self.hex("request", self.requests);
        format!(
            "1-{:.8}-{:.8}-{:.12}",
            hex,
            hex.get(8..).unwrap_or_default(),
            hex.get(16..).unwrap_or_default()
        )
    }

    pub(super) fn instance(&mut self) -> String {
        self.instances += 1;
        let hex = self.hex("instance", self.instances);
        format!("c-{:.8}-{:.20}", hex, hex.get(8..).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_look_as_the_platforms_do_and_follow_from_the_seed() {
        let (mut names, mut again) = (Names::new(7), Names::new(7));
        let first = names.request();
        let lengths: Vec<_> = first.split('-').map(str::len).collect();
        assert_eq!(lengths, [1, 8, 8, 12]);
        assert_eq!(first, again.request());
        assert_ne!(first, names.request());
        assert_ne!(first, Names::new(8).request());
        assert!(names.instance().starts_with("c-"));
    }
}
