//! Members to whom the release did not get.

use super::Plant;
use crate::doctor::company::{Company, Golden};

/// Looks from that member.
const ASKED: &str = "--canary 2000000000000012";
const RESOLVE: &[&str] = &["ecs:DescribeImageFromFamily"];

pub(super) const PLANTS: &[Plant] = &[
    Plant::new("note family-empty", "nothing was ever released", |company| {
        company.canary(RESOLVE);
    })
    .asked(ASKED),
    Plant::new("error canary-behind", "somebody took a share back", |company| {
        company.canary(RESOLVE);
        company.unshare();
    })
    .with(Golden::Released)
    .asked(ASKED),
    Plant::new("unknown canary-closed", "no role in the member", |_: &Company| {})
        .with(Golden::Released)
        .asked(ASKED),
    Plant::new(
        "unknown canary-unread",
        "a role that may do something else",
        |company| {
            company.canary(&["ecs:DescribeImages"]);
        },
    )
    .with(Golden::Released)
    .asked(ASKED),
    Plant::new("unknown family-unread", "families", |company| {
        company.deny("ecs:DescribeImageFromFamily");
    })
    .asked(ASKED),
];
