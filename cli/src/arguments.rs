//! What can be typed, and which module carries it out.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::{demo, dev, function, policy};

/// Distributes golden images on Alibaba Cloud.
#[derive(Debug, Parser)]
#[command(name = "goldcast", version, propagate_version = true, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Watch a golden image travel: a story in a simulated cloud, told in half a minute
    Demo(demo::DemoArguments),
    /// Keep a simulated cloud with the functions in it running, for your own SDK to call
    Dev(dev::DevArguments),
    /// Check a policy file, or print the schema that editors complete from
    #[command(subcommand)]
    Policy(policy::PolicyCommand),
    /// Be one of the functions, as Function Compute runs it
    Function(function::FunctionArguments),
}

impl Arguments {
    /// Carries out what was typed.
    pub(crate) fn run(self) -> ExitCode {
        match self.command {
            Command::Demo(arguments) => arguments.run().into(),
            Command::Dev(arguments) => arguments.run().into(),
            Command::Policy(command) => command.run().into(),
            Command::Function(arguments) => arguments.run(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        <Arguments as clap::CommandFactory>::command().debug_assert();
    }
}
