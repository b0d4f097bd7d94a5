//! A JSON object read strictly, member by member, as a platform's own checks do. Not here: which members there are.

use serde_json::{Map, Value};

/// What is wrong with a body: which member, and what it should have been.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wrong(pub(super) String);

/// A JSON object, with the path that errors name it by.
#[derive(Debug, Clone)]
pub(super) struct Fields<'a> {
    map: &'a Map<String, Value>,
    path: String,
}

impl<'a> Fields<'a> {
    /// A body or any other value that must be an object.
    pub(super) fn of(value: &'a Value, path: &str) -> Result<Self, Wrong> {
        let map = value.as_object().ok_or_else(|| Wrong(format!("{path} is no object")))?;
        Ok(Self {
            map,
            path: path.to_owned(),
        })
    }

    /// An error about a member.
    pub(super) fn wrong(&self, name: &str, what: &str) -> Wrong {
        Wrong(format!("{} {what}", self.at(name)))
    }

    /// A member's whole path.
    pub(super) fn at(&self, name: &str) -> String {
        if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.path)
        }
    }

    /// Refuses members that are none of these.
    pub(super) fn only(&self, names: &[&str]) -> Result<(), Wrong> {
        match self.map.keys().find(|name| !names.contains(&name.as_str())) {
            Some(name) => Err(self.wrong(name, "is no known member")),
            None => Ok(()),
        }
    }

    /// The names of all members.
    pub(super) fn names(&self) -> impl Iterator<Item = &'a str> {
        self.map.keys().map(String::as_str)
    }

    /// A member as it is.
    pub(super) fn get(&self, name: &str) -> Option<&'a Value> {
        self.map.get(name).filter(|value| !value.is_null())
    }

    /// A text that may be missing.
    pub(super) fn text_if_any(&self, name: &str) -> Result<Option<&'a str>, Wrong> {
        let Some(value) = self.get(name) else { return Ok(None) };
        value.as_str().map(Some).ok_or_else(|| self.wrong(name, "is no string"))
    }

    /// A text that must be there and say something.
    pub(super) fn text(&self, name: &str) -> Result<&'a str, Wrong> {
        let text = self.text_if_any(name)?;
        text.filter(|text| !text.is_empty())
            .ok_or_else(|| self.wrong(name, "is missing"))
    }

    /// Likewise, and of at most so many characters as the platform counts them: in UTF-16 units.
    pub(super) fn text_within(&self, name: &str, max: usize) -> Result<&'a str, Wrong> {
        let text = self.text(name)?;
        self.within(name, text, max)?;
        Ok(text)
    }

    /// Refuses a text that is longer.
    pub(super) fn within(&self, name: &str, text: &str, max: usize) -> Result<(), Wrong> {
        if text.encode_utf16().count() > max {
            return Err(self.wrong(name, &format!("is longer than {max} characters")));
        }
        Ok(())
    }

    /// An address that a person may follow.
    pub(super) fn link(&self, name: &str) -> Result<&'a str, Wrong> {
        let text = self.text(name)?;
        let web = url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        web.then_some(text)
            .ok_or_else(|| self.wrong(name, "is no address of the web"))
    }

    /// An object that must be there.
    pub(super) fn object(&self, name: &str) -> Result<Self, Wrong> {
        let value = self.get(name).ok_or_else(|| self.wrong(name, "is missing"))?;
        Self::of(value, &self.at(name))
    }

    /// An object that may be missing.
    pub(super) fn object_if_any(&self, name: &str) -> Result<Option<Self>, Wrong> {
        self.get(name).map(|value| Self::of(value, &self.at(name))).transpose()
    }

    /// Objects in an array of at most so many; none if it is missing.
    pub(super) fn objects(&self, name: &str, max: usize) -> Result<Vec<Self>, Wrong> {
        let items = self.values(name)?;
        if items.len() > max {
            return Err(self.wrong(name, &format!("has more than {max} items")));
        }
        let items = items.iter().enumerate();
        items
            .map(|(place, item)| Self::of(item, &format!("{}[{place}]", self.at(name))))
            .collect()
    }

    /// Objects in arrays in an array; none if it is missing.
    pub(super) fn lists(&self, name: &str, max: usize) -> Result<Vec<Vec<Self>>, Wrong> {
        let items = self.values(name)?;
        if items.len() > max {
            return Err(self.wrong(name, &format!("has more than {max} items")));
        }
        let list = |(place, item): (usize, &'a Value)| {
            let at = format!("{}[{place}]", self.at(name));
            let items = item.as_array().ok_or_else(|| Wrong(format!("{at} is no array")))?;
            let items = items.iter().enumerate();
            items
                .map(|(place, item)| Self::of(item, &format!("{at}[{place}]")))
                .collect()
        };
        items.iter().enumerate().map(list).collect()
    }

    /// Texts in an array; none if it is missing.
    pub(super) fn texts(&self, name: &str) -> Result<Vec<&'a str>, Wrong> {
        let items = self.values(name)?.iter();
        items
            .map(|item| {
                item.as_str()
                    .ok_or_else(|| self.wrong(name, "holds something that is no string"))
            })
            .collect()
    }

    /// A yes or no; no if it is missing.
    pub(super) fn flag(&self, name: &str) -> Result<bool, Wrong> {
        let Some(value) = self.get(name) else { return Ok(false) };
        value
            .as_bool()
            .ok_or_else(|| self.wrong(name, "is neither true nor false"))
    }

    fn values(&self, name: &str) -> Result<&'a [Value], Wrong> {
        match self.get(name) {
            None => Ok(&[]),
            Some(Value::Array(items)) => Ok(items),
            Some(_) => Err(self.wrong(name, "is no array")),
        }
    }
}
