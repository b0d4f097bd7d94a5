//! Changing what an image is called and which family it is in.

use super::Done;
use crate::product::Product;
use crate::rpc::{Effect, Operation, Repeat, Rpc};

/// Changes attributes of an image; what is `None` stays. A family can be changed, but not cleared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ModifyImageAttribute {
    /// The region.
    pub region_id: String,
    /// The image.
    pub image_id: String,
    /// The family it goes into.
    pub image_family: Option<String>,
    /// `Deprecated` or `Available`. An image that is shared cannot be deprecated.
    pub status: Option<String>,
    /// The new name.
    pub image_name: Option<String>,
    /// The new description.
    pub description: Option<String>,
}

impl Operation for ModifyImageAttribute {
    type Answer = Done;

    fn rpc(&self) -> Rpc {
        Rpc::new(Product::Ecs, "ModifyImageAttribute", Effect::Write(Repeat::Safe))
            .in_region(&self.region_id)
            .about(&self.image_id)
            .param("ImageId", &self.image_id)
            .param_if("ImageFamily", self.image_family.as_ref())
            .param_if("Status", self.status.as_ref())
            .param_if("ImageName", self.image_name.as_ref())
            .param_if("Description", self.description.as_ref())
    }
}
