//! Keys, clock and regions.

use goldcast_emulator::cloud::AccessKey;
use jiff::SignedDuration;
use serde_json::json;

use super::Plant;
use crate::doctor::company::drop_member;
use crate::scene::Conditions;

pub(super) const PLANTS: &[Plant] = &[
    Plant::new("error account-wrong", "another account", |company| {
        let other = "2000000000000001".parse().unwrap();
        let described = company.scene.described(&other);
        company.redescribe(|description| *description = described);
    }),
    Plant::new("error keys-refused", "a wrong secret", |company| {
        company.redescribe(|description| {
            description["credentials"]["owner"]["access_key_secret"] = json!("not-the-secret");
        });
    }),
    Plant::new("note keys-of-root", "the account's own keys", |company| {
        let key = AccessKey {
            user: String::new(),
            ..AccessKey::of(&company.scene.owner())
        };
        company.change(|cloud, _| cloud.add_key(&key));
    }),
    Plant::under("warning clock-skewed", "a clock that is off", skewed(5)),
    Plant::under("error clock-skewed", "a clock that is far off", skewed(40)).also(&["error keys-refused"]),
    Plant::new("unknown region-silent", "no way to a region", |company| {
        company.redescribe(|description| drop_member(&mut description["endpoints"]["eu-central-1"], "ecs"));
    }),
    Plant::new("warning region-without-shelf", "no shelves in a region", |company| {
        company.redescribe(|description| {
            drop_member(&mut description["endpoints"]["eu-central-1"], "resourcesharing");
        });
    }),
    Plant::under(
        "error region-unknown",
        "a region fewer",
        Conditions {
            organisation: |organisation| {
                let regions = ["cn-hangzhou", "cn-shanghai", "ap-southeast-1"];
                organisation.visible_regions = Some(regions.iter().map(|region| region.parse().unwrap()).collect());
            },
            ..Conditions::STANDARD
        },
    ),
];

const fn skewed(minutes: i64) -> Conditions {
    Conditions {
        skew: SignedDuration::from_mins(minutes),
        ..Conditions::STANDARD
    }
}
