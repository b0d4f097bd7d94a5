//! Which permissions stacks need
//! (<https://www.alibabacloud.com/help/en/ros/user-guide/use-ram-to-control-access-to-resources>). What their resources need
//! is not asked for: who deploys is an administrator here.

use crate::cloud::authorise::{Needs, Scene};

/// What a call needs: the operation on the stack that it names.
pub(crate) fn needs(scene: &Scene<'_>) -> Needs {
    let region = scene.named("RegionId");
    let stack = match scene.action {
        "GetTemplateEstimateCost" => return Needs::anywhere(scene),
        _ => scene.params.get("StackId").unwrap_or("*"),
    };
    Needs::on(scene, vec![scene.arn_in(region, &format!("stack/{stack}"))])
}
