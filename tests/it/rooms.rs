//! The rooms of the house: arrows point down only, and the deciding rooms cannot even name a socket or a clock.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};

/// Which room may know which. What is not listed is forbidden.
const ARROWS: &[(&str, &[&str])] = &[
    ("fc-runtime", &[]),
    ("goldcast-domain", &[]),
    ("goldcast-signing", &[]),
    ("goldcast-tls", &[]),
    ("goldcast-notify", &["goldcast-tls"]),
    ("goldcast-packaging", &[]),
    ("goldcast-planner", &["goldcast-domain"]),
    ("goldcast-cloud", &["goldcast-signing", "goldcast-tls"]),
    ("goldcast-template", &["goldcast-domain"]),
    (
        "goldcast-emulator",
        &["goldcast-domain", "goldcast-signing", "goldcast-template"],
    ),
    (
        "goldcast-engine",
        &[
            "goldcast-cloud",
            "goldcast-domain",
            "goldcast-notify",
            "goldcast-planner",
        ],
    ),
    (
        "goldcast-functions",
        &["fc-runtime", "goldcast-cloud", "goldcast-domain", "goldcast-engine"],
    ),
];

/// Packages that do I/O or read clocks; the deciding rooms know none of them.
const IO: &[&str] = &["tokio", "hyper", "reqwest", "axum", "futures-util", "rustls", "tracing"];

fn metadata() -> Metadata {
    MetadataCommand::new()
        .no_deps()
        .other_options(["--offline".to_owned()])
        .exec()
        .unwrap()
}

/// What each of our packages needs to be built, tests aside.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let normal = |package: &cargo_metadata::Package| {
        package
            .dependencies
            .iter()
            .filter(|dependency| dependency.kind == DependencyKind::Normal)
            .map(|dependency| dependency.name.clone())
            .collect()
    };
    metadata()
        .packages
        .iter()
        .map(|package| (package.name.to_string(), normal(package)))
        .collect()
}

#[test]
fn arrows_between_rooms_point_down_only() {
    let all = dependencies();
    for (room, allowed) in ARROWS {
        let ours: BTreeSet<_> = all[*room]
            .iter()
            .filter(|name| all.contains_key(*name))
            .map(String::as_str)
            .collect();
        let allowed: BTreeSet<_> = allowed.iter().copied().collect();
        assert!(ours.is_subset(&allowed), "{room} knows {:?}", ours.difference(&allowed));
    }
}

#[test]
fn the_rooms_that_decide_know_no_socket_and_no_clock() {
    let all = dependencies();
    for room in [
        "goldcast-domain",
        "goldcast-planner",
        "goldcast-signing",
        "goldcast-template",
    ] {
        let io: Vec<_> = IO.iter().filter(|name| all[room].contains(**name)).collect();
        assert!(io.is_empty(), "{room} depends on {io:?}");
    }
}

#[test]
fn every_room_keeps_the_lints_of_the_house() {
    for package in metadata().packages {
        let manifest = std::fs::read_to_string(&package.manifest_path).unwrap();
        assert!(manifest.contains("[lints]\nworkspace = true"), "{}", package.name);
    }
}
