//! Alibaba Cloud request signatures, V1, V3 and the fourth of Object Storage Service, made and checked.
//!
//! Both sides of the wire share this room: the client signs with it, the simulated cloud verifies with it, and the
//! official vectors prove both. **Invariant:** no I/O, no clock and no randomness; the moment and the nonce are
//! arguments. Not here: which keys exist, how old a request may be, and whether a nonce was used before.
//!
//! The rules are those of <https://help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature>
//! and <https://help.aliyun.com/zh/sdk/product-overview/rpc-mechanism>; those of Object Storage Service stand in [`oss4`].
//!
//! ```
//! use bytes::Bytes;
//! use goldcast_signing::{Key, v3};
//!
//! let mut request = http::Request::post("https://ecs.cn-beijing.aliyuncs.com/?RegionId=cn-beijing")
//!     .header("x-acs-action", "DescribeRegions")
//!     .header("x-acs-version", "2014-05-26")
//!     .body(Bytes::new())?;
//! let key = Key { id: "testid", secret: "testsecret", token: None };
//! v3::sign(&mut request, &key, "2026-01-02T03:04:05Z".parse()?, "4448e6f4")?;
//!
//! let authorization: v3::Authorization = request.headers()["authorization"].to_str()?.parse()?;
//! assert_eq!(authorization.key_id, "testid");
//! v3::verify("testsecret", &request, &authorization)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod authorization;
mod encoding;
mod hex;
mod key;
pub mod oss4;
pub mod v1;
pub mod v3;

pub use encoding::{canonical_query, form_decode, percent_encode};
pub use key::Key;
