//! One run: look, plan, do, and look again at what was done, until there is nothing left that this run may do.

use std::collections::BTreeSet;
use std::sync::Arc;

use goldcast_cloud::{CallCounts, Client, Clock, Deadline, Role, Transport};
use goldcast_domain::policy::Brakes;
use goldcast_domain::{AccountId, Gather as _, Image, ImageRef, PolicyFile, PolicyName, Scope};
use goldcast_planner::{Access, Action, Observed, Plan, Planned, Reason, Right, access, concerns, plan};
use jiff::Timestamp;
use tracing::{debug, info, warn};

use crate::in_force::InForce;
use crate::report::{Failure, Report, WakeScope};

/// Rounds of one run: what leaves takes seven (unshare, deprecate, tag its snapshots, delete copies, source and snapshots, and a
/// look), a release four.
const ROUNDS_MAX: usize = 8;
/// The session name under which the directory is read; it stands in the management account's audit log.
const DIRECTORY_SESSION: &str = "goldcast";

/// Observes, plans and applies. Copies are cheap.
#[derive(Debug)]
pub struct Engine<T> {
    pub(crate) policy: Arc<PolicyFile>,
    pub(crate) client: Client<T>,
    /// In the management account, where the policy says how.
    pub(crate) directory: Option<Client<T>>,
    clock: Clock,
    /// How the policy came into force, where that may change under a run.
    in_force: Option<InForce>,
}

/// A run that has ended: what it did, and what it saw last.
#[derive(Debug)]
pub struct Finished {
    /// What it did.
    pub report: Report,
    /// What it saw last.
    pub seen: Observed,
    /// The last plan: what is still to do, to wait for, and forbidden.
    pub plan: Plan,
}

impl<T: Transport> Engine<T> {
    /// An engine that acts with this client's keys. The clock only serves to read times.
    pub fn new(policy: impl Into<Arc<PolicyFile>>, client: Client<T>, clock: Clock) -> Self {
        let policy = policy.into();
        let role = policy
            .owner
            .directory
            .as_ref()
            .map(|access| Role::new(access.role.as_str(), DIRECTORY_SESSION));
        let directory = role.map(|role| client.assuming(role));
        Self {
            policy,
            client,
            directory,
            clock,
            in_force: None,
        }
    }

    /// An engine that goes by this policy, and makes sure that it still is in force before it takes anything away.
    pub fn under(in_force: InForce, client: Client<T>, clock: Clock) -> Self {
        let engine = Self::new(Arc::clone(in_force.policy()), client, clock);
        Self {
            in_force: Some(in_force),
            ..engine
        }
    }

    /// The same under other brakes than the policy's: what a person allows for once.
    #[must_use]
    pub fn braked_by(mut self, brakes: Brakes) -> Self {
        Arc::make_mut(&mut self.policy).brakes = brakes;
        self
    }

    /// The policy it carries out.
    pub fn policy(&self) -> &PolicyFile {
        &self.policy
    }

    /// Looks at the scope and does nothing: what a run would do, wait for and not do.
    pub async fn look(&self, scope: Scope, deadline: Deadline) -> Finished {
        let earlier = self.client.calls();
        let mut run = self.begin(scope, Right::Anyone, deadline);
        run.answer_questions().await;
        let plan = plan(&self.policy, &run.seen, self.now());
        self.end(run, plan, &earlier)
    }

    /// Looks at the scope and does what this right covers. Always ends with a report; it stops between two actions when
    /// the deadline is near.
    pub async fn run(&self, scope: Scope, right: Right, deadline: Deadline) -> Finished {
        let earlier = self.client.calls();
        let mut run = self.begin(scope, right, deadline);
        let plan = run.go().await;
        self.end(run, plan, &earlier)
    }

    fn begin(&self, scope: Scope, right: Right, deadline: Deadline) -> Run<'_, T> {
        let refused = self.in_force.as_ref().and_then(InForce::refused);
        Run {
            engine: self,
            right,
            deadline,
            seen: Observed {
                policy_refused: refused.cloned(),
                ..Observed::new(scope.clone())
            },
            tried: BTreeSet::new(),
            report: Report {
                scopes: vec![scope],
                ..Report::default()
            },
        }
    }

    fn end(&self, run: Run<'_, T>, plan: Plan, earlier: &CallCounts) -> Finished {
        let Run { mut report, seen, .. } = run;
        let calls = self.client.calls().since(earlier);
        (report.reads, report.writes) = (calls.reads(), calls.writes());
        report.waits.clone_from(&plan.waits);
        report.blocks.clone_from(&plan.blocks);
        Finished { report, seen, plan }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

/// A run that is under way.
pub(crate) struct Run<'a, T> {
    pub(crate) engine: &'a Engine<T>,
    pub(crate) right: Right,
    pub(crate) deadline: Deadline,
    pub(crate) seen: Observed,
    /// What was tried already; a run repeats nothing.
    pub(crate) tried: BTreeSet<Action>,
    pub(crate) report: Report,
}

impl<T: Transport> Run<'_, T> {
    async fn go(&mut self) -> Plan {
        if let Scope::Image(image) = self.seen.scope.clone()
            && !self.is_ours(&image).await
        {
            debug!(%image, "no policy covers the image");
            return Plan::default();
        }
        let mut before = None;
        let mut round = 0;
        let mut listed_in = 0;
        let plan = loop {
            if self.seen.images.is_empty() {
                listed_in = round;
            }
            self.answer_questions().await;
            let (policy, now) = (&self.engine.policy, self.engine.now());
            before.get_or_insert_with(|| access(policy, &self.seen, now));
            let plan = plan(policy, &self.seen, now);
            if listed_in < round && commits(&plan) {
                // A recall, or a holder of the family, may have come since the images were listed.
                self.seen.images.clear();
                continue;
            }
            round += 1;
            if round == ROUNDS_MAX || !self.carry_out(&plan).await {
                break plan;
            }
        };
        let after = access(&self.engine.policy, &self.seen, self.engine.now());
        let had_nothing = before
            .unwrap_or_default()
            .into_iter()
            .filter(|(_, level)| *level == Access::None);
        let onboarded: BTreeSet<_> = had_nothing
            .map(|(who, _)| who)
            .filter(|who| after.get(who) == Some(&Access::Full))
            .gather();
        self.wake(&plan, &onboarded);
        plan
    }

    /// Whether the image is any policy's business: the one read that an event about someone else's image costs.
    async fn is_ours(&mut self, at: &ImageRef) -> bool {
        if !self.engine.policy.all_regions().contains(&at.region) {
            return false;
        }
        match self.engine.image(at, self.deadline).await {
            Ok(image) => image.is_some_and(|image: Image| concerns(&self.engine.policy, &image)),
            Err(error) => {
                self.report
                    .fail(&error, Failure::of_call(&error, format!("reading {at}")));
                false
            }
        }
    }

    /// Does what may be done now; says whether anything was, so that it is worth looking again.
    async fn carry_out(&mut self, plan: &Plan) -> bool {
        let mut changed = false;
        for stage in plan.stages() {
            let due: Vec<Planned> = stage
                .iter()
                .filter(|planned| self.right.covers(&planned.action) && !self.tried.contains(&planned.action))
                .cloned()
                .collect();
            if due.is_empty() {
                continue;
            }
            if self.is_out_of_time() {
                self.report.stopped_early = true;
                info!(actions = due.len(), "the deadline is near; the next run goes on");
                return false;
            }
            if due.iter().any(Planned::takes_away) && self.policy_moved().await {
                return true;
            }
            changed |= self.apply(due).await;
        }
        changed
    }

    /// Whether it is not sure any more that the policy is in force: then the planner leaves out what takes away.
    async fn policy_moved(&mut self) -> bool {
        if let Some(in_force) = &self.engine.in_force
            && let Some(why) = in_force.moved(&self.engine.client, self.deadline).await
        {
            warn!(reason = why, "nothing is taken away in this run");
            self.seen.policy_moved = Some(why);
        }
        self.seen.policy_moved.is_some()
    }

    fn is_out_of_time(&self) -> bool {
        self.deadline.remaining() < crate::apply::ACTION_TIME_MIN
    }

    /// Hands on what only the sweep may do: speak, and what cannot be repeated.
    fn wake(&mut self, plan: &Plan, onboarded: &BTreeSet<(PolicyName, AccountId)>) {
        if self.right == Right::SweepOnly {
            return;
        }
        let sources = |actions: &mut dyn Iterator<Item = &Planned>| {
            actions
                .filter_map(|planned| planned.source.clone())
                .map(|image| WakeScope(Scope::Image(image)))
                .collect::<Vec<_>>()
        };
        let left = sources(
            &mut plan
                .actions
                .iter()
                .filter(|planned| !self.right.covers(&planned.action)),
        );
        let committed = std::mem::take(&mut self.report.committed);
        self.report.wake.extend(left);
        self.report
            .wake
            .extend(committed.into_iter().map(|image| WakeScope(Scope::Image(image))));
        self.report.wake.extend(
            onboarded
                .iter()
                .map(|(_, account)| WakeScope(Scope::Account(account.clone()))),
        );
    }
}

/// Whether a plan makes a release what the family resolves to.
fn commits(plan: &Plan) -> bool {
    plan.actions.iter().any(|planned| match planned.reason {
        Reason::StagedEverywhere | Reason::InPlaceEverywhere | Reason::StagedEnough => {
            matches!(planned.action, Action::SetFamily { .. })
        }
        _ => false,
    })
}
