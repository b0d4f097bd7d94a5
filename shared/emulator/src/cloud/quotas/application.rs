//! One application for more of something. It is decided when it arrives and tells so only when its time has come.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::Place;
use super::request::dimensions_value;
use crate::cloud::switches::Switches;
use crate::cloud::time;

/// An application, with all that will come of it.
#[derive(Debug, Clone)]
pub(super) struct Application {
    pub(super) id: String,
    pub(super) place: Place,
    pub(super) desired: usize,
    pub(super) reason: String,
    pub(super) notice: usize,
    pub(super) applied: Timestamp,
    /// When it is decided.
    pub(super) decided: Timestamp,
    pub(super) agreed: bool,
    /// From when on the applicant wants it.
    pub(super) effective: Option<Timestamp>,
    /// Until when the applicant wants it.
    pub(super) expires: Option<Timestamp>,
}

impl Application {
    /// Whether it waits to be decided.
    pub(super) fn is_pending(&self, now: Timestamp) -> bool {
        now < self.decided
    }

    /// From when on it counts, if it is agreed to.
    pub(super) fn in_force_from(&self) -> Timestamp {
        self.effective
            .map_or(self.decided, |effective| effective.max(self.decided))
    }

    /// Whether it counts now.
    pub(super) fn is_in_force(&self, now: Timestamp) -> bool {
        self.agreed && self.in_force_from() <= now && self.expires.is_none_or(|expires| now < expires)
    }

    /// `Status`.
    pub(super) fn status(&self, now: Timestamp) -> &'static str {
        if self.is_pending(now) {
            "Process"
        } else if self.agreed {
            "Agree"
        } else {
            "Disagree"
        }
    }

    /// The application as `GetQuotaApplication` gives it.
    pub(super) fn value(&self, now: Timestamp, switches: &Switches) -> Value {
        let status = self.status(now);
        let quota = self.place.quota;
        json!({
            "ApplicationId": self.id,
            "ApplyTime": time::wire(self.applied),
            "ApproveValue": if status == "Agree" { self.desired } else { 0 },
            "AuditReason": match status {
                "Agree" => "Agree.",
                "Disagree" => "The application is not agreed to.",
                _ => "",
            },
            "DesireValue": self.desired,
            "Dimension": dimensions_value(&self.place),
            "EffectiveTime": self.effective.map(time::wire).unwrap_or_default(),
            "ExpireTime": self.expires.map(time::wire).unwrap_or_default(),
            "NoticeType": self.notice,
            "ProductCode": quota.product(),
            "QuotaActionCode": quota.code(switches),
            "QuotaArn": self.place.arn(switches),
            "QuotaCategory": "CommonQuota",
            "QuotaDescription": quota.description(),
            "QuotaName": quota.name(switches),
            "QuotaUnit": super::listing::UNIT,
            "Reason": self.reason,
            "Status": status,
        })
    }
}
