//! Building a program alone, as it is shipped, from the source. Each alone, because building the workspace together would
//! unify features and ship something else.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// What is shipped: static programs, see [`check_static`](crate::check_static).
pub const TARGET: &str = "x86_64-unknown-linux-musl";
/// Compiles the parts in C for that target.
const COMPILER: &str = "musl-gcc";
/// What of the caller's own settings would end up in the programs.
const OVERRIDES: [&str; 6] = [
    "CARGO_BUILD_RUSTFLAGS",
    "CARGO_BUILD_TARGET",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_TARGET_X86_64_UNKNOWN_LINUX_MUSL_RUSTFLAGS",
    "RUSTC_WRAPPER",
    "RUSTFLAGS",
];

/// The source of goldcast on this machine.
#[derive(Debug, Clone)]
pub struct Checkout {
    root: PathBuf,
}

/// Why a program was not built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// Nothing to build from.
    #[error("{} is not in a checkout of goldcast, and packages are built from the source", place.display())]
    NoCheckout {
        /// Where it was looked for.
        place: PathBuf,
    },
    /// No cargo.
    #[error("cargo cannot be started")]
    NoCargo(#[source] std::io::Error),
    /// No C compiler for the target.
    #[error("{COMPILER} cannot be started, and the TLS library has parts in C")]
    NoCompiler(#[source] std::io::Error),
    /// Cargo failed.
    #[error("cargo could not do it: {said}")]
    Failed {
        /// The end of what it said.
        said: String,
    },
    /// Cargo built something else.
    #[error("cargo built no program {0}")]
    Missing(String),
}

impl BuildError {
    /// What a person should do, where there is something.
    pub fn advice(&self) -> Option<&'static str> {
        match self {
            Self::NoCheckout { .. } => {
                Some("clone the repository and run this in it, or pack programs that are built already with --binaries")
            }
            Self::NoCargo(_) => Some("install Rust: https://rustup.rs"),
            Self::NoCompiler(_) => Some(
                "install it: apt install musl-tools (Debian, Ubuntu), dnf install musl-gcc (Fedora), apk add gcc musl-dev and \
                 link musl-gcc to gcc (Alpine), brew install filosottile/musl-cross/musl-cross and link musl-gcc to \
                 x86_64-linux-musl-gcc (macOS)",
            ),
            Self::Failed { .. } => Some(
                "read what cargo said; the target comes with rust-toolchain.toml, else: rustup target add \
                 x86_64-unknown-linux-musl",
            ),
            Self::Missing(_) => None,
        }
    }
}

impl Checkout {
    /// The checkout that a folder is in.
    pub fn find(place: &Path) -> Result<Self, BuildError> {
        let is_root = |folder: &&Path| {
            let manifest = std::fs::read_to_string(folder.join("Cargo.toml"));
            manifest.is_ok_and(|text| text.contains("goldcast-functions"))
        };
        let root = place.ancestors().find(is_root);
        let root = root.ok_or_else(|| BuildError::NoCheckout {
            place: place.to_owned(),
        })?;
        Ok(Self { root: root.to_owned() })
    }

    /// Whether what is needed for [`TARGET`] besides Rust is on this machine.
    pub fn check_compiler() -> Result<(), BuildError> {
        let started = Command::new(COMPILER)
            .arg("--version")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        started.map(|_| ()).map_err(BuildError::NoCompiler)
    }

    /// The commit that is checked out, with `-modified` behind it if files have been changed since; `None` if this is no
    /// repository.
    pub fn commit(&self) -> Option<String> {
        let git = |arguments: &[&str]| {
            let output = Command::new("git").args(arguments).current_dir(&self.root).output();
            let output = output.ok().filter(|output| output.status.success())?;
            String::from_utf8(output.stdout).ok()
        };
        let commit = git(&["rev-parse", "HEAD"])?.trim().to_owned();
        let changes = git(&["status", "--porcelain", "--untracked-files=no"])?;
        Some(if changes.trim().is_empty() {
            commit
        } else {
            format!("{commit}-modified")
        })
    }

    /// Builds a program alone for a target, as it is shipped, and says where it is. `step` hears of every crate that is done.
    pub fn build(
        &self,
        target: &str,
        what: &[&str],
        name: &str,
        step: &mut dyn FnMut(),
    ) -> Result<PathBuf, BuildError> {
        let nameless = self.nameless_paths(target)?;
        let mut command = self.cargo();
        command
            .args(["build", "--locked", "--release", "--target", target, "--config"])
            .arg(nameless)
            .args(what)
            .args(["--message-format", "json-render-diagnostics"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().map_err(BuildError::NoCargo)?;
        let said = child.stderr.take().map(|mut stream| {
            // Read beside the messages: a full pipe would stop cargo.
            std::thread::spawn(move || {
                let mut said = String::new();
                let _ = stream.read_to_string(&mut said);
                said
            })
        });
        let mut program = None;
        for line in child
            .stdout
            .take()
            .into_iter()
            .flat_map(|stream| BufReader::new(stream).lines())
        {
            let message: Value = line
                .ok()
                .and_then(|line| serde_json::from_str(&line).ok())
                .unwrap_or_default();
            let text = |pointer| message.pointer(pointer).and_then(Value::as_str);
            step();
            if text("/target/name") == Some(name)
                && let Some(executable) = text("/executable")
            {
                program = Some(PathBuf::from(executable));
            }
        }
        let status = child.wait().map_err(BuildError::NoCargo)?;
        let said = said.and_then(|said| said.join().ok()).unwrap_or_default();
        if !status.success() {
            return Err(BuildError::Failed { said: end_of(&said) });
        }
        program.ok_or_else(|| BuildError::Missing(name.to_owned()))
    }

    /// What keeps the builder's folders out of what is shipped: every panic names the file it stands in, and what comes from
    /// a registry does so from the root of the disk on.
    fn nameless_paths(&self, target: &str) -> Result<String, BuildError> {
        let output = self
            .cargo()
            .args(["metadata", "--format-version", "1", "--locked"])
            .output()
            .map_err(BuildError::NoCargo)?;
        if !output.status.success() {
            let said = end_of(&String::from_utf8_lossy(&output.stderr));
            return Err(BuildError::Failed { said });
        }
        let metadata: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        let packages = metadata["packages"].as_array().into_iter().flatten();
        let from_registry = packages
            .filter(|package| package["source"].is_string())
            .find_map(|package| package["manifest_path"].as_str());
        // A manifest stands in the folder of its package, which stands in the folder of its registry.
        let registry = from_registry.and_then(|manifest| Path::new(manifest).ancestors().nth(2));
        let registry = registry.map(|folder| (folder.to_owned(), "registry"));
        let folders = registry.into_iter().chain([(self.root.clone(), "goldcast")]);
        let flags: Vec<String> = folders
            .map(|(folder, name)| format!("--remap-path-prefix={}={name}", folder.display()))
            .collect();
        Ok(format!("target.{target}.rustflags={}", Value::from(flags)))
    }

    fn cargo(&self) -> Command {
        let mut command = Command::new(OsStr::new("cargo"));
        command.current_dir(&self.root);
        for name in OVERRIDES {
            command.env_remove(name);
        }
        command
    }
}

/// The last lines of what a program said, which tell why it gave up.
fn end_of(said: &str) -> String {
    const LINES: usize = 12;
    let lines: Vec<&str> = said.trim().lines().collect();
    let from = lines.len().saturating_sub(LINES);
    lines.get(from..).unwrap_or_default().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkout_is_found_from_any_folder_in_it() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let checkout = Checkout::find(&here.join("src")).unwrap();
        assert_eq!(Some(checkout.root.as_path()), here.ancestors().nth(2));
        let elsewhere = tempfile::tempdir().unwrap();
        let error = Checkout::find(elsewhere.path()).unwrap_err();
        assert!(error.advice().unwrap().contains("--binaries"), "{error}");
    }

    #[test]
    fn the_end_of_what_was_said_is_kept() {
        let said = (0..40).map(|n| format!("line {n}")).collect::<Vec<_>>().join("\n");
        assert!(end_of(&said).starts_with("line 28") && end_of(&said).ends_with("line 39"));
    }
}
