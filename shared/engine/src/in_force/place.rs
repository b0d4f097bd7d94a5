//! Where a policy is kept in object storage. Not here: reading it.

use std::fmt;

use goldcast_cloud::ObjectPlace;
use goldcast_domain::{BucketName, RegionId};

/// How the name of a policy's object ends; what stands in it is JSON.
const ENDING: &str = ".json";
/// How the name of the object beside it ends.
const ENDING_ACCEPTED: &str = ".accepted.json";
/// Longest name of a policy's object, in bytes: an object's has at most 1,023, and the one beside it is longer.
const KEY_BYTES_MAX: usize = 1000;

/// The object that people write the policy into, and the one beside it in which the sweep keeps the last one that it took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyObject {
    pub(crate) offered: ObjectPlace,
    pub(crate) accepted: ObjectPlace,
}

/// What was given names no such object.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no place of a policy, expected oss://<bucket>/<key>.json")]
pub struct NoPolicyObject(String);

impl PolicyObject {
    /// The object that an address such as `oss://corp-goldcast/policy.json` names, in a bucket of this region.
    ///
    /// # Errors
    /// When it is no such address.
    pub fn new(address: &str, region: &RegionId) -> Result<Self, NoPolicyObject> {
        let parts = || {
            let (bucket, key) = address.strip_prefix("oss://")?.split_once('/')?;
            let bucket: BucketName = bucket.parse().ok()?;
            let stem = key.strip_suffix(ENDING)?;
            let fits = key.len() <= KEY_BYTES_MAX && !key.starts_with('/') && !stem.is_empty();
            (fits && !key.ends_with(ENDING_ACCEPTED)).then_some((bucket, key, stem))
        };
        let (bucket, key, stem) = parts().ok_or_else(|| NoPolicyObject(address.to_owned()))?;
        let place = |key: String| ObjectPlace::new(region.as_str(), bucket.as_str(), key);
        Ok(Self {
            offered: place(key.to_owned()),
            accepted: place(format!("{stem}{ENDING_ACCEPTED}")),
        })
    }

    /// The object that people write.
    pub fn offered(&self) -> &ObjectPlace {
        &self.offered
    }

    /// The object beside it, which holds the last one that was taken.
    pub fn accepted(&self) -> &ObjectPlace {
        &self.accepted
    }
}

impl fmt::Display for PolicyObject {
    /// `oss://<bucket>/<key>`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "oss://{}", self.offered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_accepted_policy_stands_beside_the_offered_one() {
        let object =
            PolicyObject::new("oss://corp-goldcast/prod/policy.json", &"cn-hangzhou".parse().unwrap()).unwrap();
        assert_eq!(object.accepted.to_string(), "corp-goldcast/prod/policy.accepted.json");
        assert_eq!(object.to_string(), "oss://corp-goldcast/prod/policy.json");
    }

    #[test]
    fn anything_else_is_no_place_of_a_policy() {
        let region = "cn-hangzhou".parse().unwrap();
        for address in [
            "",
            "oss://",
            "oss://corp-goldcast",
            "oss://corp-goldcast/",
            "oss://corp-goldcast/.json",
            "oss://corp-goldcast//policy.json",
            "oss://corp-goldcast/policy.toml",
            "oss://corp-goldcast/policy.accepted.json",
            "oss://Corp/policy.json",
            "https://corp-goldcast/policy.json",
        ] {
            assert!(PolicyObject::new(address, &region).is_err(), "{address}");
        }
    }
}
