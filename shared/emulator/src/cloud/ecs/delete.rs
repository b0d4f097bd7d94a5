//! `DeleteImage`
//! (<https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-deleteimage>). Snapshots remain.

use goldcast_domain::RegionId;

use super::{Ecs, IMAGE_TYPE, access};
use crate::cloud::context::{Context, Done};
use crate::cloud::refusal::Refusal;

impl Ecs {
    pub(super) fn delete_image(&mut self, region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
        let requested = context.params.required("ImageId")?.to_owned();
        let image = match self.own(region, context) {
            Ok(image) => image,
            Err(_) if context.setup.switches.unknown_image_deletable => return Ok(Done::empty()),
            Err(refusal) => return Err(refusal),
        };
        if image.is_being_copied() || self.is_source_of_copy(region, image) {
            let message = "The specified image is being copied.";
            return Err(Refusal::forbidden("OperationDenied.ImageCopying", message));
        }
        for (task, code, message) in [
            (
                "ImportImage",
                "ImageIsImporting",
                "The specified image is being imported.",
            ),
            (
                "ExportImage",
                "ImageIsExporting",
                "The specified image is being exported.",
            ),
        ] {
            if self.is_in_task(region, &image.id, task, context.now) {
                return Err(Refusal::forbidden(code, message));
            }
        }
        if access::is_shared(image, context) {
            let message = "The specified image is shared. Unshare it first.";
            return Err(Refusal::forbidden("ImageUseShared", message));
        }
        if image.is_public {
            let message = "The specified image is public. Withdraw it first.";
            return Err(Refusal::forbidden("ImageIsPublic", message));
        }
        if image.in_use && context.params.flag("Force")? != Some(true) {
            let message = "The specified image is used by instances.";
            return Err(Refusal::forbidden("ImageUsingByInstance", message));
        }
        context.stop_dry_run()?;
        let id = image.id.clone();
        if let Some(region) = self.regions.get_mut(region) {
            region.images.remove(&id);
        }
        Ok(Done::empty().about([(IMAGE_TYPE, requested)]))
    }
}
