//! What the receivers' tests share: a message posted to one of them.

use bytes::Bytes;
use jiff::Timestamp;

use super::platform::Platform;
use super::reply::{Arrived, Reply, Verdict};

/// Posts a JSON body to the receiver's own address.
pub(super) fn post(platform: &mut dyn Platform, body: &str, now: i64, wall: i64) -> Verdict {
    let path = platform.path();
    post_to(platform, &path, "application/json; charset=utf-8", body, now, wall)
}

/// Posts a body to any address.
pub(super) fn post_to(platform: &mut dyn Platform, path: &str, kind: &str, body: &str, now: i64, wall: i64) -> Verdict {
    let request = http::Request::post(path).header("content-type", kind);
    let (parts, ()) = request.body(()).unwrap().into_parts();
    let (now, wall) = (
        Timestamp::from_second(now).unwrap(),
        Timestamp::from_second(wall).unwrap(),
    );
    let body = Bytes::from(body.to_owned());
    platform.receive(&Arrived {
        parts: &parts,
        body: &body,
        now,
        wall,
    })
}

/// Why a message was refused; `ok` if it was not.
pub(super) fn outcome(verdict: &Verdict) -> String {
    match verdict {
        Ok(_) => "ok".to_owned(),
        Err(refusal) => refusal.to_string(),
    }
}

/// The body of a refusal.
pub(super) fn refusal(verdict: Verdict) -> serde_json::Value {
    let reply = verdict.unwrap_err();
    let Reply::Json(_, body) = reply else {
        panic!("{reply:?}")
    };
    body
}

/// What people read of a message, line by line.
pub(super) fn read(verdict: Verdict) -> Vec<String> {
    let lines = verdict.unwrap_or_else(|refusal| panic!("{refusal}")).lines;
    lines.iter().map(crate::world::reading::Line::words).collect()
}
