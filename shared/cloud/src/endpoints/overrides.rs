//! Hosts in place of the public ones: a simulated cloud's, or a private network's. Not here: what the public ones are.

use std::collections::BTreeMap;

use http::uri::Authority;
use serde::Deserialize;

use super::EndpointError;
use crate::product::Product;

/// Which host answers for which product, by region and for global products.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Overrides {
    #[serde(default)]
    endpoints: BTreeMap<String, Regional>,
    #[serde(default)]
    global: Global,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
struct Regional {
    ecs: Option<Host>,
    kms: Option<Host>,
    oos: Option<Host>,
    oss: Option<Host>,
    resourcesharing: Option<Host>,
    sts: Option<Host>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
struct Global {
    quotas: Option<Host>,
    ram: Option<Host>,
    resourcedirectory: Option<Host>,
    sts: Option<Host>,
}

/// A host name or address with an optional port, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
struct Host(String);

impl TryFrom<String> for Host {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.parse::<Authority>() {
            Ok(authority) if !authority.as_str().contains('@') && !authority.host().is_empty() => Ok(Self(text)),
            Ok(_) | Err(_) => Err(format!("{text:?} is not a host with an optional port")),
        }
    }
}

impl Overrides {
    /// The host of a product; what is not listed is an error.
    pub(super) fn host(&self, product: Product, region: Option<&str>) -> Result<&str, EndpointError> {
        let regional = region.and_then(|region| self.endpoints.get(region));
        let of_region = |pick: fn(&Regional) -> &Option<Host>| regional.and_then(|hosts| pick(hosts).as_ref());
        let host = match product {
            Product::Ecs => of_region(|hosts| &hosts.ecs),
            Product::Kms => of_region(|hosts| &hosts.kms),
            Product::Oos => of_region(|hosts| &hosts.oos),
            Product::Oss => of_region(|hosts| &hosts.oss),
            Product::ResourceSharing => of_region(|hosts| &hosts.resourcesharing),
            Product::Sts => of_region(|hosts| &hosts.sts).or(self.global.sts.as_ref()),
            Product::Quotas => self.global.quotas.as_ref(),
            Product::Ram => self.global.ram.as_ref(),
            Product::ResourceDirectory => self.global.resourcedirectory.as_ref(),
        };
        let place = || region.unwrap_or("global").to_owned();
        host.map(|host| host.0.as_str())
            .ok_or_else(|| EndpointError::NotListed {
                product,
                place: place(),
            })
    }
}
