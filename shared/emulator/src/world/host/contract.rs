//! What an instance is told at its start: its environment, after
//! <https://help.aliyun.com/zh/functioncompute/fc/user-guide/environment-variables>. Not here: what comes with every request
//! (see `request`).

use std::collections::BTreeMap;

use goldcast_domain::{AccountId, RegionId};
use secrecy::ExposeSecret as _;

use crate::cloud::TemporaryKey;
use crate::world::deployed_function::{Function, Runtime};
use crate::world::deployment::Logs;

/// Version of every function: the platform's name for the latest code.
pub(super) const VERSION: &str = "LATEST";

/// Where functions run and for whom, and the regions that are looked at.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) account: AccountId,
    pub(crate) region: RegionId,
    pub(crate) regions: Vec<RegionId>,
    /// Where functions log.
    pub(crate) logs: Option<Logs>,
}

impl Place {
    pub(crate) fn arn(&self, function: &str) -> String {
        format!("acs:fc:{}:{}:functions/{function}", self.region, self.account)
    }
}

/// The whole environment of an instance: the function's `variables` and what the platform adds.
pub(super) fn environment(
    place: &Place,
    function: &Function,
    instance: &str,
    port: u16,
    key: Option<&TemporaryKey>,
    mut variables: BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    let version = match function.runtime {
        Runtime::Debian10 => "FC_VER_ID",
        Runtime::Debian11 => "FC_FUNCTION_VERSION",
    };
    let mut set = |name: &str, value: String| variables.insert(name.to_owned(), value);
    set("FC_FUNC_CODE_PATH", "/code".to_owned());
    set("FC_ACCOUNT_ID", place.account.to_string());
    set("FC_REGION", place.region.to_string());
    set("FC_FUNCTION_NAME", function.name.clone());
    set("FC_FUNCTION_HANDLER", "index.handler".to_owned());
    set("FC_FUNCTION_MEMORY_SIZE", function.memory_mb.to_string());
    set("FC_INSTANCE_ID", instance.to_owned());
    set("FC_CUSTOM_LISTEN_PORT", port.to_string());
    set(version, VERSION.to_owned());
    if let Some(key) = key {
        set("ALIBABA_CLOUD_ACCESS_KEY_ID", key.id.clone());
        set("ALIBABA_CLOUD_ACCESS_KEY_SECRET", key.secret.expose_secret().to_owned());
        set("ALIBABA_CLOUD_SECURITY_TOKEN", key.token.expose_secret().to_owned());
    }
    variables
}
