//! The products of Alibaba Cloud that are called, and the two sites they are sold on.

use std::fmt;

/// A product with an API of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Product {
    /// Elastic Compute Service: images, tags, regions.
    Ecs,
    /// EventBridge: buses, rules, what was delivered.
    EventBridge,
    /// Function Compute 3.0. Its calls are read by path, see [`Client::get`](crate::Client::get).
    Fc,
    /// Key Management Service, through its shared gateway.
    Kms,
    /// Operation Orchestration Service: its parameter store.
    Oos,
    /// Object Storage Service. Its calls are of a style of their own, see [`Client::get_object`](crate::Client::get_object).
    Oss,
    /// Quota Center.
    Quotas,
    /// Resource Access Management.
    Ram,
    /// The resource directory (`ResourceDirectoryMaster`).
    ResourceDirectory,
    /// Resource Sharing.
    ResourceSharing,
    /// Resource Orchestration Service: stacks.
    Ros,
    /// Security Token Service.
    Sts,
}

impl Product {
    /// Every product, in order.
    pub(crate) const ALL: [Self; 12] = [
        Self::Ecs,
        Self::EventBridge,
        Self::Fc,
        Self::Kms,
        Self::Oos,
        Self::Oss,
        Self::Quotas,
        Self::Ram,
        Self::ResourceDirectory,
        Self::ResourceSharing,
        Self::Ros,
        Self::Sts,
    ];

    /// The API version that the typed operations speak.
    pub const fn version(self) -> &'static str {
        match self {
            Self::Ecs => "2014-05-26",
            Self::EventBridge => "2020-04-01",
            Self::Fc => "2023-03-30",
            Self::Kms => "2016-01-20",
            Self::Oos => "2019-06-01",
            Self::Oss => "2019-05-17",
            Self::Quotas => "2020-05-10",
            Self::Ram => "2015-05-01",
            Self::ResourceDirectory => "2022-04-19",
            Self::ResourceSharing => "2020-01-10",
            Self::Ros => "2019-09-10",
            Self::Sts => "2015-04-01",
        }
    }

    /// The short name, as in host names and endpoint overrides.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ecs => "ecs",
            Self::EventBridge => "eventbridge",
            Self::Fc => "fc",
            Self::Kms => "kms",
            Self::Oos => "oos",
            Self::Oss => "oss",
            Self::Quotas => "quotas",
            Self::Ram => "ram",
            Self::ResourceDirectory => "resourcedirectory",
            Self::ResourceSharing => "resourcesharing",
            Self::Ros => "ros",
            Self::Sts => "sts",
        }
    }
}

impl fmt::Display for Product {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Where the account was opened. The sites have different directory hosts and cannot share images with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Site {
    /// aliyun.com
    China,
    /// alibabacloud.com
    #[default]
    International,
}
