//! What a running world offers to whoever wants to call it: as one JSON object, and in words.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::num::NonZeroU32;
use std::path::Path;

use goldcast_domain::AccountId;
use goldcast_emulator::cloud::AccessKey;
use goldcast_emulator::world::Endpoints;
use secrecy::ExposeSecret as _;
use serde::Serialize;

use crate::ink::{HEADING, SOFT, paint};
use crate::stage::{Address, Golden, Stage, StatusAddress, key_of};

/// The first line of `goldcast dev --json`. Its fields are an interface: tests and scripts read them.
#[derive(Debug, Serialize)]
pub(super) struct Description<'a> {
    /// `endpoints` by region, and `global`.
    #[serde(flatten)]
    endpoints: &'a Endpoints,
    /// Keys that work here and nowhere else.
    credentials: Credentials<'a>,
    /// An instance in the home region to build images from.
    instance_id: &'a str,
    /// Absolute path of the policy file.
    policy: String,
    /// Where the channels are told things.
    channels: BTreeMap<String, Address>,
    /// Where the status function is asked over HTTP, and with which token.
    status: Option<StatusAddress>,
    /// A page that shows the world.
    web: String,
}

#[derive(Debug, Serialize)]
struct Credentials<'a> {
    owner: Key<'a>,
    management: Key<'a>,
}

/// A key of the simulated cloud. It is no secret: it opens nothing but this process.
#[derive(Serialize)]
struct Key<'a> {
    account: &'a AccountId,
    access_key_id: &'a str,
    access_key_secret: &'a str,
}

impl<'a> From<&'a AccessKey> for Key<'a> {
    fn from(key: &'a AccessKey) -> Self {
        Self {
            account: &key.account,
            access_key_id: &key.id,
            access_key_secret: key.secret.expose_secret(),
        }
    }
}

impl std::fmt::Debug for Key<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Key")
            .field("access_key_id", &self.access_key_id)
            .finish_non_exhaustive()
    }
}

impl<'a> Description<'a> {
    /// What this world offers.
    pub(super) fn of(stage: &'a Stage) -> anyhow::Result<Self> {
        let organisation = &stage.organisation;
        let instance = organisation.instances.first();
        Ok(Self {
            endpoints: stage.world.endpoints(),
            credentials: Credentials {
                owner: key_of(organisation, &organisation.owner)?.into(),
                management: key_of(organisation, &organisation.management)?.into(),
            },
            instance_id: instance.map(|instance| instance.id.as_str()).unwrap_or_default(),
            policy: stage.policy_path.display().to_string(),
            channels: stage.addresses(),
            status: stage.status_address(),
            web: stage.world.page_url(),
        })
    }

    /// The same for a person, with the first lines of a program that calls it.
    pub(super) fn in_words(&self, stage: &Stage, speed: NonZeroU32, file: &Path) -> String {
        let home = &stage.organisation.home;
        let mut text = format!(
            "{} {}\n\n",
            paint(HEADING, "A simulated Alibaba Cloud is up, with goldcast in it."),
            paint(
                SOFT,
                format_args!("{speed} simulated seconds per second; Ctrl-C ends it")
            )
        );
        let mut line = |label: &str, value: &dyn std::fmt::Display| {
            // Writing into a String cannot fail.
            let _ = writeln!(text, "  {label:<16} {value}");
        };
        for (region, endpoints) in &self.endpoints.endpoints {
            let note = if region == home { "  (home)" } else { "" };
            line(region.as_str(), &format_args!("http://{}{note}", endpoints.ecs));
        }
        line(
            "directory, sts",
            &format_args!("http://{}", self.endpoints.global.resourcedirectory),
        );
        for (label, key) in [
            ("owner", &self.credentials.owner),
            ("management", &self.credentials.management),
        ] {
            line(
                label,
                &format_args!(
                    "{}  key {}  secret {}",
                    key.account, key.access_key_id, key.access_key_secret
                ),
            );
        }
        line("instance", &self.instance_id);
        line("policy", &self.policy);
        for (name, address) in &self.channels {
            line(name, address);
        }
        if let Some(status) = &self.status {
            line("status", status);
        }
        line("web page", &self.web);
        let _ = write!(
            text,
            "\n{}\n\n{}\n{}\n\n{}",
            paint(HEADING, "Use goldcast's own verbs on it"),
            self.verbs(file),
            paint(HEADING, "Point any official SDK at it"),
            self.snippet(stage)
        );
        text
    }

    /// Command lines that work as they stand, in another terminal.
    fn verbs(&self, file: &Path) -> String {
        let world = format!("--endpoints {} --policy {}", file.display(), self.policy);
        let mut text = String::new();
        for verb in ["status", "plan", "recall IMAGE --reason \"broken sshd\""] {
            let _ = writeln!(text, "  goldcast {verb} {world}");
        }
        text
    }

    /// A program that builds a golden image, as far as the policy says what that is.
    fn snippet(&self, stage: &Stage) -> String {
        let home = &stage.organisation.home;
        let endpoint = self
            .endpoints
            .endpoints
            .get(home)
            .map(|endpoints| endpoints.ecs.as_str());
        let key = &self.credentials.owner;
        let golden = stage.policy.policies.values().next().map(Golden::by);
        let (name, tags) = golden.map(|golden| (golden.name, golden.tags)).unwrap_or_default();
        let tags: Vec<String> = tags
            .iter()
            .map(|(key, value)| format!("ecs.TagResourcesRequestTag(key={key:?}, value={value:?})"))
            .collect();
        format!(
            r#"  # pip install alibabacloud_ecs20140526
  from alibabacloud_ecs20140526 import models as ecs
  from alibabacloud_ecs20140526.client import Client
  from alibabacloud_tea_openapi.models import Config

  client = Client(Config(
      access_key_id="{id}", access_key_secret="{secret}",
      region_id="{home}", endpoint="{endpoint}", protocol="http"))
  image = client.create_image(ecs.CreateImageRequest(
      region_id="{home}", instance_id="{instance}", image_name="{name}")).body.image_id
  client.tag_resources(ecs.TagResourcesRequest(
      region_id="{home}", resource_type="image", resource_id=[image], tag=[
          {tags}]))

{happenings}"#,
            id = key.access_key_id,
            secret = key.access_key_secret,
            endpoint = endpoint.unwrap_or_default(),
            instance = self.instance_id,
            tags = tags.join(",\n          "),
            happenings = paint(HEADING, "What happens"),
        )
    }
}
