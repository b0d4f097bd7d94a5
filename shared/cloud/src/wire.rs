//! Lenient readers for fields whose JSON type the cloud does not hold to: documents, samples and SDKs disagree.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A string, number or boolean; what is null or absent is empty.
pub(crate) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    deserializer.deserialize_any(Scalar).map(Option::unwrap_or_default)
}

/// The same, where an empty text means that there is none.
pub(crate) fn optional_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(deserializer.deserialize_any(Scalar)?.filter(|text| !text.is_empty()))
}

/// A boolean, as itself or as text in any case; empty and null are `None`.
pub(crate) fn optional_flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    let text = text(deserializer)?;
    match text.to_ascii_lowercase().as_str() {
        "true" => Ok(Some(true)),
        "false" => Ok(Some(false)),
        "" => Ok(None),
        _ => Err(D::Error::custom("expected a boolean")),
    }
}

/// The same, where nothing means `false`.
pub(crate) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    optional_flag(deserializer).map(Option::unwrap_or_default)
}

/// A whole number, as itself or as text; empty and null are `None`.
pub(crate) fn optional_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    let text = text(deserializer)?;
    if text.is_empty() {
        return Ok(None);
    }
    text.parse()
        .map(Some)
        .map_err(|_| D::Error::custom("expected a whole number"))
}

/// A whole number that has to be there.
pub(crate) fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    optional_number(deserializer)?.ok_or_else(|| D::Error::custom("expected a whole number"))
}

/// A list, bare (`[…]`) or in the cloud's wrapping (`{"Image":[…]}`); null is empty.
pub(crate) fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    deserializer.deserialize_any(List(PhantomData))
}

struct Scalar;

impl Visitor<'_> for Scalar {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string, a number or a boolean")
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Some(value.to_owned()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Some(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Some(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Some(value.to_string()))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Some(value.to_string()))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}

struct List<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for List<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list, or an object with one list in it")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Vec<T>, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(list)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Vec<T>, A::Error> {
        let Some(IgnoredAny) = members.next_key()? else {
            return Ok(Vec::new());
        };
        let list: Option<Vec<T>> = members.next_value()?;
        match members.next_key()? {
            None => Ok(list.unwrap_or_default()),
            Some(IgnoredAny) => Err(A::Error::custom("expected one list only")),
        }
    }

    fn visit_unit<E>(self) -> Result<Vec<T>, E> {
        Ok(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, serde::Deserialize)]
    #[serde(default)]
    #[derive(Default)]
    struct Fields {
        #[serde(deserialize_with = "text")]
        text: String,
        #[serde(deserialize_with = "optional_flag")]
        flag: Option<bool>,
        #[serde(deserialize_with = "optional_number")]
        number: Option<u64>,
        #[serde(deserialize_with = "list")]
        list: Vec<u8>,
    }

    #[track_caller]
    fn check(json: &str, expected: (&str, Option<bool>, Option<u64>, &[u8])) {
        let (text, flag, number, list) = expected;
        let expected = Fields {
            text: text.to_owned(),
            flag,
            number,
            list: list.to_owned(),
        };
        assert_eq!(serde_json::from_str::<Fields>(json).unwrap(), expected);
    }

    #[test]
    fn every_form_that_the_cloud_is_known_to_send_is_read() {
        check("{}", ("", None, None, &[]));
        check(
            r#"{"text":null,"flag":null,"number":null,"list":null}"#,
            ("", None, None, &[]),
        );
        check(
            r#"{"text":1000000000000001,"flag":"True","number":"40","list":{"Item":[1]}}"#,
            ("1000000000000001", Some(true), Some(40), &[1]),
        );
        check(
            r#"{"text":"a","flag":"","number":40,"list":[1,2]}"#,
            ("a", None, Some(40), &[1, 2]),
        );
        check(r#"{"flag":false,"list":{}}"#, ("", Some(false), None, &[]));
        check(r#"{"list":{"Item":null}}"#, ("", None, None, &[]));
    }

    #[test]
    fn nonsense_is_not_read_as_absence() {
        for json in [
            r#"{"flag":"maybe"}"#,
            r#"{"number":"many"}"#,
            r#"{"list":"x"}"#,
            r#"{"list":{"A":[],"B":[]}}"#,
        ] {
            assert!(serde_json::from_str::<Fields>(json).is_err(), "{json}");
        }
    }
}
