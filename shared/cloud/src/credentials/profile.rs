//! The profile file of the `aliyun` command, <https://github.com/aliyun/aliyun-cli>.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use super::{CredentialError, CredentialSource, Credentials, Role};

/// Largest profile file that is read, in bytes; a profile has about 500.
const FILE_BYTES_MAX: u64 = 1024 * 1024;
/// How many profiles may build on each other.
const CHAIN_MAX: usize = 5;
/// The session name of profiles that name none.
const SESSION_NAME: &str = "goldcast";

#[derive(Deserialize)]
struct ProfileFile {
    #[serde(default)]
    current: String,
    #[serde(default)]
    profiles: Vec<Profile>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Profile {
    name: String,
    mode: String,
    access_key_id: String,
    access_key_secret: SecretString,
    sts_token: SecretString,
    ram_role_arn: String,
    ram_session_name: String,
    external_id: String,
    expired_seconds: u64,
    sts_region: String,
    #[serde(rename = "source_profile")]
    source: String,
}

/// Reads a profile and those it builds on.
pub(super) fn read(path: &Path, profile: Option<&str>) -> Result<CredentialSource, CredentialError> {
    let unreadable = |source| CredentialError::Read {
        path: path.to_owned(),
        source,
    };
    let mut text = Vec::new();
    File::open(path)
        .map_err(unreadable)?
        .take(FILE_BYTES_MAX)
        .read_to_end(&mut text)
        .map_err(unreadable)?;
    let file: ProfileFile = serde_json::from_slice(&text).map_err(|error| {
        // The parser's message may repeat a secret, so only its place is kept.
        CredentialError::Format {
            path: path.to_owned(),
            line: error.line(),
            column: error.column(),
        }
    })?;
    Reader { path, file: &file }.source(profile.unwrap_or(&file.current))
}

struct Reader<'a> {
    path: &'a Path,
    file: &'a ProfileFile,
}

impl Reader<'_> {
    fn source(&self, name: &str) -> Result<CredentialSource, CredentialError> {
        let mut roles = Vec::new();
        let mut profile = self.profile(name)?;
        for _ in 0..CHAIN_MAX {
            let mode = profile.mode.as_str();
            if matches!(mode, "RamRoleArn" | "ChainableRamRoleArn") {
                roles.push(self.role(profile)?);
            }
            if mode == "ChainableRamRoleArn" {
                self.filled(profile, "source_profile", &profile.source)?;
                profile = self.profile(&profile.source)?;
                continue;
            }
            let base = CredentialSource::from(self.credentials(profile)?);
            return Ok(roles.into_iter().rev().fold(base, |source, role| source.assuming(role)));
        }
        Err(CredentialError::Chain {
            path: self.path.to_owned(),
            profile: name.to_owned(),
        })
    }

    fn profile(&self, name: &str) -> Result<&Profile, CredentialError> {
        let found = self.file.profiles.iter().find(|profile| profile.name == name);
        found.ok_or_else(|| CredentialError::NoProfile {
            path: self.path.to_owned(),
            profile: name.to_owned(),
        })
    }

    fn role(&self, profile: &Profile) -> Result<Role, CredentialError> {
        self.filled(profile, "ram_role_arn", &profile.ram_role_arn)?;
        let optional = |value: &String| Some(value.clone()).filter(|value| !value.is_empty());
        let session_name = optional(&profile.ram_session_name).unwrap_or_else(|| SESSION_NAME.to_owned());
        let mut role = Role::new(&profile.ram_role_arn, session_name);
        if profile.expired_seconds > 0 {
            role.duration = Duration::from_secs(profile.expired_seconds);
        }
        role.external_id = optional(&profile.external_id);
        role.sts_region = optional(&profile.sts_region);
        Ok(role)
    }

    fn credentials(&self, profile: &Profile) -> Result<Credentials, CredentialError> {
        let needs_token = match profile.mode.as_str() {
            "AK" | "RamRoleArn" => false,
            "StsToken" => true,
            mode => {
                let (path, profile, mode) = (self.path.to_owned(), profile.name.clone(), mode.to_owned());
                return Err(CredentialError::Mode { path, profile, mode });
            }
        };
        self.filled(profile, "access_key_id", &profile.access_key_id)?;
        self.filled(profile, "access_key_secret", profile.access_key_secret.expose_secret())?;
        let token = profile.sts_token.expose_secret();
        if needs_token {
            self.filled(profile, "sts_token", token)?;
        }
        // A token left over from another mode does not belong to a permanent key.
        let has_token = profile.mode != "AK" && !token.is_empty();
        let token = has_token.then(|| profile.sts_token.clone());
        Ok(Credentials::new(
            &profile.access_key_id,
            profile.access_key_secret.clone(),
            token,
        ))
    }

    fn filled(&self, profile: &Profile, field: &'static str, value: &str) -> Result<(), CredentialError> {
        if value.is_empty() {
            let (path, profile) = (self.path.to_owned(), profile.name.clone());
            return Err(CredentialError::Field { path, profile, field });
        }
        Ok(())
    }
}
