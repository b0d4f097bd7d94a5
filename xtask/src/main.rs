//! Chores of the project that cargo has no command for. Run as `cargo xtask <chore>`.

mod bench;
mod cloud;
mod figures;
mod planning;
mod process;
mod s_yaml;
mod yaml;

use std::process::ExitCode;

const HELP: &str = "\
Chores of the project.

Usage: cargo xtask <chore>

  bench [ROUNDS]   build every function alone, as it is shipped, and print its size, memory and start time beside a minimal
                   hyper server's (default 40 rounds; fails where a limit of docs/performance.md is not kept)
  bench plan       measure planning for 50 families, 20 regions and 2,000 accounts, as it is shipped (same)
  bench cloud      measure how many signed requests the simulated cloud answers, built for speed (same)
  s-yaml           print s.yaml for Serverless Devs, made from template.yml
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["bench"] => bench::run(bench::ROUNDS_DEFAULT),
        ["bench", "plan"] => planning::run(),
        ["bench", "cloud"] => cloud::run(),
        ["s-yaml"] => s_yaml::run(),
        ["bench", rounds] => rounds.parse().map_err(anyhow::Error::from).and_then(bench::run),
        _ => {
            print(HELP);
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            print(&format!("error: {error:#}\n"));
            ExitCode::FAILURE
        }
    }
}

/// The one place that prints: a chore's output is for the person or the log that started it.
fn print(text: &str) {
    use std::io::Write as _;
    let _ = std::io::stdout().write_all(text.as_bytes());
}
