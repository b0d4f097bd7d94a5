//! The regions that a policy may name. Not here: hosts; those are the client's.

use crate::RegionId;

/// Region ids of the official SDKs' endpoint tables
/// (<https://github.com/aliyun/aliyun-openapi-meta>, April 2026), in order.
pub const KNOWN: &[&str] = &[
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ap-southeast-8",
    "cn-beijing",
    "cn-beijing-finance-1",
    "cn-chengdu",
    "cn-fuzhou",
    "cn-guangzhou",
    "cn-hangzhou",
    "cn-hangzhou-finance",
    "cn-heyuan",
    "cn-heyuan-acdr-1",
    "cn-hongkong",
    "cn-huhehaote",
    "cn-nanjing",
    "cn-north-2-gov-1",
    "cn-qingdao",
    "cn-shanghai",
    "cn-shanghai-finance-1",
    "cn-shenzhen",
    "cn-shenzhen-finance-1",
    "cn-wuhan-lr",
    "cn-wulanchabu",
    "cn-zhangjiakou",
    "cn-zhengzhou-jva",
    "cn-zhongwei",
    "eu-central-1",
    "eu-west-1",
    "me-central-1",
    "me-east-1",
    "na-south-1",
    "us-east-1",
    "us-southeast-1",
    "us-west-1",
];

/// Regions without an endpoint of Resource Sharing in the same tables: images are shared by grant there.
const WITHOUT_SHARING: &[&str] = &[
    "ap-south-1",
    "ap-southeast-2",
    "ap-southeast-8",
    "cn-beijing-finance-1",
    "cn-fuzhou",
    "cn-hangzhou-finance",
    "cn-nanjing",
    "cn-north-2-gov-1",
    "cn-shanghai-finance-1",
    "cn-shenzhen-finance-1",
    "cn-zhengzhou-jva",
    "cn-zhongwei",
    "me-east-1",
    "na-south-1",
    "us-southeast-1",
];

/// Whether Resource Sharing has an endpoint in this region.
pub fn has_resource_sharing(region: &RegionId) -> bool {
    WITHOUT_SHARING.binary_search(&region.as_str()).is_err()
}

/// Whether this region is one that the SDKs know.
pub fn is_known(region: &RegionId) -> bool {
    KNOWN.binary_search(&region.as_str()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_and_every_entry_is_a_region_id() {
        assert!(KNOWN.is_sorted() && WITHOUT_SHARING.is_sorted());
        assert_eq!(
            KNOWN.len() - WITHOUT_SHARING.len(),
            26,
            "as many as the endpoint tables name"
        );
        for id in KNOWN {
            assert!(is_known(&id.parse().unwrap()), "{id}");
        }
        assert!(!is_known(&"cn-atlantis".parse().unwrap()));
    }
}
