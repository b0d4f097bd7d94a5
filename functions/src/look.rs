//! The outcome of reading an event: places to look at, or the reason why there is nothing to do.
//! Not here: what each function makes of a hint; that is the functions' own files.

use std::fmt;

use goldcast_domain::{RegionId, Scope};

use crate::envelope::Audit;
use crate::{Envelope, Malformed, Settings};

/// Most places that one invocation looks at one by one; where an event names more, one look at everything is cheaper.
/// A call can tag fifty images at once, and those must still fit.
const SCOPES_MAX: usize = 64;

/// Most reasons repeated for a batch with nothing to do.
const REASONS_SHOWN_MAX: usize = 3;

/// Where a function looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Look {
    /// At these places: at least one, at most 64, each once.
    At(Vec<Scope>),
    /// Nowhere. The event is answered as done.
    Nothing {
        /// Why.
        reason: Reason,
    },
}

/// Why an event leads nowhere. Texts from the event are shown escaped and cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// It cannot be read.
    Malformed(Malformed),
    /// One of our own roles made the call: looking would follow our own footsteps for ever.
    OwnRole {
        /// The role's name.
        role: String,
    },
    /// The call was refused and changed nothing.
    FailedCall {
        /// The API operation.
        operation: String,
        /// The error code.
        code: String,
    },
    /// The call only read.
    ReadCall {
        /// The API operation.
        operation: String,
    },
    /// Another region's images are not sources.
    OtherRegion {
        /// Where it happened.
        region: RegionId,
    },
    /// The event is whole, but no business of this function.
    NotMine {
        /// What the event is.
        event: String,
    },
    /// The record names no account. The sweep finds it by listing.
    NoAccount {
        /// The API operation.
        operation: String,
    },
    /// The function that answered asks for no sweep.
    NotWoken,
    /// A batch without an event.
    Empty,
    /// Nothing in the whole batch: its different reasons, the first few of them.
    Batch(Vec<Reason>),
}

impl Look {
    /// Looks at every hint of the envelope with `at`, after dropping what no function follows.
    pub(crate) fn over(
        envelope: &Envelope,
        settings: &Settings,
        at: impl Fn(&Envelope) -> Result<Vec<Scope>, Reason>,
    ) -> Self {
        let mut scopes = Vec::new();
        let mut reasons = Vec::new();
        for hint in envelope.hints() {
            match drop_reason(hint, settings).map_or_else(|| at(hint), Err) {
                Ok(found) => add(&mut scopes, found),
                Err(reason) if reasons.contains(&reason) || reasons.len() >= REASONS_SHOWN_MAX => {}
                Err(reason) => reasons.push(reason),
            }
        }
        if scopes.len() > SCOPES_MAX {
            scopes = vec![Scope::Everything];
        }
        if !scopes.is_empty() {
            return Self::At(scopes);
        }
        let reason = match (reasons.pop(), reasons.is_empty()) {
            (None, _) => Reason::Empty,
            (Some(only), true) => only,
            (Some(last), false) => {
                reasons.push(last);
                Reason::Batch(reasons)
            }
        };
        Self::Nothing { reason }
    }
}

/// Adds what is new. Everything includes every other place.
fn add(scopes: &mut Vec<Scope>, found: Vec<Scope>) {
    for scope in found {
        if scope == Scope::Everything {
            *scopes = vec![scope];
        } else if scopes.len() <= SCOPES_MAX && !scopes.contains(&Scope::Everything) && !scopes.contains(&scope) {
            scopes.push(scope);
        }
    }
}

/// Why no function follows this hint, whatever it is about.
fn drop_reason(hint: &Envelope, settings: &Settings) -> Option<Reason> {
    if let Envelope::Malformed(malformed) = hint {
        return Some(Reason::Malformed(malformed.clone()));
    }
    let Envelope::Audit(record) = hint else { return None };
    let operation = || record.operation().to_owned();
    if let Some(code) = record.error_code() {
        return Some(Reason::FailedCall {
            operation: operation(),
            code,
        });
    }
    if record.only_reads() {
        return Some(Reason::ReadCall { operation: operation() });
    }
    own_role(record, settings).map(|role| Reason::OwnRole { role })
}

/// A foreign account's role of our name is not ours.
fn own_role(record: &Audit, settings: &Settings) -> Option<String> {
    let (account, role) = record.assumed_role()?;
    let ours = account == settings.owner.as_str()
        && !settings.role_prefix.is_empty()
        && role.starts_with(&settings.role_prefix);
    ours.then(|| role.to_owned())
}

impl From<Malformed> for Reason {
    fn from(malformed: Malformed) -> Self {
        Self::Malformed(malformed)
    }
}

impl Reason {
    /// The hint is whole, but no business of the function that asks.
    pub(crate) fn not_mine(hint: &Envelope) -> Self {
        Self::NotMine {
            event: hint.to_string(),
        }
    }

    /// The record is this function's business, but does not say which account it is about.
    pub(crate) fn no_account(record: &Audit) -> Self {
        Self::NoAccount {
            operation: record.operation().to_owned(),
        }
    }
}

impl fmt::Display for Look {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(scopes) => list(f, scopes, ", "),
            Self::Nothing { reason } => write!(f, "nothing: {reason}"),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(malformed) => malformed.fmt(f),
            Self::OwnRole { role } => write!(f, "our own role {} made the call", Shown(role)),
            Self::FailedCall { operation, code } => {
                write!(f, "the call {} failed with {}", Shown(operation), Shown(code))
            }
            Self::ReadCall { operation } => write!(f, "the call {} only reads", Shown(operation)),
            Self::OtherRegion { region } => write!(f, "{region} is not the home region"),
            Self::NotMine { event } => write!(f, "{event} is no business of this function"),
            Self::NoAccount { operation } => {
                write!(
                    f,
                    "the record of {} names no account; the sweep finds it",
                    Shown(operation)
                )
            }
            Self::NotWoken => f.write_str("the function that answered asks for no sweep"),
            Self::Empty => f.write_str("the batch is empty"),
            Self::Batch(reasons) => list(f, reasons, "; "),
        }
    }
}

fn list<T: fmt::Display>(f: &mut fmt::Formatter<'_>, items: &[T], between: &str) -> fmt::Result {
    for (number, item) in items.iter().enumerate() {
        if number > 0 {
            f.write_str(between)?;
        }
        item.fmt(f)?;
    }
    Ok(())
}

/// Text from an event, fit for a log line: escaped and cut.
pub(crate) struct Shown<'a>(pub(crate) &'a str);

/// Longest part of a text that is repeated, in characters. The longest documented event type has half as many.
const SHOWN_CHARS_MAX: usize = 100;

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0.char_indices().skip(SHOWN_CHARS_MAX);
        let (shown, more) = match rest.next() {
            Some((end, _)) => (self.0.get(..end).unwrap_or_default(), "…"),
            None => (self.0, ""),
        };
        write!(f, "{}{more}", shown.escape_debug())
    }
}
