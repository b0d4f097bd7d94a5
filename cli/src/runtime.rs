//! One thread for a command's futures: what happens has one order.

use anyhow::Context as _;

use crate::exit::Exit;

/// Runs a command's future to its end.
pub(crate) fn block_on<E: From<anyhow::Error>>(command: impl Future<Output = Result<Exit, E>>) -> Result<Exit, E> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.context("the system refuses to wait")?;
    runtime.block_on(command)
}
