//! Components: pieces of builds that an account keeps. Nothing here runs them.

use goldcast_domain::RegionId;
use serde_json::json;

use super::{Component, ROWS_DEFAULT, ROWS_PER_PAGE, check_sizes, not_found, render};
use crate::cloud::context::{Context, Done};
use crate::cloud::ecs::describe::tag_filter;
use crate::cloud::ecs::pages::Cut;
use crate::cloud::ecs::tags::has_tags;
use crate::cloud::ecs::tokens::Judged;
use crate::cloud::ecs::{Ecs, rules};
use crate::cloud::refusal::Refusal;

/// Type of a component in audit events.
const TYPE: &str = "ACS::ECS::ImageComponent";

impl Ecs {
    pub(in crate::cloud::ecs) fn create_image_component(
        &mut self,
        region: &RegionId,
        context: &mut Context<'_>,
    ) -> Result<Done, Refusal> {
        let mismatch = "IdempotentParameterMismatch";
        let token = match self.tokens.judge(region, context, "CreateImageComponent", mismatch)? {
            Judged::Repeated(id) => return Ok(new_component(&id)),
            Judged::New(token) => token,
        };
        let params = context.params;
        check_sizes(params, &["Content"], &[])?;
        rules::one_of(params, "ComponentType", &["Build", "Test"], "InvalidParameter")?;
        rules::one_of(params, "SystemType", &["Linux", "Windows"], "InvalidParameter")?;
        let account = context.account().clone();
        let draw = context.ids.next("component", &[account.as_str(), region.as_str()]);
        let id = format!("ic-{}", draw.text(20));
        let component = Component {
            id: id.clone(),
            region: region.clone(),
            owner: account,
            created: context.now,
            params: params.clone(),
            tags: rules::tags(params)?,
            resource_group: rules::resource_group(context)?,
        };
        self.pipelines.components.insert(id.clone(), component);
        self.tokens.remember(token, &id, context.now);
        Ok(new_component(&id))
    }

    pub(in crate::cloud::ecs) fn describe_image_components(
        &mut self,
        region: &RegionId,
        context: &mut Context<'_>,
    ) -> Result<Done, Refusal> {
        let params = context.params;
        check_sizes(params, &[], &["ImageComponentId"])?;
        let ids = params.list("ImageComponentId");
        let wanted = tag_filter(params);
        let is = |component: &Component, name: &str, default: &str| {
            let value = component.params.get(name).unwrap_or(default);
            params.get(name).is_none_or(|wanted| wanted == value)
        };
        let found = self.pipelines.components.values().filter(|component| {
            component.owner == *context.account()
                && component.region == *region
                && params.get("Owner") != Some("ALIYUN")
                && (ids.is_empty() || ids.contains(&component.id.as_str()))
                && is(component, "Name", "")
                && is(component, "ComponentType", "Build")
                && is(component, "ComponentVersion", "1.0.0")
                && is(component, "SystemType", "Linux")
                && has_tags(&component.tags, &wanted)
        });
        let page = Cut::by_token(
            found.collect(),
            |component| &component.id,
            params,
            ROWS_PER_PAGE,
            ROWS_DEFAULT,
        )?;
        Ok(Done::new(page.body_by_token(
            "ImageComponent",
            "ImageComponentSet",
            render::component,
        )))
    }

    pub(in crate::cloud::ecs) fn delete_image_component(
        &mut self,
        region: &RegionId,
        context: &mut Context<'_>,
    ) -> Result<Done, Refusal> {
        let id = context.params.required("ImageComponentId")?;
        let found = self.pipelines.components.get(id);
        let own = found.filter(|component| component.owner == *context.account() && component.region == *region);
        let id = own.ok_or_else(|| not_found("ImageComponentId"))?.id.clone();
        self.pipelines.components.remove(&id);
        Ok(Done::empty().about([(TYPE, id)]))
    }
}

fn new_component(id: &str) -> Done {
    Done::new(json!({ "ImageComponentId": id })).about([(TYPE, id.to_owned())])
}
