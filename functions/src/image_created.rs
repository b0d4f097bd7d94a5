//! `image-created`: an image was made, imported, tagged or changed. Woken by audit events of the home region, by tags set in
//! any region (a recall can be asked for on a copy), by the end of an OOS execution and by a pipeline's direct call. Not here:
//! whether the image is golden.

use goldcast_domain::Scope;

use crate::envelope::{Audit, Call};
use crate::{Envelope, Function, Look, Reason, Settings, worker};

/// The operations after which an image of the home region may have become golden, or a person has asked for a recall.
const OPERATIONS: &[&str] = &[
    "CreateImage",
    "ImportImage",
    "TagResources",
    "UntagResources",
    "ModifyImageAttribute",
];

/// The operations by which a person recalls a release on one of its copies, or takes that back.
const TAGGING: &[&str] = &["TagResources", "UntagResources"];

/// This function's row in the table.
pub const FUNCTION: Function = Function {
    name: "image-created",
    summary: "looks at an image that was made, tagged or changed in the home region",
    look,
    serve: worker::serve,
};

/// Where this function looks.
pub fn look(envelope: &Envelope, settings: &Settings) -> Look {
    Look::over(envelope, settings, |hint| at(hint, settings))
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "everything else is somebody else's business"
)]
fn at(hint: &Envelope, settings: &Settings) -> Result<Vec<Scope>, Reason> {
    match hint {
        Envelope::Audit(record) if OPERATIONS.contains(&record.operation()) && record.may_concern_images() => {
            at_record(record, settings)
        }
        // An execution does not name the image that it built: one listing of the home region finds it.
        Envelope::Execution(execution) if execution.succeeded() => Ok(vec![Scope::InFlight]),
        Envelope::Call(Call::Image(image)) => Ok(vec![Scope::Image(image.clone())]),
        other => Err(Reason::not_mine(other)),
    }
}

fn at_record(record: &Audit, settings: &Settings) -> Result<Vec<Scope>, Reason> {
    let region = record.region()?;
    if region == settings.home_region || TAGGING.contains(&record.operation()) {
        Ok(record.image_scopes()?)
    } else {
        Err(Reason::OtherRegion { region })
    }
}
