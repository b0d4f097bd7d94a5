//! An image as ECS describes it, as far as somebody reads it. Not here: what any of it means to us.

use super::ResourceTag;
use crate::wire::{FromJson, Json, Misread};

/// A custom image. Texts that the cloud left out are empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Image {
    /// `m-…`.
    pub image_id: String,
    /// Its name, unique in account and region.
    pub image_name: String,
    /// The family it is in; empty if in none.
    pub image_family: String,
    /// The description.
    pub description: String,
    /// `Creating`, `Waiting`, `Available`, `UnAvailable`, `CreateFailed` or `Deprecated`.
    pub status: String,
    /// How far creating it is, for example `35%`.
    pub progress: String,
    /// When it was made, in UTC.
    pub creation_time: String,
    /// The account that owns it; empty for images of the cloud itself.
    pub image_owner_id: String,
    /// Whether CopyImage made it.
    pub is_copied: bool,
    /// Whether everyone may use it.
    pub is_public: bool,
    /// Whether it is shared with other accounts, where the cloud says so.
    pub is_self_shared: Option<bool>,
    /// Whether instances can be made from it; `None` if the cloud does not say.
    pub usable: Option<bool>,
    /// `instance` if instances use it, else `none`.
    pub usage: String,
    /// The size of the system disk in GiB.
    pub size: Option<u64>,
    /// Its disks.
    pub disk_device_mappings: Vec<DiskDeviceMapping>,
    /// Its tags.
    pub tags: Vec<ResourceTag>,
    /// The marketplace product, if it is one.
    pub product_code: String,
    /// The resource group.
    pub resource_group_id: String,
    /// What the image check found.
    pub detection_options: Option<DetectionOptions>,
}

impl FromJson for Image {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            image_id: json.text("ImageId")?,
            image_name: json.text("ImageName")?,
            image_family: json.text("ImageFamily")?,
            description: json.text("Description")?,
            status: json.text("Status")?,
            progress: json.text("Progress")?,
            creation_time: json.text("CreationTime")?,
            image_owner_id: json.text("ImageOwnerId")?,
            is_copied: json.flag("IsCopied")?,
            is_public: json.flag("IsPublic")?,
            is_self_shared: json.optional_flag("IsSelfShared")?,
            usable: json.optional_flag("Usable")?,
            usage: json.text("Usage")?,
            size: json.optional_number("Size")?,
            disk_device_mappings: json.list("DiskDeviceMappings")?,
            tags: json.list("Tags")?,
            product_code: json.text("ProductCode")?,
            resource_group_id: json.text("ResourceGroupId")?,
            detection_options: json.optional_part("DetectionOptions")?,
        })
    }
}

/// A disk of an image. The key that encrypts it is not told here.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DiskDeviceMapping {
    /// `system` or `data`.
    pub disk_type: String,
    /// The device name, for example `/dev/xvda`.
    pub device: String,
    /// GiB.
    pub size: Option<u64>,
    /// The snapshot that holds its content.
    pub snapshot_id: String,
    /// Whether it is encrypted; `None` if the cloud does not say.
    pub encrypted: Option<bool>,
}

impl FromJson for DiskDeviceMapping {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            disk_type: json.text("Type")?,
            device: json.text("Device")?,
            size: json.optional_number("Size")?,
            snapshot_id: json.text("SnapshotId")?,
            encrypted: json.optional_flag("Encrypted")?,
        })
    }
}

/// What the image check found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DetectionOptions {
    /// How far the check is.
    pub status: String,
    /// One entry per check.
    pub items: Vec<DetectionItem>,
}

impl FromJson for DetectionOptions {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            status: json.text("Status")?,
            items: json.list("Items")?,
        })
    }
}

/// One check of an image.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DetectionItem {
    /// What was checked.
    pub name: String,
    /// The finding.
    pub value: String,
    /// The kind of risk.
    pub risk_code: String,
    /// How bad it is.
    pub risk_level: String,
}

impl FromJson for DetectionItem {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            name: json.text("Name")?,
            value: json.text("Value")?,
            risk_code: json.text("RiskCode")?,
            risk_level: json.text("RiskLevel")?,
        })
    }
}
