//! The way to the cloud: which policy, whose keys, which hosts, how long. Not here: what is done there.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use goldcast_cloud::sts::GetCallerIdentity;
use goldcast_cloud::{
    CallCounts, Client, Clock, CredentialSource, Credentials, Deadline, Endpoints, HttpTransport, Pacing, Settings,
    Site,
};
use goldcast_domain::PolicyFile;
use goldcast_domain::policy::{self, Brakes, Edition};
use goldcast_engine::{Engine, PolicyObject, PolicySource};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::Value;

use super::trouble::Trouble;

/// Where the official tools keep the id of an access key.
pub(super) const KEY_ID: &str = "ALIBABA_CLOUD_ACCESS_KEY_ID";
/// Where they keep its secret.
pub(super) const KEY_SECRET: &str = "ALIBABA_CLOUD_ACCESS_KEY_SECRET";
/// Hosts to call instead of the cloud's own, as JSON.
pub(super) const ENDPOINTS: &str = "GOLDCAST_ENDPOINTS";
/// Whether webhooks may live on private addresses.
pub(super) const PRIVATE_WEBHOOKS: &str = "GOLDCAST_PRIVATE_WEBHOOKS";
/// Longest time for asking whose keys these are.
const IDENTITY_MAX: Duration = Duration::from_secs(10);
/// Seconds after which nothing new is begun, unless somebody says otherwise.
const TIMEOUT_DEFAULT: u64 = 300;

/// How every verb reaches the cloud.
#[derive(Debug, Args)]
#[command(next_help_heading = "Connection")]
pub(crate) struct ConnectionArguments {
    /// The policy file: TOML, or JSON as `goldcast policy check --json` prints it
    #[arg(long, value_name = "FILE", default_value = "goldcast.toml")]
    policy: PathBuf,
    #[arg(
        long,
        value_name = "OBJECT",
        help = "Go by the policy in this object, oss://BUCKET/KEY.json, as the functions do; the file only says whose it is, and where"
    )]
    policy_object: Option<String>,
    /// Call the hosts of this file, with the keys in it if it has any: what `goldcast dev --json` prints
    #[arg(long, value_name = "FILE")]
    endpoints: Option<PathBuf>,
    /// Seconds after which nothing new is begun
    #[arg(long, value_name = "SECONDS", default_value_t = TIMEOUT_DEFAULT, value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,
    /// Print one JSON object on standard output
    #[arg(long)]
    pub(super) json: bool,
}

/// A way to the cloud that has been tried.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(super) engine: Engine<HttpTransport>,
    client: Client<HttpTransport>,
    clock: Clock,
    timeout: Duration,
}

/// What a simulated world says of itself, as far as it is needed here.
#[derive(Deserialize)]
struct World {
    credentials: Option<WorldKeys>,
}

#[derive(Deserialize)]
struct WorldKeys {
    owner: WorldKey,
}

#[derive(Deserialize)]
struct WorldKey {
    access_key_id: String,
    access_key_secret: SecretString,
}

impl ConnectionArguments {
    /// For a verb that names its file otherwise.
    pub(super) fn for_file(policy: PathBuf, endpoints: Option<PathBuf>, json: bool) -> Self {
        Self {
            policy,
            policy_object: None,
            endpoints,
            timeout: TIMEOUT_DEFAULT,
            json,
        }
    }

    /// Reads the policy.
    pub(super) fn policy(&self) -> Result<PolicyFile, Trouble> {
        Ok(crate::policy::read(&self.policy)?)
    }

    /// Finds keys and hosts, and makes sure that the keys are the owner's.
    pub(super) async fn connect(&self, policy: PolicyFile) -> Result<Connection, Trouble> {
        let connection = self.open(policy).await?;
        connection.check_account().await?;
        Ok(connection)
    }

    /// Finds keys and hosts. Whose keys they are is not known yet.
    pub(super) async fn open(&self, policy: PolicyFile) -> Result<Connection, Trouble> {
        let (endpoints, keys) = self.hosts_and_keys(&policy)?;
        let mut settings = Settings::new(endpoints);
        let keys = match keys {
            // Only a simulated world gives its keys away, and it can be asked as fast as it answers.
            Some(keys) => {
                settings.pacing = Pacing::unlimited();
                keys
            }
            None => CredentialSource::discover(&variable)?,
        };
        let client = Client::new(HttpTransport::new()?, settings, keys);
        let engine = match &self.policy_object {
            Some(object) => self.engine_by_object(object, policy, &client).await?,
            None => Engine::new(policy, client.clone(), Clock::wall()),
        };
        Ok(Connection {
            engine,
            client,
            clock: Clock::wall(),
            timeout: Duration::from_secs(self.timeout),
        })
    }

    /// An engine that goes by what is in an object. The file has no serial there, so that whatever was ever accepted counts.
    async fn engine_by_object(
        &self,
        object: &str,
        file: PolicyFile,
        client: &Client<HttpTransport>,
    ) -> Result<Engine<HttpTransport>, Trouble> {
        let object = PolicyObject::new(object, &file.owner.home_region)?;
        let file = PolicyFile { serial: None, ..file };
        let file = Edition::parse(serde_json::json!(file).to_string().as_bytes()).map_err(anyhow::Error::from)?;
        let in_force = PolicySource::new(file, Some(object))
            .read(client, self.deadline())
            .await?;
        Ok(Engine::under(in_force, client.clone(), Clock::wall()))
    }

    /// Until when something that begins now may take.
    pub(super) fn deadline(&self) -> Deadline {
        Deadline::after(Duration::from_secs(self.timeout))
    }

    fn hosts_and_keys(&self, policy: &PolicyFile) -> Result<(Endpoints, Option<CredentialSource>), Trouble> {
        let endpoints = Endpoints::new(match policy.owner.site {
            policy::Site::China => Site::China,
            policy::Site::International => Site::International,
        });
        let (text, place) = match (&self.endpoints, variable(ENDPOINTS)) {
            (Some(path), _) => {
                let text = std::fs::read_to_string(path).map_err(|source| Trouble::File {
                    path: path.clone(),
                    source,
                })?;
                (first_object(&text), path.display().to_string())
            }
            (None, Some(text)) => (text, ENDPOINTS.to_owned()),
            (None, None) => return Ok((endpoints, None)),
        };
        let endpoints = endpoints
            .overridden(&text)
            .map_err(|source| Trouble::Endpoints { place, source })?;
        let world: Option<World> = serde_json::from_str(&text).ok();
        let owner = world.and_then(|world| world.credentials).map(|keys| keys.owner);
        let keys = owner.map(|key| Credentials::new(key.access_key_id, key.access_key_secret, None).into());
        Ok((endpoints, keys))
    }
}

impl Connection {
    /// Until when something that begins now may take.
    pub(super) fn deadline(&self) -> Deadline {
        Deadline::after(self.timeout)
    }

    /// The same under other brakes.
    pub(super) fn braked_by(self, brakes: Brakes) -> Self {
        Self {
            engine: self.engine.braked_by(brakes),
            ..self
        }
    }

    /// What calls the cloud.
    pub(super) fn client(&self) -> &Client<HttpTransport> {
        &self.client
    }

    /// What times are read by.
    pub(super) fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The policy that is worked by.
    pub(super) fn policy(&self) -> &PolicyFile {
        self.engine.policy()
    }

    /// Every call so far.
    pub(super) fn calls(&self) -> CallCounts {
        self.client.calls()
    }

    /// Keys of another account list other images: everything would look as if nothing had ever been built. Where nobody
    /// answers, the first look says so better.
    async fn check_account(&self) -> Result<(), Trouble> {
        let deadline = self.deadline().capped(IDENTITY_MAX);
        let owner = &self.policy().owner.account;
        match self.client.send(&GetCallerIdentity::default(), deadline).await {
            Ok(caller) if caller.account_id != owner.as_str() => Err(Trouble::WrongAccount {
                keys: caller.account_id,
                owner: owner.clone(),
            }),
            Err(error) if error.refusal().is_some() => Err(error.into()),
            Ok(_) | Err(_) => Ok(()),
        }
    }
}

/// The first line that `goldcast dev --json` printed; what happened afterwards stands below it.
fn first_object(text: &str) -> String {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    match values.next() {
        Some(Ok(first)) => first.to_string(),
        Some(Err(_)) | None => text.to_owned(),
    }
}

/// A variable of the environment.
pub(super) fn variable(name: &str) -> Option<String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where the verbs read the environment"
    )]
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_what_a_world_printed_only_the_first_line_counts() {
        let text = "{\"endpoints\": {}, \"global\": {}}\n{\"kind\": \"image\"}\n";
        assert_eq!(first_object(text), r#"{"endpoints":{},"global":{}}"#);
        assert_eq!(first_object("no json"), "no json");
    }
}
