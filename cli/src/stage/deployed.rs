//! The functions in the simulated cloud: deployed from the templates that a company deploys from, with the parameters that
//! follow from its policy. Not here: what the templates say.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::Context as _;
use goldcast_domain::PolicyFile;
use goldcast_emulator::world::{Stacks, World};
use goldcast_functions::{REGION_EVENTS, TEMPLATE};
use goldcast_template::{Place, Template, Values, values_of};
use serde::Serialize;

use super::channels;

/// What opens the address of the status function. It is no secret: it opens nothing but this process.
const STATUS_TOKEN: &str = "simulated-0123456789abcdef0123456789";
/// The custom bus that the deployment finds, as its bootstrap makes it.
pub(super) const BUS: &str = "goldcast-regions";
/// The policy in the folder of the code.
pub(super) const POLICY: &str = "policy.json";
/// The name of the stack, and what begins the names of what it deploys.
const STACK: &str = "goldcast";
/// Bytes that the template takes for `Endpoints`.
const ENDPOINTS_BYTES_MAX: usize = 2048;

/// The name that a function is deployed under.
pub(crate) fn deployed_name(function: &str) -> String {
    format!("{STACK}-{function}")
}

/// Where the status function is asked, and with what.
#[derive(Debug, Serialize)]
pub(crate) struct StatusAddress {
    url: String,
    /// The bearer token.
    token: &'static str,
}

impl StatusAddress {
    /// The address in this world, in which everything is deployed.
    pub(super) fn of(world: &World) -> Option<Self> {
        let url = world.function_url(&deployed_name("status"))?;
        Some(Self {
            url,
            token: STATUS_TOKEN,
        })
    }
}

impl fmt::Display for StatusAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}  token {}", self.url, self.token)
    }
}

/// Deploys everything for a policy.
pub(super) async fn deploy(world: &mut World, policy: &PolicyFile) -> anyhow::Result<()> {
    let endpoints = serde_json::to_string(world.endpoints())?;
    let mut values = values_of(policy);
    let variables = serde_json::to_string(&channels::variables(policy, world))?;
    let mut set = |name: &str, value: &str| drop(values.insert(name.to_owned(), value.to_owned()));
    set("CodeBucket", "goldcast-packages");
    set("CodePrefix", "goldcast/simulated");
    set("SweepVariables", &variables);
    set("PrivateWebhooks", "true");
    set("StatusToken", STATUS_TOKEN);
    if endpoints.len() <= ENDPOINTS_BYTES_MAX {
        set("Endpoints", &endpoints);
    } else {
        // A policy with very many regions: the cloud itself needs no endpoints, so its limit says nothing about that.
        world.set_environment(BTreeMap::from([("GOLDCAST_ENDPOINTS".to_owned(), endpoints)]))?;
    }
    let stacks = stacks(policy, &values)?;
    let deployed = world.deploy(&stacks).await;
    deployed.context("the simulated cloud would not take what template.yml deploys under this policy")
}

fn stacks(policy: &PolicyFile, values: &Values) -> anyhow::Result<Stacks> {
    let place = Place {
        account: policy.owner.account.clone(),
        region: policy.owner.home_region.clone(),
        stack: STACK.to_owned(),
    };
    let home = Template::parse(TEMPLATE).context("template.yml")?;
    let forwarding = Template::parse(REGION_EVENTS).context("satellites/region-events.yml")?;
    let towards_home = Values::from([("HomeRegion".to_owned(), place.region.to_string())]);
    let regions = policy.all_regions().into_iter().cloned();
    let stacks = Stacks::resolve(&place, (&home, values), (&forwarding, &towards_home), regions);
    stacks.context("template.yml does not come out under this policy")
}
