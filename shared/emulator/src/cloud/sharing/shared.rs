//! `ListSharedResources` and `ListSharedTargets`: what is in force, seen by whoever shares or by whoever receives. For
//! a recipient the target is the account that shares.

use serde_json::json;

use super::listing::{Side, is_among};
use super::paging::{Row, page, place};
use super::request::{self, IMAGE, check_type};
use super::share::ResourceShare;
use super::{Sharing, Surroundings, render};
use crate::cloud::context::{Context, Done};
use crate::cloud::ecs::ImageStatus;
use crate::cloud::params::Params;
use crate::cloud::refusal::Refusal;
use crate::cloud::time;

impl Sharing {
    pub(super) fn list_shared_resources(
        &mut self,
        around: Surroundings<'_>,
        context: &mut Context<'_>,
    ) -> Result<Done, Refusal> {
        let params = context.params;
        let side = Side::read(params)?;
        check_listed_type(params)?;
        let shares = request::share_ids(params)?;
        let (ids, arns) = (params.list("ResourceIds"), params.list("ResourceArns"));
        let target = params.get("Target");
        let mut rows: Vec<Row> = Vec::new();
        let on_this_side = self
            .shares(around.region)
            .filter(|share| side.has(share, around, context));
        for share in on_this_side.filter(|share| is_among(&shares, &share.id)) {
            if target.is_some_and(|target| !has_target(share, side, target)) {
                continue;
            }
            for (image, association) in share.images() {
                let arn = render::arn(share, image.as_str());
                if !is_among(&ids, image.as_str()) || !is_among(&arns, &arn) {
                    continue;
                }
                let kept = around.ecs.image(around.region, image);
                let available = kept.is_some_and(|image| image.status == ImageStatus::Available);
                let value = json!({
                    "ResourceShareId": share.id,
                    "ResourceId": image,
                    "ResourceArn": arn,
                    "ResourceType": IMAGE,
                    "ResourceStatus": if available { "Available" } else { "Unavailable" },
                    "ResourceStatusMessage": "",
                    "CreateTime": time::wire_millis(association.created),
                    "UpdateTime": time::wire_millis(association.updated),
                });
                rows.push((place(association.created, &share.id, image.as_str()), value));
            }
        }
        page(rows, params, "SharedResources")
    }

    pub(super) fn list_shared_targets(
        &mut self,
        around: Surroundings<'_>,
        context: &mut Context<'_>,
    ) -> Result<Done, Refusal> {
        let params = context.params;
        let side = Side::read(params)?;
        check_listed_type(params)?;
        let shares = request::share_ids(params)?;
        let targets = request::few(params, "Targets")?;
        let (id, arn) = (params.get("ResourceId"), params.get("ResourceArn"));
        let mut rows: Vec<Row> = Vec::new();
        let on_this_side = self
            .shares(around.region)
            .filter(|share| side.has(share, around, context));
        for share in on_this_side.filter(|share| is_among(&shares, &share.id)) {
            let holds = |id: Option<&str>, name: &dyn Fn(&str) -> String| {
                id.is_none_or(|id| share.images().any(|(image, _)| name(image.as_str()) == id))
            };
            if !holds(id, &str::to_owned) || !holds(arn, &|image| render::arn(share, image)) {
                continue;
            }
            let found: Vec<_> = match side {
                Side::Own => share
                    .targets()
                    .map(|(target, association)| {
                        (
                            target.id(),
                            association.created,
                            association.updated,
                            association.external,
                        )
                    })
                    .collect(),
                Side::Received => {
                    let directory = around.directory;
                    let inside = directory.has_account(context.account()) && directory.has_account(&share.owner);
                    vec![(share.owner.as_str(), share.created, share.updated, !inside)]
                }
            };
            for (target, created, updated, external) in
                found.into_iter().filter(|(target, ..)| is_among(&targets, target))
            {
                let value = json!({
                    "ResourceShareId": share.id,
                    "TargetId": target,
                    "External": external,
                    "CreateTime": time::wire_millis(created),
                    "UpdateTime": time::wire_millis(updated),
                });
                rows.push((place(created, &share.id, target), value));
            }
        }
        page(rows, params, "SharedTargets")
    }
}

fn check_listed_type(params: &Params) -> Result<(), Refusal> {
    params.get("ResourceType").map_or(Ok(()), check_type)
}

fn has_target(share: &ResourceShare, side: Side, target: &str) -> bool {
    match side {
        Side::Own => share.targets().any(|(one, _)| one.id() == target),
        Side::Received => share.owner.as_str() == target,
    }
}
