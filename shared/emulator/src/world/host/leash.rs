//! The leash: what ends the instances when this program ends without ending them, by `kill -9` for example. It is a shell
//! that waits for its input to close, which happens when this program is gone however it went, and then kills its
//! process group, of which all instances are members. A group cannot become another one's while somebody is in it, so
//! nobody else is ever hit. Elsewhere than on Unix there is none.

use std::process::Stdio;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::process::{Child, Command};

/// Waits for the end of its input, then kills its group and with it itself; processes that stand still are hit too.
const SCRIPT: &str = "read -r line; kill -s KILL 0";

/// One shell for all instances of a host, started with the first.
#[derive(Debug, Default)]
pub(super) struct Leash(Mutex<Option<Child>>);

impl Leash {
    /// The process group for a new instance; `None` where there are no groups, or no shell.
    pub(super) fn group(&self) -> Option<i32> {
        if !cfg!(unix) {
            return None;
        }
        let mut held = self.lock();
        let alive = held.as_mut().is_some_and(|shell| matches!(shell.try_wait(), Ok(None)));
        if !alive {
            *held = shell();
        }
        held.as_ref().and_then(Child::id).and_then(|id| i32::try_from(id).ok())
    }

    /// Ends the shell and whoever is left in its group.
    pub(super) async fn stop(&self) {
        let shell = self.lock().take();
        if let Some(mut shell) = shell {
            drop(shell.stdin.take());
            // It kills itself, so how it ends says nothing.
            let _ended = shell.wait().await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Child>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(unix)]
fn shell() -> Option<Child> {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", SCRIPT]).env_clear().process_group(0);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    match command.spawn() {
        Ok(shell) => Some(shell),
        Err(error) => {
            tracing::warn!(%error, "no leash for the functions: a kill of this program would leave them behind");
            None
        }
    }
}

#[cfg(not(unix))]
fn shell() -> Option<Child> {
    None
}
