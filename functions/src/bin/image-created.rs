//! The function `image-created`.

fn main() -> std::process::ExitCode {
    goldcast_functions::main("image-created")
}
