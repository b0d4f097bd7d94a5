//! What a function reads from its environment, completely and once, before it opens its port.

use std::path::PathBuf;
use std::time::Duration;

use fc_runtime::Environment;
use goldcast_cloud::{Endpoints, HttpClientError, OverridesError};
use goldcast_domain::policy::{self, Edition};
use goldcast_engine::{PolicyObject, PolicySource, Reach};

use crate::Settings;

/// Where the policy is in a deployed package.
const POLICY_DEFAULT: &str = "/code/policy.json";
/// Longest timeout of an event function, in seconds: a trigger gives no more
/// (<https://help.aliyun.com/zh/functioncompute/fc/user-guide/advanced-features-of-triggers>).
const TIMEOUT_SECONDS_MAX: u64 = 300;

/// What a function is told by its environment.
#[derive(Debug)]
pub(crate) struct Configuration {
    /// `GOLDCAST_POLICY`: the path of the checked policy as JSON, as `goldcast policy check --json` prints it; and
    /// `GOLDCAST_POLICY_OBJECT`: the object in a bucket of its home region in which a newer one may be, as
    /// `oss://<bucket>/<key>.json`.
    pub(crate) policy: PolicySource,
    /// What the policy says about events.
    pub(crate) settings: Settings,
    /// `GOLDCAST_ENDPOINTS`: hosts to call instead of the cloud's own, as `goldcast dev --json` prints them.
    pub(crate) endpoints: Endpoints,
    /// `GOLDCAST_PRIVATE_WEBHOOKS=allow`: whether webhooks may live on private addresses.
    pub(crate) reach: Reach,
    /// `GOLDCAST_TIMEOUT`: seconds that an invocation may take where the platform does not say.
    pub(crate) timeout: Option<Duration>,
}

/// Why a function cannot start.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigurationError {
    /// The policy is not where it should be.
    #[error("the policy {path} could not be read: put it into the package, or set GOLDCAST_POLICY")]
    PolicyMissing {
        /// Where it was looked for.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The policy is not one.
    #[error("{path} is no policy: write it with goldcast policy check --json")]
    PolicyWrong {
        /// Where it is.
        path: PathBuf,
        /// Which field, and what is wrong with it.
        #[source]
        source: serde_json::Error,
    },
    /// The endpoints cannot be read.
    #[error("GOLDCAST_ENDPOINTS is not what goldcast dev --json prints")]
    Endpoints(#[source] OverridesError),
    /// A variable has a value that means nothing.
    #[error("{variable} is {value:?}, expected {expected}")]
    Variable {
        /// Its name.
        variable: &'static str,
        /// Its value.
        value: String,
        /// What would have been right.
        expected: &'static str,
    },
    /// The TLS library cannot be set up.
    #[error(transparent)]
    Client(#[from] HttpClientError),
}

impl Configuration {
    /// Reads everything, and fails on the first thing that is wrong.
    pub(crate) fn read(environment: &Environment) -> Result<Self, ConfigurationError> {
        let path = PathBuf::from(environment.get("GOLDCAST_POLICY").unwrap_or(POLICY_DEFAULT));
        let text = std::fs::read(&path).map_err(|source| ConfigurationError::PolicyMissing {
            path: path.clone(),
            source,
        })?;
        let packaged = Edition::parse(&text).map_err(|source| ConfigurationError::PolicyWrong { path, source })?;
        let owner = &packaged.policy.owner;
        let endpoints = Endpoints::new(match owner.site {
            policy::Site::China => goldcast_cloud::Site::China,
            policy::Site::International => goldcast_cloud::Site::International,
        });
        let endpoints = match environment.get("GOLDCAST_ENDPOINTS") {
            Some(json) => endpoints.overridden(json).map_err(ConfigurationError::Endpoints)?,
            None => endpoints,
        };
        // No policy that comes into force later changes these.
        let mut settings = Settings::new(owner.account.clone(), owner.home_region.clone());
        if let Some(prefix) = environment.get("GOLDCAST_ROLE_PREFIX") {
            prefix.clone_into(&mut settings.role_prefix);
        }
        Ok(Self {
            policy: PolicySource::new(packaged, object(environment, &settings)?),
            settings,
            endpoints,
            reach: reach(environment)?,
            timeout: timeout(environment)?,
        })
    }
}

fn object(environment: &Environment, settings: &Settings) -> Result<Option<PolicyObject>, ConfigurationError> {
    let variable = "GOLDCAST_POLICY_OBJECT";
    let address = environment.get(variable);
    let object = address.map(|address| PolicyObject::new(address, &settings.home_region).map_err(|_| address));
    object.transpose().map_err(|value| ConfigurationError::Variable {
        variable,
        value: value.to_owned(),
        expected: "oss://<bucket>/<key>.json",
    })
}

fn reach(environment: &Environment) -> Result<Reach, ConfigurationError> {
    let variable = "GOLDCAST_PRIVATE_WEBHOOKS";
    match environment.get(variable) {
        None => Ok(Reach::Public),
        Some("allow") => Ok(Reach::PrivateToo),
        Some(value) => Err(ConfigurationError::Variable {
            variable,
            value: value.to_owned(),
            expected: "allow, or nothing",
        }),
    }
}

fn timeout(environment: &Environment) -> Result<Option<Duration>, ConfigurationError> {
    let variable = "GOLDCAST_TIMEOUT";
    let Some(value) = environment.get(variable) else {
        return Ok(None);
    };
    match value.parse() {
        Ok(seconds) if (1..=TIMEOUT_SECONDS_MAX).contains(&seconds) => Ok(Some(Duration::from_secs(seconds))),
        Ok(_) | Err(_) => Err(ConfigurationError::Variable {
            variable,
            value: value.to_owned(),
            expected: "seconds from 1 to 300",
        }),
    }
}
