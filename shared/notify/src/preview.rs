//! One message of every kind and one channel of every platform, and what is sent as readable text: for trying out a
//! language or a platform, and for the tests. Nothing here is ever sent by a function.
//!
//! ```
//! use goldcast_notify::{Kind, Language, Manner, preview};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let at = "2026-11-20T08:00:00Z".parse()?;
//! let manner = Manner { language: Language::Chinese, ..Manner::default() };
//! for (platform, channel) in preview::channels(&manner)? {
//!     let outgoing = channel.render(&preview::message(Kind::Recalled, at), at)?;
//!     assert!(preview::readable(outgoing.request().body()).contains("corp-linux-2026.11"), "{platform}");
//! }
//! # Ok(())
//! # }
//! ```

mod channels;
mod readable;
mod samples;

pub use channels::{PLATFORMS, Platform, PreviewError, channels};
pub use readable::readable;
pub use samples::{digest, message};
