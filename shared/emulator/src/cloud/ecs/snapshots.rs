//! `DescribeSnapshots` and `DeleteSnapshot`, as far as image work needs them: every snapshot here is of an image's disk
//! (<https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describesnapshots>).

use std::collections::{BTreeMap, BTreeSet};

use goldcast_domain::RegionId;
use serde_json::json;

use super::describe::tag_filter;
use super::image::Snapshot;
use super::{Ecs, SNAPSHOT_TYPE, render, rules};
use crate::cloud::context::{Context, Done};
use crate::cloud::paging::{Page, SIZE_MAX};
use crate::cloud::params::Params;
use crate::cloud::refusal::Refusal;

/// Ids in one call.
const IDS_MAX: usize = 100;
/// Snapshots in one page when none is asked for.
const RESULTS_DEFAULT: usize = 10;

/// What is looked for. A filter that no snapshot here can pass, such as a disk, finds nothing.
struct Query<'a> {
    ids: Option<BTreeSet<String>>,
    /// Exact values by how a snapshot shows them.
    name: Option<&'a str>,
    kms_key: Option<&'a str>,
    encrypted: bool,
    in_use: Option<bool>,
    system: Option<bool>,
    tags: BTreeMap<String, String>,
    nothing: bool,
}

impl Ecs {
    /// A snapshot that an image is made of stays until the image is gone; an unknown one counts as deleted
    /// (<https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-deletesnapshot>).
    pub(super) fn delete_snapshot(&mut self, region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
        let id = context.params.required("SnapshotId")?.to_owned();
        let mut own = self.snapshots(region).filter(|one| one.owner == *context.account());
        if own.any(|snapshot| snapshot.id == id) {
            drop(own);
            if self.snapshots_in_use(region).contains(id.as_str()) {
                let message = "The specified snapshot has been used to create images. Delete the images first.";
                return Err(Refusal::forbidden("SnapshotCreatedImage", message));
            }
            if let Some(region) = self.regions.get_mut(region) {
                self.deleted_snapshots.extend(region.snapshots.remove(&id));
            }
        }
        Ok(Done::empty().about([(SNAPSHOT_TYPE, id)]))
    }

    pub(super) fn describe_snapshots(&mut self, region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
        let query = Query::read(context.params)?;
        let used = self.snapshots_in_use(region);
        let found: Vec<&Snapshot> = self
            .snapshots(region)
            .filter(|snapshot| snapshot.owner == *context.account())
            .filter(|snapshot| query.finds(snapshot, used.contains(snapshot.id.as_str())))
            .collect();
        let total = found.len();
        let rendered = |one: &Snapshot| render::snapshot(one, used.contains(one.id.as_str()));
        if by_token(context.params) {
            let (page, next, size) = token_page(&found, context.params)?;
            let page: Vec<_> = page.into_iter().map(rendered).collect();
            return Ok(Done::new(json!({
                "PageNumber": 1,
                "PageSize": size,
                "TotalCount": total,
                "NextToken": next,
                "Snapshots": { "Snapshot": page },
            })));
        }
        let page = Page::read(context.params, "InvalidParameter")?;
        let snapshots: Vec<_> = page.cut(found).into_iter().map(rendered).collect();
        Ok(Done::new(json!({
            "PageNumber": page.number,
            "PageSize": page.size,
            "TotalCount": total,
            "NextToken": "",
            "Snapshots": { "Snapshot": snapshots },
        })))
    }
}

/// Whether a call pages by token: without page numbers it does as soon as it says how much it takes.
fn by_token(params: &Params) -> bool {
    let numbered = params.get("PageNumber").or(params.get("PageSize")).is_some();
    let tokened = params.get("MaxResults").or(params.get("NextToken")).is_some();
    tokened && !numbered
}

/// A page, the token of the next one, and how many a page holds. The token is the last id already given, so that
/// snapshots that come and go in between neither hide nor double another.
fn token_page<'a>(found: &[&'a Snapshot], params: &Params) -> Result<(Vec<&'a Snapshot>, String, usize), Refusal> {
    let size = params.number("MaxResults")?.unwrap_or(RESULTS_DEFAULT);
    if size == 0 || size > SIZE_MAX {
        let message = format!("The specified MaxResults is not valid: at most {SIZE_MAX} a page.");
        return Err(Refusal::bad_request("InvalidParameter", message));
    }
    let after = params.get("NextToken");
    let mut left = found
        .iter()
        .copied()
        .filter(|snapshot| after.is_none_or(|after| snapshot.id.as_str() > after))
        .peekable();
    let page: Vec<&Snapshot> = left.by_ref().take(size).collect();
    let next = left.peek().and(page.last()).map(|last| last.id.clone());
    Ok((page, next.unwrap_or_default(), size))
}

impl<'a> Query<'a> {
    fn read(params: &'a Params) -> Result<Self, Refusal> {
        let one_of = |name: &str, values: &[&str], code: &'static str| match params.get(name) {
            Some(value) if !values.contains(&value) => {
                Err(Refusal::not_found(code, format!("The specified {name} is not valid.")))
            }
            other => Ok(other),
        };
        let status = one_of(
            "Status",
            &["progressing", "accomplished", "failed", "all"],
            "InvalidStatus.NotFound",
        )?;
        let kind = one_of("SnapshotType", &["auto", "user", "all"], "InvalidSnapshotType.NotFound")?;
        let usage = one_of("Usage", &["image", "disk", "image_disk", "none"], "InvalidUsage")?;
        let disk = one_of("SourceDiskType", &["system", "data"], "InvalidSourceDiskType")?;
        if params.objects("Tag").len() > rules::TAGS_MAX {
            let message = "The number of tags is out of range.";
            return Err(Refusal::bad_request("InvalidTagCount", message));
        }
        Ok(Self {
            ids: ids(params)?,
            name: params.get("SnapshotName"),
            kms_key: params.get("KMSKeyId"),
            // `false` is the default and finds both.
            encrypted: params.flag("Encrypted")? == Some(true),
            in_use: usage.map(|usage| usage == "image"),
            system: disk.map(|disk| disk == "system"),
            tags: tag_filter(params),
            // All are whole, made by a user, and of no disk that still exists.
            nothing: matches!(status, Some("progressing" | "failed"))
                || kind == Some("auto")
                || matches!(usage, Some("disk" | "image_disk"))
                || params.get("DiskId").or(params.get("InstanceId")).is_some(),
        })
    }

    fn finds(&self, snapshot: &Snapshot, in_use: bool) -> bool {
        !self.nothing
            && self.ids.as_ref().is_none_or(|ids| ids.contains(&snapshot.id))
            && self.name.is_none_or(|name| name == snapshot.name)
            && self.kms_key.is_none_or(|key| snapshot.kms_key.as_deref() == Some(key))
            && (!self.encrypted || snapshot.encrypted)
            && self.in_use.is_none_or(|wanted| wanted == in_use)
            && self.system.is_none_or(|wanted| wanted == snapshot.system)
            && self.tags.iter().all(|(key, wanted)| {
                let value = snapshot.tags.get(key);
                value.is_some_and(|value| wanted.is_empty() || value == wanted)
            })
    }
}

/// `SnapshotIds` is a JSON array in one parameter.
fn ids(params: &Params) -> Result<Option<BTreeSet<String>>, Refusal> {
    let malformed = || {
        let message = "The specified SnapshotIds is not valid: a JSON array of at most 100 ids.";
        Refusal::forbidden("InvalidSnapshotIds.Malformed", message)
    };
    let Some(text) = params.get("SnapshotIds") else {
        return Ok(None);
    };
    let ids: BTreeSet<String> = serde_json::from_str(text).map_err(|_| malformed())?;
    if ids.len() > IDS_MAX {
        return Err(malformed());
    }
    Ok(Some(ids))
}
