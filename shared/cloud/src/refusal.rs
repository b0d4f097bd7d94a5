//! The cloud's own no: what it says, and what class it is of.
//!
//! Codes and their meaning: <https://help.aliyun.com/en/document_detail/434846.html> and the error
//! tables of the single operations, those of Resource Sharing being
//! <https://help.aliyun.com/en/resource-management/resource-sharing/developer-reference/api-resourcesharing-2020-01-10-errorcodes>.
//! Misspelt codes (`OperationDeined`) are the real strings.

use std::time::Duration;

use http::StatusCode;

use crate::error::Class;
use crate::wire::{FromJson, Json, Misread};

/// What was denied to whom, in the cloud's words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AccessDenied {
    /// The RAM action that is missing, for example `ecs:CopyImage`.
    pub auth_action: String,
    /// `SubUser`, `AssumedRoleUser` or `Account`.
    pub auth_principal_type: String,
    /// The account of the principal.
    pub auth_principal_owner_id: String,
    /// The principal, for example `role:session`.
    pub auth_principal_display_name: String,
    /// `ImplicitDeny` (nothing allows it) or `ExplicitDeny` (something forbids it).
    pub no_permission_type: String,
    /// The kind of policy that decided.
    pub policy_type: String,
    /// An opaque text that an administrator can have decoded.
    pub encoded_diagnostic_message: String,
}

impl FromJson for AccessDenied {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            auth_action: json.text("AuthAction")?,
            auth_principal_type: json.text("AuthPrincipalType")?,
            auth_principal_owner_id: json.text("AuthPrincipalOwnerId")?,
            auth_principal_display_name: json.text("AuthPrincipalDisplayName")?,
            no_permission_type: json.text("NoPermissionType")?,
            policy_type: json.text("PolicyType")?,
            encoded_diagnostic_message: json.text("EncodedDiagnosticMessage")?,
        })
    }
}

/// An answer with an error code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("refused with {code} (HTTP {}, request {request_id}): {message}", status.as_u16())]
pub struct Refusal {
    /// The HTTP status.
    pub status: StatusCode,
    /// The error code, for example `InvalidImageId.NotFound`.
    pub code: String,
    /// The cloud's explanation, cut to a readable length and free of our secrets.
    pub message: String,
    /// The request id, for a support ticket; empty if there was none.
    pub request_id: String,
    /// A page about the code, where the cloud names one.
    pub recommend: Option<String>,
    /// Who lacks which permission, for authorisation errors.
    pub access_denied: Option<AccessDenied>,
    /// How long the cloud asks to wait (`x-acs-retry-after`).
    pub retry_after: Option<Duration>,
}

/// Codes after which the same call may work within seconds.
const SOON: [&str; 10] = [
    "ConcurrentCallNotSupported",
    "ConcurrentExecutionError",
    "InternalError",
    "InvalidOperation.Conflict",
    "LastTokenProcessing",
    "OperationConflict",
    "ServiceUnavailable",
    "ServiceUnavailable.RegionMaintaining",
    "SignatureNonceUsed",
    "UnknownError",
];

/// Codes after which the same call works when something else has ended, which takes minutes: not for a loop to wait for. A
/// copy of an image, a change of a resource share.
const LATER: [&str; 7] = [
    "AssociateConflict",
    "DeleteResourceShareConflict",
    "DisassociateConflict",
    "Operation.Conflict",
    "OperationDenied.ImageCopyConflict",
    "OperationDenied.ImageCopying",
    "ResourceShareStatusMismatchAction",
];

/// Things have gone on since they were looked at, and the next look decides: operation and code. Not [`ALREADY_SO`], since a
/// finished copy is not cancelled, and of several things taken off a share only one may be off.
const GONE_ON: [(&str, &str); 3] = [
    ("CancelCopyImage", "IncorrectImageStatus"),
    ("DescribeImageSharePermission", "InvalidImageId.NotFound"),
    ("DisassociateResourceShare", "DisassociateInvalid"),
];

/// What was asked for is already so: operation and code.
const ALREADY_SO: [(&str, &str); 4] = [
    ("CancelCopyImage", "InvalidImageId.NotFound"),
    ("DeleteImage", "InvalidImageId.NotFound"),
    ("DeleteResourceShare", "EntityNotExists.ResourceShare"),
    ("DeleteSnapshot", "InvalidSnapshotId.NotFound"),
];

impl Refusal {
    /// Whose move it is, given the operation that was refused.
    pub fn class(&self, action: &str) -> Class {
        let code = self.code.as_str();
        if ALREADY_SO.contains(&(action, code)) {
            Class::AlreadySo
        } else if self.is_throttled() {
            Class::Throttled {
                after: self.retry_after,
            }
        } else if self.is_passing() || LATER.contains(&code) || GONE_ON.contains(&(action, code)) {
            Class::Retryable
        } else {
            Class::Permanent
        }
    }

    /// Whether there were too many calls; the call was then certainly not carried out.
    pub(crate) fn is_throttled(&self) -> bool {
        self.code.starts_with("Throttling")
            || self.code == "Rejected.Throttling"
            || self.status == StatusCode::TOO_MANY_REQUESTS
            || (self.status.is_client_error() && self.retry_after.is_some())
    }

    /// Whether it may be over within seconds. Nothing is known then about the call having been carried out.
    pub(crate) fn is_passing(&self) -> bool {
        self.status.is_server_error() || SOON.contains(&self.code.as_str())
    }
}
