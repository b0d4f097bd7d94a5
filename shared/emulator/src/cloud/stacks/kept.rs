//! A stack with what became of it so far.

use std::collections::{BTreeMap, VecDeque};

use goldcast_domain::{AccountId, RegionId};
use goldcast_template::{Resource, Stack, Values};
use jiff::{SignedDuration, Timestamp};

use super::change::{Action, changes};
use super::making::{self, Surroundings};

/// How long one resource takes. A guess: small resources take a second or two.
const RESOURCE_TIME: SignedDuration = SignedDuration::from_secs(2);

/// A stack.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) account: AccountId,
    pub(super) region: RegionId,
    pub(super) created: Timestamp,
    pub(super) values: Values,
    /// What it is, or is being made into.
    pub(super) stack: Stack,
    /// What it was before a change that is not through yet.
    before: Option<(Stack, Values)>,
    pub(super) status: String,
    pub(super) reason: String,
    /// What is left to be done.
    steps: VecDeque<(Resource, Action)>,
    pub(super) steps_total: usize,
    due: Option<Timestamp>,
    /// By their names in the template.
    pub(super) rows: BTreeMap<String, Row>,
    /// Oldest first.
    pub(super) events: Vec<Event>,
}

/// How a resource is.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) resource: Resource,
    pub(super) status: String,
    pub(super) reason: String,
    pub(super) at: Timestamp,
}

/// Something that happened to a resource.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) id: String,
    pub(super) row: Row,
}

impl Kept {
    /// A stack whose making begins.
    pub(super) fn new(
        id: String,
        (account, region, name): (AccountId, RegionId, String),
        (stack, values): (Stack, Values),
        now: Timestamp,
    ) -> Self {
        let mut kept = Self {
            id,
            name,
            account,
            region,
            created: now,
            values,
            stack,
            before: None,
            status: String::new(),
            reason: String::new(),
            steps: VecDeque::new(),
            steps_total: 0,
            due: None,
            rows: BTreeMap::new(),
            events: Vec::new(),
        };
        kept.begin("CREATE", None, now);
        kept
    }

    /// A change begins. Gives `false` if it would change nothing.
    pub(super) fn change(&mut self, stack: Stack, values: Values, now: Timestamp) -> bool {
        let nothing = changes(Some(&self.stack), &stack)
            .iter()
            .all(|(_, action)| *action == Action::Nothing);
        if nothing {
            return false;
        }
        let before = (
            std::mem::replace(&mut self.stack, stack),
            std::mem::replace(&mut self.values, values),
        );
        let old = before.0.clone();
        self.before = Some(before);
        self.begin("UPDATE", Some(&old), now);
        true
    }

    fn begin(&mut self, verb: &str, before: Option<&Stack>, now: Timestamp) {
        let steps = changes(before, &self.stack).into_iter();
        let steps = steps.filter(|(_, action)| *action != Action::Nothing);
        self.steps = steps.map(|(resource, action)| (resource.clone(), action)).collect();
        self.steps_total = self.steps.len();
        self.status = format!("{verb}_IN_PROGRESS");
        self.reason = format!("Stack {verb} started");
        self.due = Some(now + RESOURCE_TIME);
    }

    /// When its next resource is done; nothing if it is at rest.
    pub(super) fn due(&self) -> Option<Timestamp> {
        self.due
    }

    pub(super) fn is_busy(&self) -> bool {
        self.due.is_some()
    }

    pub(super) fn steps_left(&self) -> usize {
        self.steps.len()
    }

    /// Does what is due next.
    pub(super) fn step(&mut self, around: &mut Surroundings<'_>) {
        let Some(now) = self.due else { return };
        let verb = if self.before.is_some() { "UPDATE" } else { "CREATE" };
        let Some((resource, action)) = self.steps.pop_front() else {
            self.before = None;
            self.due = None;
            self.status = format!("{verb}_COMPLETE");
            self.reason = format!("Stack {verb} completed successfully");
            return;
        };
        match making::make(&resource, action, (&self.account, &self.region, now), around) {
            Ok(()) => {
                self.note(resource, action, "COMPLETE", "state changed", now);
                self.due = Some(now + RESOURCE_TIME);
            }
            Err(why) => {
                self.reason = format!("Resource {verb} failed: {}: {why}", resource.id);
                self.note(resource, action, "FAILED", &why, now);
                self.take_back(verb);
            }
        }
    }

    /// Everything is put back at once; really it takes as long as making it.
    fn take_back(&mut self, verb: &str) {
        self.steps.clear();
        self.due = None;
        match self.before.take() {
            Some((stack, values)) => {
                self.stack = stack;
                self.values = values;
                "ROLLBACK_COMPLETE".clone_into(&mut self.status);
            }
            None => self.status = format!("{verb}_ROLLBACK_COMPLETE"),
        }
    }

    fn note(&mut self, resource: Resource, action: Action, state: &str, reason: &str, now: Timestamp) {
        let id = resource.id.clone();
        let row = Row {
            resource,
            status: format!("{}_{state}", action.verb()),
            reason: reason.to_owned(),
            at: now,
        };
        let number = self.events.len();
        self.events.push(Event {
            id: format!("{}-{number}", self.id),
            row: row.clone(),
        });
        if action == Action::Remove {
            self.rows.remove(&id);
        } else {
            self.rows.insert(id, row);
        }
    }
}
