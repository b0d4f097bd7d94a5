//! Image pipelines: from a description to an image that is copied and shared.

use serde_json::{Value, json};

use crate::support::{AWAY, HOME, MEMBER, OUTSIDER, OWNER, World, account, minutes, region, setup};

const PUBLIC: &str = "ubuntu_22_04_x64_20G_alibase_20240820.vhd";
const BASE: [(&str, &str); 2] = [("BaseImageType", "IMAGE"), ("BaseImage", PUBLIC)];

fn create(world: &mut World, more: &[(&str, &str)]) -> String {
    let params: Vec<_> = BASE.iter().chain(more).copied().collect();
    let body = world.ecs("CreateImagePipeline", &params).ok();
    body["ImagePipelineId"].as_str().unwrap().to_owned()
}

fn start(world: &mut World, pipeline: &str) -> String {
    let params = [("ImagePipelineId", pipeline)];
    let body = world.ecs("StartImagePipelineExecution", &params).ok();
    body["ExecutionId"].as_str().unwrap().to_owned()
}

fn execution(world: &mut World, id: &str) -> Value {
    let body = world
        .ecs("DescribeImagePipelineExecutions", &[("ExecutionId", id)])
        .ok();
    body["ImagePipelineExecution"]["ImagePipelineExecutionSet"][0].clone()
}

fn status(world: &mut World, id: &str) -> String {
    execution(world, id)["Status"].as_str().unwrap().to_owned()
}

#[test]
fn an_execution_ends_in_an_image_with_its_tags_copies_and_recipients() {
    let mut world = World::new();
    let pipeline = create(
        &mut world,
        &[
            ("ImageName", "golden"),
            ("ImageFamily", "corp"),
            ("ImageOptions.ImageTags.1.Key", "golden"),
            ("ImageOptions.ImageTags.1.Value", "yes"),
            ("SystemDiskSize", "60"),
            ("TestContent", "RUN true"),
            ("AddAccount.1", MEMBER),
            ("ToRegionId.1", HOME),
            ("ToRegionId.2", AWAY),
        ],
    );
    let id = start(&mut world, &pipeline);
    let mut phases = vec![status(&mut world, &id)];
    for _ in 0..60 {
        world.wait(minutes(1));
        let now = status(&mut world, &id);
        if phases.last() != Some(&now) {
            phases.push(now);
        }
    }
    let expected = [
        "PREPARING",
        "BUILDING",
        "TESTING",
        "DISTRIBUTING",
        "RELEASING",
        "SUCCESS",
    ];
    assert_eq!(phases, expected);
    let image = execution(&mut world, &id)["ImageId"].as_str().unwrap().to_owned();
    let built = world.kept(HOME, &image);
    assert_eq!(built.name, format!("golden_{id}"));
    assert_eq!(built.family.as_deref(), Some("corp"));
    assert_eq!((built.size_gib(), built.os_name.as_str()), (60, "Ubuntu  22.04 64 bit"));
    assert_eq!(built.tags["golden"], "yes");
    let copies = world.listed(OWNER, AWAY, &[("ImageOwnerAlias", "self")]);
    assert_eq!(copies.len(), 1);
    let copy = world.kept(AWAY, &copies[0]);
    assert!(copy.is_copied && copy.tags["golden"] == "yes", "{copy:?}");
    for at in [HOME, AWAY] {
        assert_eq!(
            world.listed(MEMBER, at, &[("ImageOwnerAlias", "others")]).len(),
            1,
            "{at}"
        );
    }
}

#[test]
fn a_pipeline_runs_once_at_a_time_and_is_cancelled_only_early() {
    let mut world = World::new();
    let pipeline = create(&mut world, &[("RepairMode", "Standard")]);
    let id = start(&mut world, &pipeline);
    let named = [("ImagePipelineId", pipeline.as_str())];
    for action in ["StartImagePipelineExecution", "DeleteImagePipeline"] {
        assert_eq!(
            world.ecs(action, &named).refusal(),
            (409, "OperationConflict"),
            "{action}"
        );
    }
    world.wait(minutes(1));
    assert_eq!(status(&mut world, &id), "REPAIRING");
    world.wait(minutes(1));
    let image = execution(&mut world, &id)["ImageId"].as_str().unwrap().to_owned();
    world.kept(HOME, &image);
    let cancel = [("ExecutionId", id.as_str())];
    world.ecs("CancelImagePipelineExecution", &cancel).ok();
    assert_eq!(status(&mut world, &id), "CANCELLING");
    world.wait(minutes(1));
    assert_eq!(status(&mut world, &id), "CANCELLED");
    let all = [("ImageOwnerAlias", "self"), ("Status", "ALL")];
    assert_eq!(world.listed(OWNER, HOME, &all), [""; 0]);
    let again = world.ecs("CancelImagePipelineExecution", &cancel);
    assert_eq!(again.refusal(), (403, "OperationDenied"));
    world.ecs("DeleteImagePipeline", &named).ok();
    assert_eq!(world.ecs("DescribeImagePipelines", &[]).ok()["TotalCount"], 0);
}

#[test]
fn an_image_that_cannot_be_made_fails_its_execution_and_a_copy_only_a_part_of_it() {
    let mut world = World::new();
    let fixed = [("ImageName", "golden"), ("AdvancedOptions.ImageNameSuffix", "disable")];
    let pipeline = create(&mut world, &fixed);
    let first = start(&mut world, &pipeline);
    world.wait(minutes(30));
    assert_eq!(status(&mut world, &first), "SUCCESS");
    let second = start(&mut world, &pipeline);
    world.wait(minutes(30));
    let failed = execution(&mut world, &second);
    assert_eq!(
        (&failed["Status"], &failed["ErrorCode"]),
        (&"FAILED".into(), &"InvalidImageName.Duplicated".into())
    );
    let pipeline = create(&mut world, &[("ToRegionId.1", AWAY)]);
    let third = start(&mut world, &pipeline);
    while status(&mut world, &third) != "DISTRIBUTING" {
        world.wait(minutes(1));
    }
    let copies = world.listed(OWNER, AWAY, &[("ImageOwnerAlias", "self"), ("Status", "ALL")]);
    let region = AWAY.parse().unwrap();
    assert!(world.cloud.fail_making(world.now, &region, &copies[0].parse().unwrap()));
    world.wait(minutes(5));
    assert_eq!(status(&mut world, &third), "PARTITION_SUCCESS");
}

#[test]
fn a_pipeline_that_cannot_be_is_refused() {
    let mut world = World::new();
    let long = "x".repeat(16 * 1024 + 1);
    let many: Vec<_> = (1..=21).map(|n| format!("ToRegionId.{n}")).collect();
    let many: Vec<_> = many.iter().map(|name| (name.as_str(), AWAY)).chain(BASE).collect();
    for (params, expected) in [
        (vec![("BaseImage", PUBLIC)], (400, "MissingParameter")),
        (vec![("BaseImageType", "IMAGE")], (400, "MissingParameter")),
        (
            vec![("BaseImageType", "IMAGE"), ("BaseImage", "m-nobody")],
            (404, "InvalidImage.NotFound"),
        ),
        (
            vec![("BaseImageType", "IMAGE_FAMILY"), ("BaseImage", "corp")],
            (404, "InvalidImage.NotFound"),
        ),
        (
            vec![BASE[0], BASE[1], ("BuildContent", &long)],
            (400, "InvalidParameter"),
        ),
        (
            vec![BASE[0], BASE[1], ("SystemDiskSize", "10")],
            (400, "InvalidParameter"),
        ),
        (
            vec![BASE[0], BASE[1], ("AddAccount.1", "4000000000000001")],
            (404, "InvalidAccount.NotFound"),
        ),
        (many, (400, "InvalidParameter")),
    ] {
        assert_eq!(
            world.ecs("CreateImagePipeline", &params).refusal(),
            expected,
            "{params:?}"
        );
    }
    let pipeline = create(&mut world, &[]);
    let named = [("ImagePipelineId", pipeline.as_str())];
    let foreign = world.ecs_as(OUTSIDER, HOME, "StartImagePipelineExecution", &named);
    assert_eq!(foreign.refusal(), (404, "InvalidImagePipelineId.NotFound"));
}

#[test]
fn components_are_kept_found_and_deleted() {
    let mut world = World::new();
    let params = [("Name", "agent"), ("Content", "RUN true"), ("ComponentType", "Test")];
    let made = world.ecs("CreateImageComponent", &params).ok();
    let id = made["ImageComponentId"].as_str().unwrap();
    for (filter, expected) in [
        (("Name", "agent"), 1),
        (("ComponentType", "Build"), 0),
        (("ImageComponentId.1", id), 1),
        (("Owner", "ALIYUN"), 0),
    ] {
        let listed = world.ecs("DescribeImageComponents", &[filter]).ok();
        assert_eq!(listed["TotalCount"], expected, "{filter:?}");
    }
    world.ecs("DeleteImageComponent", &[("ImageComponentId", id)]).ok();
    let again = world.ecs("DeleteImageComponent", &[("ImageComponentId", id)]);
    assert_eq!(again.refusal(), (404, "InvalidImageComponentId.NotFound"));
}

#[test]
fn what_an_execution_does_is_told_as_done_by_the_platform_unless_the_switch_says_no() {
    for told in [true, false] {
        let mut setup = setup();
        setup.switches.pipeline_audit_events = told;
        let mut world = World::with(setup);
        let pipeline = create(&mut world, &[("ImageName", "golden"), ("ToRegionId.1", AWAY)]);
        let id = start(&mut world, &pipeline);
        world.wait(minutes(60));
        let image = execution(&mut world, &id)["ImageId"].as_str().unwrap().to_owned();
        let by_platform = world
            .events
            .iter()
            .filter(|event| event.body["data"]["userIdentity"]["type"] == "system");
        let acts: Vec<_> = by_platform
            .map(|event| {
                let data = &event.body["data"];
                assert_eq!(event.body["type"], "ecs:ActionTrail:AliyunServiceEvent");
                assert_eq!((event.region.as_str(), event.account.as_str()), (HOME, OWNER));
                (
                    data["eventName"].as_str().unwrap(),
                    data["referencedResources"]["ACS::ECS::Image"].clone(),
                )
            })
            .collect();
        if !told {
            assert_eq!(acts, []);
            continue;
        }
        let copy = world
            .cloud
            .images(&account(OWNER), &region(AWAY))
            .next()
            .unwrap()
            .id
            .to_string();
        assert_eq!(
            acts,
            [("CreateImage", json!([image])), ("CopyImage", json!([image, copy]))]
        );
    }
}
