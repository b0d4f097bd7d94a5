//! Which permissions the operations of Quota Center need
//! (<https://www.alibabacloud.com/help/en/quota-center/developer-reference/api-quotas-2020-05-10-getproductquota>).

use crate::cloud::authorise::{Needs, Scene};

/// What a call needs: the quota that it names, where one is documented to be a resource.
pub(crate) fn needs(scene: &Scene<'_>) -> Needs {
    let product = scene.named("ProductCode");
    let quota = match scene.action {
        "CreateQuotaApplication" | "GetProductQuota" => scene.named("QuotaActionCode"),
        "ListProductQuotas" => "*",
        _ => return Needs::anywhere(scene),
    };
    Needs::on(scene, vec![scene.arn(&format!("quota/{product}/{quota}"))])
}
