//! Which policy file is meant, so that the commands work in any folder.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use goldcast_domain::PolicyFile;
use goldcast_domain::policy::authoring;

use crate::policy::{self, Unread};

/// The file that is taken if none is named.
const FILE_DEFAULT: &str = "goldcast.toml";
/// The example, for folders that have no policy file.
const EXAMPLE: &str = include_str!("../../../goldcast.toml");

/// A policy that could be read.
#[derive(Debug)]
pub(crate) enum PolicySource {
    /// A file.
    File { policy: PolicyFile, path: PathBuf },
    /// The example that is part of this program.
    Example { policy: PolicyFile },
}

impl PolicySource {
    /// The file that was named, else the one in the current folder, else the example.
    pub(crate) fn find(named: Option<&Path>) -> Result<Self, Unread> {
        let default = Path::new(FILE_DEFAULT);
        match named {
            Some(path) => Self::file(path),
            None if default.exists() => Self::file(default),
            None => authoring::read(EXAMPLE)
                .map(|policy| Self::Example { policy })
                .map_err(|mistakes| Unread::Mistakes {
                    file: PathBuf::from("the example"),
                    text: EXAMPLE.to_owned(),
                    mistakes,
                }),
        }
    }

    fn file(path: &Path) -> Result<Self, Unread> {
        let policy = policy::read(path)?;
        let path = path
            .canonicalize()
            .map_err(|error| Unread::File(path.to_owned(), error))?;
        Ok(Self::File { policy, path })
    }

    /// The policy and where it can be read: the example is written into the scratch folder for that.
    pub(super) fn settle(self, scratch: &Path) -> anyhow::Result<(PolicyFile, PathBuf)> {
        match self {
            Self::File { policy, path } => Ok((policy, path)),
            Self::Example { policy } => {
                let path = scratch.join(FILE_DEFAULT);
                std::fs::write(&path, EXAMPLE).with_context(|| format!("{} could not be written", path.display()))?;
                Ok((policy, path))
            }
        }
    }
}
