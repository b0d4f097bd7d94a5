//! Reading the fields of one JSON object as ids and texts. Not here: which fields an event has.
//!
//! The cloud is not strict about types: ids come as texts or numbers, an absent text as an empty one or as null.

use std::borrow::Cow;

use goldcast_domain::{AccountId, ImageId, RegionId, regions};
use serde_json::{Map, Value};

use super::malformed::Malformed;

/// What an account id looks like, for errors.
pub(super) const ACCOUNT: &str = "an account id of 5 to 20 digits";
/// What an image id looks like, for errors.
pub(super) const IMAGE: &str = "an image id such as m-bp1a2b3c4d5e6f7g8h9i";
/// What a region looks like, for errors.
pub(super) const REGION: &str = "a region that is known, such as cn-hangzhou";

/// A JSON object and what it is, for errors.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields<'a> {
    pub(super) what: &'static str,
    pub(super) map: &'a Map<String, Value>,
}

impl<'a> Fields<'a> {
    /// The text at `path`; `None` if there is none, or an empty one.
    pub(super) fn text(self, path: &str) -> Option<Cow<'a, str>> {
        text(walk(self.map, path)?)
    }

    /// The text at `path`, which must be there.
    pub(super) fn required_text(self, path: &str) -> Result<String, Malformed> {
        self.text(path)
            .map(Cow::into_owned)
            .ok_or_else(|| self.malformed(path, "a text"))
    }

    /// The region at `path`; `None` if the field is absent or empty.
    pub(super) fn region(self, path: &str) -> Result<Option<RegionId>, Malformed> {
        self.parsed(path, REGION, region)
    }

    /// The account at `path`; `None` if the field is absent or empty.
    pub(super) fn account(self, path: &str) -> Result<Option<AccountId>, Malformed> {
        self.parsed(path, ACCOUNT, |text| text.parse().ok())
    }

    /// The account at `path`, which must be there.
    pub(super) fn required_account(self, path: &str) -> Result<AccountId, Malformed> {
        self.account(path)?.ok_or_else(|| self.malformed(path, ACCOUNT))
    }

    /// The image id at `path`; `None` if the field is absent or empty.
    pub(super) fn image(self, path: &str) -> Result<Option<ImageId>, Malformed> {
        self.parsed(path, IMAGE, |text| text.parse().ok())
    }

    pub(super) fn malformed(self, path: &str, expected: &'static str) -> Malformed {
        Malformed::new(self.what, path, expected)
    }

    fn parsed<T>(
        self,
        path: &str,
        expected: &'static str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, Malformed> {
        let Some(value) = walk(self.map, path).filter(|value| !is_blank(value)) else {
            return Ok(None);
        };
        let parsed = text(value).and_then(|text| parse(&text));
        parsed.map(Some).ok_or_else(|| self.malformed(path, expected))
    }
}

/// A region that is known. No policy can name another one, so there is nothing to look at in it. One official sample
/// shows the suffixed form `cn-shanghai-vpc` (<https://help.aliyun.com/zh/eventbridge/user-guide/event-overview>).
pub(super) fn region(text: &str) -> Option<RegionId> {
    let region = text.strip_suffix("-vpc").unwrap_or(text).parse().ok()?;
    regions::is_known(&region).then_some(region)
}

/// The value at `path`, keys joined by dots.
pub(super) fn walk<'a>(map: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    match path.split_once('.') {
        None => map.get(path),
        Some((key, rest)) => walk(map.get(key)?.as_object()?, rest),
    }
}

/// An object, or a text that holds one.
pub(super) fn object(value: &Value) -> Option<Cow<'_, Map<String, Value>>> {
    if let Some(text) = value.as_str() {
        return serde_json::from_slice(text.as_bytes()).ok().map(Cow::Owned);
    }
    value.as_object().map(Cow::Borrowed)
}

/// A text or a whole number as text.
pub(super) fn text(value: &Value) -> Option<Cow<'_, str>> {
    if let Some(text) = value.as_str() {
        return (!text.is_empty()).then_some(Cow::Borrowed(text));
    }
    value.as_u64().map(|number| Cow::Owned(number.to_string()))
}

/// Whether a field says as little as an absent one.
pub(super) fn is_blank(value: &Value) -> bool {
    value.is_null() || value.as_str() == Some("")
}
