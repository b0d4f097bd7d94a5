//! Pipelines and their executions as callers make, find and end them.

use goldcast_domain::{AccountId, RegionId};
use jiff::SignedDuration;
use serde_json::json;

use super::{Execution, Phase, Pipeline, ROWS_DEFAULT, ROWS_PER_PAGE, check_sizes, not_found, render};
use crate::cloud::context::{Context, Done};
use crate::cloud::ecs::describe::tag_filter;
use crate::cloud::ecs::image::{Image, ImageStatus};
use crate::cloud::ecs::pages::Cut;
use crate::cloud::ecs::tags::has_tags;
use crate::cloud::ecs::tokens::Judged;
use crate::cloud::ecs::{Ecs, access, rules};
use crate::cloud::refusal::Refusal;
use crate::cloud::time;

/// Type of a pipeline in audit events.
const TYPE: &str = "ACS::ECS::ImagePipeline";
/// Size of a builder's disk, in GiB.
const DISK_GIB: std::ops::RangeInclusive<usize> = 20..=500;
/// Bandwidth of a builder, in Mbit/s.
const BANDWIDTH: std::ops::RangeInclusive<usize> = 0..=100;
/// From the start of an execution until it builds, and between its other steps.
pub(super) const STEP: SignedDuration = SignedDuration::from_mins(1);

impl Ecs {
    pub(in crate::cloud::ecs) fn create_image_pipeline(
        &mut self,
        region: &RegionId,
        context: &mut Context<'_>,
    ) -> Result<Done, Refusal> {
        let mismatch = "IdempotentParameterMismatch";
        let token = match self.tokens.judge(region, context, "CreateImagePipeline", mismatch)? {
            Judged::Repeated(id) => return Ok(new_pipeline(&id)),
            Judged::New(token) => token,
        };
        let params = context.params;
        check_sizes(params, &["BuildContent", "TestContent"], &["AddAccount", "ToRegionId"])?;
        for (name, range) in [("SystemDiskSize", DISK_GIB), ("InternetMaxBandwidthOut", BANDWIDTH)] {
            if params.number(name)?.is_some_and(|value| !range.contains(&value)) {
                let message = format!("The specified {name} is out of range.");
                return Err(Refusal::bad_request("InvalidParameter", message));
            }
        }
        rules::one_of(
            params,
            "RepairMode",
            &["Standard", "All", "Customized"],
            "InvalidParameter",
        )?;
        let base = self.base_of_pipeline(region, context)?;
        let accounts = accounts_of_pipeline(context)?;
        let regions = params.list("ToRegionId").into_iter().map(|id| {
            let known = id.parse().ok().filter(|region| self.has_region(region));
            known.ok_or_else(|| not_found("RegionId"))
        });
        let account = context.account().clone();
        let draw = context.ids.next("pipeline", &[account.as_str(), region.as_str()]);
        let pipeline = Pipeline {
            regions: regions.collect::<Result<_, _>>()?,
            tags: rules::tags(params)?,
            resource_group: rules::resource_group(context)?,
            id: format!("ip-{}", draw.text(20)),
            region: region.clone(),
            owner: account,
            created: context.now,
            params: params.clone(),
            base,
            accounts,
        };
        let id = pipeline.id.clone();
        self.pipelines.described.insert(id.clone(), pipeline);
        self.tokens.remember(token, &id, context.now);
        Ok(new_pipeline(&id))
    }

    /// The image that a pipeline starts from: one that the caller can launch from, the newest of a family, or a file.
    fn base_of_pipeline(&self, region: &RegionId, context: &Context<'_>) -> Result<Image, Refusal> {
        let params = context.params;
        let kinds = ["IMAGE", "IMAGE_FAMILY", "OSS"];
        params.required("BaseImageType")?;
        let kind = rules::one_of(params, "BaseImageType", &kinds, "InvalidParameter")?;
        let given = |image: &Image| access::is_given(image, context);
        let image = match (kind, params.get("BaseImage")) {
            // What stands in a file is taken to be like the first public image.
            (Some("OSS"), _) => self.images(region).find(|image| image.owner.is_none()),
            (Some("IMAGE_FAMILY"), Some(family)) => self.resolve_family(region, context.account(), family, given),
            (_, Some(id)) => {
                let image = id.parse().ok().and_then(|id| self.image(region, &id));
                image.filter(|image| image.status == ImageStatus::Available && access::is_seen(image, context))
            }
            (_, None) => return Err(Refusal::missing("BaseImage")),
        };
        image.cloned().ok_or_else(|| not_found("Image"))
    }

    pub(in crate::cloud::ecs) fn describe_image_pipelines(
        &mut self,
        region: &RegionId,
        context: &mut Context<'_>,
    ) -> Result<Done, Refusal> {
        let params = context.params;
        check_sizes(params, &[], &["ImagePipelineId"])?;
        let ids = params.list("ImagePipelineId");
        let wanted = tag_filter(params);
        let own = self.pipelines.described.values().filter(|pipeline| {
            pipeline.owner == *context.account()
                && pipeline.region == *region
                && (ids.is_empty() || ids.contains(&pipeline.id.as_str()))
                && params
                    .get("Name")
                    .is_none_or(|name| pipeline.params.get("Name") == Some(name))
                && params
                    .get("ResourceGroupId")
                    .is_none_or(|group| pipeline.resource_group == group)
                && has_tags(&pipeline.tags, &wanted)
        });
        let page = Cut::by_token(
            own.collect(),
            |pipeline| &pipeline.id,
            params,
            ROWS_PER_PAGE,
            ROWS_DEFAULT,
        )?;
        Ok(Done::new(page.body_by_token(
            "ImagePipeline",
            "ImagePipelineSet",
            render::pipeline,
        )))
    }

    pub(in crate::cloud::ecs) fn delete_image_pipeline(
        &mut self,
        region: &RegionId,
        context: &mut Context<'_>,
    ) -> Result<Done, Refusal> {
        let id = self.own_pipeline(region, context)?.id.clone();
        self.check_not_running(&id)?;
        self.pipelines.described.remove(&id);
        Ok(Done::empty().about([(TYPE, id)]))
    }

    pub(in crate::cloud::ecs) fn start_image_pipeline_execution(
        &mut self,
        region: &RegionId,
        context: &mut Context<'_>,
    ) -> Result<Done, Refusal> {
        let mismatch = "IdempotentParameterMismatch";
        let operation = "StartImagePipelineExecution";
        let token = match self.tokens.judge(region, context, operation, mismatch)? {
            Judged::Repeated(id) => return Ok(Done::new(json!({ "ExecutionId": id }))),
            Judged::New(token) => token,
        };
        let pipeline = self.own_pipeline(region, context)?.clone();
        self.check_not_running(&pipeline.id)?;
        let about = pipeline.id.clone();
        let execution = Execution {
            id: format!("exec-{}", context.ids.next("execution", &[&pipeline.id]).text(20)),
            pipeline,
            created: context.now,
            modified: context.now,
            tags: rules::tags(context.params)?,
            phase: Phase::Preparing,
            due: time::after(context.now, STEP),
            image: None,
            copies: Vec::new(),
            error: "",
        };
        let id = execution.id.clone();
        self.pipelines.executions.insert(id.clone(), execution);
        self.tokens.remember(token, &id, context.now);
        Ok(Done::new(json!({ "ExecutionId": id })).about([(TYPE, about)]))
    }

    /// One or the other of pipeline and execution has to be named.
    pub(in crate::cloud::ecs) fn describe_image_pipeline_executions(
        &mut self,
        region: &RegionId,
        context: &mut Context<'_>,
    ) -> Result<Done, Refusal> {
        let params = context.params;
        let (pipeline, id) = (params.get("ImagePipelineId"), params.get("ExecutionId"));
        if pipeline.or(id).is_none() {
            return Err(Refusal::missing("ImagePipelineId"));
        }
        let wanted = tag_filter(params);
        let statuses: Option<Vec<&str>> = params.get("Status").map(|words| words.split(',').collect());
        let found = self.pipelines.executions.values().filter(|execution| {
            execution.pipeline.owner == *context.account()
                && execution.pipeline.region == *region
                && pipeline.is_none_or(|wanted| execution.pipeline.id == wanted)
                && id.is_none_or(|wanted| execution.id == wanted)
                && statuses
                    .as_ref()
                    .is_none_or(|words| words.contains(&execution.phase.as_str()))
                && has_tags(&execution.tags, &wanted)
        });
        let page = Cut::by_token(
            found.collect(),
            |execution| &execution.id,
            params,
            ROWS_PER_PAGE,
            ROWS_DEFAULT,
        )?;
        Ok(Done::new(page.body_by_token(
            "ImagePipelineExecution",
            "ImagePipelineExecutionSet",
            render::execution,
        )))
    }

    /// Ends an execution that has not built its image yet; that it is `OperationDenied` later is a guess.
    pub(in crate::cloud::ecs) fn cancel_image_pipeline_execution(
        &mut self,
        region: &RegionId,
        context: &mut Context<'_>,
    ) -> Result<Done, Refusal> {
        let id = context.params.required("ExecutionId")?;
        let found = self.pipelines.executions.get_mut(id);
        let own = |execution: &&mut Execution| {
            execution.pipeline.owner == *context.account() && execution.pipeline.region == *region
        };
        let execution = found.filter(own).ok_or_else(|| not_found("ExecutionId"))?;
        if !execution.phase.can_be_cancelled() {
            let message = "The execution cannot be cancelled any more.";
            return Err(Refusal::forbidden("OperationDenied", message));
        }
        execution.phase = Phase::Cancelling;
        execution.modified = context.now;
        execution.due = time::after(context.now, STEP);
        Ok(Done::empty().about([(TYPE, execution.pipeline.id.clone())]))
    }

    fn own_pipeline(&self, region: &RegionId, context: &Context<'_>) -> Result<&Pipeline, Refusal> {
        let id = context.params.required("ImagePipelineId")?;
        let found = self.pipelines.described.get(id);
        let own = found.filter(|pipeline| pipeline.owner == *context.account() && pipeline.region == *region);
        own.ok_or_else(|| not_found("ImagePipelineId"))
    }

    /// One execution of a pipeline at a time; the code is a guess.
    fn check_not_running(&self, pipeline: &str) -> Result<(), Refusal> {
        let mut executions = self.pipelines.executions.values();
        if executions.any(|execution| execution.pipeline.id == pipeline && !execution.phase.is_final()) {
            let message = "The image pipeline is being executed.";
            return Err(Refusal::conflict("OperationConflict", message));
        }
        Ok(())
    }
}

/// The accounts that every built image is shared with.
fn accounts_of_pipeline(context: &Context<'_>) -> Result<Vec<AccountId>, Refusal> {
    let accounts = context.params.list("AddAccount").into_iter().map(|id| {
        let known = id.parse().ok().filter(|account| context.accounts.exists(account));
        known.ok_or_else(|| not_found("Account"))
    });
    accounts.collect()
}

fn new_pipeline(id: &str) -> Done {
    Done::new(json!({ "ImagePipelineId": id })).about([(TYPE, id.to_owned())])
}
