//! The last release is bad, and is taken back everywhere.

use std::cell::RefCell;
use std::collections::BTreeMap;

use goldcast_domain::ledger;
use goldcast_domain::policy::{Then, Topic};

use super::super::cast::all_told;
use super::super::narrator::span;
use super::super::picture::{Step, holders};
use super::super::story::{Plot, Recall, Release, Setback, Story, refused};
use super::are;
use crate::ink::{HEADING, Who, count, paint};

/// What is wrong with it.
const WHY: &str = "sshd accepts every key";

impl Story<'_> {
    /// The pipeline recalls the last of these releases.
    pub(super) async fn it_is_recalled(&self, releases: &[Release], plot: &RefCell<Plot>) -> Result<(), Setback> {
        let (narrator, cast, world) = (self.narrator, self.cast, &self.stage.world);
        let Some((bad, before)) = releases.split_last() else {
            return Ok(());
        };
        let before = before.last();
        let (asked, since, calls) = (world.now(), self.told(), self.calls());
        let holders = holders(&self.picture(bad)).len();
        narrator.does(
            asked,
            Who::Pipeline,
            format_args!("a late test of {} fails: {WHY}", paint(HEADING, &bad.name)),
        );
        let tags = BTreeMap::from([(ledger::RECALL.to_owned(), WHY.to_owned())]);
        let tagged = self.people.tag_image(&bad.source, &tags).await;
        tagged.map_err(|error| refused("the pipeline tags the image", error))?;
        narrator.does(
            asked,
            Who::Pipeline,
            format_args!("TagResources {}=\"{WHY}\" on {}", ledger::RECALL, bad.source),
        );
        plot.borrow_mut().recall = Some(Recall {
            asked,
            parked: None,
            since,
        });
        let watched: Vec<&Release> = std::iter::once(bad).chain(before).collect();
        let launches = match before {
            Some(before) => format!("launches {} again", before.name),
            None => "launches nothing any more".to_owned(),
        };
        let expected = format!("the family {} {launches} in every region", cast.policy.family);
        let parked = self
            .until(&expected, &watched, |view| {
                let parts = self.pictured(view, bad);
                self.resolves_to(view, before) && parts.iter().all(|part| is_out(part.step))
            })
            .await?;
        plot.borrow_mut().recall = Some(Recall {
            asked,
            parked: Some(parked),
            since,
        });
        let regions = count(cast.regions().len(), "region");
        let doer = self.doer_since(calls, "ModifyImageAttribute");
        let doer = doer.as_deref().unwrap_or("a function");
        narrator.does(
            parked,
            Who::Goldcast,
            format_args!("{doer} moves it out of the family in {regions} at once, and parks it"),
        );
        narrator.fact(format_args!(
            "acs:{}:{} {launches} in {regions}, {} of simulated time after the tag",
            self.stage.organisation.owner,
            cast.policy.family,
            span(asked, parked)
        ));
        self.it_is_taken_away(bad, &watched, holders, calls).await?;
        let told = cast.told_of(Topic::Recalled);
        self.until(&format!("{} told of the recall", are(&told)), &watched, |view| {
            all_told(view, since, &told)
        })
        .await?;
        self.say_told(&told);
        Ok(())
    }

    /// Whoever has the recalled images loses them, if the policy goes so far.
    async fn it_is_taken_away(
        &self,
        bad: &Release,
        watched: &[&Release],
        holders: usize,
        calls: usize,
    ) -> Result<(), Setback> {
        if self.cast.policy.recall.then == Then::Park {
            let note = "this policy only parks what is recalled; who names an image by its id still can launch it";
            self.narrator.warning(note);
            return Ok(());
        }
        let gone = self
            .until("nobody has the recalled images any more", watched, |view| {
                self.pictured(view, bad).iter().all(|part| part.accounts.is_empty())
            })
            .await?;
        let takes = ["ModifyImageSharePermission", "DisassociateResourceShare"];
        let doer = takes.iter().find_map(|action| self.doer_since(calls, action));
        let doer = doer.as_deref().unwrap_or("a function");
        let accounts = count(holders, "account");
        self.narrator.does(
            gone,
            Who::Goldcast,
            format_args!("{doer} takes its images from {accounts}"),
        );
        self.narrator.fact(format_args!(
            "nobody can launch {} any more, by name or by id",
            bad.name
        ));
        Ok(())
    }
}

fn is_out(step: Step) -> bool {
    matches!(step, Step::Parked | Step::Absent)
}
