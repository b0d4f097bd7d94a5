//! From a seed to a world: images, members, shelves, as the cloud could really show them.

use goldcast_domain::policy::Way;
use goldcast_domain::{
    AccountId, Disk, Failing, Image, ImageRef, ImageStatus, Link, Member, MemberState, Policy, PolicyFile, RegionId,
    ShareStatus, ledger,
};
use goldcast_planner::{Action, copy_name};
use jiff::ToSpan as _;

use crate::oracle;
use crate::organisation::{
    Dark, FOLDERS, Family, Joined, Place, Quirk, REGIONS, ReleaseSeed, Seed, ShelfSeed, number, policy_file,
};
use crate::support::{World, account, at, blank, now};

/// Builds it.
pub(crate) fn build(seed: &Seed) -> World {
    let mut world = World::with(policy_file(seed));
    for folder in &FOLDERS[..3] {
        world.folders.insert(folder.parse().unwrap());
    }
    world.folders.remove("fd-none");
    for (position, place) in seed.members.iter().enumerate() {
        settle(&mut world, position, *place);
    }
    for (position, release) in seed.releases.iter().enumerate() {
        put_release(&mut world, seed, position, release);
    }
    for (position, stranger) in seed.strangers.iter().enumerate() {
        let at = at(REGIONS[stranger.region], &format!("m-stranger{position}"));
        let mut image = blank(
            at.clone(),
            &format!("stranger-{position}"),
            now() - stranger.minutes.minutes(),
        );
        image.family = stranger.in_family.then(|| "family-0".parse().unwrap());
        world.put(image);
        if stranger.granted {
            world.grant(&at, &[&number(position)]);
        }
    }
    let shared = |image: &&Image| image.status == ImageStatus::Available;
    let images: Vec<ImageRef> = world
        .all_images()
        .filter(shared)
        .map(|image| image.at.clone())
        .collect();
    for (image, id) in &seed.granted {
        if let Some(image) = images.get(usize::from(*image)) {
            world.grant(image, &[&number(usize::from(*id))]);
        }
    }
    for shelf in &seed.shelves {
        put_shelf(&mut world, shelf);
    }
    for dark in &seed.dark {
        darken(&mut world, *dark, &images);
    }
    world
}

fn settle(world: &mut World, position: usize, place: Place) {
    let folders = match place {
        Place::Prod | Place::Closing => "fd-prod",
        Place::Eu => "fd-prod/fd-eu",
        Place::Dev => "fd-dev",
        Place::Root => "",
        Place::Nowhere => return,
    };
    let id = number(position);
    let path = format!("rd-gold01/r-root01/{folders}/{id}").replace("//", "/");
    let state = if place == Place::Closing {
        MemberState::Leaving
    } else {
        MemberState::Active
    };
    let member = Member {
        account: account(&id),
        name: id.clone(),
        path,
        state,
    };
    world.members.insert(account(&id), member);
}

fn put_release(world: &mut World, seed: &Seed, position: usize, release: &ReleaseSeed) {
    let policy = release.policy % seed.policies.len();
    let (id, name) = (format!("m-r{position}"), format!("release-{position}"));
    let source_at = at(REGIONS[0], &id);
    let mut source = blank(source_at.clone(), &name, now() - release.minutes.minutes());
    source.tags = [
        (format!("golden-{policy}"), "yes".to_owned()),
        ("tested".to_owned(), "yes".to_owned()),
    ]
    .into();
    for quirk in &release.source {
        bend(&mut source, *quirk, policy);
    }
    // What was copied was available once.
    let is_finished = matches!(source.status, ImageStatus::Available | ImageStatus::Deprecated);
    if !is_finished && !release.copies.is_empty() {
        source.status = ImageStatus::Available;
    }
    let (gone, layout) = (release.source.contains(&Quirk::Gone), source.disks.clone());
    let source_tags = source.tags.clone();
    if !gone {
        let (status, granted) = (source.status, release.source.contains(&Quirk::Granted));
        world.put(source);
        finish(world, &source_at, policy, granted && status == ImageStatus::Available);
        for quirk in &release.source {
            match quirk {
                Quirk::PolicyKey => world.encrypt(&source_at, "key-policy01"),
                Quirk::ServiceKey => {
                    world.encrypt(&source_at, "key-service1");
                    world.service_key(REGIONS[0], "key-service1");
                }
                _ => {}
            }
        }
    }
    for (number, (region, quirks)) in release.copies.iter().enumerate() {
        let region: RegionId = REGIONS[*region].parse().unwrap();
        let at = at(region.as_str(), &format!("m-r{position}c{number}"));
        let policy_of = world.policy.policies.values().nth(policy).unwrap();
        let key = policy_of.encrypt.get(&region).cloned();
        let mut copy = blank(
            at.clone(),
            &copy_name(&name, &id.parse().unwrap(), key.as_ref()),
            now() - release.minutes.minutes() + 5.minutes(),
        );
        copy.is_copied = true;
        copy.disks.clone_from(&layout);
        // It inherited the source's tags as they were then.
        copy.tags.extend(
            source_tags
                .iter()
                .filter(|(key, _)| !key.starts_with(ledger::PREFIX) && !key.starts_with("tag-"))
                .map(|(k, v)| (k.clone(), v.clone())),
        );
        for (key, value) in [
            (ledger::SOURCE, &*id),
            (ledger::RELEASE, &*name),
            (ledger::POLICY, policy_of.name.as_str()),
        ] {
            copy.tags.insert(key.to_owned(), value.to_owned());
        }
        for quirk in quirks {
            bend(&mut copy, *quirk, policy);
        }
        let names = world.images.get(&region).into_iter().flatten();
        // Names are unique in a region.
        if names.into_iter().any(|other| other.name == copy.name) {
            continue;
        }
        let (status, granted) = (copy.status, quirks.contains(&Quirk::Granted));
        world.put(copy);
        if let Some(key) = key {
            world.encrypt(&at, key.as_str());
        }
        finish(world, &at, policy, granted && status == ImageStatus::Available);
    }
}

fn bend(image: &mut Image, quirk: Quirk, policy: usize) {
    let mut tag = |key: &str, value: &str| drop(image.tags.insert(key.to_owned(), value.to_owned()));
    match quirk {
        Quirk::Family(Family::Ours) => image.family = Some(format!("family-{policy}").parse().unwrap()),
        Quirk::Family(Family::Parked) => image.family = Some("goldcast-parked-1".parse().unwrap()),
        Quirk::Family(Family::Foreign) => image.family = Some("somebodys".parse().unwrap()),
        Quirk::Status(status) => image.status = status,
        Quirk::Unusable => image.usable = false,
        Quirk::Recall => tag(ledger::RECALL, "bad"),
        Quirk::Leaving(stage, hours) => tag(ledger::STATE, &format!("{stage} {:.0}", now() - hours.hours())),
        Quirk::Paused => tag(ledger::PAUSED, "yes"),
        Quirk::Parent(number) => tag(ledger::PARENT, &format!("release-{number}")),
        Quirk::Public => image.is_public = true,
        Quirk::OtherOwner => image.owner = Some(account(&number(30))),
        Quirk::Unselected => image.tags.retain(|key, _| !key.starts_with("golden-")),
        Quirk::AlsoSelected(other) => tag(&format!("golden-{other}"), "yes"),
        Quirk::Ungated => drop(image.tags.remove("tested")),
        Quirk::Crowded => (0..14).for_each(|number| tag(&format!("tag-{number}"), "")),
        Quirk::Large => image.disks[0].size_gib = 2049,
        Quirk::InUse => image.in_use = true,
        Quirk::TwoDisks => image.disks.push(Disk {
            device: "/dev/xvdb".into(),
            kind: "data".into(),
            ..image.disks[0].clone()
        }),
        Quirk::BuilderCopied => image.is_copied = true,
        Quirk::Later(minutes) => image.created += minutes.minutes(),
        Quirk::Attempt(attempt) => tag("goldcast:attempt", &attempt.to_string()),
        Quirk::Untagged => image.tags.clear(),
        Quirk::Misnamed => image.name.push('x'),
        Quirk::OtherLayout => image.disks[0].size_gib = 20,
        Quirk::NotCopied => image.is_copied = false,
        Quirk::PolicyGone => tag(ledger::POLICY, "not-there"),
        Quirk::Granted | Quirk::Gone | Quirk::ServiceKey | Quirk::PolicyKey => {}
    }
}

/// Keeps to what the cloud can show: only what is available is usable, and only what is there has a family or is used.
fn finish(world: &mut World, at: &ImageRef, policy: usize, granted: bool) {
    let image = world.image_mut(at);
    image.usable &= image.status == ImageStatus::Available;
    if image.is_copied
        && (image.is_being_made() || matches!(image.status, ImageStatus::CreateFailed | ImageStatus::UnAvailable))
    {
        image.family = None;
    }
    image.in_use &= matches!(image.status, ImageStatus::Available | ImageStatus::Deprecated);
    if granted && !image.is_public {
        let name = world.policy.policies.keys().nth(policy).unwrap().clone();
        let inside = oracle::inside(world, &world.policy.policies[&name]);
        let limit = world.policy.limits.accounts_per_image;
        world
            .grants
            .entry(at.clone())
            .or_default()
            .extend(inside.into_iter().take(limit));
    }
}

fn put_shelf(world: &mut World, seed: &ShelfSeed) {
    let region: RegionId = REGIONS[seed.region].parse().unwrap();
    if !goldcast_domain::regions::has_resource_sharing(&region) {
        return;
    }
    let position = seed.of.map(|policy| policy % world.policy.policies.len());
    let shelf = position.map(|position| shelf_of(&world.policy, world, position, &region));
    let (name, right) = match shelf {
        Some(None) => return,
        Some(Some(shelf)) => shelf,
        None => ("goldcast-somebodys".to_owned(), Vec::new()),
    };
    let extra = seed.targets.iter().map(|folder| FOLDERS[*folder].to_owned());
    let targets: Vec<String> = right.into_iter().chain(extra).collect();
    let targets: Vec<&str> = targets.iter().map(String::as_str).collect();
    let here: Vec<Image> = world.images.get(&region).cloned().unwrap_or_default();
    let on_others: Vec<_> = world
        .shares
        .get(&region)
        .into_iter()
        .flatten()
        .flat_map(|share| share.images.keys())
        .cloned()
        .collect();
    let encrypted = world.policy.encryption.shelves;
    let mut images = Vec::new();
    for (position, joined) in &seed.images {
        let image = here
            .get(usize::from(*position))
            .filter(|image| image.status == ImageStatus::Available);
        // A person may put an image on the wrong shelf, but nobody looks for those that no directory has a say in.
        let image = image.filter(|image| seed.ours && by_directory(world, image));
        let Some(image) = image.filter(|image| encrypted || !image.is_encrypted()) else {
            continue;
        };
        let busy = !matches!(joined, Joined::Joined) && (on_others.contains(&image.at.image) || !seed.ours);
        let link = match joined {
            Joined::Joined => Link::Joined,
            Joined::Joining => Link::Joining,
            Joined::Leaving => Link::Leaving,
            Joined::Refused => Link::Failed(Failing::Unsupported),
            Joined::Failed => Link::Failed(Failing::Internal),
        };
        if !busy {
            images.push((image.at.image.clone(), link));
        }
    }
    let share = world.shelf(region.as_str(), &name, &targets, &[]);
    share.images.extend(images);
    share.status = ShareStatus::Active;
    if !seed.ours {
        share.tags.clear();
    }
}

/// Whether the directory has a say in who gets this image.
fn by_directory(world: &World, image: &Image) -> bool {
    let policies = world.policy.policies.values();
    let of_image = |policy: &&Policy| {
        let golden = policy.select.tags.keys().any(|key| image.tags.contains_key(key));
        golden || image.tags.get(ledger::POLICY).map(String::as_str) == Some(policy.name.as_str())
    };
    let policies: Vec<_> = policies.filter(of_image).collect();
    let by_shelf = |policy: &&Policy| policy.share.asks_the_directory() && policy.share.by == Way::Shelf;
    !policies.is_empty() && policies.iter().all(by_shelf)
}

/// Name and targets of a policy's shelf, as the planner itself would make it in an empty world.
fn shelf_of(file: &PolicyFile, world: &World, position: usize, region: &RegionId) -> Option<(String, Vec<String>)> {
    let mut empty = World::with(file.clone());
    empty.members.clone_from(&world.members);
    let policy = empty.policy.policies.values_mut().nth(position)?;
    (policy.paused, policy.require_tags, policy.encrypt) = (false, [].into(), [].into());
    policy.regions = [region.clone()]
        .into_iter()
        .filter(|region| region.as_str() != REGIONS[0])
        .collect();
    empty.policy.limits.shares = 10;
    empty.policy.limits.targets_per_share = 500;
    let mut image = blank(at(REGIONS[0], "m-first"), "first", now());
    image.tags = [(format!("golden-{position}"), "yes".to_owned())].into();
    empty.put(image);
    let plan = empty.sweep();
    plan.actions.into_iter().find_map(|planned| match planned.action {
        Action::CreateShelf { name, targets, .. } => Some((name, targets.iter().map(ToString::to_string).collect())),
        _ => None,
    })
}

fn darken(world: &mut World, dark: Dark, images: &[ImageRef]) {
    let region = |position: usize| REGIONS[position].parse().unwrap();
    match dark {
        Dark::Region(position) => drop(world.dark_regions.insert(region(position))),
        Dark::Directory => world.dark_directory = true,
        Dark::Grants(image) => world.dark_grants.extend(images.get(usize::from(image)).cloned()),
        Dark::Shares(position) => drop(world.dark_shares.insert(region(position))),
        Dark::Snapshots(position) => drop(world.dark_snapshots.insert(region(position))),
        Dark::Keys => world.dark_keys = true,
        Dark::Trust => world.dark_trust = true,
    }
}

/// An account by its number.
pub(crate) fn numbered(position: usize) -> AccountId {
    account(&number(position))
}
