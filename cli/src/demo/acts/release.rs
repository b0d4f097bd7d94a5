//! A release: a pipeline builds and tags an image, goldcast takes it everywhere.

use std::cell::RefCell;
use std::collections::BTreeSet;

use goldcast_domain::AccountId;
use goldcast_domain::policy::Topic;
use goldcast_emulator::cloud::ImageStatus;

use super::super::cast::all_told;
use super::super::narrator::span;
use super::super::picture::{Step, everywhere};
use super::super::progress::Progress;
use super::super::story::{Release, Setback, Story, refused};
use super::are;
use crate::ink::{HEADING, Who, count, paint};
use crate::stage::Golden;

impl Story<'_> {
    /// The pipeline begins to build an image, while the release before it is in use.
    pub(super) async fn a_build_begins(&self, golden: &Golden, before: Option<&Release>) -> Result<Release, Setback> {
        let organisation = &self.stage.organisation;
        let instance = organisation.instances.first();
        let instance = instance.map(|instance| instance.id.as_str()).unwrap_or_default();
        let created = self.people.create_image(instance, &golden.name).await;
        let source = created.map_err(|error| refused("the pipeline creates an image", error))?;
        let next = if before.is_some() { ", the next release" } else { "" };
        self.narrator.does(
            self.stage.world.now(),
            Who::Pipeline,
            format_args!(
                "CreateImage {} in {} → {source}{next}",
                paint(HEADING, &golden.name),
                organisation.home
            ),
        );
        Ok(Release {
            name: golden.name.clone(),
            source,
            launchers: None,
        })
    }

    /// The image is there, and the pipeline says that it is golden.
    pub(super) async fn a_build_is_done(&self, release: &Release, golden: &Golden) -> Result<(), Setback> {
        let (narrator, home) = (self.narrator, &self.stage.organisation.home);
        let built = self
            .until("the image is Available", &[], |view| {
                let image = view.cloud.image(home, &release.source);
                image.is_some_and(|image| image.status != ImageStatus::Creating)
            })
            .await?;
        narrator.does(
            built,
            Who::Pipeline,
            "the image is Available; it boots it, tests it, and it passes",
        );
        if !golden.tags.is_empty() {
            let tagged = self.people.tag_image(&release.source, &golden.tags).await;
            tagged.map_err(|error| refused("the pipeline tags the image", error))?;
            let tags: Vec<String> = golden
                .tags
                .iter()
                .map(|(key, value)| format!("{key}={value}"))
                .collect();
            narrator.does(
                built,
                Who::Pipeline,
                format_args!("TagResources {}: now it is golden", tags.join(" ")),
            );
        }
        Ok(())
    }

    /// From the source to the family in every region. Gives the accounts that can launch it then.
    pub(super) async fn goldcast_takes_it_everywhere(
        &self,
        release: &Release,
        told_from: Step,
    ) -> Result<BTreeSet<AccountId>, Setback> {
        let (narrator, cast, world) = (self.narrator, self.cast, &self.stage.world);
        let (began, since) = (world.now(), self.told());
        if !cast.policy.regions.is_empty() {
            let copies = count(cast.policy.regions.len(), "region");
            let at = self
                .until("goldcast copies the image to every region", &[release], |view| {
                    self.pictured(view, release).iter().all(|part| part.step > Step::Absent)
                })
                .await?;
            let doer = self.doer("CopyImage");
            narrator.does(
                at,
                Who::Goldcast,
                format_args!("{doer} sees it and copies it to {copies}"),
            );
        }
        let progress = RefCell::new(Progress::begin(narrator, &cast.regions(), told_from));
        let launched = self
            .until_shown(
                "everyone in the audience can launch it in every region",
                &[release],
                |view| {
                    let parts = self.pictured(view, release);
                    progress.borrow_mut().update(view.now, &parts);
                    let committed = parts.iter().all(|part| part.step == Step::Committed);
                    committed && everywhere(&parts).is_superset(&cast.audience(view.cloud))
                },
            )
            .await;
        let parts = self.picture(release);
        progress.into_inner().end(&parts);
        let launched = launched?;
        let doer = self.doer("ModifyImageAttribute");
        let regions = count(cast.regions().len(), "region");
        narrator.does(
            launched,
            Who::Goldcast,
            format_args!(
                "{doer} puts it into the family {} in {regions} at once",
                cast.policy.family
            ),
        );
        let told = cast.told_of(Topic::Released);
        self.until(&format!("{} told of the release", are(&told)), &[release], |view| {
            all_told(view, since, &told)
        })
        .await?;
        let accounts = everywhere(&parts);
        narrator.fact(format_args!(
            "{} can launch acs:{}:{} in {regions}, {} of simulated time after it was tagged",
            count(accounts.len(), "account"),
            self.stage.organisation.owner,
            cast.policy.family,
            span(began, launched)
        ));
        self.say_told(&told);
        Ok(accounts)
    }
}
