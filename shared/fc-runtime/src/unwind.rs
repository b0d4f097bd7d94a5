//! A panic fails one invocation, not the process.
//!
//! This needs unwinding: built with `panic = "abort"` the process dies, and the platform starts another one.

use std::any::Any;
use std::cell::Cell;
use std::future::poll_fn;
use std::panic::{self, AssertUnwindSafe};
use std::pin::pin;

thread_local! {
    /// Whether this thread is inside a handler, whose panics are reported by the runtime.
    static INSIDE: Cell<bool> = const { Cell::new(false) };
    /// Where the handler panicked.
    static PLACE: Cell<Option<String>> = const { Cell::new(None) };
}

/// A panic that was caught.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Panicked {
    /// Its text, of any length and content.
    pub(crate) text: String,
    /// File, line and column, if the hook is installed.
    pub(crate) place: Option<String>,
}

/// Keeps handlers' panics off standard error, where the text would bypass the log's format and its redaction.
/// All other panics are left to the hook that was there.
pub(crate) fn install_hook() {
    let previous = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if INSIDE.get() {
            PLACE.set(panic.location().map(ToString::to_string));
        } else {
            previous(panic);
        }
    }));
}

/// The output of `future`, or how it panicked, at whichever poll.
pub(crate) async fn catch<F: Future>(future: F) -> Result<F::Output, Panicked> {
    let mut future = pin!(future);
    poll_fn(|context| {
        let inside = INSIDE.replace(true);
        // The future is never polled again after a panic, so nothing sees what it left half done.
        let polled = panic::catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context)));
        INSIDE.set(inside);
        match polled {
            Ok(poll) => poll.map(Ok),
            Err(payload) => std::task::Poll::Ready(Err(Panicked {
                text: text(payload.as_ref()),
                place: PLACE.take(),
            })),
        }
    })
    .await
}

fn text(payload: &(dyn Any + Send)) -> String {
    match (payload.downcast_ref::<&str>(), payload.downcast_ref::<String>()) {
        (Some(text), _) => (*text).to_owned(),
        (None, Some(text)) => text.clone(),
        (None, None) => "a panic without a text".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_caught_at_the_first_and_at_a_later_poll() {
        let at_once = catch(async { panic!("{} images", 3) }).await;
        assert_eq!(at_once.map(|(): ()| ()).unwrap_err().text, "3 images");
        let later = catch(async {
            tokio::task::yield_now().await;
            panic!("later")
        });
        assert_eq!(later.await.map(|(): ()| ()).unwrap_err().text, "later");
        assert_eq!(catch(async { 7 }).await, Ok(7));
    }
}
