//! Control policies: created, attached and listed
//! (<https://www.alibabacloud.com/help/en/resource-management/developer-reference/api-resourcedirectorymaster-2022-04-19-enablecontrolpolicy>).
//! Not here: enforcing them; no call is refused because of one.

use std::collections::BTreeMap;

use goldcast_domain::AccountId;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::tags::{self, Tagged, Tags};
use super::{Directory, invalid, listing, missing};
use crate::cloud::context::{Context, Done};
use crate::cloud::refusal::Refusal;
use crate::cloud::time;

/// Type of a control policy in audit events.
pub(super) const POLICY_TYPE: &str = "ACS::ResourceManager::ControlPolicy";
/// The system's own policy, which allows everything and is attached everywhere.
const FULL_ACCESS: &str = "FullAliyunAccess";
/// Its id. Not published.
const FULL_ACCESS_ID: &str = "cp-FullAliyunAccess";
/// Its document.
const FULL_ACCESS_DOCUMENT: &str = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
/// Characters of a policy document.
const DOCUMENT_CHARS_MAX: usize = 4096;
/// Characters of a policy's name.
const NAME_CHARS_MAX: usize = 128;
/// Policies on one folder or member.
const ATTACHED_MAX: usize = 10;
/// How long switching on or off takes. Not published.
const SWITCHING: SignedDuration = SignedDuration::from_secs(30);

/// A custom control policy.
#[derive(Debug, Clone)]
pub(super) struct ControlPolicy {
    id: String,
    name: String,
    description: String,
    document: String,
    scope: String,
    created: Timestamp,
    custom: bool,
}

/// All control policies, where they are attached since when, and whether they are switched on.
#[derive(Debug, Clone)]
pub(super) struct ControlPolicies {
    policies: BTreeMap<String, ControlPolicy>,
    /// By policy and target. The system's policy is attached everywhere and not listed here.
    attached: BTreeMap<(String, String), Timestamp>,
    enabled: bool,
    /// When they were last switched.
    switched: Option<Timestamp>,
}

impl ControlPolicies {
    pub(super) fn new(created: Timestamp) -> Self {
        let system = ControlPolicy {
            id: FULL_ACCESS_ID.to_owned(),
            name: FULL_ACCESS.to_owned(),
            description: "Allows all operations on all resources.".to_owned(),
            document: FULL_ACCESS_DOCUMENT.to_owned(),
            scope: "RAM".to_owned(),
            created,
            custom: false,
        };
        Self {
            policies: BTreeMap::from([(system.id.clone(), system)]),
            attached: BTreeMap::new(),
            enabled: false,
            switched: None,
        }
    }

    /// `ControlPolicyStatus`.
    pub(super) fn status(&self, now: Timestamp) -> &'static str {
        let under_way = self.switched.is_some_and(|since| now < time::after(since, SWITCHING));
        match (self.enabled, under_way) {
            (true, true) => "PendingEnable",
            (true, false) => "Enabled",
            (false, true) => "PendingDisable",
            (false, false) => "Disabled",
        }
    }

    /// The policy with this id.
    pub(super) fn find(&self, id: &str) -> Result<&ControlPolicy, Refusal> {
        let message = "The specified control policy does not exist.";
        let found = self.policies.get(id);
        found.ok_or_else(|| Refusal::not_found("EntityNotExists.ControlPolicy", message))
    }

    /// Takes all policies off a target that is gone.
    pub(super) fn forget(&mut self, target: &str) {
        self.attached.retain(|(_, one), _| one != target);
    }

    fn attachments(&self, policy: &str) -> usize {
        self.attached.keys().filter(|(one, _)| one == policy).count()
    }

    fn switch(&mut self, enabled: bool, now: Timestamp) -> Done {
        if self.enabled != enabled {
            self.enabled = enabled;
            self.switched = Some(now);
        }
        Done::new(json!({ "EnablementStatus": self.status(now) }))
    }

    fn value(&self, policy: &ControlPolicy) -> Value {
        json!({
            "AttachmentCount": self.attachments(&policy.id).to_string(),
            "CreateDate": time::wire(policy.created),
            "Description": policy.description,
            "EffectScope": policy.scope,
            "PolicyId": policy.id,
            "PolicyName": policy.name,
            "PolicyType": if policy.custom { "Custom" } else { "System" },
            "UpdateDate": time::wire(policy.created),
        })
    }
}

impl Directory {
    pub(super) fn enable_control_policy(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        self.check_management(context)?;
        Ok(self.control_policies.switch(true, context.now))
    }

    pub(super) fn disable_control_policy(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        self.check_management(context)?;
        Ok(self.control_policies.switch(false, context.now))
    }

    pub(super) fn get_control_policy_enablement_status(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        self.check_management(context)?;
        let status = self.control_policies.status(context.now);
        Ok(Done::new(json!({ "EnablementStatus": status })))
    }

    pub(super) fn create_control_policy(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        self.check_management(context)?;
        let params = context.params;
        let required = |name: &str| params.get(name).map(str::to_owned).ok_or_else(|| missing(name));
        let (name, scope) = (required("PolicyName")?, required("EffectScope")?);
        let document = required("PolicyDocument")?;
        let legal = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let letter = name.starts_with(|c: char| c.is_ascii_alphabetic());
        if !letter || !name.chars().all(legal) || name.len() > NAME_CHARS_MAX {
            return Err(invalid("PolicyName"));
        }
        if !["All", "RAM"].contains(&scope.as_str()) {
            return Err(invalid("EffectScope"));
        }
        let parsed = serde_json::from_str::<Value>(&document);
        if document.chars().count() > DOCUMENT_CHARS_MAX || !parsed.is_ok_and(|value| value["Statement"].is_array()) {
            return Err(invalid("PolicyDocument"));
        }
        if self.control_policies.policies.values().any(|one| one.name == name) {
            let message = "The control policy already exists.";
            return Err(Refusal::conflict("EntityAlreadyExists.ControlPolicy", message));
        }
        let tags = tags::tags(params)?;
        let id = format!("cp-{}", context.ids.next("control-policy", &[&name]).text(16));
        let policy = ControlPolicy {
            id: id.clone(),
            name,
            description: params.get("Description").unwrap_or_default().to_owned(),
            document,
            scope,
            created: context.now,
            custom: true,
        };
        let value = self.control_policies.value(&policy);
        self.control_policies.policies.insert(id.clone(), policy);
        self.set_tags(Tagged::Policy, &id, tags);
        Ok(Done::new(json!({ "ControlPolicy": value })).about([(POLICY_TYPE, id)]))
    }

    pub(super) fn get_control_policy(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        self.check_management(context)?;
        let policy = self.named_policy(context)?;
        let mut value = self.control_policies.value(policy);
        if let Some(members) = value.as_object_mut() {
            members.insert("PolicyDocument".to_owned(), json!(policy.document));
        }
        Ok(Done::new(json!({ "ControlPolicy": value })))
    }

    pub(super) fn delete_control_policy(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        self.check_management(context)?;
        let id = self.own_policy(context)?.id.clone();
        if self.control_policies.attachments(&id) > 0 {
            let message = "The control policy is attached. Detach it first.";
            return Err(Refusal::conflict("DeleteConflict.ControlPolicy.Attachment", message));
        }
        self.control_policies.policies.remove(&id);
        self.forget_tags(Tagged::Policy, &id);
        Ok(Done::empty().about([(POLICY_TYPE, id)]))
    }

    pub(super) fn attach_control_policy(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        self.check_management(context)?;
        let policy = self.own_policy(context)?.id.clone();
        let (target, _) = self.named_target(context)?;
        let entry = (policy.clone(), target);
        let attached = &mut self.control_policies.attached;
        if attached.contains_key(&entry) {
            let message = "The control policy is already attached to the target.";
            return Err(Refusal::conflict(
                "EntityAlreadyExists.ControlPolicy.Attachment",
                message,
            ));
        }
        // The system's policy counts too.
        let others = attached.keys().filter(|(_, one)| *one == entry.1).count();
        if others.saturating_add(1) >= ATTACHED_MAX {
            let message = "The maximum number of control policies attached to the target is exceeded.";
            return Err(Refusal::conflict("LimitExceeded.ControlPolicy.Attachment", message));
        }
        attached.insert(entry, context.now);
        Ok(Done::empty().about([(POLICY_TYPE, policy)]))
    }

    pub(super) fn detach_control_policy(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        self.check_management(context)?;
        let policy = self.own_policy(context)?.id.clone();
        let (target, _) = self.named_target(context)?;
        if self
            .control_policies
            .attached
            .remove(&(policy.clone(), target))
            .is_none()
        {
            let message = "The control policy is not attached to the target.";
            return Err(Refusal::not_found("EntityNotExists.ControlPolicy.Attachment", message));
        }
        Ok(Done::empty().about([(POLICY_TYPE, policy)]))
    }

    pub(super) fn list_control_policies(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        self.check_management(context)?;
        let custom = match context.params.get("PolicyType") {
            None => None,
            Some("Custom") => Some(true),
            Some("System") => Some(false),
            Some(_) => return Err(invalid("PolicyType")),
        };
        let wanted = tags::filter(context.params);
        let policies = self.control_policies.policies.values();
        let rows = policies.filter_map(|policy| {
            let tags: Tags = self.tags_of(Tagged::Policy, &policy.id);
            let meant = custom.is_none_or(|custom| policy.custom == custom) && tags::fits(&tags, &wanted);
            meant.then(|| {
                let mut value = self.control_policies.value(policy);
                if let Some(members) = value.as_object_mut() {
                    members.insert("Tags".to_owned(), json!({ "Tag": tags::value(&tags) }));
                }
                value
            })
        });
        listing::paged(context, "ControlPolicies", "ControlPolicy", rows.collect())
    }

    pub(super) fn list_control_policy_attachments(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        self.check_management(context)?;
        let (target, _) = self.named_target(context)?;
        let policies = self.control_policies.policies.values();
        let rows = policies.filter_map(|policy| {
            let entry = (policy.id.clone(), target.clone());
            let everywhere = Some(&policy.created).filter(|_| !policy.custom);
            let since = self.control_policies.attached.get(&entry).or(everywhere)?;
            Some(json!({
                "AttachDate": time::wire(*since),
                "Description": policy.description,
                "EffectScope": policy.scope,
                "PolicyId": policy.id,
                "PolicyName": policy.name,
                "PolicyType": if policy.custom { "Custom" } else { "System" },
            }))
        });
        let rows: Vec<Value> = rows.collect();
        Ok(Done::new(
            json!({ "ControlPolicyAttachments": { "ControlPolicyAttachment": rows } }),
        ))
    }

    pub(super) fn list_target_attachments(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        self.check_management(context)?;
        let policy = self.named_policy(context)?.id.clone();
        let attached = self.control_policies.attached.iter();
        let rows = attached
            .filter(|((one, _), _)| *one == policy)
            .filter_map(|((_, id), since)| {
                let (_, (kind, name)) = self.target(id)?;
                Some(json!({
                    "AttachDate": time::wire(*since),
                    "TargetId": id,
                    "TargetName": name,
                    "TargetType": kind,
                }))
            });
        listing::paged(context, "TargetAttachments", "TargetAttachment", rows.collect())
    }

    fn named_policy(&self, context: &Context<'_>) -> Result<&ControlPolicy, Refusal> {
        let id = context.params.get("PolicyId").ok_or_else(|| missing("PolicyId"))?;
        self.control_policies.find(id)
    }

    /// The policy that `PolicyId` names, if it is not the system's.
    fn own_policy(&self, context: &Context<'_>) -> Result<&ControlPolicy, Refusal> {
        let policy = self.named_policy(context)?;
        if policy.custom {
            Ok(policy)
        } else {
            Err(invalid("PolicyId"))
        }
    }

    /// The folder or member that `TargetId` names.
    fn named_target(&self, context: &Context<'_>) -> Result<(String, (&'static str, String)), Refusal> {
        let id = context.params.get("TargetId").ok_or_else(|| missing("TargetId"))?;
        let message = "The specified target does not exist in the resource directory.";
        self.target(id)
            .ok_or_else(|| Refusal::not_found("EntityNotExists.Target", message))
    }

    /// A folder or member by id, with its kind and name.
    fn target(&self, id: &str) -> Option<(String, (&'static str, String))> {
        let account: Option<AccountId> = id.parse().ok();
        if let Some(member) = account.and_then(|account| self.members.get(&account)) {
            return Some((id.to_owned(), ("Account", member.name.clone())));
        }
        let folder = id.parse().ok()?;
        let entry = self.folders.get(&folder)?;
        let kind = if self.is_root(&folder) { "Root" } else { "Folder" };
        Some((id.to_owned(), (kind, entry.name.clone())))
    }
}
