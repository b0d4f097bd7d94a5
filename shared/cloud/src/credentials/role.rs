//! Keys of an assumed role, fetched once for all callers and renewed before they expire.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use jiff::Timestamp;
use tokio::sync::Mutex;

use super::Credentials;
use crate::deadline::Deadline;
use crate::error::{CallError, Cause};
use crate::exchange::Exchange;
use crate::rpc::Operation as _;
use crate::sts::AssumeRole;
use crate::transport::Transport;

/// Keys are renewed that long before they expire: the longest run of a function, so that none loses them on the way.
const RENEW_BEFORE: Duration = Duration::from_mins(5);
/// After a renewal failed while the old keys are still good, the next one is tried that much later.
const RENEW_PAUSE: Duration = Duration::from_secs(30);
/// What STS gives when asked for nothing else.
const DURATION_DEFAULT: Duration = Duration::from_hours(1);

/// A role to assume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// `acs:ram::<account>:role/<name>`.
    pub arn: String,
    /// Who assumes it, as the audit log names it: 2–64 letters, digits, `.`, `@`, `-`, `_`.
    pub session_name: String,
    /// How long its keys are valid: from 900 seconds to the role's own maximum.
    pub duration: Duration,
    /// What the role's trust policy may ask for.
    pub external_id: Option<String>,
    /// The region whose STS is asked; the central one if none.
    pub sts_region: Option<String>,
}

impl Role {
    /// A role for an hour, from the central STS.
    pub fn new(arn: impl Into<String>, session_name: impl Into<String>) -> Self {
        Self {
            arn: arn.into(),
            session_name: session_name.into(),
            duration: DURATION_DEFAULT,
            external_id: None,
            sts_region: None,
        }
    }
}

/// A role with the keys it last gave.
#[derive(Debug)]
pub(super) struct Assumed {
    operation: AssumeRole,
    held: Mutex<Option<Held>>,
}

#[derive(Debug)]
struct Held {
    credentials: Arc<Credentials>,
    expires: Timestamp,
    renew_at: Timestamp,
}

impl Assumed {
    pub(super) fn new(role: Role) -> Self {
        Self {
            operation: AssumeRole { role },
            held: Mutex::new(None),
        }
    }

    /// The role's keys. Whoever comes while they are being fetched waits for them and does not fetch again.
    pub(super) async fn credentials<T: Transport>(
        &self,
        base: &Credentials,
        exchange: &Exchange<T>,
        deadline: Deadline,
    ) -> Result<Arc<Credentials>, CallError> {
        let mut held = tokio::time::timeout_at(deadline.instant(), self.held.lock())
            .await
            .map_err(|_| CallError::new(&self.operation.rpc(), 0, Cause::OutOfTime))?;
        let now = exchange.settings.clock.now();
        if let Some(held) = held.as_ref().filter(|held| now < held.renew_at) {
            return Ok(Arc::clone(&held.credentials));
        }
        match self.fetch(base, exchange, deadline).await {
            Ok(fetched) => Ok(Arc::clone(&held.insert(fetched).credentials)),
            Err(error) => match held.as_mut().filter(|held| now < held.expires) {
                Some(held) => {
                    tracing::warn!(role = %self.operation.role.arn, %error, "the role's keys could not be renewed yet");
                    held.renew_at = later(now, RENEW_PAUSE);
                    Ok(Arc::clone(&held.credentials))
                }
                None => Err(error),
            },
        }
    }

    async fn fetch<T: Transport>(
        &self,
        base: &Credentials,
        exchange: &Exchange<T>,
        deadline: Deadline,
    ) -> Result<Held, CallError> {
        let answer = exchange.send(&self.operation, base, deadline).await?.credentials;
        let expires: Timestamp = answer.expiration.parse().map_err(|_| {
            let place = ": Credentials.Expiration is not a time".to_owned();
            CallError::new(
                &self.operation.rpc(),
                1,
                Cause::Unreadable {
                    status: StatusCode::OK,
                    place,
                },
            )
        })?;
        let credentials = Credentials::new(
            answer.access_key_id,
            answer.access_key_secret,
            Some(answer.security_token),
        );
        let renew_at = expires.checked_sub(RENEW_BEFORE).unwrap_or(expires);
        Ok(Held {
            credentials: Arc::new(credentials),
            expires,
            renew_at,
        })
    }

    /// Drops the keys unless others have been fetched since.
    pub(super) async fn forget(&self, expired: &Credentials) {
        let mut held = self.held.lock().await;
        if held.as_ref().is_some_and(|held| held.credentials.id() == expired.id()) {
            *held = None;
        }
    }
}

fn later(moment: Timestamp, span: Duration) -> Timestamp {
    moment.checked_add(span).unwrap_or(Timestamp::MAX)
}
