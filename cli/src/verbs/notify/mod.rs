//! `goldcast notify`: what people hear, before they hear it. One file per thing that can be done.

mod preview;
mod test;

use clap::Subcommand;

use crate::exit::Exit;

/// What can be done with messages.
#[derive(Debug, Subcommand)]
pub(crate) enum NotifyCommand {
    /// Show what every platform gets of a message, in any language; sends nothing
    Preview(preview::PreviewArguments),
    /// Send a harmless sample to every channel, and say what each made of it
    Test(test::TestArguments),
}

impl NotifyCommand {
    /// Carries it out.
    pub(crate) fn run(self) -> Exit {
        match self {
            Self::Preview(arguments) => arguments.run(),
            Self::Test(arguments) => arguments.run(),
        }
    }
}
