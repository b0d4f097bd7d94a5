//! A small world to plan in: a policy, images, grants and members, and what the actions of a plan do to it.

use std::collections::{BTreeMap, BTreeSet};

use goldcast_domain::{
    AccountId, Directory, Disk, Image, ImageRef, ImageStatus, Member, MemberState, PolicyFile, RegionId, Scope, Shared,
    Standing, ledger,
};
use goldcast_planner::{Action, Observed, Plan, Questions, Reading, copy_name, plan, questions};
use jiff::{Timestamp, ToSpan as _};

pub(crate) const HOME: &str = "cn-hangzhou";
pub(crate) const SHANGHAI: &str = "cn-shanghai";
pub(crate) const SINGAPORE: &str = "ap-southeast-1";
pub(crate) const OWNER: &str = "1234567890123456";
pub(crate) const ALICE: &str = "2000000000000001";
pub(crate) const BOB: &str = "2000000000000002";
pub(crate) const CAROL: &str = "2000000000000003";

/// Shares with one named account in two regions.
pub(crate) const NAMED: &str = r#"{
    "owner": {"account": "1234567890123456", "home-region": "cn-hangzhou"},
    "policy": [{"name": "base-linux", "family": "corp-linux", "select": {"tags": {"golden": "linux"}},
                "regions": ["cn-shanghai", "ap-southeast-1"], "share": {"accounts": ["2000000000000001"]}}]}"#;

/// Shares with a folder, minus one account.
pub(crate) const FOLDER: &str = r#"{
    "owner": {"account": "1234567890123456", "home-region": "cn-hangzhou",
              "directory": {"role": "acs:ram::1000000000000001:role/reader"}},
    "policy": [{"name": "base-linux", "family": "corp-linux", "select": {"tags": {"golden": "linux"}},
                "regions": ["cn-shanghai"],
                "share": {"folders": ["fd-prod000001"], "except": ["2000000000000003"]}}]}"#;

pub(crate) fn now() -> Timestamp {
    "2026-03-02T12:00:00Z".parse().unwrap()
}

pub(crate) fn account(id: &str) -> AccountId {
    id.parse().unwrap()
}

pub(crate) fn region(id: &str) -> RegionId {
    id.parse().unwrap()
}

pub(crate) fn at(region: &str, image: &str) -> ImageRef {
    ImageRef {
        region: region.parse().unwrap(),
        image: image.parse().unwrap(),
    }
}

/// What there is, and what could not be read of it.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) policy: PolicyFile,
    pub(crate) images: BTreeMap<RegionId, Vec<Image>>,
    pub(crate) grants: BTreeMap<ImageRef, BTreeSet<AccountId>>,
    pub(crate) members: BTreeMap<AccountId, Member>,
    pub(crate) dark_regions: BTreeSet<RegionId>,
    pub(crate) dark_directory: bool,
    pub(crate) time: Timestamp,
    made: u32,
}

impl World {
    pub(crate) fn new(policy: &str) -> Self {
        Self {
            policy: PolicyFile::from_json(policy).unwrap(),
            images: BTreeMap::new(),
            grants: BTreeMap::new(),
            members: BTreeMap::new(),
            dark_regions: BTreeSet::new(),
            dark_directory: false,
            time: now(),
            made: 0,
        }
    }

    /// A golden image at home, created so many minutes before now.
    pub(crate) fn source(&mut self, id: &str, name: &str, minutes_ago: i64) -> &mut Image {
        let mut image = blank(at(HOME, id), name, now() - minutes_ago.minutes());
        image.tags = [("golden".to_owned(), "linux".to_owned())].into();
        self.put(image)
    }

    /// A finished copy of a source, as goldcast makes them.
    pub(crate) fn copy(&mut self, source: &str, name: &str, to: &str, minutes_ago: i64) -> &mut Image {
        self.made += 1;
        let id = format!("m-copy{:04}", self.made);
        let mut image = blank(
            at(to, &id),
            &copy_name(name, &source.parse().unwrap()),
            now() - minutes_ago.minutes(),
        );
        image.is_copied = true;
        image.tags = [
            ("golden", "linux"),
            (ledger::SOURCE, source),
            (ledger::RELEASE, name),
            (ledger::POLICY, "base-linux"),
            ("goldcast:attempt", "1"),
        ]
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .into();
        self.put(image)
    }

    pub(crate) fn put(&mut self, image: Image) -> &mut Image {
        let images = self.images.entry(image.at.region.clone()).or_default();
        images.push(image);
        images.last_mut().unwrap()
    }

    pub(crate) fn grant(&mut self, image: &ImageRef, accounts: &[&str]) {
        self.grants
            .entry(image.clone())
            .or_default()
            .extend(accounts.iter().map(|id| account(id)));
    }

    pub(crate) fn member(&mut self, id: &str, folders: &str) {
        let member = Member {
            account: account(id),
            name: format!("member {id}"),
            path: format!("rd-gold01/r-root01/{folders}/{id}"),
            state: MemberState::Active,
        };
        self.members.insert(account(id), member);
    }

    pub(crate) fn image(&self, at: &ImageRef) -> &Image {
        self.images[&at.region].iter().find(|image| image.at == *at).unwrap()
    }

    pub(crate) fn image_mut(&mut self, at: &ImageRef) -> &mut Image {
        self.images
            .get_mut(&at.region)
            .unwrap()
            .iter_mut()
            .find(|image| image.at == *at)
            .unwrap()
    }

    /// Reads whatever is asked for, until nothing more is.
    pub(crate) fn observe(&self, scope: Scope) -> Observed {
        let mut seen = Observed::new(scope);
        for _ in 0..5 {
            let asked = questions(&self.policy, &seen, self.time);
            if asked.is_empty() {
                return seen;
            }
            self.answer(&asked, &mut seen);
        }
        panic!("questions never end: {:?}", questions(&self.policy, &seen, self.time));
    }

    fn answer(&self, asked: &Questions, seen: &mut Observed) {
        for region in &asked.regions {
            let reading = if self.dark_regions.contains(region) {
                Reading::Unknown("no answer".into())
            } else {
                let mut images = self.images.get(region).cloned().unwrap_or_default();
                for image in &mut images {
                    let shared = self.grants.get(&image.at).is_some_and(|accounts| !accounts.is_empty());
                    image.shared = if shared { Shared::Yes } else { Shared::No };
                }
                Reading::Known(images)
            };
            seen.images.insert(region.clone(), reading);
        }
        for image in &asked.grants {
            let accounts = self.grants.get(image).cloned().unwrap_or_default();
            seen.grants.insert(image.clone(), Reading::Known(accounts));
        }
        if asked.directory {
            seen.directory = Some(if self.dark_directory {
                Reading::Unknown("no answer".into())
            } else {
                Reading::Known(Directory {
                    members: self.members.clone(),
                })
            });
        }
        for id in &asked.accounts {
            let reading = if self.dark_directory {
                Reading::Unknown("no answer".into())
            } else {
                Reading::Known(self.members.get(id).cloned().map_or(Standing::Gone, Standing::Member))
            };
            seen.standings.insert(id.clone(), reading);
        }
    }

    pub(crate) fn plan(&self, scope: Scope) -> Plan {
        plan(&self.policy, &self.observe(scope), self.time)
    }

    pub(crate) fn sweep(&self) -> Plan {
        self.plan(Scope::Everything)
    }

    /// The plan's lines, as people read them.
    #[track_caller]
    pub(crate) fn check(&self, expected: &str) {
        let text = self.sweep().to_string();
        let trimmed = |text: &str| {
            text.lines()
                .map(str::trim)
                .filter(|l| !l.is_empty())
                .collect::<Vec<_>>()
                .join("\n")
        };
        assert_eq!(trimmed(&text), trimmed(expected));
    }

    /// Does what the action says, as the cloud would.
    pub(crate) fn apply(&mut self, action: &Action) {
        match action {
            Action::RecordAttempts { source, value } => {
                self.image_mut(source)
                    .tags
                    .insert(ledger::ATTEMPTS.into(), value.clone());
            }
            Action::DeleteFailedCopy { copy } => {
                self.images
                    .get_mut(&copy.region)
                    .unwrap()
                    .retain(|image| image.at != *copy);
            }
            Action::Copy {
                from, to, name, tags, ..
            } => {
                self.made += 1;
                let mut copy = self.image(from).clone();
                copy.at = at(to.as_str(), &format!("m-made{:04}", self.made));
                copy.name.clone_from(name);
                copy.family = None;
                copy.is_copied = true;
                copy.status = ImageStatus::Creating;
                copy.usable = false;
                copy.created = self.time;
                copy.tags.extend(tags.iter().cloned());
                self.put(copy);
            }
            Action::Grant { image, accounts } => {
                self.grants
                    .entry(image.clone())
                    .or_default()
                    .extend(accounts.iter().cloned());
            }
            Action::Revoke { image, accounts } => {
                let granted = self.grants.entry(image.clone()).or_default();
                granted.retain(|account| !accounts.contains(account));
            }
            Action::SetFamily { image, family } => self.image_mut(image).family = Some(family.clone()),
        }
    }

    /// Whatever is being made is made.
    pub(crate) fn time_passes(&mut self) {
        self.time += 1.hour();
        for image in self.images.values_mut().flatten() {
            if image.is_being_made() {
                image.status = ImageStatus::Available;
            }
            image.usable = image.status == ImageStatus::Available;
        }
    }
}

fn blank(at: ImageRef, name: &str, created: Timestamp) -> Image {
    Image {
        at,
        name: name.to_owned(),
        family: None,
        status: ImageStatus::Available,
        usable: true,
        owner: Some(account(OWNER)),
        is_copied: false,
        is_public: false,
        shared: Shared::No,
        created,
        size_gib: 40,
        disks: vec![Disk {
            device: "/dev/xvda".into(),
            kind: "system".into(),
            size_gib: 40,
            encrypted: false,
        }],
        tags: BTreeMap::new(),
        progress_percent: None,
    }
}
