//! What goes wrong in the world on demand, as `--chaos` names it. Not here: how; the emulator has the table.

use std::fmt::Write as _;

use goldcast_emulator::cloud::FlowClock;
use goldcast_emulator::world::{Chaos, World};

/// Reads `--chaos`.
pub(super) fn chaos(name: &str) -> Result<Chaos, String> {
    Chaos::named(name).ok_or_else(|| {
        let names: Vec<&str> = Chaos::all().iter().map(|chaos| chaos.name).collect();
        format!("expected one of {}", names.join(", "))
    })
}

/// The table of all kinds, for the help.
pub(crate) fn table() -> String {
    let mut text = "Kinds of --chaos; everything still ends well under each of them:\n".to_owned();
    for chaos in Chaos::all() {
        // Writing into a String cannot fail.
        let _ = writeln!(text, "  {:<10} {}", chaos.name, chaos.says);
    }
    text
}

/// Whose calls go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Struck {
    /// Everyone's, those from outside too.
    Everyone,
    /// Those of the functions: the people of a story have no second try in it.
    Functions,
}

impl Struck {
    /// Whoever calls from outside can pace itself only by its own clock; a story has to repeat exactly.
    pub(super) fn flow_clock(self) -> FlowClock {
        match self {
            Self::Everyone => FlowClock::Callers,
            Self::Functions => FlowClock::Simulated,
        }
    }
}

/// Lets it go wrong. Calls and channels begin at once; the bus has its tricks from the start.
pub(super) fn unleash<'a>(chaos: &Chaos, struck: Struck, channels: impl Iterator<Item = &'a str>, world: &World) {
    let rules = chaos.calls.iter().cloned().map(|rule| match struck {
        Struck::Everyone => rule,
        Struck::Functions => rule.by_roles(),
    });
    world.with_cloud(|cloud, _| cloud.faults_mut().extend(rules));
    for channel in channels {
        world.misbehave(channel, chaos.channels.clone());
    }
}
