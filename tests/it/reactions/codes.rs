//! Every error code that the public reference lists for an operation that goldcast calls, and what goldcast makes of it.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use goldcast_emulator::cloud::{Fault, FaultRule};
use goldcast_engine::Failure;
use goldcast_tests::Script;
use http::StatusCode;

use super::life::{Life, Lived};

const CODES: &str = include_str!("../../fixtures/error-codes.txt");

/// What goldcast makes of a code that keeps coming.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reaction {
    /// Tried again at once, and then a failure that wants another try.
    Repeated,
    /// Left for the next run, with or without a word.
    Later,
    /// Taken for an answer: it is already so, or what we saw has gone on.
    Answer,
    /// A block that names the account.
    Refused,
    /// A failure for a person, with code, request id and advice.
    Person,
}

/// Errors that pass by themselves, and soon.
const PASSING: [&str; 1] = ["InternalError"];
/// Errors that something else has to end first.
const BUSY: [&str; 9] = [
    "ConcurrentExecutionError",
    "InvalidOperation.Conflict",
    "OperationDenied.ImageCopyConflict",
    "OperationDenied.ImageCopying",
    "Operation.Conflict",
    "AssociateConflict",
    "DisassociateConflict",
    "DeleteResourceShareConflict",
    "ResourceShareStatusMismatchAction",
];
/// Errors that say how things are.
const ANSWERS: [(&str, &str); 19] = [
    ("CancelCopyImage", "ImageCreatedNotFromCopy"),
    ("CancelCopyImage", "IncorrectImageStatus"),
    ("CancelCopyImage", "InvalidImageId.NotFound"),
    ("CopyImage", "IncorrectImageStatus"),
    ("CopyImage", "InvalidImageId.NotFound"),
    ("CopyImage", "InvalidImageName.Duplicated"),
    ("DeleteImage", "InvalidImageId.NotFound"),
    ("DeleteSnapshot", "InvalidSnapshotId.NotFound"),
    ("ModifyImageAttribute", "InvalidImageId.NotFound"),
    ("ModifyImageAttribute", "InvalidImageName.Duplicated"),
    ("ModifyImageSharePermission", "InvalidImageId.NotFound"),
    ("AssociateResourceShare", "EntityNotExists.ResourceShare"),
    ("DisassociateResourceShare", "EntityNotExists.ResourceShare"),
    ("DisassociateResourceShare", "DisassociateInvalid"),
    ("DeleteResourceShare", "EntityNotExists.ResourceShare"),
    ("GetAccount", "EntityNotExists.Account"),
    ("GetFolder", "EntityNotExists.Folder"),
    ("DescribeKey", "Forbidden.KeyNotFound"),
    ("GetRole", "EntityNotExist.Role"),
];
/// Errors about one account among others.
const ACCOUNTS: [&str; 3] = [
    "InvalidAccount.NotFound",
    "InvalidAccount.Forbbiden",
    "InvalidImageId.BidMismatch",
];

fn reaction(operation: &str, code: &str) -> Reaction {
    if (operation, code) == ("DescribeImageSharePermission", "InvalidImageId.NotFound") {
        // The image went between two reads.
        Reaction::Later
    } else if PASSING.contains(&code) {
        Reaction::Repeated
    } else if BUSY.contains(&code) {
        Reaction::Later
    } else if ANSWERS.contains(&(operation, code)) {
        Reaction::Answer
    } else if operation == "ModifyImageSharePermission" && ACCOUNTS.contains(&code) {
        Reaction::Refused
    } else {
        Reaction::Person
    }
}

/// What may come before any operation is asked, and whether it passes by itself
/// (<https://help.aliyun.com/en/document_detail/434846.html>).
const GATEWAY: [(u16, &str, bool); 12] = [
    (400, "Throttling", true),
    (403, "Forbidden.RAM", false),
    (400, "Throttling.User", true),
    (404, "InvalidAccessKeyId.NotFound", false),
    (400, "Throttling.Api", true),
    (400, "SignatureDoesNotMatch", false),
    (503, "ServiceUnavailable", true),
    (400, "InvalidTimeStamp.Expired", false),
    (503, "ServiceUnavailable.RegionMaintaining", true),
    (403, "Forbidden.RiskControl", false),
    (400, "UnknownError", true),
    (403, "Forbidden.AccessKeyDisabled", false),
];
/// Operations for which the reference lists no error of their own.
const UNLISTED: [&str; 4] = ["ListResourceShares", "DescribeKey", "GetRole", "UpdateRole"];

/// In which life an operation is called.
fn life(operation: &str) -> Life {
    match operation {
        "CreateResourceShare" | "AssociateResourceShare" | "ListResourceShareAssociations" | "ListResourceShares" => {
            Life::Shelves
        }
        "DisassociateResourceShare" | "DeleteResourceShare" => Life::NoMoreShelves,
        "DeleteImage" | "DeleteSnapshot" | "DescribeSnapshots" | "TagResources" => Life::Retire,
        "UntagResources" => Life::SecondThoughts,
        "CancelCopyImage" => Life::Recall,
        "GetAccount" => Life::Members,
        "GetFolder" => Life::EmptyFolder,
        "DescribeKey" | "GetRole" | "UpdateRole" => Life::Encryption,
        "DescribeRegions" => Life::LeftRegion,
        _ => Life::Release,
    }
}

/// A rule that strikes an operation, in one region where it has regions.
fn struck(operation: &str, life: Life, fault: Fault) -> FaultRule {
    let rule = FaultRule::new(fault).on(operation);
    let region = life.struck_region();
    match operation {
        "CopyImage" => rule.with("DestinationRegionId", region),
        // At home only, or without a region.
        "ListAccounts" | "GetAccount" | "GetFolder" | "AssumeRole" | "GetRole" | "UpdateRole" | "DescribeRegions"
        | "UntagResources" | "TagResources" => rule,
        _ => rule.in_region(&region.parse().unwrap()),
    }
}

fn codes() -> impl Iterator<Item = (&'static str, StatusCode, &'static str)> {
    CODES.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let (operation, rest) = line.split_once(' ').unwrap();
        let (status, code) = rest.split_once(' ').unwrap();
        (operation, status.parse().unwrap(), code)
    })
}

/// What is wrong with the reaction, in words.
fn judge(operation: &str, code: &str, lived: &Lived, calm: &Lived) -> Vec<String> {
    let mut wrongs = lived.beside(calm);
    let mut wrong = |is_wrong: bool, what: String| {
        if is_wrong {
            wrongs.push(what);
        }
    };
    let failures: Vec<&Failure> = lived
        .runs
        .iter()
        .flat_map(|run| &run.report.failures)
        .filter(|failure| failure.code == code)
        .collect();
    for failure in &failures {
        wrong(failure.advice.is_empty(), format!("no advice: {failure:?}"));
        wrong(!failure.why.contains(code), format!("no code: {failure:?}"));
        wrong(!failure.why.contains("request "), format!("no request id: {failure:?}"));
    }
    let wants_retry = failures.iter().all(|failure| failure.retry);
    let blocks = lived.runs.iter().flat_map(|run| &run.plan.blocks);
    let refused = blocks.filter(|block| block.kind.name() == "account-refused").count();
    match reaction(operation, code) {
        Reaction::Repeated => wrong(
            failures.is_empty() || !wants_retry,
            format!("not repeated: {failures:?}"),
        ),
        Reaction::Later => wrong(!wants_retry, format!("not left for later: {failures:?}")),
        Reaction::Answer => wrong(!failures.is_empty(), format!("not an answer: {failures:?}")),
        Reaction::Refused => wrong(refused == 0, "no block names the account".to_owned()),
        Reaction::Person => {
            wrong(failures.is_empty(), "nobody hears of it".to_owned());
            wrong(
                failures.iter().any(|failure| failure.retry),
                format!("tried for ever: {failures:?}"),
            );
        }
    }
    wrongs
}

/// Lives through every code of these operations.
async fn check(operations: &[&str]) {
    let mut calm: BTreeMap<Life, Lived> = BTreeMap::new();
    let mut wrongs = Vec::new();
    for (operation, status, code) in codes().filter(|(operation, ..)| operations.contains(operation)) {
        let life = life(operation);
        let calm = match calm.entry(life) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(life.live([], Script::Faithful).await),
        };
        let rule = struck(operation, life, Fault::refused(status, code));
        let lived = life.live([rule], Script::Patient).await;
        for wrong in judge(operation, code, &lived, calm) {
            wrongs.push(format!("{operation} {status} {code}: {wrong}"));
        }
        if matches!(life, Life::Release | Life::Shelves) && !matches!(operation, "ListAccounts" | "AssumeRole") {
            let region = life.struck_region();
            if lived.middle.names_beside(region) != calm.middle.names_beside(region) {
                wrongs.push(format!("{operation} {code}: the other regions stood still"));
            }
        }
        if PASSING.contains(&code) || ["ConcurrentExecutionError", "InvalidOperation.Conflict"].contains(&code) {
            let rule = struck(operation, life, Fault::refused(status, code)).for_next(1);
            let lived = life.live([rule], Script::Patient).await;
            let failed = lived.runs.iter().any(|run| !run.report.failures.is_empty());
            if failed || lived.end != calm.end {
                wrongs.push(format!("{operation} {code}: once is too much"));
            }
        }
    }
    assert!(wrongs.is_empty(), "{}:\n{}", wrongs.len(), wrongs.join("\n"));
}

#[test]
fn every_operation_of_the_table_is_tested() {
    let all: BTreeSet<_> = codes().map(|(operation, ..)| operation).collect();
    let tested = [READS, COPIES, GRANTS, CHANGES, TAGS, SHELVES, REST].concat();
    assert_eq!(all, tested.into_iter().collect());
}

const READS: &[&str] = &[
    "DescribeImages",
    "DescribeImageSharePermission",
    "DescribeImageFromFamily",
    "DescribeSnapshots",
    "DescribeRegions",
];
const COPIES: &[&str] = &["CopyImage", "CancelCopyImage"];
const GRANTS: &[&str] = &["ModifyImageSharePermission"];
const CHANGES: &[&str] = &["ModifyImageAttribute", "DeleteImage", "DeleteSnapshot"];
const TAGS: &[&str] = &["TagResources", "UntagResources"];
const SHELVES: &[&str] = &[
    "ListResourceShareAssociations",
    "CreateResourceShare",
    "AssociateResourceShare",
    "DisassociateResourceShare",
    "DeleteResourceShare",
];
const REST: &[&str] = &["ListAccounts", "GetAccount", "GetFolder", "AssumeRole"];

#[tokio::test(start_paused = true)]
async fn every_error_of_a_read_is_met() {
    check(READS).await;
}

#[tokio::test(start_paused = true)]
async fn every_error_of_a_copy_is_met() {
    check(COPIES).await;
}

#[tokio::test(start_paused = true)]
async fn every_error_of_a_grant_is_met() {
    check(GRANTS).await;
}

#[tokio::test(start_paused = true)]
async fn every_error_of_a_change_is_met() {
    check(CHANGES).await;
}

#[tokio::test(start_paused = true)]
async fn every_error_of_a_tag_is_met() {
    check(TAGS).await;
}

#[tokio::test(start_paused = true)]
async fn every_error_of_a_shelf_is_met() {
    check(SHELVES).await;
}

#[tokio::test(start_paused = true)]
async fn every_error_of_the_directory_and_of_roles_is_met() {
    check(REST).await;
}

/// Two codes for every operation, in turn, so that every operation and every code is tested.
#[tokio::test(start_paused = true)]
async fn what_the_gateway_says_is_met_at_every_operation() {
    let listed: BTreeSet<_> = codes().map(|(operation, ..)| operation).collect();
    let mut turn = GATEWAY.iter().cycle();
    let mut calm: BTreeMap<Life, Lived> = BTreeMap::new();
    let mut wrongs = Vec::new();
    for operation in listed.into_iter().chain(UNLISTED) {
        for (status, code, passes) in turn.by_ref().take(2) {
            let life = life(operation);
            let calm = match calm.entry(life) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(place) => place.insert(life.live([], Script::Faithful).await),
            };
            let status = StatusCode::from_u16(*status).unwrap();
            let rule = struck(operation, life, Fault::refused(status, code));
            let lived = life.live([rule], Script::Patient).await;
            let failures = lived.runs.iter().flat_map(|run| &run.report.failures);
            let failures: Vec<_> = failures.filter(|failure| failure.code == *code).collect();
            let told = failures
                .iter()
                .all(|failure| failure.retry == *passes && failure.why.contains("request "));
            let mut found = lived.beside(calm);
            if failures.is_empty() || !told {
                found.push(format!("{failures:?}"));
            }
            wrongs.extend(found.into_iter().map(|wrong| format!("{operation} {code}: {wrong}")));
        }
    }
    assert!(wrongs.is_empty(), "{}:\n{}", wrongs.len(), wrongs.join("\n"));
}
