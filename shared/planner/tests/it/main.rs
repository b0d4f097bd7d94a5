//! What the planner decides, rule by rule, and the laws that hold over all of them.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a test looks at the kinds of action, wait and block that it is about"
)]
#![expect(
    clippy::similar_names,
    clippy::enum_variant_names,
    clippy::zero_sized_map_values,
    reason = "the generator and the model say many similar things about images, shares and accounts"
)]

mod announcing;
mod brakes;
mod building;
mod committing;
mod copying;
mod drifting;
mod encryption;
mod entry;
mod every_block;
mod every_line;
mod explaining;
mod gates;
mod laws;
mod laws_always;
mod laws_copying;
mod laws_identity;
mod laws_knowing;
mod laws_releasing;
mod laws_sharing;
mod modes;
mod names;
mod oracle;
mod organisation;
mod overview;
mod policy_moving;
mod printing;
mod recalling;
mod retiring;
mod sharing;
mod shelves;
mod stage;
mod support;
