//! What ECS offers in a region: zones, instance types, the attributes of an account, and how disks are encrypted unless a
//! call says otherwise. All of it is made up but for its shape; images need no more.

use goldcast_domain::{AccountId, RegionId};
use serde_json::{Value, json};

use super::{Ecs, no_such_image, rules};
use crate::cloud::context::{Context, Done};
use crate::cloud::refusal::Refusal;

/// An instance type: id, family, processors, GiB of memory, architecture.
type InstanceType = (&'static str, &'static str, u32, f64, &'static str);

/// Instance types.
const INSTANCE_TYPES: [InstanceType; 6] = [
    ("ecs.g7.large", "ecs.g7", 2, 8.0, "x86_64"),
    ("ecs.g7.xlarge", "ecs.g7", 4, 16.0, "x86_64"),
    ("ecs.c7.large", "ecs.c7", 2, 4.0, "x86_64"),
    ("ecs.t6-c1m1.large", "ecs.t6", 2, 2.0, "x86_64"),
    ("ecs.g8y.large", "ecs.g8y", 2, 8.0, "arm64"),
    ("ecs.g8y.xlarge", "ecs.g8y", 4, 16.0, "arm64"),
];
/// Zones of every region, by the last letter of their ids.
const ZONES: [&str; 2] = ["h", "i"];
/// Kinds of disks.
const DISK_CATEGORIES: [&str; 3] = ["cloud_efficiency", "cloud_essd", "cloud_auto"];
/// Languages that names of places come in; here they are all alike.
const LANGUAGES: [&str; 7] = ["zh-CN", "zh-TW", "en-US", "ja", "fr", "de", "ko"];
/// Attributes in one call.
const ATTRIBUTES_MAX: usize = 8;
/// Attributes of every account, and their values.
const ATTRIBUTES: [(&str, &str); 15] = [
    ("instance-network-type", "vpc"),
    ("max-security-groups", "100"),
    ("max-elastic-network-interfaces", "5000"),
    ("max-postpaid-instance-vcpu-count", "500"),
    ("max-spot-instance-vcpu-count", "200"),
    ("used-postpaid-instance-vcpu-count", "2"),
    ("used-spot-instance-vcpu-count", "0"),
    ("max-postpaid-yundisk-capacity", "102400"),
    ("used-postpaid-yundisk-capacity", "40"),
    ("max-dedicated-hosts", "5"),
    ("supported-postpaid-instance-types", "ecs.g7.large"),
    ("max-axt-command-count", "500"),
    ("max-axt-invocation-daily", "5000"),
    ("real-name-authentication", "yes"),
    ("max-cloud-assistant-activation-count", "100"),
];

impl Ecs {
    pub(super) fn describe_image_support_instance_types(
        &mut self,
        region: &RegionId,
        context: &mut Context<'_>,
    ) -> Result<Done, Refusal> {
        let params = context.params;
        rules::one_of(params, "ActionType", &["CreateEcs", "ChangeOS"], "InvalidParamter")?;
        let image = match params.get("ImageId") {
            None => None,
            Some(id) => {
                let image = id.parse().ok().and_then(|id| self.image(region, &id));
                let seen = image.filter(|image| super::access::is_seen(image, context));
                Some(seen.ok_or_else(no_such_image)?)
            }
        };
        let fits = |kind: &&InstanceType| image.is_none_or(|image| image.architecture == kind.4);
        let types = INSTANCE_TYPES
            .iter()
            .filter(fits)
            .map(|(id, family, cores, memory, _)| {
                json!({
                    "InstanceTypeId": id,
                    "InstanceTypeFamily": family,
                    "CpuCoreCount": cores,
                    "MemorySize": memory,
                })
            });
        Ok(Done::new(json!({
            "RegionId": region,
            "ImageId": params.get("ImageId").unwrap_or_default(),
            "InstanceTypes": { "InstanceType": types.collect::<Vec<_>>() },
        })))
    }

    /// Whether an account's new disks in a region have to be encrypted.
    pub(super) fn encrypts_by_default(&self, account: &AccountId, region: &RegionId) -> bool {
        self.encrypted_by_default.contains(&(account.clone(), region.clone()))
    }
}

pub(super) fn describe_zones(_: &mut Ecs, region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
    check_language(context)?;
    let zones: Vec<Value> = ZONES.iter().map(|letter| zone(&format!("{region}-{letter}"))).collect();
    Ok(Done::new(json!({ "Zones": { "Zone": zones } })))
}

pub(super) fn describe_account_attributes(
    _: &mut Ecs,
    region: &RegionId,
    context: &mut Context<'_>,
) -> Result<Done, Refusal> {
    let names = context.params.list("AttributeName");
    let known = |name: &&str| ATTRIBUTES.iter().any(|(known, _)| known == name);
    if names.len() > ATTRIBUTES_MAX || !names.iter().all(known) {
        let message = "The specified AttributeName is not valid.";
        return Err(Refusal::forbidden("Invalid.Parameter", message));
    }
    let asked = ATTRIBUTES
        .iter()
        .filter(|(name, _)| names.is_empty() || names.contains(name));
    let items = asked.map(|(name, value)| {
        let item = json!({
            "Value": value,
            "Count": 1,
            "DiskCategory": "",
            "ExpiredTime": "",
            "InstanceChargeType": "PostPaid",
            "InstanceType": "",
            "ZoneId": format!("{region}-{}", ZONES.first().copied().unwrap_or_default()),
        });
        json!({ "AttributeName": name, "AttributeValues": { "ValueItem": [item] } })
    });
    Ok(Done::new(json!({
        "AccountAttributeItems": { "AccountAttributeItem": items.collect::<Vec<_>>() },
    })))
}

/// The key that disks are encrypted with where no other is named: the service key.
#[expect(clippy::unnecessary_wraps, reason = "all operations have one type")]
pub(super) fn describe_disk_default_key(
    _: &mut Ecs,
    region: &RegionId,
    context: &mut Context<'_>,
) -> Result<Done, Refusal> {
    let key = context.kms.service_key(region, context.account());
    Ok(Done::new(json!({ "KMSKeyId": key.id })))
}

#[expect(clippy::unnecessary_wraps, reason = "all operations have one type")]
pub(super) fn describe_disk_encryption(
    ecs: &mut Ecs,
    region: &RegionId,
    context: &mut Context<'_>,
) -> Result<Done, Refusal> {
    let encrypted = ecs.encrypts_by_default(context.account(), region);
    Ok(Done::new(json!({ "Encrypted": encrypted })))
}

/// Refuses a language that places have no names in.
pub(super) fn check_language(context: &Context<'_>) -> Result<(), Refusal> {
    let language = context.params.get("AcceptLanguage");
    if language.is_none_or(|language| LANGUAGES.contains(&language)) {
        return Ok(());
    }
    let message = "The specified AcceptLanguage does not exist.";
    Err(Refusal::not_found("InvalidAcceptLanguage.NotFound", message))
}

fn zone(id: &str) -> Value {
    let types: Vec<&str> = INSTANCE_TYPES.iter().map(|(id, ..)| *id).collect();
    let mut families: Vec<&str> = INSTANCE_TYPES.iter().map(|(_, family, ..)| *family).collect();
    families.dedup();
    json!({
        "ZoneId": id,
        "ZoneType": "AvailabilityZone",
        "LocalName": id,
        "AvailableDedicatedHostTypes": { "DedicatedHostType": ["ddh.g7"] },
        "AvailableDiskCategories": { "DiskCategories": DISK_CATEGORIES },
        "AvailableInstanceTypes": { "InstanceTypes": types },
        "AvailableResourceCreation": { "ResourceTypes": ["VSwitch", "IoOptimized", "Instance", "DedicatedHost", "Disk"] },
        "AvailableResources": {
            "ResourcesInfo": [{
                "IoOptimized": true,
                "DataDiskCategories": { "supportedDataDiskCategory": DISK_CATEGORIES },
                "SystemDiskCategories": { "supportedSystemDiskCategory": DISK_CATEGORIES },
                "InstanceGenerations": { "supportedInstanceGeneration": ["ecs-7"] },
                "InstanceTypeFamilies": { "supportedInstanceTypeFamily": families },
                "InstanceTypes": { "supportedInstanceType": types },
                "NetworkTypes": { "supportedNetworkCategory": ["vpc"] },
            }],
        },
        "AvailableVolumeCategories": { "VolumeCategories": ["san_ssd"] },
        "DedicatedHostGenerations": { "DedicatedHostGeneration": ["ddh-7"] },
    })
}
