//! `ExportImage`: writes an own image into object storage, under the role that lets ECS do so
//! (<https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-exportimage>).

use goldcast_domain::RegionId;
use serde_json::json;

use super::image::ImageStatus;
use super::tasks::Task;
use super::{Ecs, IMAGE_TYPE, no_such_image, rules};
use crate::cloud::context::{Context, Done};
use crate::cloud::refusal::Refusal;
use crate::cloud::roles::{Principal, trusts};
use crate::cloud::time;

/// The role that `ExportImage` uses unless another is named.
const EXPORT_ROLE: &str = "AliyunECSImageExportDefaultRole";
/// The role that `ImportImage` uses unless another is named.
pub(super) const IMPORT_ROLE: &str = "AliyunECSImageImportDefaultRole";
/// File formats.
const FORMATS: [&str; 5] = ["raw", "vhd", "qcow2", "vmdk", "vdi"];
/// Length of a bucket's name, in characters.
const BUCKET_CHARS: std::ops::RangeInclusive<usize> = 3..=63;
/// Length of the prefix of what is written, in characters.
const PREFIX_CHARS: std::ops::RangeInclusive<usize> = 1..=30;

impl Ecs {
    pub(super) fn export_image(&mut self, region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
        let params = context.params;
        let id = params.required("ImageId")?;
        let bucket = params.required("OSSBucket")?;
        rules::one_of(params, "ImageFormat", &FORMATS, "InvalidImageFormat.Malformed")?;
        check_bucket(bucket)?;
        if let Some(prefix) = params.get("OSSPrefix")
            && !(PREFIX_CHARS.contains(&prefix.len()) && prefix.chars().all(|c| c.is_ascii_alphanumeric()))
        {
            let message = "The specified OSSPrefix is wrongly formed.";
            return Err(Refusal::bad_request("InvalidOSSPrefix.Malformed", message));
        }
        let found = id.parse().ok().and_then(|id| self.image(region, &id));
        let own = |owner: &goldcast_domain::AccountId| owner == context.account();
        let image = found
            .filter(|image| image.owner.as_ref().is_none_or(own))
            .ok_or_else(no_such_image)?;
        if image.owner.is_none() || image.is_encrypted() || !image.product_code.is_empty() {
            let message = "The specified image does not support exporting.";
            return Err(Refusal::forbidden("ImageNotSupported", message));
        }
        if image.status != ImageStatus::Available {
            let message = "The current image status does not support this operation.";
            return Err(Refusal::bad_request("IncorrectImageStatus", message));
        }
        if self.is_in_task(region, &image.id, "ExportImage", context.now) {
            let message = "The specified image is being exported.";
            return Err(Refusal::forbidden("ImageIsExporting", message));
        }
        check_role(context, EXPORT_ROLE)?;
        context.stop_dry_run()?;
        let image = image.id.clone();
        let draw = context.ids.next("export", &[region.as_str(), image.as_str()]);
        let task = Task {
            id: format!("t-{}", draw.text(20)),
            region: region.clone(),
            owner: context.account().clone(),
            action: "ExportImage",
            image: image.clone(),
            created: context.now,
            ends: time::after(context.now, context.setup.image_build),
            cancelled: None,
        };
        let body = json!({ "RegionId": region, "TaskId": task.id });
        self.tasks.insert(task.id.clone(), task);
        Ok(Done::new(body).about([(IMAGE_TYPE, image.to_string())]))
    }
}

/// Refuses a name that no bucket can have. Which buckets there are is not simulated: every other is taken to be there.
pub(super) fn check_bucket(bucket: &str) -> Result<(), Refusal> {
    let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if BUCKET_CHARS.contains(&bucket.len()) && bucket.chars().all(legal) {
        return Ok(());
    }
    let message = "The specified OSSBucket does not exist.";
    Err(Refusal::bad_request("InvalidOSSBucket.NotFound", message))
}

/// Refuses a call where ECS has no role to reach object storage with.
pub(super) fn check_role(context: &Context<'_>, default: &str) -> Result<(), Refusal> {
    let name = context.params.get("RoleName").unwrap_or(default);
    let role = context.roles.get(context.account(), name);
    let trusted = role.is_some_and(|role| trusts(&role.document, Principal::Service("ecs.aliyuncs.com")));
    if trusted || !context.setup.switches.oss_roles_needed {
        return Ok(());
    }
    let message = format!("ECS has no permission to reach OSS: the role {name} does not exist or does not trust it.");
    Err(Refusal::forbidden("NoSetRoletoECSServiceAcount", message))
}
