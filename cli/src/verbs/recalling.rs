//! What `recall` and `cancel` share: one tag that says that a release is taken back, and a run that carries it out in
//! every region at once. The tag stays, so that any later run goes on.

use std::time::Duration;

use clap::Args;
use goldcast_domain::policy::Then;
use goldcast_domain::{ImageId, ImageRef, Policy, RegionId, Scope, ledger};
use goldcast_engine::{Finished, Right};
use goldcast_planner::{Plan, PolicyOverview, RegionState, ReleaseStanding, overview};
use serde_json::{Value, json};

use super::connection::Connection;
use super::release;
use super::report;
use super::scope::written;
use super::teller::Teller;
use super::trouble::Trouble;
use super::watching::{Tried, watch};
use crate::exit::Exit;
use crate::ink::{CAREFUL, GOOD, SOFT, count, paint};

/// Runs until a listing shows the tag: what was just written may not be visible yet.
const RUNS_MAX: usize = 5;
/// Between two of them.
const PAUSE: Duration = Duration::from_secs(2);

/// How far a verb goes by itself.
#[derive(Debug, Args)]
pub(crate) struct ExtentArguments {
    /// Take the tag off again: the release comes back as far as it can
    #[arg(long)]
    pub(super) undo: bool,
    /// Only write the tag, and leave the rest to the functions
    #[arg(long, visible_alias = "no-wait")]
    pub(super) tag_only: bool,
    /// Do not ask
    #[arg(long, short)]
    pub(super) yes: bool,
}

/// A release that a person takes back, or lets come back.
pub(super) struct Recalling<'c> {
    pub(super) teller: &'c Teller,
    pub(super) connection: &'c Connection,
    policy: Policy,
    release: String,
    source_id: ImageId,
    speaker: ImageRef,
    /// The images that carry the tag now.
    tagged: Vec<ImageRef>,
    /// Where people launch it by the family now.
    launched: Vec<RegionId>,
}

/// How a run ended for the release.
struct Aftermath {
    finished: Finished,
    /// The part of the plan that is about this release.
    plan: Plan,
    tried: Tried,
}

/// A reason that can stand in a tag.
pub(super) fn reason(text: &str) -> Result<String, Trouble> {
    let text = text.trim();
    let chars = text.chars().count();
    let refuse = |why: String| Err(Trouble::Reason(why));
    if text.is_empty() {
        refuse("is empty".to_owned())
    } else if chars > ledger::TAG_VALUE_CHARS_MAX {
        refuse(format!(
            "has {chars} characters, and a tag holds {}",
            ledger::TAG_VALUE_CHARS_MAX
        ))
    } else if text.contains("http://") || text.contains("https://") {
        refuse("has a URL in it, and the cloud refuses those in tags; name the ticket instead".to_owned())
    } else if text.chars().any(char::is_control) {
        refuse("has line ends or other control characters in it".to_owned())
    } else {
        Ok(text.to_owned())
    }
}

impl<'c> Recalling<'c> {
    /// Finds the release that a person means, and shows it.
    pub(super) async fn find(teller: &'c Teller, connection: &'c Connection, wanted: &str) -> Result<Self, Trouble> {
        let look = connection.engine.look(Scope::InFlight, connection.deadline());
        let looked = teller.during("looking", look).await;
        let policies = overview(connection.policy(), &looked.seen, connection.clock().now());
        let (line, release) = release::find(connection.policy(), &looked.seen, &policies, wanted)?;
        let Some(speaker) = release.speaker else {
            return Err(Trouble::NotFound {
                wanted: wanted.to_owned(),
                known: Vec::new(),
            });
        };
        let tagged = release.recall().map(|(_, images)| images).unwrap_or_default();
        let recalling = Self {
            teller,
            connection,
            policy: line.policy.clone(),
            release: release.name.to_owned(),
            source_id: release.source.clone(),
            speaker: speaker.clone(),
            tagged: tagged.into_iter().cloned().collect(),
            launched: release.launched_in(line.policy).into_iter().cloned().collect(),
        };
        teller.heading(format_args!("{} of {}", release.name, line.policy.name));
        recalling.tell_regions(&looked);
        Ok(recalling)
    }

    /// Refuses what people launch already: cancelling is for what is still on its way.
    pub(super) fn refuse_released(&self) -> Result<(), Trouble> {
        if self.launched.is_empty() {
            return Ok(());
        }
        Err(Trouble::Released {
            release: self.release.clone(),
            family: self.policy.family.clone(),
            regions: self.launched.iter().map(ToString::to_string).collect(),
            recall: format!("goldcast recall {} --reason …", written(&self.speaker)),
        })
    }

    /// Writes the tag, and has it carried out.
    pub(super) async fn take_back(&self, why: &str, question: &str, extent: &ExtentArguments) -> Result<Exit, Trouble> {
        if !self.teller.confirm(question, extent.yes)? {
            self.teller.line("Nothing was done.");
            return Ok(Exit::Pending);
        }
        let engine = &self.connection.engine;
        engine
            .ask_recall(&self.speaker, why, self.connection.deadline())
            .await?;
        let noted = format!(
            "  {} tag {} with {}: {why}",
            paint(GOOD, "✓"),
            self.speaker,
            ledger::RECALL
        );
        self.teller.line(noted);
        if extent.tag_only {
            self.teller
                .line("The functions see the tag within seconds, and the sweep at the latest.");
            self.teller.result(&self.as_json(&json!({ "reason": why }), None));
            return Ok(Exit::Pending);
        }
        let aftermath = self.run_until(true).await;
        let is_out = self.is_out(&aftermath.finished);
        self.tell_aftermath(&aftermath);
        self.tell_end(&aftermath.finished, is_out);
        let facts = json!({ "reason": why, "out": is_out, "instead": self.instead(&aftermath.finished) });
        self.teller.result(&self.as_json(&facts, Some(&aftermath)));
        Ok(Self::exit(&aftermath, is_out))
    }

    /// Takes the tag off again, and has that carried out.
    pub(super) async fn bring_back(&self, extent: &ExtentArguments) -> Result<Exit, Trouble> {
        if self.tagged.is_empty() {
            let release = self.release.clone();
            return Err(Trouble::NotRecalled { release });
        }
        if !self.teller.confirm(&self.question("Bring back"), extent.yes)? {
            self.teller.line("Nothing was done.");
            return Ok(Exit::Pending);
        }
        for image in &self.tagged {
            let engine = &self.connection.engine;
            engine.undo_recall(image, self.connection.deadline()).await?;
            let line = format!("  {} take {} off {image}", paint(GOOD, "✓"), ledger::RECALL);
            self.teller.line(line);
        }
        if extent.tag_only {
            self.teller
                .line("The functions see it within seconds, and the sweep at the latest.");
            self.teller.result(&self.as_json(&json!({ "undone": true }), None));
            return Ok(Exit::Pending);
        }
        let aftermath = self.run_until(false).await;
        self.tell_aftermath(&aftermath);
        let facts = json!({ "undone": true, "instead": self.instead(&aftermath.finished) });
        self.teller.result(&self.as_json(&facts, Some(&aftermath)));
        Ok(report::exit(&aftermath.plan, &aftermath.finished.report))
    }

    /// Runs the engine for the release until a listing shows the tag, or shows it no more.
    async fn run_until(&self, tagged: bool) -> Aftermath {
        self.teller.heading("Doing");
        let (deadline, mut tried) = (self.connection.deadline(), Tried::new());
        let mut runs = 0;
        loop {
            let scope = Scope::Image(self.speaker.clone());
            let run = self.connection.engine.run(scope, Right::SweepOnly, deadline);
            let (finished, more) = watch(self.teller, run).await;
            tried.extend(more);
            runs += 1;
            let is_shown = self.is_recalled(&finished).is_none_or(|recalled| recalled == tagged);
            if is_shown || runs == RUNS_MAX || deadline.remaining() < PAUSE {
                let plan = self.part_of(&finished.plan);
                return Aftermath { finished, plan, tried };
            }
            let pause = tokio::time::sleep(PAUSE);
            self.teller.during("until the cloud shows the tag", pause).await;
        }
    }

    /// Its policy and releases as a run saw them last.
    fn in_sight<'f>(&'f self, finished: &'f Finished) -> Option<PolicyOverview<'f>> {
        let now = self.connection.clock().now();
        let mut policies = overview(self.connection.policy(), &finished.seen, now).into_iter();
        policies.find(|line| line.policy.name == self.policy.name)
    }

    /// Whether a run saw the tag; nothing if the release is gone.
    fn is_recalled(&self, finished: &Finished) -> Option<bool> {
        let line = self.in_sight(finished)?;
        let release = line.releases.iter().find(|release| release.source == self.source_id)?;
        Some(release.recall().is_some())
    }

    /// Its regions, home first, each with its image and what there is of it.
    fn regions(&self, finished: &Finished) -> Vec<(RegionId, Option<ImageId>, RegionState)> {
        let line = self.in_sight(finished);
        let mut releases = line.iter().flat_map(|line| &line.releases);
        let Some(release) = releases.find(|release| release.source == self.source_id) else {
            let regions = self.connection.policy().regions_of(&self.policy);
            return regions
                .map(|region| (region.clone(), None, RegionState::Absent))
                .collect();
        };
        let regions = release.regions.iter();
        regions
            .map(|part| (part.region.clone(), part.image.cloned(), part.state))
            .collect()
    }

    /// Whether nobody launches it by the family any more, in any region.
    fn is_out(&self, finished: &Finished) -> bool {
        let regions = self.regions(finished);
        regions
            .iter()
            .all(|(_, _, state)| !matches!(state, RegionState::InFamily | RegionState::Unread))
    }

    /// The release that the family resolves to now, be it only here and there.
    fn instead(&self, finished: &Finished) -> Option<String> {
        let line = self.in_sight(finished)?;
        let mut newest_first = line.releases.iter().rev();
        let current = newest_first
            .clone()
            .find(|release| release.standing == ReleaseStanding::Current);
        let found = current.or_else(|| {
            newest_first.find(|release| release.recall().is_none() && !release.launched_in(line.policy).is_empty())
        });
        found.map(|release| release.name.to_owned())
    }

    fn tell_regions(&self, finished: &Finished) {
        let regions = self.regions(finished);
        let width = regions
            .iter()
            .map(|(region, ..)| region.as_str().len())
            .max()
            .unwrap_or_default();
        for (region, image, state) in regions {
            let image = image.map(|image| image.to_string()).unwrap_or_default();
            let state = release::state_in_words(state);
            let line = format!("  {:<width$}  {:<22}  {state}", region.as_str(), image);
            self.teller.line(line.trim_end());
        }
    }

    fn tell_aftermath(&self, Aftermath { finished, plan, .. }: &Aftermath) {
        self.teller.line("");
        self.teller.heading(format_args!("{} now", self.release));
        self.tell_regions(finished);
        for wait in &plan.waits {
            self.teller.line(format_args!("{} {wait}", paint(SOFT, "waiting:")));
        }
        for block in &plan.blocks {
            self.teller.line(format_args!("{} {block}", paint(CAREFUL, "blocked:")));
        }
        report::tell_failures(self.teller, &finished.report.failures);
    }

    /// What a plan says about this release, and about everything.
    fn part_of(&self, plan: &Plan) -> Plan {
        let is_ours = |release: Option<&String>| release.is_none_or(|release| *release == self.release);
        let mut part = plan.clone();
        part.actions.retain(|planned| planned.release == self.release);
        part.waits.retain(|wait| is_ours(wait.release.as_ref()));
        part.blocks.retain(|block| is_ours(block.release.as_ref()));
        part
    }

    /// What it means for people, what follows, and how to take it back.
    fn tell_end(&self, finished: &Finished, is_out: bool) {
        let (release, family) = (&self.release, &self.policy.family);
        let instead = self.instead(finished);
        let instead = instead.unwrap_or_else(|| "nothing of ours".to_owned());
        let now = match (is_out, self.launched.is_empty()) {
            (true, true) => paint(
                GOOD,
                format_args!("{release} goes no further; {family} resolves to {instead}."),
            ),
            (true, false) => {
                let text = format!("Nobody launches {release} by {family} any more; it resolves to {instead}.");
                paint(GOOD, text)
            }
            (false, _) => paint(
                CAREFUL,
                format_args!("{release} is not out everywhere yet; the next sweep goes on."),
            ),
        };
        self.teller.line(format_args!("\n{now}"));
        self.teller.line(match self.policy.recall.then {
            Then::Park => "It stays parked: who names its id can still launch it.",
            Then::Unshare => "It is taken from every account; the sweep goes on with what is left.",
            Then::Deprecate => "It is taken from every account and deprecated; the sweep goes on with what is left.",
            Then::Delete => "It is taken from every account, deprecated and deleted; the sweep goes on with that.",
        });
        self.teller.line(paint(SOFT, format_args!("To undo: {}", self.undo())));
    }

    fn undo(&self) -> String {
        format!("goldcast recall {} --undo", written(&self.speaker))
    }

    fn as_json(&self, facts: &Value, aftermath: Option<&Aftermath>) -> Value {
        let calls = self.connection.calls();
        let mut object = json!({
            "release": self.release,
            "policy": self.policy.name,
            "family": self.policy.family,
            "image": self.speaker,
            "undo": self.undo(),
            "reads": calls.reads(),
            "writes": calls.writes(),
        });
        if let Some(Aftermath { finished, plan, tried }) = aftermath {
            let regions = self.regions(finished).into_iter().map(|(region, image, state)| {
                let mut part = json!(state);
                part["region"] = json!(region);
                part["image"] = json!(image);
                part
            });
            object["regions"] = regions.collect();
            object["tried"] = json!(tried);
            object["done"] = json!(finished.report.done);
            object["waits"] = json!(plan.waits);
            object["blocks"] = json!(plan.blocks);
            object["failures"] = json!(finished.report.failures);
        }
        if let (Some(members), Some(facts)) = (object.as_object_mut(), facts.as_object()) {
            members.extend(facts.clone());
        }
        object
    }

    fn exit(aftermath: &Aftermath, is_out: bool) -> Exit {
        if !is_out {
            Exit::Pending
        } else if aftermath.finished.report.failures.is_empty() {
            Exit::Done
        } else {
            Exit::Failed
        }
    }

    /// `Take … back in 4 regions?`
    pub(super) fn question(&self, verb: &str) -> String {
        let regions = self.connection.policy().regions_of(&self.policy).count();
        format!("{verb} {} in {}?", self.release, count(regions, "region"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_a_few_words_that_a_tag_can_hold() {
        assert_eq!(reason(" broken sshd ").unwrap(), "broken sshd");
        assert!(reason(&"x".repeat(128)).is_ok());
        for (text, why) in [
            ("", "is empty"),
            ("see https://tickets.example/7", "has a URL"),
            ("a\nb", "line ends"),
            (&*"x".repeat(129), "has 129 characters, and a tag holds 128"),
        ] {
            assert!(reason(text).unwrap_err().to_string().contains(why), "{text:?}");
        }
    }
}
