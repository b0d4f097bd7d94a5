//! `goldcast status`: every release, region by region. It changes nothing.

use clap::Args;
use goldcast_domain::{PolicyFile, RegionId};
use goldcast_engine::{ChannelStanding, Looked, Status};
use goldcast_planner::{PolicyOverview, RegionOverview};
use serde_json::json;

use super::connection::ConnectionArguments;
use super::teller::Teller;
use super::trouble::Trouble;
use super::{release, report, run};
use crate::exit::Exit;
use crate::grid;
use crate::ink::{CAREFUL, SOFT, count, paint};

/// What to show.
#[derive(Debug, Args)]
#[command(
    after_help = help!(
"Examples:\n  goldcast status\n  goldcast status corp-linux\n  goldcast status cn-hangzhou/m-bp1gold0001\n  \
                        goldcast status --json | jq '.policies[].releases[] | {release, standing}'\n\n\
                        --json prints looked_at, version, serial, whole, policies with their audience, the holders of their family and their releases, waits, blocks, due, failures, channels with their trouble, reads and writes: what the status function answers.\n\nExit codes:\n  0  shown\n  1  something could not be read, or the policy has mistakes\n  2  no keys, no file, a wrong argument"
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
        let look = connection.engine.status(connection.deadline());
        let looked = teller.during("looking", look).await;
        let file = connection.policy();
        let mut status = looked.status(file);
        if let Some(wanted) = &self.wanted {
            keep(&mut status, file, &looked, wanted)?;
        }
        if self.connection.json {
            teller.result(&json!(status));
        } else {
            tell(&teller, file, &status);
            tell_channels(&teller, status.channels);
            report::tell_failures(&teller, status.failures);
            teller.line(paint(SOFT, report::calls_in_words(status.reads, "read")));
        }
        Ok(if status.failures.is_empty() {
            Exit::Done
        } else {
            Exit::Failed
        })
    }
}

/// Keeps what is wanted: the releases of one family, or one release and what is about it.
fn keep(status: &mut Status<'_>, file: &PolicyFile, looked: &Looked, wanted: &str) -> Result<(), Trouble> {
    let is_family = |line: &PolicyOverview<'_>| line.policy.family.as_str() == wanted;
    if status.policies.iter().any(is_family) {
        status.policies.retain(is_family);
        return Ok(());
    }
    let finished = &looked.finished;
    let (line, meant) = release::find(file, &finished.seen, &status.policies, wanted)?;
    let (policy, source, name) = (&line.policy.name, meant.source.clone(), meant.name.to_owned());
    status.policies.retain(|line| line.policy.name == *policy);
    for line in &mut status.policies {
        line.releases.retain(|release| release.source == source);
    }
    let is_about = |release: Option<&String>| release.is_some_and(|release| *release == name);
    status.waits.retain(|wait| is_about(wait.fact.release.as_ref()));
    status.blocks.retain(|block| is_about(block.fact.release.as_ref()));
    let actions = finished.plan.actions.iter();
    status.due = actions.filter(|planned| is_about(Some(&planned.release))).count();
    Ok(())
}

fn tell(teller: &Teller, file: &PolicyFile, status: &Status<'_>) {
    if status.policies.iter().all(|line| line.releases.is_empty()) {
        teller.line("No image is golden by this policy yet.");
    }
    for line in status.policies.iter().filter(|line| !line.releases.is_empty()) {
        teller.heading(format_args!(
            "{}  launched by acs:{}:{}",
            line.policy.name, file.owner.account, line.policy.family
        ));
        let regions: Vec<&RegionId> = file.regions_of(line.policy).collect();
        let names = regions.iter().map(ToString::to_string);
        let mut table = vec![row(String::new(), names)];
        for release in line.releases.iter().rev() {
            let label = format!("{}\n{}", release.name, release::standing_in_words(&release.standing));
            table.push(row(label, release.regions.iter().map(cell)));
        }
        for line in grid::lines(table) {
            teller.line(format_args!("  {line}"));
        }
        teller.line("");
    }
    for wait in &status.waits {
        teller.line(format_args!("{} {}", paint(SOFT, "waiting:"), wait.fact));
    }
    for block in &status.blocks {
        teller.line(format_args!("{} {}", paint(CAREFUL, "blocked:"), block.fact));
    }
    if status.due > 0 {
        let due = count(status.due, "action");
        teller.line(format_args!("{due} to do; goldcast plan shows them"));
    }
}

/// What there is in a region, and who can launch it besides its owner.
fn cell(part: &RegionOverview<'_>) -> String {
    let state = release::state_in_words(part.state);
    let granted = part.accounts.filter(|accounts| *accounts > 0);
    let granted = granted.map(|accounts| count(accounts, "account"));
    match (granted, part.on_shelf) {
        (Some(granted), true) => format!("{state}\n{granted}, shelf"),
        (None, true) => format!("{state}\nshelf"),
        (Some(granted), false) => format!("{state}\n{granted}"),
        (None, false) => state,
    }
}

fn row(label: String, cells: impl Iterator<Item = String>) -> Vec<String> {
    std::iter::once(label).chain(cells).collect()
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
