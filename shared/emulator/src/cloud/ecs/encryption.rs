//! Keys of disks: what CreateImage and CopyImage encrypt with, and when an encrypted image can be shared
//! (<https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-copyimage>).

use goldcast_domain::{AccountId, RegionId};

use super::image::Image;
use crate::cloud::context::Context;
use crate::cloud::keys::{KeyState, KmsKey};
use crate::cloud::organisation::DiskKey;
use crate::cloud::refusal::Refusal;
use crate::cloud::roles::{Principal, Role, ecs_of, trusts};

/// Algorithms that disks can be encrypted with.
const ALGORITHMS: [&str; 2] = ["aes-256", "sm4-128"];

/// The key that an instance's disks are encrypted with, by id.
pub(super) fn of_instance(
    region: &RegionId,
    encryption: Option<&DiskKey>,
    context: &Context<'_>,
) -> Result<Option<String>, Refusal> {
    let account = context.account();
    let key = match encryption {
        None => return Ok(None),
        Some(DiskKey::Service) => Some(context.kms.service_key(region, account)),
        Some(DiskKey::Customer(id)) => context.kms.find(region, account, id),
    };
    usable(key.ok_or_else(not_enabled)?).map(Some)
}

/// The key that a copy's disks are encrypted with, by id; `None` for a plain copy.
pub(super) fn of_copy(
    source: &Image,
    destination: &RegionId,
    by_default: bool,
    context: &Context<'_>,
) -> Result<Option<String>, Refusal> {
    let encrypted = context.params.flag("Encrypted")?;
    if by_default && encrypted == Some(false) {
        let message = "The destination region encrypts disks by default.";
        let code = "InvalidEncrypted.NotMatchDiskDefaultEncryption";
        return Err(Refusal::forbidden(code, message));
    }
    check_algorithm(encrypted, context)?;
    let named = context.params.get("KMSKeyId");
    if named.is_some() && encrypted != Some(true) {
        let message = "KMSKeyId can be set only together with Encrypted=true.";
        return Err(Refusal::bad_request("InvalidEncrypted.NotMatchKmsKeyId", message));
    }
    if source.is_encrypted() && encrypted == Some(false) {
        let message = "An encrypted image can be copied only with Encrypted=true.";
        return Err(Refusal::bad_request("InvalidParameter.EncryptedIllegal", message));
    }
    if source.is_encrypted() && encrypted.is_none() && !source.belongs_to(context.account()) {
        let message = "A shared encrypted image can be copied only with Encrypted=true.";
        return Err(Refusal::bad_request("InvalidParameter.EncryptedIllegal", message));
    }
    // A copy has to be decrypted first. That a disabled key is told with the code of the new one is a guess.
    keys_of(source, context)
        .into_iter()
        .try_for_each(|key| usable(key).map(drop))?;
    if !encrypted.unwrap_or(source.is_encrypted() || by_default) {
        return Ok(None);
    }
    key_of_copy(destination, context).map(Some)
}

/// `EncryptAlgorithm` is not open to the public; what is known of it are its codes.
fn check_algorithm(encrypted: Option<bool>, context: &Context<'_>) -> Result<(), Refusal> {
    let Some(algorithm) = context.params.get("EncryptAlgorithm") else {
        return Ok(());
    };
    if encrypted != Some(true) {
        let message = "EncryptAlgorithm can be set only together with Encrypted=true.";
        return Err(Refusal::bad_request(
            "InvalidEncrypted.NotMatchEncryptAlgorithm",
            message,
        ));
    }
    if !ALGORITHMS.contains(&algorithm) {
        let message = "The specified EncryptAlgorithm is not valid.";
        return Err(Refusal::bad_request("InvalidEncryptAlgorithm", message));
    }
    let message = "The account is not in the white list of EncryptAlgorithm.";
    Err(Refusal::forbidden("UserNotInTheWhiteList", message))
}

/// The key that a copied snapshot is encrypted with, by id; a snapshot that is encrypted stays so.
pub(super) fn of_snapshot_copy(
    source_encrypted: bool,
    destination: &RegionId,
    context: &Context<'_>,
) -> Result<Option<String>, Refusal> {
    let encrypted = context.params.flag("Encrypted")? == Some(true) || source_encrypted;
    encrypted.then(|| key_of_copy(destination, context)).transpose()
}

/// The key that `KMSKeyId` names in the destination, or the service key there, if it is enabled.
fn key_of_copy(destination: &RegionId, context: &Context<'_>) -> Result<String, Refusal> {
    let account = context.account();
    let key = match context.params.get("KMSKeyId") {
        None => context.kms.service_key(destination, account),
        Some(name) => context.kms.find(destination, account, name).ok_or_else(|| {
            let message = "The specified KMSKeyId does not exist in the destination region.";
            Refusal::not_found("InvalidParameter.KMSKeyId.NotFound", message)
        })?,
    };
    usable(key)
}

/// Refuses to share an encrypted image that these accounts could not use. The rules are documented
/// (<https://www.alibabacloud.com/help/en/ecs/user-guide/share-a-custom-image>); their order, and the code for a region
/// that does not support it, are guesses.
pub(super) fn check_shareable(image: &Image, recipients: &[AccountId], context: &Context<'_>) -> Result<(), Refusal> {
    if !image.is_encrypted() {
        return Ok(());
    }
    if !context.setup.switches.encrypted_share_regions.contains(&image.region) {
        let message = "Encrypted images cannot be shared in this region.";
        return Err(Refusal::forbidden("OperationDeined.EncryptedSnapshot", message));
    }
    let keys = keys_of(image, context);
    if keys.iter().any(KmsKey::is_service_key) {
        let message = "An image encrypted with the service key cannot be shared.";
        let code = "InvalidOperation.ServiceKeyEncryptedImageUnsupported";
        return Err(Refusal::forbidden(code, message));
    }
    if image.disks.len() > 1 {
        let message = "An encrypted image of several snapshots cannot be shared.";
        return Err(Refusal::forbidden("OperationDeined.FullImage", message));
    }
    let role = context.roles.get(context.account(), Role::SHARE_ENCRYPTED);
    let is_trusted =
        |recipient: &AccountId| role.is_some_and(|role| trusts(&role.document, Principal::Service(&ecs_of(recipient))));
    if !recipients.iter().all(is_trusted) {
        let message = "The role to share encrypted images does not exist, or does not trust the account.";
        return Err(Refusal::forbidden("AssumeRoleError", message));
    }
    keys.into_iter().try_for_each(|key| usable(key).map(drop))
}

/// The keys of an image's disks as they stand now. One that is gone counts as pending deletion.
fn keys_of(image: &Image, context: &Context<'_>) -> Vec<KmsKey> {
    let Some(owner) = &image.owner else { return Vec::new() };
    let ids = image.disks.iter().filter_map(|disk| disk.kms_key.as_deref());
    let key = |id: &str| {
        let gone = || KmsKey {
            state: KeyState::PendingDeletion,
            ..KmsKey::new(owner, &image.region, id, context.now)
        };
        context.kms.find(&image.region, owner, id).unwrap_or_else(gone)
    };
    ids.map(key).collect()
}

/// The id of a key, if it is enabled.
fn usable(key: KmsKey) -> Result<String, Refusal> {
    match key.state {
        KeyState::Enabled => Ok(key.id),
        KeyState::Disabled | KeyState::PendingDeletion => Err(not_enabled()),
    }
}

fn not_enabled() -> Refusal {
    let message = "The specified KMSKeyId is not enabled.";
    Refusal::forbidden("InvalidParameter.KMSKeyId.CMKNotEnabled", message)
}
