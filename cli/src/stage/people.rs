//! The people of the story: a pipeline and a platform team, who call the cloud's own API over HTTP as any SDK does.
//! They know nothing of goldcast.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Context as _;
use goldcast_cloud::{
    CallError, Client, Credentials, Deadline, Effect, Endpoints, HttpTransport, Product, Repeat, Rpc, Settings, Site,
};
use goldcast_domain::{AccountId, FolderId, ImageId, RegionId};
use goldcast_emulator::cloud::{AccessKey, Organisation};
use goldcast_emulator::world::World;
use secrecy::ExposeSecret as _;
use serde_json::Value;

/// Real time for one call; the cloud is on this machine.
const CALL_MAX: Duration = Duration::from_secs(30);

/// Who may call what.
#[derive(Debug)]
pub(crate) struct People {
    pipeline: Client<HttpTransport>,
    platform_team: Client<HttpTransport>,
    home: RegionId,
}

impl People {
    /// The people of this organisation, calling this world.
    pub(crate) fn new(world: &World, organisation: &Organisation) -> anyhow::Result<Self> {
        let endpoints = serde_json::to_string(world.endpoints())?;
        let endpoints = Endpoints::new(Site::International).overridden(&endpoints)?;
        let owner = credentials(key_of(organisation, &organisation.owner)?);
        let management = credentials(key_of(organisation, &organisation.management)?);
        let pipeline = Client::new(HttpTransport::new()?, Settings::new(endpoints), owner.into());
        Ok(Self {
            platform_team: pipeline.with_credentials(management.into()),
            pipeline,
            home: organisation.home.clone(),
        })
    }

    /// The pipeline builds an image from an instance.
    pub(crate) async fn create_image(&self, instance: &str, name: &str) -> Result<ImageId, Mishap> {
        let rpc = write(Product::Ecs, "CreateImage")
            .in_region(self.home.as_str())
            .about(name)
            .param("InstanceId", instance)
            .param("ImageName", name);
        id(&self.pipeline, rpc, "/ImageId").await
    }

    /// The pipeline tags an image.
    pub(crate) async fn tag_image(&self, image: &ImageId, tags: &BTreeMap<String, String>) -> Result<(), Mishap> {
        let tags: Vec<_> = tags
            .iter()
            .map(|(key, value)| goldcast_cloud::Tag {
                key: key.clone(),
                value: value.clone(),
            })
            .collect();
        let rpc = write(Product::Ecs, "TagResources")
            .in_region(self.home.as_str())
            .about(image.as_str())
            .param("ResourceType", "image")
            .param("ResourceId.1", image)
            .tags(&tags);
        call(&self.pipeline, rpc).await.map(|_| ())
    }

    /// The platform team creates an account in a folder.
    pub(crate) async fn create_account(&self, name: &str, folder: &FolderId) -> Result<AccountId, Mishap> {
        let rpc = write(Product::ResourceDirectory, "CreateResourceAccount")
            .about(name)
            .param("DisplayName", name)
            .param("ParentFolderId", folder);
        id(&self.platform_team, rpc, "/Account/AccountId").await
    }

    /// The platform team lets an account go: `RemoveCloudAccount` for one that was invited, else `DeleteAccount`.
    pub(crate) async fn end_membership(&self, account: &AccountId, invited: bool) -> Result<(), Mishap> {
        let action = if invited { "RemoveCloudAccount" } else { "DeleteAccount" };
        let rpc = write(Product::ResourceDirectory, action)
            .about(account.as_str())
            .param("AccountId", account);
        call(&self.platform_team, rpc).await.map(|_| ())
    }
}

/// A call of a person's that did not work.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Mishap {
    /// The cloud refused it, or did not answer.
    #[error(transparent)]
    Call(#[from] CallError),
    /// The answer lacks what it is for.
    #[error("{action} answered without {member}")]
    Answer { action: &'static str, member: &'static str },
}

/// The organisation's key of an account.
pub(crate) fn key_of<'a>(organisation: &'a Organisation, account: &AccountId) -> anyhow::Result<&'a AccessKey> {
    organisation
        .keys
        .iter()
        .find(|key| key.account == *account)
        .with_context(|| format!("account {account} has no access key"))
}

fn credentials(key: &AccessKey) -> Credentials {
    Credentials::new(key.id.clone(), key.secret.expose_secret().into(), None)
}

fn write(product: Product, action: &'static str) -> Rpc {
    Rpc::new(product, action, Effect::Write(Repeat::OnlyIfRefused))
}

async fn call(client: &Client<HttpTransport>, rpc: Rpc) -> Result<Value, Mishap> {
    Ok(client.call(&rpc, Deadline::after(CALL_MAX)).await?)
}

async fn id<T: std::str::FromStr>(client: &Client<HttpTransport>, rpc: Rpc, member: &'static str) -> Result<T, Mishap> {
    let action = rpc.action;
    let answer = call(client, rpc).await?;
    let id = answer.pointer(member).and_then(Value::as_str);
    id.and_then(|id| id.parse().ok())
        .ok_or(Mishap::Answer { action, member })
}
