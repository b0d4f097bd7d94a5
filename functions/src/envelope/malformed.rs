//! What is wrong with a body that cannot be read. Not here: its content, which may be anything and is never repeated.

use std::fmt;

/// A body, or a part of one, that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed {
    /// What was being read.
    pub what: &'static str,
    /// Where, such as `[3].data.acsRegion`; empty for the whole.
    pub path: String,
    /// What would have been right.
    pub expected: &'static str,
}

impl Malformed {
    pub(super) fn new(what: &'static str, path: impl Into<String>, expected: &'static str) -> Self {
        Self {
            what,
            path: path.into(),
            expected,
        }
    }

    /// The same, seen from the envelope at `outer` that it stands in.
    pub(super) fn within(mut self, outer: &str) -> Self {
        self.path = join(outer, &self.path);
        self
    }
}

/// A path inside the path `outer`.
pub(super) fn join(outer: &str, inner: &str) -> String {
    if outer.is_empty() || inner.is_empty() || inner.starts_with('[') {
        format!("{outer}{inner}")
    } else {
        format!("{outer}.{inner}")
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, path, expected } = self;
        if path.is_empty() {
            write!(f, "cannot read {what}: expected {expected}")
        } else {
            write!(f, "cannot read {what} at {path}: expected {expected}")
        }
    }
}
