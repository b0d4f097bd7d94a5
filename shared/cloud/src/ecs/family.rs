//! What an image family resolves to.

use serde::Deserialize;

use super::Image;
use crate::product::Product;
use crate::rpc::{Effect, Operation, Rpc};

/// Gives the newest `Available` image of a family: what a launch by family takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescribeImageFromFamily {
    /// The region.
    pub region_id: String,
    /// The family; those of others as `acs:<account>:<family>`.
    pub image_family: String,
}

/// Answer to [`DescribeImageFromFamily`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ImageFromFamily {
    #[serde(default)]
    image: Option<Image>,
}

impl ImageFromFamily {
    /// The image; `None` if the family has none that is available.
    pub fn into_image(self) -> Option<Image> {
        self.image.filter(|image| !image.image_id.is_empty())
    }
}

impl Operation for DescribeImageFromFamily {
    type Answer = ImageFromFamily;

    fn rpc(&self) -> Rpc {
        Rpc::new(Product::Ecs, "DescribeImageFromFamily", Effect::Read)
            .in_region(&self.region_id)
            .about(&self.image_family)
            .param("ImageFamily", &self.image_family)
    }
}
