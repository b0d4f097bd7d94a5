//! `member-removed`: an account left the resource directory, or moved inside it. Not here: proof that it left; an event
//! proves nothing, and no access is taken away before the directory itself has said so.

use goldcast_domain::Scope;

use crate::envelope::{AccountChange, AssociationChange, Call};
use crate::{Envelope, Function, Look, Reason, Settings, worker};

/// The operations after which an account may be entitled to less.
const OPERATIONS: &[&str] = &["RemoveCloudAccount", "DeleteAccount", "MoveAccount"];

/// This function's row in the table.
pub const FUNCTION: Function = Function {
    name: "member-removed",
    summary: "looks at what an account that left or moved should lose",
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
    let account = match hint {
        Envelope::Audit(record) if OPERATIONS.contains(&record.operation()) => {
            record.member()?.ok_or_else(|| Reason::no_account(record))?
        }
        Envelope::Association(event) if event.change == AssociationChange::Ended && event.is_of(&settings.owner) => {
            event.target.clone()
        }
        Envelope::AccountItem(item) if item.change != AccountChange::Discovered => item.account.clone(),
        Envelope::Call(Call::Account(account)) => account.clone(),
        other => return Err(Reason::not_mine(other)),
    };
    Ok(vec![Scope::Account(account)])
}
