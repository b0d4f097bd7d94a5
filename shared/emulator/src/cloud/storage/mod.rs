//! Object Storage Service as far as small objects need it: buckets, and objects that are read, written, listed and deleted
//! whole. Not here: deleting buckets, parts, versions, ACLs, bucket policies, signed URLs.
//!
//! A bucket has an owner and a region, and only its owner's identities get at it.

mod answer;
mod ask;
mod checksum;
mod listing;
mod needs;
mod operations;

use std::collections::BTreeMap;

use bytes::Bytes;
use goldcast_domain::{AccountId, RegionId};
use jiff::Timestamp;

pub(crate) use answer::{ObjectAnswer, refused, response};
pub(crate) use ask::ObjectAsk;
pub(crate) use needs::needs;
pub(crate) use operations::{Operation, operation};

use super::organisation::Organisation;
use super::refusal::Refusal;

/// The API version of Object Storage Service, which no request names.
pub(crate) const VERSION: &str = "2019-05-17";

/// A bucket. Names are unique in the whole cloud.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    /// Its name: 3 to 63 characters of `a–z`, `0–9` and `-`.
    pub name: String,
    /// The account that owns it.
    pub account: AccountId,
    /// The region whose endpoint serves it.
    pub region: RegionId,
}

/// What is kept under a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredObject {
    /// What was written.
    pub body: Bytes,
    /// The content type that it was written with.
    pub content_type: String,
    /// MD5 of the body in capitals, with quotes.
    pub etag: String,
    /// When it was written last.
    pub modified: Timestamp,
    /// Headers `x-oss-meta-*` that it was written with.
    pub(super) meta: Vec<(String, String)>,
}

/// A bucket with its objects by key.
#[derive(Debug, Clone)]
struct Kept {
    bucket: Bucket,
    objects: BTreeMap<String, StoredObject>,
}

/// All buckets, by name.
#[derive(Debug, Default)]
pub(crate) struct Storage {
    buckets: BTreeMap<String, Kept>,
}

impl Storage {
    pub(crate) fn new(organisation: &Organisation) -> Self {
        let mut storage = Self::default();
        for bucket in &organisation.buckets {
            storage.put_bucket(bucket.clone());
        }
        storage
    }

    /// Adds an empty bucket; one of the same name goes, with all that is in it.
    pub(crate) fn put_bucket(&mut self, bucket: Bucket) {
        let kept = Kept {
            bucket,
            objects: BTreeMap::new(),
        };
        self.buckets.insert(kept.bucket.name.clone(), kept);
    }

    /// A bucket by name.
    fn bucket(&self, name: &str) -> Option<&Bucket> {
        self.buckets.get(name).map(|kept| &kept.bucket)
    }

    /// The objects of a bucket, in order of key; none if there is no such bucket.
    pub(crate) fn objects(&self, bucket: &str) -> impl Iterator<Item = (&str, &StoredObject)> {
        let kept = self.buckets.get(bucket).into_iter();
        kept.flat_map(|kept| kept.objects.iter().map(|(key, object)| (key.as_str(), object)))
    }

    /// Writes an object from outside of the cloud. Gives `false` if there is no such bucket.
    pub(crate) fn write(&mut self, bucket: &str, key: &str, body: Bytes, now: Timestamp) -> bool {
        let Some(kept) = self.buckets.get_mut(bucket) else {
            return false;
        };
        let object = StoredObject::new(body, "application/json".to_owned(), now);
        kept.objects.insert(key.to_owned(), object);
        true
    }

    /// Forgets the buckets of an account that is gone.
    pub(crate) fn forget(&mut self, account: &AccountId) {
        self.buckets.retain(|_, kept| kept.bucket.account != *account);
    }

    /// The bucket that a request names, at the endpoint that serves it, for its owner. Which of several refusals comes
    /// first is a guess.
    fn opened(&mut self, name: &str, region: &RegionId, account: &AccountId) -> Result<&mut Kept, Refusal> {
        let missing = || Refusal::not_found("NoSuchBucket", "The specified bucket does not exist.");
        let kept = self.buckets.get_mut(name).ok_or_else(missing)?;
        if kept.bucket.region != *region {
            let message = "The bucket you are attempting to access must be addressed using the specified endpoint. \
                Please send all future requests to this endpoint.";
            return Err(Refusal::forbidden("AccessDenied", message));
        }
        if kept.bucket.account != *account {
            let message = "The bucket you access does not belong to you.";
            return Err(Refusal::forbidden("AccessDenied", message));
        }
        Ok(kept)
    }
}

impl StoredObject {
    fn new(body: Bytes, content_type: String, modified: Timestamp) -> Self {
        Self {
            etag: checksum::etag(&body),
            body,
            content_type,
            modified,
            meta: Vec::new(),
        }
    }
}
