//! Quota Center 2020-05-10.

use super::{Call, Exception, Product, Recipe};
use crate::support::{OWNER, World};

const PRODUCT: Product = Product {
    version: "2020-05-10",
    description: include_str!("../../fixtures/openapi/quotas-2020-05-10.json"),
    recipes: RECIPES,
    unsimulated: "CreateQuotaAlarm ListProductDimensionGroups ListQuotaAlarms",
    common_codes: &["PARAMETER.ILLEGALL", "QUOTA.*"],
    exceptions: EXCEPTIONS,
};

const EXCEPTIONS: &[Exception] = &[
    Exception("GetProductQuota", "empty Quota.QuotaItems[]", "only of instance types"),
    Exception(
        "ListProductQuotas",
        "empty Quotas[].QuotaItems[]",
        "only of instance types",
    ),
    Exception(
        "GetProductQuotaDimension",
        "empty QuotaDimension.DependentDimensions[]",
        "regions depend on nothing",
    ),
    Exception(
        "ListProductQuotaDimensions",
        "empty QuotaDimensions[].*",
        "regions depend on nothing",
    ),
];

/// The quota of users that an image is shared with, in the home region.
const USERS: &str = "ProductCode=ecs QuotaActionCode=q_custom-image-shared-users \
    Dimensions.1.Key=regionId Dimensions.1.Value=cn-hangzhou";

const RECIPES: &[Recipe] = &[
    Recipe("CreateQuotaApplication", |_| application()),
    Recipe("GetProductQuota", |_| Call::central(USERS)),
    Recipe("GetProductQuotaDimension", |_| {
        Call::central("ProductCode=ecs DimensionKey=regionId")
    }),
    Recipe("GetQuotaApplication", |world| {
        let id = apply(world);
        Call::central(&format!("ApplicationId={id}"))
    }),
    Recipe("ListProductQuotaDimensions", |_| Call::central("ProductCode=ecs")),
    Recipe("ListProductQuotas", |_| Call::central("ProductCode=ecs")),
    Recipe("ListProducts", |_| Call::central("")),
    Recipe("ListQuotaApplications", |world| {
        apply(world);
        Call::central("")
    }),
];

fn application() -> Call {
    Call::central(USERS)
        .with("DesireValue", "60")
        .with("Reason", "more members")
}

/// Applies for more, and gives the application's id.
fn apply(world: &mut World) -> String {
    let call = application();
    let params: Vec<_> = call
        .params
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let body = world.quotas_as(OWNER, "CreateQuotaApplication", &params).ok();
    body["ApplicationId"].as_str().unwrap().to_owned()
}

conforms!(PRODUCT);
