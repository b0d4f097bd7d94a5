//! The driver: moves simulated time from one due moment to the next and awaits everything that each moment causes.
//! Not here: what is due (see `shared`) and what a function is (see `host`).

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, join_all, select};
use jiff::{SignedDuration, Timestamp};
use tokio::time::{Instant, sleep};

use super::clock::later;
use super::invocation::{self, Task};
use super::{View, World};

/// Real time between two movements of a flowing clock.
const TICK: Duration = Duration::from_millis(20);
/// Shortest tick: whoever calls from outside gets a turn in between.
const TICK_MIN: Duration = Duration::from_millis(1);
/// Steps that may pass without time moving on before the driver calls it an endless loop.
const STILL_STEPS_MAX: u32 = 10_000;

/// Whether the invocations of one moment are made one after another or side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Overlap {
    /// One after another, in the order they fell due: a seed repeats exactly.
    #[default]
    None,
    /// Side by side, as in the cloud.
    SideBySide,
}

/// What was waited for did not come.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("waited until {until} in simulated time, {why}")]
pub struct TimedOut {
    /// The simulated time that was reached.
    pub until: Timestamp,
    /// Why the wait ended there.
    pub why: Why,
}

/// Why a wait ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// The limit was reached.
    #[error("which is the limit that was set")]
    Limit,
    /// Nothing will ever happen again.
    #[error("when nothing was left to happen")]
    Quiet,
    /// Things happen for ever without time moving on.
    #[error("where time stands still")]
    StandsStill,
}

impl World {
    /// Goes to the next due moment and lets everything happen that is due then. Gives the moment, or `None` if nothing
    /// is due ever. At a finite pace it first waits for that moment.
    pub async fn step(&self) -> Option<Timestamp> {
        let due = self.shared.lock().next_due()?;
        sleep_unless_zero(self.pace.real(due.duration_since(self.now()))).await;
        self.happen(due).await;
        Some(due)
    }

    /// Steps until `condition` holds, or `limit` of simulated time has passed, or nothing is due any more.
    pub async fn run_until(
        &self,
        limit: SignedDuration,
        condition: impl Fn(&View<'_>) -> bool,
    ) -> Result<(), TimedOut> {
        let end = later(self.now(), limit);
        let mut still = 0;
        loop {
            let before = self.now();
            if self.read(&condition) {
                return Ok(());
            }
            let next = self.shared.lock().next_due();
            let why = match next {
                None => Some(Why::Quiet),
                Some(due) if due > end => Some(Why::Limit),
                Some(_) if still == STILL_STEPS_MAX => Some(Why::StandsStill),
                Some(_) => None,
            };
            if let Some(why) = why {
                if why == Why::Limit {
                    self.move_to(end);
                }
                return Err(TimedOut { until: self.now(), why });
            }
            self.step().await;
            still = if self.now() == before { still + 1 } else { 0 };
        }
    }

    /// Lets `time` of simulated time pass, with everything that happens in it.
    pub async fn run_for(&self, time: SignedDuration) {
        let end = later(self.now(), time);
        // Ending by the limit is what is meant here; a quiet world is moved on all the same.
        let _limit = self.run_until(time, |_| false).await;
        self.move_to(end);
    }

    /// Lets time flow with the wall clock until `shutdown`: for a world that is called from outside at any moment. An
    /// unpaced world flows at the wall clock's own speed. While functions run, simulated time stands still; those that
    /// run at `shutdown` are killed.
    pub async fn run_flowing(&self, shutdown: impl Future<Output = ()>) {
        let mut shutdown = pin!(shutdown);
        loop {
            let flow = pin!(self.flow());
            match select(shutdown.as_mut(), flow).await {
                Either::Left(((), _)) => return,
                Either::Right(((), _)) => {}
            }
        }
    }

    /// One tick, or less if something falls due before its end.
    async fn flow(&self) {
        let pace = self.pace.flowing();
        let (now, due) = {
            let state = self.shared.lock();
            (state.now, state.next_due())
        };
        let started = Instant::now();
        sleep(due.map_or(TICK, |due| pace.real(due.duration_since(now)).clamp(TICK_MIN, TICK))).await;
        let flowed = later(now, pace.simulated(started.elapsed()));
        let due = self.shared.lock().next_due();
        match due.filter(|due| *due <= flowed) {
            None => self.move_to(flowed),
            Some(due) => self.happen(due).await,
        }
    }

    /// Moves the clock on, never back.
    fn move_to(&self, moment: Timestamp) {
        let mut state = self.shared.lock();
        state.now = state.now.max(moment);
    }

    /// Everything that is due at `moment`, and what it causes at the same moment.
    async fn happen(&self, moment: Timestamp) {
        self.move_to(moment);
        loop {
            let tasks = self.shared.lock().due(self.overlap == Overlap::SideBySide);
            if tasks.is_empty() {
                return;
            }
            join_all(tasks.into_iter().map(|task| self.attempt(task))).await;
        }
    }

    /// One attempt of an asynchronous invocation, and what follows from it.
    async fn attempt(&self, task: Task) {
        let invoked = self.host.invoke(&self.shared, &task).await;
        let function = self.host.function(&task.function);
        let (Ok(ended), Ok(function)) = (invoked, function) else {
            return;
        };
        if !ended.logged {
            tracing::warn!(
                function = task.function,
                request_id = task.request_id,
                "the log did not end before the answer"
            );
        }
        if let Some(error) = &ended.error {
            tracing::info!(function = task.function, request_id = task.request_id, %error, "an invocation failed");
        }
        let arn = self.shared.place.arn(&task.function);
        let mut state = self.shared.lock();
        if let Some(parcel) = task.parcel {
            state.answered(parcel, ended.error);
            return;
        }
        let next = invocation::after(function, &arn, task, &ended, state.now);
        let next = state.allowed(&self.shared.place, function, next);
        state.follow(next);
    }
}

/// A sleep of nothing would still give way to other tasks, in an order that no seed decides.
async fn sleep_unless_zero(time: Duration) {
    if !time.is_zero() {
        sleep(time).await;
    }
}
