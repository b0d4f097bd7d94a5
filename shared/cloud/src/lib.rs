//! A client for the Alibaba Cloud operations that goldcast needs: signed, paced, repeated, read to the end.
//!
//! Each operation is a struct of named parameters. [`Client::send`] gives its typed answer, [`Client::list`] reads a
//! paged listing whole, and [`Client::call`] takes any other operation as an [`Rpc`]. [`Client::get_object`] and
//! [`Client::put_object`] read and write small objects, [`Client::get`] reads what is called by path. Every call has a [`Deadline`];
//! every error says whose move it is ([`CallError::class`]) and, where a person can help, how ([`CallError::advice`]).
//!
//! This room knows no golden image and decides nothing. It reads no environment: variables and files are handed to it.
//!
//! ```
//! use std::time::Duration;
//!
//! use bytes::Bytes;
//! use goldcast_cloud::ecs::DescribeImages;
//! use goldcast_cloud::{Client, Credentials, Deadline, Endpoints, Settings, Site, Transport, TransportError};
//!
//! /// Answers without a network, as a test does.
//! struct OneImage;
//!
//! impl Transport for OneImage {
//!     async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError> {
//!         assert_eq!(request.uri().host(), Some("ecs.cn-beijing.aliyuncs.com"));
//!         let page = r#"{"TotalCount":1,"Images":{"Image":[{"ImageId":"m-2ze","Status":"Available"}]}}"#;
//!         Ok(http::Response::new(Bytes::from(page)))
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let credentials = Credentials::new("testid", "testsecret".into(), None);
//! let client = Client::new(OneImage, Settings::new(Endpoints::new(Site::China)), credentials.into());
//!
//! let ours = DescribeImages {
//!     region_id: "cn-beijing".to_owned(),
//!     image_owner_alias: Some("self".to_owned()),
//!     ..DescribeImages::default()
//! };
//! let images = client.list(&ours, Deadline::after(Duration::from_secs(60))).await?;
//! assert_eq!(images[0].image_id, "m-2ze");
//! assert_eq!(client.calls().reads(), 1);
//! # Ok(())
//! # }
//! ```

mod advice;
mod answer;
mod bucket;
mod call_log;
mod client;
mod clock;
mod credentials;
mod deadline;
pub mod directory;
pub mod ecs;
mod endpoints;
mod error;
pub mod eventbridge;
mod exchange;
pub mod fc;
mod http_transport;
pub mod kms;
mod object;
pub mod oos;
mod pacing;
mod paging;
mod path;
mod product;
pub mod quotas;
pub mod ram;
mod randomness;
mod refusal;
mod retry;
pub mod ros;
mod rpc;
mod server_time;
pub mod sharing;
pub mod sts;
mod transport;
mod wire;
mod xml;

pub use call_log::CallCounts;
pub use client::{Client, Settings};
pub use clock::Clock;
pub use credentials::{CredentialError, CredentialSource, Credentials, Role};
pub use deadline::Deadline;
pub use endpoints::{EndpointError, Endpoints, OverridesError};
pub use error::{CallError, CallName, Cause, Class};
pub use http_transport::{HttpClientError, HttpTransport, http_client};
pub use object::{OBJECT_BYTES_MAX, Object, ObjectPlace, Reread};
pub use pacing::{Pacing, Rate};
pub use paging::Page;
pub use path::Reading;
pub use product::{Product, Site};
pub use randomness::{NoRandomness, Randomness};
pub use refusal::{AccessDenied, Refusal};
pub use retry::RetryPolicy;
pub use rpc::{Done, Effect, Listing, Operation, OverLimit, Paging, Repeat, Rpc, Tag};
pub use transport::{BODY_BYTES_MAX, NoAnswer, Transport, TransportError};
pub use wire::{FromJson, Json, Misread};
