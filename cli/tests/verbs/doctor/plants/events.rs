//! Buses, rules and the roles of EventBridge, broken.

use serde_json::json;

use super::Plant;
use crate::doctor::company::Company;

pub(super) const PLANTS: &[Plant] = &[
    Plant::new("error eventbridge-closed", "never opened", |company| {
        company.change(|cloud, _| cloud.close_eventbridge(&company.scene.owner()));
    }),
    Plant::new("warning service-role-missing", "no service-linked role", |company| {
        company.unlink("AliyunServiceRoleForEventBridgeSourceActionTrail");
    }),
    Plant::new("warning trigger-role-missing", "no role for triggers", |company| {
        company.unlink("AliyunServiceRoleForFCTriggerEventBridge");
    }),
    Plant::new("warning bus-missing", "no bus", |company| {
        let owner = company.scene.owner();
        company.change(|cloud, _| cloud.remove_event_bus(&owner, company.home(), "goldcast-regions"));
    }),
    Plant::new("warning rule-missing", "no rule", |company| {
        company.unrule("goldcast-regions", "goldcast-tags-elsewhere");
    }),
    Plant::new("warning rule-disabled", "rule off", |company| {
        company.redeploy("TagsElsewhere", |rule| rule["Status"] = json!("DISABLE"));
    }),
    Plant::new("note rules-full", "many rules", Company::crowd),
    Plant::new("note forwarding-missing", "nothing forwards", |company| {
        company.forward(None);
    }),
    Plant::new("warning forwarding-disabled", "forwarding off", |company| {
        company.forward(Some("DISABLE"));
    }),
];
