//! Static and temporary keys. Not here: signatures, and the roles that temporary keys come from.

use std::collections::BTreeMap;
use std::sync::Arc;

use goldcast_domain::AccountId;
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};

use super::identity::{Caller, Identity};
use crate::cloud::Moment;
use crate::cloud::ids::{Draw, Ids};
use crate::cloud::organisation::{AccessKey, Organisation};
use crate::cloud::policies::PolicyDocument;
use crate::cloud::roles::Role;
use crate::cloud::time;
use crate::planted::MARK;

/// How long an expired temporary key is remembered, so that it is answered with "expired" and not with "unknown".
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24);

/// Credentials of an assumed role. `Debug` shows no secret.
#[derive(Debug, Clone)]
pub struct TemporaryKey {
    /// The key id, `STS.…`.
    pub id: String,
    /// The secret that requests are signed with.
    pub secret: SecretString,
    /// The security token that goes with the key.
    pub token: SecretString,
    /// The end of the session in simulated time.
    pub expires: Timestamp,
    /// The end of the session on the callers' own clocks. The key is refused only when both ends have passed: a caller
    /// that honours the `Expiration` it was given is never surprised, however fast simulated time runs.
    pub wall_expires: Timestamp,
}

impl TemporaryKey {
    /// Whether the session is over on both clocks.
    pub fn is_expired(&self, moment: Moment) -> bool {
        moment.now >= self.expires && moment.wall >= self.wall_expires
    }
}

/// The session of a role that somebody asks for.
#[derive(Debug)]
pub(crate) struct Ask<'a> {
    /// Its name.
    pub(crate) session: &'a str,
    pub(crate) duration: SignedDuration,
    /// What limits it further than the role does.
    pub(crate) policy: Option<PolicyDocument>,
}

/// A key that was found, with what is needed to judge a request.
#[derive(Debug)]
pub(super) struct Found<'a> {
    pub(super) caller: Caller,
    pub(super) secret: &'a SecretString,
    pub(super) active: bool,
    /// The temporary key behind it, if it is one.
    pub(super) temporary: Option<&'a TemporaryKey>,
}

#[derive(Debug)]
struct Static {
    caller: Caller,
    secret: SecretString,
    active: bool,
}

/// All access keys.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    fixed: BTreeMap<String, Static>,
    temporary: BTreeMap<String, (Caller, TemporaryKey)>,
}

impl Keys {
    pub(crate) fn new(organisation: &Organisation) -> Self {
        let mut keys = Self::default();
        for key in &organisation.keys {
            keys.add(key);
        }
        keys
    }

    /// Adds a key, or replaces the one with the same id.
    pub(crate) fn add(&mut self, key: &AccessKey) {
        let identity = if key.user.is_empty() {
            Identity::Account
        } else {
            Identity::User {
                name: key.user.clone(),
                id: user_id(&key.account, &key.user),
            }
        };
        let caller = Caller {
            account: key.account.clone(),
            identity,
            key_id: key.id.clone(),
            session_policy: None,
        };
        let kept = Static {
            caller,
            secret: key.secret.clone(),
            active: key.active,
        };
        self.fixed.insert(key.id.clone(), kept);
    }

    /// Forgets the keys of an account that is gone.
    pub(crate) fn forget(&mut self, account: &AccountId) {
        self.fixed.retain(|_, key| key.caller.account != *account);
        self.temporary.retain(|_, (caller, _)| caller.account != *account);
    }

    /// The secret of a key, whether it may be used or not.
    pub(crate) fn secret(&self, id: &str) -> Option<SecretString> {
        let temporary = self.temporary.get(id).map(|(_, key)| &key.secret);
        temporary.or_else(|| self.fixed.get(id).map(|key| &key.secret)).cloned()
    }

    pub(super) fn find(&self, id: &str) -> Option<Found<'_>> {
        if let Some((caller, key)) = self.temporary.get(id) {
            let caller = caller.clone();
            return Some(Found {
                caller,
                secret: &key.secret,
                active: true,
                temporary: Some(key),
            });
        }
        let key = self.fixed.get(id)?;
        Some(Found {
            caller: key.caller.clone(),
            secret: &key.secret,
            active: key.active,
            temporary: None,
        })
    }

    /// Makes a session of a role. Trust is judged by whoever asks.
    pub(crate) fn issue(&mut self, ids: &mut Ids, moment: Moment, role: &Role, ask: Ask<'_>) -> (Caller, TemporaryKey) {
        let session = ask.session;
        self.temporary
            .retain(|_, (_, key)| time::after(key.expires, REMEMBERED) > moment.now);
        let arn = role.arn();
        let count = ids.next("session", &[&arn, session]).hex(16);
        let parts = [arn.as_str(), session, count.as_str()];
        let key = TemporaryKey {
            id: format!("STS.NU{}", ids.fixed("session-key", &parts).text(24)),
            // Both bear the mark by which a test finds them where they must not be.
            secret: SecretString::from(format!("{}{MARK}", ids.fixed("session-secret", &parts).text(16))),
            token: SecretString::from(format!("CAIS{MARK}{}", ids.fixed("session-token", &parts).text(16))),
            expires: time::after(moment.now, ask.duration),
            wall_expires: time::after(moment.wall, ask.duration),
        };
        let identity = Identity::Role {
            name: role.name.clone(),
            id: role_id(&arn),
            session: session.to_owned(),
        };
        let caller = Caller {
            account: role.account.clone(),
            identity,
            key_id: key.id.clone(),
            session_policy: ask.policy.map(Arc::new),
        };
        self.temporary.insert(key.id.clone(), (caller.clone(), key.clone()));
        (caller, key)
    }
}

/// The id of a role, the same whatever the seed.
pub(crate) fn role_id(arn: &str) -> String {
    format!("3{}", Draw::new(0, "role-id", &[arn]).digits(17))
}

/// The id of a RAM user, the same whatever the seed.
fn user_id(account: &AccountId, name: &str) -> String {
    format!("2{}", Draw::new(0, "user-id", &[account.as_str(), name]).digits(17))
}

/// Whether a token is the one that goes with a key.
pub(super) fn token_matches(key: &TemporaryKey, token: &str) -> bool {
    key.token.expose_secret() == token
}
