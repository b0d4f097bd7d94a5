//! The envelope that every event of a cloud service has
//! (<https://help.aliyun.com/zh/eventbridge/user-guide/event-overview>), with the quirks that official samples show.
//! Not here: what is in it.

use goldcast_domain::{AccountId, RegionId};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::cloud::ids::Ids;
use crate::cloud::setup::{Setup, Span};
use crate::cloud::time;

/// One in so many events names its region as the internal network does: `cn-shanghai-vpc`.
const SUFFIXED_REGIONS: u64 = 16;

/// How an event comes to the bus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Route {
    /// Through ActionTrail, which takes its time.
    Audit,
    /// From the product itself.
    Native,
    /// Likewise, and the sample has no `datacontenttype`.
    NativeWithoutContentType,
}

impl Route {
    fn delay(self, setup: &Setup) -> Span {
        match self {
            Self::Audit => setup.audit_delay,
            Self::Native | Self::NativeWithoutContentType => setup.native_delay,
        }
    }
}

/// What the envelope needs to know.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) id: String,
    pub(super) source: &'static str,
    pub(super) kind: String,
    pub(super) subject: String,
    pub(super) account: AccountId,
    pub(super) region: RegionId,
    pub(super) happened: Timestamp,
    pub(super) route: Route,
    pub(super) data: Value,
}

impl Event {
    /// When the bus gets it.
    pub(super) fn published(&self, setup: &Setup, ids: &Ids) -> Timestamp {
        let delay = ids.fixed("event-delay", &[&self.id]).within(self.route.delay(setup));
        time::after(self.happened, delay)
    }

    /// The CloudEvent. Times and the content type come in several spellings.
    pub(super) fn envelope(self, published: Timestamp, ids: &Ids) -> Value {
        let choice = |purpose: &str, choices| ids.fixed(purpose, &[&self.id]).below(choices);
        let content_type = match choice("event-content-type", 3) {
            0 => "application/json",
            1 => "application/json;charset=utf-8",
            _ => "application/json; charset=utf-8",
        };
        let address = format!("172.25.0.{}", choice("event-address", 254) + 1);
        let suffix = if choice("event-region", SUFFIXED_REGIONS) == 0 {
            "-vpc"
        } else {
            ""
        };
        let mut event = json!({
            "id": self.id,
            "source": self.source,
            "specversion": "1.0",
            "type": self.kind,
            "subject": self.subject,
            "time": time::event_spelling(self.happened, choice("event-time", time::EVENT_SPELLINGS)),
            "aliyunaccountid": self.account,
            "aliyunpublishtime": time::event_spelling(published, choice("event-publish-time", time::EVENT_SPELLINGS)),
            "aliyuneventbusname": "default",
            "aliyunregionid": format!("{}{suffix}", self.region),
            "aliyunpublishaddr": address,
            "data": self.data,
        });
        if let Some(members) = event.as_object_mut()
            && self.route != Route::NativeWithoutContentType
        {
            members.insert("datacontenttype".to_owned(), json!(content_type));
        }
        event
    }
}
