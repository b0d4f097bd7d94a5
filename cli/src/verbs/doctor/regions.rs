//! The regions of the policy: whether the account has them, whether they answer, and what they lack.

use std::collections::BTreeSet;

use goldcast_cloud::Product;
use goldcast_cloud::ecs::DescribeRegions;
use goldcast_domain::policy::Way;

use super::Look;
use super::finding::{Defect, Findings, Group};
use super::id::Id;
use crate::ink::count;

pub(super) async fn check(look: &Look<'_>, findings: &mut Findings) {
    findings.turn_to(Group::Regions);
    let asked = DescribeRegions {
        region_id: look.home.to_owned(),
    };
    let regions = look.client.send(&asked, look.deadline).await;
    let Some(regions) = findings.read(Id::RegionsUnread, "", regions) else {
        return;
    };
    let known: BTreeSet<&str> = regions.regions.iter().map(|region| region.region_id.as_str()).collect();
    let wanted = look.policy.all_regions();
    let mut well = 0;
    for region in &wanted {
        if !known.contains(region.as_str()) {
            findings.error(Defect {
                id: Id::RegionUnknown,
                about: region.to_string(),
                seen: format!("the account does not have the region {region}"),
                why: "no image can be copied there, and no release is complete without it",
                to_do: "take the region out of the policy, or have it opened for the account".to_owned(),
            });
            continue;
        }
        // What comes back does not matter: an answer without keys is an answer.
        let answer = look
            .client
            .time_at(Product::Ecs, Some(region.as_str()), look.deadline)
            .await;
        if findings.read(Id::RegionSilent, region.as_str(), answer).is_some() {
            well += 1;
        }
        sharing(look, region.as_str(), findings);
    }
    if well == wanted.len() {
        findings.ok(
            "regions",
            "",
            format!("{} of the policy, all there and answering", count(well, "region")),
        );
    }
}

/// Shelves need Resource Sharing, which not every region has.
fn sharing(look: &Look<'_>, region: &str, findings: &mut Findings) {
    let on_shelf = look.policy.policies.values().any(|policy| {
        let share = &policy.share;
        let there = look.policy.regions_of(policy).any(|at| at.as_str() == region);
        there && share.by == Way::Shelf && share.asks_the_directory()
    });
    if on_shelf && !look.client.endpoints().has_resource_sharing(region) {
        findings.warning(Defect {
            id: Id::RegionWithoutShelf,
            about: region.to_owned(),
            seen: format!("{region} has no Resource Sharing"),
            why: "nothing can be shared with folders there, only account by account within the quota of an image",
            to_do: "say share.by = \"grant\" in the policy, or leave the region out".to_owned(),
        });
    }
}
