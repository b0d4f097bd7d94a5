//! What the instances of a function print: a bounded ring of lines that tests and people can read.
//! Not here: what the lines mean, except for the two that begin and end a request.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::sync::Notify;
use tokio::time::timeout;

/// Lines kept per function; older ones make room.
const LINES_MAX: usize = 10_000;
/// Longest line kept, in bytes: the platform's own limit of a log entry
/// (<https://help.aliyun.com/zh/functioncompute/fc/product-overview/limits-of-usage>).
const LINE_BYTES_MAX: usize = 32 * 1024;
/// Bytes read from a pipe at once.
const CHUNK_BYTES: usize = 8 * 1024;
/// How long a line that was written before the answer may take through the pipe.
const PIPE_DELAY_MAX: Duration = Duration::from_millis(500);

/// One line that an instance printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogLine {
    /// The instance that printed it.
    pub instance: String,
    /// The line without its end, cut at 32 KB.
    pub text: String,
}

/// The lines of one function.
#[derive(Debug, Default)]
pub(super) struct Log {
    lines: Mutex<VecDeque<Printed>>,
    grown: Notify,
    /// Whether what is printed now does not reach the log store.
    withheld: AtomicBool,
}

/// A line, and whether it reached the log store.
#[derive(Debug)]
struct Printed {
    line: LogLine,
    delivered: bool,
}

impl Log {
    /// The lines that reached the log store.
    pub(super) fn lines(&self) -> Vec<LogLine> {
        let lines = self.lock();
        let delivered = lines.iter().filter(|printed| printed.delivered);
        delivered.map(|printed| printed.line.clone()).collect()
    }

    /// Says whether what is printed from now on reaches the log store.
    pub(super) fn deliver(&self, delivers: bool) {
        self.withheld.store(!delivers, Ordering::Relaxed);
    }

    /// How often the log of a request has ended: once for each attempt so far.
    pub(super) fn ends(&self, request_id: &str) -> usize {
        let marker = format!("FC Invoke End RequestId: {request_id}");
        let lines = self.lock();
        lines
            .iter()
            .filter(|printed| printed.line.text.starts_with(&marker))
            .count()
    }

    /// Waits, briefly, for the line that ends the log of a request once more than `before`.
    pub(super) async fn ended(&self, request_id: &str, before: usize) -> bool {
        let seen = async {
            loop {
                let grown = self.grown.notified();
                if self.ends(request_id) > before {
                    return;
                }
                grown.await;
            }
        };
        timeout(PIPE_DELAY_MAX, seen).await.is_ok()
    }

    /// A line of the platform's own, about an invocation that no instance could end the log of.
    pub(super) fn platform(&self, instance: &str, line: &str) {
        self.push(instance, line.as_bytes());
    }

    /// Keeps what `pipe` yields, until its end.
    pub(super) async fn collect(&self, instance: &str, mut pipe: impl AsyncRead + Unpin) {
        let mut chunk = vec![0; CHUNK_BYTES];
        let mut line = Vec::new();
        while let Ok(read @ 1..) = pipe.read(&mut chunk).await {
            for byte in chunk.iter().take(read) {
                if *byte == b'\n' {
                    self.push(instance, &line);
                    line.clear();
                } else if line.len() < LINE_BYTES_MAX {
                    line.push(*byte);
                }
            }
        }
        if !line.is_empty() {
            self.push(instance, &line);
        }
    }

    fn push(&self, instance: &str, line: &[u8]) {
        let text = String::from_utf8_lossy(line).into_owned();
        let mut lines = self.lock();
        if lines.len() == LINES_MAX {
            lines.pop_front();
        }
        lines.push_back(Printed {
            line: LogLine {
                instance: instance.to_owned(),
                text,
            },
            delivered: !self.withheld.load(Ordering::Relaxed),
        });
        drop(lines);
        self.grown.notify_waiters();
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Printed>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_line_is_cut_and_the_ring_is_bounded() {
        let log = Log::default();
        let line = "x".repeat(LINE_BYTES_MAX + 5);
        log.collect("c-1", format!("{line}\nlast").as_bytes()).await;
        let lines = log.lines();
        assert_eq!(
            lines.iter().map(|line| line.text.len()).collect::<Vec<_>>(),
            [LINE_BYTES_MAX, 4]
        );
        log.collect("c-2", "\n".repeat(LINES_MAX).as_bytes()).await;
        assert_eq!(log.lines().len(), LINES_MAX);
        assert!(log.lines().iter().all(|line| line.instance == "c-2"));
    }

    #[tokio::test]
    async fn the_end_of_a_request_is_seen_in_the_log() {
        let log = Log::default();
        log.collect(
            "c-1",
            &b"FC Invoke End RequestId: 1-a, Error: Unhandled Exception\n"[..],
        )
        .await;
        assert!(log.ended("1-a", 0).await);
        assert!(!log.ended("1-a", 1).await, "the second attempt has not ended");
    }
}
