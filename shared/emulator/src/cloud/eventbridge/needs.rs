//! Which permissions reading buses and rules needs
//! (<https://www.alibabacloud.com/help/en/eventbridge/developer-reference/api-eventbridge-2020-04-01-getrule>). No page lists
//! the resource of each operation; these follow the ARNs of buses and rules.

use crate::cloud::authorise::{Needs, Scene};

/// What a call needs: the operation on the bus or rule that it names, or on everything.
pub(crate) fn needs(scene: &Scene<'_>) -> Needs {
    let bus = scene.named("EventBusName");
    let resource = match scene.action {
        "GetRule" => format!("eventbus/{bus}/rule/{}", scene.named("RuleName")),
        "ListRules" => format!("eventbus/{bus}/rule/*"),
        "GetEventBus" | "QueryTracedEvents" => format!("eventbus/{bus}"),
        _ => return Needs::anywhere(scene),
    };
    Needs::on(scene, vec![scene.arn(&resource)])
}
