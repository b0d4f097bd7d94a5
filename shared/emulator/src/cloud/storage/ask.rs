//! A request to Object Storage Service taken apart: bucket and key from host and path, the operation from the method.
//! Nothing is judged here.

use std::net::IpAddr;

use bytes::Bytes;
use goldcast_signing::form_decode;
use http::header::{AUTHORIZATION, HOST};
use http::{HeaderMap, Method, Request};
use percent_encoding::percent_decode_str;

/// What every scheme of its signatures begins with: `OSS4-HMAC-SHA256`, `OSS2`, `OSS`.
const SCHEME: &str = "OSS";
/// Parameters of listings; others name parts of a resource that are not simulated, such as `acl`.
const LISTING: [&str; 9] = [
    "continuation-token",
    "delimiter",
    "encoding-type",
    "fetch-owner",
    "list-type",
    "marker",
    "max-keys",
    "prefix",
    "start-after",
];

/// A request, decoded.
#[derive(Clone)]
pub(crate) struct ObjectAsk {
    /// The bucket; empty if none is named.
    pub(crate) bucket: String,
    /// The key of an object; empty if the bucket itself is meant.
    pub(crate) key: String,
    /// The operation, named as the documents name it.
    pub(crate) action: &'static str,
    pub(crate) method: Method,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl std::fmt::Debug for ObjectAsk {
    /// The headers hold a token.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ObjectAsk")
            .field("action", &self.action)
            .field("resource", &self.resource())
            .finish_non_exhaustive()
    }
}

impl ObjectAsk {
    /// `None` if the request is for another product.
    pub(crate) fn read(request: &Request<Bytes>) -> Option<Self> {
        let text = |name| {
            let value = request.headers().get(name);
            value.and_then(|value| value.to_str().ok()).unwrap_or_default()
        };
        let host = text(HOST);
        if !text(AUTHORIZATION).starts_with(SCHEME) && !is_ours(host) {
            return None;
        }
        let path = percent_decode_str(request.uri().path())
            .decode_utf8_lossy()
            .into_owned();
        let path = path.strip_prefix('/').unwrap_or(&path);
        let (bucket, key) = match bucket_of(host) {
            Some(bucket) => (bucket, path),
            None => path.split_once('/').unwrap_or((path, "")),
        };
        let mut ask = Self {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
            action: "",
            method: request.method().clone(),
            headers: request.headers().clone(),
            body: request.body().clone(),
        };
        ask.action = ask.named(&form_decode(request.uri().query().unwrap_or_default()));
        Some(ask)
    }

    /// `/`, `/<bucket>/` or `/<bucket>/<key>`, as it is signed.
    pub(crate) fn resource(&self) -> String {
        if self.bucket.is_empty() {
            "/".to_owned()
        } else {
            format!("/{}/{}", self.bucket, self.key)
        }
    }

    /// What a policy or the log knows of it as parameters.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = (String, String)> {
        let named = [("Bucket", &self.bucket), ("Key", &self.key)];
        let named = named.into_iter().filter(|(_, value)| !value.is_empty());
        named.map(|(name, value)| (name.to_owned(), value.clone()))
    }

    /// A header as text, empty when absent.
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default()
    }

    fn named(&self, query: &[(String, String)]) -> &'static str {
        let of_bucket = !self.bucket.is_empty() && self.key.is_empty();
        let lists = query.iter().any(|(name, value)| name == "list-type" && value == "2");
        let meta_only = matches!(query, [(name, _)] if name == "objectMeta");
        let strange = query.iter().any(|(name, _)| !LISTING.contains(&name.as_str()));
        match self.method.as_str() {
            "HEAD" if meta_only && !self.key.is_empty() => "GetObjectMeta",
            _ if strange || self.bucket.is_empty() => "Other",
            "GET" if of_bucket && lists => "ListObjectsV2",
            "PUT" if of_bucket && query.is_empty() => "PutBucket",
            _ if of_bucket || !query.is_empty() => "Other",
            "GET" => "GetObject",
            "HEAD" => "HeadObject",
            "PUT" if self.headers.contains_key("x-oss-copy-source") => "Other",
            "PUT" => "PutObject",
            "DELETE" => "DeleteObject",
            _ => "Other",
        }
    }
}

/// Whether a host name is one of the product's own, with or without a bucket in front.
fn is_ours(host: &str) -> bool {
    let own = |label: &str| label.starts_with("oss-");
    host.contains(".aliyuncs.com") && host.split('.').take(2).any(own)
}

/// The bucket in front of a host name; an address has none, and neither has an endpoint's own name.
fn bucket_of(host: &str) -> Option<&str> {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let (first, _) = name.split_once('.')?;
    let is_address = name.parse::<IpAddr>().is_ok();
    (!is_address && !first.starts_with("oss-")).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(method: &str, host: &str, target: &str, expected: Option<(&str, &str)>) {
        let request = Request::builder()
            .method(method)
            .uri(target)
            .header("host", host)
            .header("authorization", "OSS4-HMAC-SHA256 Credential=key");
        let ask = ObjectAsk::read(&request.body(Bytes::new()).unwrap());
        let seen = ask.map(|ask| (ask.action, ask.resource()));
        let seen = seen.as_ref().map(|(action, resource)| (*action, resource.as_str()));
        assert_eq!(seen, expected, "{method} {host} {target}");
    }

    #[test]
    fn a_bucket_stands_in_the_host_or_in_front_of_the_path() {
        let own = "told.oss-cn-hangzhou.aliyuncs.com";
        check("GET", own, "/a/b", Some(("GetObject", "/told/a/b")));
        check("PUT", own, "/a%20b/%E4%B8%AD", Some(("PutObject", "/told/a b/中")));
        check(
            "HEAD",
            "told.oss-cn-hangzhou-internal.aliyuncs.com:80",
            "/k",
            Some(("HeadObject", "/told/k")),
        );
        check("HEAD", own, "/k?objectMeta", Some(("GetObjectMeta", "/told/k")));
        check("PUT", own, "/", Some(("PutBucket", "/told/")));
        check("DELETE", "127.0.0.1:8080", "/told/k", Some(("DeleteObject", "/told/k")));
        check(
            "GET",
            "oss-cn-hangzhou.aliyuncs.com",
            "/told/k",
            Some(("GetObject", "/told/k")),
        );
        check(
            "GET",
            "localhost:1",
            "/told?list-type=2&prefix=a",
            Some(("ListObjectsV2", "/told/")),
        );
    }

    #[test]
    fn what_is_not_simulated_is_still_known_to_be_of_this_product() {
        let own = "told.oss-cn-hangzhou.aliyuncs.com";
        check("GET", "127.0.0.1:1", "/", Some(("Other", "/")));
        check("GET", own, "/", Some(("Other", "/told/")));
        check("PUT", own, "/?acl", Some(("Other", "/told/")));
        check("GET", own, "/k?acl", Some(("Other", "/told/k")));
        check("POST", own, "/k?append", Some(("Other", "/told/k")));
    }

    #[test]
    fn a_request_of_another_style_is_for_another_product() {
        let of = |host: &str| {
            let request = Request::get("/?Action=DescribeRegions").header("host", host);
            ObjectAsk::read(&request.body(Bytes::new()).unwrap()).is_some()
        };
        assert!(!of("127.0.0.1:1"));
        assert!(!of("ecs.cn-hangzhou.aliyuncs.com"));
        assert!(of("told.oss-cn-hangzhou.aliyuncs.com"));
    }
}
