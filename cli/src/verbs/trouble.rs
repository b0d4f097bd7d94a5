//! Why a verb could not do what it is for, and what to do about it. The one place where that is put into words.

use std::error::Error;
use std::io::Write as _;
use std::path::PathBuf;

use goldcast_cloud::{CallError, CredentialError, HttpClientError, OverridesError};
use goldcast_domain::policy::Unfit;
use goldcast_domain::{AccountId, ChannelName, FamilyName, RegionId};
use goldcast_engine::{HttpPostError, NoPolicyObject, PolicyUnread};
use goldcast_packaging::{BuildError, ManifestError, PackageError};

use super::connection::{ENDPOINTS, KEY_ID, KEY_SECRET};
use crate::exit::{self, Exit};
use crate::policy::Unread;

/// Names that an error lists before it counts the rest.
const NAMED_MAX: usize = 5;

/// Why a verb could not do what it is for. Holds no secret.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    /// There is no policy to work by.
    #[error("the policy cannot be read")]
    Policy(Box<Unread>),
    /// There are no keys.
    #[error(transparent)]
    Keys(#[from] CredentialError),
    /// A file could not be read.
    #[error("{} could not be read", path.display())]
    File { path: PathBuf, source: std::io::Error },
    /// A file or a variable holds something else than hosts.
    #[error("{place} is not what goldcast dev --json prints")]
    Endpoints { place: String, source: OverridesError },
    /// The TLS library cannot be set up.
    #[error(transparent)]
    Tls(#[from] HttpClientError),
    /// Nobody can be told anything.
    #[error(transparent)]
    Voice(#[from] HttpPostError),
    /// The cloud refused, or did not answer.
    #[error(transparent)]
    Call(Box<CallError>),
    /// The keys are somebody else's.
    #[error("the keys belong to the account {keys}, and the images of this policy to {owner}")]
    WrongAccount { keys: String, owner: AccountId },
    /// The images could not be listed, so nobody knows what is meant.
    #[error("the images in {region} could not be read: {why}")]
    Unlisted { region: RegionId, why: String },
    /// No release is called so.
    #[error("there is no release with an image or a name {wanted:?}")]
    NotFound { wanted: String, known: Vec<String> },
    /// Several releases are called so.
    #[error("{wanted:?} may mean {}", listed(meant))]
    Ambiguous { wanted: String, meant: Vec<String> },
    /// Several families, and none named.
    #[error("the policy has more than one family, or none")]
    WhichFamily { known: Vec<String> },
    /// The reason cannot be a tag's value.
    #[error("the reason {0}")]
    Reason(String),
    /// What people launch cannot be cancelled.
    #[error("{release} is what {family} holds in {}", listed(regions))]
    Released {
        release: String,
        family: FamilyName,
        regions: Vec<String>,
        recall: String,
    },
    /// There is nothing to take back.
    #[error("{release} is not recalled: none of its images carries goldcast:recall")]
    NotRecalled { release: String },
    /// Nobody can answer a question.
    #[error("this changes the cloud, and there is no terminal to ask at")]
    NobodyToAsk,
    /// No channel is called so.
    #[error("there is no channel {wanted}")]
    NoChannel { wanted: ChannelName, known: Vec<String> },
    /// A program was not built.
    #[error(transparent)]
    Build(Box<BuildError>),
    /// A package was not made.
    #[error(transparent)]
    Package(#[from] PackageError),
    /// No policy can be kept there.
    #[error(transparent)]
    NoPolicyObject(#[from] NoPolicyObject),
    /// Nobody knows which policy is in force.
    #[error(transparent)]
    PolicyUnread(Box<PolicyUnread>),
    /// The functions would refuse the policy.
    #[error("the functions would refuse this policy: {unfit}")]
    Unfit { unfit: Unfit, serial: u64 },
    /// Somebody else wrote the policy meanwhile.
    #[error("{object} has changed since it was looked at")]
    Overtaken { object: String },
    /// There are no packages.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// A deployment cannot go on.
    #[error("{what}")]
    Deploy { what: String, to_do: String },
    /// The system refuses something.
    #[error("{0:#}")]
    System(anyhow::Error),
}

impl From<anyhow::Error> for Trouble {
    fn from(error: anyhow::Error) -> Self {
        Self::System(error)
    }
}

impl From<CallError> for Trouble {
    fn from(error: CallError) -> Self {
        Self::Call(Box::new(error))
    }
}

impl From<PolicyUnread> for Trouble {
    fn from(unread: PolicyUnread) -> Self {
        Self::PolicyUnread(Box::new(unread))
    }
}

impl From<Unread> for Trouble {
    fn from(unread: Unread) -> Self {
        Self::Policy(Box::new(unread))
    }
}

impl Trouble {
    /// Tells a person on standard error, or a machine on standard output.
    pub(crate) fn tell(&self, json: bool) -> Exit {
        if json {
            // Nobody reads it if it cannot be written; the exit code says the same.
            let _ = writeln!(anstream::stdout(), "{}", self.as_json());
            return self.exit();
        }
        if let Self::Policy(unread) = self {
            return unread.tell();
        }
        let advice = self.advice().map(|advice| format!("\n  to do: {advice}"));
        exit::error(&format!("{}{}", self.in_words(), advice.unwrap_or_default()));
        self.exit()
    }

    /// The error and everything below it.
    fn in_words(&self) -> String {
        let mut text = self.to_string();
        let mut below = self.source();
        while let Some(error) = below {
            let said = error.to_string();
            if !text.contains(&said) {
                text = format!("{text}: {said}");
            }
            below = error.source();
        }
        text
    }

    fn as_json(&self) -> serde_json::Value {
        if let Self::Policy(unread) = self {
            return unread.as_json();
        }
        serde_json::json!({ "error": self.in_words(), "to_do": self.advice() })
    }

    /// What a person should do.
    fn advice(&self) -> Option<String> {
        Some(match self {
            Self::Keys(_) => format!("set {KEY_ID} and {KEY_SECRET}, or make a profile with aliyun configure"),
            Self::File { .. } => "check the path".to_owned(),
            Self::Endpoints { .. } => {
                format!("use the first line of goldcast dev --json, with --endpoints FILE or {ENDPOINTS}")
            }
            Self::Call(error) => return error.advice().map(str::to_owned),
            Self::WrongAccount { .. } => {
                "use keys of the owner's account, or correct owner.account in the policy".to_owned()
            }
            Self::Unlisted { .. } => "try again, or name the image as REGION/ID".to_owned(),
            Self::NotFound { known, .. } if known.is_empty() => "build a golden image first; there is none".to_owned(),
            Self::NotFound { known, .. } => format!("there is {}", listed(known)),
            Self::NoChannel { known, .. } if known.is_empty() => "the policy has no [[notify]]".to_owned(),
            Self::NoChannel { known, .. } => format!("the policy has {}", listed(known)),
            Self::WhichFamily { known } => format!("say --family with one of {}", listed(known)),
            Self::Ambiguous { .. } => "name one of them as REGION/ID".to_owned(),
            Self::Reason(_) => "say in a few words what is wrong, such as --reason \"broken sshd\"".to_owned(),
            Self::Released { recall, .. } => format!("take it back: {recall}"),
            Self::NotRecalled { .. } => "look at it with goldcast status".to_owned(),
            Self::NobodyToAsk => "look at it with goldcast plan or goldcast status, then say --yes".to_owned(),
            Self::Build(error) => return error.advice().map(str::to_owned),
            Self::Manifest(_) => "pack them: goldcast package --out packages, then --packages packages".to_owned(),
            Self::Deploy { to_do, .. } => to_do.clone(),
            Self::Package(PackageError::TooLarge { .. }) => {
                "find what made it grow, or shorten the policy: docs/performance.md says where bytes go".to_owned()
            }
            Self::Unfit { unfit, serial } => match unfit {
                Unfit::NoSerial | Unfit::SerialFell { .. } | Unfit::SerialTaken(_) => {
                    format!("say serial = {serial} at the top of the file, above the first [section]")
                }
                Unfit::AnotherOwner(_) | Unfit::AnotherHome(_) | Unfit::AnotherSite => {
                    "name an object of this deployment's own".to_owned()
                }
            },
            Self::Overtaken { .. } => "look at what others changed, and push again".to_owned(),
            Self::NoPolicyObject(_) => "name an object such as oss://corp-goldcast/policy.json".to_owned(),
            Self::PolicyUnread(unread) => match &**unread {
                PolicyUnread::Call(error) => return error.advice().map(str::to_owned),
                PolicyUnread::Accepted { .. } => "push a policy that this version reads".to_owned(),
            },
            Self::Policy(_) | Self::Package(_) | Self::Tls(_) | Self::Voice(_) | Self::System(_) => return None,
        })
    }

    fn exit(&self) -> Exit {
        match self {
            Self::Policy(unread) => unread.code(),
            Self::Build(error) if matches!(**error, BuildError::Failed { .. } | BuildError::Missing(_)) => Exit::Failed,
            Self::Call(_)
            | Self::Package(_)
            | Self::Unlisted { .. }
            | Self::PolicyUnread(_)
            | Self::Overtaken { .. } => Exit::Failed,
            Self::Released { .. } | Self::Unfit { .. } => Exit::Forbidden,
            Self::Build(_)
            | Self::Deploy { .. }
            | Self::Keys(_)
            | Self::Manifest(_)
            | Self::File { .. }
            | Self::Endpoints { .. }
            | Self::Tls(_)
            | Self::Voice(_)
            | Self::WrongAccount { .. }
            | Self::NotFound { .. }
            | Self::NoChannel { .. }
            | Self::Ambiguous { .. }
            | Self::WhichFamily { .. }
            | Self::Reason(_)
            | Self::NotRecalled { .. }
            | Self::NobodyToAsk
            | Self::NoPolicyObject(_)
            | Self::System(_) => Exit::Unable,
        }
    }
}

fn listed(names: &[String]) -> String {
    let shown = names.get(..NAMED_MAX).unwrap_or(names).join(", ");
    match names.len().saturating_sub(NAMED_MAX) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trouble_says_what_is_wrong_and_what_to_do() {
        let known = ["a", "b", "c", "d", "e", "f", "g"].map(str::to_owned).to_vec();
        let trouble = Trouble::NotFound {
            wanted: "m-1".to_owned(),
            known,
        };
        assert_eq!(
            trouble.as_json(),
            serde_json::json!({
                "error": "there is no release with an image or a name \"m-1\"",
                "to_do": "there is a, b, c, d, e and 2 more",
            })
        );
    }

    #[test]
    fn causes_are_told_once() {
        let source = std::io::Error::other("permission denied");
        let path = PathBuf::from("world.json");
        let trouble = Trouble::File { path, source };
        assert_eq!(trouble.in_words(), "world.json could not be read: permission denied");
    }
}
