//! Observing: asks the cloud what the planner wants to know, all at once, and writes down every answer and every silence.

use std::collections::BTreeSet;

use futures_util::{StreamExt as _, stream};
use goldcast_cloud::directory::{GetAccount, ListAccounts};
use goldcast_cloud::ecs::{DescribeImageFromFamily, DescribeImageSharePermission, DescribeImages};
use goldcast_cloud::{CallError, Deadline, Transport};
use goldcast_domain::{AccountId, Directory, FamilyName, Image, ImageId, ImageRef, RegionId, Standing};
use goldcast_planner::{Questions, Reading, questions};

use crate::report::Failure;
use crate::run::{Engine, Run};
use crate::wire;

/// Calls that are under way at once. Regions are independent; within one region the published rates pace them anyway.
pub(crate) const CALLS_AT_ONCE: usize = 16;
/// Answers raise questions: listings, then grants and members, then single accounts. One more than that proves an end.
const DEPTH_MAX: usize = 4;

/// One answer, or the reason why there is none.
enum Answer {
    Region(RegionId, Result<Vec<Image>, CallError>),
    Grants(ImageRef, Result<BTreeSet<AccountId>, CallError>),
    Directory(Result<Directory, CallError>),
    Account(AccountId, Result<Standing, CallError>),
    NoDirectory,
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
        let regions = asked.regions.into_iter().map(Question::Region);
        let grants = asked.grants.into_iter().map(Question::Grants);
        let directory = asked.directory.then_some(Question::Directory);
        let accounts = asked.accounts.into_iter().map(Question::Account);
        stream::iter(regions.chain(grants).chain(directory).chain(accounts))
            .map(|question| self.answer(question, deadline))
            .buffered(CALLS_AT_ONCE)
            .collect()
            .await
    }

    async fn answer(&self, question: Question, deadline: Deadline) -> Answer {
        match (question, &self.directory) {
            (Question::Region(region), _) => {
                let images = self.images(&region, DescribeImages::default(), deadline).await;
                Answer::Region(region, images)
            }
            (Question::Grants(image), _) => {
                let grants = self.grants(&image, deadline).await;
                Answer::Grants(image, grants)
            }
            (Question::Directory, Some(directory)) => {
                let members = directory.list(&ListAccounts::default(), deadline).await;
                Answer::Directory(members.map(|members| {
                    Directory {
                        members: members
                            .into_iter()
                            .filter_map(wire::member)
                            .map(|m| (m.account.clone(), m))
                            .collect(),
                    }
                }))
            }
            (Question::Account(account), Some(directory)) => {
                let operation = GetAccount {
                    account_id: account.to_string(),
                };
                let standing = match directory.send(&operation, deadline).await {
                    Ok(answer) => Ok(wire::member(answer.account).map_or(Standing::Gone, Standing::Member)),
                    Err(error) if error.is_code("EntityNotExists.Account") => Ok(Standing::Gone),
                    Err(error) => Err(error),
                };
                Answer::Account(account, standing)
            }
            (Question::Directory | Question::Account(_), None) => Answer::NoDirectory,
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

/// One question, so that all of them can be asked side by side.
enum Question {
    Region(RegionId),
    Grants(ImageRef),
    Directory,
    Account(AccountId),
}
