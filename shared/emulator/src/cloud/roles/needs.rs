//! Which permissions the operations of RAM need
//! (<https://www.alibabacloud.com/help/en/ram/developer-reference/api-ram-2015-05-01-getrole> and its siblings).

use crate::cloud::authorise::{Needs, Scene};

/// What a call needs: the operation on the role and on the policy that it names, or on everything.
pub(crate) fn needs(scene: &Scene<'_>) -> Needs {
    let role = scene
        .params
        .get("RoleName")
        .map(|name| scene.arn(&format!("role/{name}")));
    let policy = scene.params.get("PolicyName").map(|name| {
        let system = scene.params.get("PolicyType") == Some("System");
        if system {
            format!("acs:ram:*:system:policy/{name}")
        } else {
            scene.arn(&format!("policy/{name}"))
        }
    });
    let named: Vec<String> = role.into_iter().chain(policy).collect();
    if named.is_empty() {
        Needs::anywhere(scene)
    } else {
        Needs::on(scene, named)
    }
}
