//! A token bucket per product, operation and region, so that the cloud's own limits are rarely met.
//!
//! The cloud counts per account, region and operation (<https://help.aliyun.com/zh/ecs/developer-reference/api-throttling>);
//! calls in several accounts share a bucket here, which errs on the slow side.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::deadline::Deadline;
use crate::product::Product;
use crate::rpc::Rpc;

/// So many calls within a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many calls.
    pub calls: u32,
    /// Within which time.
    pub period: Duration,
}

impl Rate {
    /// So many calls a second.
    pub const fn per_second(calls: u32) -> Self {
        Self {
            calls,
            period: Duration::from_secs(1),
        }
    }

    /// So many calls a minute.
    pub const fn per_minute(calls: u32) -> Self {
        Self {
            calls,
            period: Duration::from_mins(1),
        }
    }

    /// Calls that may be made at once: a quarter. The other three quarters come evenly, so that no period ever holds
    /// more than the rate.
    fn burst(self) -> u32 {
        (self.calls / 4).max(1)
    }

    /// The distance of calls once the burst is used up.
    fn interval(self) -> Duration {
        self.period / self.calls.saturating_sub(self.burst()).max(1)
    }
}

/// How fast each operation is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pacing {
    rates: BTreeMap<(Product, &'static str), Rate>,
    default: Option<Rate>,
}

impl Pacing {
    /// The published rates, and a careful one for operations without. ECS is assumed to allow for all of its image
    /// operations what it publishes for some.
    pub fn published() -> Self {
        let ecs = [
            "CopyImage",
            "DescribeImages",
            "DescribeImageSharePermission",
            "ModifyImageSharePermission",
        ]
        .map(|action| ((Product::Ecs, action), Rate::per_minute(1000)));
        let directory = [("ListAccounts", 20), ("ListAccountsForParent", 50), ("GetAccount", 50)]
            .map(|(action, calls)| ((Product::ResourceDirectory, action), Rate::per_second(calls)));
        // Its writes have the rate of operations without one.
        let sharing = ["ListResourceShares", "ListResourceShareAssociations"]
            .map(|action| ((Product::ResourceSharing, action), Rate::per_second(20)));
        // A hundredth of what an account may do (<https://www.alibabacloud.com/help/en/oss/user-guide/0004-00000302>).
        let objects = ["GetObject", "PutObject"].map(|action| ((Product::Oss, action), Rate::per_second(100)));
        let mut rates = BTreeMap::new();
        rates.extend(ecs.into_iter().chain(directory).chain(sharing).chain(objects));
        // The lowest published rate.
        Self {
            rates,
            default: Some(Rate::per_second(10)),
        }
    }

    /// No limit, for a simulated cloud.
    pub fn unlimited() -> Self {
        Self {
            rates: BTreeMap::new(),
            default: None,
        }
    }

    /// With another rate for one operation.
    #[must_use]
    pub fn with_rate(mut self, product: Product, action: &'static str, rate: Rate) -> Self {
        self.rates.insert((product, action), rate);
        self
    }

    fn rate(&self, rpc: &Rpc) -> Option<Rate> {
        self.rates.get(&(rpc.product, rpc.action)).copied().or(self.default)
    }
}

impl Default for Pacing {
    fn default() -> Self {
        Self::published()
    }
}

/// Calls of one operation in one region are counted together.
type Bucket = (Product, &'static str, Option<String>);

/// Hands out the moments at which calls may be made.
#[derive(Debug, Default)]
pub(crate) struct Pacer {
    /// When each bucket will be full again.
    full_at: Mutex<BTreeMap<Bucket, Instant>>,
}

/// The turn would come after the deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooLate;

impl Pacer {
    /// Waits for the call's turn. A turn that comes too late is not taken.
    pub(crate) async fn turn(&self, pacing: &Pacing, rpc: &Rpc, deadline: Deadline) -> Result<(), TooLate> {
        let Some(rate) = pacing.rate(rpc) else { return Ok(()) };
        let bucket = (rpc.product, rpc.action, rpc.region.clone());
        let turn = self.take(bucket, rate, deadline)?;
        tokio::time::sleep_until(turn).await;
        Ok(())
    }

    fn take(&self, bucket: Bucket, rate: Rate, deadline: Deadline) -> Result<Instant, TooLate> {
        let now = Instant::now();
        let mut buckets = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let full_at = buckets.get(&bucket).map_or(now, |full_at| now.max(*full_at));
        let slack = rate.interval() * (rate.burst() - 1);
        let turn = full_at.checked_sub(slack).map_or(now, |turn| turn.max(now));
        if turn > deadline.instant() {
            return Err(TooLate);
        }
        buckets.insert(bucket, full_at + rate.interval());
        Ok(turn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rpc::Effect;

    const HOUR: Duration = Duration::from_hours(1);

    fn listing(region: &str) -> Rpc {
        Rpc::new(Product::Ecs, "DescribeImages", Effect::Read).in_region(region)
    }

    #[tokio::test(start_paused = true)]
    async fn no_period_ever_holds_more_calls_than_the_rate() {
        for calls in [1, 2, 3, 20, 100] {
            let pacing = Pacing::unlimited().with_rate(Product::Ecs, "DescribeImages", Rate::per_second(calls));
            let pacer = Pacer::default();
            let mut turns = Vec::new();
            for _ in 0..calls * 4 {
                pacer.turn(&pacing, &listing("a"), Deadline::after(HOUR)).await.unwrap();
                turns.push(Instant::now());
            }
            for first in &turns {
                let within = turns
                    .iter()
                    .filter(|turn| *turn >= first && **turn < *first + Duration::from_secs(1))
                    .count();
                assert!(within <= usize::try_from(calls).unwrap(), "{within} of {calls}");
            }
        }
    }

    #[test]
    fn published_rates_are_those_of_the_documents() {
        let pacing = Pacing::published();
        for (product, action, expected) in [
            (Product::Ecs, "DescribeImages", Rate::per_minute(1000)),
            (Product::ResourceDirectory, "GetAccount", Rate::per_second(50)),
            (Product::ResourceSharing, "ListResourceShares", Rate::per_second(20)),
            (
                Product::ResourceSharing,
                "ListResourceShareAssociations",
                Rate::per_second(20),
            ),
            (Product::ResourceSharing, "AssociateResourceShare", Rate::per_second(10)),
            (Product::ResourceDirectory, "GetFolder", Rate::per_second(10)),
        ] {
            assert_eq!(
                pacing.rate(&Rpc::new(product, action, Effect::Read)),
                Some(expected),
                "{action}"
            );
        }
    }

    #[tokio::test(start_paused = true)]
    async fn regions_do_not_wait_for_each_other() {
        let pacing = Pacing::unlimited().with_rate(Product::Ecs, "DescribeImages", Rate::per_minute(1));
        let (pacer, started) = (Pacer::default(), Instant::now());
        for region in ["a", "b", "c"] {
            pacer
                .turn(&pacing, &listing(region), Deadline::after(HOUR))
                .await
                .unwrap();
        }
        assert_eq!(started.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_turn_after_the_deadline_is_not_taken() {
        let pacing = Pacing::unlimited().with_rate(Product::Ecs, "DescribeImages", Rate::per_minute(1));
        let (pacer, started) = (Pacer::default(), Instant::now());
        pacer.turn(&pacing, &listing("a"), Deadline::after(HOUR)).await.unwrap();
        for _ in 0..100 {
            let soon = Deadline::after(Duration::from_secs(59));
            assert_eq!(pacer.turn(&pacing, &listing("a"), soon).await, Err(TooLate));
        }
        pacer.turn(&pacing, &listing("a"), Deadline::after(HOUR)).await.unwrap();
        assert_eq!(
            started.elapsed(),
            Duration::from_mins(1),
            "the refused hundred used no turn up"
        );
    }
}
