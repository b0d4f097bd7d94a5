//! A request taken apart: parameters from query and form body, action and version from headers or parameters.
//! Nothing is judged here.

use std::num::NonZeroUsize;

use bytes::Bytes;
use goldcast_signing::form_decode;
use http::header::{CONTENT_TYPE, HOST};
use http::{Request, StatusCode};

use super::authentication::Checked;
use crate::cloud::functions::{self, PathCall};
use crate::cloud::params::Params;
use crate::cloud::refusal::Refusal;
use crate::cloud::storage::{ObjectAsk, VERSION};

/// Largest object that is looked at.
const OBJECT_BYTES_MAX: usize = 16 * 1024 * 1024;

/// A request, decoded.
#[derive(Debug, Clone)]
pub(crate) struct Incoming {
    /// Every decoded pair of query and form body, those of the protocol included.
    pub(super) pairs: Vec<(String, String)>,
    /// The operation's own parameters.
    pub(crate) params: Params,
    /// The operation; empty when none is named.
    pub(crate) action: String,
    /// The API version; empty when none is named.
    pub(crate) version: String,
    /// The `Host` header.
    pub(crate) host: String,
    /// The `User-Agent` header.
    pub(crate) user_agent: String,
    /// Length of the body, in bytes.
    body_bytes: usize,
    /// The signature, if it was checked before the state was asked.
    pub(super) checked: Option<Checked>,
    /// Whether the request is signed with V3.
    is_v3: bool,
    /// What is asked of object storage, whose style is its own.
    pub(crate) object: Option<ObjectAsk>,
}

impl Incoming {
    pub(crate) fn read(request: &Request<Bytes>) -> Self {
        let object = ObjectAsk::read(request);
        let by_path = PathCall::read(request).filter(|_| object.is_none());
        let mut pairs = form_decode(request.uri().query().unwrap_or_default());
        let content_type = header(request, CONTENT_TYPE.as_str()).to_ascii_lowercase();
        if let Some(ask) = &object {
            pairs.extend(ask.parameters());
        } else if let Some(call) = &by_path {
            pairs.extend(call.named.iter().cloned());
        } else if content_type.starts_with("application/x-www-form-urlencoded") {
            pairs.extend(form_decode(&String::from_utf8_lossy(request.body())));
        }
        // V1 clients send action and version in both places; only the parameters are signed there.
        let named = |parameter: &str, name: &str| {
            let parameter = value(&pairs, parameter).filter(|text| !text.is_empty());
            let header = header(request, name);
            if is_v3(request) {
                header
            } else {
                parameter.map_or(header, str::to_owned)
            }
        };
        let (action, version) = match (&object, &by_path) {
            (Some(ask), _) => (ask.action.to_owned(), VERSION.to_owned()),
            (None, Some(call)) => (call.action.to_owned(), functions::VERSION.to_owned()),
            (None, None) => (named("Action", "x-acs-action"), named("Version", "x-acs-version")),
        };
        Self {
            params: Params::from_pairs(&pairs),
            action,
            version,
            host: header(request, HOST.as_str()),
            user_agent: header(request, "user-agent"),
            body_bytes: request.body().len(),
            is_v3: is_v3(request),
            checked: None,
            object,
            pairs,
        }
    }

    /// The same request, as if it had asked for pages of at most so many rows.
    pub(crate) fn with_page_size_at_most(&self, size: NonZeroUsize) -> Self {
        Self {
            params: self.params.with_page_size_at_most(size),
            ..self.clone()
        }
    }

    /// Refuses a body that is too large to be looked at.
    pub(crate) fn check_size(&self, bytes_max: usize) -> Result<(), Refusal> {
        // Whole packages are written as objects; the service itself takes 5 GB.
        let bytes_max = if self.object.is_some() {
            OBJECT_BYTES_MAX
        } else {
            bytes_max
        };
        if self.body_bytes <= bytes_max {
            return Ok(());
        }
        let message = format!("The request body is larger than {bytes_max} bytes.");
        let status = StatusCode::PAYLOAD_TOO_LARGE;
        Err(Refusal::new(status, "RequestEntityTooLarge", message))
    }

    /// Whether the answer shall be XML: the default of V1, and never with V3. A caller that names its operation in a
    /// header only gets JSON, whatever else it left out.
    pub(crate) fn wants_xml(&self) -> bool {
        let format = self.common("Format").filter(|format| !format.is_empty());
        !self.is_v3
            && self.object.is_none()
            && self.common("Action").is_some()
            && !format.is_some_and(|format| format.eq_ignore_ascii_case("json"))
    }

    /// A parameter of the protocol, if it is there; empty ones count.
    pub(super) fn common(&self, name: &str) -> Option<&str> {
        value(&self.pairs, name)
    }
}

/// Whether the request is signed with V3: the scheme of its `Authorization` is the only reliable mark.
pub(super) fn is_v3(request: &Request<Bytes>) -> bool {
    header(request, "authorization").starts_with("ACS3-")
}

/// A header as text, empty when absent.
pub(super) fn header(request: &Request<Bytes>, name: &str) -> String {
    request
        .headers()
        .get(name)
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        .unwrap_or_default()
}

fn value<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs
        .iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.as_str())
}
