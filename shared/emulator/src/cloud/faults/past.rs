//! What was before a write: what a read sees that lags behind. Not here: how far which read lags.

use jiff::Timestamp;

use crate::cloud::directory::Directory;
use crate::cloud::ecs::Ecs;
use crate::cloud::sharing::Sharing;

/// The products whose listings may lag, as they were.
#[derive(Debug, Clone)]
pub(super) struct Past {
    /// When the write came that ended this state.
    pub(super) at: Timestamp,
    pub(super) ecs: Ecs,
    pub(super) directory: Directory,
    pub(super) sharing: Sharing,
}
