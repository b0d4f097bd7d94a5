//! `copy-completed`: a copy may have ended. A timer is the authority, because the cloud has no such event; snapshot
//! events and audit events only make it quicker. Not here: reading how far a copy is.

use goldcast_domain::Scope;

use crate::envelope::Call;
use crate::{Envelope, Function, Look, Reason, Settings, worker};

/// The operations that start or end a copy.
const OPERATIONS: &[&str] = &["CopyImage", "CancelCopyImage"];

/// Kinds of snapshots that stand behind a copied or imported image.
const SNAPSHOT_KINDS: &[&str] = &["copied", "imported"];

/// This function's row in the table.
pub const FUNCTION: Function = Function {
    name: "copy-completed",
    summary: "looks at releases with work in flight, every minute and when a copy ends",
    look,
    serve: worker::serve,
};

/// Where this function looks.
pub fn look(envelope: &Envelope, settings: &Settings) -> Look {
    Look::over(envelope, settings, at)
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "everything else is somebody else's business"
)]
fn at(hint: &Envelope) -> Result<Vec<Scope>, Reason> {
    match hint {
        Envelope::Timer(_) => Ok(vec![Scope::InFlight]),
        // A snapshot does not name its image. One that failed is news as well.
        Envelope::Snapshot(snapshot) if SNAPSHOT_KINDS.contains(&snapshot.kind.as_str()) => Ok(vec![Scope::InFlight]),
        Envelope::Audit(record) if OPERATIONS.contains(&record.operation()) => Ok(record.image_scopes()?),
        Envelope::Call(Call::Image(image)) => Ok(vec![Scope::Image(image.clone())]),
        other => Err(Reason::not_mine(other)),
    }
}
