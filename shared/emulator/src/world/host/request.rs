//! The requests that an instance gets, as the platform sends them, after
//! <https://help.aliyun.com/zh/functioncompute/fc/web-functions> and
//! <https://help.aliyun.com/zh/functioncompute/fc/user-guide/context-and-log-format-1>. Not here: sending them.

use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HOST, InvalidHeaderValue};
use http::{HeaderMap, HeaderValue, Method, Request, Uri};
use http_body_util::Full;
use secrecy::ExposeSecret as _;

use super::contract::{Place, VERSION};
use super::instance::Instance;
use crate::cloud::TemporaryKey;
use crate::world::deployed_function::{Function, Runtime};
use crate::world::invocation::Task;

/// The header that says whether an invocation succeeded.
pub(super) const STATUS_HEADER: &str = "x-fc-status";
/// Beginning of the names that only the platform may send.
const RESERVED: &str = "x-fc-";

/// For whom a request is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Addressed<'a> {
    pub(super) place: &'a Place,
    pub(super) function: &'a Function,
    pub(super) port: u16,
    pub(super) key: Option<&'a TemporaryKey>,
}

impl Addressed<'_> {
    /// `POST /invoke`: the event, untouched.
    pub(super) fn invoke(self, task: &Task) -> Result<Request<Full<Bytes>>, InvalidHeaderValue> {
        let mut headers = self.headers(&task.request_id, "/invoke", task.failures)?;
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
        Ok(request(
            Method::POST,
            Uri::from_static("/invoke"),
            headers,
            task.body.clone(),
        ))
    }

    /// What came to an HTTP trigger, on its way to the function. Names that are the platform's own do not get through.
    pub(super) fn http(
        self,
        request_id: &str,
        original: Request<Bytes>,
    ) -> Result<Request<Full<Bytes>>, InvalidHeaderValue> {
        let (parts, body) = original.into_parts();
        let mut headers = self.headers(request_id, "/http-invoke", 0)?;
        for (name, value) in &parts.headers {
            let own = name.as_str().starts_with(RESERVED) || name.as_str() == "keep-alive";
            if !own && *name != HOST && *name != CONNECTION && *name != CONTENT_LENGTH {
                headers.append(name.clone(), value.clone());
            }
        }
        let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
        let uri = target.parse().unwrap_or_else(|_| Uri::from_static("/"));
        Ok(request(parts.method, uri, headers, body))
    }

    /// `POST /initialize`, with the function's credentials and no body.
    pub(super) fn initialize(self, instance: &Instance) -> Result<Request<Full<Bytes>>, InvalidHeaderValue> {
        let headers = self.headers(&hook_id(instance), "/initialize", 0)?;
        Ok(request(
            Method::POST,
            Uri::from_static("/initialize"),
            headers,
            Bytes::new(),
        ))
    }

    /// Every header of the platform. The token is not among them since Debian 11, so that headers alone are no
    /// credentials.
    fn headers(self, request_id: &str, path: &str, retries: u32) -> Result<HeaderMap, InvalidHeaderValue> {
        let Self {
            place,
            function,
            port,
            key,
        } = self;
        let mut headers = HeaderMap::new();
        let mut set = |name: &'static str, value: &str, secret: bool| -> Result<(), InvalidHeaderValue> {
            let mut value = HeaderValue::from_str(value)?;
            value.set_sensitive(secret);
            headers.insert(name, value);
            Ok(())
        };
        set(HOST.as_str(), &format!("127.0.0.1:{port}"), false)?;
        set("x-fc-request-id", request_id, false)?;
        set("x-fc-control-path", path, false)?;
        set("x-fc-function-name", &function.name, false)?;
        set("x-fc-function-handler", "index.handler", false)?;
        set("x-fc-function-memory", &function.memory_mb.to_string(), false)?;
        set("x-fc-function-timeout", &function.timeout_seconds.to_string(), false)?;
        if let Some(hook) = function.initializer {
            set("x-fc-function-initializer", "/initialize", false)?;
            set("x-fc-initialization-timeout", &hook.timeout_seconds.to_string(), false)?;
        }
        set("x-fc-retry-count", &retries.to_string(), false)?;
        set("x-fc-service-name", "", false)?;
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
        Ok(headers)
    }
}

/// `GET /pre-stop`. It is about an instance, not about an invocation, and carries no credentials.
pub(super) fn pre_stop(instance: &Instance) -> Result<Request<Full<Bytes>>, InvalidHeaderValue> {
    let mut headers = HeaderMap::new();
    headers.insert(HOST, HeaderValue::from_str(&format!("127.0.0.1:{}", instance.port()))?);
    headers.insert("x-fc-request-id", HeaderValue::from_str(&hook_id(instance))?);
    Ok(request(
        Method::GET,
        Uri::from_static("/pre-stop"),
        headers,
        Bytes::new(),
    ))
}

/// Hooks have UUIDs for request ids: this one's digits are the instance's.
fn hook_id(instance: &Instance) -> String {
    let hex: String = instance.id.chars().filter(char::is_ascii_hexdigit).skip(1).collect();
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default().to_owned();
    format!(
        "{}-{}-4{}-8{}-{}0000",
        part(0, 8),
        part(8, 12),
        part(12, 15),
        part(15, 18),
        part(18, 26)
    )
}

fn request(method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Request<Full<Bytes>> {
    let mut request = Request::new(Full::new(body));
    *request.method_mut() = method;
    *request.uri_mut() = uri;
    *request.headers_mut() = headers;
    request
}
