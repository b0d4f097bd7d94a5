//! `goldcast package` with programs that are built already. That the built ones are the same every time is tried by
//! `.ci/nightly`, since building them takes minutes.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::path::Path;
use std::process::{Command, Output};

use goldcast_functions::FUNCTIONS;
use goldcast_packaging::{Manifest, sample_program};

/// The policy that is packed.
const EXAMPLE: &str = include_str!("../../goldcast.toml");

/// A folder with a policy, and a program for every function.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("goldcast.toml"), EXAMPLE).unwrap();
    std::fs::create_dir(folder.path().join("programs")).unwrap();
    for function in FUNCTIONS {
        std::fs::write(folder.path().join("programs").join(function.name), sample_program()).unwrap();
    }
    folder
}

fn package(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_goldcast"))
        .arg("package")
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn packing_twice_gives_the_same_bytes() {
    let (one, other) = (folder(), folder());
    for folder in [&one, &other] {
        let output = package(folder.path(), &["--out", "packages", "--binaries", "programs"]);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let said = text(&output.stdout);
        assert!(
            said.contains("✓ sweep ") && said.contains("goldcast deploy --plan"),
            "{said}"
        );
    }
    let mut files = 0;
    for file in std::fs::read_dir(one.path().join("packages")).unwrap() {
        let name = file.unwrap().file_name();
        let read = |folder: &tempfile::TempDir| std::fs::read(folder.path().join("packages").join(&name)).unwrap();
        assert_eq!(read(&one), read(&other), "{}", name.display());
        files += 1;
    }
    assert_eq!(files, FUNCTIONS.len() + 1);
}

#[test]
fn the_manifest_lists_every_function_and_is_what_json_prints() {
    let folder = folder();
    let output = package(folder.path(), &["--out", "p", "--binaries", "programs", "--json"]);
    let printed: Manifest = serde_json::from_slice(&output.stdout).unwrap();
    let manifest = Manifest::read(&folder.path().join("p")).unwrap();
    assert_eq!(printed, manifest);
    let mut names: Vec<&str> = FUNCTIONS.iter().map(|function| function.name).collect();
    names.sort_unstable();
    let listed: Vec<&str> = manifest
        .packages
        .iter()
        .map(|package| package.function.as_str())
        .collect();
    assert_eq!(listed, names);
    for package in &manifest.packages {
        package.read(&folder.path().join("p")).unwrap();
    }
}

#[test]
fn another_policy_is_other_code() {
    let folder = folder();
    let prefix = |out: &str| {
        package(folder.path(), &["--out", out, "--binaries", "programs"]);
        Manifest::read(&folder.path().join(out)).unwrap().code_prefix
    };
    let before = prefix("before");
    std::fs::write(
        folder.path().join("goldcast.toml"),
        EXAMPLE.replace("\"corp-linux\"", "\"corp-linux-2\""),
    )
    .unwrap();
    assert_ne!(prefix("after"), before);
}

#[test]
fn what_would_not_start_everywhere_is_not_packed_and_leaves_no_manifest() {
    let folder = folder();
    assert_eq!(
        package(folder.path(), &["--out", "p", "--binaries", "programs"])
            .status
            .code(),
        Some(0)
    );
    std::fs::write(folder.path().join("programs/sweep"), "#!/bin/sh\n").unwrap();
    let output = package(folder.path(), &["--out", "p", "--binaries", "programs"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("sweep cannot be shipped"), "{output:?}");
    assert!(!folder.path().join("p/manifest.json").exists());
}

#[test]
fn without_the_source_and_without_programs_there_is_advice() {
    let folder = folder();
    let output = package(folder.path(), &["--out", "p"]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let told = text(&output.stderr);
    assert!(
        told.contains("is not in a checkout of goldcast") && told.contains("--binaries"),
        "{told}"
    );
}
