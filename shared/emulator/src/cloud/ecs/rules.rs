//! Names, descriptions and tags: what ECS accepts
//! (<https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-createimage>).

use std::collections::{BTreeMap, BTreeSet};

use http::StatusCode;

use crate::cloud::context::Context;
use crate::cloud::params::Params;
use crate::cloud::refusal::Refusal;

/// Length of an image name or a family, in characters.
const NAME_CHARS: std::ops::RangeInclusive<usize> = 2..=128;
/// Length of a description, in characters.
const DESCRIPTION_CHARS: std::ops::RangeInclusive<usize> = 2..=256;
/// Tags in one call, and on one resource.
pub(super) const TAGS_MAX: usize = 20;
/// Ids in one JSON array.
const IDS_MAX: usize = 100;
/// Processors that images are for.
const ARCHITECTURES: [&str; 3] = ["i386", "x86_64", "arm64"];
/// How instances can boot.
const BOOT_MODES: [&str; 3] = ["BIOS", "UEFI", "UEFI-Preferred"];
/// Distributions that an image can be said to hold.
const PLATFORMS: [&str; 16] = [
    "Aliyun",
    "AlmaLinux",
    "Anolis",
    "CentOS",
    "CoreOS",
    "Debian",
    "Fedora",
    "FreeBSD",
    "Gentoo",
    "Kylin",
    "OpenSUSE",
    "Others",
    "RedHat",
    "SUSE",
    "UOS",
    "Ubuntu",
];
/// Length of a tag's key or value, in characters.
const TAG_CHARS_MAX: usize = 128;

fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic() || ('\u{4e00}'..='\u{9fff}').contains(&c)
}

fn has_link(text: &str) -> bool {
    text.contains("http://") || text.contains("https://")
}

/// Whether a text may name an image or a family.
pub(super) fn is_name(text: &str) -> bool {
    NAME_CHARS.contains(&text.chars().count())
        && text.starts_with(is_letter)
        && text
            .chars()
            .all(|c| is_letter(c) || c.is_ascii_digit() || ".:_-".contains(c))
        && !text.starts_with("aliyun")
        && !text.starts_with("acs:")
        && !has_link(text)
}

/// Refuses a malformed image name.
pub(super) fn image_name(text: &str) -> Result<(), Refusal> {
    if is_name(text) {
        return Ok(());
    }
    let message = "The specified Image name is wrongly formed.";
    Err(Refusal::bad_request("InvalidImageName.Malformed", message))
}

/// Refuses a malformed family.
pub(super) fn family(text: &str) -> Result<(), Refusal> {
    if is_name(text) {
        return Ok(());
    }
    let message = "The specified parameter ImageFamily is wrongly formed.";
    Err(Refusal::bad_request("InvalidImageFamily.Malformed", message))
}

/// Reads a value that has to be one of a few, refused with the operation's code else.
pub(super) fn one_of<'a>(
    params: &'a Params,
    name: &str,
    values: &[&str],
    code: &'static str,
) -> Result<Option<&'a str>, Refusal> {
    let value = params.get(name);
    if value.is_some_and(|value| !values.contains(&value)) {
        let message = format!("The specified {name} is not valid.");
        return Err(Refusal::bad_request(code, message));
    }
    Ok(value)
}

/// Refuses an architecture or a platform that no image has.
pub(super) fn system(params: &Params) -> Result<(), Refusal> {
    one_of(params, "Architecture", &ARCHITECTURES, "InvalidArchitecture.Malformed")?;
    one_of(params, "Platform", &PLATFORMS, "InvalidPlatform.Malformed")?;
    Ok(())
}

/// Refuses a way to boot that no instance has.
pub(super) fn boot_mode(params: &Params, code: &'static str) -> Result<(), Refusal> {
    one_of(params, "BootMode", &BOOT_MODES, code).map(drop)
}

/// Refuses a version of the metadata service that no image has.
pub(super) fn imds(params: &Params) -> Result<(), Refusal> {
    let code = "InvalidParameter.FeaturesImdsSupport";
    one_of(params, "Features.ImdsSupport", &["v1", "v2"], code).map(drop)
}

/// Refuses a malformed description.
pub(super) fn description(text: &str) -> Result<(), Refusal> {
    let link = text.starts_with("http://") || text.starts_with("https://");
    if DESCRIPTION_CHARS.contains(&text.chars().count()) && !link {
        return Ok(());
    }
    let message = "The specified description is wrongly formed.";
    Err(Refusal::bad_request("InvalidDescription.Malformed", message))
}

/// Reads `ResourceGroupId`, empty when absent. Which groups there are is a switch.
pub(super) fn resource_group(context: &Context<'_>) -> Result<String, Refusal> {
    let named = context.params.get("ResourceGroupId");
    let known = context.setup.switches.resource_groups.as_ref();
    if let (Some(named), Some(known)) = (named, known)
        && !known.contains(named)
    {
        let message = "The ResourceGroup provided does not exist in our records.";
        return Err(Refusal::not_found("InvalidResourceGroup.NotFound", message));
    }
    Ok(named.unwrap_or_default().to_owned())
}

/// Refuses the name of a snapshot; those that begin with `auto` are the cloud's own.
pub(super) fn snapshot_name(text: &str) -> Result<(), Refusal> {
    if text.is_empty() || (is_name(text) && !text.starts_with("auto")) {
        return Ok(());
    }
    let message = "The specified SnapshotName is wrongly formed.";
    Err(Refusal::bad_request("InvalidSnapshotName.Malformed", message))
}

/// Reads a JSON array of at most 100 ids that stands in one parameter, such as `SnapshotIds`.
pub(super) fn json_ids(params: &Params, name: &str) -> Result<Option<BTreeSet<String>>, Refusal> {
    let ids = params.get(name).map(|text| {
        let ids: Option<BTreeSet<String>> = serde_json::from_str(text).ok();
        ids.filter(|ids| ids.len() <= IDS_MAX).ok_or_else(|| {
            let message = format!("The specified {name} is not valid: a JSON array of at most {IDS_MAX} ids.");
            Refusal::new(StatusCode::FORBIDDEN, format!("Invalid{name}.Malformed"), message)
        })
    });
    ids.transpose()
}

/// Adds tags to those of a resource, as many as it can carry.
pub(super) fn add_tags(tags: &mut BTreeMap<String, String>, added: &BTreeMap<String, String>) -> Result<(), Refusal> {
    tags.extend(added.clone());
    if tags.len() > TAGS_MAX {
        let message = "The quota of tags on one resource is exceeded.";
        return Err(Refusal::forbidden("QuotaExceed.Tags", message));
    }
    Ok(())
}

/// Refuses tags to find something by: too many, or a value without a key.
pub(super) fn check_tag_filter(params: &Params) -> Result<(), Refusal> {
    let tags = params.objects("Tag");
    if tags.len() > TAGS_MAX {
        let message = "The number of tags is out of range.";
        return Err(Refusal::bad_request("InvalidTagCount", message));
    }
    let is_nameless = |tag: &BTreeMap<&str, &str>| tag.get("Key").is_none_or(|key| key.is_empty());
    if tags.iter().any(is_nameless) {
        let message = "The specified tag has a value and no key.";
        return Err(Refusal::bad_request("InvalidTag.Mismatch", message));
    }
    Ok(())
}

/// Reads `Tag.N.Key` and `Tag.N.Value`.
pub(super) fn tags(params: &Params) -> Result<BTreeMap<String, String>, Refusal> {
    let objects = params.objects("Tag");
    if objects.len() > TAGS_MAX {
        let message = format!("The maximum number of Tags is exceeded. The maximum is {TAGS_MAX}.");
        return Err(Refusal::bad_request("NumberExceed.Tags", message));
    }
    let mut tags = BTreeMap::new();
    for object in objects {
        let key = tag_key(object.get("Key").copied().unwrap_or_default())?;
        let value = tag_value(object.get("Value").copied().unwrap_or_default())?;
        if tags.insert(key.to_owned(), value.to_owned()).is_some() {
            let message = format!("The Tag.N.Key contains duplicate key: {key}.");
            return Err(Refusal::bad_request("Duplicate.TagKey", message));
        }
    }
    Ok(tags)
}

fn tag_key(key: &str) -> Result<&str, Refusal> {
    let reserved = key.starts_with("aliyun") || key.starts_with("acs:");
    if (1..=TAG_CHARS_MAX).contains(&key.chars().count()) && !reserved && !has_link(key) {
        return Ok(key);
    }
    let message = "The specified Tag.n.Key is not valid.";
    Err(Refusal::bad_request("InvalidTagKey.Malformed", message))
}

fn tag_value(value: &str) -> Result<&str, Refusal> {
    if value.chars().count() <= TAG_CHARS_MAX && !value.starts_with("acs:") && !has_link(value) {
        return Ok(value);
    }
    let message = "The specified Tag.n.Value is not valid.";
    Err(Refusal::bad_request("InvalidTagValue.Malformed", message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_begin_with_a_letter_and_hold_no_blanks() {
        for good in ["ab", "golden-al3-20260302", "黄金", "a.b:c_d-e"] {
            assert!(is_name(good), "{good}");
        }
        for bad in ["", "a", "1ab", "copy 1", "aliyun-x", "acs:x", "a/b", &"a".repeat(129)] {
            assert!(!is_name(bad), "{bad}");
        }
    }

    #[test]
    fn a_description_is_no_link() {
        assert!(description("made by goldcast").is_ok());
        for bad in ["x", "https://example.com", &"a".repeat(257)] {
            assert!(description(bad).is_err(), "{bad}");
        }
    }
}
