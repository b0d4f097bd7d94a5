//! What the operations on members, invitations, folders and quotas ask for: their action on what they name.

use goldcast_emulator::cloud::Endpoint;
use serde_json::json;

use crate::authorisation::{allow, is_allowed, user};
use crate::shelf::params_of;
use crate::support::{DIRECTORY, MANAGEMENT, MEMBER, QUOTAS, World};

#[test]
fn each_operation_asks_for_its_action_on_what_it_names() {
    let mut world = World::new();
    let directory = |rest: &str| format!("acs:resourcemanager:*:{MANAGEMENT}:{rest}");
    let quota = |rest: &str| format!("acs:quotas:*:{MANAGEMENT}:quota/{rest}");
    let member = directory(&format!("account/rd-gold01/r-root01/fd-prod000001/{MEMBER}"));
    let folder = directory("folder/rd-gold01/r-root01/fd-dev0000001");
    let of_member = format!("AccountId={MEMBER}");
    let of_quota = "ProductCode=ecs QuotaActionCode=q_1";
    for (version, action, line, resource) in [
        (DIRECTORY, "resourcemanager:UpdateAccount", &of_member[..], &member),
        (DIRECTORY, "resourcemanager:DeleteAccount", &of_member, &member),
        (DIRECTORY, "resourcemanager:RemoveCloudAccount", &of_member, &member),
        (
            DIRECTORY,
            "resourcemanager:UpdateFolder",
            "FolderId=fd-dev0000001",
            &folder,
        ),
        (
            DIRECTORY,
            "resourcemanager:DeleteFolder",
            "FolderId=fd-dev0000001",
            &folder,
        ),
        (
            DIRECTORY,
            "resourcemanager:CancelHandshake",
            "HandshakeId=h-1",
            &directory("handshake/h-1"),
        ),
        (
            DIRECTORY,
            "resourcemanager:SetMemberDeletionPermission",
            "Status=Enabled",
            &"*".to_owned(),
        ),
        (QUOTAS, "quotas:GetProductQuota", of_quota, &quota("ecs/q_1")),
        (QUOTAS, "quotas:CreateQuotaApplication", of_quota, &quota("ecs/q_1")),
        (QUOTAS, "quotas:ListProductQuotas", "ProductCode=ecs", &quota("ecs/*")),
        (QUOTAS, "quotas:ListProducts", "", &"*".to_owned()),
    ] {
        let operation = action.split(':').next_back().unwrap();
        for (allowed, passes) in [(action, true), ("oss:GetObject", false)] {
            let limited = user(&mut world, MANAGEMENT, &json!([allow(allowed, resource)]));
            let answer = world.call(&limited, &Endpoint::Global, version, operation, &params_of(line));
            assert_eq!(is_allowed(&answer), passes, "{action} {}", answer.body);
        }
        let elsewhere = user(&mut world, MANAGEMENT, &json!([allow(action, "acs:oss:*:*:bucket")]));
        let answer = world.call(&elsewhere, &Endpoint::Global, version, operation, &params_of(line));
        assert!(!is_allowed(&answer), "{action} {}", answer.body);
    }
}
