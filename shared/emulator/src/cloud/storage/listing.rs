//! `ListObjectsV2`: keys in order, by prefix and page, folded at a delimiter
//! (<https://www.alibabacloud.com/help/en/oss/developer-reference/listobjectsv2>).

use std::collections::BTreeSet;

use goldcast_domain::RegionId;
use goldcast_signing::percent_encode;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde_json::{Value, json};

use super::ask::ObjectAsk;
use super::operations::done;
use super::{Storage, StoredObject};
use crate::cloud::context::{Context, Done};
use crate::cloud::refusal::Refusal;
use crate::cloud::{time, xml};

/// Rows of a page, and the most that may be asked for.
const PAGE_ROWS: usize = 100;
const PAGE_ROWS_MAX: usize = 1000;

pub(super) fn list_objects(
    storage: &mut Storage,
    region: &RegionId,
    ask: &ObjectAsk,
    context: &mut Context<'_>,
) -> Result<Done, Refusal> {
    let kept = storage.opened(&ask.bucket, region, context.account())?;
    let params = context.params;
    let rows_max = match params.number("max-keys") {
        Ok(None) => PAGE_ROWS,
        Ok(Some(rows)) if (1..=PAGE_ROWS_MAX).contains(&rows) => rows,
        Ok(Some(_)) | Err(_) => {
            let message = "Argument max-keys must be an integer between 1 and 1000.";
            return Err(Refusal::bad_request("InvalidArgument", message));
        }
    };
    let text = |name: &str| params.get(name).unwrap_or_default();
    let (prefix, delimiter) = (text("prefix"), text("delimiter"));
    // A token is the key after which the page begins.
    let after = text("continuation-token").max(text("start-after"));
    let shown = |name: &str| match text("encoding-type") {
        "url" => percent_encode(name),
        _ => name.to_owned(),
    };
    let mut groups: BTreeSet<&str> = BTreeSet::new();
    let (mut contents, mut last, mut truncated) = (Vec::new(), "", false);
    for (key, object) in &kept.objects {
        let Some(rest) = key.strip_prefix(prefix).filter(|_| key.as_str() > after) else {
            continue;
        };
        let folder = rest
            .split_once(delimiter)
            .filter(|_| !delimiter.is_empty())
            .and_then(|(name, _)| key.get(..prefix.len() + name.len() + delimiter.len()));
        if folder.is_some_and(|folder| groups.contains(folder) || after.starts_with(folder)) {
            last = key;
            continue;
        }
        if contents.len() + groups.len() == rows_max {
            truncated = true;
            break;
        }
        last = key;
        match folder {
            Some(folder) => {
                groups.insert(folder);
            }
            None => contents.push(row(&shown(key), object)),
        }
    }
    let prefixes: Vec<Value> = groups.iter().map(|folder| json!({ "Prefix": shown(folder) })).collect();
    let mut members = json!({
        "Name": ask.bucket,
        "Prefix": shown(prefix),
        "Delimiter": shown(delimiter),
        "MaxKeys": rows_max,
        "KeyCount": contents.len() + groups.len(),
        "IsTruncated": truncated,
        "EncodingType": text("encoding-type"),
        "Contents": contents,
        "CommonPrefixes": prefixes,
    });
    if let Some(members) = members.as_object_mut().filter(|_| truncated) {
        members.insert("NextContinuationToken".to_owned(), shown(last).into());
    }
    let document = xml::document("ListBucketResult", &members);
    let headers = vec![(CONTENT_TYPE, "application/xml".to_owned())];
    Ok(done(StatusCode::OK, headers, document))
}

fn row(key: &str, object: &StoredObject) -> Value {
    json!({
        "Key": key,
        // Milliseconds are always none.
        "LastModified": time::wire(object.modified).replace('Z', ".000Z"),
        "ETag": object.etag,
        "Type": "Normal",
        "Size": object.body.len(),
        "StorageClass": "Standard",
    })
}
