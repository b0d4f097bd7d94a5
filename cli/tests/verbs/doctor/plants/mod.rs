//! Every defect that doctor knows, planted in a set-up that is well. Not here: looking for them.

mod canaries;
mod channels;
mod directory;
mod encryption;
mod events;
mod functions;
mod identity;
mod quotas;
mod roles;
mod triggers;
mod unread;

use super::company::{Company, Golden};
use crate::scene::Conditions;

/// All of them, part by part.
pub(super) const PLANTS: [(&str, &[Plant]); 11] = [
    ("canaries", canaries::PLANTS),
    ("channels", channels::PLANTS),
    ("directory", directory::PLANTS),
    ("encryption", encryption::PLANTS),
    ("events", events::PLANTS),
    ("functions", functions::PLANTS),
    ("identity", identity::PLANTS),
    ("quotas", quotas::PLANTS),
    ("roles", roles::PLANTS),
    ("triggers", triggers::PLANTS),
    ("unread", unread::PLANTS),
];

/// A defect, and what doctor says of it.
#[derive(Clone, Copy)]
pub(super) struct Plant {
    /// `<severity> <id>`.
    pub(super) finds: &'static str,
    /// What doctor finds besides, because one thing comes of another.
    pub(super) also: &'static [&'static str],
    /// What somebody did.
    pub(super) what: &'static str,
    /// What was different from the start.
    pub(super) conditions: Conditions,
    pub(super) golden: Golden,
    /// What doctor is asked besides.
    pub(super) arguments: &'static str,
    /// Does it.
    pub(super) work: fn(&Company),
}

impl Plant {
    /// What somebody does to a healthy set-up.
    const fn new(finds: &'static str, what: &'static str, work: fn(&Company)) -> Self {
        Self {
            finds,
            also: &[],
            what,
            conditions: Conditions::STANDARD,
            golden: Golden::None,
            arguments: "",
            work,
        }
    }

    /// What is wrong from the start.
    const fn under(finds: &'static str, what: &'static str, conditions: Conditions) -> Self {
        Self {
            conditions,
            ..Self::new(finds, what, |_| {})
        }
    }

    /// The same, of which these come too.
    const fn also(self, also: &'static [&'static str]) -> Self {
        Self { also, ..self }
    }

    /// The same with a golden image.
    const fn with(self, golden: Golden) -> Self {
        Self { golden, ..self }
    }

    /// The same, asked more.
    const fn asked(self, arguments: &'static str) -> Self {
        Self { arguments, ..self }
    }
}
