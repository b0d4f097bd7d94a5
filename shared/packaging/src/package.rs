//! One function as it is deployed: its program and its policy in a zip. Not here: how the program came about.

use crate::archive::{ArchiveError, Entry, archive};
use crate::checksum::{crc64, sha256};
use crate::manifest::Listing;
use crate::program::{NotShippable, check_static};

/// Largest package, in bytes. The cloud takes far more; fetching the code is what a cold start waits for, so growth is to
/// be noticed.
pub const PACKAGE_BYTES_MAX: usize = 2 * 1024 * 1024;

/// What Function Compute starts in a custom runtime unless told otherwise.
const PROGRAM: &str = "bootstrap";
/// What `GOLDCAST_POLICY` names, below `/code`.
const POLICY: &str = "policy.json";

/// A package, ready to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// The zip.
    pub zip: Vec<u8>,
    /// What the manifest says of it.
    pub listing: Listing,
}

/// Why there is no package.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// The program would not start everywhere.
    #[error("{function} cannot be shipped: {source}")]
    Program {
        /// The function.
        function: String,
        /// What is wrong with its program.
        source: NotShippable,
    },
    /// There is no archive.
    #[error("pack {function}")]
    Archive {
        /// The function.
        function: String,
        /// Why.
        source: ArchiveError,
    },
    /// The package is larger than [`PACKAGE_BYTES_MAX`].
    #[error("the package of {function} has {bytes} bytes, and {PACKAGE_BYTES_MAX} is the limit")]
    TooLarge {
        /// The function.
        function: String,
        /// Its size.
        bytes: usize,
    },
}

impl Package {
    /// Packs a program with the policy that it reads. The same bytes go in, the same come out.
    pub fn new(function: &str, program: &[u8], policy: &[u8]) -> Result<Self, PackageError> {
        let named = || function.to_owned();
        check_static(program).map_err(|source| PackageError::Program {
            function: named(),
            source,
        })?;
        let entries = [
            Entry {
                name: PROGRAM,
                mode: 0o755,
                body: program,
            },
            Entry {
                name: POLICY,
                mode: 0o644,
                body: policy,
            },
        ];
        let zip = archive(&entries).map_err(|source| PackageError::Archive {
            function: named(),
            source,
        })?;
        if zip.len() > PACKAGE_BYTES_MAX {
            return Err(PackageError::TooLarge {
                function: named(),
                bytes: zip.len(),
            });
        }
        let listing = Listing {
            function: named(),
            file: format!("{function}.zip"),
            bytes: zip.len(),
            sha256: sha256(&zip),
            crc64: crc64(&zip).to_string(),
            program_bytes: program.len(),
            policy_bytes: policy.len(),
        };
        Ok(Self { zip, listing })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::sample_program;

    #[test]
    fn a_package_says_what_is_in_it() {
        let package = Package::new("sweep", &sample_program(), b"{}").unwrap();
        assert_eq!(package.listing.bytes, package.zip.len());
        assert_eq!(package.listing.sha256, sha256(&package.zip));
        assert_eq!((package.listing.program_bytes, package.listing.policy_bytes), (120, 2));
        assert_eq!(Package::new("sweep", &sample_program(), b"{}").unwrap(), package);
    }

    #[test]
    fn what_would_not_start_is_not_packed() {
        let refused = Package::new("sweep", b"#!/bin/sh", b"{}").unwrap_err();
        assert_eq!(
            refused.to_string(),
            "sweep cannot be shipped: it is no complete 64-bit ELF program"
        );
    }

    #[test]
    fn a_package_that_has_grown_too_large_is_refused() {
        // Digits that repeat nothing for long enough do not shrink to nothing.
        let mut program = sample_program();
        let mut state = 1_u64;
        for _ in 0..PACKAGE_BYTES_MAX / 8 + 1024 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            program.extend_from_slice(&state.to_le_bytes());
        }
        let refused = Package::new("sweep", &program, b"{}").unwrap_err();
        assert!(matches!(refused, PackageError::TooLarge { .. }), "{refused}");
    }
}
