//! What policy documents give and deny: actions on resources. Not here: what a role should have (`rights`).

use serde_json::{Value, json};

use super::json::{one_or_many, text};
use super::wildcard::{covers, meets};

/// Parts of a resource's name: `acs:<service>:<region>:<account>:<relative id>`.
const PARTS: usize = 5;

/// An action on a resource; either may be a pattern.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Right {
    pub(super) resource: String,
    pub(super) action: String,
}

impl Right {
    /// Whether it gives all that another one gives. Capitals of actions do not count.
    pub(super) fn covers(&self, other: &Self) -> bool {
        covers(&lower(&self.action), &lower(&other.action)) && covers(&self.resource, &other.resource)
    }

    /// Whether anything is given by both.
    pub(super) fn meets(&self, other: &Self) -> bool {
        let is_whole = |right: &Self| right.resource.splitn(PARTS, ':').count() == PARTS;
        // No part of a real name but the last has colons, so that parts are compared one by one if there are five.
        let same_place = if is_whole(self) && is_whole(other) {
            let mut pairs = self.resource.splitn(PARTS, ':').zip(other.resource.splitn(PARTS, ':'));
            pairs.all(|(one, other)| meets(one, other))
        } else {
            meets(&self.resource, &other.resource)
        };
        same_place && meets(&lower(&self.action), &lower(&other.action))
    }

    /// Whether it gives everything there is.
    pub(super) fn is_everything(&self) -> bool {
        ["*", "*:*"].contains(&self.action.as_str()) && self.resource == "*"
    }
}

fn lower(action: &str) -> String {
    action.to_ascii_lowercase()
}

/// A statement of a policy.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Statement {
    allows: bool,
    rights: Vec<Right>,
    /// Actions that it is not about, if that is how it says which it is about.
    all_but: Option<Vec<String>>,
    pub(super) conditional: bool,
    /// As it was written.
    pub(super) written: Value,
}

impl Statement {
    /// What it allows, whatever its condition; with `NotAction` that is taken as everything.
    pub(super) fn allowed(&self) -> &[Right] {
        if self.allows { &self.rights } else { &[] }
    }

    /// Whether it allows all of this, always.
    pub(super) fn allows(&self, wanted: &Right) -> bool {
        self.allows
            && !self.conditional
            && !self.excepts(|action| meets(action, &lower(&wanted.action)))
            && self.rights.iter().any(|right| right.covers(wanted))
    }

    /// Whether it denies any of this.
    pub(super) fn denies(&self, wanted: &Right) -> bool {
        !self.allows
            && !self.excepts(|action| covers(action, &lower(&wanted.action)))
            && self.rights.iter().any(|right| right.meets(wanted))
    }

    fn excepts(&self, is_it: impl Fn(&str) -> bool) -> bool {
        self.all_but.iter().flatten().any(|action| is_it(&lower(action)))
    }
}

/// The statements of a policy document.
pub(super) fn statements(document: &Value) -> Vec<Statement> {
    let words = |statement: &Value, name: &str| -> Vec<String> {
        let values = one_or_many(statement.get(name)).into_iter();
        values.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let read = |statement: &Value| {
        let all_but = statement.get("NotAction").map(|_| words(statement, "NotAction"));
        let actions = if all_but.is_some() {
            vec!["*".to_owned()]
        } else {
            words(statement, "Action")
        };
        let resources = words(statement, "Resource");
        let rights = actions.into_iter().flat_map(|action| {
            resources.iter().map(move |resource| Right {
                resource: resource.clone(),
                action: action.clone(),
            })
        });
        Statement {
            allows: text(statement, "Effect") == "Allow",
            rights: rights.collect(),
            all_but,
            conditional: statement
                .get("Condition")
                .and_then(Value::as_object)
                .is_some_and(|members| !members.is_empty()),
            written: statement.clone(),
        }
    };
    one_or_many(document.get("Statement")).into_iter().map(read).collect()
}

/// Statements that give exactly these, as a policy document has them: one for each resource.
pub(super) fn written<'a>(rights: impl IntoIterator<Item = &'a Right>) -> String {
    let mut rights: Vec<&Right> = rights.into_iter().collect();
    rights.sort();
    let same = rights.chunk_by(|one, other| one.resource == other.resource);
    let statements = same.map(|group| {
        let actions: Vec<&str> = group.iter().map(|right| right.action.as_str()).collect();
        let resource = group.first().map(|right| right.resource.as_str());
        json!({ "Effect": "Allow", "Action": actions, "Resource": resource }).to_string()
    });
    statements.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn right(action: &str, resource: &str) -> Right {
        Right {
            resource: resource.to_owned(),
            action: action.to_owned(),
        }
    }

    #[track_caller]
    fn one(statement: &Value) -> Statement {
        let mut all = statements(&json!({ "Version": "1", "Statement": statement }));
        assert_eq!(all.len(), 1);
        all.remove(0)
    }

    #[test]
    fn a_statement_allows_what_it_covers_unless_it_has_a_condition() {
        let images = right("ecs:DescribeImages", "acs:ecs:*:1:image/*");
        for (statement, allowed) in [
            (
                json!({ "Effect": "Allow", "Action": "ecs:Describe*", "Resource": "*" }),
                true,
            ),
            (
                json!({ "Effect": "Allow", "Action": ["ecs:describeimages"], "Resource": ["acs:ecs:*:1:*"] }),
                true,
            ),
            (
                json!({ "Effect": "Allow", "NotAction": "ram:*", "Resource": "*" }),
                true,
            ),
            (
                json!({ "Effect": "Allow", "NotAction": "ecs:*", "Resource": "*" }),
                false,
            ),
            (
                json!({ "Effect": "Allow", "Action": "ecs:*", "Resource": "acs:ecs:cn-hangzhou:1:*" }),
                false,
            ),
            (
                json!({ "Effect": "Allow", "Action": "*", "Resource": "*", "Condition": { "Bool": {} } }),
                false,
            ),
            (json!({ "Effect": "Deny", "Action": "*", "Resource": "*" }), false),
        ] {
            assert_eq!(one(&statement).allows(&images), allowed, "{statement}");
        }
    }

    #[test]
    fn a_statement_denies_what_it_touches() {
        let images = right("ecs:DescribeImages", "acs:ecs:*:1:image/*");
        for (statement, denied) in [
            (
                json!({ "Effect": "Deny", "Action": "ecs:*", "Resource": "acs:ecs:cn-hangzhou:1:*" }),
                true,
            ),
            (json!({ "Effect": "Deny", "NotAction": "ram:*", "Resource": "*" }), true),
            (
                json!({ "Effect": "Deny", "NotAction": "ecs:Describe*", "Resource": "*" }),
                false,
            ),
            (
                json!({ "Effect": "Deny", "Action": "ecs:DeleteImage", "Resource": "*" }),
                false,
            ),
            (json!({ "Effect": "Allow", "Action": "*", "Resource": "*" }), false),
        ] {
            assert_eq!(one(&statement).denies(&images), denied, "{statement}");
        }
    }

    #[test]
    fn rights_are_written_resource_by_resource() {
        let rights = [right("b:C", "*"), right("a:B", "r"), right("a:A", "*")];
        assert_eq!(
            written(&rights),
            r#"{"Action":["a:A","b:C"],"Effect":"Allow","Resource":"*"}, {"Action":["a:B"],"Effect":"Allow","Resource":"r"}"#
        );
    }
}
