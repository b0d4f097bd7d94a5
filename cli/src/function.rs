//! `goldcast function`: this program as one of the functions. Not here: what a function does.

use std::process::ExitCode;

use clap::Args;
use goldcast_functions::{FUNCTIONS, Function};

use crate::exit::{self, Exit};

/// Which function to be.
#[derive(Debug, Args)]
#[command(after_help = after_help())]
pub(crate) struct FunctionArguments {
    /// The function's name
    name: String,
}

impl FunctionArguments {
    /// Serves invocations until the platform ends the process.
    pub(crate) fn run(self) -> ExitCode {
        if let Some(function) = Function::by_name(&self.name) {
            return goldcast_functions::main(function);
        }
        let known = names().join(", ");
        exit::error(&format!("there is no function {:?}; there are {known}", self.name));
        Exit::Unable.into()
    }
}

fn names() -> Vec<&'static str> {
    FUNCTIONS.iter().map(|function| function.name).collect()
}

fn after_help() -> String {
    let functions: Vec<String> = FUNCTIONS
        .iter()
        .map(|function| format!("  {}\n      {}", function.name, function.summary))
        .collect();
    format!(
        "Functions:\n{}\n\n\
         It reads the environment that the platform gives it. GOLDCAST_POLICY is the path of the policy, as `goldcast \
         policy check --json` prints it.\n\n\
         Example:\n  GOLDCAST_POLICY=policy.json FC_SERVER_PORT=9000 goldcast function sweep\n\n\
         Exit codes:\n  0   ended when it was told to\n  2   there is no such function\n  \
         64  the environment is wrong\n  71  the system refuses the port",
        functions.join("\n")
    )
}
