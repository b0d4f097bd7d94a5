//! Named kinds of bad weather: what goes wrong with calls, events and channels, all at once. Not here: how it goes wrong.
//! Every kind can be lived with, so that whatever ends badly under it is a mistake of the program that is tried.

use std::num::{NonZeroU32, NonZeroUsize};
use std::time::Duration;

use http::StatusCode;
use jiff::SignedDuration;

use super::bus::BusTricks;
use super::receivers::Misbehaviour;
use crate::cloud::{Fault, FaultRule};

/// What throttled calls are told to wait, in real time: short, because nobody learns from waiting.
const THROTTLED_FOR: Duration = Duration::from_millis(30);
/// How far reads lag behind writes.
const LAG: SignedDuration = SignedDuration::from_secs(90);
/// How much later late events come.
const LATE_BY: SignedDuration = SignedDuration::from_mins(3);
/// How often storms come. No divisor of an hour, so that things done by the clock do not always miss them.
const STORM_EVERY: SignedDuration = SignedDuration::from_mins(14);
/// How long a storm lasts.
const STORM_LASTS: SignedDuration = SignedDuration::from_mins(4);

/// A kind of bad weather.
#[derive(Debug, Clone)]
pub struct Chaos {
    /// Its name, for a command line.
    pub name: &'static str,
    /// What it does, in one line.
    pub says: &'static str,
    /// What goes wrong with calls.
    pub calls: Vec<FaultRule>,
    /// What the bus does to deliveries.
    pub bus: BusTricks,
    /// What every channel does.
    pub channels: Option<Misbehaviour>,
}

impl Chaos {
    /// All of them, the harmless one first.
    pub fn all() -> Vec<Self> {
        vec![
            Self::new("none", "nothing goes wrong"),
            Self {
                calls: rough(),
                ..Self::new(
                    "rough",
                    "a tenth of all calls is throttled, fails or breaks off, some after the work",
                )
            },
            Self {
                calls: vec![
                    FaultRule::new(throttled())
                        .at_rate(900)
                        .recurring(STORM_EVERY, STORM_LASTS),
                ],
                ..Self::new("storm", "for 4 of every 14 minutes nine of ten calls are throttled")
            },
            Self {
                calls: forgetful(),
                bus: BusTricks {
                    lose_every: NonZeroU32::new(3),
                    double_every: NonZeroU32::new(4),
                    late_every: NonZeroU32::new(5),
                    late_by: LATE_BY,
                    ..BusTricks::default()
                },
                ..Self::new(
                    "forgetful",
                    "reads lag, pages come short and in no order, events are lost, late or doubled",
                )
            },
            Self {
                calls: liar(),
                bus: BusTricks {
                    double_every: NonZeroU32::new(3),
                    forge_every: NonZeroU32::new(2),
                    ..BusTricks::default()
                },
                channels: NonZeroU32::new(2).map(|every| Misbehaviour::Flapping {
                    every,
                    status: StatusCode::INTERNAL_SERVER_ERROR,
                }),
                ..Self::new(
                    "liar",
                    "done writes are said to have failed, pages lack rows, events are forged",
                )
            },
            Self {
                bus: BusTricks {
                    lose_every: NonZeroU32::new(1),
                    ..BusTricks::default()
                },
                ..Self::new("deaf", "no event ever arrives: only timers wake the functions")
            },
        ]
    }

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::all().into_iter().find(|chaos| chaos.name == name)
    }

    fn new(name: &'static str, says: &'static str) -> Self {
        Self {
            name,
            says,
            calls: Vec::new(),
            bus: BusTricks::default(),
            channels: None,
        }
    }
}

fn throttled() -> Fault {
    Fault::Throttled {
        retry_after: Some(THROTTLED_FOR),
    }
}

fn rough() -> Vec<FaultRule> {
    let unavailable = Fault::Empty(StatusCode::SERVICE_UNAVAILABLE);
    vec![
        FaultRule::new(throttled()).at_rate(40),
        FaultRule::new(Fault::internal_error()).at_rate(15),
        FaultRule::new(Fault::BadGateway).at_rate(10),
        FaultRule::new(unavailable).at_rate(10),
        FaultRule::new(Fault::Reset).at_rate(15),
        FaultRule::new(Fault::Reset).writes().at_rate(15).after_the_work(),
        FaultRule::new(Fault::internal_error())
            .writes()
            .at_rate(10)
            .after_the_work(),
    ]
}

fn forgetful() -> Vec<FaultRule> {
    let pages = NonZeroUsize::new(3).map(|size| FaultRule::new(Fault::ShortPages(size)));
    [
        FaultRule::new(Fault::Stale(LAG)).at_rate(500),
        FaultRule::new(Fault::AnyOrder),
    ]
    .into_iter()
    .chain(pages)
    .collect()
}

fn liar() -> Vec<FaultRule> {
    vec![
        FaultRule::new(Fault::internal_error())
            .writes()
            .at_rate(150)
            .after_the_work(),
        FaultRule::new(Fault::Reset).writes().at_rate(100).after_the_work(),
        FaultRule::new(Fault::MissingRow).at_rate(100),
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_kind_is_found_by_its_name_and_says_what_it_does_in_one_line() {
        let all = Chaos::all();
        let names: BTreeSet<_> = all.iter().map(|chaos| chaos.name).collect();
        assert_eq!(names.len(), all.len());
        for chaos in all {
            assert_eq!(Chaos::named(chaos.name).map(|found| found.says), Some(chaos.says));
            assert!(chaos.says.chars().count() <= 80, "{}", chaos.says);
        }
        assert!(Chaos::named("sunshine").is_none());
    }

    #[test]
    fn nothing_goes_wrong_unless_it_is_asked_for() {
        let none = Chaos::named("none").unwrap();
        assert!(none.calls.is_empty() && none.bus == BusTricks::default() && none.channels.is_none());
    }
}
