//! What can be typed, and which module carries it out.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::policy;

/// Distributes golden images on Alibaba Cloud.
#[derive(Debug, Parser)]
#[command(name = "goldcast", version, propagate_version = true, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check a policy file, or print the schema that editors complete from
    #[command(subcommand)]
    Policy(policy::PolicyCommand),
}

impl Arguments {
    /// Carries out what was typed.
    pub(crate) fn run(self) -> ExitCode {
        match self.command {
            Command::Policy(command) => command.run().into(),
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
