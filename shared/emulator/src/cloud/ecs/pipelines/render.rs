//! Pipelines, executions and components as the API writes them: what a pipeline was made with, field by field.

use goldcast_domain::{AccountId, RegionId};
use serde_json::{Map, Value, json};

use super::{Component, Execution, Pipeline};
use crate::cloud::ecs::render::tags;
use crate::cloud::params::Params;
use crate::cloud::time;

/// A pipeline.
pub(super) fn pipeline(pipeline: &Pipeline) -> Value {
    let params = &pipeline.params;
    let accounts: Vec<&str> = pipeline.accounts.iter().map(AccountId::as_str).collect();
    let regions: Vec<&str> = pipeline.regions.iter().map(RegionId::as_str).collect();
    let mut value = texts(
        params,
        "",
        &[
            "BaseImage",
            "BaseImageType",
            "BuildContent",
            "Description",
            "ImageFamily",
            "ImageName",
            "InstanceType",
            "Name",
            "NvmeSupport",
            "RepairMode",
            "TestContent",
            "VSwitchId",
        ],
    );
    let more = json!({
        "ImagePipelineId": pipeline.id,
        "CreationTime": time::wire(pipeline.created),
        "ResourceGroupId": pipeline.resource_group,
        "Tags": { "Tag": tags(&pipeline.tags) },
        "AddAccounts": { "AddAccount": accounts },
        "ToRegionIds": { "ToRegionId": regions },
        "RepairItems": { "RepairItem": params.list("RepairItem") },
        "DeleteInstanceOnFailure": flag(params, "DeleteInstanceOnFailure", true),
        "InternetMaxBandwidthOut": number(params, "InternetMaxBandwidthOut", 0),
        "SystemDiskSize": number(params, "SystemDiskSize", 40),
        "AdvancedOptions": {
            "ImageNameSuffix": text(params, "AdvancedOptions.ImageNameSuffix"),
            "RetainCloudAssistant": flag(params, "AdvancedOptions.RetainCloudAssistant", false),
        },
        "ImageSecurityOptions": { "SecurityScanMode": text(params, "ImageSecurityOptions.SecurityScanMode") },
        "ImageOptions": image_options(params),
        "ImportImageOptions": import_options(params),
    });
    extend(&mut value, more);
    Value::Object(value)
}

fn image_options(params: &Params) -> Value {
    let prefix = "ImageOptions.";
    let mut value = texts(params, prefix, &["Description", "ImageFamily", "ImageName"]);
    let tags = params.objects("ImageOptions.ImageTags");
    let tag = |tag: &std::collections::BTreeMap<&str, &str>| {
        let member = |name| tag.get(name).copied().unwrap_or_default();
        json!({ "TagKey": member("Key"), "TagValue": member("Value") })
    };
    let more = json!({
        "ImageFeatures": { "NvmeSupport": text(params, "ImageOptions.ImageFeatures.NvmeSupport") },
        "ImageTags": { "ImageTag": tags.iter().map(tag).collect::<Vec<_>>() },
    });
    extend(&mut value, more);
    Value::Object(value)
}

fn import_options(params: &Params) -> Value {
    let prefix = "ImportImageOptions.";
    let members = [
        "Architecture",
        "BootMode",
        "Description",
        "ImageName",
        "LicenseType",
        "OSType",
        "Platform",
        "RetentionStrategy",
        "RoleName",
    ];
    let mut value = texts(params, prefix, &members);
    let disks = params.objects("ImportImageOptions.DiskDeviceMappings");
    let disk = |disk: &std::collections::BTreeMap<&str, &str>| {
        let member = |name| disk.get(name).copied().unwrap_or_default();
        json!({
            "DiskImageSize": member("DiskImageSize").parse().unwrap_or(0),
            "Format": member("Format"),
            "OSSBucket": member("OSSBucket"),
            "OSSObject": member("OSSObject"),
        })
    };
    let tags = params.objects("ImportImageOptions.ImportImageTags");
    let tag = |tag: &std::collections::BTreeMap<&str, &str>| {
        let member = |name| tag.get(name).copied().unwrap_or_default();
        json!({ "Key": member("Key"), "Value": member("Value") })
    };
    let more = json!({
        "DiskDeviceMappings": { "DiskDeviceMapping": disks.iter().map(disk).collect::<Vec<_>>() },
        "ImportImageTags": { "ImportImageTag": tags.iter().map(tag).collect::<Vec<_>>() },
        "Features": {
            "ImdsSupport": text(params, "ImportImageOptions.Features.ImdsSupport"),
            "NvmeSupport": text(params, "ImportImageOptions.Features.NvmeSupport"),
        },
        "RetainImportedImage": flag(params, "ImportImageOptions.RetainImportedImage", false),
    });
    extend(&mut value, more);
    Value::Object(value)
}

/// An execution.
pub(super) fn execution(execution: &Execution) -> Value {
    json!({
        "ExecutionId": execution.id,
        "ImagePipelineId": execution.pipeline.id,
        "ImageId": execution.image.as_ref().map_or("", |image| image.as_str()),
        "Status": execution.phase.as_str(),
        "Message": "",
        "ErrorCode": execution.error,
        "ErrorInfo": "",
        "CreationTime": time::wire(execution.created),
        "ModifiedTime": time::wire(execution.modified),
        "ResourceGroupId": execution.pipeline.resource_group,
        "Tags": { "Tag": tags(&execution.tags) },
    })
}

/// A component.
pub(super) fn component(component: &Component) -> Value {
    let params = &component.params;
    let or = |name: &str, default: &'static str| params.get(name).unwrap_or(default).to_owned();
    json!({
        "ImageComponentId": component.id,
        "Name": or("Name", ""),
        "Description": or("Description", ""),
        "Content": or("Content", ""),
        "ComponentType": or("ComponentType", "Build"),
        "ComponentVersion": or("ComponentVersion", "1.0.0"),
        "SystemType": or("SystemType", "Linux"),
        "Owner": "SELF",
        "Parameters": { "Parameter": [] },
        "CreationTime": time::wire(component.created),
        "ResourceGroupId": component.resource_group,
        "Tags": { "Tag": tags(&component.tags) },
    })
}

/// Texts by their last name, as sent.
fn texts(params: &Params, prefix: &str, names: &[&str]) -> Map<String, Value> {
    let texts = names.iter();
    let texts = texts.map(|name| ((*name).to_owned(), text(params, &format!("{prefix}{name}"))));
    texts.collect()
}

fn text(params: &Params, name: &str) -> Value {
    json!(params.get(name).unwrap_or_default())
}

fn flag(params: &Params, name: &str, default: bool) -> bool {
    let sent = params.get(name);
    sent.map_or(default, |value| value.eq_ignore_ascii_case("true"))
}

fn number(params: &Params, name: &str, default: u32) -> u32 {
    params.get(name).and_then(|value| value.parse().ok()).unwrap_or(default)
}

fn extend(value: &mut Map<String, Value>, more: Value) {
    if let Value::Object(more) = more {
        value.extend(more);
    }
}
