//! Every release of every policy at a glance: where it stands, and what there is of it in each region. A public view of the
//! lines that the rules work on. Not here: what is done about it; that is the plan's.
//!
//! ```
//! use goldcast_domain::{PolicyFile, Scope};
//! use goldcast_planner::{Observed, overview};
//!
//! let policy = PolicyFile::from_json(
//!     r#"{"owner": {"account": "1234567890123456", "home-region": "cn-hangzhou"},
//!         "policy": [{"name": "base-linux", "family": "corp-linux", "select": {"tags": {"golden": "corp-linux"}},
//!                     "regions": ["cn-shanghai"], "share": {"accounts": ["2234567890123456"]}}]}"#,
//! )?;
//! let nothing_read_yet = Observed::new(Scope::Everything);
//! let seen = overview(&policy, &nothing_read_yet, "2026-03-02T08:00:00Z".parse()?);
//! assert_eq!(seen[0].policy.name.as_str(), "base-linux");
//! assert_eq!(seen[0].audience, Some(1));
//! assert!(seen[0].releases.is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod region;
mod release;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use goldcast_domain::{Gather as _, Image, ImageId, ImageStatus, Policy, PolicyFile, RegionId, put_in_order};
use jiff::Timestamp;
use serde::Serialize;
use serde::ser::{SerializeStruct as _, Serializer};

pub use region::{RegionOverview, RegionState};
pub use release::{ReleaseOverview, ReleaseStanding};

use crate::Observed;
use crate::catalogue::{Line, Release, Why};
use crate::rules::{View, is_in_family};

/// One policy: its audience, what people launch, and its releases.
#[derive(Debug, Clone)]
pub struct PolicyOverview<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// Accounts that it shares with; nothing where the directory is not known.
    pub audience: Option<usize>,
    /// By region, the images that people can launch by the family, youngest first: the family resolves to the first. Nothing
    /// for a region that was not read.
    pub holders: BTreeMap<&'a RegionId, Option<Vec<&'a ImageId>>>,
    /// Its releases, oldest first, with golden images that are none yet.
    pub releases: Vec<ReleaseOverview<'a>>,
}

/// Every policy and its releases, by name of the policy.
///
/// It is best given what was read with [`Scope::Everything`](goldcast_domain::Scope::Everything): what was not read is unknown.
pub fn overview<'a>(file: &'a PolicyFile, observed: &'a Observed, now: Timestamp) -> Vec<PolicyOverview<'a>> {
    let view = View::new(file, observed, now);
    let policies = view.lines().iter().map(|line| of_line(&view, line));
    policies.collect()
}

fn of_line<'a>(view: &View<'a>, line: &Line<'a>) -> PolicyOverview<'a> {
    let policy = line.policy;
    let roll = view.roll(policy).filter(|roll| roll.is_complete);
    let own = line.releases.iter().enumerate();
    let mut releases: Vec<_> = own
        .map(|(position, release)| ReleaseOverview::of(view, line, position, release))
        .collect();
    releases.extend(refused(view, line));
    put_in_order(&mut releases, |a, b| a.order().cmp(&b.order()));
    PolicyOverview {
        policy,
        audience: roll.map(|roll| roll.wanted.len()),
        holders: view
            .regions(policy)
            .map(|region| (region, holders(view, policy, region)))
            .gather(),
        releases,
    }
}

/// Golden images that this policy would have, and that are no release, or not yet.
fn refused<'a>(view: &View<'a>, line: &Line<'a>) -> impl Iterator<Item = ReleaseOverview<'a>> {
    let policy = line.policy;
    let refusals = view.every_refusal().iter();
    refusals.filter_map(move |refusal| {
        let own = refusal.policy.as_ref() == Some(&policy.name);
        let image = own.then(|| view.seen.image(&refusal.image))??;
        let standing = match refusal.why {
            Why::Wait(_) => ReleaseStanding::OnItsWay,
            Why::Block(_) => ReleaseStanding::Blocked,
        };
        let release = Release::of_source(image, view.now);
        Some(ReleaseOverview::standing_at(view, policy, &release, standing))
    })
}

/// The images of a region that the family can resolve to, youngest first.
fn holders<'a>(view: &View<'a>, policy: &Policy, region: &RegionId) -> Option<Vec<&'a ImageId>> {
    let images = view.seen.images_in(region)?.iter();
    let mut held: Vec<&Image> = images
        .filter(|image| is_in_family(policy, image) && image.status == ImageStatus::Available)
        .collect();
    put_in_order(&mut held, |a, b| {
        (Reverse(a.created), &a.at.image).cmp(&(Reverse(b.created), &b.at.image))
    });
    Some(held.into_iter().map(|image| &image.at.image).collect())
}

/// The members are an interface: `goldcast status --json` and the status function give them.
impl Serialize for PolicyOverview<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_struct("PolicyOverview", 5)?;
        members.serialize_field("policy", &self.policy.name)?;
        members.serialize_field("family", &self.policy.family)?;
        members.serialize_field("audience", &self.audience)?;
        members.serialize_field("holders", &self.holders)?;
        members.serialize_field("releases", &self.releases)?;
        members.end()
    }
}
