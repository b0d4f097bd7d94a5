//! What makes an image golden under a policy: a name and tags that its selector and its gates ask for, so that any
//! policy can be played. Not here: who then gets it.

use std::collections::BTreeMap;

use goldcast_domain::Policy;
use goldcast_domain::policy::NamePattern;

/// The version that the first release has in its name.
const VERSION: &str = "2026.03";
/// The version of the one after it.
const VERSION_AFTER: &str = "2026.04";
/// What a gate's tag says; gates ask for the key only.
const GATE_PASSED: &str = "yes";

/// A name and tags that make an image golden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Golden {
    pub(crate) name: String,
    pub(crate) tags: BTreeMap<String, String>,
}

impl Golden {
    /// What this policy asks for.
    pub(crate) fn by(policy: &Policy) -> Self {
        Self::named(policy, VERSION)
    }

    /// The release after the first; `None` where the policy knows one name only, which an account gives to one image of a
    /// region.
    pub(crate) fn after(policy: &Policy) -> Option<Self> {
        let after = Self::named(policy, VERSION_AFTER);
        (after.name != Self::by(policy).name).then_some(after)
    }

    fn named(policy: &Policy, version: &str) -> Self {
        let gates = policy
            .require_tags
            .iter()
            .map(|key| (key.clone(), GATE_PASSED.to_owned()));
        let mut tags: BTreeMap<String, String> = gates.collect();
        tags.extend(policy.select.tags.clone());
        let pattern = policy.select.name.as_ref().map(NamePattern::as_str);
        Self {
            name: name(pattern.unwrap_or(&format!("{}-*", policy.family)), version),
            tags,
        }
    }
}

/// A name that fits the pattern. An image's name starts with a letter, so a leading star becomes a word.
fn name(pattern: &str, version: &str) -> String {
    let version = if pattern.starts_with('*') {
        format!("golden-{version}")
    } else {
        version.to_owned()
    };
    pattern.replacen('*', &version, 1).replace('*', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_fits_the_pattern_it_is_made_from() {
        for (pattern, fits) in [
            ("corp-linux-*", "corp-linux-2026.03"),
            ("corp-linux", "corp-linux"),
            ("*-golden", "golden-2026.03-golden"),
            ("*", "golden-2026.03"),
            ("a*b*c", "a2026.03bc"),
        ] {
            assert_eq!(name(pattern, VERSION), fits, "{pattern}");
        }
    }

    #[test]
    fn the_example_is_golden_by_its_name_tag_and_gate() {
        let file = goldcast_domain::policy::authoring::read(include_str!("../../../goldcast.toml")).unwrap();
        let policy = &file.policies["base-linux"];
        let golden = Golden::by(policy);
        assert!(policy.select.matches(&golden.name, &golden.tags), "{golden:?}");
        assert!(policy.require_tags.iter().all(|gate| golden.tags.contains_key(gate)));
    }

    #[test]
    fn the_release_after_the_first_needs_a_name_of_its_own() {
        let example = include_str!("../../../goldcast.toml");
        let after = |text: &str| {
            let file = goldcast_domain::policy::authoring::read(text).unwrap();
            Golden::after(&file.policies["base-linux"]).map(|golden| golden.name)
        };
        assert_eq!(after(example).as_deref(), Some("corp-linux-2026.04"));
        let one_name = example.replace("tags = { golden = \"corp-linux\" }", "name = \"corp-linux\"");
        assert_eq!(after(&one_name), None);
    }
}
