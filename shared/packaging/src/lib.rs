//! What is deployed: every function built alone and packed into a zip that has the same bytes wherever it is made.
//!
//! [`Checkout`] builds programs, [`Package`] packs one with its policy, [`Manifest`] says what was packed and by which
//! prefix the code is known to the cloud. Not here: who is told about it, and bringing it to the cloud.
//!
//! ```
//! use goldcast_packaging::{Manifest, Package, TARGET};
//!
//! # let program = goldcast_packaging::sample_program();
//! let sweep = Package::new("sweep", &program, br#"{"policies":{}}"#)?;
//! assert_eq!(sweep.listing.file, "sweep.zip");
//! let manifest = Manifest::new("0.1.0", None, TARGET, &[sweep]);
//! assert!(manifest.code_prefix.starts_with("goldcast/0.1.0-"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod archive;
mod checkout;
mod checksum;
mod manifest;
mod package;
mod program;

pub use archive::{ArchiveError, Entry, archive};
pub use checkout::{BuildError, Checkout, TARGET};
pub use checksum::{crc64, sha256};
pub use manifest::{FORMAT, Listing, MANIFEST, Manifest, ManifestError};
pub use package::{PACKAGE_BYTES_MAX, Package, PackageError};
pub use program::{NotShippable, check_static, sample_program};
