//! Instances and disks as the API writes them, every documented field in its documented JSON type.

use goldcast_domain::RegionId;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::machines::MachineDisk;
use super::{Tags, render};
use crate::cloud::organisation::Instance;
use crate::cloud::time;

/// Type of every machine here.
pub(super) const TYPE: &str = "ecs.g7.large";
/// The image that every machine here was made from.
pub(super) const IMAGE: &str = "aliyun_3_x64_20G_alibase_20240819.vhd";

/// An instance.
pub(super) fn instance(instance: &Instance, tags: &Tags, founded: Timestamp) -> Value {
    let region = &instance.region;
    let created = time::wire(founded);
    let mut value = json!({
        "InstanceId": instance.id,
        "InstanceName": instance.name,
        "HostName": instance.name,
        "Description": "",
        "RegionId": region,
        "ZoneId": format!("{region}-h"),
        "ClusterId": "",
        "Status": "Running",
        "StoppedMode": "Not-applicable",
        "ImageId": IMAGE,
        "OSName": "Alibaba Cloud Linux  3.2104 LTS 64 bit",
        "OSNameEn": "Alibaba Cloud Linux  3.2104 LTS 64 bit",
        "OSType": "linux",
        "InstanceType": TYPE,
        "InstanceTypeFamily": "ecs.g7",
        "Cpu": 2,
        "Memory": 8192,
        "GPUAmount": 0,
        "GPUSpec": "",
        "LocalStorageAmount": 0,
        "LocalStorageCapacity": 0,
        "SerialNumber": instance.id.trim_start_matches("i-"),
        "CreationTime": created,
        "StartTime": created,
        "ExpiredTime": "2099-12-31T15:59Z",
        "AutoReleaseTime": "",
        "ResourceGroupId": "",
        "DeletionProtection": false,
        "DeviceAvailable": true,
        "Recyclable": false,
        "IoOptimized": true,
        "EnableNVS": false,
        "OperationLocks": { "LockReason": [] },
        "Tags": { "Tag": render::tags(tags) },
    });
    extend(&mut value, network());
    extend(&mut value, charges());
    extend(&mut value, options());
    value
}

/// What an instance has of networks; nothing here uses any.
fn network() -> Value {
    let address = "192.168.0.10";
    json!({
        "InstanceNetworkType": "vpc",
        "VlanId": "",
        "ISP": "",
        "InnerIpAddress": { "IpAddress": [] },
        "PublicIpAddress": { "IpAddress": [] },
        "RdmaIpAddress": { "IpAddress": [] },
        "EipAddress": {
            "AllocationId": "",
            "Bandwidth": 0,
            "InternetChargeType": "",
            "IpAddress": "",
            "IsSupportUnassociate": false,
        },
        "VpcAttributes": {
            "VpcId": "vpc-goldcast",
            "VSwitchId": "vsw-goldcast",
            "NatIpAddress": "",
            "PrivateIpAddress": { "IpAddress": [address] },
        },
        "SecurityGroupIds": { "SecurityGroupId": ["sg-goldcast"] },
        "NetworkInterfaces": {
            "NetworkInterface": [{
                "NetworkInterfaceId": "eni-goldcast",
                "Type": "Primary",
                "MacAddress": "00:16:3e:00:00:01",
                "PrimaryIpAddress": address,
                "PrivateIpSets": {
                    "PrivateIpSet": [{ "Primary": true, "PrivateDnsName": "", "PrivateIpAddress": address }],
                },
                "Ipv6Sets": { "Ipv6Set": [] },
                "Ipv4PrefixSets": { "Ipv4PrefixSet": [] },
                "Ipv6PrefixSets": { "Ipv6PrefixSet": [] },
            }],
        },
        "PrivateDnsNameOptions": {
            "EnableInstanceIdDnsAAAARecord": false,
            "EnableInstanceIdDnsARecord": false,
            "EnableIpDnsARecord": false,
            "EnableIpDnsPtrRecord": false,
            "HostnameType": "Custom",
        },
    })
}

/// What an instance costs; nothing here costs anything.
fn charges() -> Value {
    json!({
        "InstanceChargeType": "PostPaid",
        "InternetChargeType": "PayByTraffic",
        "InternetMaxBandwidthIn": 0,
        "InternetMaxBandwidthOut": 0,
        "SaleCycle": "",
        "SpotStrategy": "NoSpot",
        "SpotDuration": 0,
        "SpotPriceLimit": 0.0,
        "SpotInterruptionBehavior": "Terminate",
        "CreditSpecification": "",
    })
}

/// What an instance can be set to.
fn options() -> Value {
    json!({
        "AdditionalInfo": { "EnableHighDensityMode": false, "ManagedHostId": "", "NodeSerialNumber": "" },
        "ClockOptions": { "PtpStatus": "disabled" },
        "CpuOptions": {
            "CoreCount": 1,
            "ThreadsPerCore": 2,
            "Numa": "",
            "TopologyType": "",
            "TurboMode": "",
            "NestedVirtualization": "",
            "EnableVISST": false,
            "EnableVRDT": false,
        },
        "DedicatedHostAttribute": { "DedicatedHostClusterId": "", "DedicatedHostId": "", "DedicatedHostName": "" },
        "DedicatedInstanceAttribute": { "Affinity": "", "Tenancy": "default" },
        "DeploymentSetGroupNo": 0,
        "DeploymentSetId": "",
        "EcsCapacityReservationAttr": { "CapacityReservationId": "", "CapacityReservationPreference": "" },
        "HibernationOptions": { "Configured": false },
        "HpcClusterId": "",
        "ImageOptions": { "CurrentOSNVMeSupported": true, "LoginAsNonRoot": false },
        "KeyPairName": "",
        "MetadataOptions": {
            "HttpEndpoint": "enabled",
            "HttpPutResponseHopLimit": 1,
            "HttpTokens": "optional",
            "InstanceMetadataTags": "disabled",
        },
        "SecurityOptions": { "EnableSecureBoot": false },
    })
}

/// A disk.
pub(super) fn disk(disk: &MachineDisk, region: &RegionId, tags: &Tags, founded: Timestamp) -> Value {
    let created = time::wire(founded);
    let attached = json!({ "InstanceId": disk.instance, "Device": disk.device, "AttachedTime": created });
    let mut value = json!({
        "DiskId": disk.id,
        "DiskName": "",
        "Description": "",
        "RegionId": region,
        "ZoneId": format!("{region}-h"),
        "Type": if disk.system { "system" } else { "data" },
        "Category": "cloud_essd",
        "PerformanceLevel": "PL1",
        "Size": disk.size_gib,
        "Status": "In_use",
        "InstanceId": disk.instance,
        "Device": disk.device,
        "Encrypted": disk.kms_key.is_some(),
        "KMSKeyId": disk.kms_key.as_deref().unwrap_or_default(),
        "ImageId": if disk.system { IMAGE } else { "" },
        "CreationTime": created,
        "AttachedTime": created,
        "DetachedTime": "",
        "ExpiredTime": "2099-12-31T15:59Z",
        "SerialNumber": disk.id.trim_start_matches("d-"),
        "ResourceGroupId": "",
        "Tags": { "Tag": render::tags(tags) },
        "Attachments": { "Attachment": [attached] },
        "MountInstances": { "MountInstance": [attached] },
        "MountInstanceNum": 1,
        "OperationLocks": { "OperationLock": [] },
    });
    extend(&mut value, disk_options(disk));
    value
}

/// What a disk can be set to; every disk here is alike.
fn disk_options(disk: &MachineDisk) -> Value {
    json!({
        "AutoSnapshotPolicyId": "",
        "BdfId": "",
        "BurstingEnabled": false,
        "DataSource": { "Id": "", "Type": "" },
        "DeleteAutoSnapshot": false,
        "DeleteWithInstance": disk.system,
        "DiskChargeType": "PostPaid",
        "EnableAutoSnapshot": true,
        "EnableAutomatedSnapshotPolicy": false,
        "IOPS": 3_800,
        "IOPSRead": 3_800,
        "IOPSWrite": 3_800,
        "MultiAttach": "Disabled",
        "Placement": { "ZoneIds": "" },
        "Portable": !disk.system,
        "ProductCode": "",
        "ProvisionedIops": 0,
        "SourceDiskId": "",
        "SourceSnapshotId": "",
        "StorageClusterId": "",
        "StorageSetId": "",
        "StorageSetPartitionNumber": 0,
        "Throughput": 140,
        "ThroughputRead": 140,
        "ThroughputWrite": 140,
    })
}

fn extend(value: &mut Value, more: Value) {
    if let (Value::Object(members), Value::Object(more)) = (value, more) {
        members.extend(more);
    }
}
