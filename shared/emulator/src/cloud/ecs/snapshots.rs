//! `DescribeSnapshots` and `DeleteSnapshot`, as far as image work needs them
//! (<https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describesnapshots>).

use std::collections::BTreeSet;

use goldcast_domain::RegionId;
use serde_json::json;

use super::{Ecs, SNAPSHOT_TYPE, render};
use crate::cloud::context::{Context, Done};
use crate::cloud::paging::Page;
use crate::cloud::refusal::Refusal;

impl Ecs {
    /// A snapshot behind an image stays until the image is gone; an unknown one counts as deleted
    /// (<https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-deletesnapshot>).
    pub(super) fn delete_snapshot(&mut self, region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
        let id = context.params.required("SnapshotId")?.to_owned();
        let mut images = self.images(region);
        if images.any(|image| image.disks.iter().any(|disk| disk.snapshot == id)) {
            let message = "The specified snapshot has been used to create images. Delete the images first.";
            return Err(Refusal::forbidden("SnapshotCreatedImage", message));
        }
        drop(images);
        let account = context.account();
        if let Some(region) = self.regions.get_mut(region) {
            region
                .snapshots
                .retain(|known, snapshot| *known != id || snapshot.owner != *account);
        }
        Ok(Done::empty().about([(SNAPSHOT_TYPE, id)]))
    }

    pub(super) fn describe_snapshots(&mut self, region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
        let page = Page::read(context.params, "InvalidParameter")?;
        let malformed = |_| {
            let message = "The specified SnapshotIds is not a JSON array.";
            Refusal::forbidden("InvalidSnapshotIds.Malformed", message)
        };
        let ids: Option<BTreeSet<String>> = context
            .params
            .get("SnapshotIds")
            .map(serde_json::from_str)
            .transpose()
            .map_err(malformed)?;
        let used: BTreeSet<&str> = self
            .images(region)
            .flat_map(|image| image.disks.iter().map(|disk| disk.snapshot.as_str()))
            .collect();
        let found: Vec<_> = self
            .snapshots(region)
            .filter(|snapshot| snapshot.owner == *context.account())
            .filter(|snapshot| ids.as_ref().is_none_or(|ids| ids.contains(&snapshot.id)))
            .filter(|snapshot| {
                context
                    .params
                    .get("SnapshotName")
                    .is_none_or(|name| name == snapshot.name)
            })
            .collect();
        let total = found.len();
        let snapshots = page.cut(found).into_iter();
        let snapshots: Vec<_> = snapshots
            .map(|one| render::snapshot(one, used.contains(one.id.as_str())))
            .collect();
        Ok(Done::new(json!({
            "PageNumber": page.number,
            "PageSize": page.size,
            "TotalCount": total,
            "NextToken": "",
            "Snapshots": { "Snapshot": snapshots },
        })))
    }
}
