//! Reads the cloud's JSON member by member, and leniently: documents, samples and SDKs disagree about the types.
//!
//! An answer is parsed into a tree once, and every type takes what it knows out of it by name. That is one parser in the
//! function's binary instead of one per type, and an error can say where it is. Not here: what an answer means.

use std::fmt;

use serde_json::{Map, Value};

/// A JSON object of an answer.
///
/// What is null counts as absent. Texts, numbers and booleans are read from each other's JSON types where they make sense; a
/// list may be bare (`[…]`) or in the cloud's wrapping (`{"Image":[…]}`).
#[derive(Debug)]
pub struct Json<'a>(&'a Map<String, Value>);

/// Something that an answer, or a part of it, is read into.
///
/// ```
/// use goldcast_cloud::{FromJson, Json, Misread};
///
/// struct Zone {
///     id: String,
///     resources: Vec<Resource>,
/// }
/// # struct Resource;
/// # impl FromJson for Resource {
/// #     fn from_json(_: &Json<'_>) -> Result<Self, Misread> {
/// #         Ok(Self)
/// #     }
/// # }
///
/// impl FromJson for Zone {
///     fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
///         Ok(Self {
///             id: json.required_text("ZoneId")?,
///             resources: json.list("AvailableResources")?,
///         })
///     }
/// }
/// ```
pub trait FromJson: Sized {
    /// Reads the members it knows and ignores the others.
    fn from_json(json: &Json<'_>) -> Result<Self, Misread>;
}

/// The answer as it came, for a call that has no type.
impl FromJson for Value {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self::Object(json.0.clone()))
    }
}

/// A member that is not what was expected. Says where and never what is there: it may be a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place} is not {expected}")]
pub struct Misread {
    /// Names joined by dots, positions in brackets: `Images[3].Size`.
    place: String,
    expected: &'static str,
}

impl Misread {
    fn new(name: &str, expected: &'static str) -> Self {
        Self {
            place: name.to_owned(),
            expected,
        }
    }

    fn within(self, outer: impl fmt::Display) -> Self {
        Self {
            place: format!("{outer}.{}", self.place),
            expected: self.expected,
        }
    }
}

impl<'a> Json<'a> {
    pub(crate) fn new(members: &'a Map<String, Value>) -> Self {
        Self(members)
    }

    /// A text, number or boolean as text; empty if absent.
    pub fn text(&self, name: &str) -> Result<String, Misread> {
        Ok(self.scalar(name)?.unwrap_or_default())
    }

    /// The same, where an empty text means that there is none.
    pub fn optional_text(&self, name: &str) -> Result<Option<String>, Misread> {
        Ok(self.scalar(name)?.filter(|text| !text.is_empty()))
    }

    /// The same, where it has to be there.
    pub fn required_text(&self, name: &str) -> Result<String, Misread> {
        self.scalar(name)?.ok_or_else(|| Misread::new(name, "a text"))
    }

    /// A boolean, as itself or as text in any case; `None` if empty or absent.
    pub fn optional_flag(&self, name: &str) -> Result<Option<bool>, Misread> {
        match self.text(name)?.to_ascii_lowercase().as_str() {
            "true" => Ok(Some(true)),
            "false" => Ok(Some(false)),
            "" => Ok(None),
            _ => Err(Misread::new(name, "a boolean")),
        }
    }

    /// The same, where nothing means `false`.
    pub fn flag(&self, name: &str) -> Result<bool, Misread> {
        Ok(self.optional_flag(name)?.unwrap_or_default())
    }

    /// A whole number, as itself or as text; `None` if empty or absent.
    pub fn optional_number(&self, name: &str) -> Result<Option<u64>, Misread> {
        let text = self.optional_text(name)?;
        let number = text.map(|text| text.parse()).transpose();
        number.map_err(|_| Misread::new(name, "a whole number"))
    }

    /// The same, where it has to be there.
    pub fn required_number(&self, name: &str) -> Result<u64, Misread> {
        self.optional_number(name)?
            .ok_or_else(|| Misread::new(name, "a whole number"))
    }

    /// A list of objects; empty if absent.
    pub fn list<T: FromJson>(&self, name: &str) -> Result<Vec<T>, Misread> {
        let objects = self.objects(name)?;
        objects.iter().map(|(place, json)| read(json, place)).collect()
    }

    /// The same, where it has to be there, if only as null.
    pub fn required_list<T: FromJson>(&self, name: &str) -> Result<Vec<T>, Misread> {
        if self.0.contains_key(name) {
            self.list(name)
        } else {
            Err(Misread::new(name, LIST))
        }
    }

    /// The names in an object, in order; none if it is absent.
    pub fn names(&self, name: &str) -> Result<Vec<String>, Misread> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::Object(members)) => Ok(members.keys().cloned().collect()),
            Some(_) => Err(Misread::new(name, "an object")),
        }
    }

    /// An object that has to be there.
    pub fn part<T: FromJson>(&self, name: &str) -> Result<T, Misread> {
        self.optional_part(name)?.ok_or_else(|| Misread::new(name, "an object"))
    }

    /// An object; `None` if absent.
    pub fn optional_part<T: FromJson>(&self, name: &str) -> Result<Option<T>, Misread> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Object(members)) => read(&Json(members), name).map(Some),
            Some(_) => Err(Misread::new(name, "an object")),
        }
    }

    fn scalar(&self, name: &str) -> Result<Option<String>, Misread> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(Value::Number(number)) => Ok(Some(number.to_string())),
            Some(Value::Bool(flag)) => Ok(Some(flag.to_string())),
            Some(Value::Array(_) | Value::Object(_)) => Err(Misread::new(name, "a text, a number or a boolean")),
        }
    }

    /// The objects of a list, each with its place.
    fn objects(&self, name: &str) -> Result<Vec<(String, Json<'a>)>, Misread> {
        let wrong = || Misread::new(name, LIST);
        let mut list = self.0.get(name);
        if let Some(Value::Object(wrapping)) = list {
            if wrapping.len() > 1 {
                return Err(wrong());
            }
            list = wrapping.values().next();
        }
        let items = match list {
            None | Some(Value::Null) => return Ok(Vec::new()),
            Some(Value::Array(items)) => items,
            Some(_) => return Err(wrong()),
        };
        let objects = items.iter().enumerate().map(|(n, item)| {
            let place = format!("{name}[{n}]");
            match item.as_object() {
                Some(members) => Ok((place, Json(members))),
                None => Err(Misread::new(&place, "an object")),
            }
        });
        objects.collect()
    }
}

const LIST: &str = "a list, or an object with one list in it";

fn read<T: FromJson>(json: &Json<'_>, place: &str) -> Result<T, Misread> {
    T::from_json(json).map_err(|misread| misread.within(place))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    struct Fields {
        text: String,
        flag: Option<bool>,
        number: Option<u64>,
        list: Vec<Item>,
    }

    #[derive(Debug, PartialEq)]
    struct Item(u64);

    impl FromJson for Fields {
        fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
            Ok(Self {
                text: json.text("text")?,
                flag: json.optional_flag("flag")?,
                number: json.optional_number("number")?,
                list: json.list("list")?,
            })
        }
    }

    impl FromJson for Item {
        fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
            json.required_number("n").map(Self)
        }
    }

    fn fields<T: FromJson>(json: &str) -> Result<T, Misread> {
        T::from_json(&Json::new(&serde_json::from_str(json).unwrap()))
    }

    #[track_caller]
    fn check(json: &str, expected: (&str, Option<bool>, Option<u64>, &[u64])) {
        let (text, flag, number, list) = expected;
        let expected = Fields {
            text: text.to_owned(),
            flag,
            number,
            list: list.iter().copied().map(Item).collect(),
        };
        assert_eq!(fields(json), Ok(expected), "{json}");
    }

    #[test]
    fn every_form_that_the_cloud_is_known_to_send_is_read() {
        check("{}", ("", None, None, &[]));
        check(
            r#"{"text":null,"flag":null,"number":null,"list":null}"#,
            ("", None, None, &[]),
        );
        check(
            r#"{"text":1000000000000001,"flag":"True","number":"40","list":{"Item":[{"n":1}]}}"#,
            ("1000000000000001", Some(true), Some(40), &[1]),
        );
        check(
            r#"{"text":"a","flag":"","number":40,"list":[{"n":1},{"n":"2"}],"more":[]}"#,
            ("a", None, Some(40), &[1, 2]),
        );
        check(
            r#"{"text":true,"flag":false,"list":{}}"#,
            ("true", Some(false), None, &[]),
        );
        check(r#"{"list":{"Item":null}}"#, ("", None, None, &[]));
    }

    #[test]
    fn nonsense_is_not_read_as_absence_and_its_place_is_told() {
        #[track_caller]
        fn check(json: &str, expected: &str) {
            let misread = fields::<Fields>(json).unwrap_err();
            assert_eq!(misread.to_string(), expected, "{json}");
        }
        check(r#"{"text":{}}"#, "text is not a text, a number or a boolean");
        check(r#"{"flag":"maybe"}"#, "flag is not a boolean");
        check(r#"{"number":"many"}"#, "number is not a whole number");
        check(r#"{"number":-1}"#, "number is not a whole number");
        check(
            r#"{"list":"x"}"#,
            "list is not a list, or an object with one list in it",
        );
        check(
            r#"{"list":{"A":[],"B":[]}}"#,
            "list is not a list, or an object with one list in it",
        );
        check(r#"{"list":[{"n":1},2]}"#, "list[1] is not an object");
        check(
            r#"{"list":[{"n":1},{"n":[]}]}"#,
            "list[1].n is not a text, a number or a boolean",
        );
    }

    #[test]
    fn what_has_to_be_there_is_missed() {
        struct Page(Vec<Item>, Option<Item>);
        impl FromJson for Page {
            fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
                Ok(Self(json.required_list("list")?, json.optional_part("part")?))
            }
        }
        #[track_caller]
        fn check(json: &str, expected: Result<(usize, bool), &str>) {
            let found = fields::<Page>(json).map(|page| (page.0.len(), page.1.is_some()));
            assert_eq!(
                found.map_err(|misread| misread.place),
                expected.map_err(str::to_owned),
                "{json}"
            );
        }
        check("{}", Err("list"));
        check(r#"{"list":null}"#, Ok((0, false)));
        check(r#"{"list":[],"part":{"n":7}}"#, Ok((0, true)));
        check(r#"{"list":[],"part":{}}"#, Err("part.n"));
        check(r#"{"list":[],"part":7}"#, Err("part"));
    }
}
