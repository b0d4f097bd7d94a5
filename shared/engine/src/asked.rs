//! What a person asks for by hand: a recall, its undoing, a stop to a release that is still on its way.
//!
//! Each is one tag, which any later run reads and carries out; nothing here decides or takes anything away.

use goldcast_cloud::{CallError, Deadline, Transport};
use goldcast_domain::{Image, ImageRef, ledger};

use crate::run::Engine;

impl<T: Transport> Engine<T> {
    /// One of the owner's images, if it exists.
    ///
    /// # Errors
    /// When the cloud does not answer.
    pub async fn find(&self, at: &ImageRef, deadline: Deadline) -> Result<Option<Image>, CallError> {
        self.image(at, deadline).await
    }

    /// Writes on an image that its release is taken back, and why. A tag's value holds 128 characters and no URL.
    ///
    /// # Errors
    /// When the cloud refuses the tag or does not answer.
    pub async fn ask_recall(&self, at: &ImageRef, why: &str, deadline: Deadline) -> Result<(), CallError> {
        self.tag(at, ledger::RECALL, ledger::value(why), deadline).await
    }

    /// Takes that tag off again: the release comes back as far as it can.
    ///
    /// # Errors
    /// When the cloud refuses or does not answer.
    pub async fn undo_recall(&self, at: &ImageRef, deadline: Deadline) -> Result<(), CallError> {
        self.untag(at, ledger::RECALL, deadline).await
    }
}
