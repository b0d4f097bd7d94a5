//! The sender under trouble, on simulated time: what is repeated, how long is waited, who is left alone.

use std::sync::Mutex;
use std::time::Duration;

use bytes::Bytes;
use goldcast_notify::{
    Channel, Content, Delivery, Fault, Limits, Message, MessageKey, Outcome, Outgoing, Post, PostError, RenderError,
    Sender,
};
use jiff::Timestamp;
use tokio::time::{Instant, sleep};

use crate::samples::{dingtalk, message, needs_you, now, webhook};

/// What a scripted platform does with one request.
#[derive(Clone, Copy)]
enum Act {
    Answer(u16, &'static str),
    AnswerAfter(u16, &'static str),
    Hang,
    Refuse,
    Break,
}

const OK: Act = Act::Answer(200, r#"{"errcode":0,"errmsg":"ok"}"#);
const BUSY: Act = Act::Answer(200, r#"{"errcode":-1,"errmsg":"busy"}"#);
const BLOCKED: Act = Act::Answer(200, r#"{"errcode":130101,"errmsg":"too fast"}"#);

/// Plays one script per host; the last act of a script goes on for ever.
struct Stage {
    scripts: Vec<(&'static str, Vec<Act>)>,
    seen: Mutex<Vec<(Instant, Outgoing)>>,
}

impl Stage {
    fn new(scripts: &[(&'static str, &[Act])]) -> Self {
        let scripts = scripts.iter().map(|(host, acts)| (*host, acts.to_vec())).collect();
        Self {
            scripts,
            seen: Mutex::new(Vec::new()),
        }
    }

    fn next(&self, outgoing: Outgoing) -> Act {
        let mut seen = self.seen.lock().unwrap();
        let script = &self
            .scripts
            .iter()
            .find(|(host, _)| *host == outgoing.host())
            .unwrap()
            .1;
        let before = seen
            .iter()
            .filter(|(_, earlier)| earlier.host() == outgoing.host())
            .count();
        let act = script[before.min(script.len() - 1)];
        seen.push((Instant::now(), outgoing));
        act
    }
}

impl Post for &Stage {
    async fn post(&self, outgoing: Outgoing) -> Result<http::Response<Bytes>, PostError> {
        let host = outgoing.host().to_owned();
        let answer = |status: u16| http::Response::builder().status(status);
        match self.next(outgoing) {
            Act::Answer(status, body) => Ok(answer(status).body(Bytes::from_static(body.as_bytes())).unwrap()),
            Act::AnswerAfter(status, seconds) => Ok(answer(status)
                .header("retry-after", seconds)
                .body(Bytes::new())
                .unwrap()),
            Act::Hang => std::future::pending().await,
            Act::Refuse => Err(PostError::NotConnected {
                host,
                why: "refused".to_owned(),
            }),
            Act::Break => Err(PostError::Interrupted {
                host,
                why: "reset".to_owned(),
            }),
        }
    }
}

const ROBOT: &str = "oapi.dingtalk.com";
const HOOK: &str = "hooks.example.com";
const MINUTE: Duration = Duration::from_mins(1);

fn messages(count: usize) -> Vec<Message> {
    let numbered = |n: usize| Message {
        key: MessageKey::derive(&["test", &n.to_string()]),
        ..message(Content::NeedsYou(needs_you()))
    };
    (0..count).map(numbered).collect()
}

async fn send(stage: &Stage, channel: impl Channel + 'static, count: usize, within: Duration) -> Vec<Delivery> {
    let channels: [Box<dyn Channel>; 1] = [Box::new(channel)];
    let sender = Sender::new(stage, Limits::default()).with_seed(7);
    sender
        .send_all(&channels, &messages(count), u32::MAX, now(), Instant::now() + within)
        .await
}

#[tokio::test(start_paused = true)]
async fn what_can_pass_is_tried_three_times() {
    async fn check(acts: &[Act], attempts: u32, delivered: bool) {
        let stage = Stage::new(&[(ROBOT, acts)]);
        let deliveries = send(&stage, dingtalk(), 1, MINUTE).await;
        assert_eq!(
            (deliveries[0].attempts, deliveries[0].outcome.is_delivered()),
            (attempts, delivered)
        );
    }
    check(&[OK], 1, true).await;
    check(&[BUSY, OK], 2, true).await;
    check(&[BUSY, Act::Answer(503, ""), OK], 3, true).await;
    check(&[BUSY], 3, false).await;
    check(&[Act::Refuse], 3, false).await;
    check(&[Act::Answer(200, r#"{"errcode":310000}"#), OK], 1, false).await;
    check(&[Act::Answer(302, ""), OK], 1, false).await;
}

#[tokio::test(start_paused = true)]
async fn silence_is_repeated_once_where_people_would_see_the_message_twice() {
    async fn check(channel: impl Channel + 'static, host: &'static str, act: Act, attempts: u32) {
        let stage = Stage::new(&[(host, &[act])]);
        assert_eq!(send(&stage, channel, 1, MINUTE).await[0].attempts, attempts);
    }
    check(dingtalk(), ROBOT, Act::Hang, 2).await;
    check(dingtalk(), ROBOT, Act::Break, 2).await;
    check(webhook(), HOOK, Act::Hang, 3).await;
    check(webhook(), HOOK, Act::Break, 3).await;
}

#[tokio::test(start_paused = true)]
async fn a_repeat_keeps_its_id_and_signs_its_own_time() {
    let stage = Stage::new(&[(HOOK, &[Act::AnswerAfter(503, "7"), Act::Answer(204, "")])]);
    let deliveries = send(&stage, webhook(), 1, MINUTE).await;
    assert!(deliveries[0].outcome.is_delivered());
    let seen = stage.seen.lock().unwrap();
    let header = |n: usize, name: &str| seen[n].1.request().headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header(0, "webhook-id"), header(1, "webhook-id"));
    assert_eq!(seen[0].1.request().body(), seen[1].1.request().body());
    let seconds = |n| header(n, "webhook-timestamp").parse::<i64>().unwrap();
    assert_eq!(seconds(1) - seconds(0), 7);
    assert_ne!(header(0, "webhook-signature"), header(1, "webhook-signature"));
    assert_eq!(
        header(0, "webhook-signature").split(' ').count(),
        2,
        "one signature per secret"
    );
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_outlasts_the_run_is_handed_back() {
    let stage = Stage::new(&[(HOOK, &[Act::AnswerAfter(429, "20")])]);
    let started = Instant::now();
    let deliveries = send(&stage, webhook(), 1, Duration::from_secs(15)).await;
    assert_eq!(deliveries[0].attempts, 1);
    assert!(deliveries[0].outcome.retry_can_help());
    assert_eq!(started.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_blocked_robot_is_never_waited_for_and_left_alone() {
    let stage = Stage::new(&[(ROBOT, &[OK, BLOCKED])]);
    let started = Instant::now();
    let deliveries = send(&stage, dingtalk(), 4, Duration::from_hours(1)).await;
    let attempts: Vec<u32> = deliveries.iter().map(|delivery| delivery.attempts).collect();
    assert_eq!(attempts, [1, 1, 0, 0]);
    assert!(deliveries[0].outcome.is_delivered());
    for delivery in &deliveries[1..] {
        assert!(matches!(delivery.outcome, Outcome::Throttled { wait: Some(wait), .. } if wait == 10 * MINUTE));
    }
    assert_eq!(started.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_run_stays_below_the_rate_that_blocks_a_robot() {
    let stage = Stage::new(&[(ROBOT, &[OK])]);
    let deliveries = send(&stage, dingtalk(), 25, MINUTE).await;
    assert_eq!(
        deliveries
            .iter()
            .filter(|delivery| delivery.outcome.is_delivered())
            .count(),
        9
    );
    assert!(
        deliveries[9..]
            .iter()
            .all(|delivery| delivery.attempts == 0 && delivery.outcome.retry_can_help())
    );
}

#[tokio::test(start_paused = true)]
async fn repetitions_stop_where_the_room_ends_and_the_platforms_words_are_kept() {
    let stage = Stage::new(&[(ROBOT, &[BUSY])]);
    let channels: [Box<dyn Channel>; 1] = [Box::new(dingtalk())];
    let sender = Sender::new(&stage, Limits::default()).with_seed(7);
    let deliveries = sender
        .send_all(&channels, &messages(2), 2, now(), Instant::now() + MINUTE)
        .await;
    assert_eq!([deliveries[0].attempts, deliveries[1].attempts], [2, 0]);
    assert!(matches!(deliveries[0].outcome, Outcome::Transient { .. }));
    assert!(matches!(deliveries[1].outcome, Outcome::Throttled { .. }));
}

#[tokio::test(start_paused = true)]
async fn one_refused_message_does_not_stop_the_next_but_a_wrong_secret_does() {
    async fn check(first: Act, attempts: [u32; 2]) {
        let stage = Stage::new(&[(ROBOT, &[first, OK])]);
        let deliveries = send(&stage, dingtalk(), 2, MINUTE).await;
        assert_eq!([deliveries[0].attempts, deliveries[1].attempts], attempts);
    }
    check(Act::Answer(200, r#"{"errcode":430102}"#), [1, 1]).await;
    check(Act::Answer(200, r#"{"errcode":310000}"#), [1, 0]).await;
    check(Act::Answer(200, r#"{"errcode":300001}"#), [1, 0]).await;
}

#[tokio::test(start_paused = true)]
async fn nothing_is_begun_after_the_deadline_and_nothing_outlasts_it() {
    let stage = Stage::new(&[(HOOK, &[Act::Hang])]);
    let started = Instant::now();
    let deliveries = send(&stage, webhook(), 3, Duration::from_secs(4)).await;
    assert_eq!(started.elapsed(), Duration::from_secs(4));
    assert_eq!(
        deliveries.iter().map(|delivery| delivery.attempts).collect::<Vec<_>>(),
        [1, 0, 0]
    );
    assert!(deliveries.iter().all(|delivery| delivery.outcome.retry_can_help()));
}

/// A channel with a bug.
#[derive(Debug)]
struct Panics;

impl Channel for Panics {
    fn name(&self) -> &'static str {
        "panics"
    }

    #[expect(clippy::panic, reason = "a bug in a channel is what this channel simulates")]
    fn render(&self, _: &Message, _: Timestamp) -> Result<Outgoing, RenderError> {
        panic!("a bug");
    }

    fn judge(&self, _: &http::Response<Bytes>, _: Timestamp) -> Outcome {
        Outcome::Delivered
    }

    fn redact(&self, text: &str) -> String {
        text.to_owned()
    }

    fn recognises_repeats(&self) -> bool {
        false
    }
}

#[tokio::test(start_paused = true)]
async fn a_channel_that_hangs_or_panics_harms_no_other() {
    let stage = Stage::new(&[(ROBOT, &[OK]), (HOOK, &[Act::Hang])]);
    let channels: Vec<Box<dyn Channel>> = vec![Box::new(Panics), Box::new(webhook()), Box::new(dingtalk())];
    let sender = Sender::new(&stage, Limits::default());
    let deliveries = sender
        .send_all(&channels, &messages(2), u32::MAX, now(), Instant::now() + MINUTE)
        .await;

    let names: Vec<&str> = deliveries.iter().map(|delivery| delivery.channel.as_str()).collect();
    assert_eq!(names, ["panics", "panics", "siem", "siem", "team", "team"]);
    assert!(matches!(
        deliveries[0].outcome,
        Outcome::Permanent {
            kind: Fault::Payload,
            ..
        }
    ));
    assert!(!deliveries[2].outcome.is_delivered());
    assert!(deliveries[4..].iter().all(|delivery| delivery.outcome.is_delivered()));
    let seen = stage.seen.lock().unwrap();
    let robot: Vec<Instant> = seen
        .iter()
        .filter(|(_, sent)| sent.host() == ROBOT)
        .map(|(at, _)| *at)
        .collect();
    assert_eq!(
        robot[1] - robot[0],
        Duration::ZERO,
        "the robot did not wait for the hook"
    );
}

#[tokio::test(start_paused = true)]
async fn a_timeless_run_says_so() {
    sleep(Duration::from_secs(1)).await;
    let stage = Stage::new(&[(ROBOT, &[OK])]);
    let deliveries = send(&stage, dingtalk(), 1, Duration::ZERO).await;
    assert_eq!(deliveries[0].attempts, 0);
    assert!(deliveries[0].outcome.retry_can_help());
}
