//! `goldcast demo`: a golden image travels through a simulated cloud, told act by act. Everything in it is done by the
//! real functions; the story only waits, looks and tells.

mod acts;
mod cast;
mod diagnosis;
mod ending;
mod matrix;
mod narrator;
mod picture;
mod progress;
mod scenery;
mod story;

use std::cell::RefCell;
use std::io::Write as _;
use std::num::NonZeroU32;

use anyhow::Context as _;
use clap::Args;
use jiff::Timestamp;
use tokio::time::Instant;

use self::cast::Cast;
use self::ending::Outcome;
use self::narrator::Narrator;
use self::story::{Plot, Story};
use crate::exit::{self, Exit};
use crate::ink::{HEADING, SOFT, paint};
use crate::runtime;
use crate::stage::{self, Interrupt, People, Stage, StageArguments, Struck, Unopened, chaos_table};

/// When the story begins: 2026-03-02T08:00:00Z. It is part of what a seed repeats.
const START: Timestamp = Timestamp::constant(1_772_438_400, 0);

/// How the story is played.
#[derive(Debug, Args)]
#[command(after_help = after_help())]
pub(crate) struct DemoArguments {
    #[command(flatten)]
    stage: StageArguments,
    /// Simulated seconds per real second
    #[arg(long, value_name = "X", default_value = "80", value_parser = stage::speed)]
    speed: NonZeroU32,
    /// Print one JSON object on standard output, and the story on standard error
    #[arg(long)]
    json: bool,
    /// Keep the page with everyone's messages up after the story, until Ctrl-C
    #[arg(long)]
    stay: bool,
}

fn after_help() -> String {
    format!(
        "Examples:\n  goldcast demo\n  goldcast demo --policy my.toml --seed 7\n  goldcast demo --chaos rough\n  \
         goldcast demo --stay\n  goldcast demo --json --speed 100000 | jq .released\n\n{}\n\
         Exit codes:\n  0    the story ended as it should\n  \
         1    something in it did not come true, or the policy has mistakes\n  \
         2    something that was needed could not be read or started\n  130  interrupted",
        chaos_table()
    )
}

impl DemoArguments {
    /// Tells the story.
    pub(crate) fn run(self) -> Exit {
        runtime::block_on(self.play()).unwrap_or_else(|unopened: Unopened| unopened.tell())
    }

    async fn play(self) -> Result<Exit, Unopened> {
        let began = Instant::now();
        let mut interrupt = Interrupt::listen().context("signals cannot be heard")?;
        let stage = Stage::open(&self.stage, Struck::Functions, START, self.speed).await?;
        let exit = self.play_on(&stage, began, &mut interrupt).await;
        stage.close().await;
        Ok(exit?)
    }

    async fn play_on(&self, stage: &Stage, began: Instant, interrupt: &mut Interrupt) -> anyhow::Result<Exit> {
        let narrator = Narrator::new(self.json);
        let cast = Cast::of(stage).context("the policy file has no policy to play")?;
        let people = People::new(&stage.world, &stage.organisation)?;
        let story = Story {
            stage,
            people: &people,
            cast: &cast,
            narrator: &narrator,
            speed: self.speed,
        };
        narrator.line(format_args!(
            "{} {}",
            paint(HEADING, "A golden image travels"),
            paint(
                SOFT,
                format_args!("seed {}, {} simulated seconds per second", self.stage.seed, self.speed)
            )
        ));
        let page = stage.world.page_url();
        if self.stay || narrator.is_live() {
            narrator.line(paint(
                SOFT,
                format_args!("What people are told, as they see it: {page}"),
            ));
        }
        let plot = RefCell::default();
        let told = tokio::select! {
            told = story.tell(&plot) => told,
            () = interrupt.come() => {
                exit::error("interrupted");
                return Ok(Exit::Interrupted);
            }
        };
        let plot: Plot = plot.into_inner();
        let page = self.stay.then_some(page);
        let outcome = Outcome::of(&story, &plot, began.elapsed(), page);
        ending::show(&story, &plot, told.as_ref().err(), &outcome);
        if self.json {
            let mut out = std::io::stdout().lock();
            // Nobody reads it if it cannot be written; the exit code says the same.
            let _ = writeln!(out, "{}", serde_json::to_string(&outcome)?);
        }
        if let Some(page) = &outcome.web {
            narrator.line(format_args!("\nThe page stays up at {page}; Ctrl-C ends it."));
            interrupt.come().await;
        }
        Ok(if told.is_ok() { Exit::Done } else { Exit::Failed })
    }
}
