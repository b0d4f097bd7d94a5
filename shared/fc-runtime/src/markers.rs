//! The plain lines by which the platform finds the log of one invocation.
//!
//! They are written and flushed before the answer leaves, because the instance is frozen right after it.
//! See <https://help.aliyun.com/zh/functioncompute/fc/web-functions> and
//! <https://help.aliyun.com/zh/functioncompute/fc/user-guide/lifecycle-hooks-for-function-instances-in-a-custom-runtime>.

use std::fmt;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

/// Where the marker lines go: standard output, or a writer of a test.
#[derive(Clone)]
pub struct Markers(Arc<Mutex<dyn Write + Send>>);

impl Markers {
    /// Standard output, where the platform looks for them.
    pub fn stdout() -> Self {
        Self::to(std::io::stdout())
    }

    /// Any other writer.
    pub fn to(writer: impl Write + Send + 'static) -> Self {
        Self(Arc::new(Mutex::new(writer)))
    }

    /// Writes the first line of an invocation. The last one follows when the result is told or dropped.
    pub(crate) fn start(&self, phase: Phase, request_id: &str) -> OpenMarker {
        self.write(&format!("FC {} Start RequestId: {request_id}\n", phase.marker()));
        OpenMarker {
            markers: self.clone(),
            phase,
            request_id: request_id.to_owned(),
            failed: true,
        }
    }

    /// One call, so that lines never mix. A log that cannot be written has nowhere to say so.
    fn write(&self, line: &str) {
        let mut writer = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let _unwritable = writer.write_all(line.as_bytes()).and_then(|()| writer.flush());
    }
}

impl fmt::Debug for Markers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Markers").finish_non_exhaustive()
    }
}

/// What the platform asks for: each has its own pair of lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// An event or an HTTP request.
    Invoke,
    /// The hook before the first invocation.
    Initialize,
    /// The hook before the instance goes.
    PreStop,
}

impl Phase {
    fn marker(self) -> &'static str {
        match self {
            Self::Invoke => "Invoke",
            Self::Initialize => "Initialize",
            Self::PreStop => "PreStop",
        }
    }
}

/// A start line whose end line is due. Dropped without a result, for instance because the caller hung up, it ends as a
/// failure.
#[derive(Debug)]
pub(crate) struct OpenMarker {
    markers: Markers,
    phase: Phase,
    request_id: String,
    failed: bool,
}

impl OpenMarker {
    pub(crate) fn end(mut self, succeeded: bool) {
        self.failed = !succeeded;
    }
}

impl Drop for OpenMarker {
    fn drop(&mut self) {
        let suffix = if self.failed {
            ", Error: Unhandled Exception"
        } else {
            ""
        };
        let marker = self.phase.marker();
        let line = format!("FC {marker} End RequestId: {}{suffix}\n", self.request_id);
        self.markers.write(&line);
    }
}
