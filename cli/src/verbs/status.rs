//! `goldcast status`: every release, region by region. It changes nothing.

use std::collections::BTreeSet;

use clap::Args;
use goldcast_domain::{PolicyFile, RegionId, Scope};
use goldcast_engine::{ChannelStanding, Finished};
use goldcast_planner::Observed;
use serde_json::{Value, json};

use super::connection::{Connection, ConnectionArguments};
use super::release::{self, Release, Standing, State};
use super::teller::Teller;
use super::trouble::Trouble;
use super::{report, run};
use crate::exit::Exit;
use crate::grid;
use crate::ink::{CAREFUL, SOFT, count, paint};

/// What to show.
#[derive(Debug, Args)]
#[command(
    after_help = help!(
"Examples:\n  goldcast status\n  goldcast status corp-linux\n  goldcast status cn-hangzhou/m-bp1gold0001\n  \
                        goldcast status --json | jq '.policies[].releases[] | {release, standing}'\n\n\
                        --json prints policies with their releases, waits, blocks, failures, channels with their trouble, reads and writes.\n\nExit codes:\n  0  shown\n  1  something could not be read, or the policy has mistakes\n  2  no keys, no file, a wrong argument"
)
)]
pub(crate) struct StatusArguments {
    /// Only this: REGION/ID, id or name of an image, or a family [default: everything]
    #[arg(value_name = "IMAGE|FAMILY")]
    wanted: Option<String>,
    #[command(flatten)]
    connection: ConnectionArguments,
}

impl StatusArguments {
    /// Looks and shows.
    pub(crate) fn run(self) -> Exit {
        run(self.connection.json, self.look())
    }

    async fn look(&self) -> Result<Exit, Trouble> {
        let teller = Teller::new(self.connection.json);
        let connection = self.connection.connect(self.connection.policy()?).await?;
        let look = connection.engine.look(Scope::Everything, connection.deadline());
        let looked = teller.during("looking", look).await;
        let channels = connection.engine.channels(connection.deadline()).await;
        let shown = Shown::of(connection.policy(), &looked, self.wanted.as_deref())?;
        if self.connection.json {
            let mut object = shown.as_json(&connection);
            object["channels"] = channels.iter().map(channel_as_json).collect();
            teller.result(&object);
        } else {
            shown.tell(&teller);
            tell_channels(&teller, &channels);
            report::tell_failures(&teller, &looked.report.failures);
            let calls = report::calls_in_words(connection.calls().reads(), "read");
            teller.line(paint(SOFT, calls));
        }
        Ok(if looked.report.failures.is_empty() {
            Exit::Done
        } else {
            Exit::Failed
        })
    }
}

/// What is shown.
struct Shown<'a> {
    file: &'a PolicyFile,
    looked: &'a Finished,
    releases: Vec<(Release<'a>, Standing)>,
    /// One release only, if one was named.
    only: Option<&'a str>,
}

impl<'a> Shown<'a> {
    fn of(file: &'a PolicyFile, looked: &'a Finished, wanted: Option<&str>) -> Result<Self, Trouble> {
        let all = release::releases(file, &looked.seen);
        let standings = release::standings(file, &all);
        let mut shown = Self {
            file,
            looked,
            releases: all.into_iter().zip(standings).collect(),
            only: None,
        };
        let Some(wanted) = wanted else { return Ok(shown) };
        if file.policies.values().any(|policy| policy.family.as_str() == wanted) {
            shown
                .releases
                .retain(|(release, _)| release.policy.family.as_str() == wanted);
        } else {
            let meant = release::find(file, &looked.seen, wanted)?;
            shown.only = Some(meant.name);
            shown
                .releases
                .retain(|(release, _)| release.source_id == meant.source_id);
        }
        Ok(shown)
    }

    /// What a wait or a block is about is shown if its release is.
    fn covers(&self, about: Option<&String>) -> bool {
        self.only
            .is_none_or(|only| about.is_some_and(|release| release == only))
    }

    fn tell(&self, teller: &Teller) {
        if self.releases.is_empty() {
            teller.line("No image is golden by this policy yet.");
        }
        for policy in self.file.policies.values() {
            let own = |(release, _): &&(Release<'a>, Standing)| release.policy.name == policy.name;
            let releases: Vec<_> = self.releases.iter().filter(own).collect();
            if releases.is_empty() {
                continue;
            }
            teller.heading(format_args!(
                "{}  launched by acs:{}:{}",
                policy.name, self.file.owner.account, policy.family
            ));
            let regions: Vec<&RegionId> = self.file.regions_of(policy).collect();
            let mut table = vec![row("", &regions, ToString::to_string)];
            for (release, standing) in releases.into_iter().rev() {
                let label = format!("{}\n{}", release.name, standing.in_words());
                table.push(row(&label, &regions, |region| self.cell(release, region)));
            }
            for line in grid::lines(table) {
                teller.line(format_args!("  {line}"));
            }
            teller.line("");
        }
        let plan = &self.looked.plan;
        for wait in plan.waits.iter().filter(|wait| self.covers(wait.release.as_ref())) {
            teller.line(format_args!("{} {wait}", paint(SOFT, "waiting:")));
        }
        for block in plan.blocks.iter().filter(|block| self.covers(block.release.as_ref())) {
            teller.line(format_args!("{} {block}", paint(CAREFUL, "blocked:")));
        }
        let due = plan
            .actions
            .iter()
            .filter(|planned| self.covers(Some(&planned.release)))
            .count();
        if due > 0 {
            let due = count(due, "action");
            teller.line(format_args!("{due} to do; goldcast plan shows them"));
        }
    }

    fn cell(&self, release: &Release<'_>, region: &RegionId) -> String {
        let state = release.state_in(region, &self.looked.seen).in_words();
        let who = release
            .image_in(region)
            .map(|image| Holders::of(image, &self.looked.seen));
        match who.and_then(|who| who.in_words()) {
            Some(who) => format!("{state}\n{who}"),
            None => state,
        }
    }

    fn as_json(&self, connection: &Connection) -> Value {
        let policies = self.file.policies.values().map(|policy| {
            let own = |(release, _): &&(Release<'a>, Standing)| release.policy.name == policy.name;
            let releases = self.releases.iter().filter(own);
            json!({
                "policy": policy.name,
                "family": policy.family,
                "releases": releases.map(|(release, standing)| self.release_as_json(release, standing)).collect::<Value>(),
            })
        });
        let (plan, calls) = (&self.looked.plan, connection.calls());
        let waits = plan.waits.iter().filter(|wait| self.covers(wait.release.as_ref()));
        let blocks = plan.blocks.iter().filter(|block| self.covers(block.release.as_ref()));
        json!({
            "policies": policies.collect::<Value>(),
            "waits": waits.collect::<Vec<_>>(),
            "blocks": blocks.collect::<Vec<_>>(),
            "failures": report::failures_as_json(&self.looked.report.failures),
            "reads": calls.reads(),
            "writes": calls.writes(),
        })
    }

    fn release_as_json(&self, release: &Release<'_>, standing: &Standing) -> Value {
        let regions = self.file.regions_of(release.policy).map(|region| {
            let image = release.image_in(region);
            let mut cell = json!(release.state_in(region, &self.looked.seen));
            let holders = image.map(|image| Holders::of(image, &self.looked.seen));
            cell["region"] = json!(region);
            cell["image"] = json!(image.map(|image| &image.at.image));
            cell["accounts"] = json!(holders.as_ref().and_then(|holders| holders.accounts));
            cell["on_shelf"] = json!(holders.is_some_and(|holders| holders.on_shelf));
            cell
        });
        let mut object = json!(standing);
        object["release"] = json!(release.name);
        object["source"] = json!(release.source_id);
        object["regions"] = regions.collect();
        object
    }
}

/// Channels that are not told everything.
fn tell_channels(teller: &Teller, channels: &[ChannelStanding]) {
    for standing in channels {
        let Some(trouble) = &standing.trouble else { continue };
        let since = standing
            .since
            .map(|since| format!(" since {}", since.strftime("%Y-%m-%d %H:%MZ")));
        teller.line(format_args!(
            "{} {} is not told everything{}: {trouble}",
            paint(CAREFUL, "channel:"),
            standing.channel,
            since.unwrap_or_default()
        ));
    }
}

fn channel_as_json(standing: &ChannelStanding) -> Value {
    json!({
        "channel": standing.channel,
        "trouble": standing.trouble,
        "since": standing.since,
        "may_pass": standing.may_pass,
    })
}

/// Who can launch an image, besides its owner.
struct Holders {
    /// Accounts that it is granted to, where that was read.
    accounts: Option<usize>,
    /// Whether it stands on a shelf.
    on_shelf: bool,
}

impl Holders {
    fn of(image: &goldcast_domain::Image, seen: &Observed) -> Self {
        let mut shares = seen.shares_in(&image.at.region).unwrap_or_default().iter();
        Self {
            accounts: seen.grants_of(image).map(BTreeSet::len),
            on_shelf: shares.any(|share| share.images.contains_key(&image.at.image)),
        }
    }

    fn in_words(&self) -> Option<String> {
        let granted = self.accounts.filter(|accounts| *accounts > 0);
        let granted = granted.map(|accounts| count(accounts, "account"));
        match (granted, self.on_shelf) {
            (Some(granted), true) => Some(format!("{granted}, shelf")),
            (None, true) => Some("shelf".to_owned()),
            (granted, false) => granted,
        }
    }
}

fn row(label: &str, regions: &[&RegionId], cell: impl Fn(&RegionId) -> String) -> Vec<String> {
    let cells = regions.iter().map(|region| cell(region));
    std::iter::once(label.to_owned()).chain(cells).collect()
}

impl Standing {
    fn in_words(&self) -> String {
        match self {
            Self::Current => "current".to_owned(),
            Self::OnItsWay => "on its way".to_owned(),
            Self::Earlier => "earlier".to_owned(),
            Self::Overtaken => "overtaken".to_owned(),
            Self::Recalled { why } => format!("recalled: {why}"),
            Self::Retiring { since } => format!("retiring since {}", since.strftime("%Y-%m-%d")),
            Self::Gone { since } => format!("gone since {}", since.strftime("%Y-%m-%d")),
        }
    }
}

impl State {
    /// The state as a table shows it.
    pub(super) fn in_words(&self) -> String {
        match self {
            Self::Unread => "not read",
            Self::Absent => "·",
            Self::Queued => "queued",
            Self::Making {
                progress_percent: Some(percent),
            } => return format!("making, {percent} %"),
            Self::Making { progress_percent: None } => "making",
            Self::Failed => "failed",
            Self::Deprecated => "deprecated",
            Self::NotUsableYet => "not usable yet",
            Self::InPlace => "in place",
            Self::InFamily => "in the family",
            Self::Parked => "parked",
        }
        .to_owned()
    }
}
