//! What stands before every product: which API is called, by whom, and whether that may be believed.
//! Not here: what the products do.

mod authentication;
mod identity;
mod incoming;
mod keys;
mod nonces;
mod objects;
mod products;

pub(crate) use authentication::{Gateway, check_ahead};
pub(crate) use identity::{Caller, Identity};
pub(crate) use incoming::Incoming;
pub use keys::TemporaryKey;
pub(crate) use keys::{Ask, Keys, role_id};
pub(crate) use products::{Api, Product};
