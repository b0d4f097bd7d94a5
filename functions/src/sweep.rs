//! `sweep`: compares everything wanted with everything there is. Woken by its timer, by the other functions' answers
//! (asynchronous on-success destination) and by hand. Not here: the sweep itself; that is the engine's.

use fc_runtime::{Config, Environment};
use goldcast_domain::Scope;

use crate::configuration::ConfigurationError;
use crate::envelope::Call;
use crate::{Envelope, Function, Look, Reason, Served, Settings, voice, worker};

/// This function's row in the table.
pub const FUNCTION: Function = Function {
    name: "sweep",
    summary: "compares everything wanted with everything there is, or looks where another function points",
    look,
    serve,
};

/// The sweep is the one that speaks.
fn serve(function: &'static Function, environment: &Environment, config: Config) -> Result<Served, ConfigurationError> {
    worker::serve_with(function, environment, config, Some(voice::channels))
}

/// Where this function looks. What it was not made for is taken as a wish for a sweep: looking is always safe.
pub fn look(envelope: &Envelope, settings: &Settings) -> Look {
    Look::over(envelope, settings, at)
}

#[expect(clippy::wildcard_enum_match_arm, reason = "everything else asks for a whole sweep")]
fn at(hint: &Envelope) -> Result<Vec<Scope>, Reason> {
    match hint {
        Envelope::Destination(answer) if !answer.wake => Err(Reason::NotWoken),
        Envelope::Destination(answer) => Ok(or_everything(&answer.scopes)),
        Envelope::Call(Call::Scopes(scopes)) => Ok(or_everything(scopes)),
        Envelope::Call(Call::Image(image)) => Ok(vec![Scope::Image(image.clone())]),
        Envelope::Call(Call::Account(account)) => Ok(vec![Scope::Account(account.clone())]),
        Envelope::Timer(timer) => Ok(vec![timer.scope().unwrap_or(Scope::Everything)]),
        _ => Ok(vec![Scope::Everything]),
    }
}

fn or_everything(scopes: &[Scope]) -> Vec<Scope> {
    if scopes.is_empty() {
        vec![Scope::Everything]
    } else {
        scopes.to_vec()
    }
}
