//! Account ids. They are compared by the million when grants are planned, so they are kept in place and compared as bytes.

use std::borrow::Borrow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{IdError, SHOWN_CHARS_MAX};

/// Digits of an account id at most; 16 today.
const DIGITS_MAX: usize = 20;
const EXPECTED: &str = "5 to 20 decimal digits, such as 1234567890123456";

/// An Alibaba Cloud account (UID): decimal digits, 16 of them today.
///
/// Ids are ordered as their texts are.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AccountId([u8; DIGITS_MAX]); // digits, then zeros, so that the bytes are ordered as the texts are

impl AccountId {
    /// The identifier as text.
    pub fn as_str(&self) -> &str {
        let digits = self.0.iter().take_while(|byte| **byte != 0).count();
        let digits = self.0.get(..digits).unwrap_or_default();
        std::str::from_utf8(digits).unwrap_or_default()
    }
}

impl Borrow<str> for AccountId {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

// As texts hash, because an id can be looked up by its text.
impl Hash for AccountId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl FromStr for AccountId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let mut digits = [0; DIGITS_MAX];
        let valid = (5..=DIGITS_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        match digits.get_mut(..text.len()) {
            Some(place) if valid => {
                place.copy_from_slice(text.as_bytes());
                Ok(Self(digits))
            }
            _ => Err(IdError {
                kind: "an account id",
                text: text.chars().take(SHOWN_CHARS_MAX).collect(),
                expected: EXPECTED,
            }),
        }
    }
}

impl TryFrom<String> for AccountId {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<AccountId> for String {
    fn from(id: AccountId) -> Self {
        id.as_str().to_owned()
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(feature = "authoring")]
impl schemars::JsonSchema for AccountId {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "AccountId".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "description": EXPECTED, "pattern": "^[0-9]{5,20}$" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_ordered_and_shown_as_their_texts_are() {
        let texts = ["12345", "123450", "1234567890123456", "12345678901234567890", "99999"];
        let ids: Vec<AccountId> = texts.iter().map(|text| text.parse().unwrap()).collect();
        assert!(texts.is_sorted() && ids.is_sorted());
        assert!(ids.iter().map(AccountId::as_str).eq(texts));
    }
}
