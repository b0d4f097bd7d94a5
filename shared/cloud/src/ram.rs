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
