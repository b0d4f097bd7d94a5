//! What the platform does in a function's name, and whether the function's role lets it: shipping its log, telling the
//! function that hears of successes, and sending what was given up to its queue
//! (<https://help.aliyun.com/zh/functioncompute/fc/user-guide/asynchronous-invocation>).
//!
//! A function without a role is served by the platform's own service-linked role, which may do all of it
//! (<https://help.aliyun.com/zh/functioncompute/fc/service-linked-role-of-function-compute>).

use jiff::Timestamp;
use serde::Serialize;

use super::deployed_function::Function;
use super::deployment::Logs;
use super::host::Place;
use super::invocation::Next;
use super::shared::{Shared, State};
use crate::cloud::PolicyQuestion;

/// Notes kept; older ones make room.
const WITHHELD_MAX: usize = 10_000;

/// Something that the platform did not do, because the function's role does not allow it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Withheld {
    /// Simulated time.
    pub at: Timestamp,
    /// The function concerned.
    pub function: String,
    /// What its role would have to allow: an action of RAM.
    pub action: String,
    /// And the resource.
    pub resource: String,
}

/// One thing that the platform does in a function's name.
#[derive(Debug, Clone, Copy)]
enum Act<'a> {
    ShipLog(&'a Logs),
    Invoke(&'a str),
    Send(&'a str),
}

impl Act<'_> {
    fn question(self, place: &Place) -> PolicyQuestion {
        let Place { account, region, .. } = place;
        match self {
            Self::ShipLog(Logs { project, logstore }) => PolicyQuestion::new(
                "log:PostLogStoreLogs",
                format!("acs:log:{region}:{account}:project/{project}/logstore/{logstore}"),
            ),
            Self::Invoke(function) => PolicyQuestion::new("fc:InvokeFunction", place.arn(function)),
            Self::Send(queue) => PolicyQuestion::new(
                "mns:SendMessage",
                format!("acs:mns:{region}:{account}:/queues/{queue}/messages"),
            ),
        }
    }
}

/// What the role of a function has to allow for the platform to do all it is deployed to do.
pub(super) fn questions(function: &Function, place: &Place) -> Vec<PolicyQuestion> {
    let acts = [
        place.logs.as_ref().map(Act::ShipLog),
        function.on_success.as_deref().map(Act::Invoke),
        function.on_failure.as_deref().map(Act::Send),
    ];
    let acts = acts.into_iter().flatten();
    acts.map(|act| act.question(place)).collect()
}

impl Shared {
    /// Whether the lines that a function prints reach its log.
    pub(super) fn ships_log(&self, function: &Function) -> bool {
        let logs = self.place.logs.as_ref();
        logs.is_none_or(|logs| self.lock().may(&self.place, function, Act::ShipLog(logs)))
    }
}

impl State {
    /// What really follows on an attempt: what the function's role forbids is left out, and noted.
    pub(super) fn allowed(&mut self, place: &Place, function: &Function, next: Next) -> Next {
        match next {
            Next::Tell {
                function: ref target, ..
            } if !self.may(place, function, Act::Invoke(target)) => Next::Done,
            Next::GiveUp(mut letter) => {
                let queue = letter.queue.take();
                letter.queue = queue.filter(|queue| self.may(place, function, Act::Send(queue)));
                Next::GiveUp(letter)
            }
            Next::Tell { .. } | Next::Done | Next::Retry(..) => next,
        }
    }

    /// Whether the role of a function allows an act; if not, that is noted.
    fn may(&mut self, place: &Place, function: &Function, act: Act<'_>) -> bool {
        let Some(role) = function.role.as_deref() else {
            return true;
        };
        let role = format!("acs:ram::{}:role/{role}", place.account);
        let question = act.question(place);
        let may = self.cloud.may(&role, &question);
        if !may {
            if self.withheld.len() == WITHHELD_MAX {
                self.withheld.remove(0);
            }
            self.withheld.push(Withheld {
                at: self.now,
                function: function.name.clone(),
                action: question.action,
                resource: question.resource,
            });
        }
        may
    }
}
