//! Answers as XML, for callers of signature V1 that do not ask for JSON
//! (<https://help.aliyun.com/zh/sdk/product-overview/rpc-mechanism>: XML is the default).
//!
//! A member becomes an element of its name, a list as many elements of the list's name. Nothing is indented.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response};
use serde_json::Value;

use super::answer::JSON;

/// Content type of every such answer; SDKs compare it as a whole.
const XML: HeaderValue = HeaderValue::from_static("text/xml;charset=utf-8");

/// The same answer in XML, success or refusal, if it is one in JSON. `root` is the name of a success's root element.
pub(super) fn rewritten(answer: Response<Bytes>, root: &str) -> Response<Bytes> {
    if answer.headers().get(CONTENT_TYPE) != Some(&JSON) {
        return answer;
    }
    let root = if answer.status().is_success() { root } else { "Error" };
    let (mut parts, body) = answer.into_parts();
    let members = serde_json::from_slice(&body).unwrap_or_default();
    parts.headers.insert(CONTENT_TYPE, XML);
    Response::from_parts(parts, Bytes::from(document(root, &members)))
}

/// A whole document: the members of `body` under one root.
pub(super) fn document(root: &str, body: &Value) -> String {
    let mut text = r#"<?xml version="1.0" encoding="UTF-8"?>"#.to_owned();
    element(&mut text, root, body);
    text
}

fn element(text: &mut String, name: &str, value: &Value) {
    if let Value::Array(items) = value {
        for item in items {
            element(text, name, item);
        }
        return;
    }
    text.extend(["<", name, ">"]);
    match value {
        Value::Object(members) => {
            for (member, value) in members {
                element(text, member, value);
            }
        }
        Value::String(content) => escape(text, content),
        Value::Bool(_) | Value::Number(_) => text.push_str(&value.to_string()),
        Value::Null | Value::Array(_) => {}
    }
    text.extend(["</", name, ">"]);
}

/// Adds text as content. What XML 1.0 cannot carry becomes the replacement character.
fn escape(text: &mut String, content: &str) {
    for c in content.chars() {
        match c {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '"' => text.push_str("&quot;"),
            '\'' => text.push_str("&apos;"),
            '\t' | '\n' | '\r' => text.push(c),
            c if c.is_control() => text.push(char::REPLACEMENT_CHARACTER),
            c => text.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_repeat_their_name_and_text_is_escaped() {
        let body = json!({
            "RequestId": "A1",
            "Images": {"Image": [{"ImageName": "a<b & \"c\"", "Size": 40, "IsPublic": false}, {"ImageName": "\u{1}"}]},
            "Tags": ["x", "y"],
            "Nothing": null,
            "Empty": [],
        });
        assert_eq!(
            document("DescribeImagesResponse", &body),
            concat!(
                r#"<?xml version="1.0" encoding="UTF-8"?><DescribeImagesResponse><Images>"#,
                "<Image><ImageName>a&lt;b &amp; &quot;c&quot;</ImageName><IsPublic>false</IsPublic><Size>40</Size></Image>",
                "<Image><ImageName>\u{fffd}</ImageName></Image></Images><Nothing></Nothing>",
                "<RequestId>A1</RequestId><Tags>x</Tags><Tags>y</Tags></DescribeImagesResponse>"
            )
        );
    }
}
