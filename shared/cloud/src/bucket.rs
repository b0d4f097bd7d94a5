//! Object Storage Service for whoever deploys: buckets are made, and files written that are larger than what goldcast itself
//! keeps. Not here: small objects of JSON (`object`).
//! <https://www.alibabacloud.com/help/en/oss/developer-reference/putbucket>

use bytes::Bytes;
use http::header::{CONTENT_TYPE, USER_AGENT};
use http::{HeaderValue, Method, Request, Response};

use crate::client::{Client, Settings};
use crate::credentials::Credentials;
use crate::deadline::Deadline;
use crate::error::{CallError, Cause};
use crate::exchange::{AGENT, Outgoing, Style};
use crate::object::ObjectPlace;
use crate::product::Product;
use crate::rpc::{Effect, Repeat, Rpc};
use crate::transport::Transport;

/// Something that is put, before it is signed.
struct Put<'a> {
    place: &'a ObjectPlace,
    /// The file; nothing makes the bucket.
    file: Option<(Bytes, &'a str)>,
}

impl Style for Put<'_> {
    fn signed(&self, settings: &Settings, credentials: &Credentials) -> Result<Request<Bytes>, Cause> {
        let place = self.place;
        let mut request = Request::new(Bytes::new());
        *request.method_mut() = Method::PUT;
        let resource = if let Some((body, kind)) = &self.file {
            *request.uri_mut() = settings.endpoints.object(place)?;
            request.body_mut().clone_from(body);
            let kind = HeaderValue::from_str(kind).map_err(http::Error::from)?;
            request.headers_mut().insert(CONTENT_TYPE, kind);
            place.resource()
        } else {
            *request.uri_mut() = settings.endpoints.bucket(place)?;
            format!("/{}/", place.bucket)
        };
        request
            .headers_mut()
            .insert(USER_AGENT, HeaderValue::from_static(AGENT));
        let now = settings.clock.now();
        goldcast_signing::oss4::sign(&mut request, &credentials.key(), &place.region, &resource, now)?;
        Ok(request)
    }
}

impl<T: Transport> Client<T> {
    /// Makes a private bucket. One that the caller has already stays as it is; one of somebody else's is refused with
    /// `BucketAlreadyExists`.
    pub async fn put_bucket(&self, region: &str, bucket: &str, deadline: Deadline) -> Result<(), CallError> {
        let place = ObjectPlace::new(region, bucket, "");
        let put = Put {
            place: &place,
            file: None,
        };
        self.put("PutBucket", &put, deadline).await
    }

    /// Writes a file of some content type, in place of any that is there. The caller bounds its size.
    pub async fn put_file(
        &self,
        place: &ObjectPlace,
        body: Bytes,
        content_type: &str,
        deadline: Deadline,
    ) -> Result<(), CallError> {
        let put = Put {
            place,
            file: Some((body, content_type)),
        };
        self.put("PutObject", &put, deadline).await
    }

    async fn put(&self, action: &'static str, put: &Put<'_>, deadline: Deadline) -> Result<(), CallError> {
        let rpc = Rpc::new(Product::Oss, action, Effect::Write(Repeat::Safe))
            .at_endpoint_of(&put.place.region)
            .about(put.place.to_string().trim_end_matches('/'));
        let outgoing = Outgoing {
            rpc: &rpc,
            style: Some(put),
        };
        let mut read = |_: &Response<Bytes>| Ok(());
        self.fetch(outgoing, deadline, &mut read).await
    }
}
