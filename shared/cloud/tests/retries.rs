//! When a call is sent again, and how soon.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests fail by panicking")]
#![expect(unreachable_pub, dead_code, reason = "the support module serves several tests")]

mod support;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use goldcast_cloud::ecs::{CopyImage, Done, ModifyImageSharePermission};
use goldcast_cloud::{
    Cause, Class, Client, Deadline, Effect, NoAnswer, Product, Randomness, Rate, Repeat, RetryPolicy, Rpc, Settings,
};
use support::{Reply, Script, client, keys, ok, refused, settings, soon};

fn copy(client_token: Option<&str>) -> CopyImage {
    CopyImage {
        region_id: "cn-beijing".to_owned(),
        image_id: "m-1".to_owned(),
        destination_region_id: "cn-shanghai".to_owned(),
        destination_image_name: "copy".to_owned(),
        destination_description: String::new(),
        encrypted: false,
        kms_key_id: None,
        resource_group_id: None,
        tags: Vec::new(),
        client_token: client_token.map(ToOwned::to_owned),
    }
}

/// How often a call with this effect is sent when `reply` comes first and success second.
#[track_caller]
fn check(runtime: &tokio::runtime::Runtime, effect: Effect, reply: Reply, expected: usize) {
    runtime.block_on(async {
        let script = Script::new([reply, ok("{}")]);
        let rpc = Rpc::new(Product::Ecs, "Something", effect).in_region("cn-beijing");
        let outcome = client(&script).call::<Done>(&rpc, soon()).await;
        assert_eq!(script.sent().len(), expected, "{outcome:?}");
        assert_eq!(outcome.is_ok(), expected == 2);
    });
}

#[test]
fn only_what_proves_that_nothing_was_done_lets_an_unsafe_write_be_repeated() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    let (read, safe) = (Effect::Read, Effect::Write(Repeat::Safe));
    let once = Effect::Write(Repeat::OnlyIfRefused);
    let certain: [fn() -> Reply; 6] = [
        || refused(400, "Throttling"),
        || refused(400, "Throttling.User"),
        || refused(503, "Rejected.Throttling"),
        || refused(429, "Whatever"),
        || Reply::Http(400, support::refusal("Whatever"), Some(5)),
        || Reply::None(NoAnswer::Connect),
    ];
    for reply in certain {
        for effect in [read, safe, once] {
            check(&runtime, effect, reply(), 2);
        }
    }
    let uncertain: [fn() -> Reply; 8] = [
        || refused(500, "InternalError"),
        || refused(503, "ServiceUnavailable"),
        || refused(409, "OperationConflict"),
        || refused(409, "InvalidOperation.Conflict"),
        || Reply::Http(502, "<html>".to_owned(), None),
        || Reply::Http(503, support::refusal("ServiceUnavailable"), Some(5)),
        || Reply::None(NoAnswer::Reset),
        || Reply::Hang,
    ];
    for reply in uncertain {
        check(&runtime, read, reply(), 2);
        check(&runtime, safe, reply(), 2);
        check(&runtime, once, reply(), 1);
    }
    let hopeless: [fn() -> Reply; 6] = [
        || refused(403, "Forbidden.RAM"),
        || refused(404, "InvalidImageId.NotFound"),
        || refused(400, "OperationDenied.ImageCopyConflict"),
        || Reply::Http(404, "not found".to_owned(), None),
        || Reply::Http(200, "<html>".to_owned(), None),
        || Reply::None(NoAnswer::TooLarge),
    ];
    for reply in hopeless {
        for effect in [read, safe, once] {
            check(&runtime, effect, reply(), 1);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_repetition_is_signed_anew_and_asks_for_the_same() {
    let script = Script::new([refused(500, "InternalError"), ok(r#"{"ImageId":"m-2"}"#)]);
    let retry = RetryPolicy {
        delay_base: Duration::from_secs(5),
        ..RetryPolicy::default()
    };
    // Two nonces and one jitter are drawn; the jitter is all of its ceiling.
    let drawn = Mutex::new(vec![2, 5_000_000_000, 1]);
    let randomness = Randomness::from_fn(move || drawn.lock().unwrap().pop().unwrap());
    let settings = Settings {
        retry,
        randomness,
        ..settings()
    };
    let client = Client::new(Arc::clone(&script), settings, keys("testid").into());
    let answer = client.send(&copy(Some("token")), soon()).await.unwrap();
    assert_eq!(answer.image_id, "m-2");
    let sent = script.sent();
    assert_eq!(sent[0].params, sent[1].params);
    assert_eq!(sent[1].param("ClientToken"), Some("token"));
    assert_eq!((sent[0].nonce.len(), sent[0].nonce == sent[1].nonce), (32, false));
    assert_eq!(
        (sent[0].date.as_str(), sent[1].date.as_str()),
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:10Z")
    );
    assert_eq!(client.calls().of(Product::Ecs, "CopyImage"), 2, "every attempt counts");
}

#[tokio::test(start_paused = true)]
async fn a_copy_without_token_is_not_begun_twice() {
    let script = Script::new([Reply::None(NoAnswer::Timeout)]);
    let error = client(&script).send(&copy(None), soon()).await.unwrap_err();
    assert_eq!((script.sent().len(), error.may_have_happened()), (1, true));
}

#[tokio::test(start_paused = true)]
async fn waits_double_up_to_their_ceiling_and_end_with_the_attempts() {
    let script = Script::new((0..5).map(|_| refused(500, "InternalError")));
    let retry = RetryPolicy {
        delay_max: Duration::from_millis(300),
        ..RetryPolicy::default()
    };
    // Nonces and jitter are drawn in turns; each jitter is all of its ceiling.
    let drawn = AtomicUsize::new(0);
    let ceilings_ms: [u128; 9] = [0, 100, 0, 200, 0, 300, 0, 300, 0];
    let randomness = Randomness::from_fn(move || ceilings_ms[drawn.fetch_add(1, Ordering::Relaxed)] * 1_000_000);
    let settings = Settings {
        retry,
        randomness,
        ..settings()
    };
    let client = Client::new(Arc::clone(&script), settings, keys("testid").into());
    let error = client.send(&copy(Some("token")), soon()).await.unwrap_err();
    assert_eq!(script.moments(), [0, 100, 300, 600, 900]);
    assert_eq!((error.attempts, error.class()), (5, Class::Retryable));
}

#[tokio::test(start_paused = true)]
async fn the_wait_that_the_cloud_asks_for_is_kept() {
    let throttled = || Reply::Http(400, support::refusal("Throttling.User"), Some(7_000));
    let script = Script::new([throttled(), ok("{}")]);
    let share = ModifyImageSharePermission {
        region_id: "cn-beijing".to_owned(),
        ..Default::default()
    };
    client(&script).send(&share, soon()).await.unwrap();
    assert_eq!(script.moments(), [0, 7_000]);

    let script = Script::new([throttled()]);
    let error = client(&script)
        .send(&share, Deadline::after(Duration::from_secs(5)))
        .await
        .unwrap_err();
    assert_eq!(script.moments(), [0], "a wait beyond the deadline is not begun");
    assert_eq!(
        error.class(),
        Class::Throttled {
            after: Some(Duration::from_secs(7))
        }
    );
}

#[tokio::test(start_paused = true)]
async fn a_cloud_that_says_nothing_is_asked_until_the_deadline() {
    let script = Script::new((0..5).map(|_| Reply::Hang));
    let started = tokio::time::Instant::now();
    let deadline = Deadline::after(Duration::from_secs(45));
    let error = client(&script).send(&copy(Some("token")), deadline).await.unwrap_err();
    assert_eq!(script.moments(), [0, 30_000]);
    assert!(started.elapsed() <= Duration::from_millis(45_001));
    assert!(
        matches!(&error.cause, Cause::NoAnswer(error) if error.kind == NoAnswer::Timeout),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_after_the_deadline() {
    let script = Script::new([]);
    let error = client(&script)
        .send(&copy(None), Deadline::after(Duration::ZERO))
        .await
        .unwrap_err();
    assert!(matches!(error.cause, Cause::OutOfTime), "{error}");
    assert!(!error.may_have_happened());
}

#[tokio::test(start_paused = true)]
async fn repetitions_are_paced_like_first_attempts() {
    let script = Script::new((0..3).map(|_| ok("{}")));
    let settings = settings();
    let pacing = settings
        .pacing
        .clone()
        .with_rate(Product::Ecs, "ModifyImageSharePermission", Rate::per_minute(1));
    let settings = Settings { pacing, ..settings };
    let client = Client::new(Arc::clone(&script), settings, keys("testid").into());
    let share = ModifyImageSharePermission {
        region_id: "cn-beijing".to_owned(),
        ..Default::default()
    };
    let calls = (0..3).map(|_| client.send(&share, soon()));
    for outcome in futures_util::future::join_all(calls).await {
        outcome.unwrap();
    }
    assert_eq!(script.moments(), [0, 60_000, 120_000]);
}

#[test]
fn calls_may_move_between_threads() {
    fn check<F: Future + Send>(_: F) {}
    let script = Script::new([]);
    let client = client(&script);
    check(client.send(&copy(None), soon()));
    check(client.list(&goldcast_cloud::ecs::DescribeImages::default(), soon()));
}
