//! Which regions there are.

use crate::product::Product;
use crate::rpc::{Effect, Operation, Rpc};
use crate::wire::{FromJson, Json, Misread};

/// Lists the regions that the account can use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescribeRegions {
    /// The region that is asked; every one gives the same answer.
    pub region_id: String,
}

/// Answer to [`DescribeRegions`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Regions {
    /// The regions.
    pub regions: Vec<Region>,
}

impl FromJson for Regions {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            regions: json.required_list("Regions")?,
        })
    }
}

/// A region.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Region {
    /// For example `cn-hangzhou`.
    pub region_id: String,
    /// Whether it can be used, where the cloud says so.
    pub status: String,
}

impl FromJson for Region {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            region_id: json.text("RegionId")?,
            status: json.text("Status")?,
        })
    }
}

impl Operation for DescribeRegions {
    type Answer = Regions;

    fn rpc(&self) -> Rpc {
        Rpc::new(Product::Ecs, "DescribeRegions", Effect::Read).in_region(&self.region_id)
    }
}
