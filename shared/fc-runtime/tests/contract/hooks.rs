//! The platform's calls around the invocations.

use fc_runtime::{Context, Event, Failure, Service, raw_service_fn};

use crate::client::Client;
use crate::running::{Page, ask, quiet, talk_to};

fn plain() -> Service {
    raw_service_fn(async |event: Event<_>| Ok::<_, Failure>(event.context.cold_start))
}

#[tokio::test]
async fn a_hook_that_is_not_there_is_done() {
    for request_line in ["POST /initialize", "GET /pre-stop", "POST /pre-stop"] {
        let answer = ask(quiet(), plain(), request_line, &[], b"").await;
        assert_eq!(answer.verdict(), (200, "200"), "{request_line}");
    }
}

#[tokio::test]
async fn hooks_are_called_and_write_their_own_markers() {
    let page = Page::default();
    let service = plain()
        .on_initialize(async |_: Context| Ok::<_, Failure>(()))
        .on_pre_stop(async |_: Context| Err::<(), _>(Failure::new("Busy", "not now")));
    let talk = async |address| {
        let mut client = Client::connect(address).await;
        let initialized = client.ask("POST /initialize", &[("x-fc-request-id", "i")], b"").await;
        assert_eq!(initialized.verdict(), (200, "200"));
        let stopped = client.ask("GET /pre-stop", &[("x-fc-request-id", "p")], b"").await;
        assert_eq!(
            (stopped.verdict(), stopped.error_type()),
            ((404, "404"), "Busy".to_owned())
        );
    };
    talk_to(page.config(), service, talk).await;
    let expected = "FC Initialize Start RequestId: i\n\
                    FC Initialize End RequestId: i\n\
                    FC PreStop Start RequestId: p\n\
                    FC PreStop End RequestId: p, Error: Unhandled Exception\n";
    assert_eq!(page.flushed(), expected);
}

#[tokio::test]
async fn the_first_invocation_is_a_cold_start_even_after_the_initializer() {
    let talk = async |address| {
        let mut client = Client::connect(address).await;
        client.ask("POST /initialize", &[], b"").await;
        assert_eq!(client.ask("POST /invoke", &[], b"").await.json(), true);
        assert_eq!(client.ask("POST /invoke", &[], b"").await.json(), false);
    };
    talk_to(quiet(), plain(), talk).await;
}
