//! Policies of RAM: documents, what they say about an action on a resource, and who has which. Not here: which
//! permissions a call needs (each product's `needs`), and refusing it (`authorise`).

mod condition;
mod decision;
mod document;
mod operations;
mod store;
mod system;
mod wildcard;

pub use decision::{Decision, PolicyQuestion};
pub(crate) use decision::{Reading, decide};
pub use document::{MalformedPolicy, PolicyDocument};
pub(crate) use operations::operation;
pub use store::Attached;
pub(crate) use store::{Holder, HolderKind, Policies};
pub use wildcard::wildcards_fit;
