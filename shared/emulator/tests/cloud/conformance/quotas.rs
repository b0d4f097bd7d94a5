//! Quota Center 2020-05-10.

use super::{Exception, Product, Recipe};

const PRODUCT: Product = Product {
    version: "2020-05-10",
    description: include_str!("../../fixtures/openapi/quotas-2020-05-10.json"),
    recipes: RECIPES,
    unsimulated: "\
    CreateQuotaAlarm CreateQuotaApplication GetProductQuota GetProductQuotaDimension GetQuotaApplication ListProductDimensionGroups ListProductQuotaDimensions ListProductQuotas ListProducts ListQuotaAlarms ListQuotaApplications",
    common_codes: &["InvalidParameter", "InvalidParameter.Format", "MissingParameter"],
    exceptions: EXCEPTIONS,
};

const EXCEPTIONS: &[Exception] = &[];

const RECIPES: &[Recipe] = &[];

conforms!(PRODUCT);
