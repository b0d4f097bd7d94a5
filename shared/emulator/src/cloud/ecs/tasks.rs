//! Tasks of ImportImage and `ExportImage`: how far they are, and how they are cancelled. CopyImage makes none
//! (<https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describetasks>).

use goldcast_domain::{AccountId, ImageId, RegionId};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::image::{ImageStatus, Work};
use super::{Ecs, IMAGE_TYPE};
use crate::cloud::context::{Context, Done};
use crate::cloud::paging::Page;
use crate::cloud::params::Params;
use crate::cloud::refusal::Refusal;
use crate::cloud::time;

/// Actions that tasks can be asked for by; only the first two happen here.
const ACTIONS: [&str; 5] = [
    "ImportImage",
    "ExportImage",
    "RedeployInstance",
    "ModifyDiskSpec",
    "ArchiveSnapshot",
];
/// States that tasks can be asked for by.
const STATUSES: [&str; 3] = ["Finished", "Processing", "Failed"];

/// A task.
#[derive(Debug, Clone)]
pub(super) struct Task {
    /// `t-…`.
    pub(super) id: String,
    pub(super) region: RegionId,
    pub(super) owner: AccountId,
    /// The operation that began it.
    pub(super) action: &'static str,
    pub(super) image: ImageId,
    pub(super) created: Timestamp,
    pub(super) ends: Timestamp,
    /// When somebody cancelled it.
    pub(super) cancelled: Option<Timestamp>,
}

impl Ecs {
    pub(super) fn describe_tasks(&mut self, region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
        let params = context.params;
        for (name, values) in [("TaskAction", &ACTIONS[..]), ("TaskStatus", &STATUSES[..])] {
            super::rules::one_of(params, name, values, "InvalidParameter")?;
        }
        let (from, until) = (time_of(params, "StartTime")?, time_of(params, "EndTime")?);
        let ids: Option<Vec<&str>> = params.get("TaskIds").map(|ids| ids.split(',').map(str::trim).collect());
        let resources = params.list("ResourceIds");
        let page = Page::read(params, "InvalidParameter")?;
        let mut found: Vec<&Task> = self.own_tasks(region, context).collect();
        found.retain(|task| {
            let status = self.status_of(task, context.now);
            ids.as_ref().is_none_or(|ids| ids.contains(&task.id.as_str()))
                && (resources.is_empty() || resources.contains(&task.image.as_str()))
                && params.get("TaskAction").is_none_or(|action| action == task.action)
                && params.get("TaskStatus").is_none_or(|wanted| wanted == status)
                && from.is_none_or(|from| task.created >= from)
                && until.is_none_or(|until| task.created <= until)
        });
        let total = found.len();
        let rows = page.cut(found).into_iter().map(|task| self.row(task, context.now));
        Ok(Done::new(json!({
            "RegionId": region,
            "PageNumber": page.number,
            "PageSize": page.size,
            "TotalCount": total,
            "TaskSet": { "Task": rows.collect::<Vec<_>>() },
        })))
    }

    pub(super) fn describe_task_attribute(
        &mut self,
        region: &RegionId,
        context: &mut Context<'_>,
    ) -> Result<Done, Refusal> {
        let task = self.own_task(region, context)?;
        let mut body = self.row(task, context.now);
        let status = self.status_of(task, context.now);
        let percent = if context.now < task.ends {
            time::percent(task.created, task.ends, context.now)
        } else {
            100
        };
        let done = |wanted: &str| i32::from(status == wanted);
        let related = json!([{ "Name": "ImageId", "Value": task.image }]);
        if let Some(members) = body.as_object_mut() {
            members.remove("ResourceId");
            members.insert("RegionId".to_owned(), json!(region));
            members.insert("TaskProcess".to_owned(), json!(format!("{percent}%")));
            members.insert("TotalCount".to_owned(), json!(1));
            members.insert("SuccessCount".to_owned(), json!(done("Finished")));
            members.insert("FailedCount".to_owned(), json!(done("Failed")));
            let progress = json!({
                "OperationStatus": status,
                "ErrorCode": "",
                "ErrorMsg": "",
                "RelatedItemSet": { "RelatedItem": related },
            });
            members.insert(
                "OperationProgressSet".to_owned(),
                json!({ "OperationProgress": [progress] }),
            );
        }
        Ok(Done::new(body))
    }

    /// Ends a task that runs; the image that an import was making goes with it.
    pub(super) fn cancel_task(&mut self, region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
        let task = self.own_task(region, context)?.clone();
        if self.status_of(&task, context.now) != "Processing" {
            let message = "The current task status does not support this operation.";
            return Err(Refusal::forbidden("InvalidTaskId.IncorrectTaskStatus", message));
        }
        if let Some(task) = self.tasks.get_mut(&task.id) {
            task.cancelled = Some(context.now);
        }
        if task.action == "ImportImage"
            && let Some(region) = self.regions.get_mut(region)
        {
            region.images.remove(&task.image);
        }
        Ok(Done::empty().about([(IMAGE_TYPE, task.image.to_string())]))
    }

    /// Whether an import or an export of an image runs.
    pub(super) fn is_in_task(&self, region: &RegionId, image: &ImageId, action: &str, now: Timestamp) -> bool {
        let tasks = self.tasks.values();
        let mut running = tasks.filter(|task| task.action == action && task.region == *region && task.image == *image);
        running.any(|task| self.status_of(task, now) == "Processing")
    }

    fn own_tasks(&self, region: &RegionId, context: &Context<'_>) -> impl Iterator<Item = &Task> {
        let tasks = self.tasks.values();
        tasks.filter(move |task| task.region == *region && task.owner == *context.account())
    }

    fn own_task(&self, region: &RegionId, context: &Context<'_>) -> Result<&Task, Refusal> {
        let id = context.params.required("TaskId")?;
        let task = self.own_tasks(region, context).find(|task| task.id == id);
        let message = "The specified TaskId does not exist.";
        task.ok_or_else(|| Refusal::bad_request("InvalidTaskId.NotFound", message))
    }

    /// An import is as its image is; an export only takes its time.
    fn status_of(&self, task: &Task, now: Timestamp) -> &'static str {
        let image = self.image(&task.region, &task.image);
        let is_import = task.action == "ImportImage";
        match image {
            _ if task.cancelled.is_some() => "Failed",
            Some(image) if is_import && image.status == ImageStatus::CreateFailed => "Failed",
            Some(image) if is_import && matches!(image.work, Work::Building { .. }) => "Processing",
            _ if !is_import && now < task.ends => "Processing",
            _ => "Finished",
        }
    }

    fn row(&self, task: &Task, now: Timestamp) -> Value {
        let status = self.status_of(task, now);
        let running = status == "Processing";
        let finished = task.cancelled.unwrap_or(task.ends);
        json!({
            "TaskId": task.id,
            "TaskAction": task.action,
            "TaskStatus": status,
            "ResourceId": task.image,
            "SupportCancel": if running { "true" } else { "false" },
            "CreationTime": time::wire(task.created),
            "FinishedTime": if running { String::new() } else { time::wire(finished) },
        })
    }
}

fn time_of(params: &Params, name: &str) -> Result<Option<Timestamp>, Refusal> {
    let text = params.get(name);
    let parsed = text.map(|text| time::parse_filter(text).ok_or_else(|| Refusal::format(name)));
    parsed.transpose()
}
