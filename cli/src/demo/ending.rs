//! How the story ends: the matrix, what people were told, what it cost, what to try next; or what did not come true.

use std::collections::BTreeSet;
use std::time::Duration;

use goldcast_domain::PolicyFile;
use goldcast_domain::policy::{ChannelKind, Language};
use goldcast_emulator::world::Received;
use serde::Serialize;
use serde_json::Value;

use super::matrix;
use super::narrator::{clock, span};
use super::picture::holders;
use super::story::{Plot, Release, Setback, Story};
use crate::ink::{BAD, GOOD, HEADING, SOFT, count, paint};

/// Lines of one message that are shown; a release has a line per region.
const MESSAGE_LINES_MAX: usize = 18;
/// Characters of one line of a machine's message.
const LINE_CHARS: usize = 100;
/// How the last line of our messages begins. It carries the wall clock and a key, which tell a reader here nothing.
const FOOT: &str = "goldcast · ";

/// The one object that `--json` prints.
#[derive(Debug, Serialize)]
pub(super) struct Outcome {
    /// Whether every release that was begun reached everyone everywhere.
    released: bool,
    /// Regions of a release, the home region among them, sorted.
    regions: Vec<String>,
    /// Accounts that could launch the first release in every one of these regions as soon as it was released.
    accounts: usize,
    /// The recall, if the story came to it.
    recall: Option<Recalled>,
    /// Messages that arrived.
    messages: usize,
    /// Calls that the simulated cloud answered.
    api_calls: usize,
    /// Real time, with one decimal.
    seconds: f64,
    /// The page that shows what people were told, if it stays up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) web: Option<String>,
}

/// What came of the recall.
#[derive(Debug, Serialize)]
struct Recalled {
    /// The release that was recalled.
    release: String,
    /// Seconds of simulated time from the tag until it was parked in every region; null if it was not.
    parked_after: Option<i64>,
    /// The release that the family resolves to in every region; null if there is none.
    resolves_to: Option<String>,
    /// Accounts that still have one of its images.
    accounts: usize,
    /// Messages that arrived since the tag.
    messages: usize,
}

impl Outcome {
    pub(super) fn of(story: &Story<'_>, plot: &Plot, took: Duration, web: Option<String>) -> Self {
        let mut regions: Vec<String> = story.cast.regions().iter().map(ToString::to_string).collect();
        regions.sort();
        let launchers = |release: &Release| release.launchers.as_ref().map(BTreeSet::len);
        let first = plot.releases.first();
        Self {
            released: first.is_some() && plot.releases.iter().all(|release| launchers(release).is_some()),
            regions,
            accounts: first.and_then(launchers).unwrap_or_default(),
            recall: Recalled::of(story, plot),
            messages: story.told(),
            api_calls: story.calls(),
            seconds: (took.as_secs_f64() * 10.0).round() / 10.0,
            web,
        }
    }
}

impl Recalled {
    fn of(story: &Story<'_>, plot: &Plot) -> Option<Self> {
        let (recall, bad) = plot.recall.zip(plot.releases.last())?;
        let resolves = |release: &&Release| story.stage.world.read(|view| story.resolves_to(view, Some(release)));
        let parked = recall.parked.map(|at| at.duration_since(recall.asked).as_secs());
        Some(Self {
            release: bad.name.clone(),
            parked_after: parked,
            resolves_to: plot.releases.iter().find(resolves).map(|release| release.name.clone()),
            accounts: holders(&story.picture(bad)).len(),
            messages: story.told().saturating_sub(recall.since),
        })
    }
}

/// Shows what came of it.
pub(super) fn show(story: &Story<'_>, plot: &Plot, setback: Option<&Setback>, outcome: &Outcome) {
    let narrator = story.narrator;
    if let Some(setback) = setback {
        narrator.line(format_args!(
            "\n{} {}",
            paint(BAD, "This did not come true:"),
            setback.expected
        ));
        for line in &setback.case {
            narrator.line(format_args!("   {line}"));
        }
    } else {
        narrator.line(format_args!("\n{}", paint(HEADING, "What there is now")));
    }
    let pictures: Vec<_> = plot
        .releases
        .iter()
        .map(|release| (release, story.picture(release)))
        .collect();
    let table = story
        .stage
        .world
        .read(|view| matrix::lines(story, view.cloud, &pictures, plot));
    if !table.is_empty() {
        narrator.line("");
    }
    for line in table {
        narrator.line(format_args!("  {}", line.replace('✓', &paint(GOOD, "✓"))));
    }
    tell_messages(story, plot);
    costs(story, outcome);
    if setback.is_none() {
        next(story);
    }
}

/// Every message, and in full those that are not like one before.
fn tell_messages(story: &Story<'_>, plot: &Plot) {
    let mut messages = story.stage.world.messages();
    // Channels are told side by side: within a moment, no seed decides which is first.
    messages.sort_by(|one, other| (one.at, &one.channel).cmp(&(other.at, &other.channel)));
    story
        .narrator
        .line(format_args!("\n{}", paint(HEADING, "What people were told")));
    let reader = reader(&story.stage.policy);
    let (mut seen, mut heard) = (BTreeSet::new(), BTreeSet::new());
    for message in &messages {
        let first = heard.insert(&message.channel);
        let shown = match seen.insert((&message.channel, kind(message, &plot.releases))) {
            false => Shown::Again,
            true if first || reader == Some(message.channel.as_str()) => Shown::InFull,
            true => Shown::Title,
        };
        show_message(story, message, &shown);
    }
}

/// How much of a message is shown.
enum Shown {
    /// All of it: the first on its channel, and everything on the reader's.
    InFull,
    /// What it is about.
    Title,
    /// That it is like an earlier one.
    Again,
}

/// The channel on which whoever reads the story would read: the first for people that is in the story's language.
fn reader(policy: &PolicyFile) -> Option<&str> {
    let mut channels = policy.channels.values().filter(|channel| {
        let machine = matches!(channel.kind, ChannelKind::Webhook | ChannelKind::Cloudevents);
        !machine && channel.language == Language::English
    });
    channels.next().map(|channel| channel.name.as_str())
}

/// The title without the name of a release, so that the same news of another one is recognised.
fn kind(message: &Received, releases: &[Release]) -> String {
    let names = releases.iter().map(|release| release.name.as_str());
    names.fold(message.title.clone(), |title, name| title.replace(name, "…"))
}

/// A message as people read it: a chat without the marks of its markdown, a machine's body on few lines.
fn show_message(story: &Story<'_>, message: &Received, shown: &Shown) {
    let (narrator, at) = (story.narrator, clock(message.at));
    let title = paint(HEADING, &message.title);
    narrator.line(format_args!("\n   {at}  {}  {title}", message.channel));
    match shown {
        Shown::InFull => {}
        Shown::Title => return,
        Shown::Again => {
            let like = paint(SOFT, "│ … like the one above, about this release");
            narrator.line(format_args!("   {like}"));
            return;
        }
    }
    let lines = match serde_json::from_str::<Value>(&message.text) {
        Ok(body) => broken(&body.to_string()),
        Err(_) => read(message),
    };
    for line in lines.iter().take(MESSAGE_LINES_MAX) {
        narrator.line(format_args!("   {} {line}", paint(SOFT, "│")));
    }
    let more = lines.len().saturating_sub(MESSAGE_LINES_MAX);
    if more > 0 {
        let more = paint(SOFT, format_args!("… {}", count(more, "more line")));
        narrator.line(format_args!("   {} {more}", paint(SOFT, "│")));
    }
}

/// The lines of a chat message that say something beyond its title.
fn read(message: &Received) -> Vec<String> {
    let lines = message.lines.iter().map(|line| line.words().trim_end().to_owned());
    lines
        .filter(|line| !line.is_empty() && !line.starts_with(FOOT) && *line != message.title)
        .collect()
}

/// A long line in pieces.
fn broken(line: &str) -> Vec<String> {
    let letters: Vec<char> = line.chars().collect();
    letters.chunks(LINE_CHARS).map(|piece| piece.iter().collect()).collect()
}

fn costs(story: &Story<'_>, outcome: &Outcome) {
    let (reads, writes) = story.stage.world.read(|view| {
        let ours = view.cloud.calls().iter().filter(|call| {
            let caller = call.caller.as_ref();
            caller.is_some_and(|caller| caller.arn.contains(":assumed-role/goldcast-"))
        });
        let (reads, writes): (Vec<_>, Vec<_>) = ours.partition(|call| crate::stage::is_read(&call.action));
        (reads.len(), writes.len())
    });
    let narrator = story.narrator;
    narrator.line(format_args!("\n{}", paint(HEADING, "What it took")));
    narrator.entry(
        "calls",
        format_args!(
            "{} in all; goldcast read {reads} times and wrote {writes} times",
            outcome.api_calls
        ),
    );
    narrator.entry("messages", outcome.messages);
    if let Some(recall) = &outcome.recall {
        let parked = recall.parked_after.map_or_else(
            || "not parked everywhere".to_owned(),
            |seconds| {
                let regions = count(outcome.regions.len(), "region");
                format!("parked in {regions} {seconds} simulated seconds after the tag")
            },
        );
        let resolves_to = recall.resolves_to.as_deref().unwrap_or("nothing");
        narrator.entry(
            "recall",
            format_args!(
                "{parked}; {} launches {resolves_to}, {}",
                story.cast.policy.family,
                count(recall.messages, "message")
            ),
        );
    }
    let simulated = span(super::START, story.stage.world.now());
    narrator.entry(
        "time",
        format_args!("{simulated} simulated, {:.1} s real", outcome.seconds),
    );
}

fn next(story: &Story<'_>) {
    let narrator = story.narrator;
    narrator.line(format_args!("\n{}", paint(HEADING, "What to try next")));
    for (command, what) in [
        ("goldcast dev", "the same cloud stays up: call it with your own SDK"),
        ("goldcast demo --stay", "the messages as people see them, in a browser"),
        (
            "goldcast demo --seed 2",
            "other ids and delays; the same seed repeats exactly",
        ),
        ("goldcast demo --policy my.toml", "your policy in the same organisation"),
        ("goldcast policy check my.toml", "read a policy as the functions will"),
    ] {
        narrator.line(format_args!("   {command:<31} {}", paint(SOFT, what)));
    }
}
