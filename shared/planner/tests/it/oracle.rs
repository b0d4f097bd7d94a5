//! What the laws know by themselves: who is inside, what is a copy, what a plan does. Written against the world, not
//! against the planner's own code.

use std::collections::BTreeSet;

use goldcast_domain::{AccountId, Image, ImageRef, ImageStatus, Member, MemberState, Policy, RegionId, Scope, ledger};
use goldcast_planner::{Action, Observed, Plan, Planned, Reason, copy_name, plan};

use crate::organisation::Seed;
use crate::support::{OWNER, World};

/// One planning run over a world.
pub(crate) struct Case {
    pub(crate) world: World,
    pub(crate) seen: Observed,
    pub(crate) plan: Plan,
}

impl Case {
    pub(crate) fn of(seed: &Seed) -> Self {
        Self::in_world(seed.world())
    }

    pub(crate) fn in_world(world: World) -> Self {
        let seen = world.observe(Scope::Everything);
        let plan = plan(&world.policy, &seen, world.time);
        Self { world, seen, plan }
    }

    /// Every action and the policy in whose name it is done.
    pub(crate) fn actions(&self) -> impl Iterator<Item = (&Planned, &Policy)> {
        let policies = &self.world.policy.policies;
        let actions = self.plan.actions.iter();
        // What is done for images of a policy that is gone has its own law.
        actions.filter_map(|planned| Some((planned, policies.get(&planned.policy)?)))
    }

    /// An image of the world, if it is there.
    pub(crate) fn image(&self, at: &ImageRef) -> Option<&Image> {
        self.world.images.get(&at.region)?.iter().find(|image| image.at == *at)
    }

    /// Every image that an action is about: one, or those on a shelf.
    pub(crate) fn touched<'a>(&'a self, action: &'a Action) -> Vec<&'a Image> {
        match action {
            Action::PutOnShelf { shelf, images } | Action::TakeOffShelf { shelf, images } => images
                .iter()
                .filter_map(|id| {
                    self.image(&ImageRef {
                        region: shelf.region.clone(),
                        image: id.clone(),
                    })
                })
                .collect(),
            Action::Copy { from, .. } => self.image(from).into_iter().collect(),
            _ => action.image().and_then(|at| self.image(at)).into_iter().collect(),
        }
    }
}

/// Everyone whom a policy shares with, if everything is known.
pub(crate) fn inside(world: &World, policy: &Policy) -> BTreeSet<AccountId> {
    let share = &policy.share;
    let brought = world
        .members
        .values()
        .filter(|member| brings(policy, member))
        .map(|member| &member.account);
    let all = share.accounts.iter().chain(brought).filter(|account| {
        let closing = world
            .members
            .get(*account)
            .is_some_and(|member| member.state == MemberState::Leaving);
        !closing && !share.except.contains(*account) && account.as_str() != OWNER
    });
    all.cloned().collect()
}

/// Whether folders or the directory bring a member.
pub(crate) fn brings(policy: &Policy, member: &Member) -> bool {
    let segments: Vec<&str> = member.path.split('/').collect();
    policy.share.directory
        || policy
            .share
            .folders
            .iter()
            .any(|folder| segments.contains(&folder.as_str()))
}

/// Whether the policy's own text puts an account outside, whatever the directory says.
pub(crate) fn is_outside_by_policy(policy: &Policy, account: &AccountId) -> bool {
    let share = &policy.share;
    let asks = share.directory || !share.folders.is_empty();
    account.as_str() == OWNER || share.except.contains(account) || (!asks && !share.accounts.contains(account))
}

/// Whether an image is a copy of ours by what cannot be written on it: the cloud says so, and its name is the hash of what its
/// tags claim.
pub(crate) fn is_true_copy(world: &World, image: &Image) -> bool {
    let tag = |key: &str| image.tags.get(key);
    let (Some(source), Some(release)) = (tag(ledger::SOURCE), tag(ledger::RELEASE)) else {
        return false;
    };
    let Ok(source) = source.parse() else { return false };
    let keys = world
        .policy
        .policies
        .values()
        .filter_map(|policy| policy.encrypt.get(&image.at.region));
    let mut names = keys.map(Some).chain([None]).map(|key| copy_name(release, &source, key));
    image.is_copied && names.any(|name| name == image.name)
}

/// The source that an image belongs to: a copy's tags name it, else its name is the hash of it; any other is its own.
pub(crate) fn source_of(world: &World, image: &Image) -> String {
    let own = image.at.image.to_string();
    if !image.is_copied {
        return own;
    }
    let home = world.images.get(&world.policy.owner.home_region).into_iter().flatten();
    let by_name = || {
        home.into_iter()
            .find(|source| copy_name(&source.name, &source.at.image, None) == image.name)
    };
    let named = image.tags.get(ledger::SOURCE).cloned();
    named
        .or_else(|| by_name().map(|source| source.at.image.to_string()))
        .unwrap_or(own)
}

/// The true copies of a source, in any state.
pub(crate) fn copies_of<'a>(world: &'a World, source: &'a Image) -> impl Iterator<Item = &'a Image> {
    world.all_images().filter(move |image| {
        is_true_copy(world, image)
            && image.tags.get(ledger::SOURCE).map(String::as_str) == Some(source.at.image.as_str())
            && (image.layout() == source.layout() || image.disks.is_empty())
    })
}

/// Whether an action takes something away from people or is a step of leaving, beyond a recall's parking.
pub(crate) fn removes(planned: &Planned) -> bool {
    let leaves = match planned.reason {
        Reason::Retired | Reason::RegionDropped => true,
        Reason::Recalled { .. } => !matches!(
            planned.action,
            Action::Park { .. } | Action::CancelCopy { .. } | Action::RecordLeaving { .. }
        ),
        _ => false,
    };
    let takes = matches!(planned.action, Action::Revoke { .. } | Action::DropTargets { .. });
    leaves || (takes && planned.reason == Reason::OutsideAudience)
}

/// The steps of retiring: parking, withdrawing, deleting.
pub(crate) fn is_final(action: &Action) -> bool {
    matches!(
        action,
        Action::Deprecate { .. }
            | Action::DeleteImage { .. }
            | Action::TagSnapshots { .. }
            | Action::DeleteSnapshot { .. }
    )
}

/// The regions that a policy's releases live in.
pub(crate) fn regions_of<'a>(world: &'a World, policy: &'a Policy) -> impl Iterator<Item = &'a RegionId> {
    std::iter::once(&world.policy.owner.home_region).chain(&policy.regions)
}

/// Whether an image is in the family of a policy and can be launched by it.
pub(crate) fn is_launched(policy: &Policy, image: &Image) -> bool {
    image.family.as_ref() == Some(&policy.family) && image.status == ImageStatus::Available
}

/// Members under a target of a resource share.
pub(crate) fn under<'a>(world: &'a World, target: &'a str) -> impl Iterator<Item = &'a Member> {
    let members = world.members.values();
    members.filter(move |member| member.path.split('/').any(|segment| segment == target))
}
