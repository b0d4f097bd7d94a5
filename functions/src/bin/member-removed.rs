//! The function `member-removed`.

fn main() -> std::process::ExitCode {
    goldcast_functions::main("member-removed")
}
