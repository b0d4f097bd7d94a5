//! `deploy` looks, tells, and then does: what a stack cannot make, the packages, the stack.

use std::time::Duration;

use goldcast_packaging::{MANIFEST, Manifest, Package, TARGET, sample_program};
use jiff::SignedDuration;

use crate::scene::{Said, Scene};

/// Packs a program that does nothing for every function of the template: nothing here runs them.
fn packed(scene: &Scene) {
    let folder = scene.folder.path().join("packages");
    std::fs::create_dir_all(&folder).unwrap();
    let template = include_str!("../../../template.yml");
    let names = template.lines().filter_map(|line| {
        let (_, rest) = line.split_once("${CodePrefix}/")?;
        rest.split_once(".zip").map(|(name, _)| name)
    });
    let packages: Vec<Package> = names
        .map(|name| Package::new(name, &sample_program(), b"{}").unwrap())
        .collect();
    for package in &packages {
        std::fs::write(folder.join(&package.listing.file), &package.zip).unwrap();
    }
    let manifest = Manifest::new("0.1.0", None, TARGET, &packages);
    std::fs::write(folder.join(MANIFEST), manifest.to_json()).unwrap();
}

/// Runs a command while simulated time goes by.
async fn while_time_passes(scene: &Scene, arguments: &str) -> Said {
    let time = async {
        loop {
            scene.world.run_for(SignedDuration::from_mins(5)).await;
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::select! {
        said = scene.goldcast(arguments) => said,
        () = time => unreachable!("time goes on"),
    }
}

#[tokio::test]
async fn a_plan_says_everything_that_would_be_done_and_does_none_of_it() {
    let scene = Scene::open().await;
    packed(&scene);
    let before = scene.writes();
    let said = scene.goldcast("deploy --plan --code-bucket corp-goldcast-code").await;
    assert_eq!(said.code, Some(3), "{said:?}");
    for part in [
        "+ role AliyunServiceRoleForEventBridgeSendToMNS would be made",
        "+ bus goldcast-regions would be made",
        "+ bucket corp-goldcast-code would be made",
        "to oss://corp-goldcast-code/goldcast/",
        "Stack, new",
        "+ Sweep  ALIYUN::FC3::Function",
        "goldcast-copy-completed",
        "43200 calls",
        "CNY if nothing happens",
        "aliyun oss mb oss://corp-goldcast-code --region cn-hangzhou",
        "aliyun oss cp packages/sweep.zip oss://corp-goldcast-code/goldcast/",
        "aliyun ros CreateStack --region cn-hangzhou --StackName goldcast",
    ] {
        assert!(said.out.contains(part), "{part:?} is missing in {}", said.out);
    }
    let read = scene
        .goldcast("deploy --plan --json --code-bucket corp-goldcast-code")
        .await;
    assert_eq!(
        read.members(),
        [
            "account",
            "asked",
            "bootstrap",
            "changes",
            "code",
            "commands",
            "costs",
            "region",
            "stack"
        ]
    );
    assert_eq!(scene.writes(), before);
}

#[tokio::test]
async fn deploying_makes_everything_once_and_then_has_nothing_to_do() {
    let scene = Scene::open().await;
    packed(&scene);
    let asked = scene.goldcast("deploy --code-bucket corp-goldcast-code").await;
    assert_eq!(asked.code, Some(2), "nobody can answer: {asked:?}");
    let said = while_time_passes(&scene, "deploy --yes --code-bucket corp-goldcast-code").await;
    assert_eq!(said.code, Some(0), "{said:?}");
    for part in [
        "✓ bus goldcast-regions is made",
        "✓ sweep.zip is uploaded",
        "✓ stack goldcast is deployed",
        "SweepArn",
    ] {
        assert!(said.out.contains(part), "{part:?} is missing in {}", said.out);
    }
    let before = scene.writes();
    let again = scene.goldcast("deploy --yes --code-bucket corp-goldcast-code").await;
    assert_eq!(again.code, Some(0), "{again:?}");
    assert!(again.out.contains("Nothing to do"), "{again:?}");
    assert_eq!(scene.writes(), before);

    let change = "--code-bucket corp-goldcast-code --parameters LogDays=7";
    let planned = scene.goldcast(&format!("deploy --plan {change}")).await;
    assert_eq!(planned.code, Some(3), "{planned:?}");
    assert!(planned.out.contains("~ LogStore"), "{planned:?}");
    assert!(planned.out.contains("aliyun ros UpdateStack"), "{planned:?}");
    let changed = while_time_passes(&scene, &format!("deploy --yes {change}")).await;
    assert_eq!(changed.code, Some(0), "{changed:?}");
}

#[tokio::test]
async fn a_part_that_fails_is_told_with_its_reason_and_taken_back() {
    let scene = Scene::open().await;
    packed(&scene);
    // A role of one of the names is somebody else's already.
    let arguments = "deploy --yes --json --code-bucket corp-goldcast-code --parameters NamePrefix=taken";
    let owner = scene.owner();
    scene.world.with_cloud(|cloud, moment| {
        let role = goldcast_emulator::cloud::Role {
            account: owner.clone(),
            name: "taken-sweep".to_owned(),
            trust: goldcast_emulator::cloud::Trust::Service("ecs.aliyuncs.com".to_owned()),
            max_session: SignedDuration::from_hours(1),
            policies: Vec::new(),
        };
        cloud.put_role(moment.now, &role);
    });
    let said = while_time_passes(&scene, arguments).await;
    assert_eq!(said.code, Some(1), "{said:?}");
    let failures = said.json()["failures"].clone();
    assert_eq!(failures[0]["resource"], "SweepRole", "{failures}");
    assert!(
        failures[0]["why"].as_str().unwrap().contains("already exists"),
        "{failures}"
    );
    assert!(
        failures[0]["to_do"].as_str().unwrap().contains("NamePrefix"),
        "{failures}"
    );
    let again = scene.goldcast(arguments).await;
    assert_eq!(again.code, Some(2), "{again:?}");
    assert!(again.out.contains("aliyun ros DeleteStack"), "{again:?}");
}

#[tokio::test]
async fn without_keys_a_plan_says_what_the_template_says() {
    let scene = Scene::open().await;
    packed(&scene);
    let said = scene.plain("deploy --plan --code-bucket corp-goldcast-code").await;
    assert_eq!(said.code, Some(3), "{said:?}");
    assert!(said.out.contains("There are no keys"), "{said:?}");
    assert!(said.out.contains("+ Sweep  ALIYUN::FC3::Function"), "{said:?}");
    let foundation = scene.plain("deploy --plan --foundation").await;
    assert_eq!(foundation.code, Some(3), "{foundation:?}");
    assert!(
        foundation.out.contains("+ SweepRole") && !foundation.out.contains("FC3::Function"),
        "{foundation:?}"
    );
    let token = "planted-token-planted-token-planted";
    let secret = format!("deploy --plan --code-bucket corp-goldcast-code --parameters StatusToken={token}");
    let secret = scene.plain(&secret).await;
    assert!(
        secret.out.contains(r#""$StatusToken""#) && !secret.out.contains(token),
        "{secret:?}"
    );
    std::fs::remove_file(scene.folder.path().join("packages/sweep.zip")).unwrap();
    let unpacked = scene.plain("deploy --plan --code-bucket corp-goldcast-code").await;
    assert!(
        unpacked.code == Some(2) && unpacked.err.contains("sweep.zip"),
        "{unpacked:?}"
    );
    packed(&scene);
    let unfit = scene
        .plain("deploy --plan --code-bucket corp-goldcast-code --parameters LogDays=none")
        .await;
    assert_eq!(unfit.code, Some(2), "{unfit:?}");
    assert!(unfit.err.contains("LogDays"), "{unfit:?}");
}
