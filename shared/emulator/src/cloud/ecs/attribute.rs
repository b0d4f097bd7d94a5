//! ModifyImageAttribute: name, description, family and deprecation
//! (<https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-modifyimageattribute>).

use goldcast_domain::RegionId;

use super::families::Limits;
use super::image::{Image, ImageStatus};
use super::{Ecs, IMAGE_TYPE, access, rules};
use crate::cloud::context::{Context, Done};
use crate::cloud::refusal::Refusal;

/// Parameters of which at least one must be there.
const ATTRIBUTES: [&str; 8] = [
    "BootMode",
    "Description",
    "Features.ImdsSupport",
    "Features.NvmeSupport",
    "ImageFamily",
    "ImageName",
    "LicenseType",
    "Status",
];

impl Ecs {
    pub(super) fn modify_image_attribute(
        &mut self,
        region: &RegionId,
        context: &mut Context<'_>,
    ) -> Result<Done, Refusal> {
        let image = self.own(region, context)?;
        if matches!(image.status, ImageStatus::Creating | ImageStatus::Waiting) {
            let message = "The specified image is being created.";
            return Err(Refusal::forbidden("InvalidStatus.ImageIsCreating", message));
        }
        if ATTRIBUTES.iter().all(|name| context.params.sent(name).is_none()) {
            return Err(Refusal::bad_request(
                "MissingParameter",
                "At least one attribute must be given.",
            ));
        }
        self.check_texts(region, image, context)?;
        let status = new_status(image, context)?;
        context.stop_dry_run()?;

        let text = |name: &str| context.params.get(name).map(str::to_owned);
        let (name, description, boot_mode) = (text("ImageName"), text("Description"), text("BootMode"));
        let family = text("ImageFamily");
        let image = self.own_mut(region, context)?;
        if let Some(name) = name {
            image.name = name;
        }
        if let Some(description) = description {
            image.description = description;
        }
        if let Some(mode) = boot_mode {
            image.boot_mode = mode;
        }
        if family.is_some() {
            image.family = family;
        }
        image.status = status;
        Ok(Done::empty().about([(IMAGE_TYPE, image.id.to_string())]))
    }

    fn check_texts(&self, region: &RegionId, image: &Image, context: &Context<'_>) -> Result<(), Refusal> {
        if let Some(name) = context.params.sent("ImageName") {
            rules::image_name(name)?;
            if name != image.name {
                self.check_name_free(region, context, name)?;
            }
        }
        rules::imds(context.params)?;
        rules::boot_mode(context.params, "InvalidBootMode.NotSupport")?;
        rules::one_of(
            context.params,
            "LicenseType",
            &["Auto", "Aliyun", "BYOL"],
            "InvalidLicenseType.NotSupported",
        )?;
        if let Some(description) = context.params.get("Description") {
            rules::description(description)?;
        }
        // An empty family is malformed too: a family can be changed, not cleared.
        if let Some(family) = context.params.sent("ImageFamily") {
            rules::family(family)?;
            if image.family.as_deref() != Some(family) {
                self.check_family_room(region, context.account(), family, Limits::MODIFY)?;
                if access::is_shared(image, context) && !context.setup.switches.family_change_while_shared {
                    let message = "The specified image is shared.";
                    return Err(Refusal::forbidden("ImageUseShared", message));
                }
            }
        }
        Ok(())
    }
}

/// The status after the call: `Available` and `Deprecated` turn into each other, and into nothing else.
fn new_status(image: &Image, context: &Context<'_>) -> Result<ImageStatus, Refusal> {
    match context.params.get("Status") {
        None => Ok(image.status),
        Some("Deprecated") if image.status != ImageStatus::Available => {
            let message = "The specified image is not available.";
            Err(Refusal::forbidden("ImageStatus.NotAvailable", message))
        }
        Some("Deprecated") if access::is_shared(image, context) => {
            let message = "The specified image is shared. Unshare it first.";
            Err(Refusal::forbidden("ImageUseShared", message))
        }
        Some("Deprecated") if image.in_use && !context.setup.switches.used_image_deprecatable => {
            let message = "The specified image is used by instances.";
            Err(Refusal::forbidden("OperationDeined.ImageUsingByInstance", message))
        }
        Some("Deprecated") => Ok(ImageStatus::Deprecated),
        Some("Available") if image.status == ImageStatus::Deprecated => Ok(ImageStatus::Available),
        Some("Available") => {
            let message = "The specified image is not deprecated.";
            Err(Refusal::forbidden("ImageStatus.NotDeprecated", message))
        }
        Some(_) => Err(Refusal::format("Status")),
    }
}
