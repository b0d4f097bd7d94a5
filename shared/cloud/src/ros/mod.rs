//! Resource Orchestration Service: stacks, made from templates. Not here: what a template holds.
//! <https://www.alibabacloud.com/help/en/ros/developer-reference/api-ros-2019-09-10-overview>
//!
//! One host serves all regions and is told the region in each call. Templates are larger than an address may be, so calls
//! that carry one are sent as forms: [`Client::send_form`].

mod change;
mod estimate;
mod form;
mod preview;
mod stack;

pub use change::{CreateStack, StackChanged, StackParameter, TemplateSource, UpdateStack};
pub use estimate::{EstimatedCost, GetTemplateEstimateCost, TemplateCosts};
pub use preview::{Preview, PreviewAnswer, PreviewStack, PreviewedResource};
pub use stack::{
    GetStack, ListStackEvents, ListStackResources, ListStacks, StackDescription, StackEvent, StackEvents, StackList,
    StackOutput, StackResource, StackResources,
};

#[cfg(doc)]
use crate::Client;
use crate::rpc::{Effect, Rpc};

/// What is said where there is no such stack.
pub const NO_STACK: &str = "StackNotFound";
/// What is said, with other things, where an update would change nothing; its message begins with [`SAME_STACK`].
pub const NOT_SUPPORTED: &str = "NotSupported";
/// How the message begins that says that an update would change nothing. Tools of the vendor go by it
/// (<https://github.com/devsapp/ros>).
pub const SAME_STACK: &str = "Update the completely same stack";
/// Largest template that the service takes, in bytes.
pub const TEMPLATE_BYTES_MAX: usize = 524_288;

/// A call to the one host of the service, about a region.
fn call(action: &'static str, effect: Effect, region: &str) -> Rpc {
    Rpc::new(crate::Product::Ros, action, effect).param("RegionId", region)
}
