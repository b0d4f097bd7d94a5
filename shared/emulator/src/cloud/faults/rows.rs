//! The rows of a listing's answer, out of order or with one missing.

use bytes::Bytes;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// The body with its last row gone, its rows shuffled by this text, or both; `None` if it has no rows.
pub(super) fn distorted(body: &Bytes, missing_row: bool, shuffled_by: Option<&str>) -> Option<Bytes> {
    let mut body: Value = serde_json::from_slice(body).ok()?;
    let counted = body.get("TotalCount").is_some();
    let rows = rows(&mut body)?;
    if missing_row && counted {
        rows.pop();
    }
    if let Some(text) = shuffled_by {
        rows.sort_by_cached_key(|row| <[u8; 32]>::from(Sha256::digest(format!("{text}{row}"))));
    }
    Some(Bytes::from(body.to_string()))
}

/// The rows: a list in the answer, or a list that stands alone in a member of it (`Images.Image`).
fn rows(body: &mut Value) -> Option<&mut Vec<Value>> {
    let mut members = body.as_object_mut()?.values_mut();
    members.find_map(list)
}

fn list(member: &mut Value) -> Option<&mut Vec<Value>> {
    match member {
        Value::Array(rows) => Some(rows),
        Value::Object(members) if members.len() == 1 => members.values_mut().next()?.as_array_mut(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn distorted(body: &Value, missing_row: bool, shuffled_by: Option<&str>) -> Option<Value> {
        let body = super::distorted(&Bytes::from(body.to_string()), missing_row, shuffled_by)?;
        Some(serde_json::from_slice(&body).unwrap())
    }

    #[test]
    fn a_row_goes_only_where_a_total_tells() {
        let counted = json!({"Images": {"Image": [1, 2]}, "TotalCount": 2});
        assert_eq!(
            distorted(&counted, true, None),
            Some(json!({"Images": {"Image": [1]}, "TotalCount": 2}))
        );
        let uncounted = json!({"ResourceShares": [1, 2]});
        assert_eq!(distorted(&uncounted, true, None), Some(uncounted));
        assert_eq!(distorted(&json!({"ImageId": "m-1"}), true, None), None);
    }

    #[test]
    fn an_order_follows_from_a_text() {
        let rows: Vec<u32> = (0..20).collect();
        let body = json!({ "ResourceShares": rows });
        let one = distorted(&body, false, Some("a")).unwrap();
        assert_ne!(one, body);
        assert_eq!(Some(one.clone()), distorted(&body, false, Some("a")));
        assert_ne!(Some(one), distorted(&body, false, Some("b")));
    }
}
