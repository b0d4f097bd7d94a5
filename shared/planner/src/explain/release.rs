//! The first half of the chain: a policy, a golden release of it, and its image in the region, ready to be launched.

use std::ops::ControlFlow;

use goldcast_domain::{FamilyName, Image, ImageRef, ImageStatus, KeyState, RegionId, ledger};

use super::chain::{Case, Chain, blocked, hidden, no};
use super::{Fact, Remedy, Step, Subject};
use crate::catalogue::{Line, Refusal, Release, Why, key_of};
use crate::rules::{Cause, forbids_sharing, is_in_family};
use crate::{Action, BlockKind, KeyName, Reading, WaitKind};

impl<'v, 'a> Chain<'v, 'a> {
    /// The release that the question is about, and its policy.
    pub(super) fn golden(&mut self) -> ControlFlow<Step, (&'v Line<'a>, &'v Release<'a>)> {
        let (line, release) = match self.what {
            Subject::Family(family) => self.by_family(family)?,
            Subject::Image(image) => self.by_image(image)?,
        };
        let policy = line.policy.name.clone();
        if matches!(self.what, Subject::Image(_)) {
            let (policy, family) = (policy.clone(), line.policy.family.clone());
            self.yes(Fact::Covered { policy, family });
        }
        let release_name = release.name.to_owned();
        self.yes(Fact::Golden {
            release: release_name,
            policy,
        });
        ControlFlow::Continue((line, release))
    }

    fn by_family(&mut self, family: &FamilyName) -> ControlFlow<Step, (&'v Line<'a>, &'v Release<'a>)> {
        let Some(line) = self.view.lines().iter().find(|line| line.policy.family == *family) else {
            let family = family.clone();
            return no(Fact::NotCovered { family }, Some(Remedy::NameFamily));
        };
        let (policy, family) = (line.policy.name.clone(), family.clone());
        self.yes(Fact::Covered {
            policy: policy.clone(),
            family,
        });
        if let Some(release) = self.meant(line) {
            return ControlFlow::Continue((line, release));
        }
        let refusals = self.view.every_refusal().iter();
        if let Some(refusal) = refusals.rev().find(|refusal| refusal.policy.as_ref() == Some(&policy)) {
            return refused(refusal);
        }
        self.is_read(self.view.home())?;
        no(Fact::NothingGolden { policy }, Some(Remedy::Build))
    }

    /// The release that the family resolves to here, else the one that it will, else the newest.
    fn meant(&self, line: &'v Line<'a>) -> Option<&'v Release<'a>> {
        let holds = |release: &&Release<'_>| {
            let mut images = release.everything().filter(|image| image.at.region == *self.region);
            images.any(|image| is_in_family(line.policy, image) && image.status == ImageStatus::Available)
        };
        let lives = |release: &&Release<'_>| self.view.course(line).is_some_and(|course| course.lives(release));
        let newest_first = || line.releases.iter().rev();
        let current = self.view.current(line);
        current
            .filter(holds)
            .or_else(|| newest_first().filter(lives).find(holds))
            .or(current)
            .or_else(|| newest_first().find(lives))
            .or_else(|| line.releases.last())
    }

    fn by_image(&self, at: &ImageRef) -> ControlFlow<Step, (&'v Line<'a>, &'v Release<'a>)> {
        let has = |release: &&Release<'_>| release.everything().any(|image| image.at == *at);
        for line in self.view.lines() {
            if let Some(release) = line.releases.iter().find(has) {
                return ControlFlow::Continue((line, release));
            }
        }
        if let Some(refusal) = self.view.every_refusal().iter().find(|refusal| refusal.image == *at) {
            return refused(refusal);
        }
        self.is_read(&at.region)?;
        let listed = self
            .view
            .seen
            .images_in(&at.region)
            .into_iter()
            .flatten()
            .find(|image| image.at == *at);
        let image = at.clone();
        match listed {
            None => no(Fact::NotListed { image }, None),
            Some(listed) if self.view.orphans().iter().any(|orphan| has(&orphan)) => {
                let policy = listed.tags.get(ledger::POLICY).cloned().unwrap_or_default();
                blocked(&BlockKind::PolicyGone { image, policy })
            }
            Some(_) => no(Fact::NotSelected { image }, Some(Remedy::Select)),
        }
    }

    /// Neither recalled nor retired. Who has a retired image can launch it by its id until it is withdrawn.
    pub(super) fn stays(&mut self, line: &'v Line<'a>, release: &'v Release<'a>) -> ControlFlow<Step> {
        let cause = self
            .view
            .course(line)
            .and_then(|course| course.leaving.get(&release.source_id));
        let release = release.name.to_owned();
        match cause {
            Some(Cause::Recalled(why)) => {
                let why = why.clone();
                return no(Fact::Recalled { release, why }, Some(Remedy::EndRecall));
            }
            Some(Cause::Retired) if matches!(self.what, Subject::Family(_)) => {
                return no(Fact::Retired { release }, Some(Remedy::KeepMore));
            }
            Some(Cause::Retired) => self.yes(Fact::Retired { release }),
            None => self.yes(Fact::Stays { release }),
        }
        ControlFlow::Continue(())
    }

    /// The image that the account would launch.
    pub(super) fn in_region(&mut self, line: &'v Line<'a>, release: &'v Release<'a>) -> ControlFlow<Step, &'a Image> {
        let region = self.region;
        let asked = |image: &&Image| matches!(self.what, Subject::Image(at) if image.at == *at && at.region == *region);
        let mut image = release.everything().find(asked);
        if image.is_none() {
            if !self.view.regions(line.policy).any(|own| own == region) {
                let (policy, region) = (line.policy.name.clone(), region.clone());
                return no(
                    Fact::OutsideRegions { policy, region },
                    Some(Remedy::AddRegion(self.region)),
                );
            }
            self.is_read(region)?;
            let broken = || {
                release
                    .failed
                    .get(region)
                    .or_else(|| release.withdrawn.get(region))
                    .copied()
            };
            image = self.view.image_in(line.policy, release, region).or_else(broken);
        }
        let Some(image) = image else {
            return self.no_image(line, release);
        };
        let (release, at) = (release.name.to_owned(), image.at.clone());
        self.yes(Fact::InPlace { release, image: at });
        ControlFlow::Continue(image)
    }

    fn no_image<T>(&self, line: &'v Line<'a>, release: &'v Release<'a>) -> ControlFlow<Step, T> {
        let (here, name) = (self.region, release.name);
        let block = self
            .plan
            .blocks
            .iter()
            .filter(|block| block.release.as_deref() == Some(name));
        let block = block.map(|block| &block.kind).find(|kind| {
            matches!(kind, BlockKind::NoKey { region, .. } | BlockKind::KeyUnusable { region, .. } if region == here)
                || matches!(kind, BlockKind::NameTaken { image, .. } | BlockKind::CopyFailed { image, .. } if image.region == *here)
        });
        if let Some(kind) = block {
            return blocked(kind);
        }
        let copies = |action: &Action| matches!(action, Action::Copy { to, .. } if to == here);
        let wait = self.wait(|kind| {
            matches!(kind, WaitKind::SlotsTaken { region } | WaitKind::KeyUnread { region, .. } if region == here)
        });
        let remedy = self.outlook((line, release), copies);
        if let Some(wait) = wait.filter(|_| remedy.is_none()) {
            return no(Fact::Waiting(wait.clone()), Some(Remedy::ByItself));
        }
        let newer = line.releases.iter().rev().find(|other| other.order() > release.order());
        let remedy = remedy.or_else(|| newer.map(|newer| Remedy::Newer(newer.name)));
        let (release, region) = (name.to_owned(), here.clone());
        no(Fact::NoImage { release, region }, remedy)
    }

    /// `Available` and `Usable`.
    pub(super) fn ready(&mut self, case: Case<'v, 'a>) -> ControlFlow<Step> {
        let own = case.image;
        let (image, progress_percent) = (own.at.clone(), own.progress_percent);
        let of = (case.line, case.release);
        match own.status {
            ImageStatus::Available if own.usable => {
                self.yes(Fact::Ready { image });
                ControlFlow::Continue(())
            }
            ImageStatus::Available => no(Fact::Waiting(WaitKind::NotUsableYet { image }), Some(Remedy::ByItself)),
            ImageStatus::Creating | ImageStatus::Waiting => {
                let wait = if own.is_copied {
                    WaitKind::CopyBeingMade {
                        image,
                        progress_percent,
                    }
                } else {
                    WaitKind::SourceBeingMade {
                        image,
                        progress_percent,
                    }
                };
                no(Fact::Waiting(wait), Some(Remedy::ByItself))
            }
            ImageStatus::CreateFailed | ImageStatus::UnAvailable => {
                let failed = self.block(|kind| matches!(kind, BlockKind::CopyFailed { image, .. } if *image == own.at));
                if let Some(kind) = failed {
                    return blocked(kind);
                }
                let again = |action: &Action| {
                    matches!(action, Action::DeleteFailedCopy { copy } if *copy == own.at)
                        || matches!(action, Action::RecordAttempts { .. })
                };
                no(Fact::Failed { image }, self.outlook(of, again))
            }
            ImageStatus::Deprecated | ImageStatus::Other => {
                let restores = |action: &Action| matches!(action, Action::Restore { image } if *image == own.at);
                no(Fact::Withdrawn { image }, self.outlook(of, restores))
            }
        }
    }

    /// Encrypted in no way that stops a launch.
    pub(super) fn readable(&mut self, case: Case<'v, 'a>) -> ControlFlow<Step> {
        let own = case.image;
        let (image, region) = (own.at.clone(), own.at.region.clone());
        if !own.is_encrypted() {
            self.yes(Fact::Plain { image });
            return ControlFlow::Continue(());
        }
        if let Some(kind) = forbids_sharing(self.view, own).filter(|_| !self.is_owner()) {
            return blocked(&kind);
        }
        let Some(key) = key_of(own, self.view.seen).cloned() else {
            let why = self.view.seen.snapshots.get(&region).and_then(Reading::silence);
            let why = why.unwrap_or_else(|| "they do not show its key".to_owned());
            self.unknown(Fact::Waiting(WaitKind::SnapshotsUnread { region, why }));
            return ControlFlow::Continue(());
        };
        let unread = |why: Option<String>| {
            let (region, key) = (region.clone(), Some(key.clone()));
            let why = why.unwrap_or_else(|| "it was not read in this run".to_owned());
            Fact::Waiting(WaitKind::KeyUnread { region, key, why })
        };
        match self.view.seen.keys.get(&(region.clone(), KeyName::Id(key.clone()))) {
            Some(Reading::Known(Some(known))) if known.state == KeyState::Enabled => {
                self.yes(Fact::UnderKey { image, key });
            }
            Some(Reading::Known(known)) => {
                let exists = known.is_some();
                return blocked(&BlockKind::KeyUnusable { region, key, exists });
            }
            Some(Reading::Unknown(why)) => self.unknown(unread(Some(why.clone()))),
            None => self.unknown(unread(None)),
        }
        ControlFlow::Continue(())
    }

    /// What cannot be seen says nothing, and hides the rest.
    fn is_read(&self, region: &RegionId) -> ControlFlow<Step> {
        let why = match self.view.seen.images.get(region) {
            Some(Reading::Known(_)) => return ControlFlow::Continue(()),
            Some(Reading::Unknown(why)) => why.clone(),
            None => "they were not read in this run".to_owned(),
        };
        let region = region.clone();
        hidden(Fact::Waiting(WaitKind::RegionUnread { region, why }))
    }
}

fn refused<T>(refusal: &Refusal) -> ControlFlow<Step, T> {
    match &refusal.why {
        Why::Block(kind) => blocked(kind),
        Why::Wait(kind) => no(Fact::Waiting(kind.clone()), Some(Remedy::ByItself)),
    }
}
