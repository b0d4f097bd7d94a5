//! Image families: how many there may be, and which image one resolves to
//! (<https://www.alibabacloud.com/help/en/ecs/user-guide/overview-37>).

use std::collections::BTreeSet;

use goldcast_domain::{AccountId, RegionId};
use serde_json::json;

use super::image::{Image, ImageStatus};
use super::{Ecs, access, render};
use crate::cloud::context::{Context, Done};
use crate::cloud::refusal::Refusal;

/// Images in one family, and families in one region, of one account.
const FAMILY_QUOTA: usize = 100;

/// The codes that an operation has for full families.
pub(super) struct Limits {
    images: &'static str,
    families: &'static str,
}

impl Limits {
    /// CreateImage's codes.
    pub(super) const CREATE: Self = Self {
        images: "ImageQuotaExceed.ImageFamily",
        families: "ImageFamilyQuotaExceed",
    };
    /// ModifyImageAttribute's codes.
    pub(super) const MODIFY: Self = Self {
        images: "ImageQuotaFull.ImageFamily",
        families: "ImageFamilyQuotaFull",
    };
}

impl Ecs {
    /// Refuses one more image in a full family, and one more family in a full region.
    pub(super) fn check_family_room(
        &self,
        region: &RegionId,
        account: &AccountId,
        family: &str,
        limits: Limits,
    ) -> Result<(), Refusal> {
        let families = self.images(region).filter(|image| image.belongs_to(account));
        let families: Vec<&str> = families.filter_map(|image| image.family.as_deref()).collect();
        if families.iter().filter(|name| **name == family).count() >= FAMILY_QUOTA {
            let message = "The quota of images in one image family is exceeded.";
            return Err(Refusal::bad_request(limits.images, message));
        }
        let distinct: BTreeSet<&str> = families.into_iter().collect();
        if !distinct.contains(family) && distinct.len() >= FAMILY_QUOTA {
            let message = "The quota of image families is exceeded.";
            return Err(Refusal::bad_request(limits.families, message));
        }
        Ok(())
    }

    pub(super) fn describe_image_from_family(
        &mut self,
        region: &RegionId,
        context: &mut Context<'_>,
    ) -> Result<Done, Refusal> {
        let wanted = context.params.required("ImageFamily")?;
        let given = |image: &Image| access::is_given(image, context);
        let image = match self.resolve_family(region, context.account(), wanted, given) {
            Some(image) => render::family_image(image, context),
            // Nothing found is an empty object, which clients must survive.
            None => json!({}),
        };
        Ok(Done::new(json!({ "Image": image })))
    }

    /// The newest `Available` image of a family: the account's own, or with `acs:<owner>:<family>` one given to it.
    pub(crate) fn resolve_family(
        &self,
        region: &RegionId,
        account: &AccountId,
        family: &str,
        given: impl Fn(&Image) -> bool,
    ) -> Option<&Image> {
        let (owner, family) = match family.strip_prefix("acs:").and_then(|rest| rest.split_once(':')) {
            Some((owner, family)) => (owner.parse().ok()?, family),
            None => (account.clone(), family),
        };
        self.images(region)
            .filter(|image| image.belongs_to(&owner) && image.family.as_deref() == Some(family))
            .filter(|image| image.status == ImageStatus::Available)
            .filter(|image| owner == *account || given(image))
            .max_by(|one, other| (one.created, &one.id).cmp(&(other.created, &other.id)))
    }
}
