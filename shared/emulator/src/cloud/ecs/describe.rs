//! DescribeImages: which images a caller sees
//! (<https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeimages>).

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use goldcast_domain::{AccountId, RegionId};
use jiff::Timestamp;
use serde_json::json;

use super::image::{Image, ImageStatus};
use super::kept::{Facts, Images, Kept};
use super::kept_grants::Grants;
use super::kept_pages::Asked;
use super::{Ecs, render, rules};
use crate::cloud::body::{Body, joined};
use crate::cloud::context::{Context, Done};
use crate::cloud::paging::Page;
use crate::cloud::params::Params;
use crate::cloud::refusal::Refusal;
use crate::cloud::time;

/// Parameters with which an own image is listed if its status fits.
const PLAIN: [&str; 4] = ["PageNumber", "PageSize", "RegionId", "Status"];
/// Ids in one call.
const IDS_MAX: usize = 100;
/// The code for a value that DescribeImages does not take, misspelt as the cloud has it.
const INVALID: &str = "InvalidParamter";

/// What is looked for.
struct Query<'a> {
    /// Whether nothing but the status narrows the listing.
    is_plain: bool,
    statuses: BTreeSet<ImageStatus>,
    ids: Option<BTreeSet<&'a str>>,
    alias: Option<&'a str>,
    owner: Option<&'a str>,
    name: Option<&'a str>,
    family: Option<&'a str>,
    snapshot: Option<&'a str>,
    architecture: Option<&'a str>,
    resource_group: Option<&'a str>,
    usable: Option<bool>,
    public: Option<bool>,
    in_use: Option<bool>,
    windows: bool,
    tags: BTreeMap<String, String>,
    created_from: Option<Timestamp>,
    created_until: Option<Timestamp>,
}

impl Ecs {
    pub(super) fn describe_images(&mut self, region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
        let query = Query::read(context.params)?;
        let page = Page::read(context.params, INVALID)?;
        context.stop_dry_run()?;
        let (total, rows) = match self.regions.get_mut(region) {
            Some(there) => listed(&mut there.images, &query, page, context),
            None => (0, Bytes::new()),
        };
        let members = json!({
            "RegionId": region,
            "PageNumber": page.number,
            "PageSize": page.size,
            "TotalCount": total,
        });
        Ok(Done::new(Body::from(members).with_rows("Images", "Image", rows)))
    }
}

/// How many images answer the query, and one page of them as rows with commas in between.
fn listed(images: &mut Images, query: &Query<'_>, page: Page, context: &Context<'_>) -> (usize, Bytes) {
    let account = context.account();
    let asked = Asked {
        account,
        statuses: &query.statuses,
        page,
        shelves: &context.shelves,
    };
    if query.is_plain
        && let Some(kept) = images.page(&asked)
    {
        return kept;
    }
    let (all, grants) = images.with_grants();
    let seen: Vec<&Kept> = all
        .newest_first()
        .filter(|kept| {
            let known = query.answers(kept.facts(), account);
            known.unwrap_or_else(|| query.sees(kept.image(), grants, context) && query.finds(kept.image(), account))
        })
        .collect();
    let total = seen.len();
    let shown = page.cut(seen);
    let is_own = shown.iter().any(|kept| kept.facts().owner.as_ref() == Some(account));
    let rows = joined(shown.into_iter().map(|kept| kept.row_for(context)));
    if query.is_plain && is_own {
        images.keep_page(&asked, total, &rows);
    }
    (total, rows)
}

impl<'a> Query<'a> {
    fn read(params: &'a Params) -> Result<Self, Refusal> {
        let ids: Option<BTreeSet<&str>> = params
            .get("ImageId")
            .map(|ids| ids.split(',').map(str::trim).filter(|id| !id.is_empty()).collect());
        if ids.as_ref().is_some_and(|ids| ids.len() > IDS_MAX) {
            return Err(Refusal::bad_request(
                INVALID,
                format!("At most {IDS_MAX} image ids can be given."),
            ));
        }
        let alias = params.get("ImageOwnerAlias");
        if alias.is_some_and(|alias| !["system", "self", "others", "marketplace"].contains(&alias)) {
            let message = "The specified ImageOwnerAlias is not supported.";
            return Err(Refusal::bad_request(
                "InvalidImageOwnerAlias.ValueNotSupported",
                message,
            ));
        }
        let usable = params.flag("Usable")?;
        if usable.is_some() && params.get("Status").is_none() {
            return Err(Refusal::bad_request(
                "MissingParameter",
                "Usable needs Status to be given.",
            ));
        }
        let one_of = |name: &str, values: &[&str], code: &'static str| match params.get(name) {
            Some(value) if !values.contains(&value) => {
                Err(Refusal::not_found(code, format!("The specified {name} is not valid.")))
            }
            other => Ok(other),
        };
        let (created_from, created_until) = creation_filters(params)?;
        rules::check_tag_filter(params)?;
        check_kinds(params)?;
        Ok(Self {
            is_plain: params.all().keys().all(|name| PLAIN.contains(&name.as_str())),
            statuses: statuses(params)?,
            ids,
            alias,
            owner: params.get("ImageOwnerId"),
            name: params.get("ImageName"),
            family: params.get("ImageFamily"),
            snapshot: params.get("SnapshotId"),
            architecture: one_of("Architecture", &["i386", "x86_64", "arm64"], "InvalidArchitecture")?,
            resource_group: params.get("ResourceGroupId"),
            usable,
            public: params.flag("IsPublic")?,
            in_use: one_of("Usage", &["instance", "none"], "InvalidUsage")?.map(|usage| usage == "instance"),
            windows: one_of("OSType", &["windows", "linux"], "InvalidOSType")? == Some("windows"),
            tags: tag_filter(params),
            created_from,
            created_until,
        })
    }

    /// Whether an image is listed, where little needs to be known for it: the others are looked at.
    fn answers(&self, facts: &Facts, account: &AccountId) -> Option<bool> {
        if !self.statuses.contains(&facts.status) {
            return Some(false);
        }
        (self.is_plain && facts.owner.as_ref() == Some(account)).then_some(true)
    }

    /// Own, the cloud's, or given to the caller. Somebody else's community image shows only if it is asked for, and then
    /// those that are given do not (<https://www.alibabacloud.com/help/en/ecs/user-guide/use-shared-images>).
    fn sees(&self, image: &Image, grants: &Grants, context: &Context<'_>) -> bool {
        let community = self.public == Some(true);
        match &image.owner {
            None => true,
            Some(owner) if owner == context.account() => !community || image.is_public,
            Some(_) if community => image.is_public,
            Some(_) => grants.has(context.account(), &image.id) || context.shelves.give(&image.id),
        }
    }

    fn finds(&self, image: &Image, account: &AccountId) -> bool {
        let alias = render::owner_alias(image, account);
        let owner = image.owner.as_ref().map_or("", |owner| owner.as_str());
        let own = image.belongs_to(account);
        // Linux images are all there is.
        !self.windows
            && self.in_use.is_none_or(|wanted| wanted == image.in_use)
            && self.statuses.contains(&image.status)
            && self.ids.as_ref().is_none_or(|ids| ids.contains(image.id.as_str()))
            && self.alias.is_none_or(|wanted| wanted == alias)
            && self.owner.is_none_or(|wanted| wanted == owner)
            && self.name.is_none_or(|pattern| matches(pattern, &image.name))
            && self.family.is_none_or(|wanted| image.family.as_deref() == Some(wanted))
            && self
                .snapshot
                .is_none_or(|wanted| own && image.disks.iter().any(|disk| disk.snapshot == wanted))
            && self.architecture.is_none_or(|wanted| image.architecture == wanted)
            && self
                .resource_group
                .is_none_or(|wanted| own && image.resource_group == wanted)
            && self.usable.is_none_or(|wanted| image.usable == wanted)
            && self.created_from.is_none_or(|from| image.created >= from)
            && self.created_until.is_none_or(|until| image.created <= until)
            && self.tags.iter().all(|(key, wanted)| own && has_tag(image, key, wanted))
    }
}

/// Refuses what no image can be found by: a type that no instance has, and an owner of images that have none to choose.
fn check_kinds(params: &Params) -> Result<(), Refusal> {
    if params.get("InstanceType").is_some_and(|kind| !kind.starts_with("ecs.")) {
        let message = "The specified InstanceType is not supported.";
        return Err(Refusal::bad_request("InvalidInstanceType.ValueNotSupported", message));
    }
    let alias = params.get("ImageOwnerAlias");
    if params.get("ImageOwnerId").is_some() && alias.is_some_and(|alias| alias != "others") {
        let message = "ImageOwnerId is for shared and community images only.";
        return Err(Refusal::bad_request(
            "InvalidOperation.ImageOwnerIdUnsupported",
            message,
        ));
    }
    Ok(())
}

/// A filter without a value asks for the key alone.
fn has_tag(image: &Image, key: &str, wanted: &str) -> bool {
    image
        .tags
        .get(key)
        .is_some_and(|value| wanted.is_empty() || value == wanted)
}

/// `Tag.N` as a filter; here nothing is malformed, it only finds nothing.
pub(super) fn tag_filter(params: &Params) -> BTreeMap<String, String> {
    params.tags().collect()
}

/// Without `Status` only `Available` images are found; `ALL` stands alone.
fn statuses(params: &Params) -> Result<BTreeSet<ImageStatus>, Refusal> {
    let Some(words) = params.get("Status") else {
        return Ok(BTreeSet::from([ImageStatus::Available]));
    };
    if words == "ALL" {
        return Ok(ImageStatus::ALL.into_iter().collect());
    }
    let named = words.split(',').map(|word| {
        let message = format!("The specified Status \"{word}\" is not valid.");
        ImageStatus::named(word.trim()).ok_or_else(|| Refusal::bad_request(INVALID, message))
    });
    named.collect()
}

fn creation_filters(params: &Params) -> Result<(Option<Timestamp>, Option<Timestamp>), Refusal> {
    let (mut from, mut until) = (None, None);
    for filter in params.objects("Filter") {
        let key = filter.get("Key").copied().unwrap_or_default();
        let value = filter.get("Value").copied().unwrap_or_default();
        let time = || {
            let refusal = || Refusal::not_found("InvalidFilterValue", "The specified filter value is not valid.");
            time::parse_filter(value).ok_or_else(refusal)
        };
        match key {
            "CreationStartTime" => from = Some(time()?),
            "CreationEndTime" => until = Some(time()?),
            "NetworkType" if ["vpc", "classic"].contains(&value) => {}
            "NetworkType" => {
                let message = "The specified NetworkType is not valid.";
                return Err(Refusal::bad_request("InvalidFilterValue.NetworkType", message));
            }
            _ => {
                let message = format!("The specified filter key \"{key}\" does not exist.");
                return Err(Refusal::not_found("InvalidFilterKey.NotFound", message));
            }
        }
    }
    Ok((from, until))
}

/// Whether a name fits a pattern in which `*` stands for anything.
pub(super) fn matches(pattern: &str, name: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else {
        return pattern == name;
    };
    let Some(mut left) = name.strip_prefix(head) else {
        return false;
    };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let tail = parts.pop().unwrap_or_default();
    for part in parts {
        let Some((_, after)) = left.split_once(part) else {
            return false;
        };
        left = after;
    }
    left.ends_with(tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, name) in [
            ("*", ""),
            ("golden-*", "golden-1"),
            ("*-1", "golden-1"),
            ("g*d*1", "golden-1"),
            ("a", "a"),
        ] {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [
            ("golden", "golden-1"),
            ("*-2", "golden-1"),
            ("g*x*1", "golden-1"),
            ("ab*ba", "aba"),
        ] {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
    }
}
