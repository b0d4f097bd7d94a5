//! What happens to shares by themselves: associations get through or fail, deletions end, old records go.

use goldcast_domain::RegionId;
use jiff::Timestamp;

use super::Sharing;
use super::share::{Association, Entity, Progress, ResourceShare, ShareStatus};
use crate::cloud::ids::Ids;
use crate::cloud::setup::{Setup, Span};
use crate::cloud::time;

impl Sharing {
    /// When something changes next.
    pub(crate) fn next_change(&self) -> Option<Timestamp> {
        self.agenda.first().map(|(due, _, _)| *due)
    }

    /// Carries out every change that is due by `now`, in order of time.
    pub(crate) fn settle(&mut self, now: Timestamp, setup: &Setup, ids: &Ids) {
        while self.next_change().is_some_and(|due| due <= now) {
            let Some((due, region, id)) = self.agenda.pop_first() else {
                return;
            };
            let Some(share) = self.share_mut(&region, &id) else {
                continue;
            };
            let keeping = Keeping {
                ids,
                span: setup.sharing.record_kept,
                share: id.clone(),
            };
            if settle_share(share, due, &keeping) {
                self.schedule(&region, &id);
            } else if let Some(shares) = self.shares.get_mut(&region) {
                shares.remove(&id);
            }
        }
    }

    /// Puts a share's next change on the agenda. Entries that no longer fit the share do nothing when their time comes.
    pub(super) fn schedule(&mut self, region: &RegionId, id: &str) {
        if let Some(due) = self.share(region, id).and_then(ResourceShare::next_due) {
            self.agenda.insert((due, region.clone(), id.to_owned()));
        }
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
        Progress::Disassociating { .. } => Progress::Disassociated { purged },
        Progress::Failed { .. } | Progress::Disassociated { .. } => return false,
    };
    association.updated = at;
    true
}
