//! The `goldcast` command.

mod arguments;
mod demo;
mod dev;
mod exit;
mod function;
mod grid;
mod ink;
mod policy;
mod runtime;
mod stage;
mod verbs;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    arguments::Arguments::parse().run()
}
