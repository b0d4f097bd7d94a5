//! Parameters that are numbers or booleans, whatever the operation: the gateway refuses a value of another type before
//! an operation sees it (<https://help.aliyun.com/en/document_detail/434846.html>, `InvalidParameter.Format`).

use crate::cloud::params::Params;
use crate::cloud::refusal::Refusal;

/// Whole numbers; `N` stands for the place in a list.
const NUMBERS: [&str; 18] = [
    "Arn.N.AssumeRoleFor",
    "CoolOffPeriod",
    "DiskDeviceMapping.N.DiskImSize",
    "DiskDeviceMapping.N.DiskImageSize",
    "DiskDeviceMapping.N.Size",
    "HttpPutResponseHopLimit",
    "ImageOwnerId",
    "ImportImageOptions.DiskDeviceMappings.N.DiskImageSize",
    "InstantAccessRetentionDays",
    "InternetMaxBandwidthOut",
    "LockDuration",
    "MaxResults",
    "OwnerId",
    "PageNumber",
    "PageSize",
    "ResourceOwnerId",
    "RetentionDays",
    "SystemDiskSize",
];
/// Booleans.
const FLAGS: [&str; 24] = [
    "AdvancedOptions.RetainCloudAssistant",
    "All",
    "DeleteAutoSnapshot",
    "DeleteInstanceOnFailure",
    "DeleteWithInstance",
    "DeviceAvailable",
    "DisableInstantAccess",
    "DryRun",
    "EnableAutoSnapshot",
    "EnableAutomatedSnapshotPolicy",
    "EnableShared",
    "Encrypted",
    "Force",
    "ImportImageOptions.RetainImportedImage",
    "InstantAccess",
    "IoOptimized",
    "IsPublic",
    "IsSupportCloudinit",
    "IsSupportIoOptimized",
    "NeedSaleCycle",
    "Portable",
    "ShowExpired",
    "Usable",
    "Verbose",
];

/// Refuses a call with a value of the wrong type; empty values count as absent.
pub(crate) fn check(params: &Params) -> Result<(), Refusal> {
    for (name, value) in params.all().iter().filter(|(_, value)| !value.is_empty()) {
        // Only a name with a number in it can be in a list; the others are compared as they are.
        let is_listed = name.bytes().any(|byte| byte.is_ascii_digit());
        let is_one_of = |known: &[&str]| {
            let fits = |known: &&str| if is_listed { fits(name, known) } else { name == *known };
            known.iter().any(fits)
        };
        let is_flag = value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false");
        if (is_one_of(&NUMBERS) && value.parse::<i64>().is_err()) || (is_one_of(&FLAGS) && !is_flag) {
            return Err(Refusal::format(name));
        }
    }
    Ok(())
}

/// Whether a name on the wire is the known one, with a number for `N`.
fn fits(name: &str, known: &str) -> bool {
    let mut parts = known.split('.');
    let fit = |part: &str| {
        let known = parts.next();
        known == Some(part) || (known == Some("N") && part.parse::<u32>().is_ok())
    };
    name.split('.').all(fit) && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_stands_for_the_place_in_a_list() {
        assert!(fits("DiskDeviceMapping.12.Size", "DiskDeviceMapping.N.Size"));
        for other in [
            "DiskDeviceMapping.x.Size",
            "DiskDeviceMapping.1",
            "Size",
            "DiskDeviceMapping.1.Size.1",
        ] {
            assert!(!fits(other, "DiskDeviceMapping.N.Size"), "{other}");
        }
    }
}
