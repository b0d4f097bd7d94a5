//! The simulated Alibaba Cloud: nobody here can call the real one, so this is the ground the project stands on.
//!
//! [`cloud::Cloud`] is a deterministic state machine without I/O: it takes signed requests and the moment they arrive,
//! and gives answers and events. It reads no clock, opens no socket and draws its randomness from one seed.
//! [`world::World`] puts time, sockets, functions as processes and chat tools around it.
//!
//! ```
//! use goldcast_emulator::cloud::{Cloud, Organisation, Setup};
//!
//! let organisation = Organisation::standard(
//!     "1234567890123456".parse()?,
//!     "1000000000000001".parse()?,
//!     "cn-hangzhou".parse()?,
//! );
//! let cloud = Cloud::new(Setup::with_seed(7), &organisation);
//! assert_eq!(cloud.members().count(), 14);
//! # Ok::<(), goldcast_domain::IdError>(())
//! ```

pub mod cloud;
pub mod planted;
pub mod world;
