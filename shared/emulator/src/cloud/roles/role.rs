//! A RAM role, and who may assume it.

use goldcast_domain::AccountId;
use jiff::SignedDuration;

use crate::cloud::policies::Attached;

/// Who may assume a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trust {
    /// Any identity of this account, through STS.
    Account(AccountId),
    /// A cloud service such as `fc.aliyuncs.com`.
    Service(String),
    /// Whoever this trust document says, which is kept byte for byte, broken or not.
    Document(String),
}

impl Trust {
    /// The trust document.
    pub fn document(&self) -> String {
        let principal = match self {
            Self::Account(account) => format!(r#""RAM":["acs:ram::{account}:root"]"#),
            Self::Service(service) => format!(r#""Service":["{service}"]"#),
            Self::Document(document) => return document.clone(),
        };
        format!(
            r#"{{"Statement":[{{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{{{principal}}}}}],"Version":"1"}}"#
        )
    }
}

/// A RAM role.
#[derive(Debug, Clone)]
pub struct Role {
    /// The account it lives in.
    pub account: AccountId,
    /// Its name.
    pub name: String,
    /// Who may assume it.
    pub trust: Trust,
    /// The longest session.
    pub max_session: SignedDuration,
    /// What it may do.
    pub policies: Vec<Attached>,
}

impl Role {
    /// The policy of Alibaba Cloud that lets a role read the directory
    /// (<https://alibabacloud.com/help/en/ram/developer-reference/aliyunresourcedirectoryreadonlyaccess>).
    pub const DIRECTORY_READER_POLICY: &str = "AliyunResourceDirectoryReadOnlyAccess";
    /// Name of the role that ECS assumes to share encrypted images of its account
    /// (<https://help.aliyun.com/zh/ecs/user-guide/encryption-related-permissions>).
    pub const SHARE_ENCRYPTED: &str = "AliyunECSShareEncryptImageDefaultRole";

    /// That role in `account`, with a document that trusts ECS of these recipients.
    pub fn share_encrypted(account: &AccountId, recipients: &[AccountId]) -> Self {
        let services: Vec<String> = recipients
            .iter()
            .map(|recipient| format!(r#""{}""#, ecs_of(recipient)))
            .collect();
        let document = format!(
            r#"{{"Statement":[{{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{{"Service":[{}]}}}}],"Version":"1"}}"#,
            services.join(",")
        );
        Self {
            account: account.clone(),
            name: Self::SHARE_ENCRYPTED.to_owned(),
            trust: Trust::Document(document),
            max_session: SignedDuration::from_hours(1),
            policies: Vec::new(),
        }
    }

    /// `acs:ram::<account>:role/<name>`.
    pub fn arn(&self) -> String {
        format!("acs:ram::{}:role/{}", self.account, self.name)
    }
}

/// ECS of an account, as trust documents name it: `<account>@ecs.aliyuncs.com`.
pub(crate) fn ecs_of(account: &AccountId) -> String {
    format!("{account}@ecs.aliyuncs.com")
}
