//! What the engine does while it does it: a line per action, told at once, and kept for whoever reads the result.
//!
//! The engine logs every action that it has tried, in a record that names the action. Nothing else is read here.

use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::instrument::WithSubscriber as _;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

use super::teller::Teller;
use crate::ink::{BAD, GOOD, SOFT, paint};

/// The field that only records of actions have.
const ACTION: &str = "action";
/// How the engine ends the record of an action that was put off.
const LATER: &str = ": not now";

/// Everything that was tried, in order.
pub(super) type Tried = Vec<String>;

/// Runs the engine, tells each action as it ends, and gives them all.
pub(super) async fn watch<T>(teller: &Teller, run: impl Future<Output = T>) -> (T, Tried) {
    let tried = Arc::new(Mutex::new(Tried::new()));
    let ear = Ear {
        teller: teller.clone(),
        tried: Arc::clone(&tried),
    };
    let outcome = teller
        .during("at work", run.with_subscriber(tracing_subscriber::registry().with(ear)))
        .await;
    let tried = std::mem::take(&mut *tried.lock().unwrap_or_else(PoisonError::into_inner));
    (outcome, tried)
}

/// Hears what the engine logs.
struct Ear {
    teller: Teller,
    tried: Arc<Mutex<Tried>>,
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Ear {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut record = Record::default();
        event.record(&mut record);
        if !record.is_action {
            return;
        }
        let mark = match *event.metadata().level() {
            Level::ERROR | Level::WARN => paint(BAD, "✗"),
            _ if record.message.ends_with(LATER) => paint(SOFT, "…"),
            _ => paint(GOOD, "✓"),
        };
        self.teller.line(format_args!("  {mark} {}", record.message));
        let mut tried = self.tried.lock().unwrap_or_else(PoisonError::into_inner);
        tried.push(record.message);
    }
}

#[derive(Default)]
struct Record {
    is_action: bool,
    message: String,
}

impl Visit for Record {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        match field.name() {
            ACTION => self.is_action = true,
            "message" => self.message = format!("{value:?}"),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn of_all_records_only_actions_are_kept() {
        let run = async {
            tracing::info!(action = "park", region = "cn-hangzhou", "park m-1 in goldcast-parked-1");
            tracing::info!("listening");
            tracing::warn!(action = "grant", "share m-1 with 1: it did not work");
        };
        let ((), tried) = watch(&Teller::new(true), run).await;
        assert_eq!(
            tried,
            ["park m-1 in goldcast-parked-1", "share m-1 with 1: it did not work"]
        );
    }
}
