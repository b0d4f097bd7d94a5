//! An event and how its payload is parsed.

use serde::de::DeserializeOwned;

use crate::Context;
use crate::diagnostic::MESSAGE_BYTES_MAX;
use crate::excerpt::excerpt;

/// What a handler is called with.
#[derive(Debug, Clone)]
pub struct Event<T> {
    /// The body of the request: parsed, or as it came for a [raw handler](crate::raw_service_fn).
    pub payload: T,
    /// The circumstances.
    pub context: Context,
}

impl<T> Event<T> {
    /// An event with this payload in these circumstances.
    pub fn new(payload: T, context: Context) -> Self {
        Self { payload, context }
    }
}

/// Why a payload is not what the handler takes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub(crate) struct Malformed {
    text: String,
}

/// Parses a JSON payload. The error names the field by its path, and what was expected there.
pub(crate) fn parse<T: DeserializeOwned>(payload: &[u8]) -> Result<T, Malformed> {
    let mut json = serde_json::Deserializer::from_slice(payload);
    let parsed = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        let place = if path == "." { "the event".to_owned() } else { path };
        format!("{place}: {}", error.inner())
    });
    parsed
        .and_then(|value| match json.end() {
            Ok(()) => Ok(value),
            Err(error) => Err(format!("the event: {error}")),
        })
        .map_err(|text| Malformed {
            text: excerpt(&text, MESSAGE_BYTES_MAX),
        })
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::parse;

    #[derive(Debug, Deserialize)]
    struct Outer {
        #[serde(rename = "images")]
        _images: Vec<Image>,
    }

    #[derive(Debug, Deserialize)]
    struct Image {
        #[serde(rename = "imageId")]
        _id: String,
    }

    #[track_caller]
    fn check(payload: &str, expected: &str) {
        assert_eq!(parse::<Outer>(payload.as_bytes()).unwrap_err().to_string(), expected);
    }

    #[test]
    fn an_unparsable_payload_is_explained_by_path_and_expectation() {
        check(
            r#"{"images":[{"imageId":"m-1"},{"imageId":7}]}"#,
            "images[1].imageId: invalid type: integer `7`, expected a string at line 1 column 41",
        );
        check("{}", "the event: missing field `images` at line 1 column 2");
        check("", "the event: EOF while parsing a value at line 1 column 0");
        check(
            r#"{"images":[]} {"#,
            "the event: trailing characters at line 1 column 15",
        );
    }

    #[test]
    fn an_explanation_repeats_only_the_beginning_of_a_long_value() {
        let payload = format!(r#"{{"images":"{}"}}"#, "x".repeat(100_000));
        assert!(parse::<Outer>(payload.as_bytes()).unwrap_err().to_string().len() <= 4096);
    }
}
