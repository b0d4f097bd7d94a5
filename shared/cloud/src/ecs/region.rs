//! Which regions there are.

use serde::Deserialize;

use crate::product::Product;
use crate::rpc::{Effect, Operation, Rpc};
use crate::wire;

/// Lists the regions that the account can use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescribeRegions {
    /// The region that is asked; every one gives the same answer.
    pub region_id: String,
}

/// Answer to [`DescribeRegions`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Regions {
    /// The regions.
    #[serde(deserialize_with = "wire::list")]
    pub regions: Vec<Region>,
}

/// A region.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Region {
    /// For example `cn-hangzhou`.
    #[serde(deserialize_with = "wire::text")]
    pub region_id: String,
    /// Whether it can be used, where the cloud says so.
    #[serde(deserialize_with = "wire::text")]
    pub status: String,
}

impl Operation for DescribeRegions {
    type Answer = Regions;

    fn rpc(&self) -> Rpc {
        Rpc::new(Product::Ecs, "DescribeRegions", Effect::Read).in_region(&self.region_id)
    }
}
