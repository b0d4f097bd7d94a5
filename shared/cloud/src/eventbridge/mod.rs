//! EventBridge: buses, rules, sources, and what passed through. Not here: publishing events.
//! <https://www.alibabacloud.com/help/en/eventbridge/developer-reference/api-eventbridge-2020-04-01-overview>
//!
//! It says no in two ways: with an HTTP error, as every product does, and with status 200 and `"Success": false`.
//! [`Client::ask`] makes one of both.

mod answer;
mod bus;
mod pattern;
mod role;
mod rule;
mod source;
mod trace;

pub use answer::Said;
pub use bus::{CreateEventBus, CreatedBus, EventBus, EventBuses, GetEventBus, ListEventBuses};
pub use pattern::{PatternVerdict, TestEventPattern};
pub use role::{CheckServiceLinkedRoleForProduct, CreateServiceLinkedRoleForProduct, CreatedRole, ServiceLinkedRole};
pub use rule::{GetRule, ListRules, Rule, RuleTarget, Rules};
pub use source::{EventSource, EventSources, EventType, ListAliyunOfficialEventSources};
pub use trace::{QueryTracedEvents, TracedEvent, TracedEvents};

#[cfg(doc)]
use crate::Client;

/// The bus that carries the events of cloud services; every account has one in every region.
pub const DEFAULT_BUS: &str = "default";
/// What is said where there is no such rule
/// (<https://github.com/aliyun/terraform-provider-alicloud/blob/master/alicloud/service_alicloud_eventbridge.go>).
pub const NO_RULE: &str = "EventRuleNotExisted";
/// What is said where there is no such bus (same source).
pub const NO_BUS: &str = "EventBusNotExist";
/// What is said where the account never opened the service.
pub const NOT_OPENED: &str = "ServiceNotEnable";
/// Rows of one listing, the most that is allowed. A bus has at most 50 rules, so no second page is read.
const ROWS_MAX: u32 = 100;
