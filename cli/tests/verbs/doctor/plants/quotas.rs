//! Quotas that do not reach.

use goldcast_emulator::cloud::{Quota, Switches};

use super::Plant;
use crate::doctor::company::Golden;
use crate::scene::Conditions;

pub(super) const PLANTS: &[Plant] = &[
    Plant::under(
        "error quota-full",
        "no room for a shelf",
        cloud(|switches| {
            switches.resource_shares_per_account = 0;
        }),
    ),
    Plant::under(
        "warning quota-nearly-full",
        "five of six snapshots",
        Conditions {
            organisation: |organisation| organisation.instances[0].data_disks_gib = vec![20; 4],
            ..cloud(|switches| switches.snapshots_per_region = 6)
        },
    )
    .with(Golden::Built),
    Plant::under(
        "note quota-unknown",
        "a quota by another name",
        cloud(|switches| {
            let name = "Accounts an image may be given to".to_owned();
            switches.quota_names.insert(Quota::AccountsPerImage, name);
        }),
    ),
    Plant::under(
        "error limit-above-quota",
        "twenty accounts per image",
        cloud(|switches| {
            switches.accounts_per_image = 20;
        }),
    ),
    Plant::under(
        "error audience-above-quota",
        "five accounts per image",
        cloud(|switches| {
            switches.accounts_per_image = 5;
        }),
    )
    .also(&["error limit-above-quota"]),
    Plant::new("error tags-full", "an image with many tags", |company| {
        company.tag_image(14);
    })
    .with(Golden::Built),
];

const fn cloud(switches: fn(&mut Switches)) -> Conditions {
    Conditions {
        switches,
        ..Conditions::STANDARD
    }
}
