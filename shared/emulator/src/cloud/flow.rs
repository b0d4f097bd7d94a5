//! Flow control: how many calls of one operation an account may make in a region within a period, and all accounts
//! together. Figures are those of the API references; where there is none, [`Switches`] has one.
//!
//! By which clock is counted is up to who runs the cloud ([`FlowClock`]): by simulated time a seed repeats exactly; a caller
//! from outside can pace itself only by its own. Refused calls are not counted. Not here: the limits of quotas.

use std::collections::{BTreeMap, VecDeque};

use goldcast_domain::AccountId;
use jiff::{SignedDuration, Timestamp};

use super::gateway::{Caller, Incoming};
use super::refusal::Refusal;
use super::setup::Setup;
use super::switches::Switches;
use super::{Endpoint, Moment};

/// So many calls within a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many calls.
    pub calls: usize,
    /// Within which time.
    pub period: SignedDuration,
}

impl Rate {
    /// So many calls a second.
    pub const fn per_second(calls: usize) -> Self {
        let period = SignedDuration::from_secs(1);
        Self { calls, period }
    }

    /// So many calls a minute.
    pub const fn per_minute(calls: usize) -> Self {
        let period = SignedDuration::from_mins(1);
        Self { calls, period }
    }
}

/// The clock that calls are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FlowClock {
    /// Simulated time, which may stand still between two calls or run hundreds of times as fast as the caller's.
    #[default]
    Simulated,
    /// The callers' own, [`Moment::wall`].
    Callers,
}

impl FlowClock {
    fn read(self, moment: Moment) -> Timestamp {
        match self {
            Self::Simulated => moment.now,
            Self::Callers => moment.wall,
        }
    }
}

/// Where a period begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Periods {
    /// At every full period of the clock: whoever is refused in one minute is heard in the next.
    Fixed,
    /// With every call: no stretch of a period's length ever holds more calls than the rate.
    Sliding,
}

/// Published rates, by version of the product
/// (<https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeimages> and the pages of
/// the other operations; <https://help.aliyun.com/document_detail/333462.html>;
/// <https://help.aliyun.com/en/resource-management/resource-sharing/developer-reference/api-resourcesharing-2020-01-10-quota>).
const PUBLISHED: [(&str, Rate, &str); 6] = [
    ("2014-05-26", Rate::per_minute(1000), "CopyImage DescribeImages"),
    (
        "2022-04-19",
        Rate::per_second(20),
        "DeregisterDelegatedAdministrator ListAccounts ListDelegatedAdministrators MoveAccount \
         RegisterDelegatedAdministrator",
    ),
    (
        "2022-04-19",
        Rate::per_second(50),
        "GetAccount ListAccountsForParent ListTrustedServiceStatus",
    ),
    ("2022-04-19", Rate::per_second(100), "ListTagResources"),
    (
        "2020-01-10",
        Rate::per_second(10),
        "AcceptResourceShareInvitation AssociateResourceShare AssociateResourceSharePermission ChangeResourceGroup \
         CreateResourceShare DeleteResourceShare DisassociateResourceShare DisassociateResourceSharePermission \
         EnableSharingWithResourceDirectory RejectResourceShareInvitation TagResources UntagResources \
         UpdateResourceShare",
    ),
    (
        "2020-01-10",
        Rate::per_second(20),
        "CheckSharingWithResourceDirectoryStatus DescribeRegions GetPermission ListPermissionVersions \
         ListPermissions ListResourceShareAssociations ListResourceShareInvitations ListResourceSharePermissions \
         ListResourceShares ListSharedResources ListSharedTargets ListTagResources",
    ),
];

/// Operations of ECS whose rate is not published, and which are as busy as those above.
const SHARE_PERMISSIONS: [&str; 2] = ["DescribeImageSharePermission", "ModifyImageSharePermission"];

/// The rate of an operation in one account and region, if it has one.
fn rate_of(switches: &Switches, version: &str, action: &str) -> Option<Rate> {
    let published = PUBLISHED
        .iter()
        .find(|(of, _, actions)| *of == version && actions.split_ascii_whitespace().any(|known| known == action));
    if let Some((_, rate, _)) = published {
        Some(*rate)
    } else if version == "2014-05-26" && SHARE_PERMISSIONS.contains(&action) {
        switches.share_permission_rate
    } else {
        switches.unpublished_rate
    }
}

/// Calls that are counted together: of one operation, by version and name, in one region, by one account or by all.
type Counted = (Option<AccountId>, Endpoint, String, String);

/// The calls that were let in lately.
#[derive(Debug, Default)]
pub(crate) struct Flow(BTreeMap<Counted, VecDeque<Timestamp>>);

impl Flow {
    /// Lets a call in and counts it, or refuses it with the time after which another will be let in.
    pub(crate) fn admit(
        &mut self,
        moment: Moment,
        setup: &Setup,
        endpoint: &Endpoint,
        caller: &Caller,
        incoming: &Incoming,
    ) -> Result<(), Refusal> {
        let (switches, now) = (&setup.switches, setup.flow_clock.read(moment));
        if !switches.flow_control {
            return Ok(());
        }
        let (version, action) = (&incoming.version, &incoming.action);
        let limits = [
            (
                Some(&caller.account),
                rate_of(switches, version, action),
                "Throttling.User",
                "Request was denied due to user flow control.",
            ),
            (
                None,
                switches.api_rate,
                "Throttling.Api",
                "Request was denied due to api flow control.",
            ),
        ];
        let mut counted = Vec::with_capacity(limits.len());
        for (account, rate, code, message) in limits {
            let Some(rate) = rate else { continue };
            let together = (account.cloned(), endpoint.clone(), version.clone(), action.clone());
            let calls = self.0.entry(together.clone()).or_default();
            if let Some(wait) = wait(calls, rate, switches.flow_periods, now) {
                return Err(Refusal::bad_request(code, message).retry_after(wait));
            }
            counted.push(together);
        }
        for together in counted {
            self.0.entry(together).or_default().push_back(now);
        }
        Ok(())
    }
}

/// Forgets the calls of earlier periods, and gives how long the next call has to wait if this period is full.
fn wait(calls: &mut VecDeque<Timestamp>, rate: Rate, periods: Periods, now: Timestamp) -> Option<SignedDuration> {
    let length = rate.period.as_nanos().max(1);
    // A call counts for as long as this after it was made.
    let counts = |call: Timestamp| match periods {
        Periods::Sliding => length,
        Periods::Fixed => length - call.as_nanosecond().rem_euclid(length),
    };
    let left = |call: Timestamp| counts(call) - (now.as_nanosecond() - call.as_nanosecond());
    while calls.front().is_some_and(|call| left(*call) <= 0) {
        calls.pop_front();
    }
    let first = calls.front().filter(|_| calls.len() >= rate.calls)?;
    Some(SignedDuration::from_nanos(
        i64::try_from(left(*first)).unwrap_or(i64::MAX),
    ))
}
