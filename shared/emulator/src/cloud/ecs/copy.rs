//! CopyImage, called in the source's region, and `CancelCopyImage`, called in the copy's
//! (<https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-copyimage>).

use std::collections::BTreeMap;

use goldcast_domain::{AccountId, ImageId, RegionId};
use jiff::{SignedDuration, Timestamp};

use super::image::{Copying, Detection, Image, ImageStatus, Work};
use super::tokens::Judged;
use super::{Ecs, IMAGE_TYPE, access, encryption, new_image, no_such_image, rules};
use crate::cloud::context::{Context, Done};
use crate::cloud::ids::Draw;
use crate::cloud::refusal::Refusal;
use crate::cloud::setup::{CopySpeed, Setup};

/// Largest image that can be copied, in GiB; larger ones go by snapshot.
const COPY_GIB_MAX: u64 = 2048;

impl Ecs {
    pub(super) fn copy_image(&mut self, region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
        let token = match self
            .tokens
            .judge(region, context, "CopyImage", "IdempotentParameterMismatch")?
        {
            Judged::Repeated(image) => return Ok(new_image(&image)),
            Judged::New(token) => token,
        };
        let source = self.copy_source(region, context)?.clone();
        let request = self.copy_request(region, &source, context)?;
        context.stop_dry_run()?;
        let image = copy_of(&source, request, context)?;
        let (id, destination) = (image.id.clone(), image.region.clone());
        self.insert(image);
        self.start_queued(context.account(), &destination, region, context.now, context.setup);
        self.tokens.remember(token, id.as_str(), context.now);
        Ok(new_image(id.as_str()).about([(IMAGE_TYPE, source.id.to_string())]))
    }

    /// Checks everything that a copy is asked to be.
    fn copy_request(&self, region: &RegionId, source: &Image, context: &Context<'_>) -> Result<Request, Refusal> {
        let destination = self.copy_destination(region, source, context)?;
        let key = encryption::of_copy(
            source,
            &destination,
            self.encrypts_by_default(context.account(), &destination),
            context,
        )?;
        let text = |name| context.params.get(name).map(str::to_owned);
        let (name, description) = (text("DestinationImageName"), text("DestinationDescription"));
        if let Some(name) = &name {
            rules::image_name(name)?;
            self.check_name_free(&destination, context, name)?;
        }
        if let Some(description) = &description {
            rules::description(description)?;
        }
        let tags = copy_tags(source, context)?;
        self.check_room(&destination, source.disks.len(), context)?;
        Ok(Request {
            destination,
            name,
            description: description.unwrap_or_default(),
            resource_group: rules::resource_group(context)?,
            key,
            tags,
        })
    }

    /// The image to copy: the caller's own or one shared with the caller, custom and `Available`.
    fn copy_source(&self, region: &RegionId, context: &Context<'_>) -> Result<&Image, Refusal> {
        let id = context.params.required("ImageId")?;
        let image = id
            .parse()
            .ok()
            .and_then(|id| self.image(region, &id))
            .ok_or_else(no_such_image)?;
        let account = context.account();
        match &image.owner {
            None => {
                return Err(Refusal::forbidden(
                    "OperationDenied",
                    "Only custom images can be copied.",
                ));
            }
            Some(owner) if owner != account && image.is_public => {
                let message = "Community images cannot be copied.";
                return Err(Refusal::bad_request("OperationDenied.CommunityImage", message));
            }
            Some(owner) if owner != account && !access::is_given(image, context) => return Err(no_such_image()),
            Some(_) => {}
        }
        if image.status != ImageStatus::Available {
            let message = "The current image status does not support this operation.";
            return Err(Refusal::bad_request("IncorrectImageStatus", message));
        }
        if image.total_gib() > COPY_GIB_MAX {
            let message = "The size of the image exceeds the limit of copying.";
            return Err(Refusal::forbidden("SizeExceed.Image", message));
        }
        if context.setup.switches.copy_conflict && self.is_source_of_copy(region, image) {
            let message = "The image is being copied. Please try again later.";
            return Err(Refusal::bad_request("OperationDenied.ImageCopyConflict", message));
        }
        Ok(image)
    }

    fn copy_destination(&self, region: &RegionId, source: &Image, context: &Context<'_>) -> Result<RegionId, Refusal> {
        let destination = match context.params.get("DestinationRegionId") {
            None => region.clone(),
            Some(text) => text
                .parse()
                .ok()
                .filter(|region| self.has_region(region))
                .ok_or_else(|| {
                    Refusal::bad_request(
                        "DestinationRegion.NotFound",
                        "The specified DestinationRegionId does not exist.",
                    )
                })?,
        };
        if !source.belongs_to(context.account()) && destination != *region {
            let message = "The shared image can be copied only within its region.";
            return Err(Refusal::forbidden("OperationDenied.SameRegionOnly", message));
        }
        Ok(destination)
    }

    /// Whether a copy of this image is running or queued.
    pub(super) fn is_source_of_copy(&self, region: &RegionId, source: &Image) -> bool {
        let images = self.regions.values().flat_map(|region| region.images.values());
        images
            .filter_map(Image::copying)
            .any(|copy| copy.source == source.id && copy.source_region == *region)
    }

    pub(super) fn cancel_copy_image(&mut self, region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
        let image = self.own(region, context)?.clone();
        if !image.is_copied {
            let message = "The specified image is not created by copying.";
            return Err(Refusal::bad_request("ImageCreatedNotFromCopy", message));
        }
        let Some(copy) = image.copying().cloned() else {
            let message = "The current image status does not support this operation.";
            return Err(Refusal::bad_request("IncorrectImageStatus", message));
        };
        if let Some(region) = self.regions.get_mut(region) {
            region.images.remove(&image.id);
        }
        self.start_queued(
            context.account(),
            region,
            &copy.source_region,
            context.now,
            context.setup,
        );
        Ok(Done::empty().about([(IMAGE_TYPE, image.id.to_string())]))
    }
}

/// What a copy is asked to be.
pub(super) struct Request {
    pub(super) destination: RegionId,
    pub(super) name: Option<String>,
    pub(super) description: String,
    pub(super) resource_group: String,
    /// The key of its disks; none for a plain copy.
    pub(super) key: Option<String>,
    pub(super) tags: BTreeMap<String, String>,
}

/// The copy as it stands in its destination from the first moment, still without a slot.
fn copy_of(source: &Image, request: Request, context: &mut Context<'_>) -> Result<Image, Refusal> {
    let account = context.account().clone();
    let named = request.name.as_deref().unwrap_or(source.id.as_str());
    let draw = context
        .ids
        .next("image", &[account.as_str(), request.destination.as_str(), named]);
    made_copy(source, request, &account, &draw, context.setup, context.now).ok_or_else(no_such_image)
}

/// A copy of an account's, by what is drawn for it.
pub(super) fn made_copy(
    source: &Image,
    request: Request,
    account: &AccountId,
    draw: &Draw,
    setup: &Setup,
    now: Timestamp,
) -> Option<Image> {
    let Request {
        destination,
        name,
        description,
        resource_group,
        key,
        tags,
    } = request;
    let id: ImageId = format!("m-{}", draw.text(20)).parse().ok()?;
    let copy = Copying {
        source_region: source.region.clone(),
        source: source.id.clone(),
        duration: copy_duration(setup.copy, source.total_gib(), draw),
    };
    let name = name.unwrap_or_else(|| id.to_string());
    let mut image = Image {
        in_use: setup.images_in_use.contains(&name),
        is_public: false,
        name,
        id,
        region: destination,
        owner: Some(account.clone()),
        description,
        // A copy does not inherit the family.
        family: None,
        status: ImageStatus::Waiting,
        usable: false,
        created: now,
        is_copied: true,
        tags,
        shares: BTreeMap::new(),
        resource_group,
        detection: Detection::default(),
        work: Work::Queued { since: now, copy },
        ..source.clone()
    };
    for disk in &mut image.disks {
        disk.snapshot = String::new();
        disk.encrypted = key.is_some();
        disk.kms_key.clone_from(&key);
    }
    Some(image)
}

/// The copy's tags: those of the request, and of an own source where the switch says so.
fn copy_tags(source: &Image, context: &Context<'_>) -> Result<BTreeMap<String, String>, Refusal> {
    let own = source.belongs_to(context.account());
    let inherited = own && context.setup.switches.copies_inherit_tags;
    let mut tags = if inherited {
        source.tags.clone()
    } else {
        BTreeMap::new()
    };
    for (key, value) in rules::tags(context.params)? {
        if !context.setup.switches.tags_of_the_source_win || !tags.contains_key(&key) {
            tags.insert(key, value);
        }
    }
    if tags.len() > rules::TAGS_MAX {
        let message = "The quota of tags on one resource is exceeded.";
        return Err(Refusal::forbidden("QuotaExceed.Tags", message));
    }
    Ok(tags)
}

/// How long this copy runs; the jitter belongs to the copy alone.
pub(super) fn copy_duration(speed: CopySpeed, gib: u64, draw: &Draw) -> SignedDuration {
    let gib = i32::try_from(gib).unwrap_or(i32::MAX);
    let plain = speed.start.saturating_add(speed.per_gib.saturating_mul(gib));
    let percent = i32::try_from(draw.below(u64::from(speed.jitter_percent).saturating_add(1))).unwrap_or_default();
    plain.saturating_add(plain.saturating_mul(percent) / 100)
}
