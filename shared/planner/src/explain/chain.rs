//! The chain: which rules are looked at, in which order, and where it ends.

use std::ops::ControlFlow;

use goldcast_domain::{AccountId, Image, RegionId};

use super::{Fact, Question, Remedy, Step, Subject};
use crate::catalogue::{Line, Release};
use crate::rules::View;
use crate::{Action, BlockKind, Plan, WaitKind};

/// The facts so far. A rule that ends the chain breaks with the last of them.
pub(super) struct Chain<'v, 'a> {
    pub(super) view: &'v View<'a>,
    /// What the next run would do, wait for and be kept from.
    pub(super) plan: &'v Plan,
    pub(super) account: &'v AccountId,
    pub(super) what: &'v Subject,
    pub(super) region: &'v RegionId,
    steps: Vec<Step>,
}

/// What the question is about, once that is known.
#[derive(Clone, Copy)]
pub(super) struct Case<'v, 'a> {
    pub(super) line: &'v Line<'a>,
    pub(super) release: &'v Release<'a>,
    pub(super) image: &'a Image,
}

impl<'v, 'a> Chain<'v, 'a> {
    pub(super) fn new(view: &'v View<'a>, plan: &'v Plan, question: &'v Question) -> Self {
        Self {
            view,
            plan,
            account: &question.account,
            what: &question.what,
            region: &question.region,
            steps: Vec::new(),
        }
    }

    /// Every fact up to the first that ends the chain.
    pub(super) fn steps(mut self) -> Vec<Step> {
        if let ControlFlow::Break(last) = self.walk() {
            self.steps.push(last);
        }
        self.steps
    }

    /// From the policy to the account.
    fn walk(&mut self) -> ControlFlow<Step> {
        let (line, release) = self.golden()?;
        self.stays(line, release)?;
        let image = self.in_region(line, release)?;
        let case = Case { line, release, image };
        self.ready(case)?;
        self.readable(case)?;
        if self.is_owner() {
            let account = self.account.clone();
            self.yes(Fact::Owner { account });
        } else {
            self.in_audience(case)?;
            self.trusted(case)?;
            self.shared(case)?;
        }
        if matches!(self.what, Subject::Family(_)) {
            self.resolves(case)?;
        }
        self.aside(case);
        ControlFlow::Continue(())
    }

    /// What is said besides, and takes nothing away.
    fn aside(&mut self, case: Case<'v, 'a>) {
        if case.image.is_paid || case.release.source.is_some_and(|source| source.is_paid) {
            let image = case.image.at.clone();
            self.yes(Fact::Paid { image });
        }
        if self.view.is_paused(case.line.policy) {
            let policy = case.line.policy.name.clone();
            self.yes(Fact::Rests { policy });
        }
    }

    pub(super) fn is_owner(&self) -> bool {
        *self.account == self.view.file.owner.account
    }

    pub(super) fn yes(&mut self, fact: Fact) {
        let (holds, change) = (Some(true), None);
        self.steps.push(Step { holds, fact, change });
    }

    /// A fact that nobody knows; the chain goes on, since a later one may say no.
    pub(super) fn unknown(&mut self, fact: Fact) {
        let (holds, change) = (None, None);
        self.steps.push(Step { holds, fact, change });
    }

    /// What the next run does about it, or what keeps it from doing so.
    pub(super) fn outlook(
        &self,
        case: (&'v Line<'a>, &Release<'_>),
        does: impl Fn(&Action) -> bool,
    ) -> Option<Remedy<'v>> {
        let (line, release) = case;
        // Shelves and the trust document serve several releases, and are planned in the name of one.
        let shared = |action: &Action| action.image().is_none() && !matches!(action, Action::Copy { .. });
        let mut actions = self.plan.actions.iter();
        let planned = actions
            .find(|planned| (planned.release == release.name || shared(&planned.action)) && does(&planned.action));
        if let Some(planned) = planned {
            return Some(Remedy::NextRun(&planned.action));
        }
        self.view
            .is_paused(line.policy)
            .then_some(Remedy::GoOn(&line.policy.name))
    }

    /// What the plan says forbids going on.
    pub(super) fn block(&self, forbids: impl Fn(&BlockKind) -> bool) -> Option<&'v BlockKind> {
        self.plan
            .blocks
            .iter()
            .map(|block| &block.kind)
            .find(|kind| forbids(kind))
    }

    /// What the plan waits for.
    pub(super) fn wait(&self, waits: impl Fn(&WaitKind) -> bool) -> Option<&'v WaitKind> {
        self.plan.waits.iter().map(|wait| &wait.kind).find(|kind| waits(kind))
    }
}

/// The fact that ends the chain.
pub(super) fn no<T>(fact: Fact, remedy: Option<Remedy<'_>>) -> ControlFlow<Step, T> {
    let (holds, change) = (Some(false), remedy.map(|remedy| remedy.to_string()));
    ControlFlow::Break(Step { holds, fact, change })
}

/// A block ends the chain with its own remedy.
pub(super) fn blocked<T>(kind: &BlockKind) -> ControlFlow<Step, T> {
    no(Fact::Blocked(kind.clone()), Some(Remedy::Fix(kind)))
}

/// Something unknown that hides everything after it.
pub(super) fn hidden<T>(fact: Fact) -> ControlFlow<Step, T> {
    let (holds, change) = (None, None);
    ControlFlow::Break(Step { holds, fact, change })
}
