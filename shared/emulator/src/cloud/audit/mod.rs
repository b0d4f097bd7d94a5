//! Events on each region's default bus: audit records of write calls, and what products publish themselves. An event
//! waits for its seeded delay. Not here: rules, patterns and delivery.

mod envelope;
mod native;
mod record;

use std::collections::BTreeMap;

use goldcast_domain::{AccountId, ImageId, RegionId};
use jiff::Timestamp;
use serde_json::Value;

pub use native::{Execution, ExecutionStatus};
pub(crate) use record::{Record, Service};

use self::envelope::{Event, Route};
use super::ecs::{Finished, News};
use super::ids::Ids;
use super::setup::Setup;
use super::sharing::Changed;

/// An event on the default bus of an account in a region.
#[derive(Debug, Clone, PartialEq)]
pub struct BusEvent {
    /// The account whose bus it is.
    pub account: AccountId,
    /// The region whose bus it is.
    pub region: RegionId,
    /// The whole CloudEvent.
    pub body: Value,
}

/// Events that wait to be published, by time and then by id, so that the order of arrival leaves no trace.
#[derive(Debug, Default)]
pub(crate) struct Bus(BTreeMap<(Timestamp, String), BusEvent>);

impl Bus {
    /// When the next event is published.
    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        self.0.keys().next().map(|(due, _)| *due)
    }

    /// Takes the events whose delay has passed.
    pub(crate) fn publish(&mut self, now: Timestamp) -> Vec<BusEvent> {
        let mut published = Vec::new();
        while let Some(entry) = self.0.first_entry() {
            if entry.key().0 > now {
                break;
            }
            published.push(entry.remove());
        }
        published
    }

    /// Notes the audit event of a call.
    pub(crate) fn audit(&mut self, record: &Record<'_>, setup: &Setup, ids: &Ids) {
        let event = Event {
            id: ids.fixed("event", &[record.request_id]).uuid().to_lowercase(),
            source: record.service.source(),
            kind: record.event_type(),
            subject: record.subject(),
            account: record.caller.account.clone(),
            region: record.region.clone(),
            happened: record.at,
            route: Route::Audit,
            data: record.data(setup, ids),
        };
        self.plan(event, setup, ids);
    }

    /// Notes the events of the snapshots behind something that was made, if there are any.
    pub(crate) fn snapshots_made(&mut self, made: &Finished, setup: &Setup, ids: &Ids) {
        for event in native::snapshots_made(made, &setup.switches, ids) {
            self.plan(event, setup, ids);
        }
    }

    /// Notes the event of something that happened in ECS by the way, if there is one.
    pub(crate) fn news(&mut self, news: &News, setup: &Setup, ids: &Ids) {
        if let Some(event) = native::news(news, &setup.switches, ids) {
            self.plan(event, setup, ids);
        }
    }

    /// Notes the event that tells `account` of an image on a share.
    pub(crate) fn association(
        &mut self,
        changed: &Changed,
        account: &AccountId,
        image: &ImageId,
        setup: &Setup,
        ids: &Ids,
    ) {
        self.plan(native::association(changed, account, image, ids), setup, ids);
    }

    /// Notes the event of a run of an OOS template.
    pub(crate) fn execution(
        &mut self,
        run: &Execution,
        status: ExecutionStatus,
        at: Timestamp,
        setup: &Setup,
        ids: &Ids,
    ) {
        self.plan(run.event(status, at, ids), setup, ids);
    }

    fn plan(&mut self, event: Event, setup: &Setup, ids: &Ids) {
        let due = event.published(setup, ids);
        let key = (due, event.id.clone());
        let (account, region) = (event.account.clone(), event.region.clone());
        let body = event.envelope(due, ids);
        self.0.insert(key, BusEvent { account, region, body });
    }
}
