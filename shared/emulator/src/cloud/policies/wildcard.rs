//! Patterns of policies: `*` stands for any characters, none included, and `?` for one
//! (<https://www.alibabacloud.com/help/en/ram/conditional-operator>).

use std::str::Chars;

/// Whether capitals matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Capitals {
    Matter,
    Ignored,
}

/// Whether the whole text fits the pattern.
pub(super) fn fits(pattern: &str, text: &str, capitals: Capitals) -> bool {
    wildcards_fit(pattern, text, |wanted, found| {
        wanted == '?'
            || match capitals {
                Capitals::Matter => wanted == found,
                Capitals::Ignored => wanted.eq_ignore_ascii_case(&found),
            }
    })
}

/// Whether the whole text fits a pattern with stars; `takes` says whether another character of it stands for one of the text.
pub fn wildcards_fit(pattern: &str, text: &str, takes: impl Fn(char, char) -> bool) -> bool {
    let (mut pattern, mut text) = (pattern.chars(), text.chars());
    // Where to go on if what follows the last star does not fit: the star takes one more character.
    let mut retry: Option<(Chars<'_>, Chars<'_>)> = None;
    loop {
        let (mut pattern_after, mut text_after) = (pattern.clone(), text.clone());
        match (pattern_after.next(), text_after.next()) {
            (Some('*'), _) => {
                retry = Some((pattern_after.clone(), text.clone()));
                pattern = pattern_after;
            }
            (Some(wanted), Some(found)) if takes(wanted, found) => {
                (pattern, text) = (pattern_after, text_after);
            }
            (None, None) => return true,
            (Some(_) | None, _) => {
                let Some((after_star, rest)) = &mut retry else {
                    return false;
                };
                if rest.next().is_none() {
                    return false;
                }
                (pattern, text) = (after_star.clone(), rest.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, text: &str, expected: bool) {
        assert_eq!(fits(pattern, text, Capitals::Matter), expected, "{pattern} {text}");
    }

    #[test]
    fn a_star_stands_for_any_characters_and_a_question_mark_for_one() {
        for (pattern, text) in [
            ("*", ""),
            ("*", "acs:ecs:cn-hangzhou:1:image/m-1"),
            ("ecs:Describe*", "ecs:DescribeImages"),
            ("acs:ecs:*:1:image/*", "acs:ecs:cn-hangzhou:1:image/m-1"),
            ("acs:ecs:*:1:image/*", "acs:ecs:*:1:image/*"),
            ("a*b*c", "a-bb-c"),
            ("**", "x"),
            ("m-?", "m-1"),
            ("m-?", "m-金"),
            ("", ""),
        ] {
            check(pattern, text, true);
        }
        for (pattern, text) in [
            ("", "x"),
            ("x", ""),
            ("m-?", "m-"),
            ("m-?", "m-12"),
            ("ecs:Describe*", "ecs:DeleteImage"),
            ("acs:ecs:*:1:image/*", "acs:ecs:cn-hangzhou:2:image/m-1"),
            ("acs:ecs:*:1:image/m-1", "acs:ecs:cn-hangzhou:1:image/*"),
            ("a*b*c", "a-b-d"),
            ("*c", "cb"),
        ] {
            check(pattern, text, false);
        }
    }

    #[test]
    fn capitals_matter_unless_they_are_ignored() {
        check("ecs:DESCRIBE*", "ecs:DescribeImages", false);
        assert!(fits("ecs:DESCRIBE*", "ecs:DescribeImages", Capitals::Ignored));
    }
}
