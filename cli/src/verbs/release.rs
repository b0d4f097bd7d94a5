//! The release that a person means, and the words for where a release stands. What there is of it is the planner's overview.

use goldcast_domain::{Image, PolicyFile};
use goldcast_planner::{Observed, PolicyOverview, Reading, RegionState, ReleaseOverview, ReleaseStanding};

use super::scope::written;
use super::trouble::Trouble;

/// The release that a person means: by `REGION/ID` or the id of any of its images, or by its name.
pub(super) fn find<'s, 'a>(
    file: &PolicyFile,
    seen: &Observed,
    policies: &'s [PolicyOverview<'a>],
    wanted: &str,
) -> Result<(&'s PolicyOverview<'a>, &'s ReleaseOverview<'a>), Trouble> {
    let is_meant = |image: &Image| image.at.image.as_str() == wanted || written(&image.at) == wanted;
    let is_named =
        |release: &ReleaseOverview<'_>| release.name == wanted || release.images.iter().any(|image| is_meant(image));
    let all = || {
        policies
            .iter()
            .flat_map(|policy| policy.releases.iter().map(move |release| (policy, release)))
    };
    let mut found: Vec<_> = all().filter(|(_, release)| is_named(release)).collect();
    match (found.pop(), found.is_empty()) {
        (Some(meant), true) => Ok(meant),
        (Some(meant), false) => Err(Trouble::Ambiguous {
            wanted: wanted.to_owned(),
            meant: found
                .iter()
                .chain([&meant])
                .filter_map(|(_, release)| release.speaker.map(written))
                .collect(),
        }),
        (None, _) => Err(unread(file, seen).unwrap_or_else(|| {
            let mut known: Vec<_> = all().map(|(_, release)| release.name.to_owned()).collect();
            known.reverse();
            Trouble::NotFound {
                wanted: wanted.to_owned(),
                known,
            }
        })),
    }
}

/// A region that was not read may hold what is looked for.
fn unread(file: &PolicyFile, seen: &Observed) -> Option<Trouble> {
    let mut dark = file
        .all_regions()
        .into_iter()
        .filter(|region| seen.images_in(region).is_none());
    dark.next().map(|region| Trouble::Unlisted {
        region: region.clone(),
        why: match seen.images.get(region) {
            Some(Reading::Unknown(why)) => why.clone(),
            Some(Reading::Known(_)) | None => "it was not asked".to_owned(),
        },
    })
}

/// Where a release stands, as a table shows it.
pub(super) fn standing_in_words(standing: &ReleaseStanding) -> String {
    match standing {
        ReleaseStanding::Current => "current".to_owned(),
        ReleaseStanding::OnItsWay => "on its way".to_owned(),
        ReleaseStanding::Blocked => "blocked".to_owned(),
        ReleaseStanding::Earlier => "earlier".to_owned(),
        ReleaseStanding::Overtaken => "overtaken".to_owned(),
        ReleaseStanding::Recalled { why } => format!("recalled: {why}"),
        ReleaseStanding::Retiring { since } => format!("retiring since {}", since.strftime("%Y-%m-%d")),
        ReleaseStanding::Gone { since } => format!("gone since {}", since.strftime("%Y-%m-%d")),
    }
}

/// What there is of a release in a region, as a table shows it.
pub(super) fn state_in_words(state: RegionState) -> String {
    match state {
        RegionState::Unread => "not read",
        RegionState::Absent => "·",
        RegionState::Queued => "queued",
        RegionState::Making {
            progress_percent: Some(percent),
        } => return format!("making, {percent} %"),
        RegionState::Making { progress_percent: None } => "making",
        RegionState::Failed => "failed",
        RegionState::Deprecated => "deprecated",
        RegionState::NotUsableYet => "not usable yet",
        RegionState::InPlace => "in place",
        RegionState::Staged => "staged",
        RegionState::InFamily => "in the family",
        RegionState::Parked => "parked",
    }
    .to_owned()
}
