//! Signed requests checked the way the vendors check them, with another implementation of HMAC than ours.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use goldcast_notify::{Channel, Content};
use url::Url;

use crate::samples::{
    DINGTALK_SECRET, OLD_WEBHOOK_SECRET, TOKEN, WEBHOOK_SECRET, dingtalk, message, needs_you, onboarded, recalled,
    released, webhook,
};

fn contents() -> [Content; 4] {
    [
        Content::Released(released()),
        Content::Onboarded(onboarded()),
        Content::NeedsYou(needs_you()),
        Content::Recalled(recalled()),
    ]
}

const TIMES: [&str; 4] = [
    "2026-11-20T08:00:05.123Z",
    "2038-01-19T03:14:08Z",
    "2000-01-01T00:00:00.001Z",
    "2028-02-29T23:59:59.999Z",
];

#[test]
fn dingtalk_accepts_the_signature_of_every_message() {
    for (content, time) in contents().into_iter().zip(TIMES) {
        let now: jiff::Timestamp = time.parse().unwrap();
        let outgoing = dingtalk().render(&message(content), now).unwrap();
        let url = Url::parse(&outgoing.request().uri().to_string()).unwrap();
        let query: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        let names: Vec<&str> = query.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["access_token", "timestamp", "sign"]);
        assert_eq!(query[0].1, TOKEN);
        assert_eq!(query[1].1, now.as_millisecond().to_string());

        let key = hmac::Key::new(hmac::HMAC_SHA256, DINGTALK_SECRET.as_bytes());
        let signed = format!("{}\n{DINGTALK_SECRET}", query[1].1);
        hmac::verify(&key, signed.as_bytes(), &STANDARD.decode(&query[2].1).unwrap()).unwrap();
    }
}

#[test]
fn a_receiver_that_knows_one_of_two_secrets_accepts_every_message() {
    for (content, time) in contents().into_iter().zip(TIMES) {
        let now: jiff::Timestamp = time.parse().unwrap();
        let outgoing = webhook().render(&message(content), now).unwrap();
        let header = |name: &str| outgoing.request().headers()[name].to_str().unwrap();
        let mut signed = format!("{}.{}.", header("webhook-id"), header("webhook-timestamp")).into_bytes();
        signed.extend_from_slice(outgoing.request().body());

        for secret in [WEBHOOK_SECRET, OLD_WEBHOOK_SECRET] {
            let bytes = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
            let key = hmac::Key::new(hmac::HMAC_SHA256, &bytes);
            let accepted = header("webhook-signature").split(' ').filter(|signature| {
                let signature = STANDARD.decode(signature.strip_prefix("v1,").unwrap()).unwrap();
                hmac::verify(&key, &signed, &signature).is_ok()
            });
            assert_eq!(accepted.count(), 1);
        }
    }
}

#[test]
fn the_official_library_signs_every_message_as_we_do_while_secrets_are_rotated() {
    for (content, time) in contents().into_iter().zip(TIMES) {
        let now: jiff::Timestamp = time.parse().unwrap();
        let outgoing = webhook().render(&message(content), now).unwrap();
        let header = |name: &str| outgoing.request().headers()[name].to_str().unwrap();
        let theirs = [WEBHOOK_SECRET, OLD_WEBHOOK_SECRET].map(|secret| {
            let official = standardwebhooks::Webhook::new(secret).unwrap();
            let seconds = header("webhook-timestamp").parse().unwrap();
            let body = outgoing.request().body();
            official.sign(header("webhook-id"), seconds, body).unwrap()
        });
        assert_eq!(header("webhook-signature"), theirs.join(" "));
    }
}
