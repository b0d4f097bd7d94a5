//! ECS: images, their shares, tags and regions.
//! <https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeimages>

mod attribute;
mod copy;
mod describe;
mod family;
mod image;
mod region;
mod remove;
mod share;
mod tag;

use serde::Deserialize;

use crate::wire;

pub use attribute::ModifyImageAttribute;
pub use copy::{CancelCopyImage, CopyImage, CopyImageAnswer};
pub use describe::{DescribeImages, ImagePage};
pub use family::{DescribeImageFromFamily, ImageFromFamily};
pub use image::{DetectionItem, DetectionOptions, DiskDeviceMapping, Image, ImageTag};
pub use region::{DescribeRegions, Region, Regions};
pub use remove::DeleteImage;
pub use share::{DescribeImageSharePermission, ModifyImageSharePermission, SharePage, SharedAccount};
pub use tag::{TagResources, UntagResources};

/// The answer of operations that have nothing to tell.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Done {
    /// The request id, for a support ticket.
    #[serde(default, deserialize_with = "wire::text")]
    pub request_id: String,
}
