//! Compares what the policies of a role give with what the template gives it: action by action, resource by resource. Not here:
//! reading either of them.

use std::collections::{BTreeMap, BTreeSet};

use goldcast_cloud::ram::AttachedPolicy;

use super::Look;
use super::expected::ExpectedRole;
use super::finding::{Defect, Findings};
use super::grants::{Right, Statement, written};
use super::id::Id;
use crate::ink::count;

/// What breaks without an action, by the first words of its name. The first that fits counts.
const BREAKS: [(&str, &str); 21] = [
    ("ecs:CopyImage", "no release gets into other regions"),
    (
        "ecs:CancelCopyImage",
        "a copy that nobody needs any more runs on and holds one of five slots",
    ),
    (
        "ecs:ModifyImageSharePermission",
        "nobody is given an image by id, and nobody loses one",
    ),
    (
        "ecs:ModifyImageAttribute",
        "the family does not move to the new release, and no old one is deprecated",
    ),
    ("ecs:Delete", "old releases are kept and paid for"),
    (
        "ecs:TagResources",
        "images and snapshots are not marked, so they are not known again",
    ),
    ("ecs:UntagResources", "marks that are no longer true stay on images"),
    ("ecs:DescribeRegions", "regions outside the policy are not looked at"),
    (
        "ecs:DescribeImageFromFamily",
        "nobody sees whether the family resolves to the release",
    ),
    ("ecs:Describe", "it does not see what is there, so it does nothing"),
    (
        "resourcesharing:List",
        "it does not see the shelves, so it does nothing with them",
    ),
    (
        "resourcesharing:",
        "nobody is reached through a shelf, and nobody leaves one",
    ),
    ("kms:DescribeKey", "no encrypted copy is made"),
    (
        "kms:GetSecretValue",
        "channels whose address is a secret parameter are told nothing",
    ),
    (
        "oos:GetSecretParameter",
        "channels whose address is a secret parameter are told nothing",
    ),
    ("ram:", "encrypted images are shared with nobody new"),
    ("log:", "nobody can see why something failed"),
    ("mns:", "an event that is given up leaves no trace but the log"),
    (
        "fc:InvokeFunction",
        "the sweep is not woken: what only it may do waits for its timer",
    ),
    (
        "sts:AssumeRole",
        "who is in a folder is not known, so nobody is given anything and nobody loses anything",
    ),
    (
        "oss:",
        "what people were told, or a policy in object storage, is not read or not kept",
    ),
];
/// What breaks without an action that is new since.
const BREAKS_SOMETHING: &str = "the function fails as soon as it has to";

/// A policy that a role has.
#[derive(Debug)]
pub(super) struct Held<'a> {
    pub(super) policy: &'a AttachedPolicy,
    pub(super) statements: Vec<Statement>,
}

impl Held<'_> {
    fn name(&self) -> &str {
        &self.policy.policy_name
    }

    fn is_system(&self) -> bool {
        self.policy.policy_type == "System"
    }
}

/// Notes what is missing, denied and too much.
pub(super) fn compare(
    look: &Look<'_>,
    role: &str,
    expected: &ExpectedRole,
    held: &[Held<'_>],
    findings: &mut Findings,
) {
    let before = findings.all.len();
    lacking(look, role, expected, held, findings);
    for policy in held {
        denied(role, expected, policy, findings);
        wider(look, role, expected, (policy, held), findings);
    }
    if findings.all.len() == before {
        let actions: BTreeSet<&str> = expected.rights.iter().map(|right| right.action.as_str()).collect();
        findings.ok(
            "role-rights",
            role,
            format!(
                "it may do the {} of the template, where it should, and nothing else",
                count(actions.len(), "action")
            ),
        );
    }
}

/// What breaks without a right.
fn breaks(right: &Right) -> &'static str {
    let fitting = BREAKS.iter().find(|(start, _)| right.action.starts_with(start));
    fitting.map_or(BREAKS_SOMETHING, |(_, breaks)| breaks)
}

/// What the template gives and no statement covers: not at all, or in part.
fn lacking(look: &Look<'_>, role: &str, expected: &ExpectedRole, held: &[Held<'_>], findings: &mut Findings) {
    let statements = || held.iter().flat_map(|policy| &policy.statements);
    let missing = expected.rights.iter();
    let missing = missing.filter(|right| !statements().any(|statement| statement.allows(right)));
    let in_part = |right: &Right| {
        let mut given = statements().flat_map(Statement::allowed);
        given.any(|given| given.meets(right))
    };
    let (narrower, lacks): (Vec<&Right>, Vec<&Right>) = missing.partition(|right| in_part(right));
    for (id, rights, may) in [
        (Id::RoleLacks, lacks, "it may not"),
        (
            Id::RoleNarrower,
            narrower,
            "it may only on some resources, or under a condition,",
        ),
    ] {
        if rights.is_empty() {
            continue;
        }
        let mut consequences: BTreeMap<&str, Vec<&Right>> = BTreeMap::new();
        for right in &rights {
            consequences.entry(breaks(right)).or_default().push(right);
        }
        let seen = consequences.into_iter();
        let seen: Vec<String> = seen
            .map(|(breaks, rights)| format!("{} ({breaks})", said(rights)))
            .collect();
        findings.error(Defect {
            id,
            about: role.to_owned(),
            seen: format!("{may} {}", seen.join("; ")),
            why: "the function fails as soon as it has to",
            to_do: format!(
                "{}, or add to a policy of {role}: {}",
                look.deploy_again(),
                written(rights)
            ),
        });
    }
}

/// Rights in words, resource by resource.
fn said<'a>(rights: impl IntoIterator<Item = &'a Right>) -> String {
    let mut by_resource: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for right in rights {
        by_resource.entry(&right.resource).or_default().push(&right.action);
    }
    let words = by_resource.into_iter();
    let words = words.map(|(resource, actions)| format!("{} on {resource}", actions.join(", ")));
    words.collect::<Vec<_>>().join(", ")
}

/// A denial wins over every permission.
fn denied(role: &str, expected: &ExpectedRole, policy: &Held<'_>, findings: &mut Findings) {
    for statement in &policy.statements {
        let touched = expected.rights.iter().filter(|right| statement.denies(right));
        let touched: Vec<&Right> = touched.collect();
        let Some(first) = touched.first() else { continue };
        let why = breaks(first);
        let condition = if statement.conditional {
            " under a condition"
        } else {
            ""
        };
        let defect = Defect {
            id: Id::RoleDenied,
            about: role.to_owned(),
            seen: format!("the policy {} denies{condition}: {}", policy.name(), said(touched)),
            why,
            to_do: format!("drop from {}: {}", policy.name(), statement.written),
        };
        findings.bad(!statement.conditional, defect);
    }
}

/// What a policy gives that the template gives in no set-up, and what should stand in its place.
fn wider(
    look: &Look<'_>,
    role: &str,
    expected: &ExpectedRole,
    (policy, held): (&Held<'_>, &[Held<'_>]),
    findings: &mut Findings,
) {
    let given = || policy.statements.iter().flat_map(Statement::allowed);
    let is_meant = |given: &&Right| expected.possible.iter().any(|right| right.covers(given));
    let extra: BTreeSet<&Right> = given().filter(|right| !is_meant(right)).collect();
    if extra.is_empty() {
        return;
    }
    // A policy of the vendor's goes as a whole.
    let leaving: BTreeSet<&Right> = if policy.is_system() {
        given().collect()
    } else {
        extra.clone()
    };
    let rest = || {
        let statements = held.iter().flat_map(|policy| &policy.statements);
        statements
            .flat_map(Statement::allowed)
            .filter(|right| !leaving.contains(right))
    };
    // What would be lost with it and should not be.
    let needed = expected
        .rights
        .iter()
        .filter(|right| leaving.iter().any(|given| given.covers(right)) && !rest().any(|other| other.covers(right)));
    let needed: Vec<&Right> = needed.collect();
    let name = policy.name();
    let mut to_do = if policy.is_system() {
        format!("aliyun ram DetachPolicyFromRole --PolicyType System --PolicyName {name} --RoleName {role}")
    } else {
        format!("drop from {name}: {}", written(extra.iter().copied()))
    };
    if !needed.is_empty() {
        to_do = format!(
            "first {}, or add: {}; then {to_do}",
            look.deploy_again(),
            written(needed)
        );
    }
    let everything = extra.iter().any(|right| right.is_everything());
    findings.warning(Defect {
        id: if everything { Id::RoleTooPowerful } else { Id::RoleWider },
        about: role.to_owned(),
        seen: if everything {
            format!("the policy {name} lets it do everything")
        } else {
            format!("the policy {name} gives more than the template: {}", said(extra))
        },
        why: if everything {
            "whoever gets hold of the function's keys gets hold of the account"
        } else {
            "whoever gets hold of the function's keys may do more than the function has to"
        },
        to_do,
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verbs::doctor::expected::Expected;

    #[test]
    fn of_every_action_of_the_template_it_is_known_what_breaks_without_it() {
        let policy = goldcast_domain::policy::authoring::read(include_str!("../../../../goldcast.toml")).unwrap();
        let expected = Expected::of(&policy, "goldcast").unwrap();
        let mut used = BTreeSet::new();
        for role in expected.roles().values() {
            for right in &role.possible {
                assert_ne!(breaks(right), BREAKS_SOMETHING, "{right:?}");
                used.insert(breaks(right));
            }
        }
        let known: BTreeSet<&str> = BREAKS.iter().map(|(_, breaks)| *breaks).collect();
        assert_eq!(used, known);
    }
}
