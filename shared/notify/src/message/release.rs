//! What messages say about releases: on its way, there, taken back.

use serde::Serialize;

use crate::order::put_in_order;

/// A release that is on its way into its regions; its family does not resolve to it yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseStarted {
    /// Name of the release, as people know it.
    pub release: String,
    /// Policy that distributes it.
    pub policy: String,
    /// Image family that will resolve to it.
    pub family: String,
    /// Image id of the source in the home region.
    pub source: String,
    /// One line per region that it must reach, in any order.
    pub regions: Vec<RegionLine>,
}

/// A release and where it stands in every region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Released {
    /// Name of the release, as people know it.
    pub release: String,
    /// Policy that released it.
    pub policy: String,
    /// Image family that now resolves to it.
    pub family: String,
    /// Image id of the source in the home region.
    pub source: String,
    /// One line per region, in any order.
    pub regions: Vec<RegionLine>,
    /// Distinct accounts that can launch it, over all regions.
    pub accounts: usize,
    /// Whether it is a paid image: it holds a product of the marketplace, and who creates an instance from it pays for
    /// that. See <https://www.alibabacloud.com/help/en/ecs/user-guide/share-a-custom-image>.
    pub is_paid: bool,
}

/// The regions in the order they want to be read: trouble first, then by name.
pub(crate) fn by_urgency(regions: &[RegionLine]) -> Vec<&RegionLine> {
    let mut regions: Vec<&RegionLine> = regions.iter().collect();
    put_in_order(&mut regions, |a, b| (a.state, &a.region).cmp(&(b.state, &b.region)));
    regions
}

/// A release in one region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegionLine {
    /// Region id, `cn-shanghai`.
    pub region: String,
    /// Image id of the source or the copy there; empty where there is none yet.
    pub image: String,
    /// How far it got.
    pub state: RegionState,
    /// Accounts that can launch it there.
    pub accounts: usize,
}

/// How far a release got in one region. Ordered by how much it wants to be read: trouble first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RegionState {
    /// A rule or a person forbids the next step.
    Blocked,
    /// The region did not answer.
    Unknown,
    /// Nothing is there yet.
    Missing,
    /// The copy is not complete.
    Copying,
    /// In place and shared; the family still resolves to the previous release.
    Staged,
    /// The family resolves to it.
    Committed,
}

impl RegionState {
    /// Every state, trouble first.
    pub(crate) const ALL: [Self; 6] = [
        Self::Blocked,
        Self::Unknown,
        Self::Missing,
        Self::Copying,
        Self::Staged,
        Self::Committed,
    ];
}

/// A release that was taken back: nobody launches it by its family any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recalled {
    /// Name of the release, as people know it.
    pub release: String,
    /// Policy that released it.
    pub policy: String,
    /// Image family that no longer resolves to it.
    pub family: String,
    /// Why, in the words of whoever took it back.
    pub why: String,
    /// Image id of the source, or of the copy that speaks for it once the source is gone.
    pub source: String,
    /// The release that the family resolves to now; `None` if nobody can launch by the family.
    pub instead: Option<String>,
    /// Its images, in any order; a region may have two.
    pub regions: Vec<RecalledRegion>,
}

impl Recalled {
    /// The images in the order they want to be read: by region.
    pub(crate) fn regions_by_name(&self) -> Vec<&RecalledRegion> {
        let mut regions: Vec<&RecalledRegion> = self.regions.iter().collect();
        put_in_order(&mut regions, Ord::cmp);
        regions
    }

    /// The image by which a person takes the recall back: the source if it is listed, else any other, for each of them
    /// stands for the release. None if no image is left.
    pub(crate) fn undone_by(&self) -> Option<&RecalledRegion> {
        let source = self.regions.iter().find(|line| line.image == self.source);
        source.or_else(|| self.regions.iter().min())
    }
}

/// An image of a release that was taken back.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RecalledRegion {
    /// Region id, `cn-shanghai`.
    pub region: String,
    /// Image id of the source or the copy there.
    pub image: String,
}
