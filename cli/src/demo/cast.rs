//! Who and what the story is about, derived from the policy, so that any policy can be played. Not here: the playing.

use std::collections::{BTreeMap, BTreeSet};

use goldcast_domain::policy::Topic;
use goldcast_domain::{AccountId, FolderId, Policy, RegionId};
use goldcast_emulator::cloud::{Cloud, Membership, Standing};
use goldcast_emulator::world::View;

use crate::stage::{Golden, Stage};

/// Who and what the story is about.
#[derive(Debug)]
pub(crate) struct Cast<'a> {
    stage: &'a Stage,
    /// The policy that is played: the first of the file.
    pub(crate) policy: &'a Policy,
    /// The image that the pipeline builds first.
    pub(crate) golden: Golden,
    /// The one that it builds after that, if the policy has a name for it.
    pub(crate) next: Option<Golden>,
}

impl<'a> Cast<'a> {
    /// The cast of the file's first policy, if there is one.
    pub(crate) fn of(stage: &'a Stage) -> Option<Self> {
        let policy = stage.policy.policies.values().next()?;
        Some(Self {
            stage,
            policy,
            golden: Golden::by(policy),
            next: Golden::after(policy),
        })
    }

    /// Every region of the release, in the order that people read them in: home first.
    pub(crate) fn regions(&self) -> Vec<&'a RegionId> {
        self.stage.policy.regions_of(self.policy).collect()
    }

    /// Everyone who should have the release, as the directory is now.
    pub(crate) fn audience(&self, cloud: &Cloud) -> BTreeSet<AccountId> {
        let share = &self.policy.share;
        let organisation = &self.stage.organisation;
        let members: BTreeMap<&AccountId, &Membership> =
            cloud.members().map(|member| (&member.account, member)).collect();
        let by_folder = members.values().filter(|member| self.covers(&member.folder));
        let exists =
            |id: &&AccountId| members.contains_key(id) || organisation.keys.iter().any(|key| key.account == **id);
        let mut audience: BTreeSet<AccountId> = by_folder.map(|member| member.account.clone()).collect();
        audience.extend(share.accounts.iter().filter(exists).cloned());
        audience.retain(|account| !share.except.contains(account) && *account != organisation.owner);
        audience
    }

    /// The folder that a new account is put into so that it gets the images; `None` if no folder decides that.
    pub(crate) fn folder_to_join(&self) -> Option<&'a FolderId> {
        let organisation = &self.stage.organisation;
        let folders = organisation.folders.iter().map(|folder| &folder.id);
        let members = |id: &FolderId| {
            organisation
                .members
                .iter()
                .filter(|member| member.folder == *id)
                .count()
        };
        folders.filter(|id| self.covers(id)).max_by_key(|id| members(id))
    }

    /// A member that has the images by its folder, and was invited, so that it can be removed at once.
    pub(crate) fn invited_member(&self, cloud: &Cloud) -> Option<Membership> {
        let audience = self.audience(cloud);
        let mut leavers = cloud.members().filter(|member| {
            member.invited
                && member.standing == Standing::Active
                && audience.contains(&member.account)
                && !self.policy.share.accounts.contains(&member.account)
        });
        leavers.next().cloned()
    }

    /// Channels that are told of this.
    pub(crate) fn told_of(&self, topic: Topic) -> BTreeSet<String> {
        let channels = self.stage.policy.channels.values();
        let told = channels.filter(|channel| channel.on.contains(&topic));
        told.map(|channel| channel.name.to_string()).collect()
    }

    /// What people call a folder.
    pub(crate) fn folder_name(&self, id: &FolderId) -> &str {
        let mut folders = self.stage.organisation.folders.iter();
        folders
            .find(|folder| folder.id == *id)
            .map_or("root", |folder| folder.name.as_str())
    }

    /// Whether the policy shares with this folder, by itself or by one above it.
    pub(crate) fn covers(&self, folder: &FolderId) -> bool {
        let share = &self.policy.share;
        let organisation = &self.stage.organisation;
        let mut at = Some(folder);
        // A folder is never deeper than there are folders.
        for _ in 0..=organisation.folders.len() {
            let Some(id) = at else { break };
            if share.folders.contains(id) {
                return true;
            }
            at = organisation
                .folders
                .iter()
                .find(|folder| folder.id == *id)
                .map(|folder| &folder.parent);
        }
        share.directory
    }
}

/// Whether every one of these channels has been told something since the message number `since`.
pub(crate) fn all_told(view: &View<'_>, since: usize, channels: &BTreeSet<String>) -> bool {
    let told: BTreeSet<&str> = view
        .messages
        .iter()
        .skip(since)
        .map(|message| message.channel.as_str())
        .collect();
    channels.iter().all(|channel| told.contains(channel.as_str()))
}
