//! What every receiver can do, whichever platform it plays. Not here: any platform.

use http::request::Parts;

use super::reply::{Arrived, Reply, Verdict};

/// One robot, bot or endpoint of a platform.
pub(super) trait Platform: std::fmt::Debug + Send {
    /// The platform, as policies name it.
    fn name(&self) -> &'static str;

    /// Path and query of its webhook address. It holds the credential where the platform keeps it there.
    fn path(&self) -> String;

    /// Whether a request is for this one, by its address alone.
    fn is_addressed(&self, parts: &Parts) -> bool;

    /// Takes a message or refuses it, as the platform does.
    fn receive(&mut self, arrived: &Arrived<'_>) -> Verdict;

    /// What it answers to a message that it took.
    fn thanks(&mut self, arrived: &Arrived<'_>) -> Reply;

    /// How it says that something failed, by this code, where it says so with a status of success.
    fn failure(&self, code: i64) -> Reply;
}
