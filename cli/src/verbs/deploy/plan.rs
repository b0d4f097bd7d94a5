//! What there is, and what would become of it: looked at, never changed.

use goldcast_cloud::ObjectPlace;
use goldcast_cloud::ros::{ListStacks, Preview, PreviewStack, StackDescription, TemplateCosts, TemplateSource};

use super::bootstrap::Step;
use super::cost::Cost;
use super::stack;
use super::target::Target;
use crate::verbs::connection::Connection;
use crate::verbs::trouble::Trouble;

/// What would be done.
#[derive(Debug)]
pub(super) struct Plan {
    /// Whether the cloud was asked.
    pub(super) asked: bool,
    pub(super) bootstrap: Vec<Step>,
    /// Whether the packages are where they belong.
    pub(super) code_is_there: bool,
    /// The stack as it is.
    pub(super) existing: Option<StackDescription>,
    pub(super) changes: Vec<Change>,
    /// What runs by itself costs, by our own arithmetic.
    pub(super) costs: Vec<Cost>,
    /// What the service itself says that resources cost.
    pub(super) quoted: TemplateCosts,
}

/// What would become of a resource.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) id: String,
    pub(super) kind: String,
    pub(super) fate: Fate,
}

/// What becomes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Added,
    Changed,
    /// Removed and made anew.
    Replaced,
    Removed,
    Kept,
}

impl Fate {
    /// One word for machines.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Added => "add",
            Self::Changed => "modify",
            Self::Replaced => "replace",
            Self::Removed => "remove",
            Self::Kept => "none",
        }
    }
}

impl Plan {
    /// Looks at everything; without a connection only at the template.
    pub(super) async fn look(target: &Target, connection: Option<&Connection>) -> Result<Self, Trouble> {
        let mut plan = Self {
            asked: connection.is_some(),
            bootstrap: Step::all(target),
            code_is_there: target.packages.is_empty(),
            existing: None,
            changes: Vec::new(),
            costs: super::cost::of_timers(&target.stack),
            quoted: TemplateCosts::default(),
        };
        let Some(connection) = connection else {
            plan.changes = of_template(target);
            return Ok(plan);
        };
        let (client, deadline) = (connection.client(), connection.deadline());
        for step in &mut plan.bootstrap {
            step.look(client, target, deadline).await;
        }
        if let Some(bucket) = target.bucket() {
            // The manifest is written last, so that it is there only if everything is.
            let key = format!("{}/{}", target.prefix(), goldcast_packaging::MANIFEST);
            let place = ObjectPlace::new(target.region().as_str(), bucket, key);
            let manifest = client.get_object(&place, deadline).await;
            plan.code_is_there |= matches!(manifest, Ok(Some(_)));
        }
        let list = ListStacks {
            region_id: target.region().to_string(),
            stack_name: target.place.stack.clone(),
        };
        let stacks = client.send(&list, deadline).await?.stacks;
        plan.existing = stacks.into_iter().find(|stack| stack.status != "DELETE_COMPLETE");
        plan.preview(target, connection).await?;
        let estimate = goldcast_cloud::ros::GetTemplateEstimateCost {
            region_id: target.region().to_string(),
            template: TemplateSource::Body(target.text.clone()),
            parameters: stack::parameters(target),
        };
        // Prices are for people; without them everything else still holds.
        plan.quoted = client.send_form(&estimate, deadline).await.unwrap_or_default();
        Ok(plan)
    }

    async fn preview(&mut self, target: &Target, connection: &Connection) -> Result<(), Trouble> {
        let preview = PreviewStack {
            region_id: target.region().to_string(),
            stack: match &self.existing {
                Some(stack) => Preview::Change(stack.stack_id.clone()),
                None => Preview::New(target.place.stack.clone()),
            },
            template: TemplateSource::Body(target.text.clone()),
            parameters: stack::parameters(target),
        };
        let answer = connection.client().send_form(&preview, connection.deadline()).await?;
        let changes = answer.resources.into_iter().map(|resource| Change {
            fate: match (resource.action.as_str(), resource.replacement.as_str()) {
                ("Add" | "", _) => Fate::Added,
                ("Remove", _) => Fate::Removed,
                ("None", _) => Fate::Kept,
                (_, "True" | "Conditional") => Fate::Replaced,
                _ => Fate::Changed,
            },
            id: resource.logical_resource_id,
            kind: resource.resource_type,
        });
        self.changes = changes.collect();
        Ok(())
    }

    /// Whether the stack would become another one.
    pub(super) fn changes_anything(&self) -> bool {
        self.changes.iter().any(|change| change.fate != Fate::Kept)
    }

    /// Whether there is nothing to do.
    pub(super) fn is_done(&self) -> bool {
        self.code_is_there && !self.changes_anything() && self.bootstrap.iter().all(Step::is_there)
    }

    /// How many resources meet this fate.
    pub(super) fn count(&self, fate: Fate) -> usize {
        self.changes.iter().filter(|change| change.fate == fate).count()
    }
}

/// Everything new, as far as anybody knows.
fn of_template(target: &Target) -> Vec<Change> {
    let resources = target.stack.resources.iter();
    resources
        .map(|resource| Change {
            id: resource.id.clone(),
            kind: resource.kind.clone(),
            fate: Fate::Added,
        })
        .collect()
}
