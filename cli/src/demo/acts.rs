//! The acts of the story: what people do, what goldcast makes of it, and what must be true at the end of each.

use std::cell::RefCell;
use std::collections::BTreeSet;

use goldcast_domain::policy::Topic;
use goldcast_domain::{AccountId, ImageId};
use goldcast_emulator::cloud::ImageStatus;
use jiff::Timestamp;
use serde_json::json;

use super::cast::all_told;
use super::narrator::span;
use super::picture::{Step, everywhere};
use super::progress::Progress;
use super::scenery;
use super::story::{Plot, Setback, Story, refused};
use crate::ink::{HEADING, Who, count, paint};

/// What the platform team calls the account that joins.
const NEWCOMER: &str = "payments";

impl Story<'_> {
    /// Tells the whole story into `plot`, until its end or the first thing that does not come true.
    pub(crate) async fn tell(&self, plot: &RefCell<Plot>) -> Result<(), Setback> {
        scenery::show(self);
        let source = self.an_image_is_built().await?;
        plot.borrow_mut().source = Some(source.clone());
        let launchers = self.goldcast_takes_it_everywhere(&source).await?;
        plot.borrow_mut().launchers = Some(launchers);
        plot.borrow_mut().joined = self.a_member_joins(&source).await?;
        let joined = plot.borrow().joined.clone();
        plot.borrow_mut().left = self.a_member_leaves(&source, joined).await?;
        Ok(())
    }

    async fn an_image_is_built(&self) -> Result<ImageId, Setback> {
        let (narrator, cast, world) = (self.narrator, self.cast, &self.stage.world);
        let home = &self.stage.organisation.home;
        narrator.act(
            2,
            "A pipeline builds an image",
            "It calls the cloud's own API, as it always did. It knows nothing of goldcast.",
        );
        let instance = self
            .stage
            .organisation
            .instances
            .first()
            .map(|instance| instance.id.as_str());
        let created = self
            .people
            .create_image(instance.unwrap_or_default(), &cast.golden.name)
            .await;
        let source = created.map_err(|error| refused("the pipeline creates an image", error))?;
        let release = paint(HEADING, &cast.golden.name);
        narrator.does(
            world.now(),
            Who::Pipeline,
            format_args!("CreateImage {release} in {home} → {source}"),
        );
        let built = self
            .until("the image is Available", None, |view| {
                let image = view.cloud.image(home, &source);
                image.is_some_and(|image| image.status != ImageStatus::Creating)
            })
            .await?;
        narrator.does(
            built,
            Who::Pipeline,
            "the image is Available; it boots it, tests it, and it passes",
        );
        if !cast.golden.tags.is_empty() {
            let tagged = self.people.tag_image(&source, &cast.golden.tags).await;
            tagged.map_err(|error| refused("the pipeline tags the image", error))?;
            let tags: Vec<String> = cast
                .golden
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
        Ok(source)
    }

    async fn goldcast_takes_it_everywhere(&self, source: &ImageId) -> Result<BTreeSet<AccountId>, Setback> {
        let (narrator, cast, world) = (self.narrator, self.cast, &self.stage.world);
        narrator.act(
            3,
            "goldcast takes it everywhere",
            "Copied and shared region by region; launched nowhere before it is in place everywhere.",
        );
        let began = world.now();
        if !cast.policy.regions.is_empty() {
            let copies = count(cast.policy.regions.len(), "region");
            let at = self
                .until("goldcast copies the image to every region", Some(source), |view| {
                    self.pictured(view, source).iter().all(|part| part.step > Step::Absent)
                })
                .await?;
            let doer = self.doer("CopyImage");
            narrator.does(
                at,
                Who::Goldcast,
                format_args!("{doer} sees it and copies it to {copies}"),
            );
        }
        let progress = RefCell::new(Progress::begin(narrator, &cast.regions()));
        let launched = self
            .until_shown(
                "everyone in the audience can launch it in every region",
                Some(source),
                |view| {
                    let parts = self.pictured(view, source);
                    progress.borrow_mut().update(view.now, &parts);
                    let committed = parts.iter().all(|part| part.step == Step::Committed);
                    committed && everywhere(&parts).is_superset(&cast.audience(view.cloud))
                },
            )
            .await;
        let parts = self.picture(source);
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
        self.until(&format!("{} told of the release", are(&told)), Some(source), |view| {
            all_told(view, 0, &told)
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

    async fn a_member_joins(&self, source: &ImageId) -> Result<Option<AccountId>, Setback> {
        let (narrator, cast, world) = (self.narrator, self.cast, &self.stage.world);
        narrator.act(
            4,
            "A member joins",
            "The account factory calls the function member-added, so the account need not wait for the next sweep.",
        );
        let Some(folder) = cast.folder_to_join() else {
            narrator.warning("this policy names accounts only; who joins gets nothing until the policy names it");
            return Ok(None);
        };
        let (began, since) = (world.now(), self.told());
        let created = self.people.create_account(NEWCOMER, folder).await;
        let account = created.map_err(|error| refused("the platform team creates an account", error))?;
        narrator.does(
            began,
            Who::PlatformTeam,
            format_args!(
                "CreateResourceAccount {NEWCOMER} in {} → {account}",
                cast.folder_name(folder)
            ),
        );
        let body = json!({ "accountId": account.as_str() }).to_string();
        let called = world.invoke_async("member-added", body);
        called.map_err(|error| refused("the account factory calls member-added", error))?;
        narrator.does(
            began,
            Who::PlatformTeam,
            "its account factory calls member-added with that account",
        );
        let has = self
            .until(
                "the account that joined has the image in every region",
                Some(source),
                |view| everywhere(&self.pictured(view, source)).contains(&account),
            )
            .await?;
        let told = self.how_it_came(source, &account, (has, since)).await?;
        let regions = count(cast.regions().len(), "region");
        let waited = if has == began {
            "at once".to_owned()
        } else {
            format!("{} after it was created", span(began, has))
        };
        narrator.fact(format_args!("{NEWCOMER} can launch it in {regions}, {waited}"));
        self.say_told(&told);
        Ok(Some(account))
    }

    /// Tells how an account that joined got the image, and waits until people have been told. What comes from a shelf
    /// needs nobody's doing, and is no news.
    async fn how_it_came(
        &self,
        source: &ImageId,
        account: &AccountId,
        (has, since): (Timestamp, usize),
    ) -> Result<BTreeSet<String>, Setback> {
        if self.has_from_shelf(source, account) {
            let how = "has nothing to do: its folder gets what stands on the shelf";
            self.narrator.does(has, Who::Goldcast, how);
            return Ok(BTreeSet::new());
        }
        let doer = self.doer("ModifyImageSharePermission");
        let how = format_args!("{doer} shares every image of the release with it");
        self.narrator.does(has, Who::Goldcast, how);
        let told = self.cast.told_of(Topic::Onboarded);
        self.until(&format!("{} told of the account", are(&told)), Some(source), |view| {
            all_told(view, since, &told)
        })
        .await?;
        Ok(told)
    }

    fn has_from_shelf(&self, source: &ImageId, account: &AccountId) -> bool {
        let parts = self.picture(source);
        parts
            .iter()
            .all(|part| part.accounts.contains(account) && !part.granted.contains(account))
    }

    async fn a_member_leaves(
        &self,
        source: &ImageId,
        joined: Option<AccountId>,
    ) -> Result<Option<(AccountId, String)>, Setback> {
        let (narrator, cast, world) = (self.narrator, self.cast, &self.stage.world);
        narrator.act(
            5,
            "A member leaves, and nobody tells goldcast",
            "The cloud is not known to send an event for it. The next sweep looks, and finds out.",
        );
        let invited = world.read(|view| cast.invited_member(view.cloud));
        let leaver = invited
            .map(|member| (member.account, member.name, true))
            .or_else(|| joined.map(|account| (account, NEWCOMER.to_owned(), false)));
        let Some((account, name, invited)) = leaver else {
            narrator.warning("this policy names accounts only; who leaves keeps its images until the policy drops it");
            return Ok(None);
        };
        let (began, from_shelf) = (world.now(), self.has_from_shelf(source, &account));
        let ended = self.people.end_membership(&account, invited).await;
        ended.map_err(|error| refused("the platform team ends a membership", error))?;
        let action = if invited { "RemoveCloudAccount" } else { "DeleteAccount" };
        narrator.does(began, Who::PlatformTeam, format_args!("{action} {name} ({account})"));
        let gone = self
            .until("the account that left has lost every image", Some(source), |view| {
                let parts = self.pictured(view, source);
                let has_none = parts.iter().all(|part| !part.accounts.contains(&account));
                has_none && view.cloud.members().all(|member| member.account != account)
            })
            .await?;
        let how = if from_shelf {
            "has nothing to do: who leaves the folder leaves the shelf behind".to_owned()
        } else {
            let doer = self.doer("ModifyImageSharePermission");
            format!("{doer} asks the directory, and takes every image away")
        };
        narrator.does(gone, Who::Goldcast, how);
        let waited = span(began, gone);
        narrator.fact(format_args!(
            "{name} can launch it nowhere, {waited} after it left; all others still can"
        ));
        Ok(Some((account, name)))
    }

    fn say_told(&self, channels: &BTreeSet<String>) {
        if !channels.is_empty() {
            self.narrator.fact(format_args!("{} told", are(channels)));
        }
    }
}

/// `platform-team and inventory are`.
fn are(channels: &BTreeSet<String>) -> String {
    let names: Vec<&str> = channels.iter().map(String::as_str).collect();
    match names.as_slice() {
        [] => "nobody is".to_owned(),
        [one] => format!("{one} is"),
        [first @ .., last] => format!("{} and {last} are", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_are_listed_as_in_a_sentence() {
        for (names, said) in [
            (&["a"][..], "a is"),
            (&["a", "b"], "a and b are"),
            (&["a", "b", "c"], "a, b and c are"),
        ] {
            assert_eq!(are(&names.iter().map(|name| (*name).to_owned()).collect()), said);
        }
    }
}
