//! `doctor` finds nothing in a healthy set-up, and each defect that is planted. What is healthy is what the templates deploy.

use goldcast_domain::RegionId;
use goldcast_emulator::cloud::{Attached, Cloud, KeyState, KmsKey, Moment, PolicyDocument, Role, StackResource, Trust};
use goldcast_emulator::world::Stacks;
use goldcast_functions::{REGION_EVENTS, TEMPLATE};
use goldcast_template::{Place, Stack, Template, Values, values_of};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::scene::{Conditions, EXAMPLE, Said, Scene};

/// What the example policy looks for in the environment of the sweep.
const VARIABLES: [&str; 7] = [
    "DINGTALK_URL",
    "DINGTALK_SECRET",
    "INVENTORY_URL",
    "INVENTORY_SECRET",
    "SLACK_URL",
    "FEISHU_URL",
    "FEISHU_SECRET",
];
/// Where the sweep notes that it went through.
const LAST_SWEEP: &str = "goldcast/told/last-sweep";
const BUCKET: &str = "corp-goldcast";
const SWEEP: &str = "goldcast-sweep";

/// A company that deployed the templates as they are.
struct Company {
    scene: Scene,
    stacks: Stacks,
}

impl Company {
    async fn healthy() -> Self {
        Self::under(Conditions::default()).await
    }

    async fn under(conditions: Conditions) -> Self {
        let mut scene = Scene::open_as(conditions).await;
        let stacks = stacks(&scene);
        scene.world.deploy(&stacks).await.unwrap();
        let company = Self { scene, stacks };
        company.swept(SignedDuration::from_mins(3));
        company
    }

    /// Notes that the sweep went through so long ago.
    fn swept(&self, ago: SignedDuration) {
        self.change(|cloud, moment| {
            let note = json!({ "at": moment.now - ago }).to_string();
            assert!(cloud.write_object(moment.now, BUCKET, LAST_SWEEP, note));
        });
    }

    fn change<R>(&self, work: impl FnOnce(&mut Cloud, Moment) -> R) -> R {
        self.scene.world.with_cloud(work)
    }

    fn home(&self) -> &RegionId {
        &self.scene.policy.owner.home_region
    }

    /// Deploys one resource of the stack again, changed.
    fn redeploy(&self, id: &str, change: impl FnOnce(&mut Value)) {
        self.redeploy_of(&self.stacks.home, self.home(), id, change);
    }

    fn redeploy_of(&self, stack: &Stack, region: &RegionId, id: &str, change: impl FnOnce(&mut Value)) {
        let resource = stack.resource(id).unwrap();
        let mut properties = resource.properties.clone();
        change(&mut properties);
        let changed = StackResource {
            kind: resource.kind.clone(),
            properties,
        };
        let owner = &self.scene.policy.owner.account;
        self.change(|cloud, moment| cloud.deploy(moment.now, owner, region, &[changed]));
    }

    async fn doctor(&self) -> Said {
        self.scene.goldcast("doctor --json").await
    }
}

fn stacks(scene: &Scene) -> Stacks {
    let owner = &scene.policy.owner;
    let place = Place {
        account: owner.account.clone(),
        region: owner.home_region.clone(),
        stack: "goldcast".to_owned(),
    };
    let variables: Value = VARIABLES
        .iter()
        .map(|name| ((*name).to_owned(), json!("planted")))
        .collect();
    let mut values = values_of(&scene.policy);
    let given = [
        ("CodeBucket", "goldcast-packages"),
        ("CodePrefix", "goldcast/test"),
        ("SweepVariables", &variables.to_string()),
    ];
    values.extend(given.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let home = Values::from([("HomeRegion".to_owned(), place.region.to_string())]);
    let regions = scene.policy.all_regions().into_iter().cloned();
    let (template, forwarding) = (
        Template::parse(TEMPLATE).unwrap(),
        Template::parse(REGION_EVENTS).unwrap(),
    );
    Stacks::resolve(&place, (&template, &values), (&forwarding, &home), regions).unwrap()
}

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

/// Checks that a defect is found, and how `doctor` ends.
#[track_caller]
fn check(said: &Said, plant: &str, expected: &str) {
    let found = found(said);
    assert!(
        found.iter().any(|finding| finding == expected),
        "{plant}: {expected} is not in {found:?}"
    );
    let code = match found
        .iter()
        .map(|finding| finding.split(' ').next().unwrap())
        .min_by_key(|severity| rank(severity))
    {
        Some("error") => 1,
        Some("unknown") => 5,
        Some("warning") => 3,
        _ => 0,
    };
    assert_eq!(said.code, Some(code), "{plant}: {found:?}");
}

fn rank(severity: &str) -> usize {
    ["error", "unknown", "warning", "note"]
        .iter()
        .position(|known| *known == severity)
        .unwrap()
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
    company.change(|cloud, _| {
        let owner = company.scene.policy.owner.account.clone();
        cloud.remove_service_linked_role(&owner, "AliyunServiceRoleForEventBridgeSourceCMS");
    });
    let said = company.scene.goldcast("doctor").await;
    assert_eq!(said.code, Some(1), "{said:?}");
    insta::assert_snapshot!("doctor", said.out);
}

/// A defect that is planted in a running set-up.
type Plant = (&'static str, fn(&Company), &'static str);

async fn check_each(plants: &[Plant]) {
    for (plant, work, expected) in plants {
        let company = Company::healthy().await;
        work(&company);
        check(&company.doctor().await, plant, expected);
    }
}

#[tokio::test]
async fn what_is_wrong_with_functions_is_found() {
    check_each(&[
        ("no sweep", |company| remove(company, SWEEP), "error function-missing"),
        (
            "another role",
            |company| company.redeploy("Sweep", |function| function["Role"] = json!("acs:ram::1:role/other")),
            "error function-role-wrong",
        ),
        (
            "a shorter timeout",
            |company| company.redeploy("Sweep", |function| function["Timeout"] = json!(3)),
            "warning function-differs",
        ),
        (
            "no log",
            |company| company.redeploy("Sweep", |function| drop(taken(function, "LogConfig"))),
            "warning function-unlogged",
        ),
        (
            "no variables",
            |company| company.redeploy("Sweep", |function| drop(taken(function, "EnvironmentVariables"))),
            "error variable-missing",
        ),
        (
            "successes go nowhere",
            |company| {
                company.redeploy("ImageCreatedAsync", |config| {
                    drop(taken(&mut config["DestinationConfig"], "OnSuccess"));
                });
            },
            "warning sweep-not-woken",
        ),
        (
            "failures go nowhere",
            |company| {
                company.redeploy("SweepAsync", |config| {
                    drop(taken(&mut config["DestinationConfig"], "OnFailure"));
                });
            },
            "warning failures-lost",
        ),
        (
            "two sweeps at a time",
            |company| company.redeploy("OneSweepAtATime", |config| config["ReservedConcurrency"] = json!(2)),
            "error sweep-not-alone",
        ),
    ])
    .await;
}

#[tokio::test]
async fn what_is_wrong_with_triggers_is_found() {
    check_each(&[
        (
            "no timer",
            |company| unhook(company, "goldcast-copy-completed", "every-minute"),
            "error timer-missing",
        ),
        (
            "timer off",
            |company| {
                company.redeploy("EveryMinute", |trigger| {
                    trigger["TriggerConfig"]["enable"] = json!(false);
                });
            },
            "error timer-disabled",
        ),
        (
            "no trigger",
            |company| unhook(company, "goldcast-image-created", "image-calls"),
            "warning trigger-missing",
        ),
        (
            "trigger off",
            |company| {
                company.redeploy("ImageCalls", |trigger| {
                    trigger["TriggerConfig"]["triggerEnable"] = json!(false);
                });
            },
            "warning trigger-disabled",
        ),
        (
            "another pattern",
            |company| repattern(company, r#"{"source":["acs.oos"]}"#),
            "warning pattern-misses",
        ),
        (
            "a wider pattern",
            |company| repattern(company, r#"{"source":["acs.ecs"]}"#),
            "note pattern-differs",
        ),
        (
            "no rule behind the trigger",
            |company| unrule(company, "default", "goldcast-image-created-image-calls"),
            "warning trigger-rule-missing",
        ),
    ])
    .await;
}

#[tokio::test]
async fn what_is_wrong_with_events_is_found() {
    check_each(&[
        (
            "never opened",
            |company| company.change(|cloud, _| cloud.close_eventbridge(&company.scene.policy.owner.account)),
            "error eventbridge-closed",
        ),
        (
            "no service-linked role",
            |company| unlink(company, "AliyunServiceRoleForEventBridgeSourceActionTrail"),
            "warning service-role-missing",
        ),
        (
            "no role for triggers",
            |company| unlink(company, "AliyunServiceRoleForFCTriggerEventBridge"),
            "warning trigger-role-missing",
        ),
        (
            "no bus",
            |company| {
                let owner = &company.scene.policy.owner.account;
                company.change(|cloud, _| cloud.remove_event_bus(owner, company.home(), "goldcast-regions"));
            },
            "warning bus-missing",
        ),
        (
            "no rule",
            |company| unrule(company, "goldcast-regions", "goldcast-tags-elsewhere"),
            "warning rule-missing",
        ),
        (
            "rule off",
            |company| company.redeploy("TagsElsewhere", |rule| rule["Status"] = json!("DISABLE")),
            "warning rule-disabled",
        ),
        ("many rules", crowd, "note rules-full"),
        (
            "nothing forwards",
            |company| forward(company, None),
            "note forwarding-missing",
        ),
        (
            "forwarding off",
            |company| forward(company, Some("DISABLE")),
            "warning forwarding-disabled",
        ),
    ])
    .await;
}

#[tokio::test]
async fn what_is_wrong_with_roles_is_found() {
    let with = |trust: &str, policies: Vec<Attached>| (trust.to_owned(), policies);
    let administrator = || vec![Attached::System("AdministratorAccess".to_owned())];
    for (plant, given, expected) in [
        ("no role", None, "error role-missing"),
        (
            "trusts another",
            Some(with("ecs.aliyuncs.com", administrator())),
            "error role-untrusting",
        ),
        (
            "an administrator",
            Some(with("fc.aliyuncs.com", administrator())),
            "warning role-too-powerful",
        ),
        (
            "no policies",
            Some(with("fc.aliyuncs.com", Vec::new())),
            "error role-lacks",
        ),
    ] {
        let company = Company::healthy().await;
        let owner = company.scene.policy.owner.account.clone();
        company.change(|cloud, moment| match given {
            None => assert!(cloud.remove_role(&owner, SWEEP)),
            Some((trust, policies)) => cloud.put_role(
                moment.now,
                &Role {
                    account: owner,
                    name: SWEEP.to_owned(),
                    trust: Trust::Service(trust),
                    max_session: SignedDuration::from_hours(1),
                    policies,
                },
            ),
        });
        check(&company.doctor().await, plant, expected);
    }
}

#[tokio::test]
async fn what_is_wrong_with_keys_clock_and_regions_is_found() {
    let company = Company::healthy().await;
    let healthy = company.scene.described(&company.scene.policy.owner.account);
    let without = |region: &str, product: &str| {
        let mut description = healthy.clone();
        drop(taken(&mut description["endpoints"][region], product));
        description
    };
    let mut wrong_secret = healthy.clone();
    wrong_secret["credentials"]["owner"]["access_key_secret"] = json!("not-the-secret");
    for (plant, description, expected) in [
        (
            "another account",
            company.scene.described(&"2000000000000001".parse().unwrap()),
            "error account-wrong",
        ),
        ("a wrong secret", wrong_secret, "error keys-refused"),
        (
            "no way to a region",
            without("eu-central-1", "ecs"),
            "unknown region-silent",
        ),
        (
            "no shelves in a region",
            without("eu-central-1", "resourcesharing"),
            "warning region-without-shelf",
        ),
    ] {
        company.scene.write("world.json", &description.to_string());
        check(&company.doctor().await, plant, expected);
    }
    for (minutes, expected) in [(5, "warning clock-skewed"), (40, "error clock-skewed")] {
        let skewed = Company::under(Conditions {
            skew: SignedDuration::from_mins(minutes),
            ..Conditions::default()
        });
        check(&skewed.await.doctor().await, "another clock", expected);
    }
    let closed = Company::under(Conditions {
        organisation: |organisation| {
            let regions = ["cn-hangzhou", "cn-shanghai", "ap-southeast-1"];
            organisation.visible_regions = Some(regions.iter().map(|region| region.parse().unwrap()).collect());
        },
        ..Conditions::default()
    });
    check(&closed.await.doctor().await, "a region fewer", "error region-unknown");
}

#[tokio::test]
async fn what_is_wrong_with_directory_and_quotas_is_found() {
    for (plant, from, to, expected) in [
        (
            "a strange folder",
            "fd-dev0000001",
            "fd-dev0000009",
            "error folder-missing",
        ),
        (
            "a stranger",
            "2000000000000012",
            "3000000000000001",
            "warning account-outside",
        ),
        (
            "another bucket",
            "bucket = \"corp-goldcast\"",
            "bucket = \"corp-other\"",
            "error told-bucket-missing",
        ),
        (
            "no parameter",
            "url = { env = \"SLACK_URL\" }",
            "url = { secret-parameter = \"goldcast-slack\" }",
            "error secret-missing",
        ),
    ] {
        let company = Company::healthy().await;
        company.scene.rewrite_policy(from, to);
        check(&company.doctor().await, plant, expected);
    }
    let conditions = [
        (
            Conditions {
                organisation: |organisation| organisation.sharing_enabled = false,
                ..Conditions::default()
            },
            "error sharing-disabled",
        ),
        (
            Conditions {
                organisation: |organisation| organisation.roles.clear(),
                ..Conditions::default()
            },
            "error directory-closed",
        ),
        (
            Conditions {
                switches: |switches| switches.resource_shares_per_account = 0,
                ..Conditions::default()
            },
            "error quota-full",
        ),
        (
            Conditions {
                switches: |switches| switches.accounts_per_image = 20,
                ..Conditions::default()
            },
            "error limit-above-quota",
        ),
        (
            Conditions {
                switches: |switches| switches.accounts_per_image = 5,
                ..Conditions::default()
            },
            "error audience-above-quota",
        ),
    ];
    for (conditions, expected) in conditions {
        check(&Company::under(conditions).await.doctor().await, expected, expected);
    }
}

#[tokio::test]
async fn what_is_wrong_with_channels_and_the_sweep_is_found() {
    let trouble = r#"{"version":1,"facts":{},"trouble":{"since":"2026-03-02T08:00:00Z","why":"the robot is gone","kind":"channel"}}"#;
    for (plant, key, body, expected) in [
        (
            "a robot that is gone",
            "goldcast/told/inventory.json",
            trouble,
            "warning channel-trouble",
        ),
        ("a note that is none", LAST_SWEEP, "{}", "warning sweep-never"),
        (
            "an old note",
            LAST_SWEEP,
            r#"{"at":"2026-03-02T08:00:00Z"}"#,
            "error sweep-silent",
        ),
    ] {
        let company = Company::healthy().await;
        company.change(|cloud, moment| assert!(cloud.write_object(moment.now, BUCKET, key, body)));
        check(&company.doctor().await, plant, expected);
    }
    let company = Company::healthy().await;
    let untold = EXAMPLE.split("# What people have been told").next().unwrap();
    company.scene.write("goldcast.toml", untold);
    check(&company.doctor().await, "no channels", "note told-nowhere");
}

#[tokio::test]
async fn what_is_wrong_with_encryption_is_found() {
    for (region, state, creator, expected) in [
        ("cn-shanghai", None, "", "error key-missing"),
        ("cn-shanghai", Some(KeyState::Disabled), "", "error key-disabled"),
        ("cn-shanghai", Some(KeyState::PendingDeletion), "", "error key-leaving"),
        ("cn-shanghai", Some(KeyState::Enabled), "Ecs", "error key-of-service"),
        ("cn-shanghai", Some(KeyState::Enabled), "", "error share-role-missing"),
    ] {
        let company = Company::healthy().await;
        let owner = &company.scene.policy.owner.account;
        let encrypt = format!("encrypt = {{ {region} = \"key-golden\" }}\nregions = [");
        company.scene.rewrite_policy("regions = [", &encrypt);
        if let Some(state) = state {
            company.change(|cloud, moment| {
                cloud.put_kms_key(KmsKey {
                    state,
                    creator: if creator.is_empty() {
                        owner.to_string()
                    } else {
                        creator.to_owned()
                    },
                    ..KmsKey::new(owner, &region.parse().unwrap(), "key-golden", moment.now)
                });
            });
        }
        check(&company.doctor().await, expected, expected);
    }
}

#[tokio::test]
async fn what_may_not_be_looked_at_is_said_with_the_permission_that_is_missing() {
    let company = Company::healthy().await;
    let owner = &company.scene.policy.owner.account;
    let everything_but = json!({ "Version": "1", "Statement": [
        { "Effect": "Allow", "Action": "*", "Resource": "*" },
        { "Effect": "Deny", "Action": "fc:ListTriggers", "Resource": "*" },
    ] });
    let document: PolicyDocument = everything_but.to_string().parse().unwrap();
    company.change(|cloud, moment| {
        let policy = Attached::Custom {
            name: "doctor".to_owned(),
            document,
        };
        cloud.put_user(moment.now, owner, "operator", &[policy]);
    });
    let said = company.doctor().await;
    check(&said, "a limited user", "unknown triggers-unread");
    let object = said.json();
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

fn taken(object: &mut Value, name: &str) -> Option<Value> {
    object.as_object_mut().unwrap().remove(name)
}

fn remove(company: &Company, function: &str) {
    let owner = &company.scene.policy.owner.account;
    assert!(company.change(|cloud, _| cloud.remove_function(owner, company.home(), function)));
}

fn unhook(company: &Company, function: &str, trigger: &str) {
    let owner = &company.scene.policy.owner.account;
    assert!(company.change(|cloud, _| cloud.remove_trigger(owner, company.home(), function, trigger)));
}

fn unrule(company: &Company, bus: &str, rule: &str) {
    let owner = &company.scene.policy.owner.account;
    assert!(company.change(|cloud, _| cloud.remove_rule(owner, company.home(), bus, rule)));
}

fn unlink(company: &Company, role: &str) {
    let owner = &company.scene.policy.owner.account;
    company.change(|cloud, _| cloud.remove_service_linked_role(owner, role));
}

fn repattern(company: &Company, pattern: &str) {
    company.redeploy("ImageCalls", |trigger| {
        trigger["TriggerConfig"]["eventRuleFilterPattern"] = json!(pattern);
    });
}

fn crowd(company: &Company) {
    for n in 0..10 {
        company.redeploy("TagsElsewhere", |rule| {
            rule["EventBusName"] = json!("default");
            rule["RuleName"] = json!(format!("somebody-else-{n}"));
        });
    }
}

/// Changes the rule that forwards events of one region, or takes it away.
fn forward(company: &Company, status: Option<&str>) {
    let (region, stack) = company.stacks.regions.iter().next().unwrap();
    if let Some(status) = status {
        company.redeploy_of(stack, region, "Tags", |rule| rule["Status"] = json!(status));
    } else {
        let owner = &company.scene.policy.owner.account;
        let gone = company.change(|cloud, _| cloud.remove_rule(owner, region, "default", "goldcast-forward-tags"));
        assert!(gone);
    }
}
