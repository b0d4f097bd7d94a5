//! Who signed a request to Object Storage Service, in its own codes
//! (<https://www.alibabacloud.com/help/en/oss/user-guide/http-403-error-code>). Not here: the older signatures, signed URLs
//! and public buckets.

use bytes::Bytes;
use goldcast_signing::oss4::{self, Authorization, VerifyError};
use http::Request;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use secrecy::ExposeSecret as _;

use super::authentication::{CLOCK_WINDOW, Gateway};
use super::identity::Caller;
use super::keys::{Found, token_matches};
use crate::cloud::refusal::Refusal;
use crate::cloud::setup::Setup;
use crate::cloud::storage::ObjectAsk;
use crate::cloud::{Endpoint, Moment};

/// Format of `x-oss-date`, UTC.
const DATE: &str = "%Y%m%dT%H%M%SZ";

impl Gateway {
    /// Finds out who calls, or why that cannot be believed.
    pub(crate) fn authenticate_object(
        &self,
        moment: Moment,
        setup: &Setup,
        endpoint: &Endpoint,
        request: &Request<Bytes>,
        ask: &ObjectAsk,
    ) -> Result<Caller, Refusal> {
        let header = ask.header("authorization");
        if header.is_empty() {
            let message = "You have no right to access this object because of bucket acl.";
            return Err(Refusal::forbidden("AccessDenied", message));
        }
        if header.starts_with("OSS ") || header.starts_with("OSS2 ") {
            return Err(Refusal::not_simulated());
        }
        let authorization: Authorization = header.parse().map_err(|error| {
            let message = format!("Authorization header is invalid: {error}.");
            Refusal::bad_request("InvalidArgument", message)
        })?;
        let unknown = "The OSS Access Key Id you provided does not exist in our records.";
        let found = self.keys.find(&authorization.key_id);
        let found = found.ok_or_else(|| Refusal::forbidden("InvalidAccessKeyId", unknown))?;
        if !found.active {
            let message = "The OSS Access Key Id you provided is disabled.";
            return Err(Refusal::forbidden("InvalidAccessKeyId", message));
        }
        check_date(moment, setup, ask)?;
        if setup.switches.token_check {
            check_token(moment, &found, ask.header("x-oss-security-token"))?;
        }
        check_scope(endpoint, &authorization)?;
        let secret = found.secret.expose_secret();
        oss4::verify(secret, request, &ask.resource(), &authorization).map_err(|error| match error {
            VerifyError::Mismatch { .. } => {
                let message = "The request signature we calculated does not match the signature you provided. Check \
                    your key and signing method.";
                Refusal::forbidden("SignatureDoesNotMatch", message)
            }
            VerifyError::Missing(missing) => Refusal::bad_request("InvalidArgument", missing.to_string()),
        })?;
        Ok(found.caller)
    }
}

/// A date that is missing or is none has not been seen from the cloud; here it is a wrong argument.
fn check_date(moment: Moment, setup: &Setup, ask: &ObjectAsk) -> Result<(), Refusal> {
    let civil = DateTime::strptime(DATE, ask.header("x-oss-date")).ok();
    let date = civil.and_then(|civil| Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp()));
    let Some(date) = date else {
        let message = "The x-oss-date header is missing or malformed.";
        return Err(Refusal::bad_request("InvalidArgument", message));
    };
    if setup.wall_clock_check && date.duration_since(moment.wall).abs() > CLOCK_WINDOW {
        let message = "The difference between the request time and the current time is too large.";
        return Err(Refusal::forbidden("RequestTimeTooSkewed", message));
    }
    Ok(())
}

fn check_token(moment: Moment, found: &Found<'_>, token: &str) -> Result<(), Refusal> {
    let refused = |code: &'static str, message: &str| Err(Refusal::forbidden(code, message));
    match found.temporary {
        None if token.is_empty() => Ok(()),
        // With a token the key is looked for among temporary ones only, without one among the others.
        None => refused(
            "InvalidAccessKeyId",
            "The OSS Access Key Id you provided does not exist in our records.",
        ),
        Some(_) if token.is_empty() => refused(
            "InvalidAccessKeyId",
            "The OSS Access Key Id you provided does not exist in our records.",
        ),
        Some(_) if !token.starts_with("CAIS") => {
            refused("InvalidSecurityToken", "The security token you provided is invalid.")
        }
        Some(key) if !token_matches(key, token) => refused(
            "AccessKeyIdAndSecurityTokenNotMatch",
            "The OSS access key id and security token you provided does not match.",
        ),
        Some(key) if key.is_expired(moment) => {
            refused("SecurityTokenExpired", "The security token you provided has expired.")
        }
        Some(_) => Ok(()),
    }
}

/// A signature is good for one region and product. The code is a guess.
fn check_scope(endpoint: &Endpoint, authorization: &Authorization) -> Result<(), Refusal> {
    let here = matches!(endpoint, Endpoint::Region(region) if *region.as_str() == *authorization.region);
    if here && authorization.product == "oss" {
        return Ok(());
    }
    let message = "Invalid signing region or product in Authorization header.";
    Err(Refusal::bad_request("InvalidArgument", message))
}
