//! What messages are about, and how much they want to be read.

use std::fmt;

/// How much a message wants to be read. A channel may ask for the weighty ones only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Good to know.
    Info,
    /// Something is not as it should be, and nobody has to act now.
    Warning,
    /// People must act, or must know at once.
    Critical,
}

impl Severity {
    /// Every severity, lightest first.
    pub const ALL: [Self; 3] = [Self::Info, Self::Warning, Self::Critical];

    /// The name in the policy file: `info`, `warning`, `critical`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }
}

/// What a message is about. A channel subscribes to kinds. Ordered by how much it wants to be read, lightest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A release is on its way into its regions.
    ReleaseStarted,
    /// A release can be launched by its family.
    Released,
    /// Accounts gained access.
    Onboarded,
    /// Accounts lost access.
    Offboarded,
    /// Something is not as it should be, and nobody has to act now.
    Drift,
    /// A release was taken back.
    Recalled,
    /// A person must act; goldcast cannot or may not.
    NeedsYou,
}

impl Kind {
    /// Every kind, for tables and configuration, lightest first.
    pub const ALL: [Self; 7] = [
        Self::ReleaseStarted,
        Self::Released,
        Self::Onboarded,
        Self::Offboarded,
        Self::Drift,
        Self::Recalled,
        Self::NeedsYou,
    ];

    /// How much messages of this kind want to be read.
    pub fn severity(self) -> Severity {
        match self {
            Self::ReleaseStarted | Self::Released | Self::Onboarded | Self::Offboarded => Severity::Info,
            Self::Drift => Severity::Warning,
            Self::Recalled | Self::NeedsYou => Severity::Critical,
        }
    }

    /// The name in the policy file: `release-started`, `released`, `onboarded`, `offboarded`, `drift`, `recalled`,
    /// `needs-you`.
    pub fn name(self) -> &'static str {
        match self {
            Self::ReleaseStarted => "release-started",
            Self::Released => "released",
            Self::Onboarded => "onboarded",
            Self::Offboarded => "offboarded",
            Self::Drift => "drift",
            Self::Recalled => "recalled",
            Self::NeedsYou => "needs-you",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heavier_kind_is_never_less_severe() {
        assert!(Kind::ALL.is_sorted() && Kind::ALL.is_sorted_by_key(|kind| kind.severity()));
    }
}
