//! The function `image-created`.

fn main() -> std::process::ExitCode {
    goldcast_functions::main(&goldcast_functions::image_created::FUNCTION)
}
