//! Quotas that do not reach.

use goldcast_emulator::cloud::{Quota, Switches};

use super::Plant;
use crate::scene::Conditions;

pub(super) const PLANTS: &[Plant] = &[
    Plant::under(
        "error quota-full",
        "no room for a shelf",
        with(|switches| {
            switches.resource_shares_per_account = 0;
        }),
    ),
    Plant::under(
        "warning quota-nearly-full",
        "five of six snapshots",
        Conditions {
            organisation: |organisation| organisation.instances[0].data_disks_gib = vec![20; 4],
            ..with(|switches| switches.snapshots_per_region = 6)
        },
    )
    .with_image(),
    Plant::under(
        "note quota-unknown",
        "a quota by another name",
        with(|switches| {
            let name = "Accounts an image may be given to".to_owned();
            switches.quota_names.insert(Quota::AccountsPerImage, name);
        }),
    ),
    Plant::under(
        "error limit-above-quota",
        "twenty accounts per image",
        with(|switches| {
            switches.accounts_per_image = 20;
        }),
    ),
    Plant::under(
        "error audience-above-quota",
        "five accounts per image",
        with(|switches| {
            switches.accounts_per_image = 5;
        }),
    )
    .also(&["error limit-above-quota"]),
    Plant::new("error tags-full", "an image with many tags", |company| {
        company.tag_image(14);
    })
    .with_image(),
];

const fn with(switches: fn(&mut Switches)) -> Conditions {
    Conditions {
        switches,
        ..Conditions::STANDARD
    }
}
