//! The function `member-added`.

fn main() -> std::process::ExitCode {
    goldcast_functions::main(&goldcast_functions::member_added::FUNCTION)
}
