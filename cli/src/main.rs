//! The `goldcast` command.

mod arguments;
mod exit;
mod policy;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    arguments::Arguments::parse().run()
}
