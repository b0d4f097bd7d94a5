//! Finding keys where the official tools look for them: the environment, then the profile file of the `aliyun` command.
//!
//! Order: <https://github.com/aliyun/credentials-python>. Keys from
//! the metadata of a virtual machine and single sign-on are not looked for.

use std::path::{Path, PathBuf};

use secrecy::SecretString;

use super::{CredentialSource, Credentials, profile};

const KEY_ID: &str = "ALIBABA_CLOUD_ACCESS_KEY_ID";
const KEY_SECRET: &str = "ALIBABA_CLOUD_ACCESS_KEY_SECRET";
const TOKEN: &str = "ALIBABA_CLOUD_SECURITY_TOKEN";
const PROFILE: &str = "ALIBABA_CLOUD_PROFILE";
const PROFILE_DISABLED: &str = "ALIBABA_CLOUD_CLI_PROFILE_DISABLED";

/// There are no keys, or what should hold them cannot be used. Holds no secret.
#[derive(Debug, thiserror::Error)]
pub enum CredentialError {
    /// Nothing that could hold keys was found.
    #[error("no access key was found; looked for {}", looked_for.join(", "))]
    Missing {
        /// Every place that was looked at.
        looked_for: Vec<String>,
    },
    /// One half of a key is there.
    #[error("{present} is set and {absent} is not")]
    Half {
        /// The variable that is set.
        present: &'static str,
        /// The variable that is not.
        absent: &'static str,
    },
    /// The profile file cannot be read.
    #[error("read the profiles in {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The profile file is not what the `aliyun` command writes. Its content is not repeated.
    #[error("the profiles in {} cannot be read at line {line} column {column}", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// Where it stops making sense, from 1.
        line: usize,
        /// Where in the line, from 1.
        column: usize,
    },
    /// The file has no profile of that name.
    #[error("{} has no profile {profile:?}", path.display())]
    NoProfile {
        /// The file.
        path: PathBuf,
        /// The profile looked for.
        profile: String,
    },
    /// The profile gets its keys in a way that is not built in.
    #[error("profile {profile:?} in {} has mode {mode:?}; usable are AK, StsToken, RamRoleArn and ChainableRamRoleArn", path.display())]
    Mode {
        /// The file.
        path: PathBuf,
        /// The profile.
        profile: String,
        /// Its mode.
        mode: String,
    },
    /// The profile lacks what its mode needs.
    #[error("profile {profile:?} in {} has no {field}", path.display())]
    Field {
        /// The file.
        path: PathBuf,
        /// The profile.
        profile: String,
        /// What is missing.
        field: &'static str,
    },
    /// Profiles that build on each other never end.
    #[error("the source of profile {profile:?} in {} leads too far or back to itself", path.display())]
    Chain {
        /// The file.
        path: PathBuf,
        /// The profile.
        profile: String,
    },
}

impl CredentialSource {
    /// Keys from variables, which `variable` looks up: `ALIBABA_CLOUD_ACCESS_KEY_ID`, `…_SECRET` and, for temporary
    /// keys, `ALIBABA_CLOUD_SECURITY_TOKEN`. `None` if neither id nor secret is set; empty counts as not set.
    pub fn from_variables(variable: &dyn Fn(&str) -> Option<String>) -> Result<Option<Self>, CredentialError> {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        match (set(KEY_ID), set(KEY_SECRET)) {
            (None, None) => Ok(None),
            (Some(_), None) => Err(CredentialError::Half {
                present: KEY_ID,
                absent: KEY_SECRET,
            }),
            (None, Some(_)) => Err(CredentialError::Half {
                present: KEY_SECRET,
                absent: KEY_ID,
            }),
            (Some(id), Some(secret)) => {
                let token = set(TOKEN).map(SecretString::from);
                Ok(Some(Credentials::new(id, secret.into(), token).into()))
            }
        }
    }

    /// Keys from a profile of `config.json` as the `aliyun` command writes it: the named one, else the `current` one.
    pub fn from_profile(path: &Path, profile: Option<&str>) -> Result<Self, CredentialError> {
        profile::read(path, profile)
    }

    /// Keys from the first place that has them: the variables, then `~/.aliyun/config.json` (the profile that
    /// `ALIBABA_CLOUD_PROFILE` names, unless `ALIBABA_CLOUD_CLI_PROFILE_DISABLED` is `true`).
    pub fn discover(variable: &dyn Fn(&str) -> Option<String>) -> Result<Self, CredentialError> {
        if let Some(found) = Self::from_variables(variable)? {
            return Ok(found);
        }
        let mut looked_for = vec![KEY_ID.to_owned(), KEY_SECRET.to_owned()];
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        if set(PROFILE_DISABLED).is_some_and(|disabled| disabled.eq_ignore_ascii_case("true")) {
            looked_for.push(format!("no profile, since {PROFILE_DISABLED} is set"));
            return Err(CredentialError::Missing { looked_for });
        }
        let Some(home) = set("HOME").or_else(|| set("USERPROFILE")) else {
            looked_for.push("no profile, since HOME is not set".to_owned());
            return Err(CredentialError::Missing { looked_for });
        };
        let path = Path::new(&home).join(".aliyun").join("config.json");
        if path.exists() {
            return Self::from_profile(&path, set(PROFILE).as_deref());
        }
        looked_for.push(path.display().to_string());
        Err(CredentialError::Missing { looked_for })
    }
}
