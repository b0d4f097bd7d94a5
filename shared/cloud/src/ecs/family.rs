//! What an image family resolves to.

use super::Image;
use crate::product::Product;
use crate::rpc::{Effect, Operation, Rpc};
use crate::wire::{FromJson, Json, Misread};

/// Gives the newest `Available` image of a family: what a launch by family takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescribeImageFromFamily {
    /// The region.
    pub region_id: String,
    /// The family; those of others as `acs:<account>:<family>`.
    pub image_family: String,
}

/// Answer to [`DescribeImageFromFamily`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageFromFamily {
    image: Option<Image>,
}

impl FromJson for ImageFromFamily {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            image: json.optional_part("Image")?,
        })
    }
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
