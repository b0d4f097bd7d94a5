//! What `goldcast demo` and `goldcast dev` share: a simulated cloud under a policy, with the functions as processes and
//! a receiver for every channel. Not here: what happens on it.

mod channels;
mod children;
mod deployed;
mod golden;
mod interrupt;
mod people;
mod source;
mod strangers;
mod weather;

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;
use goldcast_domain::{AccountId, ChannelName, PolicyFile};
use goldcast_emulator::cloud::{Attached, Bucket, Cloud, Organisation, Role, Setup, Trust};
use goldcast_emulator::world::{Chaos, Launch, Pace, Platform, Program, World, WorldSetup};
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;

pub(crate) use channels::Address;
pub(crate) use deployed::{StatusAddress, deployed_name};
pub(crate) use golden::Golden;
pub(crate) use interrupt::Interrupt;
pub(crate) use people::{People, key_of};
pub(crate) use source::PolicySource;
pub(crate) use weather::{Struck, table as chaos_table};

use crate::exit::{self, Exit};

/// The management account of a policy that names no directory role.
const MANAGEMENT_DEFAULT: &str = "1000000000000001";
/// Longest session of the role that reads the directory.
const READER_SESSION: SignedDuration = SignedDuration::from_hours(1);
/// How long the functions may take to end before the command ends without waiting for them.
const SHUTDOWN_MAX: Duration = Duration::from_secs(10);

/// What both commands can be told about their world.
#[derive(Debug, Args)]
pub(crate) struct StageArguments {
    /// The policy file [default: goldcast.toml here, else the built-in example]
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// What all ids and delays of the simulated cloud follow from
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// What goes wrong in it, see below
    #[arg(long, value_name = "KIND", default_value = "none", hide_default_value = true, value_parser = weather::chaos)]
    chaos: Chaos,
}

/// A running world and what belongs to it. Dropping it ends its processes and deletes its files.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) world: World,
    pub(crate) policy: PolicyFile,
    /// The policy file that people can read: an absolute path.
    pub(crate) policy_path: PathBuf,
    pub(crate) organisation: Organisation,
    /// What the policy names and the simulated directory does not know, as sentences.
    pub(crate) strangers: Vec<String>,
    scratch: TempDir,
}

/// Members that the simulated directory takes: the quota as raised for an organisation that is played with, not the
/// default of twenty, which the standard organisation nearly fills.
const MEMBERS_MAX: usize = 500;

impl Stage {
    /// Opens a world of which the functions can be invoked and whose sockets are open.
    pub(crate) async fn open(
        arguments: &StageArguments,
        struck: Struck,
        start: Timestamp,
        speed: NonZeroU32,
    ) -> Result<Self, Unopened> {
        let source = PolicySource::find(arguments.policy.as_deref()).map_err(Unopened::Policy)?;
        let stage = Self::of(source, arguments, struck, start, Pace::Speed(speed)).await?;
        Ok(stage)
    }

    async fn of(
        source: PolicySource,
        arguments: &StageArguments,
        struck: Struck,
        start: Timestamp,
        pace: Pace,
    ) -> anyhow::Result<Self> {
        let StageArguments { seed, chaos, .. } = arguments;
        let scratch = tempfile::Builder::new()
            .prefix("goldcast-")
            .tempdir()
            .context("a scratch folder could not be made")?;
        let (policy, policy_path) = source.settle(scratch.path())?;
        let mut organisation = organisation(&policy)?;
        organisation.visible_regions = Some(policy.all_regions().into_iter().cloned().collect());
        let mut setup = Setup::with_seed(*seed);
        setup.switches.members_per_directory = MEMBERS_MAX;
        setup.flow_clock = struck.flow_clock();
        let cloud = Cloud::new(setup, &organisation);
        let (owner, home) = (organisation.owner.clone(), organisation.home.clone());
        let setup = WorldSetup {
            seed: *seed,
            bus: chaos.bus,
            regions: policy.all_regions().into_iter().cloned().collect(),
            pace,
            platform: Platform::with_bus(deployed::BUS),
            launch: this_program()?.unpacked_in(scratch.path().display().to_string()),
            receivers: channels::receivers(&policy),
            ..WorldSetup::new(cloud, owner, home, start)
        };
        let mut world = World::open(setup)
            .await
            .context("the simulated cloud could not be opened")?;
        weather::unleash(chaos, struck, policy.channels.keys().map(ChannelName::as_str), &world);
        let carried = scratch.path().join(deployed::POLICY);
        std::fs::write(&carried, serde_json::to_string(&policy)?)
            .with_context(|| format!("{} could not be written", carried.display()))?;
        deployed::deploy(&mut world, &policy).await?;
        Ok(Self {
            strangers: strangers::strangers(&policy, &organisation),
            world,
            policy,
            policy_path,
            organisation,
            scratch,
        })
    }

    /// Where each channel's receiver is.
    pub(crate) fn addresses(&self) -> BTreeMap<String, Address> {
        channels::addresses(&self.policy, &self.world)
    }

    /// Where the status function is asked.
    pub(crate) fn status_address(&self) -> Option<StatusAddress> {
        StatusAddress::of(&self.world)
    }

    /// Writes a file that lives as long as the world, for whoever calls it.
    pub(crate) fn leave(&self, name: &str, text: &str) -> anyhow::Result<PathBuf> {
        let path = self.scratch.path().join(name);
        std::fs::write(&path, text).with_context(|| format!("{} could not be written", path.display()))?;
        Ok(path)
    }

    /// Ends the functions and deletes the files.
    pub(crate) async fn close(self) {
        let Self {
            world,
            scratch: _scratch,
            ..
        } = self;
        // Functions that are not gone by then are killed as the world is dropped.
        let _ended = tokio::time::timeout(SHUTDOWN_MAX, world.shutdown()).await;
        children::gone(SHUTDOWN_MAX).await;
    }
}

/// Why there is no stage.
#[derive(Debug)]
pub(crate) enum Unopened {
    /// The policy could not be read.
    Policy(crate::policy::Unread),
    /// Something else that is needed.
    Other(anyhow::Error),
}

impl From<anyhow::Error> for Unopened {
    fn from(error: anyhow::Error) -> Self {
        Self::Other(error)
    }
}

impl Unopened {
    /// Tells a person, on standard error.
    pub(crate) fn tell(&self) -> Exit {
        match self {
            Self::Policy(unread) => unread.tell(),
            Self::Other(error) => {
                exit::error(&format!("{error:#}"));
                Exit::Unable
            }
        }
    }
}

/// Reads `--speed`.
pub(crate) fn speed(text: &str) -> Result<NonZeroU32, String> {
    /// A day per second, and a little more.
    const SPEED_MAX: u32 = 100_000;
    let expected = || format!("expected simulated seconds per real second, from 1 to {SPEED_MAX}");
    let speed: NonZeroU32 = text.parse().map_err(|_| expected())?;
    if speed.get() <= SPEED_MAX {
        Ok(speed)
    } else {
        Err(expected())
    }
}

/// Whether an operation only reads, by its name.
pub(crate) fn is_read(action: &str) -> bool {
    const READS: [&str; 4] = ["Assume", "Describe", "Get", "List"];
    READS.iter().any(|verb| action.starts_with(verb))
}

/// The standard organisation around the policy's owner, with the role that the policy reads the directory by.
fn organisation(policy: &PolicyFile) -> anyhow::Result<Organisation> {
    let reader = policy.owner.directory.as_ref().map(|directory| &directory.role);
    let management: AccountId = reader.map_or(MANAGEMENT_DEFAULT, |role| role.account()).parse()?;
    let owner = policy.owner.account.clone();
    let mut organisation = Organisation::standard(owner.clone(), management, policy.owner.home_region.clone());
    if let Some(told) = &policy.told {
        organisation.buckets = vec![Bucket {
            name: told.bucket.to_string(),
            account: owner.clone(),
            region: policy.region_of_told().clone(),
        }];
    }
    if let Some(arn) = reader
        && organisation.roles.iter().all(|role| role.arn() != arn.as_str())
    {
        organisation.roles.push(Role {
            account: organisation.management.clone(),
            name: arn.as_str().rsplit('/').next().unwrap_or_default().to_owned(),
            trust: Trust::Account(owner),
            max_session: READER_SESSION,
            policies: vec![Attached::System(Role::DIRECTORY_READER_POLICY.to_owned())],
        });
    }
    Ok(organisation)
}

/// This very program, as each of the functions.
fn this_program() -> anyhow::Result<Launch> {
    let path = std::env::current_exe().context("this program could not find itself, to start the functions")?;
    Ok(Launch::new(move |code| Program {
        path: path.clone(),
        arguments: vec!["function".into(), code.into()],
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_speed_is_a_whole_number_within_reason() {
        assert_eq!(speed("120").unwrap().get(), 120);
        for wrong in ["0", "-1", "1.5", "fast", "100001", ""] {
            assert!(speed(wrong).unwrap_err().contains("from 1 to 100000"), "{wrong}");
        }
    }

    #[test]
    fn a_role_of_another_name_exists_too() {
        let text = include_str!("../../../goldcast.toml").replace("goldcast-directory-reader", "reader");
        let policy = goldcast_domain::policy::authoring::read(&text).unwrap();
        let organisation = organisation(&policy).unwrap();
        assert!(
            organisation
                .roles
                .iter()
                .any(|role| role.arn() == "acs:ram::1000000000000001:role/reader")
        );
    }
}
