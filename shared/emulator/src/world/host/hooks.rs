//! The two calls in the life of an instance that are not invocations: `POST /initialize` before the first one and
//! `GET /pre-stop` before the end
//! (<https://help.aliyun.com/zh/functioncompute/fc/user-guide/lifecycle-hooks-for-function-instances-in-a-custom-runtime>).

use std::time::Duration;

use http::StatusCode;

use super::instance::Instance;
use super::pool::NotReady;
use super::request::{self, Addressed};
use crate::world::deployed_function::{Function, Hook};

/// How often an initializer is asked again after a 400 or 404. The platform keeps asking; here it ends.
const ATTEMPTS: u32 = 3;

/// Initialises an instance. After a 500 or no answer it is no good; another one may be.
pub(super) async fn initialize(instance: &mut Instance, addressed: Addressed<'_>, hook: Hook) -> Result<(), NotReady> {
    let mut last = String::new();
    for _ in 0..ATTEMPTS {
        let request = addressed
            .initialize(instance)
            .map_err(|error| NotReady::Initialise(format!("building the request: {error}")))?;
        let answer = instance.exchange(request, within(hook)).await;
        match answer.map(|answer| answer.status()) {
            Ok(status) if status.is_success() => return Ok(()),
            Ok(status @ (StatusCode::BAD_REQUEST | StatusCode::NOT_FOUND)) => last = format!("it answered {status}"),
            Ok(status) => return Err(NotReady::Initialise(format!("it answered {status}"))),
            Err(error) => return Err(NotReady::Initialise(error.to_string())),
        }
    }
    Err(NotReady::Initialise(last))
}

/// Tells an instance that it ends. Whatever it answers, it does.
pub(super) async fn pre_stop(instance: &mut Instance, function: &Function, hook: Hook) {
    let Ok(request) = request::pre_stop(instance) else {
        return;
    };
    if let Err(error) = instance.exchange(request, within(hook)).await {
        tracing::warn!(function = function.name, %error, "a pre-stop hook failed");
    }
}

fn within(hook: Hook) -> Duration {
    Duration::from_secs(u64::from(hook.timeout_seconds))
}
