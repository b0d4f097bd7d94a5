//! `goldcast dev`: the simulated cloud with the functions in it, for anybody's SDK to call, until Ctrl-C. It says what
//! happens in it, line by line.

mod calls;
mod description;
mod happenings;

use std::io::Write as _;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;
use goldcast_emulator::cloud::Call;
use goldcast_emulator::world::WallClock;

use self::calls::{CallLine, Follower};
use self::description::Description;
use self::happenings::{Happening, Seen};
use crate::exit::Exit;
use crate::ink::{CAREFUL, paint};
use crate::runtime;
use crate::stage::{self, Interrupt, Stage, StageArguments, Struck, Unopened, chaos_table};

/// Real time between two looks at what has happened.
const LOOK: Duration = Duration::from_millis(100);

/// The first line of `--json` as a file, for the verbs of this program. It goes when the world ends.
const WORLD_FILE: &str = "world.json";

/// How the world is run.
#[derive(Debug, Args)]
#[command(after_help = after_help())]
pub(crate) struct DevArguments {
    #[command(flatten)]
    stage: StageArguments,
    /// Simulated seconds per real second
    #[arg(long, value_name = "X", default_value = "60", value_parser = stage::speed)]
    speed: NonZeroU32,
    /// Print JSON lines: first what the world offers, then what happens in it
    #[arg(long)]
    json: bool,
    /// Print every call to the cloud too, a line each
    #[arg(long)]
    calls: bool,
    /// Write every call into a file too, a JSON object a line: when, where, what, by whom, with which parameters, what came of it
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
}

fn after_help() -> String {
    format!(
        "Examples:\n  goldcast dev\n  goldcast dev --policy my.toml --speed 600\n  \
         goldcast dev --calls --chaos rough\n  \
         goldcast dev --json > world.json & goldcast status --endpoints world.json\n\n\
         The first line of --json is one object: endpoints by region, global endpoints, credentials, instance_id, policy, \
         channels, status and web. Every further line is something that happened; with --calls, lines of the kind \"call\" are among them. \
         The verbs plan, apply, status, explain, recall and cancel work on this world with --endpoints and a file that \
         begins with that line.\n\n{}\n\
         Exit codes:\n  0  ended by Ctrl-C or SIGTERM\n  1  the policy has mistakes\n  \
         2  something that was needed could not be read or started",
        chaos_table()
    )
}

impl DevArguments {
    /// Runs the world until it is ended.
    pub(crate) fn run(self) -> Exit {
        runtime::block_on(self.stay_up()).unwrap_or_else(|unopened: Unopened| unopened.tell())
    }

    async fn stay_up(self) -> Result<Exit, Unopened> {
        let mut interrupt = Interrupt::listen().context("signals cannot be heard")?;
        let start = WallClock::default().now();
        let stage = Stage::open(&self.stage, Struck::Everyone, start, self.speed).await?;
        let outcome = self.live(&stage, &mut interrupt).await;
        stage.close().await;
        outcome?;
        Ok(Exit::Done)
    }

    async fn live(&self, stage: &Stage, interrupt: &mut Interrupt) -> anyhow::Result<()> {
        let description = Description::of(stage)?;
        // What was there before is no news.
        let mut seen = Seen::default();
        let mut follower = Follower::new(self.record.as_deref())?;
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
            failed = self.watch(stage, seen, &mut follower) => return failed,
        }
        // Calls of the last moment are on record too.
        let calls = stage.world.read(|view| follower.look(view));
        follower.record(&calls)
    }

    /// Tells what happens, for as long as it can be recorded.
    async fn watch(&self, stage: &Stage, mut seen: Seen, follower: &mut Follower) -> anyhow::Result<()> {
        loop {
            tokio::time::sleep(LOOK).await;
            let (calls, happenings) = stage.world.read(|view| (follower.look(view), seen.look(view, stage)));
            follower.record(&calls)?;
            if self.calls {
                for call in &calls {
                    self.tell_call(call);
                }
            }
            for happening in happenings {
                self.tell(&happening);
            }
        }
    }

    fn tell_call(&self, call: &Call) {
        if self.json {
            write_line(&serde_json::to_string(&CallLine::of(call)).unwrap_or_default());
        } else {
            write_line(&calls::in_words(call));
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
