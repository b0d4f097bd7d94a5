//! The roles of the functions: that they exist, that Function Compute may assume them, and which policies they have. Not here:
//! comparing what these give with the template (`rights`).

use goldcast_cloud::ram::{AttachedPolicy, GetRole, ListPoliciesForRole};
use goldcast_cloud::{CallError, Effect, Product, Rpc};
use serde_json::Value;

use super::Look;
use super::expected::ExpectedRole;
use super::finding::{Defect, Findings, Group};
use super::grants::statements;
use super::id::Id;
use super::json::{one_or_many, text};
use super::rights::{Held, compare};
use super::wildcard::covers;

/// Function Compute, as trust documents name it.
const FUNCTION_COMPUTE: &str = "fc.aliyuncs.com";
/// What RAM answers for a role that does not exist.
pub(super) const NO_ROLE: &str = "EntityNotExist.Role";

pub(super) async fn check(look: &Look<'_>, findings: &mut Findings) {
    findings.turn_to(Group::Roles);
    for (role, expected) in look.expected.roles() {
        if trust(look, role, findings).await {
            rights(look, role, &expected, findings).await;
        }
    }
}

/// Whether the role is there.
async fn trust(look: &Look<'_>, role: &str, findings: &mut Findings) -> bool {
    let asked = GetRole {
        role_name: role.to_owned(),
    };
    let found = match look.client.send(&asked, look.deadline).await {
        Ok(found) => found.role,
        Err(error) if error.is_code(NO_ROLE) => {
            findings.error(Defect {
                id: Id::RoleMissing,
                about: role.to_owned(),
                seen: format!("there is no role {role}"),
                why: "its function gets no keys and can do nothing",
                to_do: look.deploy_again(),
            });
            return false;
        }
        Err(error) => {
            findings.unread(Id::RoleUnread, role, &error);
            return false;
        }
    };
    if trusts(&found.assume_role_policy_document, |service| {
        service == FUNCTION_COMPUTE
    }) {
        findings.ok("role-trust", role, "Function Compute may assume it");
    } else {
        findings.error(Defect {
            id: Id::RoleUntrusting,
            about: role.to_owned(),
            seen: format!("its trust document does not let {FUNCTION_COMPUTE} assume it"),
            why: "its function gets no keys and can do nothing",
            to_do: look.deploy_again(),
        });
    }
    true
}

/// Whether a trust document lets a service assume the role.
pub(super) fn trusts(document: &str, is_meant: impl Fn(&str) -> bool) -> bool {
    let document: Value = serde_json::from_str(document).unwrap_or_default();
    one_or_many(document.get("Statement")).into_iter().any(|statement| {
        let principal = statement
            .get("Principal")
            .and_then(|principal| principal.get("Service"));
        let mut services = one_or_many(principal).into_iter().filter_map(Value::as_str);
        let mut acts = one_or_many(statement.get("Action"))
            .into_iter()
            .filter_map(Value::as_str);
        text(statement, "Effect") == "Allow"
            && acts.any(|action| covers(&action.to_ascii_lowercase(), "sts:assumerole"))
            && services.any(&is_meant)
    })
}

async fn rights(look: &Look<'_>, role: &str, expected: &ExpectedRole, findings: &mut Findings) {
    let asked = ListPoliciesForRole {
        role_name: role.to_owned(),
    };
    let attached = look.client.send(&asked, look.deadline).await;
    let Some(attached) = findings.read(Id::RolePoliciesUnread, role, attached) else {
        return;
    };
    let mut held = Vec::new();
    for policy in &attached.policies {
        let document = document(look, policy).await;
        let Some(document) = findings.read(Id::RolePoliciesUnread, role, document) else {
            return;
        };
        held.push(Held {
            policy,
            statements: statements(&document),
        });
    }
    compare(look, role, expected, &held, findings);
}

/// What a policy says now.
async fn document(look: &Look<'_>, policy: &AttachedPolicy) -> Result<Value, CallError> {
    let rpc = Rpc::new(Product::Ram, "GetPolicy", Effect::Read)
        .about(&policy.policy_name)
        .param("PolicyName", &policy.policy_name)
        .param("PolicyType", &policy.policy_type);
    let answer: Value = look.client.call(&rpc, look.deadline).await?;
    let document = answer.pointer("/DefaultPolicyVersion/PolicyDocument");
    let document = document.and_then(Value::as_str).unwrap_or_default();
    Ok(serde_json::from_str(document).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_service_that_is_named_is_trusted() {
        let document = |statement: &str| format!(r#"{{"Version":"1","Statement":[{statement}]}}"#);
        let fc = |service: &str| service == FUNCTION_COMPUTE;
        let allow = r#"{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":["fc.aliyuncs.com"]}}"#;
        assert!(trusts(&document(allow), fc));
        for other in [
            ("Allow", "Deny"),
            ("fc.", "ecs."),
            ("Service", "RAM"),
            ("sts:AssumeRole", "sts:Other"),
        ] {
            assert!(!trusts(&document(&allow.replace(other.0, other.1)), fc), "{other:?}");
        }
        assert!(!trusts("no json", fc));
    }
}
