//! Key Management Service: whether a key can be used. Not here: using it, which ECS does by itself.
//! <https://www.alibabacloud.com/help/en/kms/key-management-service/developer-reference/api-kms-2016-01-20-describekey>

use crate::product::Product;
use crate::rpc::{Effect, Operation, Rpc};
use crate::wire::{FromJson, Json, Misread};

/// Describes a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescribeKey {
    /// The region of the key.
    pub region_id: String,
    /// The key: its id, its ARN, or an alias (`alias/…`).
    pub key_id: String,
}

/// Answer to [`DescribeKey`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyAnswer {
    /// The key.
    pub key_metadata: KeyMetadata,
}

impl FromJson for KeyAnswer {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            key_metadata: json.part("KeyMetadata")?,
        })
    }
}

/// A key. Texts that the cloud left out are empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyMetadata {
    /// Its id, also when it was asked for by an alias.
    pub key_id: String,
    /// Only an `Enabled` key can be used.
    pub key_state: String,
}

impl FromJson for KeyMetadata {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            key_id: json.text("KeyId")?,
            key_state: json.text("KeyState")?,
        })
    }
}

impl Operation for DescribeKey {
    type Answer = KeyAnswer;

    fn rpc(&self) -> Rpc {
        Rpc::new(Product::Kms, "DescribeKey", Effect::Read)
            .at_endpoint_of(&self.region_id)
            .about(&self.key_id)
            .param("KeyId", &self.key_id)
    }
}
