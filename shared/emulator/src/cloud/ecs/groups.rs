//! `JoinResourceGroup`: moves an image or a snapshot into another resource group. Which groups there are is a switch
//! (<https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-joinresourcegroup>).

use goldcast_domain::RegionId;

use super::{Ecs, IMAGE_TYPE, SNAPSHOT_TYPE, rules};
use crate::cloud::context::{Context, Done};
use crate::cloud::refusal::Refusal;

/// What can be moved in the real cloud; only images and snapshots can here.
const TYPES: [&str; 13] = [
    "activation",
    "command",
    "ddh",
    "ddhcluster",
    "disk",
    "eni",
    "image",
    "instance",
    "keypair",
    "launchtemplate",
    "managedinstance",
    "securitygroup",
    "snapshot",
];

impl Ecs {
    pub(super) fn join_resource_group(
        &mut self,
        region: &RegionId,
        context: &mut Context<'_>,
    ) -> Result<Done, Refusal> {
        let text = |name: &str| {
            let message = format!("The input parameter \"{name}\" that is mandatory for this request is not supplied.");
            let value = context.params.get(name);
            value.ok_or_else(|| Refusal::forbidden("MissingParameter", message))
        };
        let (kind, id) = (text("ResourceType")?, text("ResourceId")?);
        text("ResourceGroupId")?;
        let group = rules::resource_group(context)?;
        if !TYPES.contains(&kind) {
            let message = "The ResourceType provided does not exist in our records.";
            return Err(Refusal::not_found("InvalidResourceType.NotFound", message));
        }
        let owner = context.account();
        let joined = match kind {
            "image" => {
                let image = id.parse().ok().and_then(|id| self.image_mut(region, &id));
                let image = image.filter(|image| image.belongs_to(owner));
                image.map(|image| (&mut image.resource_group, IMAGE_TYPE))
            }
            "snapshot" => {
                let region = self.regions.get_mut(region);
                let snapshot = region.and_then(|region| region.snapshots.get_mut(id));
                let snapshot = snapshot.filter(|snapshot| snapshot.owner == *owner);
                snapshot.map(|snapshot| (&mut snapshot.resource_group, SNAPSHOT_TYPE))
            }
            _ => None,
        };
        let (place, about) = joined.ok_or_else(|| {
            let message = "The ResourceId provided does not exist in our records.";
            Refusal::not_found("InvalidResourceId.NotFound", message)
        })?;
        if *place == group {
            let message = "The resource is in this resource group already.";
            return Err(Refusal::forbidden("InvalidResourceGroup.Duplicate", message));
        }
        *place = group;
        Ok(Done::empty().about([(about, id.to_owned())]))
    }
}
