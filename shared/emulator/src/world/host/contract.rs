//! What an instance is told: environment and request headers, after
//! <https://help.aliyun.com/zh/functioncompute/fc/user-guide/environment-variables> and
//! <https://help.aliyun.com/zh/functioncompute/fc/user-guide/context-and-log-format-1>.

use std::collections::BTreeMap;

use bytes::Bytes;
use goldcast_domain::{AccountId, RegionId};
use http::header::{CONTENT_TYPE, HOST, InvalidHeaderValue};
use http::{HeaderMap, HeaderValue, Request};
use http_body_util::Full;
use secrecy::ExposeSecret as _;

use crate::cloud::TemporaryKey;
use crate::world::deployment::{Function, Runtime};
use crate::world::invocation::Task;

/// Version of every function: the platform's name for the latest code.
const VERSION: &str = "LATEST";
/// The header that says whether an invocation succeeded.
pub(super) const STATUS_HEADER: &str = "x-fc-status";
/// Prefixes of variables that only the platform may set.
const RESERVED: [&str; 2] = ["FC_", "ALIBABA_CLOUD_"];

/// A variable that only the platform may set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("environment variable {name:?}: names starting with FC_ and ALIBABA_CLOUD_ are the platform's")]
pub struct ReservedVariable {
    /// Its name.
    pub name: String,
}

/// Where functions run and for whom, and the regions that are looked at.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) account: AccountId,
    pub(crate) region: RegionId,
    pub(crate) regions: Vec<RegionId>,
}

impl Place {
    pub(crate) fn arn(&self, function: &str) -> String {
        format!("acs:fc:{}:{}:functions/{function}", self.region, self.account)
    }
}

pub(super) fn check_variables(variables: &BTreeMap<String, String>) -> Result<(), ReservedVariable> {
    match variables
        .keys()
        .find(|name| RESERVED.iter().any(|prefix| name.starts_with(prefix)))
    {
        Some(name) => Err(ReservedVariable { name: name.clone() }),
        None => Ok(()),
    }
}

/// The whole environment of an instance: `variables` of the caller and what the platform adds.
pub(super) fn environment(
    place: &Place,
    function: &Function,
    instance: &str,
    port: u16,
    key: Option<&TemporaryKey>,
    mut variables: BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    let version = match function.runtime {
        Runtime::Debian10 => "FC_VER_ID",
        Runtime::Debian11 => "FC_FUNCTION_VERSION",
    };
    let mut set = |name: &str, value: String| variables.insert(name.to_owned(), value);
    set("FC_FUNC_CODE_PATH", "/code".to_owned());
    set("FC_ACCOUNT_ID", place.account.to_string());
    set("FC_REGION", place.region.to_string());
    set("FC_FUNCTION_NAME", function.name.clone());
    set("FC_FUNCTION_HANDLER", "index.handler".to_owned());
    set("FC_FUNCTION_MEMORY_SIZE", function.memory_mb.to_string());
    set("FC_INSTANCE_ID", instance.to_owned());
    set("FC_CUSTOM_LISTEN_PORT", port.to_string());
    set(version, VERSION.to_owned());
    if let Some(key) = key {
        set("ALIBABA_CLOUD_ACCESS_KEY_ID", key.id.clone());
        set("ALIBABA_CLOUD_ACCESS_KEY_SECRET", key.secret.expose_secret().to_owned());
        set("ALIBABA_CLOUD_SECURITY_TOKEN", key.token.expose_secret().to_owned());
    }
    variables
}

/// `POST /invoke` as the platform sends it. Since Debian 11 without the token, so that headers alone are no credentials.
pub(super) fn request(
    place: &Place,
    function: &Function,
    task: &Task,
    port: u16,
    key: Option<&TemporaryKey>,
) -> Result<Request<Full<Bytes>>, InvalidHeaderValue> {
    let mut headers = HeaderMap::new();
    let mut set = |name: &'static str, value: &str, secret: bool| -> Result<(), InvalidHeaderValue> {
        let mut value = HeaderValue::from_str(value)?;
        value.set_sensitive(secret);
        headers.insert(name, value);
        Ok(())
    };
    set(HOST.as_str(), &format!("127.0.0.1:{port}"), false)?;
    set(CONTENT_TYPE.as_str(), "application/octet-stream", false)?;
    set("x-fc-request-id", &task.request_id, false)?;
    set("x-fc-control-path", "/invoke", false)?;
    set("x-fc-function-name", &function.name, false)?;
    set("x-fc-function-handler", "index.handler", false)?;
    set("x-fc-function-memory", &function.memory_mb.to_string(), false)?;
    set("x-fc-function-timeout", &function.timeout_seconds.to_string(), false)?;
    set("x-fc-retry-count", &task.failures.to_string(), false)?;
    set("x-fc-region", place.region.as_str(), false)?;
    set("x-fc-account-id", place.account.as_str(), false)?;
    set("x-fc-qualifier", VERSION, false)?;
    set("x-fc-version-id", VERSION, false)?;
    if let Some(key) = key {
        set("x-fc-access-key-id", &key.id, true)?;
        set("x-fc-access-key-secret", key.secret.expose_secret(), true)?;
        if function.runtime == Runtime::Debian10 {
            set("x-fc-security-token", key.token.expose_secret(), true)?;
        }
    }
    let mut request = Request::new(Full::new(task.body.clone()));
    *request.method_mut() = http::Method::POST;
    *request.uri_mut() = http::Uri::from_static("/invoke");
    *request.headers_mut() = headers;
    Ok(request)
}
