//! Where a secret is kept. The file never holds the secret itself, and a mistake in it is told without being repeated.

use std::fmt;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};

/// Longest name of a parameter, in characters: "1 to 180"
/// (<https://www.alibabacloud.com/help/en/oos/developer-reference/api-oos-2019-06-01-createsecretparameter>).
const PARAMETER_CHARS_MAX: usize = 180;

/// Where a secret is kept.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "authoring", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum SecretSource {
    /// The environment variable that holds it.
    Env(String),
    /// The secret parameter of Operation Orchestration Service in the home region that holds it.
    SecretParameter(String),
}

/// Where a channel's secrets are kept: `{ env = "…" }`, or a list of such.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SecretSources(pub Vec<SecretSource>);

impl SecretSource {
    /// The key that it is written under, and what is wrong with its value if something is.
    pub(super) fn mistake(&self) -> Option<(&'static str, &'static str, &'static str)> {
        match self {
            Self::Env(name) if !is_variable(name) => Some((
                "env",
                "this is not the name of an environment variable",
                "the name of an environment variable, not the secret itself",
            )),
            Self::SecretParameter(name) if !is_parameter(name) => Some((
                "secret-parameter",
                "this is not the name of a secret parameter",
                "the name of a secret parameter, not the secret itself: 1 to 180 letters, digits, -, _, . and /",
            )),
            Self::Env(_) | Self::SecretParameter(_) => None,
        }
    }
}

impl SecretSources {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn is_variable(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

fn is_parameter(name: &str) -> bool {
    (1..=PARAMETER_CHARS_MAX).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_./".contains(&b))
}

impl Serialize for SecretSources {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_slice() {
            [one] => one.serialize(serializer),
            many => many.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for SecretSources {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMany;
        impl<'de> Visitor<'de> for OneOrMany {
            type Value = SecretSources;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("where a secret is kept, such as { env = \"NAME\" }, or a list of such")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<SecretSources, A::Error> {
                SecretSource::deserialize(MapAccessDeserializer::new(map)).map(|one| SecretSources(vec![one]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<SecretSources, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(list)).map(SecretSources)
            }
        }
        deserializer.deserialize_any(OneOrMany)
    }
}

#[cfg(feature = "authoring")]
impl schemars::JsonSchema for SecretSources {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SecretSources".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let one = generator.subschema_for::<SecretSource>();
        schemars::json_schema!({
            "description": "where a secret is kept, or a list of such while secrets are rotated",
            "anyOf": [one, { "type": "array", "items": one }]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_secret_needs_no_list() {
        let one: SecretSources = serde_json::from_str(r#"{"env":"A"}"#).unwrap();
        assert_eq!(one.0, [SecretSource::Env("A".to_owned())]);
        assert_eq!(serde_json::to_string(&one).unwrap(), r#"{"env":"A"}"#);
        let text = r#"[{"env":"A"},{"secret-parameter":"team/b"}]"#;
        let two: SecretSources = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&two).unwrap(), text);
        for wrong in [
            r#""A""#,
            r#"{"file":"A"}"#,
            r#"{"env":"A","secret-parameter":"b"}"#,
            r#"["A"]"#,
        ] {
            assert!(serde_json::from_str::<SecretSources>(wrong).is_err(), "{wrong}");
        }
    }
}
