//! What a world is made of. Not here: what happens in it.

use goldcast_domain::{AccountId, RegionId};
use jiff::Timestamp;

use super::bus::BusTricks;
use super::clock::{Pace, WallClock};
use super::deployment::Deployment;
use super::driver::Overlap;
use super::host::{HostSettings, Launch};
use super::receivers::ReceiverSetup;
use super::stack::Platform;
use crate::cloud::{Cloud, Span};

/// What a world is made of.
#[derive(Debug)]
pub struct WorldSetup {
    /// The simulated cloud.
    pub cloud: Cloud,
    /// Seed of the ids that the platform gives out.
    pub seed: u64,
    /// The account that the functions run in and whose buses they listen on.
    pub owner: AccountId,
    /// The region that the functions run in.
    pub home: RegionId,
    /// Regions that get an address, the home region among them.
    pub regions: Vec<RegionId>,
    /// Simulated time at the start.
    pub start: Timestamp,
    /// How fast simulated time passes.
    pub pace: Pace,
    /// What dates of signatures are judged by.
    pub wall: WallClock,
    /// Whether the invocations of one moment run side by side.
    pub overlap: Overlap,
    /// What the bus does to deliveries.
    pub bus: BusTricks,
    /// From an event on another region's bus to the custom bus at home. Nothing is published about it.
    pub forwarding_delay: Span,
    /// What was set up by hand before anything is deployed from templates, and how the platform reads them.
    pub platform: Platform,
    /// The functions and their triggers, where they are not deployed from templates.
    pub deployment: Deployment,
    /// The programs behind the functions.
    pub launch: Launch,
    /// How instances are run.
    pub host: HostSettings,
    /// Channels that people are told on.
    pub receivers: Vec<ReceiverSetup>,
    /// First of the ports in a row to listen on; `None` lets the OS choose.
    pub base_port: Option<u16>,
}

impl WorldSetup {
    /// A world around `cloud` with nothing deployed, unpaced, at `start`.
    pub fn new(cloud: Cloud, owner: AccountId, home: RegionId, start: Timestamp) -> Self {
        Self {
            cloud,
            seed: 0,
            owner,
            regions: vec![home.clone()],
            home,
            start,
            pace: Pace::Unpaced,
            wall: WallClock::default(),
            overlap: Overlap::default(),
            bus: BusTricks::default(),
            forwarding_delay: Span::seconds(1, 5),
            platform: Platform::default(),
            deployment: Deployment::default(),
            launch: Launch::from_folder("."),
            host: HostSettings::default(),
            receivers: Vec::new(),
            base_port: None,
        }
    }
}
