//! Keys of encrypted images and the role that shares them.

use goldcast_cloud::kms::DescribeKey;
use goldcast_cloud::ram::GetRole;
use goldcast_cloud::{Operation as _, Product};
use serde_json::Value;

use super::Look;
use super::finding::{Defect, Findings, Group};
use super::id::Id;
use super::json::text;
use super::roles::{NO_ROLE, trusts};

/// What KMS answers for a key that does not exist, and for an alias.
const NO_KEY: [&str; 2] = ["Forbidden.KeyNotFound", "Forbidden.AliasNotFound"];
/// A trust document that is this full, in percent, has room for few accounts more.
const FULL_PERCENT: usize = 80;
/// How services that ECS acts as for another account end.
const ECS: &str = "ecs.aliyuncs.com";

pub(super) async fn check(look: &Look<'_>, findings: &mut Findings) {
    findings.turn_to(Group::Encryption);
    let keys: Vec<_> = look
        .policy
        .policies
        .values()
        .flat_map(|policy| &policy.encrypt)
        .collect();
    for (region, key) in &keys {
        check_key(look, region.as_str(), &key.to_string(), findings).await;
    }
    if !keys.is_empty() {
        share_role(look, findings).await;
    }
}

async fn check_key(look: &Look<'_>, region: &str, key: &str, findings: &mut Findings) {
    let asked = DescribeKey {
        region_id: region.to_owned(),
        key_id: key.to_owned(),
    };
    let about = format!("{key} in {region}");
    let answer: Value = match look.client.call(&asked.rpc(), look.deadline).await {
        Ok(answer) => answer,
        Err(error) if NO_KEY.iter().any(|code| error.is_code(code)) => {
            findings.error(Defect {
                id: Id::KeyMissing,
                about,
                seen: format!("{} has no key {key}", Product::Kms),
                why: "no image can be copied into the region",
                to_do: format!("correct encrypt in the policy: aliyun kms ListKeys --region {region}"),
            });
            return;
        }
        Err(error) => return findings.unread(Id::KeyUnread, &about, &error),
    };
    let metadata = answer.get("KeyMetadata").unwrap_or(&Value::Null);
    let (state, creator) = (text(metadata, "KeyState"), text(metadata, "Creator"));
    if state != "Enabled" {
        let pending = state == "PendingDeletion";
        let verb = if pending { "CancelKeyDeletion" } else { "EnableKey" };
        findings.error(Defect {
            id: if pending { Id::KeyLeaving } else { Id::KeyDisabled },
            about,
            seen: format!("the key is {state}"),
            why: "no image can be copied into the region, and none that is there can be launched",
            to_do: format!("aliyun kms {verb} --KeyId {key} --region {region}"),
        });
    } else if !creator.is_empty() && creator != look.account {
        findings.error(Defect {
            id: Id::KeyOfService,
            about,
            seen: format!("the key is {creator}'s own"),
            why: "what is encrypted with a service key cannot be shared",
            to_do: format!("make a key of your own: aliyun kms CreateKey --region {region}"),
        });
    } else {
        findings.ok("key", &about, "enabled, and the account's own");
    }
}

async fn share_role(look: &Look<'_>, findings: &mut Findings) {
    let role = &look.policy.encryption.share_role;
    let asked = GetRole {
        role_name: role.clone(),
    };
    let found = match look.client.send(&asked, look.deadline).await {
        Ok(found) => found.role,
        Err(error) if error.is_code(NO_ROLE) => {
            findings.error(Defect {
                id: Id::ShareRoleMissing,
                about: role.clone(),
                seen: format!("there is no role {role}"),
                why: "nobody can launch an encrypted image that is shared with them",
                to_do: "docs/deploy.md says how it is made, with the policy AliyunECSShareEncryptImageRolePolicy"
                    .to_owned(),
            });
            return;
        }
        Err(error) => return findings.unread(Id::ShareRoleUnread, role, &error),
    };
    let document = &found.assume_role_policy_document;
    let used = document.chars().count();
    let room = look.policy.encryption.trust_document_chars;
    if !trusts(document, |service| service.ends_with(ECS)) {
        findings.note(Defect {
            id: Id::ShareRoleUntrusting,
            about: role.clone(),
            seen: "it trusts nobody yet".to_owned(),
            why: "the sweep writes into it whom encrypted images are shared with, before it shares the first",
            to_do: "nothing, if the stack has the parameter ShareEncrypted=true".to_owned(),
        });
    } else if used.saturating_mul(100) >= room.saturating_mul(FULL_PERCENT) {
        findings.warning(Defect {
            id: Id::ShareRoleFull,
            about: role.clone(),
            seen: format!("its trust document has {used} of {room} characters"),
            why: "who does not fit into it cannot be given encrypted images",
            to_do: "share with fewer accounts, or set encryption.trust-document-chars if RAM allows you more"
                .to_owned(),
        });
    } else {
        findings.ok(
            "share-role",
            role,
            format!("its trust document has {used} of {room} characters"),
        );
    }
}
