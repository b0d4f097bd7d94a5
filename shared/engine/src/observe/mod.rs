//! Observing: asks the cloud what the planner wants to know, all at once, and writes down every answer and every silence.

use std::collections::BTreeSet;

use futures_util::{StreamExt as _, stream};
use goldcast_cloud::directory::{GetAccount, GetFolder, ListAccounts};
use goldcast_cloud::ecs::{
    DescribeImageFromFamily, DescribeImageSharePermission, DescribeImages, DescribeRegions, DescribeSnapshots,
};
use goldcast_cloud::kms::DescribeKey;
use goldcast_cloud::ram::GetRole;
use goldcast_cloud::sharing::{AssociationType, ListResourceShareAssociations, ListResourceShares};
use goldcast_cloud::{CallError, Client, Deadline, Transport};
use goldcast_domain::{
    AccountId, Directory, FamilyName, FolderId, Gather as _, Image, ImageId, ImageRef, Key, RegionId, Share, Snapshot,
    Standing,
};
use goldcast_planner::{KeyName, Questions, Reading, questions};

use crate::report::Failure;
use crate::run::{Engine, Run};
use crate::wire;

/// Calls that are under way at once. Regions are independent; within one region the published rates pace them anyway.
pub(crate) const CALLS_AT_ONCE: usize = 16;
/// Answers raise questions: regions, listings, then shares, snapshots, grants and members, then keys and single accounts. One
/// more than that proves an end.
const DEPTH_MAX: usize = 6;
/// The service key of ECS in a region
/// (<https://www.alibabacloud.com/help/en/ecs/user-guide/encryption-overview>).
const SERVICE_KEY: &str = "alias/acs/ecs";

/// One answer, or the reason why there is none.
enum Answer {
    Region(RegionId, Result<Vec<Image>, CallError>),
    Grants(ImageRef, Result<BTreeSet<AccountId>, CallError>),
    Directory(Result<Directory, CallError>),
    Account(AccountId, Result<Standing, CallError>),
    Folder(FolderId, Result<bool, CallError>),
    NoDirectory,
    Regions(Result<BTreeSet<RegionId>, CallError>),
    Shares(RegionId, Result<Vec<Share>, CallError>),
    Snapshots(RegionId, Result<Vec<Snapshot>, CallError>),
    Key((RegionId, KeyName), Result<Option<Key>, CallError>),
    Trust(Result<Option<String>, CallError>),
}

impl<T: Transport> Run<'_, T> {
    /// Asks until the planner has no question left.
    pub(crate) async fn answer_questions(&mut self) {
        for _ in 0..DEPTH_MAX {
            let asked = questions(&self.engine.policy, &self.seen, self.engine.now());
            if asked.is_empty() {
                return;
            }
            let answers = self.engine.ask(asked, self.deadline).await;
            for answer in answers {
                self.write_down(answer);
            }
        }
    }

    fn write_down(&mut self, answer: Answer) {
        match answer {
            Answer::Region(region, result) => {
                let reading = self.reading(result, || format!("reading the images in {region}"));
                self.seen.images.insert(region, reading);
            }
            Answer::Grants(image, result) => {
                let reading = self.reading(result, || format!("reading who has {image}"));
                self.seen.grants.insert(image, reading);
            }
            Answer::Directory(result) => {
                let reading = self.reading(result, || "reading the resource directory".to_owned());
                self.seen.directory = Some(reading);
            }
            Answer::Account(account, result) => {
                let reading = self.reading(result, || format!("asking the directory for {account}"));
                self.seen.standings.insert(account, reading);
            }
            Answer::Folder(folder, result) => {
                let reading = self.reading(result, || format!("asking the directory for {folder}"));
                self.seen.folders.insert(folder, reading);
            }
            Answer::Regions(result) => {
                let reading = self.reading(result, || "asking which regions there are".to_owned());
                self.seen.regions = Some(reading);
            }
            Answer::Shares(region, result) => {
                let reading = self.reading(result, || format!("reading the resource shares in {region}"));
                self.seen.shares.insert(region, reading);
            }
            Answer::Snapshots(region, result) => {
                let reading = self.reading(result, || format!("reading the snapshots in {region}"));
                self.seen.snapshots.insert(region, reading);
            }
            Answer::Key(name, result) => {
                let reading = self.reading(result, || format!("reading a key in {}", name.0));
                self.seen.keys.insert(name, reading);
            }
            Answer::Trust(result) => {
                let reading = self.reading(result, || "reading the share role".to_owned());
                self.seen.trust = Some(reading);
            }
            Answer::NoDirectory => {
                self.seen.directory = Some(Reading::Unknown("the policy names no role to read it with".to_owned()));
            }
        }
    }

    fn reading<A>(&mut self, result: Result<A, CallError>, what: impl Fn() -> String) -> Reading<A> {
        match result {
            Ok(answer) => Reading::Known(answer),
            Err(error) => {
                self.report.fail(&error, Failure::of_call(&error, what()));
                Reading::Unknown(error.to_string())
            }
        }
    }
}

impl<T: Transport> Engine<T> {
    async fn ask(&self, asked: Questions, deadline: Deadline) -> Vec<Answer> {
        let all = asked.regions.into_iter().map(Question::Images);
        let all = all.chain(asked.everywhere.then_some(Question::Regions));
        let all = all.chain(asked.shares.into_iter().map(Question::Shares));
        let all = all.chain(asked.snapshots.into_iter().map(Question::Snapshots));
        let all = all.chain(asked.keys.into_iter().map(Question::Key));
        let all = all.chain(asked.trust.then_some(Question::Trust));
        let all = all.chain(asked.grants.into_iter().map(Question::Grants));
        let all = all.chain(asked.directory.then_some(Question::Directory));
        let all = all.chain(asked.accounts.into_iter().map(Question::Account));
        let all: Vec<_> = all.chain(asked.folders.into_iter().map(Question::Folder)).collect();
        stream::iter(all)
            .map(|question| self.answer(question, deadline))
            .buffered(CALLS_AT_ONCE)
            .collect()
            .await
    }

    async fn answer(&self, question: Question, deadline: Deadline) -> Answer {
        match (question, &self.directory) {
            (Question::Images(region), _) => {
                let images = self.images(&region, DescribeImages::default(), deadline).await;
                Answer::Region(region, images)
            }
            (Question::Regions, _) => Answer::Regions(self.regions(deadline).await),
            (Question::Shares(region), _) => {
                let shares = self.shares(&region, deadline).await;
                Answer::Shares(region, shares)
            }
            (Question::Snapshots(region), _) => {
                let snapshots = self.snapshots(&region, deadline).await;
                Answer::Snapshots(region, snapshots)
            }
            (Question::Key(name), _) => {
                let key = self.key(&name, deadline).await;
                Answer::Key(name, key)
            }
            (Question::Trust, _) => Answer::Trust(self.trust(deadline).await),
            (Question::Grants(image), _) => {
                let grants = self.grants(&image, deadline).await;
                Answer::Grants(image, grants)
            }
            (Question::Directory, Some(directory)) => Answer::Directory(members(directory, deadline).await),
            (Question::Account(account), Some(directory)) => {
                let standing = standing(directory, &account, deadline).await;
                Answer::Account(account, standing)
            }
            (Question::Folder(folder), Some(directory)) => {
                let exists = folder_exists(directory, &folder, deadline).await;
                Answer::Folder(folder, exists)
            }
            (Question::Directory | Question::Account(_) | Question::Folder(_), None) => Answer::NoDirectory,
        }
    }

    async fn regions(&self, deadline: Deadline) -> Result<BTreeSet<RegionId>, CallError> {
        let region_id = self.policy.owner.home_region.to_string();
        let answer = self.client.send(&DescribeRegions { region_id }, deadline).await?;
        let regions = answer.regions.into_iter();
        Ok(regions.filter_map(|region| region.region_id.parse().ok()).gather())
    }

    /// The owner's resource shares in a region, with what is on them: three listings.
    async fn shares(&self, region: &RegionId, deadline: Deadline) -> Result<Vec<Share>, CallError> {
        let listing = ListResourceShares {
            region_id: region.to_string(),
            ..ListResourceShares::default()
        };
        let associations = |association_type| ListResourceShareAssociations {
            region_id: region.to_string(),
            association_type,
            resource_share_ids: Vec::new(),
            resource_id: None,
        };
        let shares = self.client.list(&listing, deadline).await?;
        if shares.is_empty() {
            return Ok(Vec::new());
        }
        let resources = associations(AssociationType::Resource);
        let targets = associations(AssociationType::Target);
        let (resources, targets) = futures_util::future::try_join(
            self.client.list(&resources, deadline),
            self.client.list(&targets, deadline),
        )
        .await?;
        Ok(wire::shares(region, shares, resources, targets))
    }

    async fn snapshots(&self, region: &RegionId, deadline: Deadline) -> Result<Vec<Snapshot>, CallError> {
        let listing = DescribeSnapshots {
            region_id: region.to_string(),
            ..DescribeSnapshots::default()
        };
        let snapshots = self.client.list(&listing, deadline).await?;
        Ok(snapshots.into_iter().filter_map(wire::snapshot).collect())
    }

    async fn key(&self, (region, name): &(RegionId, KeyName), deadline: Deadline) -> Result<Option<Key>, CallError> {
        let operation = DescribeKey {
            region_id: region.to_string(),
            key_id: match name {
                KeyName::Id(key) => key.to_string(),
                KeyName::Service => SERVICE_KEY.to_owned(),
            },
        };
        match self.client.send(&operation, deadline).await {
            Ok(answer) => Ok(wire::key(answer.key_metadata)),
            Err(error) if error.refusal().is_some_and(|refusal| refusal.status == 404) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn trust(&self, deadline: Deadline) -> Result<Option<String>, CallError> {
        let operation = GetRole {
            role_name: self.policy.encryption.share_role.clone(),
        };
        match self.client.send(&operation, deadline).await {
            Ok(answer) => Ok(Some(answer.role.assume_role_policy_document)),
            Err(error) if error.refusal().is_some_and(|refusal| refusal.status == 404) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Our own images in a region, in every status.
    async fn images(
        &self,
        region: &RegionId,
        filter: DescribeImages,
        deadline: Deadline,
    ) -> Result<Vec<Image>, CallError> {
        let listing = DescribeImages {
            region_id: region.to_string(),
            image_owner_alias: Some("self".to_owned()),
            ..filter
        };
        let images = self.client.list(&listing, deadline).await?;
        Ok(images
            .into_iter()
            .filter_map(|image| wire::image(region, image))
            .collect())
    }

    /// One of our own images, if it exists.
    pub(crate) async fn image(&self, at: &ImageRef, deadline: Deadline) -> Result<Option<Image>, CallError> {
        let filter = DescribeImages {
            image_ids: vec![at.image.to_string()],
            ..DescribeImages::default()
        };
        Ok(self
            .images(&at.region, filter, deadline)
            .await?
            .into_iter()
            .find(|image| image.at == *at))
    }

    /// The accounts that an image is granted to.
    pub(crate) async fn grants(&self, at: &ImageRef, deadline: Deadline) -> Result<BTreeSet<AccountId>, CallError> {
        let listing = DescribeImageSharePermission {
            region_id: at.region.to_string(),
            image_id: at.image.to_string(),
        };
        Ok(wire::grants(self.client.list(&listing, deadline).await?))
    }

    /// What a family resolves to in a region.
    pub(crate) async fn resolve(
        &self,
        region: &RegionId,
        family: &FamilyName,
        deadline: Deadline,
    ) -> Result<Option<ImageId>, CallError> {
        let operation = DescribeImageFromFamily {
            region_id: region.to_string(),
            image_family: family.to_string(),
        };
        let image = self.client.send(&operation, deadline).await?.into_image();
        Ok(image.and_then(|image| image.image_id.parse().ok()))
    }
}

async fn members<T: Transport>(directory: &Client<T>, deadline: Deadline) -> Result<Directory, CallError> {
    let members = directory.list(&ListAccounts::default(), deadline).await?;
    let members = members.into_iter().filter_map(wire::member);
    Ok(Directory {
        members: members.map(|member| (member.account.clone(), member)).gather(),
    })
}

async fn standing<T: Transport>(
    directory: &Client<T>,
    account: &AccountId,
    deadline: Deadline,
) -> Result<Standing, CallError> {
    let account_id = account.to_string();
    match directory.send(&GetAccount { account_id }, deadline).await {
        Ok(answer) => Ok(wire::member(answer.account).map_or(Standing::Gone, Standing::Member)),
        Err(error) if error.is_code("EntityNotExists.Account") => Ok(Standing::Gone),
        Err(error) => Err(error),
    }
}

async fn folder_exists<T: Transport>(
    directory: &Client<T>,
    folder: &FolderId,
    deadline: Deadline,
) -> Result<bool, CallError> {
    let folder_id = folder.to_string();
    match directory.send(&GetFolder { folder_id }, deadline).await {
        Ok(_) => Ok(true),
        Err(error) if error.is_code("EntityNotExists.Folder") => Ok(false),
        Err(error) => Err(error),
    }
}

/// One question, so that all of them can be asked side by side.
enum Question {
    Images(RegionId),
    Regions,
    Shares(RegionId),
    Snapshots(RegionId),
    Key((RegionId, KeyName)),
    Trust,
    Grants(ImageRef),
    Directory,
    Account(AccountId),
    Folder(FolderId),
}
