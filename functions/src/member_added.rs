//! `member-added`: an account joined the resource directory, or moved inside it. The cloud has no such event of its own,
//! so this takes whatever names the account. Not here: what the account should have.

use goldcast_domain::Scope;

use crate::envelope::{AccountChange, AssociationChange, Call};
use crate::{Envelope, Function, Look, Reason, Settings, worker};

/// The operations after which an account may be entitled to more.
const OPERATIONS: &[&str] = &[
    "CreateResourceAccount",
    "CreateCloudAccount",
    "EnrollAccount",
    "AcceptHandshake",
    "MoveAccount",
];

/// This function's row in the table.
pub const FUNCTION: Function = Function {
    name: "member-added",
    summary: "looks at what an account that joined or moved should have",
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
        Envelope::Association(event) if event.change == AssociationChange::Made && event.is_of(&settings.owner) => {
            event.target.clone()
        }
        Envelope::AccountItem(item) if item.change != AccountChange::Removed => item.account.clone(),
        Envelope::Call(Call::Account(account)) => account.clone(),
        other => return Err(Reason::not_mine(other)),
    };
    Ok(vec![Scope::Account(account)])
}
