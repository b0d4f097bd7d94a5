//! ECS: images, their shares and snapshots, tags and regions.
//! <https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeimages>

mod attribute;
mod copy;
mod describe;
mod family;
mod image;
mod region;
mod remove;
mod share;
mod snapshot;
mod tag;

pub use crate::rpc::Done;

pub use attribute::ModifyImageAttribute;
pub use copy::{CancelCopyImage, CopyImage, CopyImageAnswer};
pub use describe::{DescribeImages, ImagePage};
pub use family::{DescribeImageFromFamily, ImageFromFamily};
pub use image::{DetectionItem, DetectionOptions, DiskDeviceMapping, Image};
pub use region::{DescribeRegions, Region, Regions};
pub use remove::DeleteImage;
pub use share::{DescribeImageSharePermission, ModifyImageSharePermission, SharePage, SharedAccount};
pub use snapshot::{DeleteSnapshot, DescribeSnapshots, Snapshot, SnapshotPage};
pub use tag::{ResourceTag, TagResources, UntagResources};
