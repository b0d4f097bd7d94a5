//! What is true that people should know. State, not activity: whoever announces compares it with what was told before.

mod departed;
mod recalled;
mod released;
mod started;

pub use departed::{Departed, departures};
pub use recalled::{RecallNews, recalls};
pub use released::{News, RegionImage, news};
pub use started::{Progress, RegionProgress, StartNews, starts};
