//! Every field that the API documents is in the answer, in the documented JSON type: typed SDKs insist on it.

use serde_json::Value;

use crate::support::{MEMBER, World, minutes};

/// The documented shape of an operation's answer.
fn documented(action: &str) -> Value {
    let shapes: Value = serde_json::from_str(include_str!("../fixtures/responses.json")).unwrap();
    shapes[action].clone()
}

#[track_caller]
pub(crate) fn check_shape(path: &str, value: &Value, shape: &Value) {
    if let Some(members) = shape.as_object() {
        for (name, shape) in members {
            check_shape(&format!("{path}.{name}"), &value[name], shape);
        }
    } else if let Some(items) = shape.as_array() {
        for item in value.as_array().unwrap_or_else(|| panic!("{path} is no list: {value}")) {
            check_shape(&format!("{path}[]"), item, &items[0]);
        }
    } else {
        let fits = match shape.as_str().unwrap() {
            "string" => value.is_string(),
            "boolean" => value.is_boolean(),
            "integer" => value.is_u64() || value.is_i64(),
            other => panic!("{path} has the undocumented type {other}"),
        };
        assert!(fits, "{path} is not of type {shape}: {value}");
    }
}

#[test]
fn answers_about_images_are_whole() {
    let mut world = World::new();
    world.start_image(&[
        ("ImageName", "golden-1"),
        ("Tag.1.Key", "k"),
        ("Tag.1.Value", "v"),
        ("ImageFamily", "corp"),
    ]);
    world.wait(minutes(10));
    for action in [
        "DescribeImages",
        "DescribeImageFromFamily",
        "DescribeRegions",
        "DescribeSnapshots",
    ] {
        let body = world
            .ecs(action, &[("ImageOwnerAlias", "self"), ("ImageFamily", "corp")])
            .ok();
        check_shape(action, &body, &documented(action));
    }
}

#[test]
fn answers_about_the_directory_are_whole() {
    let mut world = World::new();
    world.directory("DeleteAccount", &[("AccountId", MEMBER)]).ok();
    let params = [
        ("AccountId", MEMBER),
        ("FolderId", "fd-prod000001"),
        ("ParentFolderId", "fd-prod000001"),
        ("ChildId", "fd-prodeu0001"),
        ("IncludeTags", "true"),
        // Only a member that is being deleted has a deletion status.
        ("QueryKeyword", MEMBER),
    ];
    for action in [
        "GetResourceDirectory",
        "ListAccounts",
        "ListAccountsForParent",
        "GetAccount",
        "GetFolder",
        "ListAncestors",
    ] {
        let body = world.directory(action, &params).ok();
        check_shape(action, &body, &documented(action));
    }
    let body = world.directory("ListFoldersForParent", &params[2..3]).ok();
    check_shape("ListFoldersForParent", &body, &documented("ListFoldersForParent"));
}
