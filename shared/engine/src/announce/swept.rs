//! Notes when a sweep went through, beside what channels know: whether it still runs is asked by whoever looks at the set-up
//! (`goldcast doctor`), and nothing else would say it. One small write per sweep. Not here: judging how old the note is.

use bytes::Bytes;
use goldcast_cloud::{Deadline, ObjectPlace, Transport};
use goldcast_domain::Scope;
use tracing::warn;

use super::NOTE_TIME;
use crate::run::{Engine, Finished};

/// Notes a run that looked at everything and failed at nothing.
pub(super) async fn note<T: Transport>(engine: &Engine<T>, run: &Finished, deadline: Deadline) {
    let whole = matches!(run.seen.scope, Scope::Everything | Scope::Everywhere) && run.report.failures.is_empty();
    let file = engine.policy();
    let Some(told) = file.told.as_ref().filter(|_| whole) else {
        return;
    };
    let place = ObjectPlace::new(file.region_of_told().as_str(), told.bucket.as_str(), told.sweep_key());
    let body = Bytes::from(format!(r#"{{"at":"{:.0}"}}"#, engine.now()));
    let written = engine.client.put_object(&place, body, deadline.capped(NOTE_TIME));
    if let Err(error) = written.await {
        warn!(reason = %error, "that this sweep went through could not be noted");
    }
}
