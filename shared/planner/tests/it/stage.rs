//! Releases as goldcast leaves them, policies with a few keys more, and what several runs in a row do.

use crate::support::World;
use goldcast_domain::{ImageRef, Scope};
use goldcast_planner::Plan;

/// The same file with more keys in its first policy.
pub(crate) fn policy(base: &str, keys: &str) -> String {
    base.replacen(
        r#"{"name": "base-linux","#,
        &format!(r#"{{"name": "base-linux", {keys},"#),
        1,
    )
}

/// The same file with more sections.
pub(crate) fn file(base: &str, sections: &str) -> String {
    base.replacen('{', &format!("{{{sections},"), 1)
}

/// A release that is in place in every region and shared with the accounts that the policy names, home first.
pub(crate) fn staged(world: &mut World, id: &str, minutes_ago: i64) -> Vec<ImageRef> {
    let policy = world.policy.policies.values().next().unwrap().clone();
    let mut images = vec![world.source(id, id, minutes_ago).at.clone()];
    for to in &policy.regions {
        images.push(world.copy(id, id, to.as_str(), minutes_ago - 5).at.clone());
    }
    for image in &images {
        let accounts: Vec<_> = policy
            .share
            .accounts
            .iter()
            .map(goldcast_domain::AccountId::as_str)
            .collect();
        world.grant(image, &accounts);
    }
    images
}

/// The same, and people launch it by its family.
pub(crate) fn released(world: &mut World, id: &str, minutes_ago: i64) -> Vec<ImageRef> {
    let images = staged(world, id, minutes_ago);
    put_into_family(world, &images, "corp-linux");
    images
}

/// Puts images into a family.
pub(crate) fn put_into_family(world: &mut World, images: &[ImageRef], family: &str) {
    for image in images {
        world.image_mut(image).family = Some(family.parse().unwrap());
    }
}

/// Carries the whole plan out.
pub(crate) fn carry_out(world: &mut World, plan: &Plan) {
    for planned in &plan.actions {
        world.apply(&planned.action);
    }
}

/// What the next runs do, so many hours apart, a line each: how many actions of which name.
pub(crate) fn rounds(world: &mut World, scope: &Scope, count: usize, hours: i64) -> Vec<String> {
    let mut lines = Vec::new();
    for _ in 0..count {
        let plan = world.plan(scope.clone());
        let line: Vec<_> = plan
            .actions
            .chunk_by(|a, b| a.action.name() == b.action.name())
            .map(|chunk| format!("{} {}", chunk.len(), chunk[0].action.name()))
            .collect();
        lines.push(line.join(", "));
        carry_out(world, &plan);
        world.hours_pass(hours);
    }
    lines
}
