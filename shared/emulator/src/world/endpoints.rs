//! Where the simulated cloud listens, in the form that clients read. Not here: the listening itself.

use std::collections::BTreeMap;

use goldcast_domain::RegionId;
use serde::{Deserialize, Serialize};

use crate::cloud::{Endpoint, has_resource_sharing};

/// Products with a host per region, each also with `-vpc` behind its name.
const REGIONAL: [&str; 8] = [
    "ecs",
    "eventbridge",
    "eventbridge-console",
    "fcv3",
    "kms",
    "oos",
    "resourcesharing",
    "sts",
];
/// Hosts of the products that have one for all regions, those of the international site among them; each also with
/// `.vpc-proxy` behind its name.
const CENTRAL: [&str; 7] = [
    "quotas",
    "ram",
    "resourcedirectory",
    "resourcedirectory-intl",
    "resourcemanager",
    "ros",
    "sts",
];
/// Older hosts of ECS, which official SDKs still compute for this region.
const ECS_OF_HANGZHOU: [&str; 2] = ["ecs", "ecs-cn-hangzhou"];
const HANGZHOU: &str = "cn-hangzhou";
/// What the hosts of object storage begin with, behind the bucket if there is one.
const OBJECTS: &str = "oss-";

/// Addresses (`host:port`) of every product: what a client takes instead of the cloud's own host names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoints {
    /// Regional products by region.
    pub endpoints: BTreeMap<RegionId, RegionalEndpoints>,
    /// Products with one address for all regions.
    pub global: GlobalEndpoints,
}

/// Addresses of the regional products.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegionalEndpoints {
    /// Elastic Compute Service.
    pub ecs: String,
    /// Resource Sharing; not every region has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resourcesharing: Option<String>,
    /// Key Management Service.
    pub kms: String,
    /// Object Storage Service, with buckets in the path.
    pub oss: String,
    /// Operation Orchestration Service.
    pub oos: String,
    /// EventBridge.
    pub eventbridge: String,
    /// Function Compute.
    pub fc: String,
}

/// Addresses of the global products.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GlobalEndpoints {
    /// Resource Directory.
    pub resourcedirectory: String,
    /// Security Token Service.
    pub sts: String,
    /// Resource Access Management.
    pub ram: String,
    /// Quota Center.
    pub quotas: String,
    /// Resource Orchestration Service.
    pub ros: String,
}

impl Endpoints {
    pub(super) fn new(regions: BTreeMap<RegionId, String>, global: String) -> Self {
        let regional = |(region, address): (RegionId, String)| {
            let addresses = RegionalEndpoints {
                ecs: address.clone(),
                resourcesharing: has_resource_sharing(&region).then(|| address.clone()),
                kms: address.clone(),
                oss: address.clone(),
                oos: address.clone(),
                eventbridge: address.clone(),
                fc: address,
            };
            (region, addresses)
        };
        Self {
            endpoints: regions.into_iter().map(regional).collect(),
            global: GlobalEndpoints {
                resourcedirectory: global.clone(),
                sts: global.clone(),
                ram: global.clone(),
                quotas: global.clone(),
                ros: global,
            },
        }
    }

    /// Which endpoint `host` is: one of these addresses, or the cloud's own name for one of its products
    /// (`ecs.cn-hangzhou.aliyuncs.com`, `sts.aliyuncs.com`).
    pub fn find(&self, host: &str) -> Option<Endpoint> {
        let global = &self.global;
        if [&global.resourcedirectory, &global.sts, &global.ram, &global.quotas]
            .into_iter()
            .any(|address| address == host)
        {
            return Some(Endpoint::Global);
        }
        let by_address = self.endpoints.iter().find(|(_, regional)| {
            let addresses = [&regional.ecs, &regional.kms, &regional.oss, &regional.oos]
                .into_iter()
                .chain(&regional.resourcesharing);
            addresses.into_iter().any(|address| address == host)
        });
        if let Some((region, _)) = by_address {
            return Some(Endpoint::Region(region.clone()));
        }
        Self::named(host).filter(|endpoint| match endpoint {
            Endpoint::Region(region) => self.endpoints.contains_key(region),
            Endpoint::Global => true,
        })
    }

    /// Which endpoint one of the cloud's own host names is, with or without a port, whether or not it is simulated.
    pub(super) fn named(host: &str) -> Option<Endpoint> {
        let host = host.rsplit_once(':').map_or(host, |(name, _)| name);
        let name = host.strip_suffix(".aliyuncs.com")?;
        let central = name.strip_suffix(".vpc-proxy").unwrap_or(name);
        if CENTRAL.contains(&central) {
            return Some(Endpoint::Global);
        }
        let objects = name
            .split('.')
            .next_back()
            .and_then(|label| label.strip_prefix(OBJECTS));
        if let Some(region) = objects {
            let region = region.strip_suffix("-internal").unwrap_or(region);
            return region.parse().ok().map(Endpoint::Region);
        }
        let region = match name.split_once('.') {
            None if ECS_OF_HANGZHOU.contains(&name) => HANGZHOU,
            None => return None,
            Some((product, region)) => {
                let product = product.strip_suffix("-vpc").unwrap_or(product);
                REGIONAL.contains(&product).then_some(region)?
            }
        };
        region.parse().ok().map(Endpoint::Region)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoints() -> Endpoints {
        let home: RegionId = "cn-hangzhou".parse().unwrap();
        Endpoints::new(
            BTreeMap::from([(home, "127.0.0.1:1".to_owned())]),
            "127.0.0.1:2".to_owned(),
        )
    }

    #[test]
    fn the_form_is_the_one_that_clients_read() {
        assert_eq!(
            serde_json::to_string(&endpoints()).unwrap(),
            concat!(
                r#"{"endpoints":{"cn-hangzhou":{"ecs":"127.0.0.1:1","resourcesharing":"127.0.0.1:1","kms":"127.0.0.1:1","#,
                r#""oss":"127.0.0.1:1","oos":"127.0.0.1:1","eventbridge":"127.0.0.1:1","fc":"127.0.0.1:1"}},"#,
                r#""global":{"resourcedirectory":"127.0.0.1:2","sts":"127.0.0.1:2","ram":"127.0.0.1:2","quotas":"127.0.0.1:2","ros":"127.0.0.1:2"}}"#
            )
        );
    }

    #[test]
    fn a_region_without_resource_sharing_names_no_address_for_it() {
        let away: RegionId = "cn-nanjing".parse().unwrap();
        let endpoints = Endpoints::new(BTreeMap::from([(away, "127.0.0.1:3".to_owned())]), String::new());
        let text = serde_json::to_string(&endpoints).unwrap();
        assert!(!text.contains("resourcesharing"), "{text}");
        assert_eq!(serde_json::from_str::<Endpoints>(&text).unwrap(), endpoints);
    }

    #[test]
    fn an_endpoint_is_found_by_address_and_by_the_clouds_own_name() {
        let home = Some(Endpoint::Region("cn-hangzhou".parse().unwrap()));
        for (host, wanted) in [
            ("127.0.0.1:1", home.clone()),
            ("127.0.0.1:2", Some(Endpoint::Global)),
            ("127.0.0.1:3", None),
            ("ecs.cn-hangzhou.aliyuncs.com", home.clone()),
            ("resourcesharing.cn-hangzhou.aliyuncs.com", home.clone()),
            ("ecs-vpc.cn-hangzhou.aliyuncs.com", home.clone()),
            ("ecs-cn-hangzhou.aliyuncs.com:80", home.clone()),
            ("told.oss-cn-hangzhou.aliyuncs.com", home.clone()),
            ("oss-cn-hangzhou-internal.aliyuncs.com", home.clone()),
            ("oos.cn-hangzhou.aliyuncs.com", home.clone()),
            ("kms.cn-hangzhou.aliyuncs.com", home),
            ("ecs.cn-nowhere.aliyuncs.com", None),
            ("kms.aliyuncs.com", None),
            ("quotas.aliyuncs.com", Some(Endpoint::Global)),
            ("oss.cn-hangzhou.aliyuncs.com", None),
            ("ram.aliyuncs.com", Some(Endpoint::Global)),
            ("sts.aliyuncs.com", Some(Endpoint::Global)),
            ("resourcedirectory-intl.aliyuncs.com", Some(Endpoint::Global)),
            ("resourcedirectory.vpc-proxy.aliyuncs.com", Some(Endpoint::Global)),
            ("oss.aliyuncs.com", None),
        ] {
            assert_eq!(endpoints().find(host), wanted, "{host}");
        }
    }
}
