//! Which permissions the operations of KMS need
//! (<https://www.alibabacloud.com/help/en/kms/key-management-service/security-and-compliance/use-ram-to-control-access>).

use crate::cloud::authorise::{Needs, Scene};

/// What a call needs: the operation on the key that it names, by whatever name.
pub(crate) fn needs(scene: &Scene<'_>) -> Needs {
    let Some(name) = scene.params.get("KeyId") else {
        return Needs::anywhere(scene);
    };
    let found = scene
        .region
        .and_then(|region| scene.kms.find(region, scene.account, name));
    let id = found.map_or_else(|| name.to_owned(), |key| key.id);
    Needs::on(scene, vec![scene.arn(&format!("key/{id}"))])
}
