//! The directory, and sharing with it.

use super::Plant;
use crate::scene::Conditions;

pub(super) const PLANTS: &[Plant] = &[
    Plant::new("error folder-missing", "a strange folder", |company| {
        company.scene.rewrite_policy("fd-dev0000001", "fd-dev0000009");
    }),
    Plant::new("warning account-outside", "a stranger", |company| {
        company.scene.rewrite_policy("2000000000000012", "3000000000000001");
    }),
    Plant::under(
        "error owner-outside",
        "a directory that the owner is not in",
        Conditions {
            organisation: |organisation| {
                let owner = organisation.owner.clone();
                organisation.members.retain(|member| member.account != owner);
            },
            ..Conditions::STANDARD
        },
    )
    .also(&["error sharing-disabled"]),
    Plant::under(
        "error directory-closed",
        "no role in the management account",
        Conditions {
            organisation: |organisation| organisation.roles.clear(),
            ..Conditions::STANDARD
        },
    ),
    Plant::under(
        "error sharing-disabled",
        "sharing inside the directory was never switched on",
        Conditions {
            organisation: |organisation| organisation.sharing_enabled = false,
            ..Conditions::STANDARD
        },
    ),
];
