//! STS 2015-04-01: AssumeRole and `GetCallerIdentity`. Not here: keeping the keys it gives out.

use jiff::SignedDuration;
use secrecy::ExposeSecret as _;
use serde_json::json;

use super::Moment;
use super::authorise::{self, DeniedBy, Needs, Scene};
use super::context::{Context, Done};
use super::gateway::{Ask, Identity, Keys, TemporaryKey};
use super::policies::{Decision, MalformedPolicy, PolicyDocument, PolicyQuestion};
use super::refusal::Refusal;
use super::roles::{Principal, trusts};
use super::time;

/// Operations of STS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    AssumeRole,
    GetCallerIdentity,
}

impl Operation {
    pub(crate) fn named(action: &str) -> Option<Self> {
        match action {
            "AssumeRole" => Some(Self::AssumeRole),
            "GetCallerIdentity" => Some(Self::GetCallerIdentity),
            _ => None,
        }
    }
}

/// Length of a role session's name, in characters.
const SESSION_NAME: std::ops::RangeInclusive<usize> = 2..=64;
/// Shortest session that can be asked for, in seconds.
const DURATION_MIN: usize = 900;
/// Session length when none is asked for, in seconds.
const DURATION_DEFAULT: usize = 3600;

/// Longest policy of a session, in characters
/// (<https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerole>).
const POLICY_CHARS_MAX: usize = 2048;
/// The only action of STS that has to be allowed: on the caller's side by its policies, on the role's by its trust.
const ASSUME_ROLE: &str = "sts:AssumeRole";

/// What a call needs: the role to be assumed. Who one is, everybody may ask.
pub(crate) fn needs(scene: &Scene<'_>) -> Needs {
    if scene.action == "GetCallerIdentity" {
        return Needs::nothing(scene);
    }
    Needs::on(scene, vec![scene.named("RoleArn").to_owned()])
}

/// Why the function host could not be given credentials.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AssumeError {
    /// There is no such role.
    #[error("cannot assume {arn}: there is no such role in the simulated cloud")]
    NoSuchRole {
        /// The role that was asked for.
        arn: String,
    },
    /// Function Compute may not assume it.
    #[error("cannot assume {arn}: its trust document does not name fc.aliyuncs.com")]
    NotTrusted {
        /// The role that was asked for.
        arn: String,
    },
}

pub(crate) fn call(keys: &mut Keys, operation: Operation, context: &mut Context<'_>) -> Result<Done, Refusal> {
    match operation {
        Operation::AssumeRole => assume_role(keys, context),
        Operation::GetCallerIdentity => Ok(caller_identity(context)),
    }
}

fn assume_role(keys: &mut Keys, context: &mut Context<'_>) -> Result<Done, Refusal> {
    let arn = context.params.required("RoleArn")?;
    let session = context.params.required("RoleSessionName")?;
    let legal = |c: char| c.is_ascii_alphanumeric() || ".@-_".contains(c);
    if !SESSION_NAME.contains(&session.chars().count()) || !session.chars().all(legal) {
        let message = "The parameter RoleSessionName is wrongly formed.";
        return Err(Refusal::bad_request("InvalidParameter.RoleSessionName", message));
    }
    let not_found = || Refusal::not_found("EntityNotExist.Role", "The role not exists.");
    let kept = context.roles.by_arn(arn).ok_or_else(not_found)?;
    let names = [
        format!("acs:ram::{}:root", context.account()),
        context.caller.principal(),
    ];
    if !names.iter().any(|name| trusts(&kept.document, Principal::Ram(name))) {
        let question = PolicyQuestion::new(ASSUME_ROLE, arn);
        let (caller, switches) = (context.caller, &context.setup.switches);
        let denied = (Decision::ImplicitDeny, DeniedBy::Trust);
        return Err(authorise::refusal(caller, &question, denied, switches));
    }
    let role = kept.role.clone();
    let policy = session_policy(context)?;
    let seconds = context.params.number("DurationSeconds")?.unwrap_or(DURATION_DEFAULT);
    let duration = SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX));
    if seconds < DURATION_MIN || duration > role.max_session {
        let message = "The parameter DurationSeconds is out of range.";
        return Err(Refusal::bad_request("InvalidParameter.DurationSeconds", message));
    }
    let moment = Moment {
        now: context.now,
        wall: context.wall,
    };
    let ask = Ask {
        session,
        duration,
        policy,
    };
    let (caller, key) = keys.issue(context.ids, moment, &role, ask);
    let Identity::Role { id, .. } = &caller.identity else {
        return Err(not_found());
    };
    Ok(Done::new(json!({
        "Credentials": credentials(&key),
        "AssumedRoleUser": { "Arn": caller.arn(), "AssumedRoleId": format!("{id}:{session}") },
        "SourceIdentity": context.params.get("SourceIdentity").unwrap_or_default(),
    })))
}

/// What limits the session further than the role does, if anything.
fn session_policy(context: &Context<'_>) -> Result<Option<PolicyDocument>, Refusal> {
    let invalid = |message: String| Refusal::bad_request("InvalidParameter.Policy", message);
    let Some(text) = context.params.get("Policy") else {
        return Ok(None);
    };
    if text.chars().count() > POLICY_CHARS_MAX {
        let message = format!("The parameter Policy has more than {POLICY_CHARS_MAX} characters.");
        return Err(invalid(message));
    }
    let policy: PolicyDocument = text
        .parse()
        .map_err(|error: MalformedPolicy| invalid(error.to_string()))?;
    Ok(Some(policy))
}

/// `Expiration` is on the caller's own clock, which is the one it compares with.
fn credentials(key: &TemporaryKey) -> serde_json::Value {
    json!({
        "AccessKeyId": key.id,
        "AccessKeySecret": key.secret.expose_secret(),
        "SecurityToken": key.token.expose_secret(),
        "Expiration": time::wire(key.wall_expires),
    })
}

fn caller_identity(context: &Context<'_>) -> Done {
    let caller = context.caller;
    let (kind, principal, user, role) = match &caller.identity {
        Identity::Account => ("Account", caller.account.to_string(), caller.account.as_str(), ""),
        Identity::User { id, .. } => ("RAMUser", id.clone(), id.as_str(), ""),
        Identity::Role { id, session, .. } => ("AssumedRoleUser", format!("{id}:{session}"), "", id.as_str()),
    };
    Done::new(json!({
        "AccountId": caller.account.as_str(),
        "Arn": caller.arn(),
        "IdentityType": kind,
        "PrincipalId": principal,
        "UserId": user,
        "RoleId": role,
    }))
}
