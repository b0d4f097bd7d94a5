//! Which permissions the operations of Quota Center need
//! (<https://www.alibabacloud.com/help/en/quota-center/developer-reference/api-quotas-2020-05-10-getproductquota>).

use crate::cloud::authorise::{Needs, Scene};

/// What a call needs: the quota that it names, where one is documented to be a resource.
pub(crate) fn needs(scene: &Scene<'_>) -> Needs {
    if scene.action != "GetProductQuota" {
        return Needs::anywhere(scene);
    }
    let (product, code) = (scene.named("ProductCode"), scene.named("QuotaActionCode"));
    Needs::on(scene, vec![scene.arn(&format!("quota/{product}/{code}"))])
}
