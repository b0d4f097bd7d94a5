//! Deleting an image.

use super::Done;
use crate::product::Product;
use crate::rpc::{Effect, Operation, Repeat, Rpc};

/// Deletes an image. It must not be shared; its snapshots stay. Never forced: images that instances use are refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeleteImage {
    /// The region.
    pub region_id: String,
    /// The image.
    pub image_id: String,
}

impl Operation for DeleteImage {
    type Answer = Done;

    fn rpc(&self) -> Rpc {
        Rpc::new(Product::Ecs, "DeleteImage", Effect::Write(Repeat::Safe))
            .in_region(&self.region_id)
            .about(&self.image_id)
            .param("ImageId", &self.image_id)
    }
}
