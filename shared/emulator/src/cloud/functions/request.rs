//! A request by path taken apart: the path alone says what is called. Nothing is judged here.

use bytes::Bytes;
use http::{Method, Request};
use percent_encoding::percent_decode_str;

/// The API version, which every path begins with.
pub(crate) const VERSION: &str = "2023-03-30";

/// What a path names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PathCall {
    /// The operation; empty for a path that names none.
    pub(crate) action: &'static str,
    /// The parts of the path that somebody chose, as parameters.
    pub(crate) named: Vec<(String, String)>,
}

impl PathCall {
    /// `None` if the request is for another product.
    pub(crate) fn read(request: &Request<Bytes>) -> Option<Self> {
        let path = request.uri().path().strip_prefix('/')?.strip_prefix(VERSION)?;
        let decoded = |part: &str| percent_decode_str(part).decode_utf8_lossy().into_owned();
        let parts: Vec<String> = path.split('/').skip(1).map(decoded).collect();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let (action, function, trigger) = match parts.as_slice() {
            ["functions"] => ("ListFunctions", None, None),
            ["functions", name] => ("GetFunction", Some(name), None),
            ["functions", name, "async-invoke-config"] => ("GetAsyncInvokeConfig", Some(name), None),
            ["functions", name, "concurrency"] => ("GetConcurrencyConfig", Some(name), None),
            ["functions", name, "triggers"] => ("ListTriggers", Some(name), None),
            ["functions", name, "triggers", trigger] => ("GetTrigger", Some(name), Some(trigger)),
            _ => ("", None, None),
        };
        let named = [("functionName", function), ("triggerName", trigger)];
        let named = named
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), (*value?).to_owned())));
        Some(Self {
            // Whatever else one does with a path changes something, and nothing here does.
            action: if request.method() == Method::GET { action } else { "" },
            named: named.collect(),
        })
    }
}
