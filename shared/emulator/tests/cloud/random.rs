//! Long seeded scripts of calls over many operations: the same script gives the same bytes twice, and whatever the cloud
//! keeps in order to answer quickly is at every step what it would make afresh.

use std::fmt::Write as _;

use goldcast_emulator::cloud::{Endpoint, Moment, Setup, Switches};
use goldcast_signing::percent_encode;
use jiff::SignedDuration;
use serde_json::Value;

use crate::shelf::RESOURCE_SHARING;
use crate::support::{
    AWAY, BUILDER, DIRECTORY, ECS, HOME, KEY, KMS, MANAGEMENT, MEMBER, OUTSIDER, OWNER, RAM, SHARING, STS, Signer,
    World, region, setup,
};

/// Calls of one script.
const STEPS: usize = 600;
/// Steps between two looks at what is kept; each renders everything afresh.
const CHECKED_EVERY: usize = 7;
/// Regions that a script calls.
const PLACES: [&str; 3] = [HOME, AWAY, SHARING];
/// Ids of one kind that a script remembers, the newest first to go.
const POOL: usize = 40;

const IMAGE_QUERY: &[&str] = &[
    "PageSize",
    "PageNumber",
    "Status",
    "ImageOwnerAlias",
    "ImageFamily",
    "Tag.1.Key",
    "ImageId",
    "ImageName",
];

/// The operations of a script with parameters that may be given: writes, and the reads that could show a difference.
const OPERATIONS: &[(&str, &str, &[&str])] = &[
    (
        ECS,
        "CreateImage",
        &[
            "InstanceId!",
            "ImageName",
            "ImageFamily",
            "Tag.1.Key",
            "Tag.1.Value",
            "ClientToken",
        ],
    ),
    (ECS, "CreateImage", &["InstanceId!", "ImageName", "Description"]),
    (
        ECS,
        "CopyImage",
        &[
            "ImageId!",
            "DestinationRegionId!",
            "DestinationImageName",
            "Tag.1.Key",
            "Encrypted",
        ],
    ),
    (
        ECS,
        "CopyImage",
        &["ImageId!", "DestinationRegionId!", "DestinationImageName"],
    ),
    (ECS, "CancelCopyImage", &["ImageId!"]),
    (ECS, "DeleteImage", &["ImageId!", "Force"]),
    (ECS, "ModifyImageAttribute", &["ImageId!", "ImageName", "Description"]),
    (ECS, "ModifyImageAttribute", &["ImageId!", "ImageFamily", "Status"]),
    (
        ECS,
        "ModifyImageSharePermission",
        &["ImageId!", "AddAccount.1!", "AddAccount.2"],
    ),
    (
        ECS,
        "ModifyImageSharePermission",
        &["ImageId!", "AddAccount.1", "RemoveAccount.1!"],
    ),
    (
        ECS,
        "TagResources",
        &["ResourceType!", "ResourceId.1!", "Tag.1.Key!", "Tag.1.Value"],
    ),
    (ECS, "UntagResources", &["ResourceType!", "ResourceId.1!", "TagKey.1"]),
    (ECS, "DeleteSnapshot", &["SnapshotId!"]),
    (ECS, "DescribeImages", IMAGE_QUERY),
    (ECS, "DescribeImages", &["PageSize", "Status"]),
    (
        ECS,
        "DescribeImageSharePermission",
        &["ImageId!", "PageSize", "PageNumber"],
    ),
    (ECS, "DescribeImageFromFamily", &["ImageFamily!"]),
    (ECS, "DescribeSnapshots", &["PageSize"]),
    (
        ECS,
        "ListTagResources",
        &["ResourceType!", "ResourceId.1", "Tag.1.Key!"],
    ),
    (DIRECTORY, "CreateResourceAccount", &["DisplayName!", "ParentFolderId"]),
    (DIRECTORY, "DeleteAccount", &["AccountId!"]),
    (DIRECTORY, "MoveAccount", &["AccountId!", "DestinationFolderId!"]),
    (DIRECTORY, "RemoveCloudAccount", &["AccountId!"]),
    (DIRECTORY, "ListAccounts", &["PageSize"]),
    (
        RESOURCE_SHARING,
        "CreateResourceShare",
        &[
            "ResourceShareName!",
            "Resources.1.ResourceId",
            "Resources.1.ResourceType",
            "Targets.1",
        ],
    ),
    (
        RESOURCE_SHARING,
        "AssociateResourceShare",
        &["ResourceShareId!", "Targets.1!"],
    ),
    (
        RESOURCE_SHARING,
        "DisassociateResourceShare",
        &["ResourceShareId!", "Targets.1!"],
    ),
    (RESOURCE_SHARING, "DeleteResourceShare", &["ResourceShareId!"]),
    (RESOURCE_SHARING, "ListResourceShareAssociations", &["AssociationType!"]),
    (KMS, "CreateKey", &["Description"]),
    (KMS, "ListKeys", &["PageSize"]),
    (RAM, "CreateRole", &["RoleName!", "AssumeRolePolicyDocument!"]),
    (RAM, "DeleteRole", &["RoleName!"]),
    (STS, "GetCallerIdentity", &[]),
    (STS, "AssumeRole", &["RoleArn!", "RoleSessionName!"]),
];

/// A small generator (xorshift), so that a script follows from its number alone.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(bound).unwrap()).unwrap()
    }

    fn of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }
}

/// A script while it runs.
struct Script {
    world: World,
    dice: Dice,
    images: Vec<String>,
    snapshots: Vec<String>,
    shares: Vec<String>,
    accounts: Vec<String>,
    /// Everything that was answered, in order.
    transcript: String,
}

impl Script {
    fn new(seed: u64, switches: Switches) -> Self {
        Self {
            world: World::with(Setup {
                seed,
                switches,
                ..setup()
            }),
            dice: Dice(seed * 2 + 1),
            images: vec!["m-nobody".to_owned()],
            snapshots: vec!["s-nobody".to_owned()],
            shares: vec!["rs-nobody".to_owned()],
            accounts: [MEMBER, OUTSIDER, OWNER, "2000000000000002", "2000000000000007"]
                .map(str::to_owned)
                .into(),
            transcript: String::new(),
        }
    }

    /// Runs the script and gives every answer and every event, byte for byte.
    fn run(mut self) -> String {
        for step in 0..STEPS {
            self.step();
            if step % CHECKED_EVERY == 0 {
                for at in PLACES {
                    let kept = self.world.cloud.check_kept(&region(at), self.world.now);
                    kept.unwrap_or_else(|wrong| panic!("step {step}: {wrong}"));
                    for caller in [OWNER, MEMBER] {
                        let plain = self.listing(caller, at, true);
                        let filtered = self.listing(caller, at, false);
                        assert_eq!(
                            plain, filtered,
                            "step {step}: a page kept for {caller} in {at} is out of date"
                        );
                    }
                }
            }
        }
        for event in &self.world.events {
            writeln!(self.transcript, "{} {}", event.region, event.body).unwrap();
        }
        self.transcript
    }

    /// All images that a caller sees. A page is kept for a plain listing, with a status at most; a filter that lets every
    /// image pass makes it afresh.
    fn listing(&mut self, caller: &str, at: &str, plain: bool) -> Value {
        let mut params = vec![("RegionId", at), ("Status", "ALL"), ("PageSize", "100")];
        if !plain {
            params.push(("OSType", "linux"));
        }
        let request = self.world.request(&Signer::of(caller), ECS, "DescribeImages", &params);
        let endpoint = Endpoint::Region(region(at));
        let response = self.world.cloud.handle(Moment::at(self.world.now), &endpoint, &request);
        let body: Value = serde_json::from_slice(response.body()).unwrap();
        ["Code", "TotalCount", "Images"]
            .map(|member| body[member].clone())
            .into()
    }

    fn step(&mut self) {
        match self.dice.below(20) {
            0 => {
                let seconds = 1 + self.dice.below(400);
                self.world
                    .wait(SignedDuration::from_secs(i64::try_from(seconds).unwrap()));
            }
            1 => {
                let (at, image) = (self.place(), self.image());
                let now = self.world.now;
                let failed = self.world.cloud.fail_making(now, &region(at), &image.parse().unwrap());
                writeln!(self.transcript, "fail {at} {image} {failed}").unwrap();
            }
            2 => {
                let (at, image) = (self.place(), self.image());
                let hours = i64::try_from(self.dice.below(48)).unwrap();
                self.world
                    .cloud
                    .edit_image(&region(at), &image.parse().unwrap(), |image| {
                        image.in_use = !image.in_use;
                        image.created += SignedDuration::from_hours(hours);
                    });
            }
            _ => self.call(),
        }
    }

    fn call(&mut self) {
        let (version, action, names) = OPERATIONS[self.dice.below(OPERATIONS.len())];
        let global = [DIRECTORY, RAM, STS].contains(&version);
        let at = self.place();
        let mut params: Vec<(String, String)> = Vec::new();
        for name in names {
            if name.ends_with('!') || self.dice.below(2) == 0 {
                let name = name.trim_end_matches('!');
                params.push((name.to_owned(), self.value(action, name)));
            }
        }
        if version == ECS {
            params.push(("RegionId".to_owned(), at.to_owned()));
        }
        let caller = match version {
            DIRECTORY => MANAGEMENT,
            ECS if self.dice.below(4) == 0 => self.dice.of(&[MEMBER, OUTSIDER, "2000000000000007"]),
            _ => OWNER,
        };
        let endpoint = if global {
            Endpoint::Global
        } else {
            Endpoint::Region(region(at))
        };
        let borrowed: Vec<(&str, &str)> = params
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let request = self.world.request(&Signer::of(caller), version, action, &borrowed);
        let response = self.world.cloud.handle(Moment::at(self.world.now), &endpoint, &request);
        let body = String::from_utf8(response.body().to_vec()).unwrap();
        self.learn(&serde_json::from_str(&body).unwrap());
        let query: Vec<String> = params
            .iter()
            .map(|(name, value)| format!("{name}={}", percent_encode(value)))
            .collect();
        writeln!(
            self.transcript,
            "{at} {caller} {action} {} {} {body}",
            query.join("&"),
            response.status()
        )
        .unwrap();
    }

    /// Remembers the ids in an answer.
    fn learn(&mut self, body: &Value) {
        match body {
            Value::Array(values) => values.iter().for_each(|value| self.learn(value)),
            Value::Object(members) => {
                for (name, value) in members {
                    self.learn(value);
                    let pool = match name.as_str() {
                        "ImageId" => &mut self.images,
                        "SnapshotId" => &mut self.snapshots,
                        "ResourceShareId" => &mut self.shares,
                        "AccountId" => &mut self.accounts,
                        _ => continue,
                    };
                    let id = value.as_str().unwrap_or_default();
                    if !id.is_empty() && pool.len() < POOL && !pool.iter().any(|known| known == id) {
                        pool.push(id.to_owned());
                    }
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    fn place(&mut self) -> &'static str {
        self.dice.of(&[HOME, HOME, HOME, AWAY, SHARING])
    }

    fn image(&mut self) -> String {
        let place = self.dice.below(self.images.len());
        self.images[place].clone()
    }

    fn value(&mut self, action: &str, name: &str) -> String {
        let dice = &mut self.dice;
        let fixed = match name {
            "InstanceId" => BUILDER,
            "ImageName" | "DestinationImageName" => {
                let number = dice.below(60);
                return format!("golden-{number}");
            }
            "ImageFamily" => dice.of(&["corp-linux", "corp-windows", "acs:1234567890123456:corp-linux"]),
            "Tag.1.Key" | "TagKey.1" => dice.of(&["golden", "team", "goldcast:release", "aliyun"]),
            "Tag.1.Value" | "Description" => dice.of(&["", "one", "two \"quoted\" \\ 中文"]),
            "ClientToken" => dice.of(&["token-1", "token-2"]),
            "DestinationRegionId" => dice.of(&[HOME, AWAY, SHARING]),
            "Encrypted" | "Force" => dice.of(&["true", "False"]),
            "Status" if action == "DescribeImages" => dice.of(&["ALL", "Creating,Waiting", "Available", "Deprecated"]),
            "Status" => dice.of(&["Deprecated", "Available"]),
            "PageSize" => dice.of(&["1", "5", "100", "1000"]),
            "PageNumber" => dice.of(&["1", "2", "0"]),
            "ImageOwnerAlias" => dice.of(&["self", "others", "system"]),
            "ResourceType" => dice.of(&["image", "snapshot"]),
            "Resources.1.ResourceType" => "Image",
            "AssociationType" => dice.of(&["Resource", "Target"]),
            "ParentFolderId" | "DestinationFolderId" => {
                dice.of(&["fd-prod000001", "fd-prodeu0001", "fd-dev0000001", "r-root01"])
            }
            "Targets.1" => dice.of(&["fd-prod000001", "fd-dev0000001", "rd-gold01", MEMBER]),
            "DisplayName" | "ResourceShareName" | "RoleName" | "RoleSessionName" => dice.of(&["one", "two", "three"]),
            "AssumeRolePolicyDocument" => {
                r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":["fc.aliyuncs.com"]}}]}"#
            }
            "RoleArn" => dice.of(&[
                "acs:ram::1000000000000001:role/goldcast-directory-reader",
                "acs:ram::1:role/none",
            ]),
            "ImageId" | "Resources.1.ResourceId" => return self.image(),
            "ResourceId.1" if dice.below(4) > 0 => return self.image(),
            "SnapshotId" | "ResourceId.1" => {
                let place = dice.below(self.snapshots.len());
                return self.snapshots[place].clone();
            }
            "ResourceShareId" => {
                let place = dice.below(self.shares.len());
                return self.shares[place].clone();
            }
            "AccountId" | "AddAccount.1" | "AddAccount.2" | "RemoveAccount.1" => {
                let place = dice.below(self.accounts.len());
                return self.accounts[place].clone();
            }
            _ => KEY,
        };
        fixed.to_owned()
    }
}

#[test]
fn a_long_script_gives_the_same_bytes_twice() {
    for seed in 1..3 {
        let once = Script::new(seed, Switches::default()).run();
        assert!(once == Script::new(seed, Switches::default()).run(), "script {seed}");
    }
}

#[test]
fn what_is_kept_for_listings_is_never_out_of_date() {
    for seed in 10..14 {
        let switches = Switches {
            shelves_show_as_self_shared: seed % 2 == 0,
            ..Switches::default()
        };
        let transcript = Script::new(seed, switches).run();
        let succeeded = transcript.lines().filter(|line| line.contains(" 200 OK ")).count();
        assert!(
            succeeded > STEPS / 4,
            "script {seed} did almost nothing: {succeeded} calls of {STEPS} were carried out"
        );
    }
}
