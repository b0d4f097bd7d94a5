//! The roles that EventBridge acts under, which have fixed names. They are made once for the whole account.

use super::Said;
use crate::product::Product;
use crate::rpc::{Effect, Operation, Repeat, Rpc};
use crate::wire::{FromJson, Json, Misread};

/// Says whether the account has a service-linked role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckServiceLinkedRoleForProduct {
    /// The region that is asked; roles belong to the whole account.
    pub region_id: String,
    /// The role's name, such as `AliyunServiceRoleForEventBridgeSendToFC`.
    pub product_name: String,
}

/// Answer to [`CheckServiceLinkedRoleForProduct`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServiceLinkedRole {
    /// The role that was meant.
    pub sts_role_name: String,
    /// Whether it is there.
    pub check_pass: bool,
}

impl FromJson for ServiceLinkedRole {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            sts_role_name: json.text("StsRoleName")?,
            check_pass: json.flag("CheckPass")?,
        })
    }
}

impl Operation for CheckServiceLinkedRoleForProduct {
    type Answer = Said<ServiceLinkedRole>;

    fn rpc(&self) -> Rpc {
        Rpc::new(Product::EventBridge, "CheckServiceLinkedRoleForProduct", Effect::Read)
            .at_endpoint_of(&self.region_id)
            .about(&self.product_name)
            .param("ProductName", &self.product_name)
    }
}

/// Makes a service-linked role.
/// <https://www.alibabacloud.com/help/en/eventbridge/developer-reference/api-eventbridge-2020-04-01-createservicelinkedroleforproduct>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateServiceLinkedRoleForProduct {
    /// The region that is asked.
    pub region_id: String,
    /// The role's name.
    pub product_name: String,
}

/// Answer to [`CreateServiceLinkedRoleForProduct`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CreatedRole {
    /// The role.
    pub sts_role_name: String,
}

impl FromJson for CreatedRole {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            sts_role_name: json.text("StsRoleName")?,
        })
    }
}

impl Operation for CreateServiceLinkedRoleForProduct {
    type Answer = Said<CreatedRole>;

    fn rpc(&self) -> Rpc {
        Rpc::new(
            Product::EventBridge,
            "CreateServiceLinkedRoleForProduct",
            Effect::Write(Repeat::Safe),
        )
        .at_endpoint_of(&self.region_id)
        .about(&self.product_name)
        .param("ProductName", &self.product_name)
    }
}
