//! The function `copy-completed`.

fn main() -> std::process::ExitCode {
    goldcast_functions::main("copy-completed")
}
