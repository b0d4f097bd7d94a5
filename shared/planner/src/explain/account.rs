//! The second half of the chain: from the audience to the account, and what it launches by.

use std::ops::ControlFlow;

use goldcast_domain::{FamilyName, Image, ImageStatus, Link, MemberState};

use super::chain::{Case, Chain, blocked, no};
use super::{Fact, Remedy, Step};
use crate::audience::{self, Membership, is_brought};
use crate::rules::{TrustDocument, WayNow, is_in_family, is_parked, rival, shelves_of};
use crate::{Action, BlockKind, Reading, WaitKind};

impl<'v, 'a> Chain<'v, 'a> {
    /// Which rule of the policy includes the account, or keeps it out.
    pub(super) fn in_audience(&mut self, case: Case<'v, 'a>) -> ControlFlow<Step> {
        let (share, seen, id) = (&case.line.policy.share, self.view.seen, self.account);
        let account = id.clone();
        let member = audience::member(id, seen);
        if share.except.contains(id) {
            return no(Fact::Excepted { account }, Some(Remedy::EndExcept));
        }
        if member.is_some_and(|member| member.state == MemberState::Leaving) {
            if self.has(case.image) == Some(false) {
                return no(Fact::Closing { account }, None);
            }
            self.yes(Fact::Closing { account });
            return ControlFlow::Continue(());
        }
        // A listing proves to nobody that they left, but who is not in it and has nothing gets nothing.
        let listed = audience::listing(seen).is_some() && self.has(case.image) == Some(false);
        match audience::membership(self.view.file, share, id, seen) {
            Membership::In if share.accounts.contains(id) => self.yes(Fact::Named { account }),
            Membership::In => {
                let mut folders = share.folders.iter();
                let folder = folders.find(|folder| member.is_some_and(|member| member.is_in(folder)));
                let fact = match folder.cloned() {
                    Some(folder) => Fact::InFolder { account, folder },
                    None => Fact::InDirectory { account },
                };
                self.yes(fact);
            }
            Membership::Ask if !listed => self.unknown(Fact::Unproved { account }),
            Membership::Limbo => self.unknown(Fact::Unproved { account }),
            Membership::Out | Membership::Ask => {
                let path = member.map(|member| member.path.clone());
                return no(Fact::Outside { account, path }, Some(Remedy::Include));
            }
        }
        ControlFlow::Continue(())
    }

    /// Whether the share role lets the account use the key of an encrypted image.
    pub(super) fn trusted(&mut self, case: Case<'v, 'a>) -> ControlFlow<Step> {
        if !case.image.is_encrypted() {
            return ControlFlow::Continue(());
        }
        let (role, account) = (self.view.file.encryption.share_role.clone(), self.account.clone());
        let document = match &self.view.seen.trust {
            Some(Reading::Known(document)) => document.as_deref(),
            reading => {
                let why = reading.as_ref().and_then(Reading::silence);
                let why = why.unwrap_or_else(|| "it was not read in this run".to_owned());
                self.unknown(Fact::Waiting(WaitKind::TrustUnread { why }));
                return ControlFlow::Continue(());
            }
        };
        let document = document.ok_or_else(|| "there is no such role".to_owned());
        let document = document.and_then(|text| TrustDocument::read(&self.view.file.owner.account, text));
        match document {
            Err(why) => return blocked(&BlockKind::TrustBroken { role, why }),
            Ok(document) if document.trusted.contains(&account) => self.yes(Fact::Trusted { role, account }),
            Ok(_) => {
                if let Some(full) = self.block(|kind| matches!(kind, BlockKind::TrustFull { .. })) {
                    return blocked(full);
                }
                let rewrites = |action: &Action| matches!(action, Action::RewriteTrust { .. });
                let remedy = self.outlook((case.line, case.release), rewrites);
                return no(Fact::NotTrusted { role, account }, remedy);
            }
        }
        ControlFlow::Continue(())
    }

    /// Shelf or grant, and whether the account has the image by it.
    pub(super) fn shared(&mut self, case: Case<'v, 'a>) -> ControlFlow<Step> {
        let own = case.image;
        self.way(case);
        let (image, account) = (own.at.clone(), self.account.clone());
        match self.has(own) {
            Some(true) => self.yes(Fact::Shared { image, account }),
            Some(false) => return self.not_shared(case),
            None => {
                let why = "they were not read in this run".to_owned();
                let shares = self.view.seen.shares.get(&image.region).and_then(Reading::silence);
                let grants = self.view.seen.grants.get(&image).and_then(Reading::silence);
                let fact = match (grants, shares) {
                    (None, Some(why)) => WaitKind::SharesUnread {
                        region: image.region,
                        why,
                    },
                    (grants, _) => WaitKind::GrantsUnread {
                        image,
                        why: grants.unwrap_or(why),
                    },
                };
                self.unknown(Fact::Waiting(fact));
            }
        }
        ControlFlow::Continue(())
    }

    fn way(&mut self, case: Case<'v, 'a>) {
        let brought = is_brought(&case.line.policy.share, self.account, self.view.seen);
        let sharing = self.view.sharing(case.image).filter(|_| brought);
        let standing = self.view.roll(case.line.policy).and_then(|roll| roll.standing.as_ref());
        let fact = match (sharing.map(|sharing| &sharing.way), standing) {
            (Some(WayNow::Shelf { .. }), Some(standing)) => Fact::ByShelf {
                shelf: standing.name.clone(),
            },
            (Some(WayNow::Grant(why)), _) => Fact::ByGrant { why: Some(*why) },
            (_, _) => Fact::ByGrant { why: None },
        };
        self.yes(fact);
    }

    /// Whether the account has the image, by grant or from a shelf.
    fn has(&self, image: &Image) -> Option<bool> {
        let (seen, granted) = (self.view.seen, self.view.seen.grants_of(image));
        if granted.as_ref().is_some_and(|accounts| accounts.contains(self.account)) {
            return Some(true);
        }
        let path = audience::member(self.account, seen).map(|member| member.path.as_str());
        let from_shelf = shelves_of(self.view, &image.at).any(|share| {
            let mut targets = share.targets.iter().filter(|(_, link)| **link == Link::Joined);
            targets.any(|(target, _)| {
                let in_path = path.is_some_and(|path| path.split('/').any(|segment| segment == target.as_str()));
                in_path || target.as_str() == self.account.as_str()
            })
        });
        if from_shelf {
            return Some(true);
        }
        let dark = seen
            .shares
            .get(&image.at.region)
            .is_some_and(|reading| reading.known().is_none());
        granted.filter(|_| !dark).map(|_| false)
    }

    fn not_shared(&self, case: Case<'v, 'a>) -> ControlFlow<Step> {
        let (own, id) = (&case.image.at, self.account);
        let brought = is_brought(&case.line.policy.share, id, self.view.seen);
        let leaves_out = |kind: &BlockKind| matches!(kind, BlockKind::NoRoomForAccounts { image, accounts, .. } if image == own && accounts.contains(id));
        let refuses = |kind: &BlockKind| matches!(kind, BlockKind::AccountRefused { account, .. } if account == id);
        let off_shelf = |kind: &BlockKind| matches!(kind, BlockKind::NoRoomOnShelf { image, .. } | BlockKind::ShelfRefusesImage { image, .. } if image == own);
        let no_shelf = |kind: &BlockKind| {
            matches!(kind, BlockKind::NoRoomForShelf { region, .. }
                | BlockKind::TooManyTargets { region, .. }
                | BlockKind::ShelfRefusesTarget { region, .. } if brought && *region == own.region)
        };
        let block = self.block(|kind| leaves_out(kind) || refuses(kind) || off_shelf(kind) || no_shelf(kind));
        if let Some(kind) = block {
            return blocked(kind);
        }
        let shares = |action: &Action| {
            matches!(action, Action::Grant { image, accounts } if image == own && accounts.contains(id))
                || matches!(action, Action::PutOnShelf { images, .. } if images.contains(&own.image))
                || matches!(action, Action::AddTargets { .. } | Action::CreateShelf { .. } if *action.region() == own.region)
        };
        let remedy = self.outlook((case.line, case.release), shares);
        let changing =
            self.wait(|kind| matches!(kind, WaitKind::ShelfChanging { region, .. } if *region == own.region));
        if let Some(wait) = changing.filter(|_| remedy.is_none()) {
            return no(Fact::Waiting(wait.clone()), Some(Remedy::ByItself));
        }
        let (image, account) = (own.clone(), id.clone());
        no(Fact::NotShared { image, account }, remedy)
    }

    /// Whether the family resolves to the image: by what the cloud said, else by what the listing shows.
    pub(super) fn resolves(&mut self, case: Case<'v, 'a>) -> ControlFlow<Step> {
        let (policy, own) = (case.line.policy, case.image);
        let (image, family) = (own.at.clone(), policy.family.clone());
        if !is_in_family(policy, own) {
            return self.not_committed(case, family);
        }
        if let Some(kind) = rival(self.view, case.line, case.release, own) {
            return blocked(&kind);
        }
        let in_family = |other: &&Image| is_in_family(policy, other) && other.status == ImageStatus::Available;
        let listed = self
            .view
            .seen
            .images_in(&own.at.region)
            .into_iter()
            .flatten()
            .filter(in_family);
        let youngest = listed.max_by_key(|other| (other.created, &other.at));
        let asked = self.view.seen.resolved.get(&(own.at.region.clone(), family.clone()));
        let visible = match asked {
            Some(Reading::Known(resolved)) => Some(resolved.as_ref() == Some(&own.at.image)),
            Some(Reading::Unknown(_)) => None,
            None => Some(youngest.is_some_and(|youngest| youngest.at == own.at)),
        };
        match visible {
            Some(true) => self.yes(Fact::Resolves { family, image }),
            Some(false) => {
                let parks =
                    |action: &Action| matches!(action, Action::Park { image, .. } if image.region == own.at.region);
                let planned = self.plan.actions.iter().find(|planned| parks(&planned.action));
                let remedy = planned.map_or(Remedy::ByItself, |planned| Remedy::NextRun(&planned.action));
                return no(Fact::Waiting(WaitKind::FamilyNotVisible { image }), Some(remedy));
            }
            None => self.unknown(Fact::Waiting(WaitKind::FamilyNotVisible { image })),
        }
        ControlFlow::Continue(())
    }

    fn not_committed(&self, case: Case<'v, 'a>, family: FamilyName) -> ControlFlow<Step> {
        let own = case.image;
        let commits = |action: &Action| matches!(action, Action::SetFamily { image, .. } if *image == own.at);
        let remedy = self.outlook((case.line, case.release), commits);
        let name = case.release.name;
        let block = self
            .plan
            .blocks
            .iter()
            .filter(|block| block.release.as_deref() == Some(name));
        let forbids = |kind: &&BlockKind| {
            matches!(kind, BlockKind::RivalInFamily { .. })
                || matches!(kind, BlockKind::Drift { image, .. } if *image == own.at)
        };
        if let Some(kind) = block.map(|block| &block.kind).find(forbids) {
            return blocked(kind);
        }
        let image = own.at.clone();
        let parked = own.family.clone().filter(is_parked);
        let mut waits = self
            .plan
            .waits
            .iter()
            .filter(|wait| wait.release.as_deref() == Some(name));
        let others = waits.find(|wait| matches!(wait.kind, WaitKind::OtherRegions { .. }));
        match (parked, others) {
            (_, Some(wait)) if remedy.is_none() => no(Fact::Waiting(wait.kind.clone()), Some(Remedy::ByItself)),
            (Some(family), _) => no(Fact::Parked { image, family }, remedy),
            (None, _) => no(Fact::NotCommitted { image, family }, remedy),
        }
    }
}
