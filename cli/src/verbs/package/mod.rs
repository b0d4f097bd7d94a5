//! `goldcast package`: what is deployed, in a folder. Not here: how it is built and packed (`goldcast-packaging`), and
//! bringing it to the cloud (`deploy`).

mod progress;

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use clap::builder::PossibleValuesParser;
use goldcast_functions::FUNCTIONS;
use goldcast_packaging::{BuildError, Checkout, MANIFEST, Manifest, Package, TARGET};
use serde_json::json;

use super::teller::Teller;
use super::trouble::Trouble;
use crate::exit::Exit;
use crate::ink::{SOFT, paint};
use progress::{Progress, megabytes};

/// What to pack, and where to.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  goldcast package --out packages\n  goldcast package --out packages --policy other.toml --json\n\n\
                        Every function is built alone, as a static program that starts on any Linux for x86-64, and packed with the \
                        checked policy. The same source and policy give the same bytes. It is built from the source: run it in a \
                        checkout.\n\n\
                        Exit codes: 0 packed, 1 a program could not be built or packed, or the policy has mistakes, 2 something \
                        that is needed is missing."
)]
pub(crate) struct PackageArguments {
    /// The folder that the packages and their manifest go to
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The policy that the functions carry
    #[arg(long, value_name = "FILE", default_value = "goldcast.toml")]
    policy: PathBuf,
    /// Only this function; may be said several times. What is packed so is for trying: deploy wants all of them
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(FUNCTIONS.iter().map(|function| function.name)))]
    function: Vec<String>,
    /// Pack the programs of this folder, each called like its function, instead of building them
    #[arg(long, value_name = "DIR")]
    binaries: Option<PathBuf>,
    /// Print the manifest as one JSON object on standard output
    #[arg(long)]
    json: bool,
}

impl PackageArguments {
    /// Builds, packs, writes.
    pub(crate) fn run(self) -> Exit {
        self.carry_out().unwrap_or_else(|trouble| trouble.tell(self.json))
    }

    fn carry_out(&self) -> Result<Exit, Trouble> {
        let teller = Teller::new(self.json);
        let policy = crate::policy::read(&self.policy)?;
        let policy = serde_json::to_vec(&policy).context("the policy cannot be written as JSON")?;
        let here = std::env::current_dir().context("the system does not say which folder this is")?;
        let checkout = Checkout::find(&here);
        let commit = checkout.as_ref().ok().and_then(Checkout::commit);
        let source = match &self.binaries {
            Some(folder) => Source::Folder(folder),
            None => Source::Checkout(checkout.and_then(|found| Checkout::check_compiler().map(|()| found))?),
        };
        std::fs::create_dir_all(&self.out).with_context(|| format!("{} cannot be made", self.out.display()))?;
        // A run that is broken off leaves no manifest of other packages behind.
        let manifest_file = self.out.join(MANIFEST);
        let _ = std::fs::remove_file(&manifest_file);

        let is_wanted = |name: &&str| self.function.is_empty() || self.function.iter().any(|wanted| wanted == name);
        let names: Vec<&str> = FUNCTIONS
            .iter()
            .map(|function| function.name)
            .filter(is_wanted)
            .collect();
        let mut progress = Progress::begin(&teller, &names);
        let mut packages = Vec::new();
        for name in names {
            let program = source.program(name, &mut || progress.step(name))?;
            progress.packing(name);
            let package = Package::new(name, &program, &policy)?;
            write(&self.out.join(&package.listing.file), &package.zip)?;
            progress.done(&package.listing);
            packages.push(package);
        }
        let manifest = Manifest::new(env!("CARGO_PKG_VERSION"), commit, TARGET, &packages);
        write(&manifest_file, manifest.to_json().as_bytes())?;
        self.tell(&teller, &manifest);
        Ok(Exit::Done)
    }

    fn tell(&self, teller: &Teller, manifest: &Manifest) {
        teller.result(&json!(manifest));
        let commit = manifest.commit.as_deref().unwrap_or("no commit");
        let total: usize = manifest.packages.iter().map(|package| package.bytes).sum();
        teller.line("");
        teller.line(format_args!(
            "{} packages, {} in all, in {}",
            manifest.packages.len(),
            megabytes(total),
            self.out.display()
        ));
        teller.line(paint(
            SOFT,
            format_args!("{}, {commit}, {TARGET}", manifest.code_prefix),
        ));
        teller.line(format_args!(
            "Next: goldcast deploy --plan --packages {} --code-bucket BUCKET",
            self.out.display()
        ));
    }
}

/// Where programs come from.
enum Source<'a> {
    Checkout(Checkout),
    Folder(&'a Path),
}

impl Source<'_> {
    fn program(&self, name: &str, step: &mut dyn FnMut()) -> Result<Vec<u8>, Trouble> {
        let path = match self {
            Self::Checkout(checkout) => {
                checkout.build(TARGET, &["-p", "goldcast-functions", "--bin", name], name, step)?
            }
            Self::Folder(folder) => folder.join(name),
        };
        std::fs::read(&path).map_err(|source| Trouble::File { path, source })
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Trouble> {
    let written = std::fs::write(path, bytes).with_context(|| format!("{} cannot be written", path.display()));
    Ok(written?)
}

impl From<BuildError> for Trouble {
    fn from(error: BuildError) -> Self {
        Self::Build(Box::new(error))
    }
}
