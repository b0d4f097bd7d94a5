//! Names and tokens that are functions of what they stand for, so that a repeated call is the same call.

use std::fmt::Write as _;

use goldcast_domain::{ImageId, RegionId};
use sha2::{Digest as _, Sha256};

/// Characters of an image name at most (<https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-copyimage>).
const NAME_CHARS_MAX: usize = 128;
/// Hex digits of the hash in a copy's name: 40 bits, so that two releases of one name cannot meet in practice.
const HASH_DIGITS: usize = 10;
/// Hex digits of a client token; the limit is 64 ASCII characters.
const TOKEN_DIGITS: usize = 64;

/// The name of a release's copies: the release's own, made legal, and a hash of what must not collide.
///
/// It depends on release and source only, never on the policy's name, so that renaming a policy orphans nothing.
///
/// ```
/// let name = goldcast_planner::copy_name("corp-linux-2026.11", &"m-bp1gold0001".parse()?);
/// assert!(name.starts_with("corp-linux-2026.11-gc"));
/// # Ok::<(), goldcast_domain::IdError>(())
/// ```
pub fn copy_name(release: &str, source: &ImageId) -> String {
    let hash = digest(&["copy", release, source.as_str(), "unencrypted"], HASH_DIGITS);
    let room = NAME_CHARS_MAX - HASH_DIGITS - "-gc".len();
    let mut name: String = release
        .chars()
        .map(|c| if is_legal(c) { c } else { '-' })
        .take(room)
        .collect();
    let starts_well = name.starts_with(|c: char| c.is_ascii_alphabetic() || is_chinese(c));
    if !starts_well || name.starts_with("aliyun") || name.starts_with("acs:") {
        name = format!("golden-{name}").chars().take(room).collect();
    }
    format!("{name}-gc{hash}")
}

/// The client token of a copy: a hash of every parameter that matters and of the attempt, so that the same wish gets the
/// same copy, and a new attempt does not get the dead one.
pub fn client_token(source: &ImageId, from: &RegionId, to: &RegionId, name: &str, attempt: u32) -> String {
    digest(
        &[
            "token",
            source.as_str(),
            from.as_str(),
            to.as_str(),
            name,
            &attempt.to_string(),
        ],
        TOKEN_DIGITS,
    )
}

fn digest(parts: &[&str], digits: usize) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        // The length in front keeps ("ab", "c") apart from ("a", "bc").
        hasher.update(part.len().to_le_bytes());
        hasher.update(part);
    }
    let mut hex = String::with_capacity(TOKEN_DIGITS);
    for byte in hasher.finalize() {
        let _ = write!(hex, "{byte:02x}");
    }
    hex.truncate(digits);
    hex
}

fn is_legal(c: char) -> bool {
    c.is_ascii_alphanumeric() || is_chinese(c) || ".:_-".contains(c)
}

fn is_chinese(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> ImageId {
        text.parse().unwrap()
    }

    #[test]
    fn a_copys_name_is_legal_whatever_the_release_is_called() {
        for release in [
            "corp-linux",
            "",
            "1",
            "aliyun-x",
            "acs:x",
            "http://x",
            "黄金 镜像",
            &"x".repeat(300),
            "a\u{202e}b",
        ] {
            let name = copy_name(release, &id("m-1a"));
            assert!((2..=128).contains(&name.chars().count()), "{name}");
            assert!(name.chars().all(is_legal), "{name}");
            assert!(
                name.starts_with(|c: char| c.is_ascii_alphabetic() || is_chinese(c)),
                "{name}"
            );
            assert!(
                !name.starts_with("aliyun") && !name.starts_with("acs:") && !name.contains("http://"),
                "{name}"
            );
        }
    }

    #[test]
    fn two_long_names_are_never_cut_into_one() {
        let (a, b) = (format!("{}a", "x".repeat(200)), format!("{}b", "x".repeat(200)));
        assert_ne!(copy_name(&a, &id("m-1a")), copy_name(&b, &id("m-1a")));
        assert_ne!(copy_name("x", &id("m-1a")), copy_name("x", &id("m-1b")));
    }

    #[test]
    fn a_new_attempt_has_a_new_token() {
        let token = |attempt| {
            client_token(
                &id("m-1a"),
                &"cn-hangzhou".parse().unwrap(),
                &"cn-shanghai".parse().unwrap(),
                "n",
                attempt,
            )
        };
        assert_eq!(token(1), token(1));
        assert_ne!(token(1), token(2));
        assert_eq!(token(1).len(), 64);
    }
}
