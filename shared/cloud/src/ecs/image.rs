//! An image as ECS describes it, as far as somebody reads it: every member costs each function about a kilobyte. Not here:
//! what any of it means to us.

use serde::Deserialize;

use super::ResourceTag;
use crate::wire;

/// A custom image. Texts that the cloud left out are empty.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Image {
    /// `m-…`.
    #[serde(deserialize_with = "wire::text")]
    pub image_id: String,
    /// Its name, unique in account and region.
    #[serde(deserialize_with = "wire::text")]
    pub image_name: String,
    /// The family it is in; empty if in none.
    #[serde(deserialize_with = "wire::text")]
    pub image_family: String,
    /// The description.
    #[serde(deserialize_with = "wire::text")]
    pub description: String,
    /// `Creating`, `Waiting`, `Available`, `UnAvailable`, `CreateFailed` or `Deprecated`.
    #[serde(deserialize_with = "wire::text")]
    pub status: String,
    /// How far creating it is, for example `35%`.
    #[serde(deserialize_with = "wire::text")]
    pub progress: String,
    /// When it was made, in UTC.
    #[serde(deserialize_with = "wire::text")]
    pub creation_time: String,
    /// The account that owns it; empty for images of the cloud itself.
    #[serde(deserialize_with = "wire::text")]
    pub image_owner_id: String,
    /// Whether CopyImage made it.
    #[serde(deserialize_with = "wire::flag")]
    pub is_copied: bool,
    /// Whether everyone may use it.
    #[serde(deserialize_with = "wire::flag")]
    pub is_public: bool,
    /// Whether it is shared with other accounts, where the cloud says so.
    #[serde(deserialize_with = "wire::optional_flag")]
    pub is_self_shared: Option<bool>,
    /// Whether instances can be made from it; `None` if the cloud does not say.
    #[serde(deserialize_with = "wire::optional_flag")]
    pub usable: Option<bool>,
    /// `instance` if instances use it, else `none`.
    #[serde(deserialize_with = "wire::text")]
    pub usage: String,
    /// The size of the system disk in GiB.
    #[serde(deserialize_with = "wire::optional_number")]
    pub size: Option<u64>,
    /// Its disks.
    #[serde(deserialize_with = "wire::list")]
    pub disk_device_mappings: Vec<DiskDeviceMapping>,
    /// Its tags.
    #[serde(deserialize_with = "wire::list")]
    pub tags: Vec<ResourceTag>,
    /// The marketplace product, if it is one.
    #[serde(deserialize_with = "wire::text")]
    pub product_code: String,
    /// The resource group.
    #[serde(deserialize_with = "wire::text")]
    pub resource_group_id: String,
    /// What the image check found.
    pub detection_options: Option<DetectionOptions>,
}

/// A disk of an image. The key that encrypts it is not told here.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DiskDeviceMapping {
    /// `system` or `data`.
    #[serde(rename = "Type", deserialize_with = "wire::text")]
    pub disk_type: String,
    /// The device name, for example `/dev/xvda`.
    #[serde(deserialize_with = "wire::text")]
    pub device: String,
    /// GiB.
    #[serde(deserialize_with = "wire::optional_number")]
    pub size: Option<u64>,
    /// The snapshot that holds its content.
    #[serde(deserialize_with = "wire::text")]
    pub snapshot_id: String,
    /// Whether it is encrypted; `None` if the cloud does not say.
    #[serde(deserialize_with = "wire::optional_flag")]
    pub encrypted: Option<bool>,
}

/// What the image check found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DetectionOptions {
    /// How far the check is.
    #[serde(deserialize_with = "wire::text")]
    pub status: String,
    /// One entry per check.
    #[serde(deserialize_with = "wire::list")]
    pub items: Vec<DetectionItem>,
}

/// One check of an image.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DetectionItem {
    /// What was checked.
    #[serde(deserialize_with = "wire::text")]
    pub name: String,
    /// The finding.
    #[serde(deserialize_with = "wire::text")]
    pub value: String,
    /// The kind of risk.
    #[serde(deserialize_with = "wire::text")]
    pub risk_code: String,
    /// How bad it is.
    #[serde(deserialize_with = "wire::text")]
    pub risk_level: String,
}
