//! Resource Access Management: whom a role trusts.
//! <https://www.alibabacloud.com/help/en/ram/developer-reference/api-ram-2015-05-01-updaterole>
//!
//! A role has no version, so the last writer wins: whoever writes reads first, alone, and reads back.

use crate::product::Product;
use crate::rpc::{Done, Effect, Operation, Repeat, Rpc};
use crate::wire::{FromJson, Json, Misread};

/// Describes a role of the caller's account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetRole {
    /// Its name.
    pub role_name: String,
}

/// Answer to [`GetRole`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleAnswer {
    /// The role.
    pub role: RoleDescription,
}

impl FromJson for RoleAnswer {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            role: json.part("Role")?,
        })
    }
}

/// A role. Texts that the cloud left out are empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RoleDescription {
    /// Whom it trusts: JSON, as the text that someone wrote.
    pub assume_role_policy_document: String,
}

impl FromJson for RoleDescription {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            assume_role_policy_document: json.text("AssumeRolePolicyDocument")?,
        })
    }
}

impl Operation for GetRole {
    type Answer = RoleAnswer;

    fn rpc(&self) -> Rpc {
        Rpc::new(Product::Ram, "GetRole", Effect::Read)
            .about(&self.role_name)
            .param("RoleName", &self.role_name)
    }
}

/// Changes whom a role trusts. The whole document is replaced; everything else of the role stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateRole {
    /// The role's name.
    pub role_name: String,
    /// The new document.
    pub new_assume_role_policy_document: String,
}

impl Operation for UpdateRole {
    type Answer = Done;

    fn rpc(&self) -> Rpc {
        Rpc::new(Product::Ram, "UpdateRole", Effect::Write(Repeat::Safe))
            .about(&self.role_name)
            .param("RoleName", &self.role_name)
            .param("NewAssumeRolePolicyDocument", &self.new_assume_role_policy_document)
    }
}

/// Lists the policies that a role of the caller's account has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListPoliciesForRole {
    /// Its name.
    pub role_name: String,
}

/// Answer to [`ListPoliciesForRole`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RolePolicies {
    /// The policies.
    pub policies: Vec<AttachedPolicy>,
}

impl FromJson for RolePolicies {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            policies: json.list("Policies")?,
        })
    }
}

/// A policy that a role has.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AttachedPolicy {
    /// Its name.
    pub policy_name: String,
    /// `Custom` or `System`.
    pub policy_type: String,
}

impl FromJson for AttachedPolicy {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            policy_name: json.text("PolicyName")?,
            policy_type: json.text("PolicyType")?,
        })
    }
}

impl Operation for ListPoliciesForRole {
    type Answer = RolePolicies;

    fn rpc(&self) -> Rpc {
        Rpc::new(Product::Ram, "ListPoliciesForRole", Effect::Read)
            .about(&self.role_name)
            .param("RoleName", &self.role_name)
    }
}

/// Makes the role of a service, which has a fixed name and may do what that service needs. One that is there already is refused
/// with `EntityAlreadyExists.Role`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateServiceLinkedRole {
    /// The service, such as `fc.aliyuncs.com`.
    pub service_name: String,
}

impl Operation for CreateServiceLinkedRole {
    type Answer = Done;

    fn rpc(&self) -> Rpc {
        Rpc::new(Product::Ram, "CreateServiceLinkedRole", Effect::Write(Repeat::Safe))
            .about(&self.service_name)
            .param("ServiceName", &self.service_name)
    }
}
