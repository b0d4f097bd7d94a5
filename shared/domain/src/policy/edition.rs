//! An edition of the policy: what it says, as it was written, and which may come into force after it. Not here: where editions
//! are kept.

use std::num::NonZeroU64;
use std::sync::Arc;

use serde_json::Value;

use super::PolicyFile;
use crate::{AccountId, RegionId};

/// A policy as functions carry it.
#[derive(Debug, Clone)]
pub struct Edition {
    /// What it says.
    pub policy: Arc<PolicyFile>,
    /// The same as it was written, so that two can be compared.
    written: Value,
}

/// Why an edition may not come into force after another.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Nobody could tell whether it is newer.
    #[error("it has no serial")]
    NoSerial,
    /// Its images are another account's.
    #[error("it is of account {0}")]
    AnotherOwner(AccountId),
    /// Functions hear of images in one region, where they are deployed.
    #[error("its home region is {0}")]
    AnotherHome(RegionId),
    /// Endpoints are the other site's.
    #[error("it is of the other site")]
    AnotherSite,
    /// It is older than what is in force.
    #[error("its serial {offered} is below {in_force}")]
    SerialFell {
        /// Its serial.
        offered: NonZeroU64,
        /// The serial in force.
        in_force: NonZeroU64,
    },
    /// It was changed, and its serial was not.
    #[error("it says something else under the serial {0} too")]
    SerialTaken(NonZeroU64),
}

impl Edition {
    /// Reads an edition as `goldcast policy check --json` prints it.
    ///
    /// # Errors
    /// Says what is wrong and where, or lists everything that the checks found.
    pub fn parse(json: &[u8]) -> Result<Self, serde_json::Error> {
        Ok(Self {
            policy: Arc::new(serde_json::from_slice(json)?),
            written: serde_json::from_slice(json)?,
        })
    }

    /// Whether this one may come into force after another: it is of the same deployment, and newer or the very same.
    ///
    /// # Errors
    /// Says why not.
    pub fn check_after(&self, before: &Self) -> Result<(), Unfit> {
        let (owner, ours) = (&self.policy.owner, &before.policy.owner);
        if owner.account != ours.account {
            return Err(Unfit::AnotherOwner(owner.account.clone()));
        }
        if owner.home_region != ours.home_region {
            return Err(Unfit::AnotherHome(owner.home_region.clone()));
        }
        if owner.site != ours.site {
            return Err(Unfit::AnotherSite);
        }
        let offered = self.policy.serial.ok_or(Unfit::NoSerial)?;
        match before.policy.serial {
            Some(in_force) if offered < in_force => Err(Unfit::SerialFell { offered, in_force }),
            Some(in_force) if offered == in_force && !self.is_same_as(before) => Err(Unfit::SerialTaken(in_force)),
            Some(_) | None => Ok(()),
        }
    }

    /// Whether both say the same.
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.written == other.written
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edition(serial: Option<u64>, keep: u64, owner: &str) -> Edition {
        let mut json = serde_json::json!({
            "owner": serde_json::from_str::<Value>(owner).unwrap(),
            "policy": [{
                "name": "base", "family": "corp", "select": { "name": "corp-*" }, "regions": ["cn-shanghai"],
                "share": { "accounts": ["2000000000000001"] }, "keep": keep,
            }],
        });
        if let Some(serial) = serial {
            json["serial"] = serial.into();
        }
        Edition::parse(json.to_string().as_bytes()).unwrap()
    }

    const OURS: &str = r#"{"account": "1234567890123456", "home-region": "cn-hangzhou"}"#;

    #[track_caller]
    fn check(before: Option<u64>, offered: Option<u64>, keep: u64, owner: &str, expected: Result<(), &str>) {
        let before = edition(before, 1, OURS);
        let answer = edition(offered, keep, owner).check_after(&before);
        assert_eq!(
            answer.map_err(|unfit| unfit.to_string()),
            expected.map_err(str::to_owned)
        );
    }

    #[test]
    fn only_a_serial_that_rises_comes_into_force() {
        check(Some(6), Some(7), 2, OURS, Ok(()));
        check(None, Some(1), 2, OURS, Ok(()));
        check(Some(7), Some(7), 1, OURS, Ok(()));
        check(Some(7), Some(6), 1, OURS, Err("its serial 6 is below 7"));
        check(
            Some(7),
            Some(7),
            2,
            OURS,
            Err("it says something else under the serial 7 too"),
        );
        check(Some(7), None, 2, OURS, Err("it has no serial"));
    }

    #[test]
    fn another_deployments_policy_never_does() {
        let theirs = r#"{"account": "2234567890123456", "home-region": "cn-hangzhou"}"#;
        check(Some(6), Some(7), 1, theirs, Err("it is of account 2234567890123456"));
        let elsewhere = r#"{"account": "1234567890123456", "home-region": "cn-beijing"}"#;
        check(Some(6), Some(7), 1, elsewhere, Err("its home region is cn-beijing"));
        let other_site = r#"{"account": "1234567890123456", "home-region": "cn-hangzhou", "site": "china"}"#;
        check(Some(6), Some(7), 1, other_site, Err("it is of the other site"));
    }

    #[test]
    fn spaces_and_the_order_of_keys_are_no_change() {
        let one = edition(Some(7), 1, OURS);
        let pretty = serde_json::to_vec_pretty(&one.written).unwrap();
        assert!(Edition::parse(&pretty).unwrap().is_same_as(&one));
    }
}
