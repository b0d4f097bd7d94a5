//! The operations on objects
//! (<https://www.alibabacloud.com/help/en/oss/developer-reference/list-of-operations-by-function>). All of them see what
//! was written before.

use std::collections::BTreeMap;

use goldcast_domain::RegionId;
use http::header::{ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_TYPE, ETAG, LAST_MODIFIED};
use http::{HeaderName, Method, StatusCode};
use jiff::Timestamp;

use super::answer::ObjectAnswer;
use super::ask::ObjectAsk;
use super::{Bucket, Storage, StoredObject, checksum, listing};
use crate::cloud::context::{Context, Done, Kind};
use crate::cloud::policies::{Decision, PolicyQuestion, Reading, decide};
use crate::cloud::refusal::Refusal;

/// Beginning of the headers that an object keeps as they are.
const META: &str = "x-oss-meta-";
/// What an object is that was written without a content type.
const UNTYPED: &str = "application/octet-stream";

/// An operation: what runs it, and whether it changes something.
pub(crate) type Operation = (
    fn(&mut Storage, &RegionId, &ObjectAsk, &mut Context<'_>) -> Result<Done, Refusal>,
    Kind,
);

/// Finds an operation by name.
pub(crate) fn operation(action: &str) -> Option<Operation> {
    Some(match action {
        "DeleteObject" => (delete_object, Kind::Write),
        "GetObject" | "GetObjectMeta" | "HeadObject" => (get_object, Kind::Read),
        "ListObjectsV2" => (listing::list_objects, Kind::Read),
        "PutBucket" => (put_bucket, Kind::Write),
        "PutObject" => (put_object, Kind::Write),
        _ => return None,
    })
}

/// An operation that ends in an answer of this product.
pub(super) fn done(status: StatusCode, headers: Vec<(HeaderName, String)>, body: impl Into<bytes::Bytes>) -> Done {
    let answer = ObjectAnswer {
        status,
        headers,
        body: body.into(),
    };
    Done::empty().with_object(answer)
}

fn get_object(
    storage: &mut Storage,
    region: &RegionId,
    ask: &ObjectAsk,
    context: &mut Context<'_>,
) -> Result<Done, Refusal> {
    let kept = storage.opened(&ask.bucket, region, context.account())?;
    let object = kept
        .objects
        .get(&ask.key)
        .ok_or_else(|| missing(ask, region, context))?;
    let (wanted, held) = (ask.header("if-match"), ask.header("if-none-match"));
    if !wanted.is_empty() && !is_etag(object, wanted) {
        let message = "At least one of the pre-conditions you specified did not hold.";
        let status = StatusCode::PRECONDITION_FAILED;
        return Err(Refusal::new(status, "PreconditionFailed", message));
    }
    let mut headers = headers_of(object);
    if !held.is_empty() && is_etag(object, held) {
        return Ok(done(StatusCode::NOT_MODIFIED, headers, ""));
    }
    if ask.method == Method::HEAD {
        headers.push((CONTENT_LENGTH, object.body.len().to_string()));
        return Ok(done(StatusCode::OK, headers, ""));
    }
    Ok(done(StatusCode::OK, headers, object.body.clone()))
}

/// Names are taken in the whole cloud. A bucket that the caller has stays as it is
/// (<https://www.alibabacloud.com/help/en/oss/developer-reference/putbucket>).
fn put_bucket(
    storage: &mut Storage,
    region: &RegionId,
    ask: &ObjectAsk,
    context: &mut Context<'_>,
) -> Result<Done, Refusal> {
    let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !(3..=63).contains(&ask.bucket.len()) || !ask.bucket.chars().all(legal) {
        let message = "The specified bucket is not valid.";
        return Err(Refusal::bad_request("InvalidBucketName", message));
    }
    match storage.bucket(&ask.bucket) {
        Some(bucket) if bucket.account == *context.account() && bucket.region == *region => {}
        Some(_) => {
            let message = "The requested bucket name is not available. The bucket namespace is shared by all users of the \
                system. Please select a different name and try again.";
            return Err(Refusal::conflict("BucketAlreadyExists", message));
        }
        None => storage.put_bucket(Bucket {
            name: ask.bucket.clone(),
            account: context.account().clone(),
            region: region.clone(),
        }),
    }
    Ok(done(StatusCode::OK, Vec::new(), ""))
}

fn put_object(
    storage: &mut Storage,
    region: &RegionId,
    ask: &ObjectAsk,
    context: &mut Context<'_>,
) -> Result<Done, Refusal> {
    let kept = storage.opened(&ask.bucket, region, context.account())?;
    check_key(&ask.key)?;
    let announced = ask.header("content-md5");
    if !announced.is_empty() && announced != checksum::content_md5(&ask.body) {
        let message = "The Content-MD5 you specified was invalid.";
        return Err(Refusal::bad_request("InvalidDigest", message));
    }
    let forbid = match ask.header("x-oss-forbid-overwrite") {
        "" | "false" => false,
        "true" => true,
        _ => {
            let message = "The value of x-oss-forbid-overwrite is invalid.";
            return Err(Refusal::bad_request("InvalidArgument", message));
        }
    };
    if forbid && kept.objects.contains_key(&ask.key) {
        let message = "The object you specified already exists and can not be overwritten.";
        return Err(Refusal::conflict("FileAlreadyExists", message));
    }
    let content_type = match ask.header("content-type") {
        "" => UNTYPED,
        given => given,
    };
    let mut object = StoredObject::new(ask.body.clone(), content_type.to_owned(), context.now);
    let sent = ask.headers.iter().filter(|(name, _)| name.as_str().starts_with(META));
    object.meta = sent
        .filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())))
        .collect();
    let headers = vec![
        (ETAG, object.etag.clone()),
        (crc(), checksum::crc64(&object.body).to_string()),
    ];
    kept.objects.insert(ask.key.clone(), object);
    Ok(done(StatusCode::OK, headers, ""))
}

/// What is not there is deleted too.
fn delete_object(
    storage: &mut Storage,
    region: &RegionId,
    ask: &ObjectAsk,
    context: &mut Context<'_>,
) -> Result<Done, Refusal> {
    let kept = storage.opened(&ask.bucket, region, context.account())?;
    kept.objects.remove(&ask.key);
    Ok(done(StatusCode::NO_CONTENT, Vec::new(), ""))
}

/// What somebody hears about a key that is not there.
fn missing(ask: &ObjectAsk, region: &RegionId, context: &Context<'_>) -> Refusal {
    let switches = &context.setup.switches;
    let question = PolicyQuestion {
        action: "oss:ListObjects".to_owned(),
        resource: format!("acs:oss:{region}:{}:{}", context.account(), ask.bucket),
        keys: BTreeMap::new(),
    };
    let documents = context.policies.documents(context.caller.holder());
    let lists = || decide(documents, &question, Reading::of(switches)) == Decision::Allowed;
    if switches.missing_objects_named || lists() {
        Refusal::not_found("NoSuchKey", "The specified key does not exist.")
    } else {
        let message = "You have no right to access this object because of bucket acl.";
        Refusal::forbidden("AccessDenied", message)
    }
}

fn check_key(key: &str) -> Result<(), Refusal> {
    let fits = (1..=1023).contains(&key.len()) && !key.starts_with(['/', '\\']);
    if fits {
        return Ok(());
    }
    let message = "The specified object is not valid.";
    Err(Refusal::bad_request("InvalidObjectName", message))
}

/// Whether a condition names this object's `ETag`, in quotes or not.
fn is_etag(object: &StoredObject, condition: &str) -> bool {
    condition.trim_matches('"') == object.etag.trim_matches('"')
}

fn headers_of(object: &StoredObject) -> Vec<(HeaderName, String)> {
    let mut headers = vec![
        (CONTENT_TYPE, object.content_type.clone()),
        (ETAG, object.etag.clone()),
        (LAST_MODIFIED, http_date(object.modified)),
        (ACCEPT_RANGES, "bytes".to_owned()),
        (HeaderName::from_static("x-oss-object-type"), "Normal".to_owned()),
        (HeaderName::from_static("x-oss-storage-class"), "Standard".to_owned()),
        (crc(), checksum::crc64(&object.body).to_string()),
    ];
    let meta = object.meta.iter();
    headers.extend(meta.filter_map(|(name, value)| Some((name.parse().ok()?, value.clone()))));
    headers
}

fn crc() -> HeaderName {
    HeaderName::from_static("x-oss-hash-crc64ecma")
}

/// `Fri, 24 Feb 2012 06:07:48 GMT`
fn http_date(time: Timestamp) -> String {
    time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
