//! The resource directory: who may ask, and how members come, move and go.

use goldcast_emulator::cloud::{AccessKey, Standing};
use serde_json::Value;

use crate::support::{HOME, MANAGEMENT, MEMBER, OUTSIDER, OWNER, World, account, minutes};

/// The ids of listed members.
fn ids(body: &Value) -> Vec<String> {
    let rows = body["Accounts"]["Account"].as_array().unwrap();
    rows.iter()
        .map(|row| row["AccountId"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_listing_by_token_gives_every_member_once_and_not_the_management_account() {
    let mut world = World::new();
    let (mut token, mut listed) = (String::new(), Vec::new());
    loop {
        let mut params = vec![("MaxResults", "5")];
        params.extend(
            [("NextToken", token.as_str())]
                .into_iter()
                .filter(|(_, token)| !token.is_empty()),
        );
        let body = world.directory("ListAccounts", &params).ok();
        assert_eq!(body["TotalCount"], 14);
        listed.extend(ids(&body));
        token = body["NextToken"].as_str().unwrap().to_owned();
        if token.is_empty() {
            break;
        }
    }
    let members: Vec<_> = world.cloud.members().map(|member| member.account.to_string()).collect();
    assert_eq!(listed, members);
    assert!(listed.contains(&OWNER.to_owned()) && !listed.contains(&MANAGEMENT.to_owned()));
}

#[test]
fn a_listing_by_page_number_gives_ten() {
    let mut world = World::new();
    let first = ids(&world.directory("ListAccounts", &[]).ok());
    let second = ids(&world.directory("ListAccounts", &[("PageNumber", "2")]).ok());
    assert_eq!((first.len(), second.len()), (10, 4));
}

#[test]
fn the_path_of_a_member_names_every_folder_above_it() {
    let mut world = World::new();
    let body = world
        .directory(
            "GetAccount",
            &[("AccountId", "2000000000000007"), ("IncludeTags", "True")],
        )
        .ok();
    let path = "rd-gold01/r-root01/fd-prod000001/fd-prodeu0001/2000000000000007";
    assert_eq!(body["Account"]["ResourceDirectoryPath"], path);
    assert!(
        body["Account"]["Tags"].is_array(),
        "a plain list here, unlike in listings"
    );
    let above = world.directory("ListAncestors", &[("ChildId", "fd-prodeu0001")]).ok();
    let above: Vec<_> = above["Folders"]["Folder"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["FolderId"].clone())
        .collect();
    assert_eq!(above, ["r-root01", "fd-prod000001"]);
}

#[test]
fn folders_list_their_own_children_only() {
    let mut world = World::new();
    let prod = [("ParentFolderId", "fd-prod000001")];
    assert_eq!(ids(&world.directory("ListAccountsForParent", &prod).ok()).len(), 6);
    assert_eq!(ids(&world.directory("ListAccountsForParent", &[]).ok()), [OWNER]);
    let folders = world.directory("ListFoldersForParent", &prod).ok();
    assert_eq!(folders["Folders"]["Folder"][0]["FolderName"], "prod-eu");
    assert_eq!(folders["TotalCount"], 1);
}

#[test]
fn only_the_management_account_may_ask() {
    let mut world = World::new();
    for caller in [OWNER, MEMBER, OUTSIDER] {
        let answer = world.directory_as(caller, "ListAccounts", &[]);
        assert_eq!(answer.refusal(), (404, "EntityNotExists.ResourceDirectory"));
    }
    let body = world.directory_as(MEMBER, "GetResourceDirectory", &[]).ok();
    assert_eq!(body["ResourceDirectory"]["MasterAccountId"], MANAGEMENT);
    let outside = world.directory_as(OUTSIDER, "GetResourceDirectory", &[]);
    assert_eq!(outside.refusal(), (404, "ResourceDirectoryNotInUse"));
}

#[test]
fn what_is_unknown_is_refused_with_the_documented_code() {
    let mut world = World::new();
    for (action, params, expected) in [
        ("GetAccount", vec![], (400, "MissingParameter.AccountId")),
        (
            "GetAccount",
            vec![("AccountId", "me")],
            (400, "InvalidParameter.AccountId"),
        ),
        (
            "GetAccount",
            vec![("AccountId", OUTSIDER)],
            (404, "EntityNotExists.Account"),
        ),
        (
            "GetFolder",
            vec![("FolderId", "fd-nobody0000")],
            (404, "EntityNotExists.Folder"),
        ),
        (
            "ListAccountsForParent",
            vec![("ParentFolderId", "x")],
            (400, "InvalidParameter.ParentFolderId"),
        ),
        (
            "MoveAccount",
            vec![("AccountId", MEMBER)],
            (400, "MissingParameter.DestinationFolderId"),
        ),
        (
            "RemoveCloudAccount",
            vec![("AccountId", MEMBER)],
            (409, "AccountTypeOrStatusMismatch"),
        ),
        (
            "DeleteAccount",
            vec![("AccountId", "2000000000000002")],
            (409, "AccountTypeOrStatusMismatch"),
        ),
        (
            "AcceptHandshake",
            vec![("HandshakeId", "h-nobody")],
            (404, "EntityNotExists.Handshake"),
        ),
        (
            "ListAccounts",
            vec![("MaxResults", "101")],
            (400, "InvalidParameter.MaxResults"),
        ),
        (
            "ListAccounts",
            vec![("NextToken", "x")],
            (400, "InvalidParameter.NextToken"),
        ),
    ] {
        assert_eq!(
            world.directory(action, &params).refusal(),
            expected,
            "{action} {params:?}"
        );
    }
}

#[test]
fn a_created_account_is_a_member_at_once_and_can_be_shared_with() {
    let mut world = World::new();
    let image = world.image("golden-1");
    let params = [("DisplayName", "newcomer"), ("ParentFolderId", "fd-dev0000001")];
    let body = world.directory("CreateResourceAccount", &params).ok();
    let id = body["Account"]["AccountId"].as_str().unwrap();
    assert_eq!((id.len(), &body["Account"]["Status"]), (16, &"CreateSuccess".into()));
    assert!(world.cloud.members().any(|member| member.account.as_str() == id));
    let share = [("ImageId", image.as_str()), ("AddAccount.1", id)];
    world.ecs("ModifyImageSharePermission", &share).ok();
    world.cloud.add_key(&AccessKey::of(&account(id)));
    assert_eq!(world.listed(id, HOME, &[("ImageOwnerAlias", "others")]), [image]);
}

#[test]
fn a_directory_holds_twenty_members() {
    let mut world = World::new();
    for number in 14..20 {
        world
            .directory("CreateResourceAccount", &[("DisplayName", &format!("new-{number}"))])
            .ok();
    }
    let more = world.directory("CreateResourceAccount", &[("DisplayName", "one-too-many")]);
    assert_eq!(more.refusal(), (409, "LimitExceeded.Account"));
}

#[test]
fn an_invited_account_joins_by_its_own_call() {
    let mut world = World::new();
    let invite = [
        ("TargetEntity", OUTSIDER),
        ("TargetType", "Account"),
        ("ParentFolderId", "fd-dev0000001"),
    ];
    let handshake = world.directory("InviteAccountToResourceDirectory", &invite).ok();
    let id = handshake["Handshake"]["HandshakeId"].as_str().unwrap();
    let params = [("HandshakeId", id)];
    assert!(
        world.cloud.members().all(|member| member.account.as_str() != OUTSIDER),
        "an invitation is no membership"
    );
    assert_eq!(
        world.directory("AcceptHandshake", &params).refusal(),
        (404, "EntityNotExists.Handshake")
    );
    let accepted = world.directory_as(OUTSIDER, "AcceptHandshake", &params).ok();
    assert_eq!(accepted["Handshake"]["Status"], "Accepted");
    let member = world.directory("GetAccount", &[("AccountId", OUTSIDER)]).ok();
    assert_eq!(
        (&member["Account"]["JoinMethod"], &member["Account"]["FolderId"]),
        (&"invited".into(), &"fd-dev0000001".into())
    );
    let again = world.directory_as(OUTSIDER, "AcceptHandshake", &params);
    assert_eq!(again.refusal(), (409, "HandshakeStatusMismatch"));
}

#[test]
fn an_invitation_lives_two_weeks() {
    let mut world = World::new();
    let invite = [("TargetEntity", OUTSIDER), ("TargetType", "Account")];
    let handshake = world.directory("InviteAccountToResourceDirectory", &invite).ok();
    let id = handshake["Handshake"]["HandshakeId"].as_str().unwrap();
    world.wait(minutes(14 * 24 * 60));
    let late = world.directory_as(OUTSIDER, "AcceptHandshake", &[("HandshakeId", id)]);
    assert_eq!(late.refusal(), (409, "HandshakeStatusMismatch"));
}

#[test]
fn a_moved_account_has_a_new_path() {
    let mut world = World::new();
    world
        .directory(
            "MoveAccount",
            &[("AccountId", MEMBER), ("DestinationFolderId", "fd-sandbox001")],
        )
        .ok();
    let body = world.directory("GetAccount", &[("AccountId", MEMBER)]).ok();
    assert_eq!(
        body["Account"]["ResourceDirectoryPath"],
        format!("rd-gold01/r-root01/fd-sandbox001/{MEMBER}")
    );
}

#[test]
fn a_removed_account_lives_on_outside() {
    let mut world = World::new();
    let image = world.image("golden-1");
    let leaver = "2000000000000002";
    world.directory("RemoveCloudAccount", &[("AccountId", leaver)]).ok();
    assert_eq!(
        world.directory("GetAccount", &[("AccountId", leaver)]).refusal(),
        (404, "EntityNotExists.Account")
    );
    world.ecs_as(leaver, HOME, "DescribeImages", &[]).ok();
    world
        .ecs(
            "ModifyImageSharePermission",
            &[("ImageId", &image), ("AddAccount.1", leaver)],
        )
        .ok();
}

#[test]
fn a_deleted_account_is_deleting_for_a_while_and_then_gone() {
    let mut world = World::new();
    let id = [("AccountId", MEMBER)];
    assert_eq!(world.directory("DeleteAccount", &id).ok()["DeletionType"], "0");
    let listed = world.directory("ListAccounts", &[("QueryKeyword", MEMBER)]).ok();
    assert_eq!(listed["Accounts"]["Account"][0]["DeletionStatus"], "Deleting");
    let status = |world: &mut World| {
        world.directory("GetAccountDeletionStatus", &id).ok()["RdAccountDeletionStatus"]["Status"].clone()
    };
    assert_eq!(status(&mut world), "Deleting");
    let standing = world
        .cloud
        .members()
        .find(|member| member.account == account(MEMBER))
        .map(|member| member.standing);
    assert_eq!(standing, Some(Standing::Deleting));
    world.wait(minutes(10));
    assert_eq!(status(&mut world), "Success");
    assert_eq!(
        world.directory("GetAccount", &id).refusal(),
        (404, "EntityNotExists.Account")
    );
    let image = world.image("golden-1");
    let share = [("ImageId", image.as_str()), ("AddAccount.1", MEMBER)];
    let share = world.ecs("ModifyImageSharePermission", &share);
    assert_eq!(share.refusal(), (404, "InvalidAccount.NotFound"));
    let call = world.ecs_as(MEMBER, HOME, "DescribeImages", &[]);
    assert_eq!(call.refusal(), (404, "InvalidAccessKeyId.NotFound"));
}

#[test]
fn folders_nest_five_deep() {
    let mut world = World::new();
    let mut parent = "r-root01".to_owned();
    for level in 1..=5 {
        let body = world
            .directory(
                "CreateFolder",
                &[("FolderName", &format!("l{level}")), ("ParentFolderId", &parent)],
            )
            .ok();
        parent = body["Folder"]["FolderId"].as_str().unwrap().to_owned();
    }
    let deeper = world.directory("CreateFolder", &[("FolderName", "l6"), ("ParentFolderId", &parent)]);
    assert_eq!(deeper.refusal(), (409, "LimitExceeded.FolderDepth"));
}

#[test]
fn the_older_product_answers_alike() {
    let mut world = World::new();
    let signer = crate::support::Signer::of(MANAGEMENT);
    let global = goldcast_emulator::cloud::Endpoint::Global;
    let body = world.call(&signer, &global, "2020-03-31", "ListAccounts", &[]).ok();
    assert_eq!(body["TotalCount"], 14);
    assert_eq!(world.cloud.calls().last().unwrap().product, "ResourceManager");
}
