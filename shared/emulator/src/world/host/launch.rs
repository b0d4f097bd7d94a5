//! How the program of a function is found, and the other files of its code. Not here: starting and stopping it.

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

/// From the name of a code to the program that it is.
#[derive(Clone)]
pub struct Launch {
    program: Arc<dyn Fn(&str) -> Program + Send + Sync>,
    /// What stands for `/code` in the variables of functions.
    folder: Option<String>,
}

impl Launch {
    /// A program chosen by the caller.
    pub fn new(program: impl Fn(&str) -> Program + Send + Sync + 'static) -> Self {
        Self {
            program: Arc::new(program),
            folder: None,
        }
    }

    /// The same with the files beside the program in this folder: `/code/` at the start of a deployed variable is
    /// replaced by it. The platform unpacks every package there; here functions share one folder.
    #[must_use]
    pub fn unpacked_in(self, folder: impl Into<String>) -> Self {
        Self {
            folder: Some(folder.into()),
            ..self
        }
    }

    /// Programs named as their codes, in one folder.
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

    pub(crate) fn program(&self, code: &str) -> Program {
        (self.program)(code)
    }

    pub(crate) fn folder(&self) -> Option<&str> {
        self.folder.as_deref()
    }
}

impl fmt::Debug for Launch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Launch")
    }
}
