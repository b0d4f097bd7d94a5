//! The policy's object: where it holds what is refused, that is said; where it changed under a run, or could not be read again,
//! the run takes nothing away. The next one plans by what is in force then. Not here: judging and reading it.

use super::View;
use crate::{Block, BlockKind, Plan, Planned, Wait, WaitKind};

/// Says what was refused, and takes out of the plan what takes away if it is not sure what is in force.
pub(crate) fn policy_object(view: &View<'_>, plan: &mut Plan) {
    if let Some(refused) = &view.seen.policy_refused {
        plan.blocks.push(Block {
            kind: BlockKind::PolicyRefused {
                object: refused.object.clone(),
                why: refused.why.clone(),
                in_force: view.file.serial,
            },
            policy: None,
            release: None,
            source: None,
        });
    }
    let Some(why) = &view.seen.policy_moved else { return };
    let planned = plan.actions.len();
    plan.actions.retain(|planned| !Planned::takes_away(planned));
    if plan.actions.len() < planned {
        plan.waits.push(Wait {
            kind: WaitKind::PolicyMoved { why: why.clone() },
            policy: None,
            release: None,
        });
    }
}
