//! Buses, rules, and the roles that EventBridge acts under.

use goldcast_cloud::CallError;
use goldcast_cloud::eventbridge::{
    CheckServiceLinkedRoleForProduct, DEFAULT_BUS, GetEventBus, GetRule, ListRules, NO_BUS, NO_RULE, NOT_OPENED, Rule,
};
use goldcast_cloud::ram::GetRole;

use super::Look;
use super::finding::{Defect, Findings, Group};
use super::functions::tell;
use super::id::Id;
use super::json::text;
use super::pattern::difference;
use super::roles::NO_ROLE;
use crate::ink::count;

/// Roles without which events do not come, and what each is for.
const ROLES: [(&str, &str); 4] = [
    (
        "AliyunServiceRoleForEventBridgeSourceActionTrail",
        "audit events do not reach the bus: new images are seen by timers alone",
    ),
    (
        "AliyunServiceRoleForEventBridgeSourceCMS",
        "what products tell does not reach the bus: copies and executions are seen by timers alone",
    ),
    (
        "AliyunServiceRoleForEventBridgeSourceMNS",
        "the queues of other regions' events are not read: they are seen by timers alone",
    ),
    (
        "AliyunServiceRoleForEventBridgeSendToMNS",
        "neither events of other regions nor events that were given up reach their queues",
    ),
];
/// The role through which Function Compute makes rules for event triggers. It is not EventBridge's, so RAM is asked
/// (<https://help.aliyun.com/zh/functioncompute/fc/service-linked-role-of-function-compute>).
const TRIGGER_ROLE: &str = "AliyunServiceRoleForFCTriggerEventBridge";
/// Rules that one page allows on the `default` bus; another says 50
/// (<https://help.aliyun.com/zh/functioncompute/fc/user-guide/configure-event-triggers-for-alibaba-cloud-services>).
const RULES_MAX: usize = 10;
/// The last parts of the names of the rules that forward events from other regions (satellites/region-events.yml).
const FORWARDS: [&str; 3] = ["forward-tags", "forward-snapshots", "forward-directory"];

pub(super) async fn check(look: &Look<'_>, findings: &mut Findings) {
    findings.turn_to(Group::Events);
    if !default_bus(look, findings).await {
        return;
    }
    for (role, why) in ROLES {
        service_role(look, role, why, findings).await;
    }
    trigger_role(look, findings).await;
    trigger_rules(look, findings).await;
    for bus in look.expected.buses() {
        custom_bus(look, bus, findings).await;
    }
    for region in look.policy.all_regions() {
        if region.as_str() != look.home {
            forwarding(look, region.as_str(), findings).await;
        }
    }
}

fn rule(region: &str, bus: &str, name: &str) -> GetRule {
    GetRule {
        region_id: region.to_owned(),
        event_bus_name: bus.to_owned(),
        rule_name: name.to_owned(),
    }
}

/// Whether there is anything to look at.
async fn default_bus(look: &Look<'_>, findings: &mut Findings) -> bool {
    let asked = ListRules {
        region_id: look.home.to_owned(),
        event_bus_name: DEFAULT_BUS.to_owned(),
    };
    match look.client.ask(&asked, look.deadline).await {
        Ok(found) => {
            let seen = format!(
                "{} on the default bus of {}",
                count(found.rules.len(), "rule"),
                look.home
            );
            if found.rules.len() >= RULES_MAX {
                findings.note(Defect {
                    id: Id::RulesFull,
                    about: DEFAULT_BUS.to_owned(),
                    seen,
                    why: "one page of the vendor allows 10 rules there, another 50: one more may be refused",
                    to_do: "remove rules that nobody needs, or ask for more in Quota Center".to_owned(),
                });
            } else {
                findings.ok("bus", DEFAULT_BUS, seen);
            }
            true
        }
        Err(error) if error.is_code(NOT_OPENED) => {
            findings.error(Defect {
                id: Id::EventbridgeClosed,
                about: look.home.to_owned(),
                seen: "EventBridge was never opened for the account".to_owned(),
                why: "no event comes: everything waits for timers",
                to_do: "open it once at https://eventbridge.console.aliyun.com".to_owned(),
            });
            false
        }
        Err(error) => {
            findings.unread(Id::RulesUnread, DEFAULT_BUS, &error);
            false
        }
    }
}

async fn service_role(look: &Look<'_>, role: &str, why: &'static str, findings: &mut Findings) {
    let asked = CheckServiceLinkedRoleForProduct {
        region_id: look.home.to_owned(),
        product_name: role.to_owned(),
    };
    let answer = look.client.ask(&asked, look.deadline).await;
    match findings.read(Id::ServiceRoleUnread, role, answer) {
        Some(answer) if answer.check_pass => findings.ok("service-role", role, "it exists"),
        Some(_) => findings.warning(Defect {
            id: Id::ServiceRoleMissing,
            about: role.to_owned(),
            seen: format!("the account has no role {role}"),
            why,
            to_do: format!(
                "goldcast deploy makes it, or: aliyun eventbridge CreateServiceLinkedRoleForProduct --ProductName {role} \
                 --region {}",
                look.home
            ),
        }),
        None => {}
    }
}

async fn trigger_role(look: &Look<'_>, findings: &mut Findings) {
    let asked = GetRole {
        role_name: TRIGGER_ROLE.to_owned(),
    };
    match look.client.send(&asked, look.deadline).await {
        Ok(_) => findings.ok("service-role", TRIGGER_ROLE, "it exists"),
        Err(error) if error.is_code(NO_ROLE) => findings.warning(Defect {
            id: Id::TriggerRoleMissing,
            about: TRIGGER_ROLE.to_owned(),
            seen: format!("the account has no role {TRIGGER_ROLE}"),
            why: "Function Compute can make no rule for an event trigger: everything waits for timers",
            to_do: "make any event trigger in the console of Function Compute once, and delete it again".to_owned(),
        }),
        Err(error) => findings.unread(Id::ServiceRoleUnread, TRIGGER_ROLE, &error),
    }
}

/// The rules that Function Compute made for triggers on the `default` bus.
async fn trigger_rules(look: &Look<'_>, findings: &mut Findings) {
    for trigger in look.expected.triggers().filter(|trigger| trigger.kind == "eventbridge") {
        let source = trigger.config.pointer("/eventSourceConfig/eventSourceType");
        if source.and_then(serde_json::Value::as_str) != Some("Default") {
            continue;
        }
        let name = format!("{}-{}", trigger.function, trigger.name);
        let found = look
            .client
            .ask(&rule(look.home, DEFAULT_BUS, &name), look.deadline)
            .await;
        match found {
            Ok(found) if is_on(&found) => findings.ok("rule", &name, "on, and made by Function Compute"),
            Ok(_) => findings.warning(off(look, name)),
            Err(error) if error.is_code(NO_RULE) => findings.warning(Defect {
                id: Id::TriggerRuleMissing,
                about: name.clone(),
                seen: format!("the trigger has no rule {name} on the default bus"),
                why: "its events do not come; nothing is lost, since the timers look as well",
                to_do: format!(
                    "delete the trigger {} of {} and deploy again, so that it is made anew",
                    trigger.name, trigger.function
                ),
            }),
            Err(error) => findings.unread(Id::RuleUnread, &name, &error),
        }
    }
}

fn is_on(rule: &Rule) -> bool {
    rule.status != "DISABLE"
}

fn off(look: &Look<'_>, name: String) -> Defect {
    Defect {
        id: Id::RuleDisabled,
        seen: format!("the rule {name} is switched off"),
        why: "its events do not come; nothing is lost, since the timers look as well",
        to_do: format!("aliyun eventbridge EnableRule --RuleName {name} --region {}", look.home),
        about: name,
    }
}

async fn custom_bus(look: &Look<'_>, bus: &str, findings: &mut Findings) {
    let asked = GetEventBus {
        region_id: look.home.to_owned(),
        event_bus_name: bus.to_owned(),
    };
    match look.client.ask(&asked, look.deadline).await {
        Ok(_) => findings.ok("bus", bus, "it exists"),
        Err(error) if error.is_code(NO_BUS) => {
            findings.warning(Defect {
                id: Id::BusMissing,
                about: bus.to_owned(),
                seen: format!("there is no bus {bus} in {}", look.home),
                why: "what happens in other regions is seen by timers alone",
                to_do: format!(
                    "goldcast deploy makes it, or: aliyun eventbridge CreateEventBus --EventBusName {bus} --region {}",
                    look.home
                ),
            });
            return;
        }
        Err(error) => return findings.unread(Id::BusUnread, bus, &error),
    }
    for expected in look.expected.rules().filter(|rule| text(rule, "EventBusName") == bus) {
        let name = text(expected, "RuleName");
        match look.client.ask(&rule(look.home, bus, name), look.deadline).await {
            Ok(found) if is_on(&found) => {
                let wanted = expected.get("FilterPattern").cloned().unwrap_or_default().to_string();
                tell(look, name, difference(&wanted, &found.filter_pattern), findings);
            }
            Ok(_) => findings.warning(off(look, name.to_owned())),
            Err(error) => missing_rule(look, name, &error, findings),
        }
    }
}

fn missing_rule(look: &Look<'_>, name: &str, error: &CallError, findings: &mut Findings) {
    if !error.is_code(NO_RULE) {
        return findings.unread(Id::RuleUnread, name, error);
    }
    findings.warning(Defect {
        id: Id::RuleMissing,
        about: name.to_owned(),
        seen: format!("there is no rule {name}"),
        why: "what happens in other regions is seen by timers alone",
        to_do: look.deploy_again(),
    });
}

/// Other regions forward their events by a satellite stack, which nobody has to have.
async fn forwarding(look: &Look<'_>, region: &str, findings: &mut Findings) {
    let defect = |id, seen, to_do| Defect {
        id,
        about: region.to_owned(),
        seen,
        why: "what happens there is seen by timers alone, minutes later",
        to_do,
    };
    for part in FORWARDS {
        let name = format!("{}-{part}", look.prefix);
        match look.client.ask(&rule(region, DEFAULT_BUS, &name), look.deadline).await {
            Ok(found) if is_on(&found) => {}
            Ok(_) => {
                return findings.warning(defect(
                    Id::ForwardingDisabled,
                    format!("the rule {name} is switched off in {region}"),
                    format!("aliyun eventbridge EnableRule --RuleName {name} --region {region}"),
                ));
            }
            Err(error) if error.is_code(NO_RULE) || error.is_code(NOT_OPENED) => {
                return findings.note(defect(
                    Id::ForwardingMissing,
                    format!("there is no rule {name} in {region}"),
                    format!("deploy satellites/region-events.yml in {region}"),
                ));
            }
            Err(error) => return findings.unread(Id::ForwardingUnread, region, &error),
        }
    }
    findings.ok("forwarding", region, "its events come home");
}
