//! What happens to shares by themselves: associations get through or fail, deletions end, old records go.

use goldcast_domain::{AccountId, ImageId, RegionId};
use jiff::Timestamp;

use super::Sharing;
use super::share::{Association, AssociationStatus, Entity, Progress, ResourceShare, ShareStatus, SharingTarget};
use crate::cloud::ids::Ids;
use crate::cloud::setup::{Setup, Span};
use crate::cloud::time;

impl Sharing {
    /// When something changes next.
    pub(crate) fn next_change(&self) -> Option<Timestamp> {
        self.agenda.first().map(|(due, _, _)| *due)
    }

    /// Carries out every change that is due by `now`, in order of time. Gives the associations that changed.
    pub(crate) fn settle(&mut self, now: Timestamp, setup: &Setup, ids: &Ids) -> Vec<Changed> {
        let mut changed = Vec::new();
        while self.next_change().is_some_and(|due| due <= now) {
            let Some((due, region, id)) = self.agenda.pop_first() else {
                break;
            };
            let Some(share) = self.share_mut(&region, &id) else {
                continue;
            };
            let keeping = Keeping {
                ids,
                span: setup.sharing.record_kept,
                share: id.clone(),
            };
            let before = share.clone();
            let stays = settle_share(share, due, &keeping);
            changed.extend(Changed::between(&before, share, due));
            if stays {
                self.schedule(&region, &id);
            } else if let Some(shares) = self.shares.get_mut(&region) {
                shares.remove(&id);
            }
        }
        changed
    }

    /// Puts a share's next change on the agenda. Entries that no longer fit the share do nothing when their time comes.
    pub(super) fn schedule(&mut self, region: &RegionId, id: &str) {
        if let Some(due) = self.share(region, id).and_then(ResourceShare::next_due) {
            self.agenda.insert((due, region.clone(), id.to_owned()));
        }
    }
}

/// An association that got through, failed or ended, with everything on the other side of its share.
#[derive(Debug)]
pub(crate) struct Changed {
    pub(crate) at: Timestamp,
    pub(crate) region: RegionId,
    /// The share's id.
    pub(crate) share: String,
    pub(crate) owner: AccountId,
    pub(crate) status: AssociationStatus,
    pub(crate) images: Vec<ImageId>,
    pub(crate) targets: Vec<SharingTarget>,
}

impl Changed {
    /// What changed from one moment to the next. The other side is what was on the share before or is on it after.
    fn between(before: &ResourceShare, after: &ResourceShare, at: Timestamp) -> Vec<Self> {
        let mut changed = Vec::new();
        for (entity, association) in &after.associations {
            let status = association.status();
            let was = before.associations.get(entity).map(Association::status);
            if was == Some(status) {
                continue;
            }
            let others = after.associations.iter().filter(|(other, association)| {
                let was = before.associations.get(other);
                association.is_in_force() || was.is_some_and(Association::is_in_force)
            });
            let (mut images, mut targets) = (Vec::new(), Vec::new());
            for (other, _) in others {
                match (entity, other) {
                    (Entity::Target(_), Entity::Image(image)) => images.push(image.clone()),
                    (Entity::Image(_), Entity::Target(target)) => targets.push(target.clone()),
                    (Entity::Image(_), Entity::Image(_)) | (Entity::Target(_), Entity::Target(_)) => {}
                }
            }
            match entity {
                Entity::Image(image) => images.push(image.clone()),
                Entity::Target(target) => targets.push(target.clone()),
            }
            changed.push(Self {
                at,
                region: after.region.clone(),
                share: after.id.clone(),
                owner: after.owner.clone(),
                status,
                images,
                targets,
            });
        }
        changed
    }
}

/// How long the record of something that is over stays.
struct Keeping<'a> {
    ids: &'a Ids,
    span: Span,
    share: String,
}

impl Keeping<'_> {
    fn until(&self, what: &str, since: Timestamp) -> Timestamp {
        let moment = since.as_millisecond().to_string();
        let draw = self.ids.fixed("share-record", &[&self.share, what, &moment]);
        time::after(since, draw.within(self.span))
    }
}

/// Carries out what is due; `false` when the record of the share itself goes.
fn settle_share(share: &mut ResourceShare, due: Timestamp, keeping: &Keeping<'_>) -> bool {
    share
        .associations
        .retain(|entity, association| settle_association(entity, association, due, keeping));
    let Some(at) = share.due.filter(|at| *at <= due) else {
        return true;
    };
    share.updated = at;
    match share.status {
        ShareStatus::Pending | ShareStatus::Active => {
            share.status = ShareStatus::Active;
            share.due = None;
            true
        }
        ShareStatus::Deleting => {
            share.status = ShareStatus::Deleted;
            share.due = Some(keeping.until("share", at));
            true
        }
        ShareStatus::Deleted => false,
    }
}

/// Carries out what is due; `false` when the record goes.
fn settle_association(entity: &Entity, association: &mut Association, due: Timestamp, keeping: &Keeping<'_>) -> bool {
    let Some(at) = association.due().filter(|at| *at <= due) else {
        return true;
    };
    let purged = keeping.until(entity.id(), at);
    association.progress = match association.progress {
        Progress::Associating { failure: None, .. } | Progress::Associated => Progress::Associated,
        Progress::Associating {
            failure: Some(reason), ..
        } => Progress::Failed { reason, purged },
        Progress::Invited { .. } | Progress::Disassociating { .. } => Progress::Disassociated { purged },
        Progress::Failed { .. } | Progress::Disassociated { .. } => return false,
    };
    association.updated = at;
    true
}
