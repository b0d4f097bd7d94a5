//! Which permissions the operations of Resource Sharing need: each its own action, on everything; conditions say more
//! (<https://www.alibabacloud.com/help/en/resource-management/user-guide/examples-of-restricting-resource-sharing-by-controlling-policies>).

use goldcast_domain::FolderId;

use crate::cloud::authorise::{Needs, Scene};

/// What a call needs.
pub(crate) fn needs(scene: &Scene<'_>) -> Needs {
    let needs = Needs::anywhere(scene);
    let external = match scene.params.get("AllowExternalTargets") {
        Some(value) => vec![value.to_lowercase()],
        None if scene.action == "CreateResourceShare" => vec!["false".to_owned()],
        None => Vec::new(),
    };
    let targets = scene
        .params
        .list("Targets")
        .into_iter()
        .map(|target| path(scene, target));
    needs
        .with_key("resourcesharing:RequestedAllowExternalTargets", external)
        .with_key("resourcesharing:Target", targets.collect())
        .with_key("resourcesharing:RequestedResourceType", types(scene))
        .with_key("resourcesharing:ResourceArn", arns(scene))
}

/// Folders go by their path in the directory, as the published example has it; accounts and the directory by their id.
fn path(scene: &Scene<'_>, target: &str) -> String {
    let folder = target.parse::<FolderId>().ok();
    let path = folder.and_then(|folder| scene.directory.folder_path(&folder));
    path.unwrap_or_else(|| target.to_owned())
}

/// The types of the resources that are named, by pairs or by ARNs.
fn types(scene: &Scene<'_>) -> Vec<String> {
    let pairs = scene.params.objects("Resources");
    let pairs = pairs.iter().filter_map(|pair| pair.get("ResourceType").copied());
    let arns = scene.params.list("ResourceArns").into_iter().filter_map(type_of);
    let mut types: Vec<String> = pairs.map(str::to_owned).chain(arns).collect();
    types.dedup();
    types
}

/// `Image` of `acs:ecs:<region>:<account>:image/<id>`.
fn type_of(arn: &str) -> Option<String> {
    let (kind, _) = arn.rsplit(':').next()?.split_once('/')?;
    let mut letters = kind.chars();
    let first = letters.next()?.to_ascii_uppercase();
    Some(std::iter::once(first).chain(letters).collect())
}

/// The ARNs of the resources that are named, by pairs or by ARNs.
fn arns(scene: &Scene<'_>) -> Vec<String> {
    let pairs = scene.params.objects("Resources");
    let region = scene.region.map_or("*", |region| region.as_str());
    let pairs = pairs.iter().filter_map(|pair| {
        let (kind, id) = (pair.get("ResourceType")?.to_lowercase(), pair.get("ResourceId")?);
        Some(format!("acs:ecs:{region}:{}:{kind}/{id}", scene.account))
    });
    let named = scene.params.list("ResourceArns").into_iter().map(str::to_owned);
    pairs.chain(named).collect()
}
