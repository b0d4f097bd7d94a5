//! `doctor` finds nothing in a healthy set-up, and each defect that is planted. What is healthy is what the templates deploy.

mod company;
mod plants;

use std::collections::BTreeSet;

use goldcast_emulator::cloud::Quota;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use self::company::{CANARY, Company, Golden, custom};
use self::plants::{PLANTS, Plant};
use crate::scene::{Conditions, Said};

/// Set-ups that are looked at side by side.
const SIDE_BY_SIDE: usize = 8;
/// The page whose findings and permissions are an interface.
const PAGE: &str = include_str!("../../../../docs/doctor.md");

/// What was found besides what is well, as `severity id`.
#[track_caller]
fn found(said: &Said) -> Vec<String> {
    let object = said.json();
    let findings = object["findings"].as_array().unwrap_or_else(|| panic!("{said:?}"));
    let bad = findings.iter().filter(|finding| finding["severity"] != "ok");
    let words = |finding: &Value| {
        let text = |name: &str| finding[name].as_str().unwrap().to_owned();
        assert!(!text("seen").is_empty() && !text("why").is_empty(), "{finding}");
        format!("{} {}", text("severity"), text("id"))
    };
    bad.map(words).collect()
}

/// What is wrong with what was found of a defect, and with how `doctor` ended.
fn differs(said: &Said, plant: &Plant) -> Option<String> {
    let found = found(said);
    let kinds: BTreeSet<&str> = found.iter().map(String::as_str).collect();
    let expected: BTreeSet<&str> = plant.also.iter().copied().chain([plant.finds]).collect();
    let worst = found.iter().map(|finding| rank(finding)).min();
    let code = worst.map_or(0, |worst| [1, 5, 3, 0][worst]);
    let what = plant.what;
    if kinds != expected {
        return Some(format!("{what}: {kinds:?} and not {expected:?}"));
    }
    (said.code != Some(code)).then(|| format!("{what}: {kinds:?} ends in {:?} and not {code}", said.code))
}

fn rank(finding: &str) -> usize {
    ["error ", "unknown ", "warning ", "note "]
        .iter()
        .position(|severity| finding.starts_with(severity))
        .unwrap()
}

async fn check_part(part: &str) {
    let (_, plants) = PLANTS.iter().find(|(name, _)| *name == part).unwrap();
    let mut wrong = Vec::new();
    let mut running = JoinSet::new();
    let mut waiting = plants.iter();
    loop {
        while running.len() < SIDE_BY_SIDE
            && let Some(plant) = waiting.next()
        {
            running.spawn(async move {
                let company = Company::under(plant.conditions, plant.golden).await;
                (plant.work)(&company);
                differs(&company.asked(plant.arguments).await, plant)
            });
        }
        match running.join_next().await {
            Some(looked) => wrong.extend(looked.unwrap()),
            None => break,
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn a_healthy_set_up_has_nothing_above_a_note_and_is_not_changed() {
    let company = Company::healthy().await;
    let before = company.scene.writes();
    let said = company.doctor().await;
    assert_eq!(found(&said), Vec::<String>::new());
    assert_eq!(said.code, Some(0), "{said:?}");
    assert_eq!(said.members(), ["findings", "reads", "worst", "writes"]);
    assert_eq!(said.json()["writes"], 0);
    assert_eq!(company.scene.writes(), before);
    assert!(company.scene.world.messages().is_empty());
}

#[tokio::test]
async fn people_see_each_part_with_what_mends_it() {
    let company = Company::healthy().await;
    company.redeploy("EveryFewMinutes", |trigger| {
        trigger["TriggerConfig"]["enable"] = json!(false);
    });
    company.restate("ecs:CopyImage", |statement| statement["Resource"] = json!("*"));
    company.unlink("AliyunServiceRoleForEventBridgeSourceCMS");
    let said = company.scene.goldcast("doctor").await;
    assert_eq!(said.code, Some(1), "{said:?}");
    insta::assert_snapshot!("doctor", said.out);
}

macro_rules! parts {
    ($($test:ident $part:literal,)+) => {
        $(
            #[tokio::test]
            async fn $test() {
                check_part($part).await;
            }
        )+

        #[test]
        fn every_part_is_looked_at() {
            assert_eq!(PLANTS.map(|(part, _)| part), [$($part),+]);
        }
    };
}

parts! {
    what_is_wrong_with_canaries_is_found "canaries",
    what_is_wrong_with_channels_and_the_sweep_is_found "channels",
    what_is_wrong_with_the_directory_is_found "directory",
    what_is_wrong_with_encryption_is_found "encryption",
    what_is_wrong_with_events_is_found "events",
    what_is_wrong_with_functions_is_found "functions",
    what_is_wrong_with_keys_clock_and_regions_is_found "identity",
    what_is_wrong_with_quotas_is_found "quotas",
    what_is_wrong_with_roles_is_found "roles",
    what_is_wrong_with_triggers_is_found "triggers",
    what_may_not_be_looked_at_is_said "unread",
}

/// Findings of the page, each as `severity id`. That they are those of the program is tested where these are.
fn documented() -> BTreeSet<String> {
    let findings = PAGE.split("## Findings").nth(1).unwrap();
    let rows = findings.split("\n## ").next().unwrap().lines();
    let mut all = BTreeSet::new();
    for row in rows.filter(|row| row.starts_with("| `")) {
        let mut cells = row.split('|').map(str::trim).skip(1);
        let (ids, severities) = (cells.next().unwrap(), cells.next().unwrap());
        for id in ids.split(", ").map(|id| id.trim_matches('`')) {
            all.extend(severities.split(", ").map(|severity| format!("{severity} {id}")));
        }
    }
    all
}

#[test]
fn every_finding_is_planted_with_every_severity() {
    let planted = PLANTS.iter().flat_map(|(_, plants)| *plants);
    let planted: BTreeSet<String> = planted.map(|plant| plant.finds.to_owned()).collect();
    assert_eq!(planted, documented());
}

/// The names are guesses: no page has them.
#[tokio::test]
async fn quotas_are_known_by_chinese_names_too() {
    let conditions = Conditions {
        switches: |switches| {
            switches.quota_names = [
                (Quota::AccountsPerImage, "自定义镜像可共享用户数"),
                (Quota::Images, "自定义镜像数量"),
                (Quota::Snapshots, "快照数量"),
                (Quota::ResourceShares, "资源共享单元数量"),
                (Quota::SharedResources, "共享的资源数量"),
            ]
            .map(|(quota, name)| (quota, name.to_owned()))
            .into();
        },
        ..Conditions::STANDARD
    };
    let company = Company::under(conditions, Golden::None).await;
    assert_eq!(found(&company.doctor().await), Vec::<String>::new());
}

#[tokio::test]
async fn a_canary_sees_what_is_released() {
    let company = Company::under(Conditions::STANDARD, Golden::Released).await;
    company.canary(&["ecs:DescribeImageFromFamily"]);
    let said = company.asked(&format!("--canary {CANARY}")).await;
    assert_eq!(found(&said), Vec::<String>::new());
    let object = said.json();
    let findings = object["findings"].as_array().unwrap().iter();
    let well = findings.filter(|finding| finding["id"] == "canary");
    assert_eq!(well.count(), company.scene.policy.all_regions().len());
}

#[tokio::test]
async fn the_permissions_of_the_page_are_enough() {
    let company = Company::healthy().await;
    let owner = company.scene.owner();
    let policy = PAGE.split("```json\n").nth(1).unwrap().split("```").next().unwrap();
    let policy = policy
        .replace("<management account>", company.scene.organisation.management.as_str())
        .replace("<bucket of told>", "corp-goldcast");
    let policy = custom("doctor", &serde_json::from_str(&policy).unwrap());
    company.change(|cloud, moment| cloud.put_user(moment.now, &owner, "operator", &[policy]));
    assert_eq!(found(&company.doctor().await), Vec::<String>::new());
}

#[tokio::test]
async fn what_may_not_be_looked_at_is_said_with_the_permission_that_is_missing() {
    let company = Company::healthy().await;
    company.deny("fc:ListTriggers");
    let object = company.doctor().await.json();
    let mut findings = object["findings"].as_array().unwrap().iter();
    let unread = findings.find(|finding| finding["id"] == "triggers-unread").unwrap();
    assert!(
        unread["to_do"].as_str().unwrap().contains("fc:ListTriggers"),
        "{unread}"
    );
}

#[tokio::test]
async fn a_probe_asks_by_reads_alone_and_names_no_account() {
    let company = Company::healthy().await;
    let before = company.scene.writes();
    let said = company.scene.goldcast("doctor --probe").await;
    assert_eq!(said.code, Some(0), "{said:?}");
    let report = said.json();
    let names: Vec<&str> = report["probes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|probe| probe["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        ["triggers", "rules", "sources", "traces", "runtimes", "patterns"]
    );
    for probe in report["probes"].as_array().unwrap() {
        assert!(!probe["answer"].to_string().contains("\"failed\":\""), "{probe}");
    }
    let patterns = report["probes"][5]["answer"].as_array().unwrap();
    let image_calls = patterns
        .iter()
        .find(|row| row["trigger"] == "goldcast-image-created-image-calls")
        .unwrap();
    assert!(
        image_calls["lets_through"]
            .as_array()
            .unwrap()
            .contains(&json!("audit-create-image"))
    );
    assert!(
        !said.out.contains(company.scene.policy.owner.account.as_str()),
        "{}",
        said.out
    );
    assert_eq!(company.scene.writes(), before);
}
