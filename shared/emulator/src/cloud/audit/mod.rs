//! Events on each region's default bus: audit records of write calls, and the end of copies where a switch says so.
//! An event waits for its seeded delay. Not here: rules, patterns and delivery.

mod record;

use std::collections::BTreeMap;

use goldcast_domain::{AccountId, RegionId};
use jiff::Timestamp;
use serde_json::{Value, json};

pub(crate) use record::{Record, Service};

use super::ecs::{Finished, Snapshot};
use super::ids::Ids;
use super::setup::Setup;
use super::time;

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
            kind: record.service.event_type(),
            subject: record.subject(),
            account: record.caller.account.clone(),
            region: record.region.clone(),
            happened: record.at,
            data: record.data(setup, ids),
        };
        self.plan(event, setup, ids);
    }

    /// Notes the events of the snapshots behind a finished copy, if there are any
    /// (<https://help.aliyun.com/en/ecs/user-guide/snapshot-event-notifications>).
    pub(crate) fn copy_completed(&mut self, copy: &Finished, setup: &Setup, ids: &Ids) {
        if !setup.switches.copy_completed_events {
            return;
        }
        for snapshot in &copy.snapshots {
            let Snapshot {
                id,
                region,
                owner,
                name,
                ..
            } = snapshot;
            let event = Event {
                id: ids.fixed("snapshot-event", &[id]).uuid().to_lowercase(),
                source: "acs.ecs",
                kind: "ecs:Snapshot:CreateSnapshotCompleted",
                subject: format!("acs:ecs:{region}:{owner}:snapshot/{id}"),
                account: owner.clone(),
                region: region.clone(),
                happened: copy.ended,
                data: json!({
                    "result": "accomplished",
                    "snapshotId": id,
                    "snapshotName": name,
                    "snapshotType": "copied",
                    "diskId": "",
                    "startTime": time::wire(copy.started),
                    "endTime": time::wire(copy.ended),
                }),
            };
            self.plan(event, setup, ids);
        }
    }

    fn plan(&mut self, event: Event, setup: &Setup, ids: &Ids) {
        let delay = ids.fixed("event-delay", &[&event.id]).within(setup.audit_delay);
        let due = time::after(event.happened, delay);
        let key = (due, event.id.clone());
        let (account, region) = (event.account.clone(), event.region.clone());
        self.0.insert(
            key,
            BusEvent {
                account,
                region,
                body: event.envelope(due, ids),
            },
        );
    }
}

/// What the envelope needs to know.
struct Event {
    id: String,
    source: &'static str,
    kind: &'static str,
    subject: String,
    account: AccountId,
    region: RegionId,
    happened: Timestamp,
    data: Value,
}

impl Event {
    /// The CloudEvent, with the quirks that official samples show
    /// (<https://help.aliyun.com/zh/eventbridge/user-guide/event-overview>): several spellings of times and of the
    /// content type.
    fn envelope(self, published: Timestamp, ids: &Ids) -> Value {
        let choice = |purpose: &str, choices| ids.fixed(purpose, &[&self.id]).below(choices);
        let content_type = match choice("event-content-type", 3) {
            0 => "application/json",
            1 => "application/json;charset=utf-8",
            _ => "application/json; charset=utf-8",
        };
        let address = format!("172.25.0.{}", choice("event-address", 254) + 1);
        json!({
            "id": self.id,
            "source": self.source,
            "specversion": "1.0",
            "type": self.kind,
            "datacontenttype": content_type,
            "subject": self.subject,
            "time": time::event_spelling(self.happened, choice("event-time", time::EVENT_SPELLINGS)),
            "aliyunaccountid": self.account,
            "aliyunpublishtime": time::event_spelling(published, choice("event-publish-time", time::EVENT_SPELLINGS)),
            "aliyuneventbusname": "default",
            "aliyunregionid": self.region,
            "aliyunpublishaddr": address,
            "data": self.data,
        })
    }
}
