//! What happens to images by themselves: builds end, copies end, queued copies start, images become usable.

use goldcast_domain::{AccountId, ImageId, RegionId};
use jiff::Timestamp;

use super::Ecs;
use super::image::{Copying, Disk, Image, ImageStatus, Work};
use super::snapshot::Snapshot;
use crate::cloud::ids::Ids;
use crate::cloud::setup::Setup;
use crate::cloud::switches::CopySlots;
use crate::cloud::time;

/// Copies that run at once per account and region; further ones wait
/// (<https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-copyimage>).
pub(super) const COPY_SLOTS: usize = 5;

/// What a snapshot was made by, in the words of snapshot events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SnapshotKind {
    /// `CreateImage` or `CreateSnapshot`.
    User,
    /// `CopyImage` or `CopySnapshot`.
    Copied,
    /// ImportImage.
    Imported,
}

impl SnapshotKind {
    /// What a snapshot shows of it: that it came from another region.
    pub(crate) fn of(snapshot: &Snapshot) -> Self {
        if snapshot.source_region.is_some() {
            Self::Copied
        } else {
            Self::User
        }
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Copied => "copied",
            Self::Imported => "imported",
        }
    }
}

/// Something that was made, for the events that may tell of its snapshots.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) kind: SnapshotKind,
    pub(crate) started: Timestamp,
    pub(crate) ended: Timestamp,
    pub(crate) snapshots: Vec<Snapshot>,
    /// Whether they are those of an image, which nobody asked for by themselves.
    pub(crate) of_image: bool,
}

impl Ecs {
    /// When something changes next.
    pub(crate) fn next_change(&self) -> Option<Timestamp> {
        let image = self.agenda.first().map(|(due, _, _)| *due);
        let snapshot = self.snapshot_agenda.first().map(|(due, _, _)| *due);
        image.into_iter().chain(snapshot).chain(self.pipelines.next_due()).min()
    }

    /// Carries out the next change that is due by `now`. Gives `None` when nothing more is due.
    pub(crate) fn settle_one(&mut self, now: Timestamp, setup: &Setup, ids: &Ids) -> Option<Vec<Finished>> {
        if self.next_change()? > now {
            return None;
        }
        let next_image = self.agenda.first().map(|(due, _, _)| *due);
        let is_first = |due: Timestamp| next_image.is_none_or(|next| due < next);
        // Where two are due at one moment, images change first: an execution waits for its own.
        let snapshot = self
            .snapshot_agenda
            .first()
            .filter(|(due, _, _)| is_first(*due) && *due <= now);
        if let Some((due, region, id)) = snapshot.cloned() {
            return Some(self.finish_snapshot(due, region, id));
        }
        if let Some(due) = self.pipelines.next_due().filter(|due| is_first(*due) && *due <= now) {
            self.advance_pipelines(due, setup, ids);
            return Some(Vec::new());
        }
        let (due, region, id) = self.agenda.pop_first()?;
        let Some(image) = self.image_mut(&region, &id).filter(|image| image.due() == Some(due)) else {
            return Some(Vec::new());
        };
        match image.work.clone() {
            Work::Building { started, imported, .. } => {
                let snapshots = self.complete(&region, &id, due, setup, ids);
                return Some(vec![Finished {
                    kind: if imported {
                        SnapshotKind::Imported
                    } else {
                        SnapshotKind::User
                    },
                    started,
                    ended: due,
                    snapshots,
                    of_image: true,
                }]);
            }
            Work::Copying { started, copy, .. } => {
                let owner = image.owner.clone();
                let snapshots = self.complete(&region, &id, due, setup, ids);
                if let Some(owner) = owner {
                    self.start_queued(&owner, &region, &copy.source_region, due, setup);
                }
                return Some(vec![Finished {
                    kind: SnapshotKind::Copied,
                    started,
                    ended: due,
                    snapshots,
                    of_image: true,
                }]);
            }
            Work::Proving { .. } => {
                image.usable = true;
                image.work = Work::Idle;
            }
            Work::Idle | Work::Queued { .. } => {}
        }
        Some(Vec::new())
    }

    /// Tells of a snapshot that is whole now, unless it was deleted.
    fn finish_snapshot(&mut self, due: Timestamp, region: RegionId, id: String) -> Vec<Finished> {
        let snapshot = self.regions.get(&region).and_then(|region| region.snapshots.get(&id));
        let finished = snapshot.map(|snapshot| Finished {
            kind: SnapshotKind::of(snapshot),
            started: snapshot.created,
            ended: due,
            snapshots: vec![snapshot.clone()],
            of_image: false,
        });
        self.snapshot_agenda.remove(&(due, region, id));
        finished.into_iter().collect()
    }

    /// Makes an image `Available`, with its snapshots; usable a little later.
    fn complete(&mut self, region: &RegionId, id: &ImageId, at: Timestamp, setup: &Setup, ids: &Ids) -> Vec<Snapshot> {
        let ends = time::after(at, ids.fixed("usable-lag", &[id.as_str()]).within(setup.usable_lag));
        let Some(image) = self.image_mut(region, id) else {
            return Vec::new();
        };
        let source_region = image.copying().map(|copy| copy.source_region.clone());
        image.status = ImageStatus::Available;
        image.work = Work::Proving { ends };
        let mut made = Vec::new();
        for (number, disk) in image.disks.iter_mut().enumerate() {
            // An image made of a snapshot has it already.
            if disk.snapshot.is_empty() {
                let draw = ids.fixed("snapshot", &[id.as_str(), &number.to_string()]);
                disk.snapshot = format!("s-{}", draw.text(20));
                made.push(disk.clone());
            }
        }
        let snapshots = snapshots_of(image, &made, source_region.as_ref(), at);
        self.agenda.insert((ends, region.clone(), id.clone()));
        if let Some(region) = self.regions.get_mut(region) {
            region
                .snapshots
                .extend(snapshots.iter().map(|snapshot| (snapshot.id.clone(), snapshot.clone())));
        }
        snapshots
    }

    /// Gives free slots to the copies that have waited longest.
    pub(super) fn start_queued(
        &mut self,
        account: &AccountId,
        destination: &RegionId,
        source: &RegionId,
        at: Timestamp,
        setup: &Setup,
    ) {
        let slots = setup.switches.copy_slots;
        while self.running_copies(account, destination, source, slots) < COPY_SLOTS {
            let waiting = self
                .copies(account, destination, source, slots)
                .filter_map(|image| match &image.work {
                    Work::Queued { since, copy } => {
                        Some((*since, image.region.clone(), image.id.clone(), copy.clone()))
                    }
                    Work::Idle | Work::Building { .. } | Work::Copying { .. } | Work::Proving { .. } => None,
                });
            let first = waiting.min_by(|one, other| (one.0, &one.1, &one.2).cmp(&(other.0, &other.1, &other.2)));
            let Some((_, region, id, copy)) = first else { return };
            self.start(&region, &id, copy, at);
        }
    }

    fn start(&mut self, region: &RegionId, id: &ImageId, copy: Copying, at: Timestamp) {
        let ends = time::after(at, copy.duration);
        if let Some(image) = self.image_mut(region, id) {
            image.status = ImageStatus::Creating;
            image.work = Work::Copying {
                started: at,
                ends,
                copy,
            };
            self.agenda.insert((ends, region.clone(), id.clone()));
        }
    }

    /// Ends a build, or a running or queued copy, as `CreateFailed`; `false` if the image is not being made.
    pub(crate) fn fail_making(&mut self, region: &RegionId, id: &ImageId, at: Timestamp, setup: &Setup) -> bool {
        let Some(image) = self.image_mut(region, id) else {
            return false;
        };
        let copy = image.copying().cloned();
        if copy.is_none() && !matches!(image.work, Work::Building { .. }) {
            return false;
        }
        image.status = ImageStatus::CreateFailed;
        image.work = Work::Idle;
        if let (Some(copy), Some(owner)) = (copy, image.owner.clone()) {
            self.start_queued(&owner, region, &copy.source_region, at, setup);
        }
        true
    }

    /// How many of the account's copies hold a slot where a copy from `source` to `destination` would need one.
    pub(super) fn running_copies(
        &self,
        account: &AccountId,
        destination: &RegionId,
        source: &RegionId,
        slots: CopySlots,
    ) -> usize {
        let copies = self.copies(account, destination, source, slots);
        copies
            .filter(|image| matches!(image.work, Work::Copying { .. }))
            .count()
    }

    /// The account's copies, running or queued, that compete for the same slots.
    fn copies<'a>(
        &'a self,
        account: &'a AccountId,
        destination: &'a RegionId,
        source: &'a RegionId,
        slots: CopySlots,
    ) -> impl Iterator<Item = &'a Image> {
        let images = self.regions.values().flat_map(|region| region.images.values());
        images.filter(move |image| {
            image.belongs_to(account)
                && image.copying().is_some_and(|copy| match slots {
                    CopySlots::Destination => image.region == *destination,
                    CopySlots::Source => copy.source_region == *source,
                })
        })
    }
}

fn snapshots_of(image: &Image, disks: &[Disk], source_region: Option<&RegionId>, at: Timestamp) -> Vec<Snapshot> {
    let Some(owner) = &image.owner else { return Vec::new() };
    let made = disks.iter().map(|disk| Snapshot {
        id: disk.snapshot.clone(),
        region: image.region.clone(),
        owner: owner.clone(),
        name: image.name.clone(),
        description: String::new(),
        created: at,
        ready: at,
        size_gib: disk.size_gib,
        system: disk.system,
        encrypted: disk.encrypted,
        kms_key: disk.kms_key.clone(),
        tags: std::collections::BTreeMap::new(),
        resource_group: image.resource_group.clone(),
        retention_days: 0,
        disk: String::new(),
        source: String::new(),
        source_region: source_region.cloned(),
        lock: None,
    });
    made.collect()
}
