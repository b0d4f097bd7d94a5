//! Function Compute 3.0 (2023-03-30), as far as it tells what is deployed: functions, what wakes them, what becomes of what
//! they answer. Everything is kept as the API shows it. Not here: running functions, and calls that deploy them; a stack of
//! resources puts them here.

mod needs;
mod operations;
mod request;
mod stack;

use std::collections::BTreeMap;

use goldcast_domain::{AccountId, RegionId};
use serde_json::Value;

pub(crate) use needs::needs;
pub(crate) use operations::{Operation, operation};
pub(crate) use request::{PathCall, VERSION};
pub use stack::StackResource;
pub(crate) use stack::{Built, build};

/// Where a function is.
pub(crate) type Place = (AccountId, RegionId, String);

/// One function with everything that hangs on it, each part as the API shows it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Kept {
    pub(crate) function: Value,
    pub(crate) async_config: Option<Value>,
    pub(crate) concurrency: Option<Value>,
    /// By name.
    pub(crate) triggers: BTreeMap<String, Value>,
}

impl Kept {
    /// Changes what is shown of the function.
    pub(crate) fn set(&mut self, member: &str, to: &str) {
        if let Some(members) = self.function.as_object_mut() {
            members.insert(member.to_owned(), to.into());
        }
    }
}

/// All functions.
#[derive(Debug, Default)]
pub(crate) struct Functions(pub(crate) BTreeMap<Place, Kept>);

impl Functions {
    /// Forgets the functions of an account that is gone.
    pub(crate) fn forget(&mut self, account: &AccountId) {
        self.0.retain(|(owner, _, _), _| owner != account);
    }
}
