//! The body of a successful answer: its members and, for long lists, rows that were rendered before. A page of images
//! is a hundred rows of two kilobytes, so a list keeps its rows as bytes and a page is put together once, as text. Not
//! here: refusals and headers (`answer`).

use bytes::Bytes;
use serde_json::{Map, Value};

/// Room for everything around names and rows: `,"":{"":[]}}`.
const PUNCTUATION: usize = 16;

/// The members of an answer.
#[derive(Debug, Clone)]
pub(crate) struct Body {
    members: Value,
    rows: Option<Rows>,
}

/// One list of an answer, row by row as JSON: the member `outer` is an object that holds it under `inner`.
#[derive(Debug, Clone)]
pub(crate) struct Rows {
    outer: &'static str,
    inner: &'static str,
    items: Vec<Bytes>,
}

impl Body {
    /// Adds a list whose rows are ready: `{"Images": {"Image": [row, row]}}` for `("Images", "Image")`. Every row must
    /// be one JSON value, or several with commas in between.
    pub(crate) fn with_rows(mut self, outer: &'static str, inner: &'static str, rows: Vec<Bytes>) -> Self {
        self.rows = Some(Rows {
            outer,
            inner,
            items: rows,
        });
        self
    }

    /// Sets a member.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<Value>) {
        if let Some(members) = self.members.as_object_mut() {
            members.insert(name.to_owned(), value.into());
        }
    }

    /// The members without the list of ready rows, if there is one.
    pub(crate) fn members(&self) -> &Value {
        &self.members
    }

    /// The whole body as a tree, for whoever has to look into it; slow for long lists.
    pub(crate) fn into_value(self) -> Value {
        let Some(rows) = &self.rows else { return self.members };
        let list = serde_json::from_slice(&rows.to_bytes()).unwrap_or_default();
        let mut whole = self.members;
        if let Some(members) = whole.as_object_mut() {
            members.insert(
                rows.outer.to_owned(),
                Value::Object(Map::from_iter([(rows.inner.to_owned(), list)])),
            );
        }
        whole
    }

    /// Takes the ready rows out, to be put back by [`Rows::complete`] when nobody waits.
    pub(crate) fn take_rows(&mut self) -> Option<Rows> {
        self.rows.take()
    }

    /// The body on the wire.
    pub(crate) fn to_bytes(&self) -> Bytes {
        let members = self.members.to_string();
        match &self.rows {
            None => Bytes::from(members),
            Some(rows) => rows.complete(members.as_bytes()),
        }
    }
}

impl From<Value> for Body {
    /// A body without ready rows; anything but an object has no members.
    fn from(value: Value) -> Self {
        let members = if value.is_object() {
            value
        } else {
            Value::Object(Map::new())
        };
        Self { members, rows: None }
    }
}

impl Rows {
    /// The whole body on the wire, made of the other members' JSON object.
    pub(crate) fn complete(&self, members: &[u8]) -> Bytes {
        let names = self.outer.len() + self.inner.len();
        let mut text = Vec::with_capacity(members.len() + self.len() + names + PUNCTUATION);
        // The object's brace opens again for one more member.
        text.extend_from_slice(members.strip_suffix(b"}").unwrap_or(members));
        if text.len() > 1 {
            text.push(b',');
        }
        for part in ["\"", self.outer, "\":{\"", self.inner, "\":["] {
            text.extend_from_slice(part.as_bytes());
        }
        self.write(&mut text);
        text.extend_from_slice(b"]}}");
        Bytes::from(text)
    }

    /// Length of the rows with their commas.
    fn len(&self) -> usize {
        self.items.iter().map(|row| row.len() + 1).sum()
    }

    fn write(&self, text: &mut Vec<u8>) {
        for (number, row) in self.items.iter().enumerate() {
            if number > 0 {
                text.push(b',');
            }
            text.extend_from_slice(row);
        }
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut text = vec![b'['];
        self.write(&mut text);
        text.push(b']');
        text
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(members: Value, rows: &[&'static str], expected: &Value) {
        let rows = rows.iter().map(|row| Bytes::from_static(row.as_bytes())).collect();
        let body = Body::from(members).with_rows("Images", "Image", rows);
        assert_eq!(serde_json::from_slice::<Value>(&body.to_bytes()).unwrap(), *expected);
        assert_eq!(body.into_value(), *expected);
    }

    #[test]
    fn ready_rows_stand_where_a_tree_would_have_them() {
        check(json!({}), &[], &json!({ "Images": { "Image": [] } }));
        check(
            json!({ "PageSize": 2 }),
            &[r#"{"ImageId":"m-1"}"#, r#"{"ImageId":"m-2"}"#],
            &json!({ "PageSize": 2, "Images": { "Image": [{ "ImageId": "m-1" }, { "ImageId": "m-2" }] } }),
        );
        check(json!({}), &["1,2", "3"], &json!({ "Images": { "Image": [1, 2, 3] } }));
    }

    #[test]
    fn a_member_can_be_set_beside_ready_rows() {
        let mut body = Body::from(json!({})).with_rows("Images", "Image", Vec::new());
        body.set("RequestId", "1");
        assert_eq!(&body.to_bytes()[..], br#"{"RequestId":"1","Images":{"Image":[]}}"#);
    }
}
