//! Security Token Service: who am I, and keys of a role. <https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerole>

use std::fmt;

use secrecy::SecretString;

use crate::credentials::Role;
use crate::product::Product;
use crate::rpc::{Effect, Operation, Rpc};
use crate::wire::{FromJson, Json, Misread};

/// Gives temporary keys of a role. A client does this by itself, see [`Client::assuming`](crate::Client::assuming).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssumeRole {
    /// The role, and how long its keys shall be valid.
    pub role: Role,
}

/// Answer to [`AssumeRole`].
#[derive(Debug)]
pub struct AssumeRoleAnswer {
    /// The keys.
    pub credentials: TemporaryCredentials,
}

impl FromJson for AssumeRoleAnswer {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            credentials: json.part("Credentials")?,
        })
    }
}

/// Keys that expire.
pub struct TemporaryCredentials {
    /// The key id, beginning with `STS.`.
    pub access_key_id: String,
    /// The key secret.
    pub access_key_secret: SecretString,
    /// The token that goes with both.
    pub security_token: SecretString,
    /// When they stop working, RFC 3339 in UTC.
    pub expiration: String,
}

impl FromJson for TemporaryCredentials {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            access_key_id: json.required_text("AccessKeyId")?,
            access_key_secret: json.required_text("AccessKeySecret")?.into(),
            security_token: json.required_text("SecurityToken")?.into(),
            expiration: json.required_text("Expiration")?,
        })
    }
}

impl fmt::Debug for TemporaryCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TemporaryCredentials")
            .field("expiration", &self.expiration)
            .finish_non_exhaustive()
    }
}

impl Operation for AssumeRole {
    type Answer = AssumeRoleAnswer;

    fn rpc(&self) -> Rpc {
        let role = &self.role;
        let mut rpc = Rpc::new(Product::Sts, "AssumeRole", Effect::Read)
            .about(&role.arn)
            .param("RoleArn", &role.arn)
            .param("RoleSessionName", &role.session_name)
            .param("DurationSeconds", role.duration.as_secs())
            .param_if("ExternalId", role.external_id.as_ref());
        rpc.region.clone_from(&role.sts_region);
        rpc
    }
}

/// Says whose keys are used. Needs no permission.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GetCallerIdentity {
    /// The region whose STS is asked; the central one if none.
    pub sts_region: Option<String>,
}

/// Answer to [`GetCallerIdentity`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CallerIdentity {
    /// The account.
    pub account_id: String,
    /// The caller's ARN.
    pub arn: String,
    /// `Account`, `RAMUser` or `AssumedRoleUser`.
    pub identity_type: String,
    /// The caller's id, with the session name for a role.
    pub principal_id: String,
    /// The role's id; empty for users.
    pub role_id: String,
    /// The user's id; empty for roles.
    pub user_id: String,
}

impl FromJson for CallerIdentity {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            account_id: json.text("AccountId")?,
            arn: json.text("Arn")?,
            identity_type: json.text("IdentityType")?,
            principal_id: json.text("PrincipalId")?,
            role_id: json.text("RoleId")?,
            user_id: json.text("UserId")?,
        })
    }
}

impl Operation for GetCallerIdentity {
    type Answer = CallerIdentity;

    fn rpc(&self) -> Rpc {
        let mut rpc = Rpc::new(Product::Sts, "GetCallerIdentity", Effect::Read);
        rpc.region.clone_from(&self.sts_region);
        rpc
    }
}
