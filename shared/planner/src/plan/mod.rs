//! The plan as data: actions, waits and blocks, each with its reason.

mod action;
mod block;
mod reason;

use goldcast_domain::{ImageRef, PolicyName, put_in_order};
use serde::Serialize;

pub use action::{Action, Right, ShelfRef};
pub use block::{BlockKind, Drift};
pub use reason::{NoShelf, NoteKind, Reason, WaitKind};

/// What to do now, what to wait for, and what forbids going on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// What to do, in order. Actions of one kind may run side by side.
    pub actions: Vec<Planned>,
    /// What has to happen by itself first.
    pub waits: Vec<Wait>,
    /// What a person must solve.
    pub blocks: Vec<Block>,
    /// What people should know about all this, though nothing has to be done.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
}

/// One action and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Planned {
    /// What to do.
    #[serde(flatten)]
    pub action: Action,
    /// Why.
    pub reason: Reason,
    /// The policy that wants it.
    pub policy: PolicyName,
    /// The release it is about: the name of its source.
    pub release: String,
    /// The source image of that release: where the ledger notes who was told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<ImageRef>,
}

/// Something that has to happen by itself first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Wait {
    /// What is waited for.
    #[serde(flatten)]
    pub kind: WaitKind,
    /// The policy that waits, where it is one policy's matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<PolicyName>,
    /// The release that waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release: Option<String>,
}

/// Something that a person must solve.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Block {
    /// What forbids going on.
    #[serde(flatten)]
    pub kind: BlockKind,
    /// The policy it concerns, where it is one policy's matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<PolicyName>,
    /// The release it concerns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release: Option<String>,
    /// The source image of that release: where the ledger notes who was told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<ImageRef>,
}

/// Something that people should know.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Note {
    /// The policy that it concerns.
    pub policy: PolicyName,
    /// What it is.
    #[serde(flatten)]
    pub kind: NoteKind,
}

impl Plan {
    /// Whether there is nothing to do and nothing to wait for.
    pub fn is_settled(&self) -> bool {
        self.actions.is_empty() && self.waits.is_empty()
    }

    /// The actions in stages: those of one stage may run side by side, and a stage follows the one before it.
    pub fn stages(&self) -> impl Iterator<Item = &[Planned]> {
        self.actions.chunk_by(|a, b| a.rank() == b.rank())
    }

    /// Takes back first, then takes away, then gives, then commits; within a kind by region. The order of rules does not
    /// show.
    pub(crate) fn in_order(mut self) -> Self {
        put_in_order(&mut self.actions, |a, b| {
            (a.rank(), &a.action).cmp(&(b.rank(), &b.action))
        });
        self.actions.dedup_by(|a, b| a.action == b.action);
        put_in_order(&mut self.waits, |a, b| {
            (&a.policy, &a.release, &a.kind).cmp(&(&b.policy, &b.release, &b.kind))
        });
        self.waits.dedup();
        put_in_order(&mut self.blocks, |a, b| {
            (&a.policy, &a.release, &a.kind).cmp(&(&b.policy, &b.release, &b.kind))
        });
        self.blocks.dedup();
        put_in_order(&mut self.notes, Ord::cmp);
        self.notes.dedup();
        self
    }
}

impl Planned {
    /// Whether it takes away what the policy gave, or lets a release leave: what a run makes sure of once more right before.
    ///
    /// A person's recall does not count, up to and including the parking: it is a tag of theirs and not the policy's word. What
    /// is taken away so that it can move comes back by itself.
    pub fn takes_away(&self) -> bool {
        match (&self.reason, &self.action) {
            (Reason::MovesUnshared, _) => false,
            (Reason::TrustFollows { removed, .. }, _) => *removed > 0,
            (
                _,
                Action::Revoke { .. }
                | Action::TakeOffShelf { .. }
                | Action::DropTargets { .. }
                | Action::Deprecate { .. }
                | Action::DeleteImage { .. }
                | Action::DeleteSnapshot { .. }
                | Action::DeleteShelf { .. },
            ) => true,
            (_, _) => self.makes_leave(),
        }
    }

    /// Whether it is part of a release's or an image's leaving, beyond the parking of a recall.
    pub(crate) fn makes_leave(&self) -> bool {
        match (&self.reason, &self.action) {
            (
                Reason::Recalled { .. },
                Action::Park { .. } | Action::CancelCopy { .. } | Action::RecordLeaving { .. },
            ) => false,
            (Reason::Recalled { .. } | Reason::Retired | Reason::RegionDropped, _) => true,
            (_, _) => false,
        }
    }

    /// A recall goes before everything else; removing access never waits behind anything; a commit comes after everything
    /// that it promises, and what cannot be undone comes last.
    fn rank(&self) -> u8 {
        let recalls = matches!(self.reason, Reason::Recalled { .. });
        match &self.action {
            Action::SetFamily { .. } if self.reason == Reason::SucceedsRecalled => 0,
            Action::Park { .. } if recalls => 1,
            Action::CancelCopy { .. } => 2,
            Action::Revoke { .. } | Action::TakeOffShelf { .. } | Action::DropTargets { .. } => 3,
            Action::RecordAttempts { .. }
            | Action::RecordLeaving { .. }
            | Action::Restore { .. }
            | Action::Retag { .. } => 4,
            Action::DeleteFailedCopy { .. } | Action::ForgetLeaving { .. } => 5,
            Action::RewriteTrust { .. } | Action::CreateShelf { .. } => 6,
            Action::AddTargets { .. } | Action::PutOnShelf { .. } => 7,
            Action::Copy { .. } => 8,
            Action::Grant { .. } => 9,
            Action::SetFamily { .. } => 10,
            Action::Park { .. } => 11,
            Action::Deprecate { .. } => 12,
            Action::TagSnapshots { .. } => 13,
            Action::DeleteImage { .. } => 14,
            Action::DeleteSnapshot { .. } | Action::DeleteShelf { .. } => 15,
        }
    }
}
