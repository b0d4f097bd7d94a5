//! What a person should do about an error code. Not here: codes that only a program can act on.

use crate::transport::NoAnswer;

/// Codes, each with all that continue it after a dot, and what helps; the first match counts.
const ADVICE: [(&str, &str); 58] = [
    (
        "Forbidden.RiskControl",
        "ask the account's owner to clear the risk control in the console",
    ),
    (
        "Forbidden.AccessKeyDisabled",
        "enable the access key, or use another one",
    ),
    (
        "Forbidden.KeyNotFound",
        "correct the key: the region has none of this id",
    ),
    (
        "Forbidden.AliasNotFound",
        "correct the key: the region has none of this alias",
    ),
    (
        "Forbidden",
        "grant the RAM action that the refusal names to the identity that called",
    ),
    (
        "NoPermission",
        "grant the RAM action, and for a role check that its trust policy names the caller",
    ),
    (
        "AuthenticationFail.NoPermission",
        "check that the role's trust policy names the caller",
    ),
    (
        "EntityNotExist.Role",
        "create the role, or correct its name and account in the policy file",
    ),
    (
        "InvalidSecurityToken.Expired",
        "get fresh temporary keys; a function instance gets them when it is started anew",
    ),
    (
        "InvalidSecurityToken",
        "use key, secret and token of one and the same set of temporary keys",
    ),
    ("InvalidAccessKeyId", "use an access key that exists and is active"),
    ("InvalidAccessKeySecret", "correct the access key secret"),
    ("SignatureDoesNotMatch", "correct the access key secret"),
    (
        "InvalidTimeStamp.Expired",
        "set this machine's clock: it differs from the cloud's by more than 15 minutes",
    ),
    (
        "IllegalTimestamp",
        "set this machine's clock: it differs from the cloud's by more than 15 minutes",
    ),
    (
        "SignatureNonceUsed",
        "look whether the first request was carried out before sending another",
    ),
    ("Account.Arrearage", "settle the account's bill"),
    ("InsufficientBalance", "settle the account's bill"),
    (
        "RealNameAuthenticationError",
        "complete the real-name registration of the account",
    ),
    (
        "QuotaExceed.ShareImage",
        "raise the image's share quota in Quota Center, or share by folder",
    ),
    (
        "QuotaExceed.ShareImageUser",
        "raise the image's share quota in Quota Center, or share by folder",
    ),
    (
        "Forbbiden",
        "grant the RAM action that the refusal names to the identity that called",
    ),
    (
        "AssumeRoleError",
        "create the role AliyunECSShareEncryptImageDefaultRole, and let ECS of the recipients assume it",
    ),
    (
        "ResourceDirectoryNotInUse",
        "enable a resource directory, or use keys of an account that is in one",
    ),
    (
        "InvalidAccount.NotFound",
        "correct the account id: there is no such account",
    ),
    (
        "AccessDenied",
        "grant the RAM action that the refusal names to the identity that called, and check the bucket and its region",
    ),
    ("NoSuchBucket", "create the bucket, or correct its name"),
    (
        "AccessKeyIdAndSecurityTokenNotMatch",
        "use key, secret and token of one and the same set of temporary keys",
    ),
    (
        "SecurityTokenExpired",
        "get fresh temporary keys; a function instance gets them when it is started anew",
    ),
    (
        "RequestTimeTooSkewed",
        "set this machine's clock: it differs from the cloud's by more than 15 minutes",
    ),
    ("InDebt", "settle the account's bill"),
    (
        "EntityNotExists.Parameter",
        "create the secret parameter in the owner's account and the named region, or correct its name",
    ),
    ("InvalidApi", "check the endpoint: it does not know this operation"),
    ("InvalidProduct", "check the endpoint: it does not know this product"),
    (
        "QuotaExceed",
        "raise the quota in Quota Center, or remove what is no longer needed",
    ),
    (
        "ImageQuotaFull",
        "remove images from the family: it holds at most 100 in a region",
    ),
    ("ImageFamilyQuotaFull", "remove families: a region holds at most 100"),
    (
        "InvalidParameter.KMSKeyId",
        "check that the key exists in the region, is enabled, and that ECS may use it",
    ),
    ("InvalidParameter.KmsNotEnabled", "enable KMS in the destination region"),
    (
        "OperationDenied.KmsServiceUnauthorized",
        "authorise ECS to use KMS in the destination region",
    ),
    (
        "InvalidEncrypted",
        "name a key for the destination region: it encrypts every disk",
    ),
    (
        "InvalidImageId.BidMismatch",
        "remove the account: it belongs to the other site and cannot be shared with",
    ),
    (
        "InvalidOperation.ServiceKeyEncryptedImageUnsupported",
        "copy the image under a customer key: one under the service key cannot be shared",
    ),
    (
        "OperationDeined.FullImage",
        "make the image from one snapshot: an encrypted one of several cannot be shared",
    ),
    (
        "ImageUseShared",
        "take the image's shares back first, those of Resource Sharing too",
    ),
    ("SnapshotCreatedImage", "delete the images made from the snapshot first"),
    (
        "SnapshotCreatedDisk",
        "keep the snapshot while the disks made from it are needed",
    ),
    (
        "NotEnableSharingWithResourceDirectory",
        "let the management account enable sharing with the resource directory, once, in Resource Sharing's settings",
    ),
    (
        "AccountNotInResourceDirectory",
        "share with accounts of the owner's own resource directory only, and from an account that is in it",
    ),
    ("ShareWithYourself", "leave the owner out of the targets"),
    (
        "ExternalTargetsNotAllowed",
        "leave out targets outside of the resource directory",
    ),
    (
        "InvalidTarget.SiteMismatch",
        "leave out the target: it belongs to the other site and cannot be shared with",
    ),
    (
        "InvalidTarget.LegalEntityMismatch",
        "leave out the target: it belongs to another legal entity",
    ),
    (
        "InvalidTarget",
        "correct the target: a directory, a folder or a member account",
    ),
    (
        "QuotaExceeded",
        "raise the quota of Resource Sharing, or take what is no longer needed off its shares",
    ),
    (
        "EntityNotExists.Folder",
        "correct the folder id: the directory has no such folder",
    ),
    (
        "EntityNotExists.Account",
        "correct the account id: the directory has no such member",
    ),
    (
        "EntityNotExists.ResourceDirectory",
        "enable a resource directory, or use keys of an account that is in one",
    ),
];

/// What helps against a code, if a person can do anything about it.
pub(crate) fn for_code(code: &str) -> Option<&'static str> {
    let (_, advice) = ADVICE.iter().find(|(family, _)| is_of(code, family))?;
    Some(advice)
}

/// Whether a code is the family itself or continues it after a dot; `QuotaExceed.ShareImage` also covers `…User`.
fn is_of(code: &str, family: &str) -> bool {
    code.strip_prefix(family)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', 'U']))
}

/// What helps when nothing answers.
pub(crate) fn for_silence(kind: NoAnswer) -> Option<&'static str> {
    match kind {
        NoAnswer::Connect => Some("check that this machine reaches the endpoint: name resolution, routes, firewall"),
        NoAnswer::Insecure => Some("use https, or a loopback address"),
        NoAnswer::Timeout | NoAnswer::Reset | NoAnswer::TooLarge | NoAnswer::Invalid => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(code: &str, expected: Option<&str>) {
        let advice = for_code(code);
        assert_eq!(
            advice.map(|advice| advice.split(' ').next().unwrap()),
            expected,
            "{advice:?}"
        );
    }

    #[test]
    fn common_codes_have_advice_and_their_families_too() {
        check("Forbidden.RAM", Some("grant"));
        check("Forbidden.AccessKeyDisabled", Some("enable"));
        check("NoPermission", Some("grant"));
        check("NoPermission.Tag", Some("grant"));
        check("InvalidSecurityToken.Expired", Some("get"));
        check("InvalidSecurityToken.Malformed", Some("use"));
        check("QuotaExceed.ShareImageUser", Some("raise"));
        check("QuotaExceed.ShareImage", Some("raise"));
        check("QuotaExceed.Image", Some("raise"));
        check("QuotaExceedings", None);
        check("InvalidParameter.KMSKeyId.CMKNotEnabled", Some("check"));
        check("InvalidTimeStamp.Expired", Some("set"));
        check("Forbidden.KeyNotFound", Some("correct"));
        check("AssumeRoleError", Some("create"));
        check("InvalidOperation.ServiceKeyEncryptedImageUnsupported", Some("copy"));
        check("OperationDeined.FullImage", Some("make"));
        check("NotEnableSharingWithResourceDirectory", Some("let"));
        check("QuotaExceeded.SharedResource.Count", Some("raise"));
        check("QuotaExceeded.ResourceShare.Count", Some("raise"));
        check("InvalidTarget.SiteMismatch", Some("leave"));
        check("InvalidTarget", Some("correct"));
        check("AccessDenied", Some("grant"));
        check("SecurityTokenExpired", Some("get"));
        check("RequestTimeTooSkewed", Some("set"));
        check("NoSuchBucket", Some("create"));
        check("NoSuchKey", None);
        check("EntityNotExists.Parameter", Some("create"));
        check("AssociateConflict", None);
        check("ForbiddenParameter.LaunchPermission", None);
        check("InvalidImageId.NotFound", None);
        check("", None);
    }
}
