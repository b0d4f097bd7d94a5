//! The function `sweep`.

fn main() -> std::process::ExitCode {
    goldcast_functions::main("sweep")
}
