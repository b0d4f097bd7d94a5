//! Keys of encrypted images, and the role that shares them.

use goldcast_domain::AccountId;
use goldcast_emulator::cloud::{KeyState, Role, Trust};

use super::Plant;
use crate::doctor::company::Company;

pub(super) const PLANTS: &[Plant] = &[
    Plant::new("error key-missing", "no key", Company::encrypt_in_words)
        .also(&["error role-lacks", "error share-role-missing"]),
    Plant::new("error key-disabled", "a key that is off", |company| {
        company.encrypt(|key| key.state = KeyState::Disabled);
    })
    .also(&["error role-lacks", "error share-role-missing"]),
    Plant::new("error key-leaving", "a key that is to be deleted", |company| {
        company.encrypt(|key| key.state = KeyState::PendingDeletion);
    })
    .also(&["error role-lacks", "error share-role-missing"]),
    Plant::new("error key-of-service", "a key of ECS", |company| {
        company.encrypt(|key| "Ecs".clone_into(&mut key.creator));
    })
    .also(&["error role-lacks", "error share-role-missing"]),
    Plant::new("error share-role-missing", "no role", |company| company.encrypt(|_| {})).also(&["error role-lacks"]),
    Plant::new(
        "note share-role-untrusting",
        "a role that trusts nobody yet",
        |company| {
            company.encrypt(|_| {});
            company.put_share_role(Trust::Service("fc.aliyuncs.com".to_owned()));
        },
    )
    .also(&["error role-lacks"]),
    Plant::new(
        "warning share-role-full",
        "a role that trusts a hundred accounts",
        |company| {
            company.encrypt(|_| {});
            let account = |n: u64| (2_000_000_000_000_001 + n).to_string().parse().unwrap();
            let recipients: Vec<AccountId> = (0..100).map(account).collect();
            company.put_share_role(Role::share_encrypted(&company.scene.owner(), &recipients).trust);
        },
    )
    .also(&["error role-lacks"]),
];
