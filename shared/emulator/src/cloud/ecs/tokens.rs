//! `ClientToken`: the same call with the same token gives the first answer again
//! (<https://help.aliyun.com/document_detail/25693.html>).

use std::collections::BTreeMap;

use goldcast_domain::{AccountId, RegionId};
use jiff::{SignedDuration, Timestamp};

use crate::cloud::context::Context;
use crate::cloud::refusal::Refusal;
use crate::cloud::time;

/// How long a token is remembered. Not published for CopyImage.
const LIFETIME: SignedDuration = SignedDuration::from_hours(24);
/// Longest token, in ASCII characters.
const LENGTH_MAX: usize = 64;

/// Account, region, operation and token.
type Key = (AccountId, RegionId, &'static str, String);

#[derive(Debug, Clone)]
struct Remembered {
    fingerprint: String,
    /// The id of what the call made.
    made: String,
    until: Timestamp,
}

/// The tokens of all accounts and regions.
#[derive(Debug, Clone, Default)]
pub(super) struct Tokens(BTreeMap<Key, Remembered>);

/// A token that was sent, to be remembered once its call succeeds.
#[derive(Debug)]
pub(super) struct Token {
    key: Key,
    fingerprint: String,
}

/// What a token says about a call.
#[derive(Debug)]
pub(super) enum Judged {
    /// The call was made before: the id of what it made.
    Repeated(String),
    /// The call is new.
    New(Option<Token>),
}

impl Tokens {
    /// Judges the token of a call; `mismatch` is the operation's code for a token that was used otherwise.
    pub(super) fn judge(
        &self,
        region: &RegionId,
        context: &Context<'_>,
        operation: &'static str,
        mismatch: &'static str,
    ) -> Result<Judged, Refusal> {
        let Some(token) = context
            .params
            .get("ClientToken")
            .filter(|_| context.setup.switches.client_tokens)
        else {
            return Ok(Judged::New(None));
        };
        if token.len() > LENGTH_MAX || !token.is_ascii() {
            return Err(Refusal::format("ClientToken"));
        }
        let key = (context.account().clone(), region.clone(), operation, token.to_owned());
        let fingerprint = context.params.fingerprint(&["DryRun"]);
        match self.0.get(&key).filter(|remembered| context.now < remembered.until) {
            None => Ok(Judged::New(Some(Token { key, fingerprint }))),
            Some(before) if before.fingerprint == fingerprint => Ok(Judged::Repeated(before.made.clone())),
            Some(_) => {
                let message = "The specified parameters differ from those that were sent with this ClientToken before.";
                Err(Refusal::bad_request(mismatch, message))
            }
        }
    }

    /// Remembers what a call made.
    pub(super) fn remember(&mut self, token: Option<Token>, made: &str, now: Timestamp) {
        self.0.retain(|_, remembered| now < remembered.until);
        if let Some(Token { key, fingerprint }) = token {
            self.0.insert(
                key,
                Remembered {
                    fingerprint,
                    made: made.to_owned(),
                    until: time::after(now, LIFETIME),
                },
            );
        }
    }
}
