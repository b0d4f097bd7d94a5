//! How a function's program is found. Not here: starting and stopping it.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

/// A program with its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// Path of the executable; it is not looked for elsewhere.
    pub path: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
}

/// From the name of a function to the program that is its code.
#[derive(Clone)]
pub struct Launch(Arc<dyn Fn(&str) -> Program + Send + Sync>);

impl Launch {
    /// A program chosen by the caller.
    pub fn new(program: impl Fn(&str) -> Program + Send + Sync + 'static) -> Self {
        Self(Arc::new(program))
    }

    /// Programs named as their functions, in one folder.
    pub fn from_folder(folder: impl Into<PathBuf>) -> Self {
        let folder = folder.into();
        Self::new(move |function| Program {
            path: folder.join(function),
            arguments: Vec::new(),
        })
    }

    /// One program for every function.
    pub fn always(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        Self::new(move |_| Program {
            path: path.clone(),
            arguments: Vec::new(),
        })
    }

    pub(crate) fn program(&self, function: &str) -> Program {
        (self.0)(function)
    }
}

impl fmt::Debug for Launch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Launch")
    }
}
