//! Which permissions the operations of ECS need
//! (<https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-copyimage> and its siblings;
//! <https://alibabacloud.com/help/en/ecs/authentication-rules> for those that name none of their own).

use std::collections::BTreeSet;

use super::Ecs;
use crate::cloud::authorise::{ANY, Needs, Scene};

/// Views of DescribeImages that are not about the caller's own images, which policies do not limit.
const NOT_OWN: [&str; 3] = ["marketplace", "others", "system"];

/// What a call needs.
pub(crate) fn needs(scene: &Scene<'_>) -> Needs {
    let one = |kind: &str, parameter: &str| vec![scene.arn(&format!("{kind}/{}", scene.named(parameter)))];
    let resources = match scene.action {
        "CancelCopyImage"
        | "DeleteImage"
        | "DescribeImageSharePermission"
        | "ExportImage"
        | "ModifyImageAttribute"
        | "ModifyImageShareGroupPermission"
        | "ModifyImageSharePermission" => one("image", "ImageId"),
        "CopyImage" => copy_image(scene),
        "CopySnapshot" | "DeleteSnapshot" | "LockSnapshot" | "ModifySnapshotAttribute" => one("snapshot", "SnapshotId"),
        "CreateImage" => create_image(scene),
        "CreateSnapshot" => vec![
            scene.arn("snapshot/*"),
            scene.arn(&format!("disk/{}", scene.named("DiskId"))),
        ],
        "DescribeImages" => return describe_images(scene),
        "DescribeSnapshots" => snapshots(scene),
        "ImportImage" => vec![scene.arn("image/*")],
        "AddTags" | "JoinResourceGroup" | "ListTagResources" | "RemoveTags" | "TagResources" | "UntagResources" => {
            tagged(scene)
        }
        _ => return Needs::anywhere(scene),
    };
    Needs::on(scene, resources)
}

/// The source where it is, and any image where it goes. The current reference names any image of one region only, and
/// an older one both: a switch.
fn copy_image(scene: &Scene<'_>) -> Vec<String> {
    if !scene.switches.copy_asks_both_regions {
        return vec![scene.arn("image/*")];
    }
    vec![
        scene.arn(&format!("image/{}", scene.named("ImageId"))),
        scene.arn_in(scene.named("DestinationRegionId"), "image/*"),
    ]
}

/// A new image, and what it is made of.
fn create_image(scene: &Scene<'_>) -> Vec<String> {
    let parts = [("instance", "InstanceId"), ("snapshot", "SnapshotId")];
    let parts = parts.iter().filter_map(|(kind, parameter)| {
        let id = scene.params.get(parameter)?;
        Some(scene.arn(&format!("{kind}/{id}")))
    });
    std::iter::once(scene.arn("image/*")).chain(parts).collect()
}

/// Those that are named, or all. Images that are not the caller's own need no permission.
fn describe_images(scene: &Scene<'_>) -> Needs {
    if scene
        .params
        .get("ImageOwnerAlias")
        .is_some_and(|alias| NOT_OWN.contains(&alias))
    {
        return Needs::nothing(scene);
    }
    let Some(ids) = scene.params.get("ImageId") else {
        return Needs::on(scene, vec![scene.arn("image/*")]);
    };
    let ids: BTreeSet<&str> = ids.split(',').map(str::trim).filter(|id| !id.is_empty()).collect();
    let own: Vec<String> = ids
        .into_iter()
        .filter(|id| may_be_own(scene.ecs, scene, id))
        .map(|id| scene.arn(&format!("image/{id}")))
        .collect();
    Needs::on(scene, own)
}

/// Whether an image is the caller's, or is not there, which only who may see it learns.
fn may_be_own(ecs: &Ecs, scene: &Scene<'_>, id: &str) -> bool {
    let image = scene
        .region
        .zip(id.parse().ok())
        .and_then(|(region, id)| ecs.image(region, &id));
    image.is_none_or(|image| image.belongs_to(scene.account))
}

/// The snapshots that are named, as a list in JSON, or all.
fn snapshots(scene: &Scene<'_>) -> Vec<String> {
    let named = scene.params.get("SnapshotIds");
    let named = named.and_then(|ids| serde_json::from_str::<Vec<String>>(ids).ok());
    let ids = named
        .filter(|ids| !ids.is_empty())
        .unwrap_or_else(|| vec![ANY.to_owned()]);
    let arns = ids.iter().map(|id| scene.arn(&format!("snapshot/{id}")));
    arns.collect()
}

/// The resources whose tags these are.
fn tagged(scene: &Scene<'_>) -> Vec<String> {
    let kind = scene.named("ResourceType").to_lowercase();
    let mut ids = scene.params.list("ResourceId");
    // The older operations name one resource.
    ids.extend(scene.params.get("ResourceId"));
    if ids.is_empty() {
        ids.push(ANY);
    }
    let arns = ids.iter().map(|id| scene.arn(&format!("{kind}/{id}")));
    arns.collect()
}
