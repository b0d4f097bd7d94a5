//! What can be typed, and which module carries it out.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::{demo, dev, function, policy, verbs};

/// Distributes golden images on Alibaba Cloud.
#[derive(Debug, Parser)]
#[command(name = "goldcast", version, propagate_version = true, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Say what goldcast would do now, what it waits for and what forbids going on; changes nothing
    Plan(verbs::PlanArguments),
    /// Do now what the plan says, as the sweep would
    Apply(verbs::ApplyArguments),
    /// Show every release, region by region: what people launch, what is on its way, what is leaving
    Status(verbs::StatusArguments),
    /// Say why an account can launch an image or by a family, or why it cannot
    Explain(verbs::ExplainArguments),
    /// Take a release back, in every region, now
    Recall(verbs::RecallArguments),
    /// Stop a release that nobody launches yet
    Cancel(verbs::CancelArguments),
    /// Look at a live set-up and say what is wrong with it, and what mends it; changes nothing
    Doctor(verbs::DoctorArguments),
    /// Look at what people hear: a sample of every message on every platform
    #[command(subcommand)]
    Notify(verbs::NotifyCommand),
    /// Build and pack what is deployed: a zip per function, the same bytes every time
    Package(verbs::PackageArguments),
    /// Bring it to the cloud: the stack, what it stands on, and the packages; or say what that would do and cost
    Deploy(verbs::DeployArguments),
    /// Watch a golden image travel: a story in a simulated cloud, told in half a minute
    Demo(demo::DemoArguments),
    /// Keep a simulated cloud with the functions in it running, for your own SDK to call
    Dev(dev::DevArguments),
    /// Check a policy file, push it to where the functions read it, or print the schema that editors complete from
    #[command(subcommand)]
    Policy(policy::PolicyCommand),
    /// Be one of the functions, as Function Compute runs it
    Function(function::FunctionArguments),
}

impl Arguments {
    /// Carries out what was typed.
    pub(crate) fn run(self) -> ExitCode {
        match self.command {
            Command::Plan(arguments) => arguments.run().into(),
            Command::Apply(arguments) => arguments.run().into(),
            Command::Status(arguments) => arguments.run().into(),
            Command::Explain(arguments) => arguments.run().into(),
            Command::Recall(arguments) => arguments.run().into(),
            Command::Cancel(arguments) => arguments.run().into(),
            Command::Doctor(arguments) => arguments.run().into(),
            Command::Notify(command) => command.run().into(),
            Command::Package(arguments) => arguments.run().into(),
            Command::Deploy(arguments) => arguments.run().into(),
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
