//! The function `member-added`.

fn main() -> std::process::ExitCode {
    goldcast_functions::main("member-added")
}
