//! Roles and their policies (<https://help.aliyun.com/zh/ros/developer-reference/aliyun-ram-role>,
//! <https://help.aliyun.com/zh/ros/developer-reference/aliyun-ram-managedpolicy>). Not here: what a policy permits.

use std::collections::BTreeMap;

use goldcast_template::Resource;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::{Deploying, StackError};
use crate::world::deployed_role::DeployedRole;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct RoleProperties {
    role_name: String,
    #[serde(rename = "Description", default)]
    _description: Option<IgnoredAny>,
    /// Function Compute does not go by it.
    #[serde(rename = "MaxSessionDuration", default)]
    _max_session: Option<u32>,
    assume_role_policy_document: Value,
    #[serde(default)]
    policies: Vec<InlinePolicy>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct InlinePolicy {
    policy_name: String,
    policy_document: Value,
    #[serde(rename = "Description", default)]
    _description: Option<IgnoredAny>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct PolicyProperties {
    policy_name: String,
    policy_document: Value,
    #[serde(rename = "Description", default)]
    _description: Option<IgnoredAny>,
    #[serde(default)]
    roles: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct AttachProperties {
    policy_name: String,
    policy_type: String,
    role_name: String,
}

impl Deploying<'_> {
    /// The roles with every policy that is attached to them.
    pub(super) fn roles(&self) -> Result<Vec<DeployedRole>, StackError> {
        let mut roles: BTreeMap<String, DeployedRole> = BTreeMap::new();
        // Names of policies are the account's: one that two resources make is refused by the second.
        let mut made: BTreeMap<String, Value> = BTreeMap::new();
        for (resource, properties) in self.read::<RoleProperties>("ALIYUN::RAM::Role")? {
            let mut policies = BTreeMap::new();
            for inline in properties.policies {
                make(resource, &mut made, &inline.policy_name, &inline.policy_document)?;
                policies.insert(inline.policy_name, inline.policy_document);
            }
            let role = DeployedRole {
                name: properties.role_name.clone(),
                trust: properties.assume_role_policy_document,
                policies,
            };
            if roles.insert(properties.role_name, role).is_some() {
                return Err(StackError::of(resource, "a role of this name exists already"));
            }
        }
        for (resource, properties) in self.read::<PolicyProperties>("ALIYUN::RAM::ManagedPolicy")? {
            make(
                resource,
                &mut made,
                &properties.policy_name,
                &properties.policy_document,
            )?;
            for role in &properties.roles {
                attach(
                    resource,
                    &mut roles,
                    role,
                    &properties.policy_name,
                    &properties.policy_document,
                )?;
            }
        }
        for (resource, properties) in self.read::<AttachProperties>("ALIYUN::RAM::AttachPolicyToRole")? {
            let document = made
                .get(&properties.policy_name)
                .filter(|_| properties.policy_type == "Custom");
            let problem = || format!("there is no custom policy {} in this stack", properties.policy_name);
            let document = document.ok_or_else(|| StackError::of(resource, problem()))?;
            attach(
                resource,
                &mut roles,
                &properties.role_name,
                &properties.policy_name,
                document,
            )?;
        }
        Ok(roles.into_values().collect())
    }
}

fn make(
    resource: &Resource,
    made: &mut BTreeMap<String, Value>,
    name: &str,
    document: &Value,
) -> Result<(), StackError> {
    if made.insert(name.to_owned(), document.clone()).is_some() {
        return Err(StackError::of(resource, format!("a policy {name} exists already")));
    }
    Ok(())
}

fn attach(
    resource: &Resource,
    roles: &mut BTreeMap<String, DeployedRole>,
    role: &str,
    name: &str,
    document: &Value,
) -> Result<(), StackError> {
    let role = roles
        .get_mut(role)
        .ok_or_else(|| StackError::of(resource, format!("the role {role} does not exist")))?;
    role.policies.insert(name.to_owned(), document.clone());
    Ok(())
}
