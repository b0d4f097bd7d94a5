//! What stands in the way of deprecating and deleting an image, and what is only known from outside: instances that run
//! on it, what a security check found, marketplace products.

use goldcast_emulator::cloud::{Detection, DetectionItem, Setup, Switches};
use serde_json::json;

use crate::support::{AWAY, HOME, MEMBER, World, id_of, minutes, organisation, region, setup};

/// Lets instances run on an image of the home region.
fn use_it(world: &mut World, image: &str) {
    let id = image.parse().unwrap();
    assert!(world.cloud.edit_image(&region(HOME), &id, |image| image.in_use = true));
}

#[test]
fn an_image_in_use_is_found_by_its_usage() {
    let mut world = World::new();
    let (used, unused) = (world.image("golden-1"), world.image("golden-2"));
    use_it(&mut world, &used);
    let own = ("ImageOwnerAlias", "self");
    for (usage, expected) in [("instance", &used), ("none", &unused)] {
        let listed = world.listed(crate::support::OWNER, HOME, &[own, ("Usage", usage)]);
        assert_eq!(listed, [expected.as_str()], "{usage}");
        let body = world.ecs("DescribeImages", &[("ImageId", expected)]).ok();
        assert_eq!(body["Images"]["Image"][0]["Usage"], usage);
    }
}

#[test]
fn an_image_in_use_is_deleted_only_by_force() {
    let mut world = World::new();
    let image = world.image("golden-1");
    use_it(&mut world, &image);
    let id = ("ImageId", image.as_str());
    assert_eq!(world.ecs("DeleteImage", &[id]).refusal(), (403, "ImageUsingByInstance"));
    world.ecs("DeleteImage", &[id, ("Force", "true")]).ok();
}

#[test]
fn a_shared_image_is_not_even_deleted_by_force() {
    let mut world = World::new();
    let image = world.image("golden-1");
    use_it(&mut world, &image);
    let id = ("ImageId", image.as_str());
    world
        .ecs("ModifyImageSharePermission", &[id, ("AddAccount.1", MEMBER)])
        .ok();
    let refused = world.ecs("DeleteImage", &[id, ("Force", "true")]);
    assert_eq!(refused.refusal(), (403, "ImageUseShared"));
}

#[test]
fn an_image_in_use_is_not_deprecated_unless_the_switch_allows_it() {
    for allowed in [false, true] {
        let mut world = World::with(Setup {
            switches: Switches {
                used_image_deprecatable: allowed,
                ..Switches::default()
            },
            ..setup()
        });
        let image = world.image("golden-1");
        use_it(&mut world, &image);
        let answer = world.ecs("ModifyImageAttribute", &[("ImageId", &image), ("Status", "Deprecated")]);
        if allowed {
            answer.ok();
        } else {
            assert_eq!(answer.refusal(), (403, "OperationDeined.ImageUsingByInstance"));
        }
    }
}

#[test]
fn neither_end_of_a_running_copy_is_deleted() {
    let mut world = World::new();
    let source = world.image("golden-1");
    let copy = id_of(&world.copy(&source, AWAY, "copy").ok());
    for (at, id) in [(HOME, &source), (AWAY, &copy)] {
        let refused = world.ecs_as(
            crate::support::OWNER,
            at,
            "DeleteImage",
            &[("ImageId", id), ("Force", "true")],
        );
        assert_eq!(refused.refusal(), (403, "OperationDenied.ImageCopying"), "{at}");
    }
}

#[test]
fn images_that_the_setup_names_are_in_use_from_the_start() {
    let mut world = World::with(Setup {
        images_in_use: ["golden-1".to_owned(), "copy".to_owned()].into(),
        ..setup()
    });
    let source = world.image("golden-1");
    let copy = id_of(&world.copy(&source, AWAY, "copy").ok());
    let other = world.image("golden-2");
    for (at, id, expected) in [(HOME, &source, true), (AWAY, &copy, true), (HOME, &other, false)] {
        assert_eq!(world.kept(at, id).in_use, expected, "{id}");
    }
}

#[test]
fn what_a_check_found_is_the_images_own_and_a_product_is_inherited() {
    let mut organisation = organisation();
    for instance in &mut organisation.instances {
        "cmjj0001".clone_into(&mut instance.product_code);
    }
    let mut world = World::of(setup(), &organisation);
    let source = world.image("golden-1");
    let found = Detection {
        status: "Finished".to_owned(),
        items: vec![DetectionItem {
            name: "Nvme.Support".to_owned(),
            risk_code: "NvmeNotSupported".to_owned(),
            risk_level: "Warning".to_owned(),
            value: "unsupported".to_owned(),
        }],
    };
    let id = source.parse().unwrap();
    assert!(
        world
            .cloud
            .edit_image(&region(HOME), &id, |image| image.detection = found)
    );
    let copy = id_of(&world.copy(&source, AWAY, "copy").ok());
    world.wait(minutes(60));
    let item = json!([{
        "Name": "Nvme.Support",
        "RiskCode": "NvmeNotSupported",
        "RiskLevel": "Warning",
        "Value": "unsupported",
    }]);
    for (at, id, status, items) in [(HOME, &source, "Finished", item), (AWAY, &copy, "", json!([]))] {
        let body = world
            .ecs_as(crate::support::OWNER, at, "DescribeImages", &[("ImageId", id)])
            .ok();
        let seen = &body["Images"]["Image"][0];
        assert_eq!(seen["ProductCode"], "cmjj0001", "{at}");
        assert_eq!(
            (
                &seen["DetectionOptions"]["Status"],
                &seen["DetectionOptions"]["Items"]["Item"]
            ),
            (&json!(status), &items),
            "{at}"
        );
    }
}

#[test]
fn nobodys_image_cannot_be_edited() {
    let mut world = World::new();
    let id = "m-nobody".parse().unwrap();
    assert!(!world.cloud.edit_image(&region(HOME), &id, |image| image.in_use = true));
}
