//! Identifiers, one type each, parsed at the edge. Not here: what an id refers to.

mod account;

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

pub use account::AccountId;

/// A text that is not the identifier it was given for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not {kind}: expected {expected}")]
pub struct IdError {
    /// What the text was meant to be.
    pub kind: &'static str,
    /// The text as it came, cut to a readable length.
    pub text: String,
    /// The form that is accepted.
    pub expected: &'static str,
}

/// Longest part of a wrong id that an error repeats, in characters.
const SHOWN_CHARS_MAX: usize = 80;

macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $expected:literal, $pattern:literal, $valid:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(SmolStr);

        impl $name {
            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                let valid: fn(&str) -> bool = $valid;
                if valid(text) {
                    Ok(Self(SmolStr::new(text)))
                } else {
                    let text = text.chars().take(SHOWN_CHARS_MAX).collect();
                    Err(IdError { kind: $kind, text, expected: $expected })
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(text: String) -> Result<Self, IdError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0.into()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        #[cfg(feature = "authoring")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "description": $expected, "pattern": $pattern })
            }
        }
    };
}

identifier!(
    /// A region such as `cn-hangzhou`. Whether it exists is asked of [`crate::regions`] or of the cloud.
    RegionId,
    "a region id",
    "lower-case words joined by hyphens, such as cn-hangzhou",
    "^[a-z]{2,}(-[a-z0-9]+)+$",
    |text| {
        text.len() <= 40
            && text.contains('-')
            && text.split('-').all(|part| {
                !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
            })
    }
);

identifier!(
    /// An ECS image: `m-…` for custom images, a long name ending in `.vhd` for public ones.
    ImageId,
    "an image id",
    "an id such as m-bp1a2b3c4d5e6f7g8h9i",
    "^[A-Za-z0-9][A-Za-z0-9._-]{1,127}$",
    |text| {
        (2..=128).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
    }
);

identifier!(
    /// A folder of the resource directory: `fd-…`, or `r-…` for the root.
    FolderId,
    "a folder id",
    "fd- or r- followed by letters and digits, such as fd-AbCdEfGhIj",
    "^(fd|r)-[A-Za-z0-9]{1,32}$",
    |text| {
        text.strip_prefix("fd-")
            .or_else(|| text.strip_prefix("r-"))
            .is_some_and(|rest| (1..=32).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_alphanumeric()))
    }
);

identifier!(
    /// A RAM role, as AssumeRole takes it: `acs:ram::<account>:role/<name>`.
    RoleArn,
    "a role ARN",
    "acs:ram::<account id>:role/<role name>",
    "^acs:ram::[0-9]{5,20}:role/[A-Za-z0-9._-]{1,64}$",
    |text| {
        text.strip_prefix("acs:ram::").and_then(|rest| rest.split_once(":role/")).is_some_and(|(account, name)| {
            account.parse::<AccountId>().is_ok()
                && (1..=64).contains(&name.len())
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
        })
    }
);

identifier!(
    /// An image family, the name people launch by. Naming rules are those of image names
    /// (<https://www.alibabacloud.com/help/en/ecs/user-guide/overview-37>).
    FamilyName,
    "an image family",
    "2 to 128 characters: a letter first, then letters, digits, '.', ':', '_' or '-'; not starting with aliyun or acs:",
    "^[A-Za-z\\u4e00-\\u9fff][A-Za-z0-9\\u4e00-\\u9fff.:_-]{1,127}$",
    |text| {
        (2..=128).contains(&text.chars().count())
            && text.starts_with(is_letter)
            && text.chars().all(|c| is_letter(c) || c.is_ascii_digit() || ".:_-".contains(c))
            && !text.starts_with("aliyun")
            && !text.starts_with("acs:")
    }
);

identifier!(
    /// The name of one policy. It stands in tags, logs and messages.
    PolicyName,
    "a policy name",
    "1 to 64 lower-case letters, digits and hyphens, a letter first",
    "^[a-z][a-z0-9-]{0,63}$",
    is_slug
);

identifier!(
    /// The name of one notification channel.
    ChannelName,
    "a channel name",
    "1 to 64 lower-case letters, digits and hyphens, a letter first",
    "^[a-z][a-z0-9-]{0,63}$",
    is_slug
);

identifier!(
    /// A key of the Key Management Service, in one region.
    KeyId,
    "a key id",
    "a key id such as key-hzz62f1cb66fa42qo9czn, or a UUID",
    "^[A-Za-z0-9][A-Za-z0-9-]{3,63}$",
    |text| {
        (4..=64).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    }
);

identifier!(
    /// A bucket of Object Storage Service
    /// (<https://www.alibabacloud.com/help/en/oss/user-guide/bucket-naming-conventions>).
    BucketName,
    "a bucket name",
    "3 to 63 lower-case letters, digits and hyphens, no hyphen at either end",
    "^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$",
    |text| {
        (3..=63).contains(&text.len())
            && !text.starts_with('-')
            && !text.ends_with('-')
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    }
);

identifier!(
    /// How the names of our objects in a bucket begin. An object's name has at most 1,023 bytes; ours stay far below.
    ObjectPrefix,
    "the beginning of an object's name",
    "at most 200 letters, digits, -, _, . and /, not starting with /",
    "^([A-Za-z0-9._-][A-Za-z0-9._/-]{0,199})?$",
    |text| {
        text.len() <= 200
            && !text.starts_with('/')
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_./".contains(&b))
            && text.split('/').all(|part| part != "." && part != "..")
    }
);

identifier!(
    /// A snapshot: what is left of an image's disk when the image is deleted.
    SnapshotId,
    "a snapshot id",
    "an id such as s-bp1a2b3c4d5e6f7g8h9i",
    "^[A-Za-z0-9][A-Za-z0-9._-]{1,127}$",
    |text| {
        (2..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
    }
);

identifier!(
    /// A resource share of Resource Sharing.
    ShareId,
    "a resource share id",
    "an id such as rs-6GRmdD3X",
    "^[A-Za-z0-9][A-Za-z0-9._-]{1,127}$",
    |text| {
        (2..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
    }
);

identifier!(
    /// What a resource share is shared with: the directory (`rd-…`), a folder, or an account.
    TargetId,
    "a target of a resource share",
    "a directory id (rd-…), a folder id (fd-… or r-…) or an account id",
    "^([a-z]{1,2}-)?[A-Za-z0-9]{1,32}$",
    |text| {
        (2..=40).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    }
);

impl From<&FolderId> for TargetId {
    fn from(folder: &FolderId) -> Self {
        Self(folder.0.clone())
    }
}

impl From<&AccountId> for TargetId {
    fn from(account: &AccountId) -> Self {
        Self(SmolStr::new(account.as_str()))
    }
}

impl ObjectPrefix {
    /// `goldcast/told/`: what people have been told.
    pub(crate) fn of_told() -> Self {
        Self(SmolStr::new_static("goldcast/told/"))
    }

    /// Whether it is the one that is meant unless another is said.
    pub(crate) fn is_of_told(&self) -> bool {
        *self == Self::of_told()
    }
}

impl RoleArn {
    /// The account that the role lives in.
    pub fn account(&self) -> &str {
        self.as_str().split(':').nth(3).unwrap_or_default()
    }
}

fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic() || ('\u{4e00}'..='\u{9fff}').contains(&c)
}

fn is_slug(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check<T: FromStr<Err = IdError> + fmt::Display>(good: &[&str], bad: &[&str]) {
        for text in good {
            assert_eq!(text.parse::<T>().map(|id| id.to_string()), Ok((*text).to_owned()));
        }
        for text in bad {
            let error = text.parse::<T>().map(|id| id.to_string()).expect_err(text);
            assert!(error.to_string().contains("expected"), "{error}");
        }
    }

    #[test]
    fn an_account_id_is_decimal() {
        check::<AccountId>(
            &["1234567890123456", "12345"],
            &["", "1234", "12345678901234567890123", "１２３４５６", "12a45"],
        );
    }

    #[test]
    fn a_region_id_is_lower_case_words() {
        check::<RegionId>(
            &["cn-hangzhou", "ap-southeast-1", "cn-heyuan-acdr-1"],
            &["", "hangzhou", "cn_hangzhou", "CN-hangzhou", "cn-", "cn-hang zhou"],
        );
    }

    #[test]
    fn an_image_id_has_no_blanks() {
        check::<ImageId>(
            &["m-bp1gold0001", "aliyun_3_x64_20G_alibase_20240528.vhd"],
            &["", "m", "-m1", "m-1 2", "m/1"],
        );
    }

    #[test]
    fn a_folder_id_carries_its_prefix() {
        check::<FolderId>(
            &["fd-AbCdEfGhIj", "r-GhIjKl"],
            &["", "fd-", "folder", "rd-abc", "fd-a/b"],
        );
    }

    #[test]
    fn a_bucket_and_what_is_in_it_are_named_as_object_storage_names_them() {
        check::<BucketName>(
            &["abc", "corp-goldcast-1"],
            &["", "ab", "-ab", "ab-", "Corp", "a.b", "a_b"],
        );
        check::<ObjectPrefix>(&["", "goldcast/told/", "a.b_c-"], &["/a", "a b", "a/../b", "黄金"]);
    }

    #[test]
    fn a_role_is_named_by_its_arn() {
        check::<RoleArn>(
            &["acs:ram::1234567890123456:role/goldcast-directory-reader"],
            &[
                "",
                "goldcast",
                "acs:ram::x:role/y",
                "acs:ram::1234567890123456:user/y",
                "acs:ram::1234567890123456:role/",
            ],
        );
        let arn: RoleArn = "acs:ram::1234567890123456:role/reader".parse().unwrap();
        assert_eq!(arn.account(), "1234567890123456");
    }

    #[test]
    fn a_family_follows_the_rules_of_image_names() {
        check::<FamilyName>(
            &["corp-linux", "黄金镜像", "a:b"],
            &["", "a", "1abc", "aliyun-x", "acs:x", "a b"],
        );
    }

    #[test]
    fn a_wrong_id_is_not_repeated_at_length() {
        let error = "x".repeat(5000).parse::<AccountId>().unwrap_err();
        assert!(error.to_string().len() < 200);
    }
}
