//! The function `copy-completed`.

fn main() -> std::process::ExitCode {
    goldcast_functions::main(&goldcast_functions::copy_completed::FUNCTION)
}
