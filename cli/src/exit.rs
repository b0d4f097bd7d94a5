//! Exit codes that mean something, and the one way to tell an error.

use std::io::Write as _;
use std::process::ExitCode;

use crate::ink;

/// How a command ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// What was asked for came out.
    Done,
    /// It did not: a policy has mistakes, a story ended otherwise.
    Failed,
    /// Something that was needed could not be read or started; a wrong argument ends like this too.
    Unable,
    /// Something is left: to do, or to wait for.
    Pending,
    /// A rule says no: something is blocked, an account cannot launch an image.
    Forbidden,
    /// Facts that decide it could not be read.
    Unknown,
    /// A person or the system ended it before it was through: 128 and the number of SIGINT, as shells say it.
    Interrupted,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Done => Self::SUCCESS,
            Exit::Failed => Self::from(1),
            Exit::Unable => Self::from(2),
            Exit::Pending => Self::from(3),
            Exit::Forbidden => Self::from(4),
            Exit::Unknown => Self::from(5),
            Exit::Interrupted => Self::from(130),
        }
    }
}

/// Tells an error on standard error.
pub(crate) fn error(message: &str) {
    let _ = writeln!(anstream::stderr(), "{} {message}", ink::paint(ink::BAD, "error:"));
}
