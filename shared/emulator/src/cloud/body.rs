//! The body of a successful answer: its members and, for long lists, rows that were rendered before. A page of images
//! is a hundred rows of two kilobytes, so a list keeps its rows as bytes and a page is put together once, as text. Not
//! here: refusals and headers (`answer`).

use bytes::Bytes;
use serde_json::{Map, Value};

/// Room for everything around names and rows: `,"":{"":[]}}`.
const PUNCTUATION: usize = 16;

/// The members of an answer.
#[derive(Debug, Clone, Default)]
pub(crate) struct Body {
    members: Value,
    rows: Option<Rows>,
}

/// One list of an answer, as JSON rows with commas in between: the member `outer` is an object that holds it under
/// `inner`.
#[derive(Debug, Clone)]
struct Rows {
    outer: &'static str,
    inner: &'static str,
    items: Bytes,
}

impl Body {
    /// Adds a list whose rows are ready, with commas in between: `{"Images": {"Image": [row, row]}}` for
    /// `("Images", "Image")`.
    pub(crate) fn with_rows(mut self, outer: &'static str, inner: &'static str, rows: Bytes) -> Self {
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
    fn complete(&self, members: &[u8]) -> Bytes {
        let names = self.outer.len() + self.inner.len();
        let mut text = Vec::with_capacity(members.len() + self.items.len() + names + PUNCTUATION);
        // The object's brace opens again for one more member.
        text.extend_from_slice(members.strip_suffix(b"}").unwrap_or(members));
        if text.len() > 1 {
            text.push(b',');
        }
        for part in ["\"", self.outer, "\":{\"", self.inner, "\":["] {
            text.extend_from_slice(part.as_bytes());
        }
        text.extend_from_slice(&self.items);
        text.extend_from_slice(b"]}}");
        Bytes::from(text)
    }

    fn to_bytes(&self) -> Vec<u8> {
        [b"[", &self.items[..], b"]"].concat()
    }
}

/// Rows as one text, with commas in between.
pub(crate) fn joined(rows: impl Iterator<Item = Bytes>) -> Bytes {
    let mut text = Vec::new();
    for row in rows {
        if !text.is_empty() {
            text.push(b',');
        }
        text.extend_from_slice(&row);
    }
    Bytes::from(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(members: Value, rows: &[&'static str], expected: &Value) {
        let rows = joined(rows.iter().map(|row| Bytes::from_static(row.as_bytes())));
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
        let mut body = Body::from(json!({})).with_rows("Images", "Image", Bytes::new());
        body.set("RequestId", "1");
        assert_eq!(&body.to_bytes()[..], br#"{"RequestId":"1","Images":{"Image":[]}}"#);
    }
}
