//! `goldcast dev`: the simulated cloud with the functions in it, for anybody's SDK to call, until Ctrl-C. It says what
//! happens in it, line by line.

mod description;
mod happenings;

use std::io::Write as _;
use std::num::NonZeroU32;
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;
use goldcast_emulator::world::WallClock;

use self::description::Description;
use self::happenings::{Happening, Seen};
use crate::exit::Exit;
use crate::ink::{CAREFUL, paint};
use crate::runtime;
use crate::stage::{self, Interrupt, Stage, StageArguments, Unopened};

/// Real time between two looks at what has happened.
const LOOK: Duration = Duration::from_millis(100);

/// The first line of `--json` as a file, for the verbs of this program. It goes when the world ends.
const WORLD_FILE: &str = "world.json";

/// How the world is run.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  goldcast dev\n  goldcast dev --policy my.toml --speed 600\n  \
                        goldcast dev --json > world.json & goldcast status --endpoints world.json\n\n\
                        The first line of --json is one object: endpoints by region, global endpoints, credentials, instance_id, policy and web. Every further line is something that happened. The verbs plan, apply, status, explain, recall and cancel work on this world with --endpoints and a file that begins with that line.\n\nExit codes:\n  0  ended by Ctrl-C or SIGTERM\n  1  the policy has mistakes\n  2  something that was needed could not be read or started"
)]
pub(crate) struct DevArguments {
    #[command(flatten)]
    stage: StageArguments,
    /// Simulated seconds per real second
    #[arg(long, value_name = "X", default_value = "60", value_parser = stage::speed)]
    speed: NonZeroU32,
    /// Print JSON lines: first what the world offers, then what happens in it
    #[arg(long)]
    json: bool,
}

impl DevArguments {
    /// Runs the world until it is ended.
    pub(crate) fn run(self) -> Exit {
        runtime::block_on(self.stay_up()).unwrap_or_else(|unopened: Unopened| unopened.tell())
    }

    async fn stay_up(self) -> Result<Exit, Unopened> {
        let mut interrupt = Interrupt::listen().context("signals cannot be heard")?;
        let start = WallClock::default().now();
        let stage = Stage::open(&self.stage, start, self.speed).await?;
        let outcome = self.live(&stage, &mut interrupt).await;
        stage.close().await;
        outcome?;
        Ok(Exit::Done)
    }

    async fn live(&self, stage: &Stage, interrupt: &mut Interrupt) -> anyhow::Result<()> {
        let description = Description::of(stage)?;
        // What was there before is no news.
        let mut seen = Seen::default();
        stage.world.read(|view| seen.look(view, stage));
        let line = serde_json::to_string(&description)?;
        let file = stage.leave(WORLD_FILE, &line)?;
        if self.json {
            write_line(&line);
        } else {
            write_line(&description.in_words(stage, self.speed, &file));
        }
        for stranger in &stage.strangers {
            let _ = writeln!(anstream::stderr(), "{} {stranger}", paint(CAREFUL, "note:"));
        }
        tokio::select! {
            () = stage.world.run_flowing(interrupt.come()) => {}
            () = self.watch(stage, seen) => {}
        }
        Ok(())
    }

    /// Tells what happens, for ever.
    async fn watch(&self, stage: &Stage, mut seen: Seen) {
        loop {
            tokio::time::sleep(LOOK).await;
            let happenings = stage.world.read(|view| seen.look(view, stage));
            for happening in happenings {
                self.tell(&happening);
            }
        }
    }

    fn tell(&self, happening: &Happening) {
        if self.json {
            write_line(&serde_json::to_string(happening).unwrap_or_default());
        } else {
            write_line(&happening.in_words());
        }
    }
}

/// One line at once, so that whoever reads a pipe need not wait for the next. A reader who went away does not end the
/// world: it may still be called.
fn write_line(line: &str) {
    let mut out = anstream::stdout().lock();
    let _ = writeln!(out, "{line}");
    let _ = out.flush();
}
