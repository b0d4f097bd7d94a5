//! `GetKeyPolicy` and `SetKeyPolicy`: the policy of a key is kept and given back. Not here: enforcing it.

use goldcast_domain::RegionId;
use serde_json::{Value, json};

use super::key::KmsKey;
use super::operations::{change, invalid, named_key};
use crate::cloud::context::{Context, Done};
use crate::cloud::refusal::Refusal;

/// The one policy that a key has.
const NAME: &str = "default";
/// Longest policy, in bytes.
const BYTES_MAX: usize = 32 * 1024;

pub(super) fn get_key_policy(region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
    check_name(context)?;
    let key = named_key(region, context)?;
    let policy = key.policy.clone().unwrap_or_else(|| initial(&key));
    Ok(Done::new(json!({ "Policy": policy })))
}

pub(super) fn set_key_policy(region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
    check_name(context)?;
    let policy = written(context)?;
    if policy.is_none() {
        context.params.required("Policy")?;
    }
    change(region, context, |key| {
        key.policy = policy;
        true
    })
}

/// The policy that `Policy` holds, if it is there.
pub(super) fn written(context: &Context<'_>) -> Result<Option<String>, Refusal> {
    let Some(text) = context.params.get("Policy") else {
        return Ok(None);
    };
    let parsed = serde_json::from_str::<Value>(text);
    if text.len() <= BYTES_MAX && parsed.is_ok_and(|value| value["Statement"].is_array()) {
        Ok(Some(text.to_owned()))
    } else {
        Err(invalid("Policy"))
    }
}

fn check_name(context: &Context<'_>) -> Result<(), Refusal> {
    match context.params.get("PolicyName") {
        None | Some(NAME) => Ok(()),
        Some(_) => Err(invalid("PolicyName")),
    }
}

/// The policy of a new key: its account may do everything.
fn initial(key: &KmsKey) -> String {
    let account = &key.account;
    json!({
        "Version": "1",
        "Statement": [{
            "Sid": "kms default key policy",
            "Effect": "Allow",
            "Principal": { "RAM": [format!("acs:ram::{account}:*")] },
            "Action": ["kms:*"],
            "Resource": ["*"],
        }],
    })
    .to_string()
}
