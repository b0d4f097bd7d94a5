//! What was packed, for whoever uploads and deploys it: sizes, checksums, and the prefix that the code is kept under.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::checksum::sha256;
use crate::package::Package;

/// The name of the manifest beside the packages.
pub const MANIFEST: &str = "manifest.json";
/// The form of the manifest; it rises when a reader of the old form would misread the new one.
pub const FORMAT: u32 = 1;
/// Digits of the digest in the prefix: the chance that two of a million releases share them is one in 500.
const DIGEST_CHARS: usize = 12;

/// What was packed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The form of this file: [`FORMAT`].
    pub format: u32,
    /// The version of goldcast.
    pub version: String,
    /// The commit it was built from, with `-modified` behind it if files had been changed since; none outside of a
    /// repository.
    pub commit: Option<String>,
    /// The target it was built for.
    pub target: String,
    /// SHA-256 over the names and digests of all packages.
    pub digest: String,
    /// Where the packages are kept in a bucket: `goldcast/<version>-<digest>`. New code has a new prefix, since the cloud
    /// compares names and not contents.
    pub code_prefix: String,
    /// The packages, in order of function.
    pub packages: Vec<Listing>,
}

/// One package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listing {
    /// The function.
    pub function: String,
    /// The zip, beside the manifest and below the prefix.
    pub file: String,
    /// Its size.
    pub bytes: usize,
    /// Its SHA-256 in hexadecimal digits.
    pub sha256: String,
    /// Its CRC-64 in decimal digits, as Function Compute and object storage write it.
    pub crc64: String,
    /// Size of the program, unpacked.
    pub program_bytes: usize,
    /// Size of the policy, unpacked.
    pub policy_bytes: usize,
}

/// Why there is no manifest.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// It cannot be read.
    #[error("{place} could not be read")]
    Read {
        /// The file.
        place: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// It is something else.
    #[error("{place} is no manifest of this version of goldcast")]
    Parse {
        /// The file.
        place: String,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// A package is not the one that was packed.
    #[error("{0} is not the package that the manifest lists")]
    Changed(String),
}

impl Manifest {
    /// The manifest of these packages.
    pub fn new(version: &str, commit: Option<String>, target: &str, packages: &[Package]) -> Self {
        let mut packages: Vec<Listing> = packages.iter().map(|package| package.listing.clone()).collect();
        packages.sort_by(|one, other| one.function.cmp(&other.function));
        let lines = packages
            .iter()
            .map(|package| [&package.sha256, "  ", &package.file, "\n"].concat());
        let digest = sha256(lines.collect::<String>().as_bytes());
        let short = digest.get(..DIGEST_CHARS).unwrap_or(&digest);
        Self {
            format: FORMAT,
            version: version.to_owned(),
            commit,
            target: target.to_owned(),
            code_prefix: format!("goldcast/{version}-{short}"),
            digest,
            packages,
        }
    }

    /// Reads the manifest of a folder.
    pub fn read(folder: &Path) -> Result<Self, ManifestError> {
        let path = folder.join(MANIFEST);
        let place = path.display().to_string();
        let text = std::fs::read_to_string(&path).map_err(|source| ManifestError::Read {
            place: place.clone(),
            source,
        })?;
        serde_json::from_str(&text).map_err(|source| ManifestError::Parse { place, source })
    }

    /// The manifest as it is written.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }
}

impl Listing {
    /// Reads the package that this lists, and makes sure that it is this one.
    pub fn read(&self, folder: &Path) -> Result<Vec<u8>, ManifestError> {
        let path = folder.join(&self.file);
        let bytes = std::fs::read(&path).map_err(|source| ManifestError::Read {
            place: path.display().to_string(),
            source,
        })?;
        if sha256(&bytes) == self.sha256 {
            Ok(bytes)
        } else {
            Err(ManifestError::Changed(path.display().to_string()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkout::TARGET;
    use crate::program::sample_program;

    fn packed(policy: &str) -> Vec<Package> {
        let functions = ["sweep", "image-created"].into_iter();
        functions
            .map(|function| Package::new(function, &sample_program(), policy.as_bytes()).unwrap())
            .collect()
    }

    #[test]
    fn new_code_or_a_new_policy_has_a_new_prefix() {
        let one = Manifest::new("1.2.3", None, TARGET, &packed("{}"));
        assert_eq!(one, Manifest::new("1.2.3", None, TARGET, &packed("{}")));
        assert_eq!(
            one.packages.iter().map(|p| p.file.as_str()).collect::<Vec<_>>(),
            ["image-created.zip", "sweep.zip"]
        );
        assert!(one.code_prefix.starts_with("goldcast/1.2.3-"), "{}", one.code_prefix);
        let other = Manifest::new("1.2.3", None, TARGET, &packed(r#"{"serial":2}"#));
        assert_ne!(one.code_prefix, other.code_prefix);
    }

    #[test]
    fn what_is_read_is_what_was_written_or_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let packages = packed("{}");
        let manifest = Manifest::new("1.2.3", Some("0123abc".to_owned()), TARGET, &packages);
        std::fs::write(folder.path().join(MANIFEST), manifest.to_json()).unwrap();
        for package in &packages {
            std::fs::write(folder.path().join(&package.listing.file), &package.zip).unwrap();
        }
        let read = Manifest::read(folder.path()).unwrap();
        assert_eq!(read, manifest);
        assert_eq!(read.packages[1].read(folder.path()).unwrap(), packages[0].zip);
        std::fs::write(folder.path().join("sweep.zip"), "other").unwrap();
        let changed = read.packages[1].read(folder.path()).unwrap_err();
        assert!(matches!(changed, ManifestError::Changed(_)), "{changed}");
    }
}
