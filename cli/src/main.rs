//! The `goldcast` command.

mod arguments;
mod demo;
mod dev;
mod exit;
mod function;
mod ink;
mod policy;
mod stage;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    arguments::Arguments::parse().run()
}
