//! Channels, and the sweep that tells people.

use super::Plant;
use crate::doctor::company::LAST_SWEEP;
use crate::scene::EXAMPLE;

/// What the sweep notes of a channel that it cannot tell anything.
const TROUBLE: &str =
    r#"{"version":1,"facts":{},"trouble":{"since":"2026-03-02T08:00:00Z","why":"the robot is gone","kind":"channel"}}"#;

pub(super) const PLANTS: &[Plant] = &[
    Plant::new("error told-bucket-missing", "another bucket", |company| {
        let name = |bucket: &str| format!("bucket = \"{bucket}\"");
        company
            .scene
            .rewrite_policy(&name("corp-goldcast"), &name("corp-other"));
    })
    .also(&["error role-lacks", "warning role-wider"]),
    Plant::new("error secret-missing", "no parameter", |company| {
        let parameter = "url = { secret-parameter = \"goldcast-slack\" }";
        company.scene.rewrite_policy("url = { env = \"SLACK_URL\" }", parameter);
    }),
    Plant::new("note told-nowhere", "no channels", |company| {
        let untold = EXAMPLE.split("# What people have been told").next().unwrap();
        company.scene.write("goldcast.toml", untold);
    })
    .also(&["warning role-wider"]),
    Plant::new("warning channel-trouble", "a robot that is gone", |company| {
        company.write("goldcast/told/inventory.json", TROUBLE);
    }),
    Plant::new("warning sweep-never", "a note that is none", |company| {
        company.write(LAST_SWEEP, "{}");
    }),
    Plant::new("error sweep-silent", "an old note", |company| {
        company.write(LAST_SWEEP, r#"{"at":"2026-03-02T08:00:00Z"}"#);
    }),
];
