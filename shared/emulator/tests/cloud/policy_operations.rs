//! RAM: policies, their versions, and which role has them.

use serde_json::Value;

use crate::support::{Answer, OWNER, RAM, Signer, World, minutes};
use goldcast_emulator::cloud::Endpoint;

const DOCUMENT: &str =
    r#"{ "Version": "1",  "Statement": [{ "Effect": "Allow", "Action": "ecs:Describe*", "Resource": "*" }] }"#;
const NAME: (&str, &str) = ("PolicyName", "readers");
const CUSTOM: (&str, &str) = ("PolicyType", "Custom");
const ROLE: (&str, &str) = ("RoleName", "goldcast-sweep");

fn create(world: &mut World) -> Value {
    let params = [NAME, ("PolicyDocument", DOCUMENT), ("Description", "may look")];
    world.ram("CreatePolicy", &params).ok()
}

fn version(world: &mut World, action: &str, more: &[(&str, &str)]) -> Answer {
    let document = DOCUMENT.replace("Describe", "List");
    let mut params = vec![NAME, ("PolicyDocument", document.as_str())];
    params.extend(more);
    world.ram(action, &params)
}

#[test]
fn a_policy_is_kept_byte_for_byte_and_a_new_version_counts_when_it_is_told_to() {
    let mut world = World::new();
    let made = create(&mut world);
    assert_eq!(made["Policy"]["DefaultVersion"], "v1");
    world.wait(minutes(5));
    let second = version(&mut world, "CreatePolicyVersion", &[]).ok();
    assert_eq!(second["PolicyVersion"]["IsDefaultVersion"], false);
    let policy = world.ram("GetPolicy", &[NAME, CUSTOM]).ok();
    assert_eq!(policy["DefaultPolicyVersion"]["PolicyDocument"], DOCUMENT);
    assert_eq!(policy["Policy"]["UpdateDate"], "2026-03-02T08:05:00Z");
    version(&mut world, "CreatePolicyVersion", &[("SetAsDefault", "true")]).ok();
    let policy = world.ram("GetPolicy", &[NAME, CUSTOM]).ok();
    assert_eq!(policy["Policy"]["DefaultVersion"], "v3");
    let first = world.ram("GetPolicyVersion", &[NAME, CUSTOM, ("VersionId", "v1")]).ok();
    assert_eq!(first["PolicyVersion"]["PolicyDocument"], DOCUMENT);
    assert_eq!(first["PolicyVersion"]["IsDefaultVersion"], false);
}

#[test]
fn the_oldest_version_that_does_not_count_makes_room_if_that_is_asked_for() {
    let mut world = World::new();
    create(&mut world);
    for _ in 0..4 {
        version(&mut world, "CreatePolicyVersion", &[]).ok();
    }
    let full = version(&mut world, "CreatePolicyVersion", &[]);
    assert_eq!(full.refusal(), (409, "LimitExceeded.Policy.Version"));
    let rotate = ("RotateStrategy", "DeleteOldestNonDefaultVersionWhenLimitExceeded");
    let sixth = version(&mut world, "CreatePolicyVersion", &[rotate]).ok();
    assert_eq!(sixth["PolicyVersion"]["VersionId"], "v6");
    world.ram("GetPolicyVersion", &[NAME, CUSTOM, ("VersionId", "v1")]).ok();
    let gone = world.ram("GetPolicyVersion", &[NAME, CUSTOM, ("VersionId", "v2")]);
    assert_eq!(gone.refusal(), (404, "EntityNotExist.Policy.Version"));
}

#[test]
fn a_role_has_the_policies_that_are_attached_to_it() {
    let mut world = World::new();
    create(&mut world);
    world.ram("AttachPolicyToRole", &[NAME, CUSTOM, ROLE]).ok();
    let system = [("PolicyName", "AliyunECSFullAccess"), ("PolicyType", "System")];
    world.ram("AttachPolicyToRole", &[system[0], system[1], ROLE]).ok();
    let list = world.ram("ListPoliciesForRole", &[ROLE]).ok();
    let names: Vec<_> = list["Policies"]["Policy"].as_array().unwrap().iter().collect();
    let names: Vec<_> = names
        .iter()
        .map(|policy| policy["PolicyName"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["AdministratorAccess", "readers", "AliyunECSFullAccess"]);
    let policy = world.ram("GetPolicy", &[NAME, CUSTOM]).ok();
    assert_eq!(policy["Policy"]["AttachmentCount"], 1);
    let conflict = world.ram("DeletePolicy", &[NAME]);
    assert_eq!(conflict.refusal(), (409, "DeleteConflict.Role.Policy"));
    world.ram("DetachPolicyFromRole", &[NAME, CUSTOM, ROLE]).ok();
    world.ram("DeletePolicy", &[NAME]).ok();
    let gone = world.ram("GetPolicy", &[NAME, CUSTOM]);
    assert_eq!(gone.refusal(), (404, "EntityNotExist.Policy"));
}

#[test]
fn a_role_that_has_policies_is_not_deleted() {
    let mut world = World::new();
    assert_eq!(
        world.ram("DeleteRole", &[ROLE]).refusal(),
        (409, "DeleteConflict.Role.Policy")
    );
    let administrator = [("PolicyName", "AdministratorAccess"), ("PolicyType", "System"), ROLE];
    world.ram("DetachPolicyFromRole", &administrator).ok();
    world.ram("DeleteRole", &[ROLE]).ok();
}

#[test]
fn policies_are_listed_in_pages() {
    let mut world = World::new();
    create(&mut world);
    let names = |body: &Value| -> Vec<String> {
        let policies = body["Policies"]["Policy"].as_array().unwrap().iter();
        policies
            .map(|policy| policy["PolicyName"].as_str().unwrap().to_owned())
            .collect()
    };
    let all = names(&world.ram("ListPolicies", &[]).ok());
    assert_eq!(all[0], "readers", "the account's own come first");
    assert!(all.contains(&"AdministratorAccess".to_owned()), "{all:?}");
    assert_eq!(names(&world.ram("ListPolicies", &[CUSTOM]).ok()), ["readers"]);
    let (mut paged, mut marker) = (Vec::new(), String::new());
    loop {
        let page = world
            .ram("ListPolicies", &[("MaxItems", "2"), ("Marker", &marker)])
            .ok();
        paged.extend(names(&page));
        page["Marker"].as_str().unwrap().clone_into(&mut marker);
        if page["IsTruncated"] == false {
            break;
        }
    }
    assert_eq!(paged, all);
}

#[test]
fn what_is_not_a_policy_is_refused_with_its_code() {
    let mut world = World::new();
    create(&mut world);
    let document = ("PolicyDocument", DOCUMENT);
    let other = ("PolicyName", "other");
    let long = "x".repeat(129);
    let longest = format!("{DOCUMENT}{}", " ".repeat(6144));
    world.ram("AttachPolicyToRole", &[NAME, CUSTOM, ROLE]).ok();
    for (action, params, expected) in [
        (
            "CreatePolicy",
            vec![NAME, document],
            (409, "EntityAlreadyExists.Policy"),
        ),
        ("CreatePolicy", vec![document], (400, "MissingParameter")),
        ("CreatePolicy", vec![other], (400, "MissingParameter")),
        (
            "CreatePolicy",
            vec![other, ("PolicyDocument", "{}")],
            (400, "MalformedPolicyDocument"),
        ),
        (
            "CreatePolicy",
            vec![other, ("PolicyDocument", &longest)],
            (400, "InvalidParameter.PolicyDocument.Length"),
        ),
        (
            "CreatePolicy",
            vec![("PolicyName", "a b"), document],
            (400, "InvalidParameter.PolicyName.InvalidChars"),
        ),
        (
            "CreatePolicy",
            vec![("PolicyName", long.as_str()), document],
            (400, "InvalidParameter.PolicyName.Length"),
        ),
        (
            "CreatePolicyVersion",
            vec![other, document],
            (404, "EntityNotExist.Policy"),
        ),
        (
            "CreatePolicyVersion",
            vec![NAME, document, ("RotateStrategy", "Perhaps")],
            (400, "InvalidParameter.Format"),
        ),
        ("GetPolicy", vec![other, CUSTOM], (404, "EntityNotExist.Policy")),
        (
            "GetPolicy",
            vec![NAME, ("PolicyType", "System")],
            (404, "EntityNotExist.Policy"),
        ),
        (
            "GetPolicy",
            vec![NAME, ("PolicyType", "Mine")],
            (400, "InvalidParameter.PolicyType"),
        ),
        ("GetPolicy", vec![NAME], (400, "MissingParameter")),
        (
            "GetPolicyVersion",
            vec![NAME, CUSTOM, ("VersionId", "v7")],
            (404, "EntityNotExist.Policy.Version"),
        ),
        ("GetPolicyVersion", vec![NAME, CUSTOM], (400, "MissingParameter")),
        (
            "ListPolicies",
            vec![("MaxItems", "0")],
            (400, "InvalidParameter.MaxItems"),
        ),
        ("DeletePolicy", vec![other], (404, "EntityNotExist.Policy")),
        (
            "AttachPolicyToRole",
            vec![NAME, CUSTOM, ROLE],
            (409, "EntityAlreadyExists.Role.Policy"),
        ),
        (
            "AttachPolicyToRole",
            vec![other, CUSTOM, ROLE],
            (404, "EntityNotExist.Policy"),
        ),
        (
            "AttachPolicyToRole",
            vec![NAME, CUSTOM, ("RoleName", "nobody")],
            (404, "EntityNotExist.Role"),
        ),
        (
            "DetachPolicyFromRole",
            vec![other, CUSTOM, ROLE],
            (404, "EntityNotExist.Role.Policy"),
        ),
        (
            "ListPoliciesForRole",
            vec![("RoleName", "nobody")],
            (404, "EntityNotExist.Role"),
        ),
    ] {
        assert_eq!(world.ram(action, &params).refusal(), expected, "{action} {params:?}");
    }
}

#[test]
fn only_a_refusals_own_message_is_decoded() {
    let mut world = World::new();
    let nonsense = [("EncodedDiagnosticMessage", "nonsense")];
    let answer = world.ram("DecodeDiagnosticMessage", &nonsense);
    assert_eq!(answer.refusal(), (400, "InvalidParameter.EncodedDiagnosticMessage"));
}

#[test]
fn a_policy_with_versions_is_deleted_only_as_a_whole() {
    let mut world = World::new();
    create(&mut world);
    version(&mut world, "CreatePolicyVersion", &[]).ok();
    let conflict = world.ram("DeletePolicy", &[NAME]);
    assert_eq!(conflict.refusal(), (409, "DeleteConflict.Policy.Version"));
    world.ram("DeletePolicy", &[NAME, ("CascadingDelete", "true")]).ok();
}

#[test]
fn a_role_holds_five_custom_policies() {
    let mut world = World::new();
    for number in 0..6 {
        let name = format!("policy-{number}");
        let name = ("PolicyName", name.as_str());
        world.ram("CreatePolicy", &[name, ("PolicyDocument", DOCUMENT)]).ok();
        let attached = world.ram("AttachPolicyToRole", &[name, CUSTOM, ROLE]);
        if number < 5 {
            attached.ok();
        } else {
            assert_eq!(attached.refusal(), (409, "LimitExceeded.Role.Policy"));
        }
    }
}

#[test]
fn an_accounts_policies_are_its_own() {
    let mut world = World::new();
    create(&mut world);
    let member = Signer::of(crate::support::MEMBER);
    let answer = world.call(&member, &Endpoint::Global, RAM, "GetPolicy", &[NAME, CUSTOM]);
    assert_eq!(answer.refusal(), (404, "EntityNotExist.Policy"));
    let owner = Signer::of(OWNER);
    world
        .call(&owner, &Endpoint::Global, RAM, "GetPolicy", &[NAME, CUSTOM])
        .ok();
}
