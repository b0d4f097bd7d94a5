//! Patterns of policies, in which `*` stands for any characters, none included, and `?` for one
//! (<https://www.alibabacloud.com/help/en/ram/conditional-operator>): how two of them lie to each other. Not here: event patterns
//! (`pattern`).

use goldcast_emulator::cloud::wildcards_fit;

/// Whether whatever fits `narrow` fits `wide`. A star of `narrow` is taken as a letter that only a star of `wide` stands for.
pub(super) fn covers(wide: &str, narrow: &str) -> bool {
    wildcards_fit(wide, narrow, |one, other| one == other || (one == '?' && other != '*'))
}

/// Whether anything fits both.
pub(super) fn meets(one: &str, other: &str) -> bool {
    // Whether what was read of `one` so far meets the first letters of `other`, for each number of them.
    let mut row: Vec<bool> = std::iter::once(true)
        .chain(other.chars().scan(true, |stars, letter| {
            *stars &= letter == '*';
            Some(*stars)
        }))
        .collect();
    for letter in one.chars() {
        let mut left = row.first().is_some_and(|start| *start && letter == '*');
        let mut next = vec![left];
        for (there, above) in other.chars().zip(row.windows(2)) {
            let &[before, above] = above else { continue };
            left = if letter == '*' || there == '*' {
                above || left
            } else {
                before && (letter == there || letter == '?' || there == '?')
            };
            next.push(left);
        }
        row = next;
    }
    row.last().is_some_and(|whole| *whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(one: &str, other: &str, covered: bool, met: bool) {
        assert_eq!(covers(one, other), covered, "{one} covers {other}");
        assert_eq!(meets(one, other), met, "{one} meets {other}");
        assert_eq!(meets(other, one), met, "{other} meets {one}");
    }

    #[test]
    fn a_pattern_covers_what_is_narrower_and_meets_what_overlaps() {
        for (one, other, covered, met) in [
            ("*", "acs:ecs:*:1:image/*", true, true),
            ("acs:ecs:*:1:image/*", "acs:ecs:*:1:image/*", true, true),
            ("acs:ecs:*:1:image/*", "acs:ecs:cn-hangzhou:1:image/*", true, true),
            ("acs:ecs:*:1:image/*", "acs:ecs:*:1:image/m-1", true, true),
            ("acs:ecs:*:*:*", "acs:ecs:*:1:image/*", true, true),
            ("acs:ecs:cn-hangzhou:1:image/*", "acs:ecs:*:1:image/*", false, true),
            ("acs:ecs:cn-hangzhou:1:*", "acs:ecs:*:1:image/m-1", false, true),
            ("acs:ecs:*:1:image/*", "*", false, true),
            ("acs:ecs::1:image/*", "acs:ecs::2:image/*", false, false),
            // A star goes across colons.
            ("acs:ecs:*:1:image/*", "acs:ecs:*:2:image/*", false, true),
            ("ecs:Describe*", "ecs:DescribeImages", true, true),
            ("ecs:*Images", "ecs:DescribeImages", true, true),
            ("ecs:Describe", "ecs:DescribeImages", false, false),
            ("image/m-?", "image/m-1", true, true),
            ("image/m-?", "image/m-*", false, true),
            ("image/m-?", "image/m-12", false, false),
            ("a*b", "*c", false, false),
            ("a*", "*b", false, true),
            ("", "", true, true),
            ("**", "", true, true),
            ("", "x", false, false),
        ] {
            check(one, other, covered, met);
        }
    }
}
