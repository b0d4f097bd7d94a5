//! Where it is kept what channels have been told. Not here: what stands there.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use goldcast_cloud::{CallError, Client, Deadline, ObjectPlace, Transport};
use goldcast_domain::{ChannelName, PolicyFile};

/// Keeps one small object per channel. Only the sweep writes, and it runs one at a time.
pub trait ToldStore: Sync {
    /// A channel's object; `None` if nothing was ever written.
    fn get(
        &self,
        channel: &ChannelName,
        deadline: Deadline,
    ) -> impl Future<Output = Result<Option<Bytes>, StoreError>> + Send;

    /// Writes a channel's object, whole or not at all.
    fn put(
        &self,
        channel: &ChannelName,
        body: Bytes,
        deadline: Deadline,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;
}

/// Why an object could not be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct StoreError(pub String);

impl From<CallError> for StoreError {
    fn from(error: CallError) -> Self {
        let advice = error.advice().map(|advice| format!("; {advice}")).unwrap_or_default();
        Self(format!("{error}{advice}"))
    }
}

/// The policy's bucket.
#[derive(Debug)]
pub(crate) struct Bucket<'a, T> {
    client: &'a Client<T>,
    file: &'a PolicyFile,
}

impl<'a, T: Transport> Bucket<'a, T> {
    /// The bucket of this policy, as these keys reach it.
    pub(crate) fn new(client: &'a Client<T>, file: &'a PolicyFile) -> Self {
        Self { client, file }
    }

    fn place(&self, channel: &ChannelName) -> Result<ObjectPlace, StoreError> {
        let told = self.file.told.as_ref();
        // A file with channels has a bucket; it was checked when it was read.
        let told = told.ok_or_else(|| StoreError("the policy names no bucket: add [told]".to_owned()))?;
        let region = self.file.region_of_told().as_str();
        Ok(ObjectPlace::new(region, told.bucket.as_str(), told.key(channel)))
    }
}

impl<T: Transport> ToldStore for Bucket<'_, T> {
    async fn get(&self, channel: &ChannelName, deadline: Deadline) -> Result<Option<Bytes>, StoreError> {
        let object = self.client.get_object(&self.place(channel)?, deadline).await?;
        Ok(object.map(|object| object.body))
    }

    async fn put(&self, channel: &ChannelName, body: Bytes, deadline: Deadline) -> Result<(), StoreError> {
        self.client.put_object(&self.place(channel)?, body, deadline).await?;
        Ok(())
    }
}

/// Keeps it for as long as the process lives: for tests and simulations.
#[derive(Debug, Default)]
pub struct MemoryStore(Mutex<BTreeMap<ChannelName, Bytes>>);

impl ToldStore for MemoryStore {
    async fn get(&self, channel: &ChannelName, _: Deadline) -> Result<Option<Bytes>, StoreError> {
        let objects = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(objects.get(channel).cloned())
    }

    async fn put(&self, channel: &ChannelName, body: Bytes, _: Deadline) -> Result<(), StoreError> {
        let mut objects = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        objects.insert(channel.clone(), body);
        Ok(())
    }
}
