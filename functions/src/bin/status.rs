//! The function `status`.

fn main() -> std::process::ExitCode {
    goldcast_functions::main(&goldcast_functions::status::FUNCTION)
}
