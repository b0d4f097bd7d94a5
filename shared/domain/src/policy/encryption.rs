//! What the cloud allows with encrypted images. The regions drift between editions of the guide, so they are data.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{Gather as _, RegionId};

/// Where encrypted images may be shared, and through which role. One section of the file, for all policies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "authoring", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Encryption {
    /// Regions where an encrypted image can be shared
    /// (<https://www.alibabacloud.com/help/en/ecs/user-guide/share-a-custom-image>, November 2025).
    pub share_regions: BTreeSet<RegionId>,
    /// The role of the owner that lets recipients use the key; its trust list follows the audience.
    pub share_role: String,
    /// Characters that the role's trust document holds at most. The cloud publishes no figure; this one is careful.
    pub trust_document_chars: usize,
    /// Whether encrypted images may go on shelves: not verified on a live account, so off.
    pub shelves: bool,
}

impl Default for Encryption {
    fn default() -> Self {
        let six = [
            "cn-beijing",
            "cn-shanghai",
            "cn-hongkong",
            "ap-southeast-1",
            "ap-southeast-5",
            "ap-southeast-6",
        ];
        Self {
            share_regions: six.iter().filter_map(|id| id.parse().ok()).gather(),
            share_role: "AliyunECSShareEncryptImageDefaultRole".to_owned(),
            trust_document_chars: 4096,
            shelves: false,
        }
    }
}
