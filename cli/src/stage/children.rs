//! Waiting for child processes that were killed, so that none outlives this one. An invocation that is cut short leaves
//! a process that is killed and that nobody waits for.

use std::time::Duration;

/// Pause between two looks.
#[cfg(unix)]
const PAUSE: Duration = Duration::from_millis(5);

/// Waits until this process has no children any more, at most this long.
#[cfg(unix)]
pub(super) async fn gone(within: Duration) {
    use rustix::process::{WaitOptions, wait};
    let all_gone = async {
        // An error says that there are no children left.
        while let Ok(ended) = wait(WaitOptions::NOHANG) {
            if ended.is_none() {
                tokio::time::sleep(PAUSE).await;
            }
        }
    };
    // Whoever is not gone by then has been killed all the same.
    let _gone = tokio::time::timeout(within, all_gone).await;
}

/// Nothing to wait for here: the system ends them.
#[cfg(not(unix))]
pub(super) async fn gone(_within: Duration) {}
