//! A small world to plan in: what there is, made in few words. What is read of it and what actions do to it are below.

mod effects;
mod reading;

use std::collections::{BTreeMap, BTreeSet};

use goldcast_domain::{
    AccountId, Disk, FolderId, Image, ImageRef, ImageStatus, Key, KeyId, KeyState, Link, Member, MemberState,
    PolicyFile, RegionId, Share, ShareStatus, Shared, Snapshot, ledger,
};
use goldcast_planner::{KeyName, SHELF_TAG, copy_name};
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

/// Shares with a folder, minus one account, by account id.
pub(crate) const FOLDER: &str = r#"{
    "owner": {"account": "1234567890123456", "home-region": "cn-hangzhou",
              "directory": {"role": "acs:ram::1000000000000001:role/reader"}},
    "policy": [{"name": "base-linux", "family": "corp-linux", "select": {"tags": {"golden": "linux"}},
                "regions": ["cn-shanghai"],
                "share": {"folders": ["fd-prod000001"], "except": ["2000000000000003"], "by": "grant"}}]}"#;

/// Shares with a folder by shelf.
pub(crate) const SHELF: &str = r#"{
    "owner": {"account": "1234567890123456", "home-region": "cn-hangzhou",
              "directory": {"role": "acs:ram::1000000000000001:role/reader"}},
    "policy": [{"name": "base-linux", "family": "corp-linux", "select": {"tags": {"golden": "linux"}},
                "regions": ["cn-shanghai"], "share": {"folders": ["fd-prod000001"]}}]}"#;

/// Shares encrypted copies with one named account.
pub(crate) const ENCRYPTED: &str = r#"{
    "owner": {"account": "1234567890123456", "home-region": "cn-shanghai"},
    "policy": [{"name": "base-linux", "family": "corp-linux", "select": {"tags": {"golden": "linux"}},
                "regions": ["ap-southeast-1"],
                "encrypt": {"cn-shanghai": "key-home0001", "ap-southeast-1": "key-away0001"},
                "share": {"accounts": ["2000000000000001"]}}]}"#;

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
    /// Resource shares, ours and others.
    pub(crate) shares: BTreeMap<RegionId, Vec<Share>>,
    /// Snapshots: one for every disk of every image that was put, and what deleted images left.
    pub(crate) snapshots: BTreeMap<RegionId, Vec<Snapshot>>,
    /// Keys; those that the policy names are there and enabled from the beginning.
    pub(crate) keys: BTreeMap<(RegionId, KeyName), Key>,
    /// The share role's trust document, or nothing where there is no such role.
    pub(crate) trust: Option<String>,
    /// Folders that exist though nobody stands in them; those that the policy names are there from the beginning.
    pub(crate) folders: BTreeSet<FolderId>,
    /// Regions of the account that no policy names.
    pub(crate) other_regions: BTreeSet<RegionId>,
    pub(crate) dark_regions: BTreeSet<RegionId>,
    pub(crate) dark_directory: bool,
    /// Images whose grants do not answer.
    pub(crate) dark_grants: BTreeSet<ImageRef>,
    /// Regions whose resource shares do not answer.
    pub(crate) dark_shares: BTreeSet<RegionId>,
    /// Regions whose snapshots do not answer.
    pub(crate) dark_snapshots: BTreeSet<RegionId>,
    /// Whether no key answers.
    pub(crate) dark_keys: bool,
    /// Whether the share role does not answer.
    pub(crate) dark_trust: bool,
    pub(crate) time: Timestamp,
    made: u32,
}

impl World {
    pub(crate) fn new(policy: &str) -> Self {
        Self::with(PolicyFile::from_json(policy).unwrap())
    }

    pub(crate) fn with(policy: PolicyFile) -> Self {
        let policies = || policy.policies.values();
        let keys = policies().flat_map(|policy| &policy.encrypt);
        let enabled = |id: &KeyId| Key {
            id: id.clone(),
            state: KeyState::Enabled,
        };
        Self {
            images: BTreeMap::new(),
            grants: BTreeMap::new(),
            members: BTreeMap::new(),
            shares: BTreeMap::new(),
            snapshots: BTreeMap::new(),
            keys: keys
                .map(|(region, id)| ((region.clone(), KeyName::Id(id.clone())), enabled(id)))
                .collect(),
            trust: Some(r#"{"Statement":[],"Version":"1"}"#.to_owned()),
            folders: policies().flat_map(|policy| &policy.share.folders).cloned().collect(),
            other_regions: BTreeSet::new(),
            dark_regions: BTreeSet::new(),
            dark_directory: false,
            dark_grants: BTreeSet::new(),
            dark_shares: BTreeSet::new(),
            dark_snapshots: BTreeSet::new(),
            dark_keys: false,
            dark_trust: false,
            time: now(),
            made: 0,
            policy,
        }
    }

    /// A golden image at home, created so many minutes before now.
    pub(crate) fn source(&mut self, id: &str, name: &str, minutes_ago: i64) -> &mut Image {
        let home = self.policy.owner.home_region.to_string();
        let mut image = blank(at(&home, id), name, now() - minutes_ago.minutes());
        image.tags = [("golden".to_owned(), "linux".to_owned())].into();
        self.put(image)
    }

    /// A finished copy of a source, as goldcast makes them.
    pub(crate) fn copy(&mut self, source: &str, name: &str, to: &str, minutes_ago: i64) -> &mut Image {
        self.copy_under(source, name, to, minutes_ago, None)
    }

    /// A finished copy of a source under a key, as goldcast makes them.
    pub(crate) fn encrypted_copy(&mut self, source: &str, name: &str, to: &str, key: &str) -> &mut Image {
        self.copy_under(source, name, to, 30, Some(&key.parse().unwrap()))
    }

    fn copy_under(&mut self, source: &str, name: &str, to: &str, minutes_ago: i64, key: Option<&KeyId>) -> &mut Image {
        self.made += 1;
        let id = format!("m-copy{:04}", self.made);
        let mut image = blank(
            at(to, &id),
            &copy_name(name, &source.parse().unwrap(), key),
            now() - minutes_ago.minutes(),
        );
        image.is_copied = true;
        image.tags = [
            ("golden", "linux"),
            (ledger::SOURCE, source),
            (ledger::RELEASE, ledger::value(name)),
            (ledger::POLICY, "base-linux"),
            ("goldcast:attempt", "1"),
        ]
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .into();
        let at = self.put(image).at.clone();
        if let Some(key) = key {
            self.encrypt(&at, key.as_str());
        }
        self.image_mut(&at)
    }

    /// Puts an image there, with a snapshot for every disk.
    pub(crate) fn put(&mut self, mut image: Image) -> &mut Image {
        let region = image.at.region.clone();
        for (number, disk) in image.disks.iter_mut().enumerate() {
            if disk.snapshot.is_none() {
                let id = format!("s-{}-{number}", image.at.image).parse().unwrap();
                disk.snapshot = Some(id);
            }
            self.snapshots
                .entry(region.clone())
                .or_default()
                .extend(disk.snapshot.clone().map(plain));
        }
        let images = self.images.entry(region).or_default();
        images.push(image);
        images.last_mut().unwrap()
    }

    /// Encrypts the disks of an image under a key, which is there and enabled.
    pub(crate) fn encrypt(&mut self, at: &ImageRef, key: &str) {
        let id: KeyId = key.parse().unwrap();
        let image = self.image_mut(at);
        let disks = image.disks.iter_mut();
        let mut snapshots = BTreeSet::new();
        for disk in disks {
            disk.encrypted = true;
            snapshots.extend(disk.snapshot.clone());
        }
        for snapshot in self.snapshots.get_mut(&at.region).into_iter().flatten() {
            if snapshots.contains(&snapshot.id) {
                snapshot.key = Some(id.clone());
            }
        }
        self.key(at.region.as_str(), key, KeyState::Enabled);
    }

    /// A key of a region.
    pub(crate) fn key(&mut self, region: &str, id: &str, state: KeyState) {
        let key = Key {
            id: id.parse().unwrap(),
            state,
        };
        let name = (region.parse().unwrap(), KeyName::Id(key.id.clone()));
        self.keys.insert(name, key);
    }

    /// The service key of a region.
    pub(crate) fn service_key(&mut self, region: &str, id: &str) {
        self.key(region, id, KeyState::Enabled);
        let region: RegionId = region.parse().unwrap();
        let key = self.keys[&(region.clone(), KeyName::Id(id.parse().unwrap()))].clone();
        self.keys.insert((region, KeyName::Service), key);
    }

    /// Lets the share role trust accounts, in the statement that goldcast keeps.
    pub(crate) fn trusts(&mut self, accounts: &[&str]) {
        let services: Vec<_> = [OWNER]
            .iter()
            .chain(accounts)
            .map(|id| format!("\"{id}@ecs.aliyuncs.com\""))
            .collect();
        let services = services.join(",");
        self.trust = Some(format!(
            r#"{{"Statement":[{{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{{"Service":[{services}]}}}}],"Version":"1"}}"#
        ));
    }

    /// A shelf of ours, a day older than now, with what has joined it.
    pub(crate) fn shelf(&mut self, region: &str, name: &str, targets: &[&str], images: &[&str]) -> &mut Share {
        self.made += 1;
        let share = Share {
            region: region.parse().unwrap(),
            id: format!("rs-made{:04}", self.made).parse().unwrap(),
            name: name.to_owned(),
            created: now() - 24.hours(),
            status: ShareStatus::Active,
            tags: [(SHELF_TAG.to_owned(), "1".to_owned())].into(),
            images: images.iter().map(|id| (id.parse().unwrap(), Link::Joined)).collect(),
            targets: targets.iter().map(|id| (id.parse().unwrap(), Link::Joined)).collect(),
        };
        let shares = self.shares.entry(share.region.clone()).or_default();
        shares.push(share);
        shares.last_mut().unwrap()
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

    /// Writes a tag on an image, as people do.
    pub(crate) fn tag(&mut self, at: &ImageRef, key: &str, value: &str) {
        self.image_mut(at).tags.insert(key.to_owned(), value.to_owned());
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

    /// Every image, wherever it is.
    pub(crate) fn all_images(&self) -> impl Iterator<Item = &Image> {
        self.images.values().flatten()
    }

    /// Who can launch an image: by grant, and whom a shelf brings.
    pub(crate) fn holders(&self, at: &ImageRef) -> BTreeSet<AccountId> {
        let granted = self.grants.get(at).into_iter().flatten().cloned();
        granted.chain(self.by_shelf(at)).collect()
    }

    /// Whom the shelves of ours that an image has joined bring.
    pub(crate) fn by_shelf(&self, at: &ImageRef) -> BTreeSet<AccountId> {
        let shares = self.shares.get(&at.region).into_iter().flatten();
        let on = shares.filter(|share| {
            let there = matches!(share.images.get(&at.image), Some(Link::Joined | Link::Leaving));
            there && share.status == ShareStatus::Active && share.tags.contains_key(SHELF_TAG)
        });
        let targets = on.flat_map(|share| &share.targets);
        let targets: Vec<_> = targets
            .filter(|(_, link)| matches!(link, Link::Joined | Link::Leaving))
            .map(|(id, _)| id.as_str())
            .collect();
        let members = self.members.values();
        members
            .filter(|member| member.path.split('/').any(|segment| targets.contains(&segment)))
            .map(|member| member.account.clone())
            .collect()
    }
}

fn plain(id: goldcast_domain::SnapshotId) -> Snapshot {
    Snapshot {
        id,
        key: None,
        tags: BTreeMap::new(),
    }
}

/// An image as the cloud makes them, before anyone wrote anything on it.
pub(crate) fn blank(at: ImageRef, name: &str, created: Timestamp) -> Image {
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
            snapshot: None,
        }],
        tags: BTreeMap::new(),
        progress_percent: None,
        in_use: false,
        is_paid: false,
        detection: goldcast_domain::Detection::default(),
    }
}
