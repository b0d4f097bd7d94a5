//! Calls are refused unless the caller's policies allow them: actions, resources, conditions, sessions, and who may
//! assume what.

use goldcast_emulator::cloud::{AccessKey, Attached, Endpoint, Role, Setup, Switches, Trust};
use jiff::SignedDuration;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use crate::support::{
    AWAY, Answer, DIRECTORY, ECS, HOME, KEY, KMS, MANAGEMENT, MEMBER, OWNER, RAM, STS, Signer, World, account, region,
    setup,
};

const SHARING: &str = "2020-01-10";

/// A user of an account who may do what these statements say.
pub(crate) fn user(world: &mut World, of: &str, statements: &Value) -> Signer {
    let key = AccessKey {
        user: "limited".to_owned(),
        id: format!("LTAIlimited{of}"),
        ..AccessKey::of(&account(of))
    };
    world.cloud.add_key(&key);
    let document = json!({ "Version": "1", "Statement": statements }).to_string();
    let policy = Attached::Custom {
        name: "limited".to_owned(),
        document: document.parse().unwrap(),
    };
    world.cloud.put_user(world.now, &account(of), "limited", &[policy]);
    Signer {
        id: key.id,
        secret: key.secret.expose_secret().to_owned(),
        token: None,
    }
}

pub(crate) fn allow(action: &str, resource: &str) -> Value {
    json!({ "Effect": "Allow", "Action": action, "Resource": resource })
}

fn ecs(world: &mut World, signer: &Signer, action: &str, params: &[(&str, &str)]) -> Answer {
    let params: Vec<_> = params.iter().copied().chain([("RegionId", HOME)]).collect();
    world.call(signer, &Endpoint::Region(region(HOME)), ECS, action, &params)
}

/// Whether a call gets past the policies, whatever becomes of it then.
pub(crate) fn is_allowed(answer: &Answer) -> bool {
    answer.body.get("AccessDeniedDetail").is_none()
}

#[test]
fn a_refusal_says_who_was_denied_what() {
    let mut world = World::new();
    let image = world.image("golden-1");
    let limited = user(&mut world, OWNER, &json!([allow("ecs:DescribeImages", "*")]));
    ecs(&mut world, &limited, "DescribeImages", &[]).ok();
    let answer = ecs(&mut world, &limited, "DeleteImage", &[("ImageId", &image)]);
    assert_eq!(answer.refusal(), (403, "Forbidden.RAM"));
    let mut detail = answer.body["AccessDeniedDetail"].clone();
    let encoded = detail["EncodedDiagnosticMessage"].take();
    let id = detail["AuthPrincipalDisplayName"].take();
    assert!(id.as_str().unwrap().starts_with('2'), "{id}");
    assert_eq!(
        detail,
        json!({
            "AuthAction": "ecs:DeleteImage",
            "AuthPrincipalType": "SubUser",
            "AuthPrincipalOwnerId": OWNER,
            "AuthPrincipalDisplayName": null,
            "NoPermissionType": "ImplicitDeny",
            "PolicyType": "AccountLevelIdentityBasedPolicy",
            "EncodedDiagnosticMessage": null,
        })
    );
    world.kept(HOME, &image);
    let message = [("EncodedDiagnosticMessage", encoded.as_str().unwrap())];
    let decoded = world.ram("DecodeDiagnosticMessage", &message).ok()["DecodedDiagnosticMessage"].clone();
    let arn = format!("acs:ecs:{HOME}:{OWNER}:image/{image}");
    assert_eq!(
        (&decoded["AuthResource"], &decoded["ExplicitDeny"]),
        (&arn.into(), &false.into())
    );
}

#[test]
fn an_explicit_denial_is_named_as_such() {
    let mut world = World::new();
    let statements =
        json!([allow("ecs:*", "*"), { "Effect": "Deny", "Action": "ecs:DescribeImages", "Resource": "*" }]);
    let limited = user(&mut world, OWNER, &statements);
    let answer = ecs(&mut world, &limited, "DescribeImages", &[]);
    assert_eq!(answer.refusal(), (403, "Forbidden.RAM"));
    assert_eq!(answer.body["AccessDeniedDetail"]["NoPermissionType"], "ExplicitDeny");
}

#[test]
fn some_services_refuse_with_another_code() {
    let mut world = World::new();
    let nothing = allow("oss:GetObject", "*");
    let owner = user(&mut world, OWNER, &json!([nothing]));
    let management = user(&mut world, MANAGEMENT, &json!([nothing]));
    let home = Endpoint::Region(region(HOME));
    let role = format!("acs:ram::{MANAGEMENT}:role/goldcast-directory-reader");
    let assume = [("RoleArn", role.as_str()), ("RoleSessionName", "test")];
    for (signer, endpoint, version, action, params, code) in [
        (&owner, &home, KMS, "ListKeys", &[][..], "Forbidden.RAM"),
        (&owner, &Endpoint::Global, RAM, "ListRoles", &[], "NoPermission"),
        (&owner, &Endpoint::Global, STS, "AssumeRole", &assume, "NoPermission"),
        (
            &management,
            &Endpoint::Global,
            DIRECTORY,
            "ListAccounts",
            &[],
            "NoPermission",
        ),
        (
            &owner,
            &home,
            SHARING,
            "ListResourceShares",
            &[("ResourceOwner", "Self")],
            "NoPermission",
        ),
    ] {
        let answer = world.call(signer, endpoint, version, action, params);
        assert_eq!(answer.refusal(), (403, code), "{action}");
        assert!(answer.body["AccessDeniedDetail"].is_object(), "{action}");
    }
    world
        .call(&owner, &Endpoint::Global, STS, "GetCallerIdentity", &[])
        .ok();
}

#[test]
fn each_operation_asks_for_its_action_on_what_it_names() {
    let mut world = World::new();
    let image = world.image("golden-1");
    let snapshot = world.kept(HOME, &image).disks[0].snapshot.clone();
    let id = ("ImageId", image.as_str());
    let arn = |id: &str| format!("acs:ecs:{HOME}:{OWNER}:{id}");
    let own = arn(&format!("image/{image}"));
    let tags = [
        ("ResourceType", "Image"),
        ("ResourceId.1", image.as_str()),
        ("Tag.1.Key", "a"),
        ("TagKey.1", "a"),
    ];
    let list = format!("[\"{snapshot}\"]");
    for (action, params, resources) in [
        ("DescribeImages", vec![], vec![arn("image/*")]),
        ("DescribeImages", vec![id], vec![own.clone()]),
        ("DescribeImageSharePermission", vec![id], vec![own.clone()]),
        ("ModifyImageAttribute", vec![id], vec![own.clone()]),
        ("ModifyImageSharePermission", vec![id], vec![own.clone()]),
        ("CancelCopyImage", vec![id], vec![own.clone()]),
        ("DeleteImage", vec![id], vec![own.clone()]),
        (
            "CreateImage",
            vec![("SnapshotId", snapshot.as_str())],
            vec![arn("image/*"), arn(&format!("snapshot/{snapshot}"))],
        ),
        (
            "CreateImage",
            vec![("InstanceId", "i-1")],
            vec![arn("image/*"), arn("instance/i-1")],
        ),
        (
            "CopyImage",
            vec![id, ("DestinationRegionId", AWAY)],
            vec![own.clone(), format!("acs:ecs:{AWAY}:{OWNER}:image/*")],
        ),
        ("DescribeSnapshots", vec![], vec![arn("snapshot/*")]),
        (
            "DescribeSnapshots",
            vec![("SnapshotIds", list.as_str())],
            vec![arn(&format!("snapshot/{snapshot}"))],
        ),
        (
            "DeleteSnapshot",
            vec![("SnapshotId", snapshot.as_str())],
            vec![arn(&format!("snapshot/{snapshot}"))],
        ),
        ("TagResources", tags.to_vec(), vec![own.clone()]),
        ("UntagResources", tags.to_vec(), vec![own.clone()]),
        ("ListTagResources", tags.to_vec(), vec![own.clone()]),
        ("DescribeRegions", vec![], vec!["*".to_owned()]),
        (
            "DescribeImageFromFamily",
            vec![("ImageFamily", "corp")],
            vec!["*".to_owned()],
        ),
    ] {
        check_needs(&mut world, "ecs", action, &params, &resources);
    }
}

/// The call needs its action on exactly these resources: with all of them it passes, without any one it does not.
#[track_caller]
fn check_needs(world: &mut World, service: &str, action: &str, params: &[(&str, &str)], resources: &[String]) {
    let call = |world: &mut World, statements: Vec<Value>| {
        let limited = user(world, OWNER, &json!(statements));
        // A rehearsal: nothing is changed by those that pass.
        let params = [params, &[("DryRun", "true")]].concat();
        is_allowed(&ecs(world, &limited, action, &params))
    };
    let name = format!("{service}:{action}");
    let all: Vec<Value> = resources.iter().map(|resource| allow(&name, resource)).collect();
    assert!(call(world, all.clone()), "{action} {params:?} is refused with {all:?}");
    for without in 0..all.len() {
        let mut fewer = all.clone();
        fewer[without] = allow("ecs:Nothing", "*");
        assert!(
            !call(world, fewer),
            "{action} {params:?} passes without {:?}",
            all[without]
        );
    }
}

#[test]
fn images_of_others_are_seen_without_permission() {
    let mut world = World::new();
    let image = world.image("golden-1");
    world
        .ecs(
            "ModifyImageSharePermission",
            &[("ImageId", &image), ("AddAccount.1", MEMBER)],
        )
        .ok();
    let limited = user(&mut world, MEMBER, &json!([allow("ecs:DescribeInstances", "*")]));
    for params in [
        vec![("ImageOwnerAlias", "others")],
        vec![("ImageOwnerAlias", "system")],
        vec![("ImageId", image.as_str())],
    ] {
        let body = ecs(&mut world, &limited, "DescribeImages", &params).ok();
        assert!(body["TotalCount"].as_u64().unwrap() > 0, "{params:?}");
    }
    for params in [
        vec![],
        vec![("ImageOwnerAlias", "self")],
        vec![("ImageId", "m-unknown")],
    ] {
        let answer = ecs(&mut world, &limited, "DescribeImages", &params);
        assert_eq!(answer.refusal(), (403, "Forbidden.RAM"), "{params:?}");
    }
}

#[test]
fn copying_asks_in_both_regions_or_in_one() {
    for both in [true, false] {
        let mut world = World::with(Setup {
            switches: Switches {
                copy_asks_both_regions: both,
                ..Switches::default()
            },
            ..setup()
        });
        let image = world.image("golden-1");
        let params = [
            ("ImageId", image.as_str()),
            ("DestinationRegionId", AWAY),
            ("DestinationImageName", "copy"),
        ];
        let source = format!("acs:ecs:{HOME}:*:image/*");
        let limited = user(&mut world, OWNER, &json!([allow("ecs:CopyImage", &source)]));
        let answer = ecs(&mut world, &limited, "CopyImage", &params);
        assert_eq!(is_allowed(&answer), !both);
        let everywhere = user(
            &mut world,
            OWNER,
            &json!([allow("ecs:CopyImage", "acs:ecs:*:*:image/*")]),
        );
        let answer = ecs(&mut world, &everywhere, "CopyImage", &params);
        assert!(is_allowed(&answer), "{}", answer.body);
    }
}

#[test]
fn the_directory_and_ram_and_kms_name_what_they_are_about() {
    let mut world = World::new();
    let root = format!("acs:resourcemanager:*:{MANAGEMENT}:folder/rd-gold01/r-root01");
    let accounts = format!("acs:resourcemanager:*:{MANAGEMENT}:account/*");
    let moved = format!("acs:resourcemanager:*:{MANAGEMENT}:account/rd-gold01/r-root01/fd-prod000001/{MEMBER}");
    let target = format!("{root}/fd-dev0000001");
    let move_it = [("AccountId", MEMBER), ("DestinationFolderId", "fd-dev0000001")];
    let role = format!("acs:ram:*:{OWNER}:role/goldcast-sweep");
    let policy = "acs:ram:*:system:policy/AdministratorAccess".to_owned();
    let attached = [
        ("RoleName", "goldcast-sweep"),
        ("PolicyName", "AdministratorAccess"),
        ("PolicyType", "System"),
    ];
    let key = format!("acs:kms:{HOME}:{OWNER}:key/{KEY}");
    let anything = "*".to_owned();
    let (global, home) = (Endpoint::Global, Endpoint::Region(region(HOME)));
    for (of, endpoint, version, action, params, resources) in [
        (
            MANAGEMENT,
            &global,
            DIRECTORY,
            "resourcemanager:ListAccounts",
            &[][..],
            vec![&accounts],
        ),
        (
            MANAGEMENT,
            &global,
            DIRECTORY,
            "resourcemanager:GetAccount",
            &[("AccountId", MEMBER)],
            vec![&accounts],
        ),
        (
            MANAGEMENT,
            &global,
            DIRECTORY,
            "resourcemanager:GetResourceDirectory",
            &[],
            vec![&anything],
        ),
        (
            MANAGEMENT,
            &global,
            DIRECTORY,
            "resourcemanager:GetFolder",
            &[("FolderId", "r-root01")],
            vec![&root],
        ),
        (
            MANAGEMENT,
            &global,
            DIRECTORY,
            "resourcemanager:ListFoldersForParent",
            &[],
            vec![&root],
        ),
        (
            MANAGEMENT,
            &global,
            DIRECTORY,
            "resourcemanager:MoveAccount",
            &move_it,
            vec![&moved, &target],
        ),
        (
            OWNER,
            &global,
            RAM,
            "ram:GetRole",
            &[("RoleName", "goldcast-sweep")],
            vec![&role],
        ),
        (
            OWNER,
            &global,
            RAM,
            "ram:AttachPolicyToRole",
            &attached,
            vec![&role, &policy],
        ),
        (OWNER, &global, RAM, "ram:ListRoles", &[], vec![&anything]),
        (OWNER, &home, KMS, "kms:DescribeKey", &[("KeyId", KEY)], vec![&key]),
        (OWNER, &home, KMS, "kms:ListKeys", &[], vec![&anything]),
    ] {
        let operation = action.split(':').next_back().unwrap();
        for without in 0..=resources.len() {
            let statements = resources.iter().enumerate().map(|(place, resource)| {
                let action = if place == without { "oss:GetObject" } else { action };
                allow(action, resource)
            });
            let limited = user(&mut world, of, &json!(statements.collect::<Vec<_>>()));
            let answer = world.call(&limited, endpoint, version, operation, params);
            assert_eq!(
                is_allowed(&answer),
                without == resources.len(),
                "{action} {}",
                answer.body
            );
            if action.ends_with("MoveAccount") && is_allowed(&answer) {
                answer.ok();
            }
        }
    }
}

#[test]
fn reading_folders_may_ask_for_everything() {
    let mut world = World::with(Setup {
        switches: Switches {
            folders_are_resources: false,
            ..Switches::default()
        },
        ..setup()
    });
    let root = format!("acs:resourcemanager:*:{MANAGEMENT}:folder/*");
    for (resource, allowed) in [(root.as_str(), false), ("*", true)] {
        let limited = user(
            &mut world,
            MANAGEMENT,
            &json!([allow("resourcemanager:Get*", resource)]),
        );
        let params = [("FolderId", "r-root01")];
        let answer = world.call(&limited, &Endpoint::Global, DIRECTORY, "GetFolder", &params);
        assert_eq!(is_allowed(&answer), allowed, "{resource}");
    }
}

#[test]
fn conditions_limit_what_is_shared_with_whom() {
    let arn = format!("acs:ecs:{HOME}:{OWNER}:image/m-1");
    let image = [("Resources.1.ResourceId", "m-1"), ("Resources.1.ResourceType", "Image")];
    let by_arn = [("ResourceArns.1", arn.as_str())];
    let folder = [("Targets.1", "fd-prodeu0001")];
    let two = [("Targets.1", "fd-prodeu0001"), ("Targets.2", MEMBER)];
    for (operator, key, value, params, holds) in [
        ("Bool", "RequestedAllowExternalTargets", "false", &[][..], true),
        (
            "Bool",
            "RequestedAllowExternalTargets",
            "false",
            &[("AllowExternalTargets", "True")],
            false,
        ),
        ("StringEquals", "RequestedResourceType", "Image", &image, true),
        ("StringEquals", "RequestedResourceType", "Image", &by_arn, true),
        ("StringEquals", "RequestedResourceType", "Snapshot", &image, false),
        ("StringEquals", "RequestedResourceType", "Image", &[], false),
        ("StringEquals", "ResourceArn", arn.as_str(), &image, true),
        ("StringEquals", "ResourceArn", arn.as_str(), &by_arn, true),
        ("StringEquals", "ResourceArn", "acs:ecs:x:y:image/m-1", &image, false),
        (
            "StringLike",
            "Target",
            "rd-gold01/r-root01/fd-prod000001/*",
            &folder,
            true,
        ),
        (
            "StringLike",
            "Target",
            "rd-gold01/r-root01/fd-dev0000001/*",
            &folder,
            false,
        ),
        ("StringLike", "Target", "rd-gold01/*", &two, false),
        ("StringNotLike", "Target", "rd-gold01/*", &folder, false),
        ("StringNotLike", "Target", "rd-gold01/*", &[("Targets.1", MEMBER)], true),
    ] {
        let mut world = World::new();
        let mut statement = allow("resourcesharing:CreateResourceShare", "*");
        statement["Condition"] = json!({ operator: { format!("resourcesharing:{key}"): value } });
        let limited = user(&mut world, OWNER, &json!([statement]));
        let params = [params, &[("ResourceShareName", "shelf")]].concat();
        let endpoint = Endpoint::Region(region(HOME));
        let answer = world.call(&limited, &endpoint, SHARING, "CreateResourceShare", &params);
        assert_eq!(
            is_allowed(&answer),
            holds,
            "{operator} {key} {value} {params:?}: {}",
            answer.body
        );
    }
}

#[test]
fn what_is_not_documented_about_policies_is_a_switch() {
    type Change = fn(&mut Switches);
    /// What is switched, an action and a condition of a permission, the call's parameters, and whether it is allowed.
    type Case<'a> = (Change, &'a str, Value, &'a [(&'a str, &'a str)], bool);
    let differs = json!({ "StringNotEquals": { "resourcesharing:Target": "x" } });
    let one_of_two = json!({ "StringEquals": { "resourcesharing:Target": MEMBER } });
    let two = [("Targets.1", MEMBER), ("Targets.2", "2000000000000002")];
    let cases: [Case<'_>; 3] = [
        (
            |switches| switches.actions_ignore_case = false,
            "RESOURCESHARING:createresourceshare",
            json!({}),
            &[],
            true,
        ),
        (
            |switches| switches.absent_condition_key_differs = false,
            "resourcesharing:CreateResourceShare",
            differs,
            &[],
            true,
        ),
        (
            |switches| switches.every_condition_value_counts = false,
            "resourcesharing:CreateResourceShare",
            one_of_two,
            &two,
            false,
        ),
    ];
    for (change, action, condition, params, by_default) in cases {
        for changed in [false, true] {
            let mut switches = Switches::default();
            if changed {
                change(&mut switches);
            }
            let mut world = World::with(Setup { switches, ..setup() });
            let mut statement = allow(action, "*");
            statement["Condition"] = condition.clone();
            let limited = user(&mut world, OWNER, &json!([statement]));
            let params = [params, &[("ResourceShareName", "shelf")]].concat();
            let endpoint = Endpoint::Region(region(HOME));
            let answer = world.call(&limited, &endpoint, SHARING, "CreateResourceShare", &params);
            assert_eq!(
                is_allowed(&answer),
                by_default != changed,
                "{action} {condition} {changed}"
            );
        }
    }
    let switches = Switches {
        no_permission_services: ["ecs".to_owned()].into(),
        ..Switches::default()
    };
    let mut world = World::with(Setup { switches, ..setup() });
    let limited = user(&mut world, OWNER, &json!([allow("oss:GetObject", "*")]));
    assert_eq!(
        ecs(&mut world, &limited, "DescribeImages", &[]).refusal(),
        (403, "NoPermission")
    );
}

/// A role of the owner that its own account may assume, with these statements.
fn put_role(world: &mut World, statements: &Value) -> String {
    let document = json!({ "Version": "1", "Statement": statements }).to_string();
    let role = Role {
        account: account(OWNER),
        name: "worker".to_owned(),
        trust: Trust::Account(account(OWNER)),
        max_session: SignedDuration::from_hours(1),
        policies: vec![Attached::Custom {
            name: "worker".to_owned(),
            document: document.parse().unwrap(),
        }],
    };
    world.cloud.put_role(world.now, &role);
    role.arn()
}

fn assume(world: &mut World, signer: &Signer, role: &str, more: &[(&str, &str)]) -> Answer {
    let params = [&[("RoleArn", role), ("RoleSessionName", "job-1")], more].concat();
    world.call(signer, &Endpoint::Global, STS, "AssumeRole", &params)
}

fn session(answer: Answer) -> Signer {
    let body = answer.ok();
    let text = |name: &str| body["Credentials"][name].as_str().unwrap().to_owned();
    Signer {
        id: text("AccessKeyId"),
        secret: text("AccessKeySecret"),
        token: Some(text("SecurityToken")),
    }
}

#[test]
fn a_session_may_do_what_its_role_may_and_its_own_policy_allows_too() {
    let mut world = World::new();
    let role = put_role(&mut world, &json!([allow("ecs:Describe*", "*")]));
    let owner = Signer::of(OWNER);
    let answer = assume(&mut world, &owner, &role, &[]);
    let whole = session(answer);
    ecs(&mut world, &whole, "DescribeImages", &[]).ok();
    ecs(&mut world, &whole, "DescribeRegions", &[]).ok();
    let refused = ecs(&mut world, &whole, "CreateImage", &[("InstanceId", "i-1")]);
    let detail = &refused.body["AccessDeniedDetail"];
    assert_eq!(
        (&detail["AuthPrincipalType"], &detail["AuthPrincipalDisplayName"]),
        (&"AssumedRoleUser".into(), &"worker:job-1".into())
    );
    let policy = json!({ "Version": "1", "Statement": [allow("ecs:*", "acs:ecs:*:*:image/*")] }).to_string();
    let answer = assume(&mut world, &owner, &role, &[("Policy", &policy)]);
    let limited = session(answer);
    ecs(&mut world, &limited, "DescribeImages", &[]).ok();
    let refused = ecs(&mut world, &limited, "DescribeRegions", &[]);
    assert_eq!(refused.body["AccessDeniedDetail"]["PolicyType"], "SessionPolicy");
    let refused = ecs(&mut world, &limited, "CreateImage", &[("InstanceId", "i-1")]);
    assert_eq!(
        refused.body["AccessDeniedDetail"]["PolicyType"],
        "AccountLevelIdentityBasedPolicy"
    );
}

#[test]
fn a_policy_taken_from_a_role_is_taken_from_its_sessions() {
    let mut world = World::new();
    let role = put_role(&mut world, &json!([allow("ecs:Describe*", "*")]));
    let answer = assume(&mut world, &Signer::of(OWNER), &role, &[]);
    let worker = session(answer);
    ecs(&mut world, &worker, "DescribeImages", &[]).ok();
    let policy = [
        ("RoleName", "worker"),
        ("PolicyName", "worker"),
        ("PolicyType", "Custom"),
    ];
    world.ram("DetachPolicyFromRole", &policy).ok();
    let answer = ecs(&mut world, &worker, "DescribeImages", &[]);
    assert_eq!(answer.refusal(), (403, "Forbidden.RAM"));
}

#[test]
fn a_policy_of_a_session_is_short_and_well_formed() {
    let mut world = World::new();
    let role = put_role(&mut world, &json!([allow("ecs:*", "*")]));
    let long = format!(r#"{{"Version":"1","Statement":[]}}{}"#, " ".repeat(2048));
    for policy in ["{}", long.as_str()] {
        let answer = assume(&mut world, &Signer::of(OWNER), &role, &[("Policy", policy)]);
        assert_eq!(answer.refusal(), (400, "InvalidParameter.Policy"), "{policy}");
    }
}

#[test]
fn assuming_a_role_takes_the_callers_permission_and_the_roles_trust() {
    let mut world = World::new();
    let role = put_role(&mut world, &json!([allow("ecs:*", "*")]));
    for (resource, allowed) in [("acs:ram::*:role/worker", true), ("acs:ram::*:role/other", false)] {
        let limited = user(&mut world, OWNER, &json!([allow("sts:AssumeRole", resource)]));
        let answer = assume(&mut world, &limited, &role, &[]);
        assert_eq!(is_allowed(&answer), allowed, "{resource}: {}", answer.body);
    }
    let answer = assume(&mut world, &Signer::of(MEMBER), &role, &[]);
    assert_eq!(answer.refusal(), (403, "NoPermission"));
    assert_eq!(answer.body["AccessDeniedDetail"]["PolicyType"], "AssumeRolePolicy");
}

#[test]
fn people_are_administrators_unless_they_are_given_policies() {
    let mut world = World::new();
    world.ecs("DescribeImages", &[]).ok();
    world.cloud.put_user(world.now, &account(OWNER), "operator", &[]);
    assert_eq!(world.ecs("DescribeImages", &[]).refusal(), (403, "Forbidden.RAM"));
    let reader = [Attached::System("AliyunECSFullAccess".to_owned())];
    world.cloud.put_user(world.now, &account(OWNER), "operator", &reader);
    world.ecs("DescribeImages", &[]).ok();
    assert_eq!(world.ram("ListRoles", &[]).refusal(), (403, "NoPermission"));
}

#[test]
fn only_a_role_that_trusts_function_compute_is_given_to_a_function() {
    let mut world = World::new();
    let role = put_role(&mut world, &json!([allow("ecs:*", "*")]));
    let error = world
        .cloud
        .assume(goldcast_emulator::cloud::Moment::at(world.now), &role, "sweep")
        .unwrap_err();
    assert!(error.to_string().contains("does not name fc.aliyuncs.com"), "{error}");
}
