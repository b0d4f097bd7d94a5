//! The function `sweep`.

fn main() -> std::process::ExitCode {
    goldcast_functions::main(&goldcast_functions::sweep::FUNCTION)
}
