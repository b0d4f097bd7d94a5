//! Whether Resource Sharing may share inside the directory at all: the management account switches that on, once.

use crate::product::Product;
use crate::rpc::{Effect, Operation, Rpc};
use crate::wire::{FromJson, Json, Misread};

/// Asks whether sharing inside the directory is switched on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckSharingWithResourceDirectoryStatus {
    /// The region that is asked; the answer is the same in all.
    pub region_id: String,
}

/// Answer to [`CheckSharingWithResourceDirectoryStatus`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SharingStatus {
    /// Whether it is on.
    pub enable_sharing_with_rd: bool,
}

impl FromJson for SharingStatus {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            enable_sharing_with_rd: json.flag("EnableSharingWithRd")?,
        })
    }
}

impl Operation for CheckSharingWithResourceDirectoryStatus {
    type Answer = SharingStatus;

    fn rpc(&self) -> Rpc {
        Rpc::new(
            Product::ResourceSharing,
            "CheckSharingWithResourceDirectoryStatus",
            Effect::Read,
        )
        .at_endpoint_of(&self.region_id)
    }
}
