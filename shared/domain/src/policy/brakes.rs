//! Brakes: limits that stop a run before it removes more than a person would believe.

use std::fmt;

use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize};

/// What one run may remove. Counted in distinct accounts losing access and distinct releases leaving.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "authoring", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Brakes {
    /// Accounts that may lose access.
    pub accounts: Brake,
    /// Releases that may leave.
    pub releases: Brake,
}

impl Default for Brakes {
    fn default() -> Self {
        Self {
            accounts: Brake::Count(5),
            releases: Brake::Count(2),
        }
    }
}

/// A number, or a percentage of all there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Brake {
    /// So many.
    Count(usize),
    /// So many of a hundred.
    Share(Percentage),
}

/// `10%`, from 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Percentage(u8);

impl<'de> Deserialize<'de> for Brake {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl Visitor<'_> for Either {
            type Value = Brake;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number from 0, or a percentage such as \"10%\"")
            }

            fn visit_u64<E: de::Error>(self, count: u64) -> Result<Brake, E> {
                usize::try_from(count).map(Brake::Count).map_err(E::custom)
            }

            fn visit_i64<E: de::Error>(self, count: i64) -> Result<Brake, E> {
                let wrong = || E::invalid_value(de::Unexpected::Signed(count), &self);
                usize::try_from(count).map(Brake::Count).map_err(|_| wrong())
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Brake, E> {
                text.to_owned().try_into().map(Brake::Share).map_err(E::custom)
            }
        }
        deserializer.deserialize_any(Either)
    }
}

impl Brake {
    /// How many it lets through, of so many.
    pub fn allows(self, all: usize) -> usize {
        match self {
            Self::Count(count) => count,
            Self::Share(Percentage(percent)) => all * usize::from(percent) / 100,
        }
    }
}

impl fmt::Display for Percentage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", self.0)
    }
}

impl From<Percentage> for String {
    fn from(percentage: Percentage) -> Self {
        percentage.to_string()
    }
}

impl TryFrom<String> for Percentage {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let number = text.strip_suffix('%').and_then(|digits| digits.parse::<u8>().ok());
        number
            .filter(|percent| *percent <= 100)
            .map(Self)
            .ok_or_else(|| format!("{text:?} is not a percentage from 0% to 100%"))
    }
}

#[cfg(feature = "authoring")]
impl schemars::JsonSchema for Brake {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Brake".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "a number, or a percentage such as 10%",
            "anyOf": [{ "type": "integer", "minimum": 0 }, { "type": "string", "pattern": "^(100|[0-9]{1,2})%$" }]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_brake_is_a_number_or_a_percentage() {
        for (text, of, allowed) in [
            ("5", 1000, 5),
            ("\"10%\"", 45, 4),
            ("\"100%\"", 7, 7),
            ("\"0%\"", 7, 0),
            ("0", 7, 0),
        ] {
            let brake: Brake = serde_json::from_str(text).unwrap();
            assert_eq!(brake.allows(of), allowed, "{text}");
            assert_eq!(serde_json::to_string(&brake).unwrap(), text);
        }
        for text in ["\"101%\"", "\"ten\"", "-1", "\"5\""] {
            assert!(serde_json::from_str::<Brake>(text).is_err(), "{text}");
        }
    }
}
