//! The figures that a measurement prints: an example of one of our packages, built, run, and read as one JSON object.
//! Not here: limits.

use std::process::Command;

use anyhow::{Context as _, ensure};
use serde_json::Value;

/// What an example printed.
pub(crate) struct Figures(Value);

impl Figures {
    /// Builds the example under a profile and runs it.
    pub(crate) fn of(profile: &str, package: &str, example: &str) -> anyhow::Result<Self> {
        let output = Command::new(env!("CARGO"))
            .args([
                "run",
                "--quiet",
                "--profile",
                profile,
                "-p",
                package,
                "--example",
                example,
            ])
            .output()
            .context("cargo cannot be started")?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let figures = serde_json::from_slice(&output.stdout).context("the measurement prints JSON")?;
        Ok(Self(figures))
    }

    /// A figure that every system tells.
    pub(crate) fn get(&self, name: &str) -> anyhow::Result<f64> {
        self.find(name).with_context(|| format!("no figure {name}"))
    }

    /// A figure that not every system tells.
    pub(crate) fn find(&self, name: &str) -> Option<f64> {
        self.0.get(name).and_then(Value::as_f64)
    }
}
