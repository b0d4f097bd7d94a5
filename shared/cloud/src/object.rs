//! Object Storage Service: small objects, read and written whole. Not here: listing, parts, versions.
//! <https://www.alibabacloud.com/help/en/oss/developer-reference/getobject>

use std::fmt;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, ETAG, IF_NONE_MATCH, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};

use crate::client::{Client, Settings};
use crate::credentials::Credentials;
use crate::deadline::Deadline;
use crate::endpoints::Endpoints;
use crate::error::{CallError, Cause};
use crate::exchange::{AGENT, Outgoing, Style};
use crate::product::Product;
use crate::rpc::{Effect, Repeat, Rpc};
use crate::transport::Transport;

/// Largest object that is read or written, in bytes: it has to fit into a function's memory many times over.
pub const OBJECT_BYTES_MAX: usize = 1024 * 1024;

/// What every object is written as, since what goldcast keeps is JSON and people look at it in the console.
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Refuses to write where an object is. A bucket that keeps versions does not heed it
/// (<https://www.alibabacloud.com/help/en/oss/developer-reference/putobject>).
const FORBID_OVERWRITE: &str = "x-oss-forbid-overwrite";

/// Where an object is, or will be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ObjectPlace {
    /// The bucket's region, such as `cn-hangzhou`.
    pub region: String,
    /// The bucket: 3 to 63 characters of `a–z`, `0–9` and `-`.
    pub bucket: String,
    /// The key: at most 1023 bytes, no slash in front.
    pub key: String,
}

impl ObjectPlace {
    /// A place; whether there can be such a one is checked by the calls.
    pub fn new(region: impl Into<String>, bucket: impl Into<String>, key: impl Into<String>) -> Self {
        Self {
            region: region.into(),
            bucket: bucket.into(),
            key: key.into(),
        }
    }

    /// `/<bucket>/<key>`, as it is signed.
    pub(crate) fn resource(&self) -> String {
        format!("/{self}")
    }
}

impl fmt::Display for ObjectPlace {
    /// `<bucket>/<key>`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.bucket, self.key)
    }
}

/// An object as it was at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// What it holds.
    pub body: Bytes,
    /// What changes with the body, without quotes; empty if the cloud did not say.
    pub etag: String,
}

/// What came of reading an object of which something is known already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reread {
    /// It is what it was.
    Same,
    /// It is this now.
    Changed(Object),
    /// There is none of this key.
    Missing,
}

/// An object's request before it is signed.
struct ObjectRequest<'a> {
    place: &'a ObjectPlace,
    /// What is to be written; nothing for reading.
    body: Option<Bytes>,
    /// What the object is not read again as long as it is it, or not written if there is one.
    condition: Option<Condition<'a>>,
}

/// When a request for an object is carried out.
#[derive(Clone, Copy)]
enum Condition<'a> {
    /// It is not of this `ETag` any more.
    Unlike(&'a str),
    /// There is none of this key.
    Absent,
}

impl Style for ObjectRequest<'_> {
    fn signed(&self, settings: &Settings, credentials: &Credentials) -> Result<Request<Bytes>, Cause> {
        let mut request = self.unsigned(&settings.endpoints)?;
        request
            .headers_mut()
            .insert(USER_AGENT, HeaderValue::from_static(AGENT));
        let (place, now) = (self.place, settings.clock.now());
        goldcast_signing::oss4::sign(&mut request, &credentials.key(), &place.region, &place.resource(), now)?;
        Ok(request)
    }
}

impl ObjectRequest<'_> {
    fn unsigned(&self, endpoints: &Endpoints) -> Result<Request<Bytes>, Cause> {
        let mut request = Request::new(self.body.clone().unwrap_or_default());
        *request.uri_mut() = endpoints.object(self.place)?;
        if self.body.is_some() {
            *request.method_mut() = Method::PUT;
            request.headers_mut().insert(CONTENT_TYPE, JSON);
        }
        match self.condition {
            Some(Condition::Unlike(etag)) => {
                let quoted = HeaderValue::try_from(format!("\"{etag}\"")).map_err(http::Error::from)?;
                request.headers_mut().insert(IF_NONE_MATCH, quoted);
            }
            Some(Condition::Absent) => {
                request
                    .headers_mut()
                    .insert(FORBID_OVERWRITE, HeaderValue::from_static("true"));
            }
            None => {}
        }
        Ok(request)
    }
}

impl<T: Transport> Client<T> {
    /// Reads an object; `None` if the bucket has none of this key. One larger than [`OBJECT_BYTES_MAX`] is an error.
    pub async fn get_object(&self, place: &ObjectPlace, deadline: Deadline) -> Result<Option<Object>, CallError> {
        match self.get_object_unless(place, "", deadline).await? {
            Reread::Changed(object) => Ok(Some(object)),
            Reread::Same | Reread::Missing => Ok(None),
        }
    }

    /// Reads an object unless its `ETag` is this one; an empty one is none's. An object larger than [`OBJECT_BYTES_MAX`] is an
    /// error (<https://www.alibabacloud.com/help/en/oss/developer-reference/getobject>).
    pub async fn get_object_unless(
        &self,
        place: &ObjectPlace,
        held: &str,
        deadline: Deadline,
    ) -> Result<Reread, CallError> {
        let rpc = called("GetObject", Effect::Read, place);
        let request = ObjectRequest {
            place,
            body: None,
            condition: Some(held).filter(|etag| !etag.is_empty()).map(Condition::Unlike),
        };
        let outgoing = Outgoing {
            rpc: &rpc,
            style: Some(&request),
        };
        let mut reread = Reread::Same;
        let mut read = |response: &Response<Bytes>| {
            if response.body().len() > OBJECT_BYTES_MAX {
                return Err(Cause::ObjectTooLarge);
            }
            if response.status() != StatusCode::NOT_MODIFIED {
                reread = Reread::Changed(Object {
                    body: response.body().clone(),
                    etag: etag(response.headers()),
                });
            }
            Ok(())
        };
        match self.fetch(outgoing, deadline, &mut read).await {
            Err(error) if error.is_code("NoSuchKey") => Ok(Reread::Missing),
            outcome => outcome.map(|()| reread),
        }
    }

    /// Writes an object of JSON, in place of any that is there, and gives its `ETag`. It is written whole or not at all, and
    /// whoever reads it afterwards sees it.
    pub async fn put_object(
        &self,
        place: &ObjectPlace,
        body: impl Into<Bytes> + Send,
        deadline: Deadline,
    ) -> Result<String, CallError> {
        self.write_object(place, body.into(), None, deadline).await
    }

    /// Writes an object of JSON where there is none, and gives its `ETag`; where there is one, the cloud refuses with
    /// `FileAlreadyExists`.
    pub async fn put_new_object(
        &self,
        place: &ObjectPlace,
        body: impl Into<Bytes> + Send,
        deadline: Deadline,
    ) -> Result<String, CallError> {
        self.write_object(place, body.into(), Some(Condition::Absent), deadline)
            .await
    }

    async fn write_object(
        &self,
        place: &ObjectPlace,
        body: Bytes,
        condition: Option<Condition<'_>>,
        deadline: Deadline,
    ) -> Result<String, CallError> {
        let rpc = called("PutObject", Effect::Write(Repeat::Safe), place);
        if body.len() > OBJECT_BYTES_MAX {
            return Err(CallError::new(&rpc, 0, Cause::ObjectTooLarge));
        }
        let request = ObjectRequest {
            place,
            body: Some(body),
            condition,
        };
        let outgoing = Outgoing {
            rpc: &rpc,
            style: Some(&request),
        };
        let mut written = String::new();
        let mut read = |response: &Response<Bytes>| {
            written = etag(response.headers());
            Ok(())
        };
        self.fetch(outgoing, deadline, &mut read).await?;
        Ok(written)
    }
}

/// What the call is called in counts, rates and messages.
fn called(action: &'static str, effect: Effect, place: &ObjectPlace) -> Rpc {
    Rpc::new(Product::Oss, action, effect)
        .at_endpoint_of(&place.region)
        .about(&place.to_string())
}

fn etag(headers: &HeaderMap) -> String {
    let quoted = headers.get(ETAG).and_then(|value| value.to_str().ok());
    quoted.unwrap_or_default().trim_matches('"').to_owned()
}
