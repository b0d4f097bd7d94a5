//! RAM: roles and their trust documents.

use goldcast_emulator::cloud::{Endpoint, Role, Setup, Switches, Trust};
use jiff::SignedDuration;
use serde_json::Value;

use crate::shapes::check_shape;
use crate::support::{Answer, HOME, MEMBER, OUTSIDER, OWNER, STS, Signer, World, account, minutes, region, setup};

/// A trust document, with blanks of its own.
const DOCUMENT: &str = r#"{ "Version": "1",  "Statement": [{ "Effect": "Allow", "Action": "sts:AssumeRole",
    "Principal": { "Service": ["2000000000000001@ecs.aliyuncs.com"] } }] }"#;

const NAME: (&str, &str) = ("RoleName", Role::SHARE_ENCRYPTED);

fn create(world: &mut World, document: &str) -> Answer {
    world.ram("CreateRole", &[NAME, ("AssumeRolePolicyDocument", document)])
}

fn update(world: &mut World, document: &str) -> Answer {
    world.ram("UpdateRole", &[NAME, ("NewAssumeRolePolicyDocument", document)])
}

#[test]
fn a_trust_document_is_kept_byte_for_byte() {
    let mut world = World::new();
    let made = create(&mut world, DOCUMENT).ok();
    assert_eq!(made["Role"]["AssumeRolePolicyDocument"], DOCUMENT);
    let spread = DOCUMENT.replace("  ", "\n\t ");
    world.wait(minutes(5));
    update(&mut world, &spread).ok();
    let role = world.ram("GetRole", &[NAME]).ok()["Role"].clone();
    assert_eq!(role["AssumeRolePolicyDocument"], spread);
    assert_eq!(
        (&role["CreateDate"], &role["UpdateDate"]),
        (&"2026-03-02T08:00:00Z".into(), &"2026-03-02T08:05:00Z".into())
    );
    assert_eq!(role["Arn"], format!("acs:ram::{OWNER}:role/{}", Role::SHARE_ENCRYPTED));
    let kept = world.cloud.trust_document(&account(OWNER), Role::SHARE_ENCRYPTED);
    assert_eq!(kept, Some(spread.as_str()));
}

#[test]
fn the_later_of_two_updates_wins_without_a_word() {
    let mut world = World::new();
    create(&mut world, DOCUMENT).ok();
    let first = DOCUMENT.replace("0001@", "0002@");
    let second = DOCUMENT.replace("0001@", "0003@");
    update(&mut world, &first).ok();
    update(&mut world, &second).ok();
    let kept = world.cloud.trust_document(&account(OWNER), Role::SHARE_ENCRYPTED);
    assert_eq!(kept, Some(second.as_str()));
}

#[test]
fn what_is_not_a_role_is_refused_with_the_documented_code() {
    let mut world = World::with(Setup {
        switches: Switches {
            trust_document_chars_max: 300,
            ..Switches::default()
        },
        ..setup()
    });
    let long = format!("{DOCUMENT}{}", " ".repeat(300));
    let document = ("AssumeRolePolicyDocument", DOCUMENT);
    let name = "x".repeat(65);
    create(&mut world, DOCUMENT).ok();
    for (action, params, expected) in [
        ("GetRole", vec![("RoleName", "nobody")], (404, "EntityNotExist.Role")),
        (
            "GetRole",
            vec![("RoleName", "a b")],
            (400, "InvalidParameter.RoleName.InvalidChars"),
        ),
        (
            "GetRole",
            vec![("RoleName", name.as_str())],
            (400, "InvalidParameter.RoleName.Length"),
        ),
        ("GetRole", vec![], (400, "MissingParameter")),
        ("CreateRole", vec![NAME, document], (409, "EntityAlreadyExists.Role")),
        ("CreateRole", vec![("RoleName", "other")], (400, "MissingParameter")),
        (
            "CreateRole",
            vec![("RoleName", "other"), ("AssumeRolePolicyDocument", &long)],
            (400, "InvalidParameter.AssumeRolePolicyDocument.Length"),
        ),
        (
            "CreateRole",
            vec![("RoleName", "other"), document, ("MaxSessionDuration", "60")],
            (400, "InvalidParameter.MaxSessionDuration"),
        ),
        (
            "UpdateRole",
            vec![NAME, ("NewAssumeRolePolicyDocument", &long)],
            (400, "InvalidParameter.NewAssumeRolePolicyDocument.Length"),
        ),
        (
            "UpdateRole",
            vec![NAME, ("NewAssumeRolePolicyDocument", "{}")],
            (400, "MalformedPolicyDocument"),
        ),
        ("UpdateRole", vec![("RoleName", "nobody")], (404, "EntityNotExist.Role")),
        ("DeleteRole", vec![("RoleName", "nobody")], (404, "EntityNotExist.Role")),
    ] {
        assert_eq!(world.ram(action, &params).refusal(), expected, "{action} {params:?}");
    }
    let kept = world.cloud.trust_document(&account(OWNER), Role::SHARE_ENCRYPTED);
    assert_eq!(kept, Some(DOCUMENT), "a refused update changes nothing");
}

#[test]
fn roles_are_listed_in_pages_without_their_documents() {
    let mut world = World::new();
    let all = world.ram("ListRoles", &[]).ok();
    let names = |body: &Value| -> Vec<String> {
        let roles = body["Roles"]["Role"].as_array().unwrap().iter();
        roles
            .map(|role| role["RoleName"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names(&all).len(), 5, "those of the functions");
    assert_eq!(all["IsTruncated"], false);
    assert!(all["Roles"]["Role"][0].get("AssumeRolePolicyDocument").is_none());
    let first = world.ram("ListRoles", &[("MaxItems", "3")]).ok();
    assert_eq!(first["IsTruncated"], true);
    let marker = first["Marker"].as_str().unwrap();
    let second = world.ram("ListRoles", &[("MaxItems", "3"), ("Marker", marker)]).ok();
    assert_eq!([names(&first), names(&second)].concat(), names(&all));
    assert_eq!(
        world.ram("ListRoles", &[("MaxItems", "0")]).refusal(),
        (400, "InvalidParameter.MaxItems")
    );
}

#[test]
fn answers_about_roles_are_whole() {
    let shapes: Value = serde_json::from_str(include_str!("../fixtures/key-and-role-responses.json")).unwrap();
    let mut world = World::new();
    for action in ["CreateRole", "GetRole", "UpdateRole", "ListRoles"] {
        let body = world.ram(action, &[NAME, ("AssumeRolePolicyDocument", DOCUMENT)]).ok();
        check_shape(action, &body, &shapes[action]);
    }
}

#[test]
fn a_deleted_role_is_gone() {
    let mut world = World::new();
    create(&mut world, DOCUMENT).ok();
    world.ram("DeleteRole", &[NAME]).ok();
    assert_eq!(world.ram("GetRole", &[NAME]).refusal(), (404, "EntityNotExist.Role"));
}

#[test]
fn a_role_is_assumed_by_whom_its_document_trusts() {
    let member = account(MEMBER);
    let arn = format!("acs:ram::{MEMBER}:role/reader");
    let mut world = World::new();
    let ram = |principal: String| {
        format!(
            r#"{{"Version":"1","Statement":[{{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{{"RAM":"{principal}"}}}}]}}"#
        )
    };
    for (trust, trusted) in [
        (Trust::Account(account(OWNER)), true),
        (Trust::Account(account(OUTSIDER)), false),
        (Trust::Service("fc.aliyuncs.com".to_owned()), false),
        (Trust::Document(ram(format!("acs:ram::{OWNER}:user/operator"))), true),
        (Trust::Document(ram(format!("acs:ram::{OWNER}:user/other"))), false),
        (Trust::Document("broken by somebody".to_owned()), false),
    ] {
        let role = Role {
            policies: Vec::new(),
            account: member.clone(),
            name: "reader".to_owned(),
            trust: trust.clone(),
            max_session: SignedDuration::from_hours(1),
        };
        world.cloud.put_role(world.now, &role);
        let params = [("RoleArn", arn.as_str()), ("RoleSessionName", "test")];
        let endpoint = Endpoint::Region(region(HOME));
        let answer = world.call(&Signer::of(OWNER), &endpoint, STS, "AssumeRole", &params);
        if trusted {
            answer.ok();
        } else {
            assert_eq!(answer.refusal(), (403, "NoPermission"), "{trust:?}");
        }
    }
}

#[test]
fn ram_is_global_and_its_writes_are_told_on_the_bus() {
    let mut world = World::new();
    let endpoint = Endpoint::Region(region(HOME));
    let regional = world.call(&Signer::of(OWNER), &endpoint, crate::support::RAM, "GetRole", &[NAME]);
    assert_eq!(regional.refusal(), (404, "InvalidProduct.NotFound"));
    create(&mut world, DOCUMENT).ok();
    world.wait(minutes(2));
    let event = &world.events[0];
    assert_eq!(event.body["type"], "ram:ActionTrail:ApiCall");
    let subject = format!("acs:ram:*:{OWNER}:role/{}", Role::SHARE_ENCRYPTED);
    assert_eq!(event.body["subject"], subject);
    assert_eq!(event.body["data"]["isGlobal"], true);
}
