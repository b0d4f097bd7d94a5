//! Resource shares: what is sent, compared with the official SDK's own request, and what is read.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests fail by panicking")]
#![expect(unreachable_pub, dead_code, reason = "the support module serves several tests")]

mod support;

use goldcast_cloud::sharing::{
    AssociateResourceShare, AssociationType, CreateResourceShare, DeleteResourceShare, DisassociateResourceShare,
    ListResourceShareAssociations, ListResourceShares,
};
use goldcast_cloud::{Cause, Class, Effect, Listing, Operation, Product, Repeat, Tag};
use goldcast_signing::form_decode;
use support::{Script, check, client, ok, refused, soon};

/// What the Python SDK sent when a share of one image with two targets was created.
const CAPTURED: &str = include_str!("fixtures/create-resource-share.json");

fn beijing() -> String {
    "cn-beijing".to_owned()
}

fn ids(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|&id| id.to_owned()).collect()
}

fn shelf() -> CreateResourceShare {
    CreateResourceShare {
        region_id: beijing(),
        resource_share_name: "golden".to_owned(),
        image_ids: ids(&["m-1"]),
        targets: ids(&["fd-abc", "rd-x"]),
        tags: Vec::new(),
    }
}

fn images_on(share_ids: &[&str]) -> ListResourceShareAssociations {
    ListResourceShareAssociations {
        region_id: beijing(),
        association_type: AssociationType::Resource,
        resource_share_ids: ids(share_ids),
        resource_id: None,
    }
}

#[test]
fn a_share_is_created_as_the_official_sdk_does_it() {
    let captured: serde_json::Value = serde_json::from_str(CAPTURED).unwrap();
    let text = |member: &str| captured[member].as_str().unwrap();
    let mut theirs = form_decode(text("target").strip_prefix("/?").unwrap());
    // The permission that was asked for is the one that images get without asking.
    theirs.retain(|(name, value)| {
        (name.as_str(), value.as_str()) != ("PermissionNames.1", "AliyunRSDefaultPermissionImage")
    });
    // Python spells booleans its own way.
    for (_, value) in &mut theirs {
        if value == "False" {
            "false".clone_into(value);
        }
    }
    let rpc = shelf().rpc();
    let mut ours = rpc.params.clone();
    ours.sort();
    theirs.sort();
    assert_eq!(ours, theirs);
    assert_eq!((rpc.action, rpc.version), (text("action"), text("version")));
}

#[test]
fn shares_are_changed_by_the_endpoint_of_their_region() {
    let tagged = CreateResourceShare {
        image_ids: Vec::new(),
        targets: ids(&["fd-abc"]),
        tags: vec![Tag {
            key: "goldcast:audience".to_owned(),
            value: "all".to_owned(),
        }],
        ..shelf()
    };
    let created = "ResourceShareName=golden&AllowExternalTargets=false&Targets.1=fd-abc\
        &Tag.1.Key=goldcast:audience&Tag.1.Value=all";
    check(&tagged.rpc(), Effect::Write(Repeat::OnlyIfRefused), created);

    let (region_id, resource_share_id) = (beijing, || "rs-1".to_owned());
    let add = AssociateResourceShare {
        region_id: region_id(),
        resource_share_id: resource_share_id(),
        image_ids: ids(&["m-1", "m-2"]),
        targets: Vec::new(),
    };
    let added = "ResourceShareId=rs-1&Resources.1.ResourceId=m-1&Resources.1.ResourceType=Image\
        &Resources.2.ResourceId=m-2&Resources.2.ResourceType=Image";
    check(&add.rpc(), Effect::Write(Repeat::Safe), added);
    let take = DisassociateResourceShare {
        region_id: region_id(),
        resource_share_id: resource_share_id(),
        image_ids: Vec::new(),
        targets: ids(&["fd-abc", "2000000000000001"]),
    };
    let taken = "ResourceShareId=rs-1&Targets.1=fd-abc&Targets.2=2000000000000001";
    check(&take.rpc(), Effect::Write(Repeat::Safe), taken);
    let delete = DeleteResourceShare {
        region_id: region_id(),
        resource_share_id: resource_share_id(),
    };
    check(&delete.rpc(), Effect::Write(Repeat::Safe), "ResourceShareId=rs-1");
    for rpc in [tagged.rpc(), add.rpc(), take.rpc(), delete.rpc(), images_on(&[]).rpc()] {
        assert_eq!((rpc.product, rpc.region), (Product::ResourceSharing, Some(beijing())));
    }
}

#[tokio::test(start_paused = true)]
async fn own_shares_are_listed_with_their_tags() {
    let pages = [
        r#"{"RequestId":"1","NextToken":"more","ResourceShares":[{"ResourceShareId":"rs-1","ResourceShareName":"golden",
        "ResourceShareOwner":"1000000000000001","ResourceShareStatus":"Active","AllowExternalTargets":false,
        "CreateTime":"2026-01-02T03:04:05Z","Tags":[{"Key":"goldcast:audience","Value":"all"}]}]}"#,
        r#"{"RequestId":"2","NextToken":"","ResourceShares":[{"ResourceShareId":"rs-2","ResourceShareStatus":"Deleting"}]}"#,
    ];
    let script = Script::new(pages.map(ok));
    let listing = ListResourceShares {
        region_id: beijing(),
        resource_share_name: Some("golden".to_owned()),
        ..ListResourceShares::default()
    };
    let shares = client(&script).list(&listing, soon()).await.unwrap();
    let first = &shares[0];
    assert_eq!(
        (first.resource_share_name.as_str(), first.create_time.as_str()),
        ("golden", "2026-01-02T03:04:05Z")
    );
    let tag = Tag {
        key: "goldcast:audience".to_owned(),
        value: "all".to_owned(),
    };
    assert_eq!(first.tags, [tag]);
    assert_eq!(shares[1].resource_share_status, "Deleting");
    let sent = script.sent();
    assert_eq!(sent[0].host, "resourcesharing.cn-beijing.aliyuncs.com");
    assert_eq!(
        ["ResourceOwner", "ResourceShareName", "RegionId", "MaxResults"].map(|name| sent[0].param(name)),
        [Some("Self"), Some("golden"), None, Some("100")]
    );
    assert_eq!(sent[1].param("NextToken"), Some("more"));
}

#[tokio::test(start_paused = true)]
async fn associations_say_how_far_they_are_and_why_they_failed() {
    let page = r#"{"RequestId":"1","ResourceShareAssociations":[
        {"ResourceShareId":"rs-1","EntityId":"m-1","EntityType":"Image","AssociationType":"Resource",
        "AssociationStatus":"Associated","CreateTime":"2026-01-02T03:04:05Z","External":false,"AssociationFailedDetails":[]},
        {"ResourceShareId":"rs-1","EntityId":"m-2","EntityType":"Image","AssociationStatus":"Failed",
        "AssociationFailedDetails":[{"FailureReason":"LimitExceeded","FailureDescription":"Too many.",
        "OperationType":"Associate","Status":"Failed"}]}]}"#;
    let script = Script::new([ok(page)]);
    let listing = ListResourceShareAssociations {
        resource_id: Some("m-1".to_owned()),
        ..images_on(&["rs-1", "rs-2"])
    };
    let read = client(&script).list(&listing, soon()).await.unwrap();
    assert_eq!(
        (read[0].resource_share_id.as_str(), read[0].entity_id.as_str()),
        ("rs-1", "m-1")
    );
    assert_eq!(
        (read[0].association_status.as_str(), read[0].entity_type.as_str()),
        ("Associated", "Image")
    );
    let failure = &read[1].association_failed_details[0];
    assert_eq!(
        (failure.failure_reason.as_str(), failure.operation_type.as_str()),
        ("LimitExceeded", "Associate")
    );
    let sent = script.sent().remove(0);
    assert_eq!(
        [
            "AssociationType",
            "ResourceShareIds.1",
            "ResourceShareIds.2",
            "ResourceId"
        ]
        .map(|name| sent.param(name)),
        [Some("Resource"), Some("rs-1"), Some("rs-2"), Some("m-1")]
    );
}

#[tokio::test(start_paused = true)]
async fn one_image_on_two_shares_and_its_older_records_are_all_read() {
    let record = |share: &str, status: &str, minute: u8| {
        format!(
            r#"{{"ResourceShareId":"{share}","EntityId":"m-1","AssociationStatus":"{status}","CreateTime":"2026-01-02T03:{minute:02}:00Z"}}"#
        )
    };
    let page = |token: &str, records: &[String]| {
        ok(&format!(
            r#"{{"NextToken":"{token}","ResourceShareAssociations":[{}]}}"#,
            records.join(",")
        ))
    };
    let script = Script::new([
        page(
            "more",
            &[record("rs-1", "Disassociated", 1), record("rs-1", "Associating", 2)],
        ),
        page("", &[record("rs-1", "Associated", 2), record("rs-2", "Associated", 2)]),
    ]);
    let read = client(&script).list(&images_on(&[]), soon()).await.unwrap();
    let read: Vec<_> = read
        .iter()
        .map(|association| {
            (
                association.resource_share_id.as_str(),
                association.association_status.as_str(),
            )
        })
        .collect();
    assert_eq!(
        read,
        [
            ("rs-1", "Disassociated"),
            ("rs-1", "Associating"),
            ("rs-2", "Associated")
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn an_answer_without_its_list_is_not_a_region_without_shares() {
    let script = Script::new([ok("{}"), ok("{}")]);
    let client = client(&script);
    let listing = ListResourceShares {
        region_id: beijing(),
        ..ListResourceShares::default()
    };
    let error = client.list(&listing, soon()).await.unwrap_err();
    assert!(matches!(error.cause, Cause::Unreadable { .. }), "{error}");
    let error = client.list(&images_on(&[]), soon()).await.unwrap_err();
    assert!(matches!(error.cause, Cause::Unreadable { .. }), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_share_that_may_have_been_created_is_not_created_again() {
    let script = Script::new([refused(409, "ConcurrentExecutionError")]);
    let error = client(&script).send(&shelf(), soon()).await.unwrap_err();
    assert_eq!((error.class(), error.attempts), (Class::Retryable, 1));
    let script = Script::new([
        refused(409, "ConcurrentExecutionError"),
        ok(r#"{"RequestId":"1","ResourceShareAssociations":[{"AssociationStatus":"Associating"}]}"#),
    ]);
    let add = AssociateResourceShare {
        region_id: beijing(),
        resource_share_id: "rs-1".to_owned(),
        image_ids: ids(&["m-1"]),
        targets: Vec::new(),
    };
    assert_eq!(client(&script).send(&add, soon()).await.unwrap().request_id, "1");
    let script = Script::new([ok(
        r#"{"ResourceShare":{"ResourceShareId":"rs-1","ResourceShareStatus":"Pending"}}"#,
    )]);
    let created = client(&script).send(&shelf(), soon()).await.unwrap().resource_share;
    assert_eq!(
        (
            created.resource_share_id.as_str(),
            created.resource_share_status.as_str()
        ),
        ("rs-1", "Pending")
    );
}

#[tokio::test(start_paused = true)]
async fn more_than_five_at_once_are_not_sent() {
    let script = Script::new([]);
    let client = client(&script);
    let six = ids(&["1", "2", "3", "4", "5", "6"]);
    let images = AssociateResourceShare {
        image_ids: six.clone(),
        ..AssociateResourceShare::default()
    };
    let targets = CreateResourceShare {
        targets: six,
        ..shelf()
    };
    let listing = images_on(&["1", "2", "3", "4", "5", "6"]);
    let errors = [
        client.send(&images, soon()).await.unwrap_err(),
        client.send(&targets, soon()).await.unwrap_err(),
        client.list(&listing, soon()).await.unwrap_err(),
    ];
    for (error, parameter) in errors.iter().zip(["Resources", "Targets", "ResourceShareIds"]) {
        assert!(
            matches!(&error.cause, Cause::OverLimit(over) if over.parameter == parameter && over.allowed == 5),
            "{error}"
        );
    }
}
