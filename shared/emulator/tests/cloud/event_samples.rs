//! The simulation's own events against samples of the documented shapes: the same thing done gives the same fields.
//!
//! The samples follow <https://help.aliyun.com/zh/eventbridge/user-guide/event-overview>,
//! <https://www.alibabacloud.com/help/document_detail/28819.html>,
//! <https://help.aliyun.com/en/ecs/user-guide/snapshot-event-notifications>,
//! <https://help.aliyun.com/zh/oos/getting-started/system-events> and
//! <https://help.aliyun.com/zh/eventbridge/user-guide/resource-management-events>, with invented values.

use std::collections::BTreeMap;

use goldcast_emulator::cloud::{
    Attached, Endpoint, Execution, ExecutionStatus, Moment, Role, Setup, Span, Switches, Trust,
};
use jiff::SignedDuration;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use crate::support::{
    AWAY, BUILDER, DIRECTORY, ECS, HOME, MANAGEMENT, MEMBER, OUTSIDER, OWNER, Signer, World, account, id_of, minutes,
    region, setup,
};

/// The console's user agent.
const CONSOLE: &str = "ecs.console.aliyun.com";

/// What differs from run to run and from caller to caller: only its kind is compared.
const VARIES: [&str; 27] = [
    "id",
    "time",
    "datacontenttype",
    "subject",
    "aliyunaccountid",
    "aliyunpublishtime",
    "aliyunpublishaddr",
    "aliyunregionid",
    "data.eventId",
    "data.eventTime",
    "data.requestId",
    "data.requestParameterJson",
    "data.requestParameters.",
    "data.responseElements.",
    "data.referencedResources.",
    "data.resourceName",
    "data.resourceShareId",
    "data.resourceId",
    "data.targetAccountId",
    "data.snapshotId",
    "data.snapshotName",
    "data.startTime",
    "data.endTime",
    "data.sourceIpAddress",
    "data.userAgent",
    "data.userIdentity.",
    "data.recipientAccountId",
];

/// Fields that records have and not every sample shows
/// (<https://www.alibabacloud.com/help/document_detail/28819.html>).
const DOCUMENTED: [&str; 14] = [
    "datacontenttype",
    "data.eventCategory",
    "data.apiVersion",
    "data.requestParameterJson",
    "data.requestParameters.",
    "data.responseElements.",
    "data.referencedResources.",
    "data.resourceType",
    "data.resourceName",
    "data.sourceIpAddress",
    "data.userAgent",
    "data.userIdentity.",
    "data.errorCode",
    "data.errorMessage",
];

fn sample(name: &str) -> Value {
    let path = format!("{}/tests/fixtures/events/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Plain values by path; the elements of a list share one.
fn leaves(value: &Value) -> BTreeMap<String, Value> {
    fn walk(path: &str, value: &Value, found: &mut BTreeMap<String, Value>) {
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    let dot = if path.is_empty() { "" } else { "." };
                    walk(&format!("{path}{dot}{name}"), value, found);
                }
            }
            Value::Array(elements) => {
                for value in elements {
                    walk(&format!("{path}[]"), value, found);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                found.insert(path.to_owned(), value.clone());
            }
        }
    }
    let mut found = BTreeMap::new();
    walk("", value, &mut found);
    found
}

/// Whether a list names a path, or with a dot at its end what is below.
fn names(list: &[&str], path: &str) -> bool {
    list.iter()
        .any(|name| *name == path || (name.ends_with('.') && path.starts_with(name)))
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}

/// Everything that the sample shows is in the event, as it is there.
#[track_caller]
fn check_has(sample: &Value, event: &Value) {
    let event = leaves(event);
    for (path, wanted) in leaves(sample) {
        let found = event.get(&path);
        let found = found.unwrap_or_else(|| panic!("no {path} in {event:#?}"));
        if path == "data.eventVersion" {
            assert!(["1", "\"1\""].contains(&found.to_string().as_str()), "{found}");
        } else if names(&VARIES, &path) {
            assert_eq!(kind(found), kind(&wanted), "{path}");
        } else {
            assert_eq!(found, &wanted, "{path}");
        }
    }
}

/// The event is the sample's equal: it has nothing either that neither the sample nor the documents have.
#[track_caller]
fn check(sample: &Value, event: &Value) {
    check_has(sample, event);
    let known = leaves(sample);
    for path in leaves(event).keys() {
        assert!(
            known.contains_key(path) || names(&DOCUMENTED, path),
            "{path} is in no sample: {event:#}"
        );
    }
}

/// Part of a record: what differs from other records of its kind.
#[track_caller]
fn check_part(part: &Value, event: &Value) {
    check_has(&json!({ "data": part }), event);
}

/// The last event whose audited operation or type has this name.
#[track_caller]
fn event(world: &mut World, name: &str) -> Value {
    world.wait(minutes(2));
    let found = world.events.iter().rev().find(|event| {
        let body = &event.body;
        body["data"]["eventName"] == name || body["type"] == name
    });
    found
        .unwrap_or_else(|| panic!("no {name} in {:#?}", world.events))
        .body
        .clone()
}

/// A session of a role of the owner's.
fn session(world: &mut World, role: &str, name: &str) -> Signer {
    let role = Role {
        account: account(OWNER),
        name: role.to_owned(),
        trust: Trust::Service("fc.aliyuncs.com".to_owned()),
        policies: vec![Attached::System("AdministratorAccess".to_owned())],
        ..Role::share_encrypted(&account(OWNER), &[])
    };
    world.cloud.put_role(world.now, &role);
    let arn = format!("acs:ram::{OWNER}:role/{}", role.name);
    let key = world.cloud.assume(Moment::at(world.now), &arn, name).unwrap();
    Signer {
        id: key.id,
        secret: key.secret.expose_secret().to_owned(),
        token: Some(key.token.expose_secret().to_owned()),
    }
}

/// A call that says which program makes it.
fn call_by(
    world: &mut World,
    agent: &'static str,
    signer: &Signer,
    version: &str,
    action: &str,
    params: &[(&str, &str)],
) -> Value {
    let mut request = world.request(signer, version, action, params);
    let agent = http::HeaderValue::from_static(agent);
    request.headers_mut().insert("user-agent", agent);
    let endpoint = if version == ECS {
        Endpoint::Region(region(HOME))
    } else {
        Endpoint::Global
    };
    world.send(&endpoint, &request).ok()
}

/// The call of the sample of CreateImage.
const CREATE: [(&str, &str); 6] = [
    ("RegionId", HOME),
    ("InstanceId", BUILDER),
    ("ImageName", "golden-al3-20260302"),
    ("ImageFamily", "golden-al3"),
    ("Tag.1.Key", "ImageType"),
    ("Tag.1.Value", "Golden"),
];

#[test]
fn an_image_made_by_a_role_is_told_as_in_the_sample() {
    let mut world = World::new();
    let builder = session(&mut world, "golden-image-builder", "image-builder");
    let agent = "AlibabaCloud (linux; amd64) Go/1.22 Packer";
    call_by(&mut world, agent, &builder, ECS, "CreateImage", &CREATE);
    let event = event(&mut world, "CreateImage");
    check(&sample("create-image"), &event);
    assert_eq!(event["data"]["userAgent"], agent);
    assert_eq!(
        event["data"]["userIdentity"]["userName"],
        "golden-image-builder:image-builder"
    );
}

#[test]
fn an_image_made_at_the_console_is_told_under_another_type() {
    let mut world = World::new();
    call_by(&mut world, CONSOLE, &Signer::of(OWNER), ECS, "CreateImage", &CREATE);
    let event = event(&mut world, "CreateImage");
    assert_eq!(event["type"], "ecs:ActionTrail:ConsoleOperation");
    check_part(&sample("create-image-at-the-console"), &event);
    assert_eq!(event["data"]["userIdentity"]["type"], "ram-user");
    assert_eq!(event["data"]["userIdentity"].get("accessKeyId"), None);
}

#[test]
fn an_image_made_by_the_platform_itself_is_told_with_few_fields() {
    let mut world = World::new();
    let platform = session(&mut world, "AliyunServiceRoleForImageBuilder", "pipeline");
    let answer = call_by(&mut world, "", &platform, ECS, "CreateImage", &CREATE);
    let event = event(&mut world, "CreateImage");
    assert_eq!(event["type"], "ecs:ActionTrail:AliyunServiceEvent");
    let data = &event["data"];
    assert_eq!(data["userIdentity"], json!({"type": "system", "accountId": OWNER}));
    assert_eq!(data["referencedResources"]["ACS::ECS::Image"], json!([id_of(&answer)]));
    for absent in ["requestParameters", "responseElements", "recipientAccountId"] {
        assert_eq!(data.get(absent), None, "{absent}");
    }
}

#[test]
fn a_copy_is_told_as_in_the_sample_with_the_source_first() {
    let mut world = World::new();
    let source = world.image("golden-1");
    let copier = session(&mut world, "image-distributor", "image-distributor");
    let params = [
        ("RegionId", HOME),
        ("ImageId", &source),
        ("DestinationRegionId", AWAY),
        ("DestinationImageName", "golden-al3-20260302"),
        ("ClientToken", "copy-1"),
    ];
    let copy = id_of(&call_by(&mut world, "", &copier, ECS, "CopyImage", &params));
    let event = event(&mut world, "CopyImage");
    check_part(&sample("copy-image"), &event);
    assert_eq!(
        event["data"]["referencedResources"]["ACS::ECS::Image"],
        json!([source, copy])
    );
}

#[test]
fn changes_of_images_are_told_as_in_the_samples() {
    let mut world = World::new();
    let (shared, old) = (world.image("golden-1"), world.image("golden-0"));
    let tags = [
        ("Tag.1.Key", "ImageType"),
        ("Tag.1.Value", "Golden"),
        ("Tag.2.Key", "ImageVersion"),
        ("Tag.2.Value", "42"),
    ];
    let tagging: Vec<_> = [("ResourceType", "image"), ("ResourceId.1", &shared)]
        .into_iter()
        .chain(tags)
        .collect();
    let calls: [(&str, Vec<(&str, &str)>); 5] = [
        (
            "ModifyImageSharePermission",
            vec![
                ("ImageId", &shared),
                ("AddAccount.1", MEMBER),
                ("AddAccount.2", OUTSIDER),
            ],
        ),
        ("DeleteImage", vec![("ImageId", &old), ("Force", "true")]),
        (
            "ModifyImageAttribute",
            vec![("ImageId", &old), ("Status", "Deprecated")],
        ),
        ("TagResources", tagging),
        (
            "CopyImage",
            vec![("ImageId", "m-bp1missing00000001"), ("DestinationRegionId", AWAY)],
        ),
    ];
    let parts = sample("changes-of-images");
    // The image has to be there to be deprecated, so deleting it comes last.
    for place in [0, 2, 3, 4, 1] {
        let (action, params) = &calls[place];
        let answer = world.ecs(action, params);
        assert_eq!(answer.status == 200, *action != "CopyImage", "{answer:?}");
        let event = event(&mut world, action);
        check_part(&parts[place], &event);
    }
}

#[test]
fn lists_in_a_record_are_lists_if_the_switch_says_so() {
    let mut world = World::with(Setup {
        switches: Switches {
            audit_dotted_lists: false,
            ..Switches::default()
        },
        ..setup()
    });
    let image = world.image("golden-1");
    let params = [("ResourceType", "image"), ("ResourceId.1", &image), ("Tag.1.Key", "a")];
    world.ecs("TagResources", &params).ok();
    let event = event(&mut world, "TagResources");
    let parameters = &event["data"]["requestParameters"];
    assert_eq!(parameters["ResourceId"], json!([image]));
    assert_eq!(parameters["Tag.1.Key"], "a");
    assert_eq!(parameters.get("ResourceId.1"), None);
}

#[test]
fn the_snapshot_of_a_copy_is_told_as_in_the_sample() {
    let mut world = World::with(Setup {
        switches: Switches {
            copy_completed_events: true,
            ..Switches::default()
        },
        ..setup()
    });
    let source = world.image("golden-1");
    world.copy(&source, AWAY, "golden-al3-20260302").ok();
    world.wait(minutes(60));
    check(
        &sample("snapshot-copied"),
        &event(&mut world, "ecs:Snapshot:CreateSnapshotCompleted"),
    );
}

#[test]
fn the_end_of_an_execution_is_told_as_in_the_sample() {
    let mut world = World::new();
    let run = Execution {
        account: account(OWNER),
        region: region(HOME),
        id: "exec-0f3b0001".to_owned(),
        template_id: "t-1234567890".to_owned(),
        template_name: "golden-image-pipeline".to_owned(),
        template_version: "v7".to_owned(),
        executed_by: "image-builder(300000000000000001)".to_owned(),
        started: world.now,
    };
    let end = world.now + SignedDuration::from_mins(90);
    for (status, at) in [(ExecutionStatus::Started, world.now), (ExecutionStatus::Success, end)] {
        world.cloud.note_execution(at, &run, status);
    }
    world.wait(minutes(91));
    let statuses: Vec<_> = world
        .events
        .iter()
        .map(|event| event.body["data"]["status"].clone())
        .collect();
    assert_eq!(statuses, ["Started", "Success"]);
    let event = event(&mut world, "oos:CloudMonitor:Execution[StatusChange]");
    let wanted = sample("execution-success");
    check(&wanted, &event);
    assert_eq!(
        (&event["subject"], &event["data"]),
        (&wanted["subject"], &{
            let mut data = wanted["data"].clone();
            data["endTime"] = json!("2026-03-02T09:30Z");
            data
        })
    );
}

/// A cloud that tells of associations, in which they take ten seconds.
fn telling_of_associations() -> World {
    let mut setup = setup();
    setup.switches.association_events = true;
    setup.sharing.associating = Span::seconds(10, 10);
    setup.sharing.disassociating = Span::seconds(10, 10);
    World::with(setup)
}

/// Receiving account and status of every association event, and clears them.
fn associations(world: &mut World) -> Vec<(String, String)> {
    let events = std::mem::take(&mut world.events).into_iter();
    let mut told: Vec<_> = events
        .filter(|event| event.body["type"] == "resourcemanager:ResourceSharing:AssociationStatusChange")
        .map(|event| {
            let status = event.body["data"]["associationStatus"].as_str().unwrap().to_owned();
            (event.account.to_string(), status)
        })
        .collect();
    told.sort();
    told
}

#[test]
fn an_image_on_a_share_is_told_to_every_account_it_reaches_as_in_the_sample() {
    let mut world = telling_of_associations();
    let image = world.image("golden-1");
    world.events.clear();
    let share = world.share("shelf", &[&image], &["fd-sandbox001", MEMBER]);
    let event = event(&mut world, "resourcemanager:ResourceSharing:AssociationStatusChange");
    check(&sample("image-associated"), &event);
    let reached = ["2000000000000001", "2000000000000012", "2000000000000013"];
    let wanted = |status: &str| reached.map(|account| (account.to_owned(), status.to_owned()));
    assert_eq!(associations(&mut world), wanted("Associated"));
    world
        .change_share("DisassociateResourceShare", &share, &[&image], &[])
        .ok();
    world.wait(minutes(1));
    assert_eq!(associations(&mut world), wanted("Disassociated"));
}

#[test]
fn associations_are_silent_unless_the_switch_says_so() {
    let mut world = World::new();
    let image = world.image("golden-1");
    world.share("shelf", &[&image], &[MEMBER]);
    assert_eq!(associations(&mut world), []);
}

/// A cloud whose directory is told of.
fn telling_of_members() -> World {
    World::with(Setup {
        switches: Switches {
            directory_events: true,
            ..Switches::default()
        },
        ..setup()
    })
}

#[test]
fn a_created_member_is_told_as_in_the_sample() {
    let mut world = telling_of_members();
    let params = [("DisplayName", "Dev"), ("ParentFolderId", "fd-dev0000001")];
    world.directory("CreateResourceAccount", &params).ok();
    let event = event(&mut world, "CreateResourceAccount");
    check(&sample("create-resource-account"), &event);
    assert_eq!(event["aliyunaccountid"], MANAGEMENT);
    let member = event["data"]["responseElements"]["Account"]["AccountId"]
        .as_str()
        .unwrap();
    let subject = format!("acs:resourcemanager:*:{MANAGEMENT}:account/{member}");
    assert_eq!(event["subject"], subject);
}

#[test]
fn changes_of_members_are_told_as_in_the_samples() {
    let mut world = telling_of_members();
    let parts = sample("changes-of-members");
    let moving = [("AccountId", MEMBER), ("DestinationFolderId", "fd-dev0000001")];
    call_by(
        &mut world,
        CONSOLE,
        &Signer::of(MANAGEMENT),
        DIRECTORY,
        "MoveAccount",
        &moving,
    );
    check_part(&parts[0], &event(&mut world, "MoveAccount"));
    let invite = [("TargetEntity", OUTSIDER), ("TargetType", "Account")];
    let invited = world.directory("InviteAccountToResourceDirectory", &invite).ok();
    let handshake = invited["Handshake"]["HandshakeId"].as_str().unwrap();
    world
        .directory_as(OUTSIDER, "AcceptHandshake", &[("HandshakeId", handshake)])
        .ok();
    let accepted = event(&mut world, "AcceptHandshake");
    check_part(&parts[1], &accepted);
    assert_eq!(
        accepted["aliyunaccountid"], OUTSIDER,
        "it is the joining account's record"
    );
    world.directory("RemoveCloudAccount", &[("AccountId", OUTSIDER)]).ok();
    check_part(&parts[2], &event(&mut world, "RemoveCloudAccount"));
    world.directory("DeleteAccount", &[("AccountId", MEMBER)]).ok();
    check_part(&parts[3], &event(&mut world, "DeleteAccount"));
}
