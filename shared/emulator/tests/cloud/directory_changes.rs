//! The resource directory beyond members that come and go: names and types, folders, invitations, delegated
//! administrators, tags, checks before deletion, and control policies.

use goldcast_emulator::cloud::Endpoint;
use serde_json::{Value, json};

use crate::shelf::params_of;
use crate::support::{HOME, MANAGEMENT, MEMBER, OUTSIDER, OWNER, Signer, World, minutes, setup};

/// A member that was invited.
const INVITED: &str = "2000000000000002";
/// A service that members can administer.
const FIREWALL: &str = "cloudfw.aliyuncs.com";

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

#[track_caller]
fn member(world: &mut World, id: &str) -> Value {
    let params = [("AccountId", id), ("IncludeTags", "true")];
    world.directory("GetAccount", &params).ok()["Account"].clone()
}

#[test]
fn a_member_gets_another_name_and_keeps_its_login() {
    let mut world = World::new();
    let login = member(&mut world, MEMBER)["AccountName"].clone();
    let rename = [("AccountId", MEMBER), ("NewDisplayName", "billing")];
    let rehearsal = [&rename[..], &[("DryRun", "true")]].concat();
    assert_eq!(
        world.directory("UpdateAccount", &rehearsal).refusal(),
        (400, "DryRunOperation")
    );
    let renamed = world.directory("UpdateAccount", &rename).ok();
    assert_eq!(renamed["Account"]["DisplayName"], "billing");
    let found = world.directory("ListAccounts", &[("QueryKeyword", "billing")]).ok();
    assert_eq!(found["Accounts"]["Account"][0]["AccountName"], login);
}

#[test]
fn a_member_of_the_other_type_can_be_removed_and_not_deleted() {
    let mut world = World::new();
    let id = ("AccountId", MEMBER);
    let switched = world
        .directory("UpdateAccount", &[id, ("NewAccountType", "CloudAccount")])
        .ok();
    let switched = &switched["Account"];
    assert_eq!(
        (&switched["Type"], &switched["Status"], &switched["JoinMethod"]),
        (&json!("CloudAccount"), &json!("SwitchSuccess"), &json!("created"))
    );
    let again = world.directory("UpdateAccount", &[id, ("NewAccountType", "CloudAccount")]);
    assert_eq!(again.refusal(), (409, "AccountTypeMismatch"));
    let deleted = world.directory("DeleteAccount", &[id]);
    assert_eq!(deleted.refusal(), (409, "AccountTypeOrStatusMismatch"));
    world.directory("RemoveCloudAccount", &[id]).ok();
}

#[test]
fn a_folder_is_renamed_and_goes_when_it_is_empty() {
    let mut world = World::new();
    let folder = ("FolderId", "fd-sandbox001");
    let renamed = world
        .directory("UpdateFolder", &[folder, ("NewFolderName", "playground")])
        .ok();
    assert_eq!(renamed["Folder"]["FolderName"], "playground");
    let taken = world.directory("UpdateFolder", &[folder, ("NewFolderName", "dev")]);
    assert_eq!(taken.refusal(), (409, "EntityAlreadyExists.Folder"));
    for (id, code) in [
        ("fd-prod000001", "DeleteConflict.Folder.SubFolder"),
        ("fd-sandbox001", "DeleteConflict.Folder.Account"),
    ] {
        let refused = world.directory("DeleteFolder", &[("FolderId", id)]);
        assert_eq!(refused.refusal(), (409, code));
    }
    for account in ["2000000000000012", "2000000000000013"] {
        let params = [("AccountId", account), ("DestinationFolderId", "r-root01")];
        world.directory("MoveAccount", &params).ok();
    }
    world.directory("DeleteFolder", &[folder]).ok();
    let gone = world.directory("GetFolder", &[folder]);
    assert_eq!(gone.refusal(), (404, "EntityNotExists.Folder"));
}

/// Invites the outsider and gives the invitation's id.
fn invite(world: &mut World) -> String {
    let params = [
        ("TargetEntity", OUTSIDER),
        ("TargetType", "Account"),
        ("Tag.1.Key", "team"),
        ("Tag.1.Value", "guests"),
    ];
    let body = world.directory("InviteAccountToResourceDirectory", &params).ok();
    text(&body["Handshake"]["HandshakeId"])
}

#[test]
fn an_invitation_ends_once_and_either_side_can_end_it() {
    for (who, action, status) in [
        (MANAGEMENT, "CancelHandshake", "Cancelled"),
        (OUTSIDER, "DeclineHandshake", "Declined"),
        (OUTSIDER, "AcceptHandshake", "Accepted"),
    ] {
        let mut world = World::new();
        let id = invite(&mut world);
        let params = [("HandshakeId", id.as_str())];
        let ended = world.directory_as(who, action, &params).ok();
        assert_eq!(ended["Handshake"]["Status"], status);
        for (who, action) in [
            (MANAGEMENT, "CancelHandshake"),
            (OUTSIDER, "DeclineHandshake"),
            (OUTSIDER, "AcceptHandshake"),
        ] {
            let late = world.directory_as(who, action, &params);
            assert_eq!(late.refusal(), (409, "HandshakeStatusMismatch"), "{status} {action}");
        }
        for who in [MANAGEMENT, OUTSIDER] {
            let found = world.directory_as(who, "GetHandshake", &params).ok();
            assert_eq!(found["Handshake"]["Status"], status, "{who}");
        }
        let strange = world.directory_as(MEMBER, "GetHandshake", &params);
        assert_eq!(strange.refusal(), (404, "EntityNotExists.Handshake"));
    }
}

#[test]
fn both_sides_list_their_invitations_and_an_old_one_has_expired() {
    let mut world = World::new();
    invite(&mut world);
    for (who, action, number) in [
        (MANAGEMENT, "ListHandshakesForResourceDirectory", 1),
        (OUTSIDER, "ListHandshakesForAccount", 1),
        (MEMBER, "ListHandshakesForAccount", 0),
    ] {
        let listed = world.directory_as(who, action, &[]).ok();
        assert_eq!(listed["TotalCount"], number, "{who} {action}");
    }
    world.wait(minutes(14 * 24 * 60));
    let listed = world.directory("ListHandshakesForResourceDirectory", &[]).ok();
    assert_eq!(listed["Handshakes"]["Handshake"][0]["Status"], "Expired");
}

#[test]
fn who_accepts_has_the_tags_of_the_invitation() {
    let mut world = World::new();
    let id = invite(&mut world);
    world
        .directory_as(OUTSIDER, "AcceptHandshake", &[("HandshakeId", &id)])
        .ok();
    let tags = &member(&mut world, OUTSIDER)["Tags"];
    assert_eq!(*tags, json!([{ "Key": "team", "Value": "guests" }]));
}

#[test]
fn a_delegated_administrator_reads_the_directory_and_changes_nothing() {
    let mut world = World::new();
    let params = [("AccountId", INVITED), ("ServicePrincipal", FIREWALL)];
    let before = world.directory_as(INVITED, "ListAccounts", &[]);
    assert_eq!(before.refusal(), (404, "EntityNotExists.ResourceDirectory"));
    world.directory("RegisterDelegatedAdministrator", &params).ok();
    let reads: [(&str, &[(&str, &str)]); 6] = [
        ("ListAccounts", &[]),
        ("ListAccountsForParent", &[]),
        ("ListFoldersForParent", &[]),
        ("GetAccount", &[("AccountId", MEMBER)]),
        ("GetFolder", &[("FolderId", "fd-prod000001")]),
        ("ListAncestors", &[("ChildId", MEMBER)]),
    ];
    for (action, params) in reads {
        world.directory_as(INVITED, action, params).ok();
    }
    for action in ["CreateFolder", "RemoveCloudAccount", "ListDelegatedAdministrators"] {
        let refused = world.directory_as(INVITED, action, &[]);
        assert_eq!(
            refused.refusal(),
            (404, "EntityNotExists.ResourceDirectory"),
            "{action}"
        );
    }
    world.directory("DeregisterDelegatedAdministrator", &params).ok();
    let after = world.directory_as(INVITED, "ListAccounts", &[]);
    assert_eq!(after.refusal(), (404, "EntityNotExists.ResourceDirectory"));
}

#[test]
fn delegated_administrators_and_their_services_are_listed() {
    let mut world = World::new();
    for (account, service) in [
        (INVITED, FIREWALL),
        (INVITED, "config.aliyuncs.com"),
        (MEMBER, FIREWALL),
    ] {
        let params = [("AccountId", account), ("ServicePrincipal", service)];
        world.directory("RegisterDelegatedAdministrator", &params).ok();
    }
    let all = world.directory("ListDelegatedAdministrators", &[]).ok();
    assert_eq!(all["TotalCount"], 3);
    let one = world.directory("ListDelegatedAdministrators", &[("ServicePrincipal", FIREWALL)]);
    assert_eq!(one.ok()["TotalCount"], 2);
    let params = [("AccountId", INVITED), ("MaxResults", "1")];
    let first = world.directory("ListDelegatedServicesForAccount", &params).ok();
    let token = text(&first["NextToken"]);
    let second = world
        .directory(
            "ListDelegatedServicesForAccount",
            &[("AccountId", INVITED), ("NextToken", &token)],
        )
        .ok();
    let service = |body: &Value| text(&body["DelegatedServices"]["DelegatedService"][0]["ServicePrincipal"]);
    assert_eq!(
        (service(&first).as_str(), service(&second).as_str()),
        (FIREWALL, "config.aliyuncs.com")
    );
    let trusted = world.directory_as(INVITED, "ListTrustedServiceStatus", &[("AdminAccountId", MANAGEMENT)]);
    let trusted = trusted.ok();
    let rows = trusted["EnabledServicePrincipals"]["EnabledServicePrincipal"]
        .as_array()
        .unwrap();
    let names: Vec<_> = rows.iter().map(|row| text(&row["ServicePrincipal"])).collect();
    assert_eq!(names, [FIREWALL, "config.aliyuncs.com", "resourcesharing.aliyuncs.com"]);
}

#[test]
fn a_member_on_which_a_service_depends_stays_unless_the_switch_says_so() {
    for removable in [false, true] {
        let mut setup = setup();
        setup.switches.delegated_administrators_removable = removable;
        let mut world = World::with(setup);
        for account in [INVITED, MEMBER] {
            let params = [("AccountId", account), ("ServicePrincipal", FIREWALL)];
            world.directory("RegisterDelegatedAdministrator", &params).ok();
        }
        for (action, account) in [("RemoveCloudAccount", INVITED), ("DeleteAccount", MEMBER)] {
            let answer = world.directory(action, &[("AccountId", account)]);
            if removable {
                answer.ok();
            } else {
                assert_eq!(answer.refusal(), (409, "Deny.TrustedService"), "{action}");
            }
        }
    }
}

#[test]
fn a_service_has_so_many_administrators_as_the_switch_says() {
    let mut setup = setup();
    setup.switches.delegated_administrators_per_service = 1;
    let mut world = World::with(setup);
    let of = |account, service| [("AccountId", account), ("ServicePrincipal", service)];
    let register = "RegisterDelegatedAdministrator";
    world.directory(register, &of(MEMBER, FIREWALL)).ok();
    world.directory(register, &of(INVITED, "config.aliyuncs.com")).ok();
    let second = world.directory(register, &of(INVITED, FIREWALL));
    assert_eq!(second.refusal(), (409, "AccountNumberExceeded"));
}

#[test]
fn tags_of_members_and_folders_are_set_listed_and_found() {
    let mut world = World::new();
    let tag = |kind, id, key, value| {
        [
            ("ResourceType", kind),
            ("ResourceId.1", id),
            ("Tag.1.Key", key),
            ("Tag.1.Value", value),
        ]
    };
    for (kind, id, key, value) in [
        ("Account", MEMBER, "team", "blue"),
        ("Account", MEMBER, "cost", "7"),
        ("Account", INVITED, "team", "red"),
        ("Folder", "fd-dev0000001", "team", "blue"),
    ] {
        world.directory("TagResources", &tag(kind, id, key, value)).ok();
    }
    let filter = |value| [("Tag.1.Key", "team"), ("Tag.1.Value", value), ("IncludeTags", "true")];
    let found = world.directory("ListAccounts", &filter("blue")).ok();
    let account = &found["Accounts"]["Account"][0];
    assert_eq!(
        (&found["TotalCount"], &account["AccountId"]),
        (&json!(1), &json!(MEMBER))
    );
    assert_eq!(account["Tags"]["Tag"].as_array().unwrap().len(), 2);
    assert_eq!(world.directory("ListAccounts", &filter("")).ok()["TotalCount"], 2);
    let folders = world.directory("ListFoldersForParent", &filter("blue")).ok();
    assert_eq!(folders["Folders"]["Folder"][0]["Tags"]["Tag"][0]["Value"], "blue");

    let account = ("ResourceType", "Account");
    let rows = world
        .directory("ListTagResources", &[account, ("MaxResults", "2")])
        .ok();
    let token = text(&rows["NextToken"]);
    assert_eq!(rows["TagResources"].as_array().unwrap().len(), 2);
    let rest = world
        .directory("ListTagResources", &[account, ("NextToken", &token)])
        .ok();
    assert_eq!(
        rest["TagResources"],
        json!([{ "ResourceId": INVITED, "ResourceType": "Account", "TagKey": "team", "TagValue": "red" }])
    );
    let keys = world.directory("ListTagKeys", &[account]).ok();
    assert_eq!(keys["Tags"], json!([{ "Key": "cost" }, { "Key": "team" }]));
    let values = world.directory("ListTagValues", &[account, ("TagKey", "team")]).ok();
    assert_eq!(values["Tags"], json!([{ "Value": "blue" }, { "Value": "red" }]));

    let untag = [account, ("ResourceId.1", MEMBER), ("TagKey.1", "team")];
    world.directory("UntagResources", &untag).ok();
    let tags = member(&mut world, MEMBER)["Tags"].clone();
    assert_eq!(tags, json!([{ "Key": "cost", "Value": "7" }]));
    let all = [account, ("ResourceId.1", MEMBER), ("All", "true")];
    world.directory("UntagResources", &all).ok();
    assert_eq!(member(&mut world, MEMBER)["Tags"], json!([]));
}

#[test]
fn new_members_and_folders_can_come_with_tags() {
    let mut world = World::new();
    let tag = [("Tag.1.Key", "team"), ("Tag.1.Value", "new")];
    let created = world
        .directory(
            "CreateResourceAccount",
            &[&[("DisplayName", "newcomer")], &tag[..]].concat(),
        )
        .ok();
    let id = text(&created["Account"]["AccountId"]);
    assert_eq!(member(&mut world, &id)["Tags"][0]["Value"], "new");
    world
        .directory("CreateFolder", &[&[("FolderName", "fresh")], &tag[..]].concat())
        .ok();
    let found = world.directory("ListFoldersForParent", &tag).ok();
    assert_eq!(found["Folders"]["Folder"][0]["FolderName"], "fresh");
}

#[test]
fn a_member_is_checked_before_it_is_deleted() {
    let mut world = World::new();
    let id = [("AccountId", MEMBER)];
    world.directory("CheckAccountDelete", &id).ok();
    let result = |world: &mut World, id: &str| {
        let body = world
            .directory("GetAccountDeletionCheckResult", &[("AccountId", id)])
            .ok();
        let info = &body["AccountDeletionCheckResultInfo"];
        (text(&info["Status"]), text(&info["AllowDelete"]))
    };
    let expected = |status: &str, allow: &str| (status.to_owned(), allow.to_owned());
    assert_eq!(result(&mut world, MEMBER), expected("PreChecking", "false"));
    let early = world.directory("DeleteAccount", &id);
    assert_eq!(early.refusal(), (409, "NotSupportedOperation.PreCheckingAccount"));
    world.wait(minutes(1));
    assert_eq!(result(&mut world, MEMBER), expected("PreCheckComplete", "true"));
    world.directory("DeleteAccount", &id).ok();
    world.directory("CheckAccountDelete", &[("AccountId", INVITED)]).ok();
    world.wait(minutes(1));
    assert_eq!(result(&mut world, INVITED), expected("PreCheckComplete", "false"));
}

#[test]
fn deletion_is_switched_off_for_all_members() {
    let mut world = World::new();
    let off = world
        .directory("SetMemberDeletionPermission", &[("Status", "Disabled")])
        .ok();
    assert_eq!(off["MemberDeletionStatus"], "Disabled");
    let refused = world.directory("DeleteAccount", &[("AccountId", MEMBER)]);
    assert_eq!(refused.refusal(), (409, "AccountTypeOrStatusMismatch"));
    let directory = world.directory("GetResourceDirectory", &[]).ok();
    assert_eq!(directory["ResourceDirectory"]["MemberDeletionStatus"], "Disabled");
    let member = world.directory_as(MEMBER, "SetMemberDeletionPermission", &[("Status", "Enabled")]);
    assert_eq!(member.refusal(), (403, "MemberAccountAccessDenied"));
}

#[test]
fn created_members_are_paid_for_and_invited_ones_pay_themselves() {
    let mut world = World::new();
    let params = [("DisplayName", "newcomer"), ("PayerAccountId", OWNER)];
    let created = world.directory("CreateResourceAccount", &params).ok();
    let newcomer = text(&created["Account"]["AccountId"]);
    for (account, payer) in [(MEMBER, MANAGEMENT), (INVITED, INVITED), (newcomer.as_str(), OWNER)] {
        let body = world.directory("GetPayerForAccount", &[("AccountId", account)]).ok();
        assert_eq!(body["PayerAccountId"], payer);
    }
}

#[test]
fn a_directory_is_not_enabled_twice() {
    let mut world = World::new();
    let mode = [("EnableMode", "CurrentAccount")];
    for account in [MANAGEMENT, MEMBER] {
        let refused = world.directory_as(account, "EnableResourceDirectory", &mode);
        assert_eq!(refused.refusal(), (409, "AccountInAnotherResourceDir"));
    }
    let outside = world.directory_as(OUTSIDER, "EnableResourceDirectory", &mode);
    assert_eq!(outside.refusal(), (501, "InvalidApi.NotSimulated"));
}

const DOCUMENT: &str = r#"{"Version":"1","Statement":[{"Effect":"Deny","Action":"ecs:DeleteImage","Resource":"*"}]}"#;

/// Creates a control policy and gives its id.
fn policy(world: &mut World, name: &str) -> String {
    let params = [
        ("PolicyName", name),
        ("EffectScope", "RAM"),
        ("PolicyDocument", DOCUMENT),
    ];
    let body = world.directory("CreateControlPolicy", &params).ok();
    text(&body["ControlPolicy"]["PolicyId"])
}

#[test]
fn a_control_policy_is_attached_listed_and_taken_off() {
    let mut world = World::new();
    let id = policy(&mut world, "keep-images");
    let pair = [("PolicyId", id.as_str()), ("TargetId", "fd-prod000001")];
    world.directory("AttachControlPolicy", &pair).ok();
    let again = world.directory("AttachControlPolicy", &pair);
    assert_eq!(again.refusal(), (409, "EntityAlreadyExists.ControlPolicy.Attachment"));
    let listed = world.directory("ListControlPolicies", &[("PolicyType", "Custom")]).ok();
    let listed = &listed["ControlPolicies"]["ControlPolicy"][0];
    assert_eq!(
        (&listed["PolicyId"], &listed["AttachmentCount"]),
        (&json!(id), &json!("1"))
    );
    let attached = world
        .directory(
            "ListControlPolicyAttachmentsForTarget",
            &[("TargetId", "fd-prod000001")],
        )
        .ok();
    let attached = &attached["ControlPolicyAttachments"]["ControlPolicyAttachment"];
    assert_eq!(attached.as_array().unwrap().len(), 2, "the system's own is everywhere");
    let targets = world
        .directory("ListTargetAttachmentsForControlPolicy", &[("PolicyId", &id)])
        .ok();
    let target = &targets["TargetAttachments"]["TargetAttachment"][0];
    assert_eq!(
        (&target["TargetType"], &target["TargetName"]),
        (&json!("Folder"), &json!("prod"))
    );
    let held = world.directory("DeleteControlPolicy", &[("PolicyId", &id)]);
    assert_eq!(held.refusal(), (409, "DeleteConflict.ControlPolicy.Attachment"));
    world.directory("DetachControlPolicy", &pair).ok();
    world.directory("DeleteControlPolicy", &[("PolicyId", &id)]).ok();
    let gone = world.directory("GetControlPolicy", &[("PolicyId", &id)]);
    assert_eq!(gone.refusal(), (404, "EntityNotExists.ControlPolicy"));
}

#[test]
fn control_policies_are_switched_on_after_a_while() {
    let mut world = World::new();
    let status = |world: &mut World| {
        let body = world.directory("GetControlPolicyEnablementStatus", &[]).ok();
        text(&body["EnablementStatus"])
    };
    assert_eq!(status(&mut world), "Disabled");
    let body = world.directory("EnableControlPolicy", &[]).ok();
    assert_eq!(body["EnablementStatus"], "PendingEnable");
    world.wait(minutes(1));
    assert_eq!(status(&mut world), "Enabled");
    let directory = world.directory("GetResourceDirectory", &[]).ok();
    assert_eq!(directory["ResourceDirectory"]["ControlPolicyStatus"], "Enabled");
    world.directory("DisableControlPolicy", &[]).ok();
    assert_eq!(status(&mut world), "PendingDisable");
}

#[test]
fn ten_control_policies_are_on_one_target_the_systems_own_among_them() {
    let mut world = World::new();
    for number in 1..=10 {
        let id = policy(&mut world, &format!("policy-{number}"));
        let pair = [("PolicyId", id.as_str()), ("TargetId", MEMBER)];
        let answer = world.directory("AttachControlPolicy", &pair);
        if number < 10 {
            answer.ok();
        } else {
            assert_eq!(answer.refusal(), (409, "LimitExceeded.ControlPolicy.Attachment"));
        }
    }
}

/// Refuses each of these requests of the management account, written as `Name=value Name=value`.
#[track_caller]
fn check(world: &mut World, rows: &[(&str, &str, u16, &str)]) {
    for (action, line, status, code) in rows {
        let refused = world.directory(action, &params_of(line));
        assert_eq!(refused.refusal(), (*status, *code), "{action} {line}");
    }
}

#[test]
fn a_wrong_change_of_members_and_folders_is_refused_with_its_code() {
    let member = format!("AccountId={MEMBER}");
    let of = |rest: &str| format!("{member} {rest}");
    let stranger = format!("AccountId={OUTSIDER} ServicePrincipal={FIREWALL}");
    let delegate = of(&format!("ServicePrincipal={FIREWALL}"));
    let rows = [
        ("UpdateAccount", "", 400, "MissingParameter.AccountId"),
        ("UpdateAccount", &member, 400, "MissingParameter.NewDisplayName"),
        (
            "UpdateAccount",
            &of("NewDisplayName=x"),
            400,
            "InvalidParameter.NewDisplayName",
        ),
        (
            "UpdateAccount",
            &of("NewAccountType=Other"),
            400,
            "InvalidParameter.NewAccountType",
        ),
        ("UpdateFolder", "", 400, "MissingParameter.FolderId"),
        (
            "UpdateFolder",
            "FolderId=fd-dev0000001",
            400,
            "MissingParameter.NewFolderName",
        ),
        ("DeleteFolder", "", 400, "MissingParameter.FolderId"),
        ("DeleteFolder", "FolderId=x", 400, "InvalidParameter.FolderId"),
        ("DeleteFolder", "FolderId=r-root01", 400, "InvalidParameter.FolderId"),
        ("DeleteFolder", "FolderId=fd-nobody0000", 404, "EntityNotExists.Folder"),
        ("GetHandshake", "", 400, "MissingParameter.HandshakeId"),
        ("CancelHandshake", "HandshakeId=x", 400, "InvalidParameter.HandshakeId"),
        (
            "DeclineHandshake",
            "HandshakeId=h-nobody",
            404,
            "EntityNotExists.Handshake",
        ),
        (
            "RegisterDelegatedAdministrator",
            &member,
            400,
            "MissingParameter.ServicePrincipal",
        ),
        (
            "RegisterDelegatedAdministrator",
            &of("ServicePrincipal=firewall"),
            400,
            "InvalidParameter.ServicePrincipal",
        ),
        (
            "RegisterDelegatedAdministrator",
            &stranger,
            404,
            "EntityNotExists.Account",
        ),
        (
            "DeregisterDelegatedAdministrator",
            &delegate,
            409,
            "AccountNotRegistered",
        ),
        ("GetAccountDeletionCheckResult", &member, 404, "EntityNotExists.Account"),
        ("SetMemberDeletionPermission", "", 400, "MissingParameter.Status"),
        (
            "SetMemberDisplayNameSyncStatus",
            "Status=on",
            400,
            "InvalidParameter.Status",
        ),
        ("EnableResourceDirectory", "", 400, "MissingParameter.EnableMode"),
    ];
    check(&mut World::new(), &rows);
}

#[test]
fn a_wrong_tag_is_refused_with_its_code() {
    let kind = "ResourceType=Account";
    let resource = format!("{kind} ResourceId.1={MEMBER}");
    let with = |rest: &str| format!("{resource} {rest}");
    let long = with(&format!("Tag.1.Key={}", "k".repeat(129)));
    let rows = [
        ("TagResources", "", 400, "MissingParameter.ResourceType"),
        (
            "TagResources",
            "ResourceType=Other",
            400,
            "InvalidParameter.ResourceType",
        ),
        ("TagResources", kind, 400, "MissingParameter.ResourceId"),
        (
            "TagResources",
            &format!("{kind} ResourceId.1={OUTSIDER}"),
            404,
            "EntityNotExists.Account",
        ),
        ("TagResources", &resource, 400, "MissingParameter.Tag"),
        ("TagResources", &long, 400, "InvalidParameter.TagKey"),
        (
            "TagResources",
            &with("Tag.1.Key=k Tag.1.Value=acs:v"),
            400,
            "InvalidParameter.TagValue",
        ),
        ("UntagResources", &resource, 400, "MissingParameter.TagKey"),
        ("ListTagValues", kind, 400, "MissingParameter.TagKey"),
        (
            "ListTagResources",
            "ResourceType=Account MaxResults=101",
            400,
            "InvalidParameter.MaxResults",
        ),
    ];
    check(&mut World::new(), &rows);
}

#[test]
fn a_wrong_control_policy_is_refused_with_its_code() {
    let mut world = World::new();
    let id = policy(&mut world, "keep-images");
    let document = r#"{"Statement":[]}"#;
    let new = |name: &str, scope: &str, document: &str| {
        format!("PolicyName={name} EffectScope={scope} PolicyDocument={document}")
    };
    let of = |target: &str| format!("PolicyId={id} TargetId={target}");
    let rows = [
        (
            "CreateControlPolicy",
            &new("1st", "RAM", document)[..],
            400,
            "InvalidParameter.PolicyName",
        ),
        (
            "CreateControlPolicy",
            &new("first", "Some", document),
            400,
            "InvalidParameter.EffectScope",
        ),
        (
            "CreateControlPolicy",
            &new("first", "RAM", "{}"),
            400,
            "InvalidParameter.PolicyDocument",
        ),
        (
            "CreateControlPolicy",
            &new("keep-images", "RAM", document),
            409,
            "EntityAlreadyExists.ControlPolicy",
        ),
        ("AttachControlPolicy", &of(OUTSIDER), 404, "EntityNotExists.Target"),
        (
            "DetachControlPolicy",
            &of(MEMBER),
            404,
            "EntityNotExists.ControlPolicy.Attachment",
        ),
        (
            "DeleteControlPolicy",
            "PolicyId=cp-FullAliyunAccess",
            400,
            "InvalidParameter.PolicyId",
        ),
    ];
    check(&mut world, &rows);
}

#[test]
fn sharing_is_a_trusted_service_once_it_is_enabled() {
    let mut organisation = crate::support::organisation();
    organisation.sharing_enabled = false;
    let mut world = World::of(setup(), &organisation);
    let trusted = |world: &mut World| {
        let body = world.directory("ListTrustedServiceStatus", &[]).ok();
        body["TotalCount"].as_u64().unwrap()
    };
    assert_eq!(trusted(&mut world), 0);
    let region = Endpoint::Region(crate::support::region(HOME));
    world
        .call(
            &Signer::of(MANAGEMENT),
            &region,
            "2020-01-10",
            "EnableSharingWithResourceDirectory",
            &[],
        )
        .ok();
    assert_eq!(trusted(&mut world), 1);
}
