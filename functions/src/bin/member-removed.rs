//! The function `member-removed`.

fn main() -> std::process::ExitCode {
    goldcast_functions::main(&goldcast_functions::member_removed::FUNCTION)
}
