//! Pause: a policy that rests has nothing done for it, except that a person's recall still parks.

use super::View;
use crate::{Action, Plan, Planned, Reason, Wait, WaitKind};

/// Takes the actions of resting policies out of the plan.
pub(crate) fn pause(view: &View<'_>, plan: &mut Plan) {
    for line in view.lines().iter().filter(|line| view.is_paused(line.policy)) {
        let name = &line.policy.name;
        plan.actions
            .retain(|planned| planned.policy != *name || is_recall(planned));
        plan.waits.push(Wait {
            kind: WaitKind::Paused,
            policy: Some(name.clone()),
            release: None,
        });
    }
}

fn is_recall(planned: &Planned) -> bool {
    match (&planned.action, &planned.reason) {
        (Action::Park { .. } | Action::CancelCopy { .. }, Reason::Recalled { .. })
        | (Action::SetFamily { .. }, Reason::SucceedsRecalled) => true,
        (_, _) => false,
    }
}
