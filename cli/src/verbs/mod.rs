//! The verbs that work on a cloud: `plan`, `apply`, `status`, `explain`, `recall`, `cancel`, `policy push`; and
//! `notify`, which works on channels. One file each; they share the way to the cloud, the way to name an image, and one way
//! to tell a trouble.
//!
//! A verb decides nothing: the planner does. It looks or runs the engine once and shows what came of it.

/// What stands below the options of a verb, with what all of them read from the environment.
macro_rules! help {
    ($text:literal) => {
        concat!(
            $text,
            "\n\nKeys come from ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET and ALIBABA_CLOUD_SECURITY_TOKEN, \
             else from the profile that `aliyun configure` wrote. GOLDCAST_ENDPOINTS holds what --endpoints reads."
        )
    };
}

mod apply;
mod cancel;
mod connection;
mod deploy;
mod doctor;
mod explain;
mod notify;
mod package;
mod plan;
mod push;
mod recall;
mod recalling;
mod release;
mod report;
mod scope;
mod status;
mod teller;
mod trouble;
mod watching;

pub(crate) use apply::ApplyArguments;
pub(crate) use cancel::CancelArguments;
pub(crate) use deploy::DeployArguments;
pub(crate) use doctor::DoctorArguments;
pub(crate) use explain::ExplainArguments;
pub(crate) use notify::NotifyCommand;
pub(crate) use package::PackageArguments;
pub(crate) use plan::PlanArguments;
pub(crate) use push::PushArguments;
pub(crate) use recall::RecallArguments;
pub(crate) use status::StatusArguments;

use crate::exit::Exit;
use crate::runtime;
use trouble::Trouble;

/// Runs a verb to its end, and tells its trouble if it had one.
fn run(json: bool, verb: impl Future<Output = Result<Exit, Trouble>>) -> Exit {
    runtime::block_on(verb).unwrap_or_else(|trouble| trouble.tell(json))
}
