//! The value of an `Authorization` header of Object Storage Service.

use std::fmt;
use std::str::FromStr;

use super::ALGORITHM;

/// What ends every scope, and what its last key is derived with.
pub(super) const REQUEST: &str = "aliyun_v4_request";

/// An `Authorization` header, taken apart:
/// `OSS4-HMAC-SHA256 Credential=<id>/<day>/<region>/oss/aliyun_v4_request,AdditionalHeaders=<a;b>,Signature=<hex>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorization {
    /// The access key id that the caller claims.
    pub key_id: String,
    /// The day of the signature, `yyyymmdd` in UTC.
    pub day: String,
    /// The region that the signature is for, such as `cn-hangzhou`.
    pub region: String,
    /// The product that the signature is for: `oss`.
    pub product: String,
    /// Headers that are signed besides those that always are; empty for none.
    pub additional_headers: Vec<String>,
    /// The signature in hexadecimal.
    pub signature: String,
}

/// A header that cannot be a signature of Object Storage Service; names the part that is missing or not as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the authorization has no usable {0}")]
pub struct AuthorizationError(pub &'static str);

impl Authorization {
    /// `<day>/<region>/<product>/aliyun_v4_request`: where and when the signature is good.
    pub fn scope(&self) -> String {
        format!("{}/{}/{}/{REQUEST}", self.day, self.region, self.product)
    }
}

impl FromStr for Authorization {
    type Err = AuthorizationError;

    /// Blanks after the commas are accepted; the order of the parts is free.
    fn from_str(header: &str) -> Result<Self, AuthorizationError> {
        let (algorithm, parts) = header.trim().split_once(' ').unwrap_or((header, ""));
        if algorithm != ALGORITHM {
            return Err(AuthorizationError("algorithm"));
        }
        let (mut credential, mut additional, mut signature) = (None, None, None);
        for part in parts.split(',').map(str::trim) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let (slot, name) = match name {
                "Credential" => (&mut credential, "Credential"),
                "AdditionalHeaders" => (&mut additional, "AdditionalHeaders"),
                "Signature" => (&mut signature, "Signature"),
                _ => return Err(AuthorizationError("part")),
            };
            if value.is_empty() || slot.replace(value).is_some() {
                return Err(AuthorizationError(name));
            }
        }
        let mut scope = credential.unwrap_or_default().split('/');
        let mut next = || scope.next().filter(|text| !text.is_empty()).map(str::to_owned);
        let parts = (next(), next(), next(), next(), next(), next());
        let (Some(key_id), Some(day), Some(region), Some(product), Some(request), None) = parts else {
            return Err(AuthorizationError("Credential"));
        };
        if request != REQUEST {
            return Err(AuthorizationError("Credential"));
        }
        let signature = signature.ok_or(AuthorizationError("Signature"))?.to_owned();
        let additional = additional.into_iter().flat_map(|names| names.split(';'));
        Ok(Self {
            key_id,
            day,
            region,
            product,
            additional_headers: additional.map(str::to_owned).collect(),
            signature,
        })
    }
}

impl fmt::Display for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{ALGORITHM} Credential={}/{}", self.key_id, self.scope())?;
        if !self.additional_headers.is_empty() {
            write!(f, ",AdditionalHeaders={}", self.additional_headers.join(";"))?;
        }
        write!(f, ",Signature={}", self.signature)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_parses_back() {
        for text in [
            "OSS4-HMAC-SHA256 Credential=ak/20231216/cn-hangzhou/oss/aliyun_v4_request,Signature=ab",
            "OSS4-HMAC-SHA256 Credential=ak/20231216/cn-hangzhou/oss/aliyun_v4_request,AdditionalHeaders=a;b,Signature=ab",
        ] {
            assert_eq!(text.parse::<Authorization>().unwrap().to_string(), text);
            let loose = text.replace(',', ", ");
            assert_eq!(loose.parse::<Authorization>().unwrap().to_string(), text);
        }
    }

    #[track_caller]
    fn check(header: &str, part: &'static str) {
        assert_eq!(
            header.parse::<Authorization>(),
            Err(AuthorizationError(part)),
            "{header}"
        );
    }

    #[test]
    fn anything_else_is_refused_by_the_part_that_is_wrong() {
        check("", "algorithm");
        check("OSS ak:signature", "algorithm");
        check("OSS4-HMAC-SHA256", "part");
        check("OSS4-HMAC-SHA256 Credential=ak/1/r/oss/aliyun_v4_request", "Signature");
        check("OSS4-HMAC-SHA256 Signature=ab", "Credential");
        check("OSS4-HMAC-SHA256 Credential=ak/1/r/oss,Signature=ab", "Credential");
        check(
            "OSS4-HMAC-SHA256 Credential=ak/1/r/oss/aws4_request,Signature=ab",
            "Credential",
        );
        check(
            "OSS4-HMAC-SHA256 Credential=ak/1/r/oss/aliyun_v4_request/more,Signature=ab",
            "Credential",
        );
        check(
            "OSS4-HMAC-SHA256 Credential=ak/1/r/oss/aliyun_v4_request,AdditionalHeaders=,Signature=ab",
            "AdditionalHeaders",
        );
        check("OSS4-HMAC-SHA256 Signature=ab,Signature=ab", "Signature");
        check("OSS4-HMAC-SHA256 SignedHeaders=host", "part");
    }
}
