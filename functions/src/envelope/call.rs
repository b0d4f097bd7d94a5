//! A direct call: by a build pipeline, by an account factory, by a person, or by one function to another.

use std::fmt;

use goldcast_domain::{AccountId, ImageRef, Scope, regions};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::fields::{Fields, IMAGE, REGION};
use super::malformed::Malformed;

/// Most scopes of one call; more are taken as everything.
const SCOPES_MAX: usize = 64;

const SHAPES: &str = "regionId and imageId, or accountId, or scope, or scopes, or an event";
const SCOPE: &str = r#"a scope such as "everything" or {"account":"1234567890123456"}"#;

/// A direct call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Call {
    /// `{"regionId": …, "imageId": …}`, from a pipeline that has built an image.
    Image(ImageRef),
    /// `{"accountId": …}`, from an account factory.
    Account(AccountId),
    /// `{"scope": …}` or `{"scopes": […]}`; none for `{}`.
    Scopes(Vec<Scope>),
}

impl Call {
    pub(super) fn read(map: &Map<String, Value>) -> Result<Self, Malformed> {
        let fields = Fields { what: "a call", map };
        if map.contains_key("imageId") || map.contains_key("regionId") {
            let region = fields
                .region("regionId")?
                .ok_or_else(|| fields.malformed("regionId", REGION))?;
            let image = fields
                .image("imageId")?
                .ok_or_else(|| fields.malformed("imageId", IMAGE))?;
            return Ok(Self::Image(ImageRef { region, image }));
        }
        if map.contains_key("accountId") {
            return fields.required_account("accountId").map(Self::Account);
        }
        if map.is_empty() || map.contains_key("scope") || map.contains_key("scopes") {
            return scopes(fields).map(Self::Scopes);
        }
        Err(fields.malformed("", SHAPES))
    }
}

/// The scopes of `scope` and `scopes`; none if both are absent.
pub(super) fn scopes(fields: Fields<'_>) -> Result<Vec<Scope>, Malformed> {
    let mut found = Vec::new();
    if let Some(value) = fields.map.get("scope").filter(|value| !value.is_null()) {
        found.push(scope(value).ok_or_else(|| fields.malformed("scope", SCOPE))?);
    }
    let listed = match fields.map.get("scopes") {
        None | Some(Value::Null) => &[],
        Some(Value::Array(listed)) => listed.as_slice(),
        Some(Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_)) => {
            return Err(fields.malformed("scopes", "a list of scopes"));
        }
    };
    if listed.len() > SCOPES_MAX {
        return Ok(vec![Scope::Everything]);
    }
    for (number, value) in listed.iter().enumerate() {
        found.push(scope(value).ok_or_else(|| fields.malformed(&format!("scopes[{number}]"), SCOPE))?);
    }
    Ok(found)
}

fn scope(value: &Value) -> Option<Scope> {
    let scope = Scope::deserialize(value).ok()?;
    match &scope {
        Scope::Image(image) if !regions::is_known(&image.region) => None,
        Scope::Everything | Scope::Everywhere | Scope::Image(_) | Scope::InFlight | Scope::Account(_) => Some(scope),
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Image(image) => write!(f, "a call for image {image}"),
            Self::Account(account) => write!(f, "a call for account {account}"),
            Self::Scopes(scopes) if scopes.is_empty() => f.write_str("an empty call"),
            Self::Scopes(_) => f.write_str("a call with a scope"),
        }
    }
}
