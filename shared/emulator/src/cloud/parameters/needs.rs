//! Which permissions the parameter store needs: the operation on the parameter, and reading a value also reads the secret
//! of KMS that it is kept as
//! (<https://help.aliyun.com/zh/oos/use-cases/control-access-to-different-encryption-parameters-from-a-ram-user>).

use goldcast_domain::RegionId;

use crate::cloud::authorise::{ANY, Needs, Scene};

/// What a call needs.
pub(crate) fn needs(scene: &Scene<'_>) -> Needs {
    let name = scene.named("Name");
    let needs = Needs::on(scene, vec![scene.arn(&format!("secretparameter/{name}"))]);
    let decrypts = scene.params.flag("WithDecryption") == Ok(Some(true));
    if scene.action != "GetSecretParameter" || !decrypts {
        return needs;
    }
    let region = scene.region.map_or(ANY, RegionId::as_str);
    let secret = format!("acs:kms:{region}:{}:secret/oos/{name}", scene.account);
    needs.and("kms:GetSecretValue", secret)
}
