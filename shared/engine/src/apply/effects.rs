//! What is true after an action, as far as it needs no look; the rest is forgotten, so that the planner asks for it again.

use goldcast_cloud::Transport;
use goldcast_domain::{Image, ImageId, ImageRef, ImageStatus, Shared, ledger};
use goldcast_planner::{Action, Planned, Reading, Reason};

use crate::run::Run;

impl<T: Transport> Run<'_, T> {
    /// Writes down what an action did.
    pub(super) fn write_effect(&mut self, planned: &Planned, moved: &mut Vec<Planned>) {
        match &planned.action {
            Action::Grant { image, .. } | Action::Revoke { image, .. } => {
                // Read back: the planner will ask for the grants again.
                self.seen.grants.remove(image);
                self.change(image, |image| image.shared = Shared::Yes);
            }
            Action::SetFamily { image, family } => {
                self.change(image, |image| image.family = Some(family.clone()));
                moved.push(planned.clone());
            }
            Action::Park { image, family } => {
                self.change(image, |image| image.family = Some(family.clone()));
                if matches!(planned.reason, Reason::Recalled { .. }) {
                    self.report.committed.extend(planned.source.clone());
                }
            }
            Action::RecordAttempts { source, value } => self.note(source, ledger::ATTEMPTS, value),
            Action::RecordLeaving { image, value } => self.note(image, ledger::STATE, value),
            Action::ForgetLeaving { image } => self.change(image, |image| {
                image.tags.remove(ledger::STATE);
            }),
            Action::Retag { image, tags } => {
                for (key, value) in tags {
                    self.note(image, key, value);
                }
            }
            Action::Restore { image } => self.change(image, |image| image.status = ImageStatus::Available),
            Action::Deprecate { image } => self.change(image, |image| image.status = ImageStatus::Deprecated),
            Action::DeleteFailedCopy { copy: image }
            | Action::CancelCopy { copy: image }
            | Action::DeleteImage { image } => {
                if let Some(Reading::Known(images)) = self.seen.images.get_mut(&image.region) {
                    images.retain(|known| known.at != *image);
                }
            }
            Action::TakeOffShelf { shelf, .. }
            | Action::DropTargets { shelf, .. }
            | Action::AddTargets { shelf, .. }
            | Action::PutOnShelf { shelf, .. }
            | Action::DeleteShelf { shelf } => {
                self.seen.shares.remove(&shelf.region);
            }
            Action::CreateShelf { region, .. } => {
                self.seen.shares.remove(region);
            }
            Action::TagSnapshots { region, .. } | Action::DeleteSnapshot { region, .. } => {
                self.seen.snapshots.remove(region);
            }
            Action::RewriteTrust { .. } => self.seen.trust = None,
            Action::Copy { .. } => {}
        }
    }

    /// Forgets what proved to be otherwise, so that it is looked at again.
    pub(super) fn forget(&mut self, action: &Action) {
        match action {
            Action::TakeOffShelf { shelf, .. }
            | Action::DropTargets { shelf, .. }
            | Action::AddTargets { shelf, .. }
            | Action::PutOnShelf { shelf, .. }
            | Action::DeleteShelf { shelf } => {
                self.seen.shares.remove(&shelf.region);
            }
            _ => {
                self.seen.images.remove(action.region());
            }
        }
    }

    /// A copy that has begun is there at once, in the destination, being made.
    pub(super) fn write_copy(&mut self, action: &Action, id: ImageId) {
        let Action::Copy {
            from,
            to,
            name,
            tags,
            key,
            ..
        } = action
        else {
            return;
        };
        let Some(mut copy) = self.seen.image_mut(from).map(|image| image.clone()) else {
            return;
        };
        copy.tags.extend(tags.iter().cloned());
        for disk in &mut copy.disks {
            (disk.encrypted, disk.snapshot) = (key.is_some(), None);
        }
        let copy = Image {
            at: ImageRef {
                region: to.clone(),
                image: id,
            },
            name: name.clone(),
            family: None,
            status: ImageStatus::Creating,
            usable: false,
            is_copied: true,
            shared: Shared::No,
            created: self.engine.now(),
            progress_percent: Some(0),
            in_use: false,
            ..copy
        };
        if let Some(Reading::Known(images)) = self.seen.images.get_mut(to) {
            images.push(copy);
        }
    }

    fn change(&mut self, at: &ImageRef, change: impl FnOnce(&mut Image)) {
        if let Some(image) = self.seen.image_mut(at) {
            change(image);
        }
    }

    fn note(&mut self, at: &ImageRef, key: &str, value: &str) {
        self.change(at, |image| {
            image.tags.insert(key.to_owned(), value.to_owned());
        });
    }
}
