//! What policies say about one action on one resource: an explicit denial wins, then a permission counts, and what
//! nobody allows is denied (<https://www.alibabacloud.com/help/en/ram/policy-evaluation-process>).

use std::collections::BTreeMap;

use super::document::{Actions, Effect, PolicyDocument, Statement};
use super::wildcard::{Capitals, fits};
use crate::cloud::switches::Switches;

/// One action on one resource, to be decided on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyQuestion {
    /// `<service>:<operation>`.
    pub action: String,
    /// `acs:<service>:<region>:<account>:<id>`, or `*` for an operation that is not about one resource.
    pub resource: String,
    /// What conditions can ask about, by key; a key may have several values.
    pub keys: BTreeMap<String, Vec<String>>,
}

impl PolicyQuestion {
    /// A question about a call of which no condition key is known.
    pub fn new(action: impl Into<String>, resource: impl Into<String>) -> Self {
        Self {
            action: action.into(),
            resource: resource.into(),
            keys: BTreeMap::new(),
        }
    }
}

/// What policies say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// A statement allows it, and none denies it.
    Allowed,
    /// No statement applies.
    ImplicitDeny,
    /// A statement denies it.
    ExplicitDeny,
}

/// How what is not documented about policies is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reading {
    capitals: Capitals,
    pub(super) absent_key_differs: bool,
    pub(super) every_value_counts: bool,
}

impl Reading {
    pub(crate) fn of(switches: &Switches) -> Self {
        Self {
            capitals: if switches.actions_ignore_case {
                Capitals::Ignored
            } else {
                Capitals::Matter
            },
            absent_key_differs: switches.absent_condition_key_differs,
            every_value_counts: switches.every_condition_value_counts,
        }
    }
}

impl PolicyDocument {
    /// What this document alone says, as the simulated cloud reads it by default.
    pub fn decide(&self, question: &PolicyQuestion) -> Decision {
        decide([self], question, Reading::of(&Switches::default()))
    }
}

/// What these documents together say.
pub(crate) fn decide<'a>(
    documents: impl IntoIterator<Item = &'a PolicyDocument>,
    question: &PolicyQuestion,
    reading: Reading,
) -> Decision {
    let mut decision = Decision::ImplicitDeny;
    let statements = documents.into_iter().flat_map(PolicyDocument::statements);
    for statement in statements.filter(|statement| applies(statement, question, reading)) {
        match statement.effect {
            Effect::Allow => decision = Decision::Allowed,
            Effect::Deny => return Decision::ExplicitDeny,
        }
    }
    decision
}

fn applies(statement: &Statement, question: &PolicyQuestion, reading: Reading) -> bool {
    let named = |actions: &[String]| {
        actions
            .iter()
            .any(|pattern| fits(pattern, &question.action, reading.capitals))
    };
    let about_action = match &statement.actions {
        Actions::Named(actions) => named(actions),
        Actions::AllBut(actions) => !named(actions),
    };
    let mut resources = statement.resources.iter();
    about_action
        && resources.any(|pattern| fits(pattern, &question.resource, Capitals::Matter))
        && statement
            .conditions
            .iter()
            .all(|condition| condition.holds(statement.effect, &question.keys, reading))
}
