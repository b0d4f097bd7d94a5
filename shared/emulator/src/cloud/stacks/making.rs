//! What a resource meets when its turn comes. What the products then say is a guess, in their own codes.

use goldcast_domain::{AccountId, RegionId};
use goldcast_template::Resource;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::change::Action;
use crate::cloud::eventbridge::EventBridge;
use crate::cloud::functions::{self, Built, Functions, StackResource};
use crate::cloud::policies::{Attached, Holder, HolderKind, Policies};
use crate::cloud::roles::{Role, Roles, Trust};
use crate::cloud::storage::Storage;

/// Longest session of a role whose template says nothing.
const SESSION_SECONDS: i64 = 3600;

/// The products that resources are made in.
#[derive(Debug)]
pub(crate) struct Surroundings<'a> {
    pub(crate) eventbridge: &'a mut EventBridge,
    pub(crate) functions: &'a mut Functions,
    pub(crate) policies: &'a mut Policies,
    pub(crate) roles: &'a mut Roles,
    pub(crate) storage: &'a Storage,
}

/// Where and when something is made.
type Scene<'a> = (&'a AccountId, &'a RegionId, Timestamp);

/// Makes, changes or removes a resource, or says why not.
pub(super) fn make(
    resource: &Resource,
    action: Action,
    (account, region, now): Scene<'_>,
    around: &mut Surroundings<'_>,
) -> Result<(), String> {
    let properties = &resource.properties;
    if action == Action::Remove {
        if resource.kind == "ALIYUN::FC3::Function" {
            let name = text(properties, "/FunctionName").to_owned();
            around.functions.0.remove(&(account.clone(), region.clone(), name));
        }
        return Ok(());
    }
    match resource.kind.as_str() {
        "ALIYUN::FC3::Function" => check_code(properties, around.storage)?,
        "ALIYUN::EventBridge::Rule" => {
            let bus = text(properties, "/EventBusName");
            if !around.eventbridge.has_bus(account, region, bus) {
                return Err(format!("EventBusNotExist: The event bus {bus} not existed!"));
            }
        }
        "ALIYUN::RAM::Role" => return make_role(properties, action, (account, region, now), around),
        _ => {}
    }
    let made = [StackResource {
        kind: resource.kind.clone(),
        properties: properties.clone(),
    }];
    let mut built = Built {
        account,
        region,
        now,
        functions: around.functions,
        eventbridge: around.eventbridge,
    };
    functions::build(&made, &mut built);
    Ok(())
}

/// The code has to be where the function looks for it.
fn check_code(properties: &Value, storage: &Storage) -> Result<(), String> {
    let (bucket, key) = (
        text(properties, "/Code/OssBucketName"),
        text(properties, "/Code/OssObjectName"),
    );
    if storage.objects(bucket).any(|(known, _)| known == key) {
        Ok(())
    } else {
        Err(format!(
            "InvalidArgument: OSS object '{key}' does not exist in bucket '{bucket}'"
        ))
    }
}

fn make_role(
    properties: &Value,
    action: Action,
    (account, _, now): Scene<'_>,
    around: &mut Surroundings<'_>,
) -> Result<(), String> {
    let name = text(properties, "/RoleName");
    if action == Action::Add && around.roles.get(account, name).is_some() {
        return Err(format!("EntityAlreadyExists.Role: The role {name} already exists."));
    }
    let attached = properties["Policies"].as_array().into_iter().flatten().map(|policy| {
        let document = policy["PolicyDocument"].to_string().parse();
        let document = document.map_err(|error| format!("MalformedPolicyDocument: {error}"))?;
        Ok(Attached::Custom {
            name: text(policy, "/PolicyName").to_owned(),
            document,
        })
    });
    let policies = attached.collect::<Result<Vec<_>, String>>()?;
    let seconds = properties["MaxSessionDuration"].as_i64().unwrap_or(SESSION_SECONDS);
    let role = Role {
        account: account.clone(),
        name: name.to_owned(),
        trust: Trust::Document(properties["AssumeRolePolicyDocument"].to_string()),
        max_session: SignedDuration::from_secs(seconds),
        policies: policies.clone(),
    };
    around.roles.put(&role, now);
    let holder = Holder {
        account,
        kind: HolderKind::Role,
        name,
    };
    around.policies.give(holder, &policies, now);
    Ok(())
}

fn text<'a>(properties: &'a Value, pointer: &str) -> &'a str {
    properties.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}
