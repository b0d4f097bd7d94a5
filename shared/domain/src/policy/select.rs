//! Whether an image's name and tags are those that a policy selects.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::Select;

/// A name in which `*` stands for any characters, none included.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "authoring", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct NamePattern(String);

impl NamePattern {
    /// The pattern as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this name fits.
    pub fn matches(&self, name: &str) -> bool {
        let mut parts = self.0.split('*');
        let first = parts.next().unwrap_or_default();
        let Some(mut rest) = name.strip_prefix(first) else {
            return false;
        };
        let Some(last) = parts.next_back() else {
            return rest.is_empty();
        };
        for part in parts {
            let Some(found) = rest.find(part) else { return false };
            rest = &rest[found + part.len()..];
        }
        rest.ends_with(last)
    }
}

impl fmt::Debug for NamePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl Select {
    /// Whether an image with this name and these tags is selected: all conditions hold, and there is at least one.
    pub fn matches(&self, name: &str, tags: &BTreeMap<String, String>) -> bool {
        !self.is_empty()
            && self.name.as_ref().is_none_or(|pattern| pattern.matches(name))
            && self.tags.iter().all(|(key, value)| tags.get(key) == Some(value))
    }

    /// Whether it says nothing, and so would select everything.
    pub fn is_empty(&self) -> bool {
        self.tags.is_empty() && self.name.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, name: &str, expected: bool) {
        assert_eq!(
            NamePattern(pattern.into()).matches(name),
            expected,
            "{pattern:?} against {name:?}"
        );
    }

    #[test]
    fn a_star_stands_for_any_characters() {
        check("corp-linux-*", "corp-linux-2026.11", true);
        check("corp-linux-*", "corp-linux-", true);
        check("corp-linux-*", "corp-linux", false);
        check("*-golden", "base-golden", true);
        check("*-golden", "base-golden-2", false);
        check("a*b*c", "a-b-b-c", true);
        check("a*b*c", "a-c-b", false);
        check("*", "", true);
        check("**", "x", true);
        check("黄金*", "黄金镜像", true);
        check("ab*ba", "aba", false);
    }

    #[test]
    fn a_pattern_without_a_star_is_the_name_itself() {
        check("golden", "golden", true);
        check("golden", "golden-2", false);
        check("golden", "", false);
    }

    #[test]
    fn a_selector_that_says_nothing_selects_nothing() {
        assert!(!Select::default().matches("anything", &BTreeMap::new()));
    }

    #[test]
    fn all_conditions_must_hold() {
        let select = Select {
            tags: [("golden".into(), "corp-linux".into())].into(),
            name: Some(NamePattern("corp-*".into())),
            copied: false,
        };
        let tags = |value: &str| BTreeMap::from([("golden".to_owned(), value.to_owned())]);
        assert!(select.matches("corp-linux", &tags("corp-linux")));
        assert!(!select.matches("corp-linux", &tags("other")));
        assert!(!select.matches("my-linux", &tags("corp-linux")));
        assert!(!select.matches("corp-linux", &BTreeMap::new()));
    }
}
