//! Which permissions reading functions needs
//! (<https://www.alibabacloud.com/help/en/functioncompute/fc/security-compliance/policies-and-sample-policies>). That triggers
//! are resources of their own is read from the ARNs of that page.

use crate::cloud::authorise::{Needs, Scene};

/// What a call needs: the operation on the function, or on the trigger, that it names.
pub(crate) fn needs(scene: &Scene<'_>) -> Needs {
    let function = scene.named("functionName");
    let resource = match scene.action {
        "ListTriggers" | "GetTrigger" => format!("functions/{function}/triggers/{}", scene.named("triggerName")),
        _ => format!("functions/{function}"),
    };
    Needs::on(scene, vec![scene.arn(&resource)])
}
