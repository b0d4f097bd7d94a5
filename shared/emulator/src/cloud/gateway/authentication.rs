//! Who signed a request: V3 and V1, keys, tokens, dates and nonces
//! (<https://help.aliyun.com/en/document_detail/434846.html> lists the codes).

use bytes::Bytes;
use goldcast_signing::v3::{Authorization, AuthorizationError, VerifyError};
use goldcast_signing::{v1, v3};
use http::{Method, Request};
use jiff::SignedDuration;
use secrecy::{ExposeSecret as _, SecretString};

use super::identity::Caller;
use super::incoming::{Incoming, header, is_v3};
use super::keys::{Found, Keys, token_matches};
use super::nonces::Nonces;
use crate::cloud::refusal::Refusal;
use crate::cloud::setup::Setup;
use crate::cloud::{Moment, time};

/// How far a signature's date may be from the clock.
pub(super) const CLOCK_WINDOW: SignedDuration = SignedDuration::from_mins(15);

/// Values of `Format` in any capitals; absent counts as empty.
const FORMATS: [&str; 3] = ["", "JSON", "XML"];

/// What a signature claims, whichever version made it.
#[derive(Debug, Clone)]
struct Claim {
    key_id: String,
    date: String,
    nonce: String,
    token: Option<String>,
    proof: Proof,
}

/// What has to be verified once the key is found.
#[derive(Debug, Clone)]
enum Proof {
    V1 { signature: String },
    V3(Authorization),
}

/// A signature that was checked with a secret before it was known whether the call gets that far.
#[derive(Debug, Clone)]
pub(super) struct Checked {
    claim: Claim,
    secret: SecretString,
    outcome: Result<(), Refusal>,
}

/// Checks the signature of a request with the secret that `find` has for its key id, so that nobody has to wait while it
/// is computed. Nothing is decided: that is [`Gateway::authenticate`]'s, in its own order.
pub(crate) fn check_ahead(
    request: &Request<Bytes>,
    incoming: &mut Incoming,
    find: impl FnOnce(&str) -> Option<SecretString>,
) {
    let Ok(claim) = claim(request, incoming) else { return };
    let Some(secret) = find(&claim.key_id) else { return };
    let outcome = check_signature(&claim, secret.expose_secret(), request, incoming);
    incoming.checked = Some(Checked { claim, secret, outcome });
}

/// Keys and what has been seen of them.
#[derive(Debug)]
pub(crate) struct Gateway {
    pub(crate) keys: Keys,
    nonces: Nonces,
}

impl Gateway {
    pub(crate) fn new(keys: Keys) -> Self {
        Self {
            keys,
            nonces: Nonces::default(),
        }
    }

    /// Finds out who calls, or why that cannot be believed.
    pub(crate) fn authenticate(
        &mut self,
        moment: Moment,
        setup: &Setup,
        request: &Request<Bytes>,
        incoming: &Incoming,
    ) -> Result<Caller, Refusal> {
        if request.method() != Method::GET && request.method() != Method::POST {
            let message = "This http method is not supported.";
            return Err(Refusal::bad_request("UnsupportedHTTPMethod", message));
        }
        let read;
        let claim = if let Some(checked) = &incoming.checked {
            &checked.claim
        } else {
            read = claim(request, incoming)?;
            &read
        };
        let found = self
            .keys
            .find(&claim.key_id)
            .ok_or_else(|| Refusal::not_found("InvalidAccessKeyId.NotFound", "Specified access key is not found."))?;
        if !found.active {
            let message = "Specified access key is disabled or its status is abnormal.";
            return Err(Refusal::bad_request("InvalidAccessKeyId.Inactive", message));
        }
        check_date(claim, moment, setup)?;
        check_token(claim, &found, moment, setup)?;
        let secret = found.secret.expose_secret();
        match &incoming.checked {
            Some(checked) if checked.secret.expose_secret() == secret => checked.outcome.clone()?,
            Some(_) | None => check_signature(claim, secret, request, incoming)?,
        }
        let caller = found.caller;
        if setup.switches.nonce_check && !self.nonces.note(&claim.key_id, &claim.nonce, moment.wall) {
            let message = "Specified signature nonce was used already.";
            return Err(Refusal::bad_request("SignatureNonceUsed", message));
        }
        Ok(caller)
    }
}

fn claim(request: &Request<Bytes>, incoming: &Incoming) -> Result<Claim, Refusal> {
    if is_v3(request) {
        claim_v3(request)
    } else {
        claim_v1(incoming)
    }
}

fn claim_v3(request: &Request<Bytes>) -> Result<Claim, Refusal> {
    let authorization = header(request, "authorization")
        .parse::<Authorization>()
        .map_err(|error| match error {
            AuthorizationError::Algorithm(_) => unknown_method(),
            AuthorizationError::Missing(_) | AuthorizationError::Unexpected(_) => Refusal::bad_request(
                "IncompleteSignature",
                format!("The request signature is incomplete: {error}."),
            ),
        })?;
    let required = |name: &str, parameter: &str| match header(request, name) {
        text if text.is_empty() => Err(missing(parameter)),
        text => Ok(text),
    };
    let token = header(request, "x-acs-security-token");
    Ok(Claim {
        key_id: authorization.key_id.clone(),
        date: required("x-acs-date", "Timestamp")?,
        nonce: required("x-acs-signature-nonce", "SignatureNonce")?,
        token: (!token.is_empty()).then_some(token),
        proof: Proof::V3(authorization),
    })
}

fn claim_v1(incoming: &Incoming) -> Result<Claim, Refusal> {
    let format = incoming.common("Format").unwrap_or_default();
    if !FORMATS.iter().any(|known| format.eq_ignore_ascii_case(known)) {
        let message = "Specified parameter format is not valid.";
        return Err(Refusal::bad_request("InvalidParameter.Format", message));
    }
    let required = |name: &str| {
        incoming
            .common(name)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
            .ok_or_else(|| missing(name))
    };
    let claim = Claim {
        key_id: required("AccessKeyId")?,
        proof: Proof::V1 {
            signature: required("Signature")?,
        },
        date: required("Timestamp")?,
        nonce: required("SignatureNonce")?,
        token: incoming
            .common("SecurityToken")
            .filter(|token| !token.is_empty())
            .map(str::to_owned),
    };
    if required("SignatureMethod")? != "HMAC-SHA1" {
        return Err(unknown_method());
    }
    if required("SignatureVersion")? != "1.0" {
        let message = "Specified parameter SignatureVersion is not valid.";
        return Err(Refusal::bad_request("InvalidSignatureVersion", message));
    }
    Ok(claim)
}

fn missing(parameter: &str) -> Refusal {
    Refusal::bad_request(
        format!("Missing{parameter}"),
        format!("{parameter} is mandatory for this action."),
    )
}

fn unknown_method() -> Refusal {
    Refusal::bad_request("InvalidSignatureMethod", "Specified signature method is not valid.")
}

fn check_date(claim: &Claim, moment: Moment, setup: &Setup) -> Result<(), Refusal> {
    let date = time::parse_wire(&claim.date).ok_or_else(|| {
        let message = "Specified time stamp or date value is not well formatted.";
        Refusal::bad_request("InvalidTimeStamp.Format", message)
    })?;
    if setup.wall_clock_check && date.duration_since(moment.wall).abs() > CLOCK_WINDOW {
        let message = "Specified time stamp or date value is expired.";
        return Err(Refusal::bad_request("InvalidTimeStamp.Expired", message));
    }
    Ok(())
}

fn check_token(claim: &Claim, found: &Found<'_>, moment: Moment, setup: &Setup) -> Result<(), Refusal> {
    if !setup.switches.token_check {
        return Ok(());
    }
    let mismatch = || {
        let message = "Specified SecurityToken mismatches with AccessKeyId.";
        Refusal::bad_request("InvalidSecurityToken.MismatchWithAccessKey", message)
    };
    match (found.temporary, claim.token.as_deref()) {
        (None, Some(_)) => Err(mismatch()),
        (Some(_), None) => Err(missing("SecurityToken")),
        (Some(_), Some(token)) if !token.starts_with("CAIS") => {
            let message = "Specified SecurityToken is malformed.";
            Err(Refusal::bad_request("InvalidSecurityToken.Malformed", message))
        }
        (Some(key), Some(token)) if !token_matches(key, token) => Err(mismatch()),
        (Some(key), Some(_)) if key.is_expired(moment) => {
            let message = "Specified SecurityToken is expired.";
            Err(Refusal::bad_request("InvalidSecurityToken.Expired", message))
        }
        (None, None) | (Some(_), Some(_)) => Ok(()),
    }
}

fn check_signature(claim: &Claim, secret: &str, request: &Request<Bytes>, incoming: &Incoming) -> Result<(), Refusal> {
    match &claim.proof {
        Proof::V1 { signature } => v1::verify(secret, request.method(), &incoming.pairs, signature)
            .map_err(|mismatch| does_not_match(&mismatch.string_to_sign)),
        Proof::V3(authorization) => v3::verify(secret, request, authorization).map_err(|error| match error {
            VerifyError::Mismatch {
                canonical_request,
                string_to_sign,
            } => does_not_match(&format!(
                "{string_to_sign}, server CanonicalRequest is:{canonical_request}"
            )),
            VerifyError::Body { computed } => does_not_match(&format!("the body's hash {computed}")),
            VerifyError::Missing(_) | VerifyError::Unsigned(_) => Refusal::bad_request(
                "IncompleteSignature",
                format!("The request signature is incomplete: {error}."),
            ),
        }),
    }
}

/// The message holds the server's own string to sign; older SDKs compare it with theirs.
fn does_not_match(string_to_sign: &str) -> Refusal {
    let message =
        format!("Specified signature is not matched with our calculation. server StringToSign is:{string_to_sign}");
    Refusal::bad_request("SignatureDoesNotMatch", message)
}
