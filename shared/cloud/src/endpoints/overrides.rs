//! Hosts in place of the public ones: a simulated cloud's, or a private network's. Not here: what the public ones are.

use std::collections::BTreeMap;

use http::uri::Authority;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::EndpointError;
use crate::product::Product;

/// Which host answers for which product, by region and for global products.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Overrides {
    #[serde(default)]
    endpoints: BTreeMap<String, Hosts>,
    #[serde(default)]
    global: Hosts,
}

/// Hosts by the short name of their product; other names are ignored.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(try_from = "Map<String, Value>")]
struct Hosts(BTreeMap<String, String>);

impl TryFrom<Map<String, Value>> for Hosts {
    type Error = String;

    fn try_from(members: Map<String, Value>) -> Result<Self, String> {
        let known = |name: &str| Product::ALL.iter().any(|product| product.name() == name);
        let mut hosts = BTreeMap::new();
        for (name, value) in members.iter().filter(|(name, value)| known(name) && !value.is_null()) {
            let host = value.as_str().filter(|text| is_host(text));
            let host = host.ok_or_else(|| format!("{value} is not a host with an optional port"))?;
            hosts.insert(name.clone(), host.to_owned());
        }
        Ok(Self(hosts))
    }
}

/// A host name or address with an optional port, and nothing else.
fn is_host(text: &str) -> bool {
    let authority = text.parse::<Authority>();
    authority.is_ok_and(|authority| !authority.as_str().contains('@') && !authority.host().is_empty())
}

impl Overrides {
    /// The host of a product; what is not listed is an error.
    pub(super) fn host(&self, product: Product, region: Option<&str>) -> Result<&str, EndpointError> {
        let name = product.name();
        let central = self.global.0.get(name);
        let regional = region.and_then(|region| self.endpoints.get(region)?.0.get(name));
        let host = match product {
            Product::Quotas | Product::Ram | Product::ResourceDirectory | Product::Ros => central,
            Product::Sts => regional.or(central),
            Product::Ecs
            | Product::EventBridge
            | Product::Fc
            | Product::Kms
            | Product::Oos
            | Product::Oss
            | Product::ResourceSharing => regional,
        };
        host.map(String::as_str).ok_or_else(|| EndpointError::NotListed {
            product,
            place: region.unwrap_or("global").to_owned(),
        })
    }
}
