//! Measures planning: 50 families in 20 regions, each image granted to 2,000 accounts, in one thread. Prints one JSON object;
//! `cargo xtask bench plan` runs it as it is shipped and compares it with the limits of docs/performance.md.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement reads the clock and prints"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use goldcast_domain::{
    AccountId, Detection, Directory, Disk, FamilyName, Image, ImageRef, ImageStatus, Member, MemberState, PolicyFile,
    RegionId, Scope, Shared, ledger, regions,
};
use goldcast_planner::{Observed, Plan, Reading, copy_name, plan};
use jiff::{Timestamp, ToSpan as _};

const FAMILIES: usize = 50;
const REGIONS: usize = 20;
const ACCOUNTS: usize = 2_000;
const ROUNDS: usize = 15;

/// How the audience gets the images.
#[derive(Clone, Copy, PartialEq)]
enum By {
    Grant,
    Shelf,
}

fn main() {
    let settled = world(FAMILIES, ACCOUNTS, By::Grant, 0);
    let (settled_ms, actions) = measure(&settled);
    let drifted = world(FAMILIES, ACCOUNTS, By::Grant, 20);
    let (drifted_ms, drifted_actions) = measure(&drifted);
    drop(drifted);
    let (half_ms, _) = measure(&world(FAMILIES / 2, ACCOUNTS, By::Grant, 0));
    let (shelf_ms, shelf_actions) = measure(&world(FAMILIES, ACCOUNTS, By::Shelf, 0));
    let (shelf_few_ms, _) = measure(&world(FAMILIES, ACCOUNTS / 10, By::Shelf, 0));
    drop(settled);
    println!(
        "{}",
        serde_json::json!({
            "settled_ms": settled_ms, "settled_actions": actions,
            "one_percent_missing_ms": drifted_ms, "one_percent_missing_actions": drifted_actions,
            "half_the_families_ms": half_ms,
            "by_shelf_ms": shelf_ms, "by_shelf_actions": shelf_actions, "by_shelf_a_tenth_of_the_accounts_ms": shelf_few_ms,
            "peak_mib": peak_mib(),
        })
    );
}

/// The median time of a plan, in milliseconds, and its actions.
fn measure((policy, seen, now): &(PolicyFile, Observed, Timestamp)) -> (f64, usize) {
    let mut times: Vec<Duration> = Vec::new();
    let mut last = Plan::default();
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        last = plan(policy, seen, *now);
        times.push(begun.elapsed());
    }
    times.sort();
    assert!(
        last.waits.is_empty() && last.blocks.is_empty(),
        "{}",
        last.to_string().chars().take(2000).collect::<String>()
    );
    (times[ROUNDS / 2].as_secs_f64() * 1000.0, last.actions.len())
}

fn world(families: usize, accounts: usize, by: By, missing: usize) -> (PolicyFile, Observed, Timestamp) {
    let (home, copies): (&str, Vec<&str>) = ("cn-hangzhou", places());
    let policies: Vec<_> = (0..families).map(|number| policy(number, &copies, by)).collect();
    let file = serde_json::json!({
        "owner": { "account": "1234567890123456", "home-region": home,
                   "directory": { "role": "acs:ram::1000000000000001:role/reader" } },
        "limits": { "accounts-per-image": accounts, "shared-resources": 1000 },
        "policy": policies,
    });
    let policy = PolicyFile::from_json(&file.to_string()).unwrap();
    let now: Timestamp = "2026-03-02T12:00:00Z".parse().unwrap();
    let members = (0..accounts)
        .map(member)
        .map(|member| (member.account.clone(), member))
        .collect();
    let mut seen = Observed::new(Scope::Everything);
    let everyone: BTreeSet<AccountId> = (0..accounts - missing).map(|number| member(number).account).collect();
    seen.directory = Some(Reading::Known(Directory { members }));
    for region in std::iter::once(home).chain(copies) {
        let region: RegionId = region.parse().unwrap();
        let images: Vec<Image> = (0..families)
            .map(|family| image(&region, family, home, by, now))
            .collect();
        if by == By::Grant {
            let grants = images
                .iter()
                .map(|image| (image.at.clone(), Reading::Known(everyone.clone())));
            seen.grants.extend(grants);
        }
        seen.images.insert(region, Reading::Known(images));
    }
    if by == By::Shelf {
        shelves(&policy, &mut seen, now);
    }
    (policy, seen, now)
}

/// Nineteen regions besides the home region that have Resource Sharing.
fn places() -> Vec<&'static str> {
    let served = |id: &&&str| **id != "cn-hangzhou" && regions::has_resource_sharing(&id.parse().unwrap());
    regions::KNOWN
        .iter()
        .filter(served)
        .take(REGIONS - 1)
        .copied()
        .collect()
}

fn policy(number: usize, regions: &[&str], by: By) -> serde_json::Value {
    serde_json::json!({
        "name": format!("base-{number}"), "family": format!("corp-{number}"),
        "select": { "tags": { "golden": format!("corp-{number}") } },
        "regions": regions,
        "share": { "folders": ["fd-prod000001"], "by": if by == By::Grant { "grant" } else { "shelf" } },
    })
}

fn member(number: usize) -> Member {
    let account: AccountId = format!("{}", 2_000_000_000_000_000 + number).parse().unwrap();
    Member {
        name: format!("member {number}"),
        path: format!("rd-gold01/r-root01/fd-prod000001/fd-team{:06}/{account}", number / 20),
        account,
        state: MemberState::Active,
    }
}

fn image(region: &RegionId, family: usize, home: &str, by: By, now: Timestamp) -> Image {
    let source = format!("m-source{family:04}");
    let is_copied = region.as_str() != home;
    let name = format!("corp-{family}-2026.11");
    let mut tags: BTreeMap<String, String> = [("golden".to_owned(), format!("corp-{family}"))].into();
    if is_copied {
        let ledger = [
            (ledger::SOURCE, source.clone()),
            (ledger::RELEASE, name.clone()),
            (ledger::POLICY, format!("base-{family}")),
        ];
        tags.extend(ledger.map(|(key, value)| (key.to_owned(), value)));
    }
    let id = if is_copied {
        format!("m-copy{family:04}")
    } else {
        source.clone()
    };
    Image {
        at: ImageRef {
            region: region.clone(),
            image: id.parse().unwrap(),
        },
        name: if is_copied {
            copy_name(&name, &source.parse().unwrap(), None)
        } else {
            name
        },
        family: Some(format!("corp-{family}").parse::<FamilyName>().unwrap()),
        status: ImageStatus::Available,
        usable: true,
        owner: Some("1234567890123456".parse().unwrap()),
        is_copied,
        is_public: false,
        shared: if by == By::Grant { Shared::Yes } else { Shared::No },
        created: now - 60.minutes(),
        size_gib: 40,
        disks: vec![Disk {
            device: "/dev/xvda".into(),
            kind: "system".into(),
            size_gib: 40,
            encrypted: false,
            snapshot: None,
        }],
        tags,
        progress_percent: None,
        in_use: false,
        is_paid: false,
        detection: Detection::Unfinished,
    }
}

/// The shelf as the planner wants it: read from what it would create.
fn shelves(policy: &PolicyFile, seen: &mut Observed, now: Timestamp) {
    use goldcast_domain::{Link, Share, ShareStatus};
    use goldcast_planner::{Action, SHELF_TAG};
    let regions: Vec<RegionId> = seen.images.keys().cloned().collect();
    for region in &regions {
        seen.shares.insert(region.clone(), Reading::Known(Vec::new()));
    }
    for planned in plan(policy, seen, now).actions {
        let Action::CreateShelf { region, name, targets } = planned.action else {
            continue;
        };
        let images = seen
            .images_in(&region)
            .unwrap()
            .iter()
            .map(|image| (image.at.image.clone(), Link::Joined))
            .collect();
        let share = Share {
            region: region.clone(),
            id: "rs-0001".parse().unwrap(),
            tags: [(SHELF_TAG.to_owned(), name.clone())].into(),
            name,
            created: now,
            status: ShareStatus::Active,
            images,
            targets: targets.into_iter().map(|target| (target, Link::Joined)).collect(),
        };
        seen.shares.insert(region, Reading::Known(vec![share]));
    }
}

/// The most memory that this process ever had, where the system tells.
fn peak_mib() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib / 1024.0)
}
