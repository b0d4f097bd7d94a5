//! A receiver of CloudEvents: the envelope, how it proves who sends, limits, and nothing that tells a secret.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use goldcast_notify::{Channel, CloudEvents, Content, Outgoing, Reach, RegionState, SigningSecret, WebhookUrl};
use insta::assert_snapshot;
use serde_json::Value;

use crate::leaks::{nothing_leaks, scan_answers};
use crate::samples::{OLD_WEBHOOK_SECRET, TOKEN, WEBHOOK_SECRET, message, needs_you, now, onboarded, region, released};

const BEARER: &str = "bearertestbearertestbearertest";
/// Bytes from which on nothing is sent.
const LIMIT: usize = 64 * 1024;

pub(crate) fn cloudevents(secrets: &[&str]) -> CloudEvents {
    let url = WebhookUrl::parse(&format!("https://events.example.com/in/{TOKEN}"), Reach::Public).unwrap();
    let secrets = secrets.iter().map(|text| SigningSecret::new(*text).unwrap());
    CloudEvents::new("bus", url, "1234567890123456", secrets.collect()).unwrap()
}

fn send(channel: &CloudEvents, content: Content) -> Outgoing {
    channel.render(&message(content), now()).unwrap()
}

fn event(content: Content) -> Value {
    serde_json::from_slice(send(&cloudevents(&[]), content).request().body()).unwrap()
}

#[test]
fn a_call_for_a_person_as_cloud_event() {
    let event = event(Content::NeedsYou(needs_you()));
    assert_snapshot!(serde_json::to_string_pretty(&event).unwrap());
}

#[test]
fn an_event_names_its_type_its_release_and_what_everyone_else_is_told() {
    let outgoing = send(&cloudevents(&[]), Content::Released(released()));
    let kind = "application/cloudevents+json; charset=utf-8";
    assert_eq!(outgoing.request().headers()["content-type"], kind);
    let released = event(Content::Released(released()));
    assert_eq!(released["type"], "org.goldcast.released");
    assert_eq!(released["subject"], "corp-linux-2026.11");
    assert_eq!(released["severity"], "info");
    assert_eq!(
        event(Content::Onboarded(onboarded())).get("subject"),
        None,
        "none is better than an empty one"
    );
}

#[test]
fn a_token_is_a_bearer_and_a_signing_secret_signs() {
    let bare = send(&cloudevents(&[]), Content::NeedsYou(needs_you()));
    let bearer = send(&cloudevents(&[BEARER]), Content::NeedsYou(needs_you()));
    let signed = send(
        &cloudevents(&[WEBHOOK_SECRET, OLD_WEBHOOK_SECRET]),
        Content::NeedsYou(needs_you()),
    );
    for outgoing in [&bare, &signed] {
        assert!(outgoing.request().headers().get("authorization").is_none());
    }
    assert_eq!(bearer.request().headers()["authorization"], format!("Bearer {BEARER}"));
    assert!(bearer.request().headers().get("webhook-signature").is_none());

    let header = |name: &str| signed.request().headers()[name].to_str().unwrap();
    assert_eq!(header("webhook-id"), "gc_sample-1", "the event's id");
    let mut content = format!("{}.{}.", header("webhook-id"), header("webhook-timestamp")).into_bytes();
    content.extend_from_slice(signed.request().body());
    let signatures: Vec<&str> = header("webhook-signature").split(' ').collect();
    assert_eq!(signatures.len(), 2);
    for (secret, signature) in [WEBHOOK_SECRET, OLD_WEBHOOK_SECRET].into_iter().zip(signatures) {
        let bytes = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        let key = hmac::Key::new(hmac::HMAC_SHA256, &bytes);
        let signature = STANDARD.decode(signature.strip_prefix("v1,").unwrap()).unwrap();
        hmac::verify(&key, &content, &signature).unwrap();
    }
}

#[test]
fn an_event_stays_below_what_intermediaries_forward_to_the_byte() {
    let json = |pad: usize| {
        let mut released = released();
        let last = region(&"z".repeat(pad), "m-last", RegionState::Committed, 1);
        released.regions.push(last);
        let outgoing = send(&cloudevents(&[]), Content::Released(released));
        String::from_utf8(outgoing.request().body().to_vec()).unwrap()
    };
    let frame = json(1).len() - 1;
    assert_eq!(json(LIMIT - 1 - frame).len(), LIMIT - 1);
    for pad in [LIMIT - frame, LIMIT - frame + 1] {
        let short = json(pad);
        assert!(short.len() < LIMIT && !short.contains("zz"));
        assert!(short.contains(r#""regions_omitted":1"#), "{short}");
    }
}

#[test]
fn nothing_that_is_printed_tells_a_secret() {
    let key = WEBHOOK_SECRET.trim_start_matches("whsec_");
    for (secrets, own) in [(vec![BEARER], BEARER), (vec![WEBHOOK_SECRET], key)] {
        let channel = cloudevents(&secrets);
        nothing_leaks(&format!("{channel:?} {channel:#?}"), &[TOKEN, own]);
        let outgoing = send(&channel, Content::Released(released()));
        nothing_leaks(
            &format!("{outgoing:?} {:?}", outgoing.request().headers()),
            &[TOKEN, own],
        );
        scan_answers(&channel, "code", "message", &[TOKEN, own]);
    }
    let url = WebhookUrl::parse("https://events.example.com/in", Reach::Public).unwrap();
    let secrets = [BEARER, WEBHOOK_SECRET].map(|text| SigningSecret::new(text).unwrap());
    let refused = CloudEvents::new("bus", url, "1", secrets.to_vec()).unwrap_err();
    nothing_leaks(&format!("{refused} {refused:?}"), &[BEARER, key]);
}
