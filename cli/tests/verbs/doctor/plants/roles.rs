//! The role of the sweep, with less or more than the template gives it.

use goldcast_emulator::cloud::Attached;
use serde_json::json;

use super::Plant;
use crate::doctor::company::SWEEP;

/// Who should assume it.
const FC: &str = "fc.aliyuncs.com";

pub(super) const PLANTS: &[Plant] = &[
    Plant::new("error role-missing", "no role", |company| {
        let owner = company.scene.owner();
        assert!(company.change(|cloud, _| cloud.remove_role(&owner, SWEEP)));
    }),
    Plant::new("error role-untrusting", "trusts another", |company| {
        company.rerole("ecs.aliyuncs.com", company.policies());
    }),
    Plant::new("error role-lacks", "no policies", |company| {
        company.rerole(FC, Vec::new());
    }),
    Plant::new("error role-lacks", "an action fewer", |company| {
        company.restate("ecs:CopyImage", |statement| {
            let actions = statement["Action"].as_array_mut().unwrap();
            actions.retain(|action| action != "ecs:CopyImage");
        });
    }),
    Plant::new("error role-lacks", "images of another account", |company| {
        company.restate("ecs:CopyImage", |statement| {
            statement["Resource"] = json!("acs:ecs:*:2000000000000001:image/*");
        });
    })
    .also(&["warning role-wider"]),
    Plant::new("error role-narrower", "images of one region", |company| {
        company.restate("ecs:CopyImage", |statement| {
            statement["Resource"] = json!("acs:ecs:cn-hangzhou:1234567890123456:image/*");
        });
    }),
    Plant::new("error role-narrower", "a condition", |company| {
        company.restate("ecs:CopyImage", |statement| {
            statement["Condition"] = json!({ "IpAddress": { "acs:SourceIp": "10.0.0.0/8" } });
        });
    }),
    Plant::new("error role-denied", "a denial", |company| {
        let resource = "acs:ecs:eu-central-1:*:image/*";
        company.add_statement(&json!({ "Effect": "Deny", "Action": "ecs:Copy*", "Resource": resource }));
    }),
    Plant::new("warning role-denied", "a denial from outside", |company| {
        company.add_statement(&json!({
            "Effect": "Deny", "Action": "ecs:*", "Resource": "*",
            "Condition": { "NotIpAddress": { "acs:SourceIp": "10.0.0.0/8" } },
        }));
    }),
    Plant::new("warning role-wider", "images of whoever", |company| {
        company.restate("ecs:CopyImage", |statement| statement["Resource"] = json!("*"));
    }),
    Plant::new("warning role-wider", "an action more", |company| {
        company.add_statement(&json!({ "Effect": "Allow", "Action": "ecs:RunInstances", "Resource": "*" }));
    }),
    Plant::new("warning role-wider", "a policy of the vendor's", |company| {
        let mut policies = company.policies();
        policies.push(Attached::System("AliyunECSFullAccess".to_owned()));
        company.rerole(FC, policies);
    }),
    Plant::new("warning role-too-powerful", "an administrator", |company| {
        company.rerole(FC, vec![Attached::System("AdministratorAccess".to_owned())]);
    }),
];
