//! Names and tokens that are functions of what they stand for, so that a repeated call is the same call.

use std::fmt::Write as _;

use goldcast_domain::{AccountId, FolderId, ImageId, KeyId};
use sha2::{Digest as _, Sha256};

/// Characters of an image name at most (<https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-copyimage>).
const NAME_CHARS_MAX: usize = 128;
/// Hex digits of the hash in a copy's name: 40 bits, so that two releases of one name cannot meet in practice.
const HASH_DIGITS: usize = 10;
/// What stands between a release's name and that hash.
const MARK: &str = "-gc";
/// Hex digits of the hash in a shelf's name.
const SHELF_DIGITS: usize = 12;
/// Hex digits of a client token; the limit is 64 ASCII characters.
const TOKEN_DIGITS: usize = 64;

/// The name of a release's copies: the release's own, made legal, and a hash of what must not collide.
///
/// It depends on release, source and key only, never on the policy's name, so that renaming a policy orphans nothing.
///
/// ```
/// let name = goldcast_planner::copy_name("corp-linux-2026.11", &"m-bp1gold0001".parse()?, None);
/// assert!(name.starts_with("corp-linux-2026.11-gc"));
/// # Ok::<(), goldcast_domain::IdError>(())
/// ```
pub fn copy_name(release: &str, source: &ImageId, key: Option<&KeyId>) -> String {
    let encryption = key.map_or("unencrypted", KeyId::as_str);
    let hash = digest(&["copy", release, source.as_str(), encryption], HASH_DIGITS);
    let room = NAME_CHARS_MAX - HASH_DIGITS - MARK.len();
    let mut name: String = release
        .chars()
        .map(|c| if is_legal(c) { c } else { '-' })
        .take(room)
        .collect();
    let starts_well = name.starts_with(|c: char| c.is_ascii_alphabetic() || is_chinese(c));
    if !starts_well || name.starts_with("aliyun") || name.starts_with("acs:") {
        name = format!("golden-{name}").chars().take(room).collect();
    }
    format!("{name}{MARK}{hash}")
}

/// Whether a name ends as those of our copies do. It says where to look closer, and proves nothing.
pub(crate) fn looks_like_a_copy(name: &str) -> bool {
    name.rsplit_once(MARK)
        .is_some_and(|(_, hash)| hash.len() == HASH_DIGITS && hash.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// The name of the shelf of an audience: the same wherever the same audience is named, and whichever policy names it.
pub(crate) fn shelf_name<'a>(
    folders: impl Iterator<Item = &'a FolderId>,
    except: impl Iterator<Item = &'a AccountId>,
) -> String {
    let mut parts = vec!["shelf"];
    parts.extend(folders.map(FolderId::as_str));
    parts.push("except");
    parts.extend(except.map(AccountId::as_str));
    format!("goldcast-{}", digest(&parts, SHELF_DIGITS))
}

/// The client token of a copy: a hash of every parameter of the request and of the attempt, so that the same wish gets the
/// same copy, and a new attempt does not get the dead one.
pub fn client_token(parameters: &[&str], attempt: u32) -> String {
    let attempt = attempt.to_string();
    let mut parts = vec!["token", &attempt];
    parts.extend(parameters);
    digest(&parts, TOKEN_DIGITS)
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
            let name = copy_name(release, &id("m-1a"), None);
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
        assert_ne!(copy_name(&a, &id("m-1a"), None), copy_name(&b, &id("m-1a"), None));
        assert_ne!(copy_name("x", &id("m-1a"), None), copy_name("x", &id("m-1b"), None));
        let key = "key-0001".parse().unwrap();
        assert_ne!(
            copy_name("x", &id("m-1a"), None),
            copy_name("x", &id("m-1a"), Some(&key))
        );
    }

    #[test]
    fn a_new_attempt_has_a_new_token() {
        let token = |attempt| client_token(&["m-1a", "cn-hangzhou", "cn-shanghai", "n"], attempt);
        assert_eq!(token(1), token(1));
        assert_ne!(token(1), token(2));
        assert_eq!(token(1).len(), 64);
    }
}
