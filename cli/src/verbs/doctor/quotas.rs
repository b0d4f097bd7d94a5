//! How far quotas reach: accounts per image, shares, images, snapshots, and tags of an image.

use goldcast_cloud::directory::Account;
use goldcast_cloud::ecs::DescribeImages;
use goldcast_cloud::quotas::{ListProductQuotas, Quota};
use goldcast_domain::policy::{Policy, Way};

use super::Look;
use super::finding::{Defect, Findings, Group};
use crate::ink::count;

/// A quota that is this full, in percent, is worth a look.
const FULL_PERCENT: u64 = 80;
/// Tags that an ECS resource can have (<https://www.alibabacloud.com/help/en/ecs/user-guide/tag-overview>).
const TAGS_MAX: usize = 20;
/// Tags that goldcast adds to an image.
const TAGS_OURS: usize = 6;

/// What is counted, and by which words its quota is known. Ids are not published, and names come in the language of the
/// account.
struct Known {
    product: &'static str,
    words: [&'static str; 2],
    thing: &'static str,
}

const KNOWN: [Known; 4] = [
    Known {
        product: "ecs",
        words: ["custom images", "自定义镜像"],
        thing: "custom images",
    },
    Known {
        product: "ecs",
        words: ["snapshots", "快照"],
        thing: "snapshots",
    },
    Known {
        product: "resourcesharing",
        words: ["resource shares", "资源共享"],
        thing: "resource shares",
    },
    Known {
        product: "resourcesharing",
        words: ["shared resources", "共享的资源"],
        thing: "shared resources",
    },
];
/// How the quota of accounts per image is known.
const PER_IMAGE: [&str; 2] = ["shared per custom image", "自定义镜像可共享"];

pub(super) async fn check(look: &Look<'_>, members: Option<&[Account]>, findings: &mut Findings) {
    findings.turn_to(Group::Quotas);
    let mut accounts_per_image = None;
    let mut seen = 0;
    for region in look.policy.all_regions() {
        for product in ["ecs", "resourcesharing"] {
            let asked = ListProductQuotas {
                product_code: product.to_owned(),
                key_word: None,
                region_id: Some(region.to_string()),
            };
            let quotas = look.client.list(&asked, look.deadline()).await;
            let Some(quotas) = findings.read("quotas-unread", region.as_str(), quotas) else {
                return;
            };
            let per_image = quotas
                .iter()
                .filter(|quota| is_called(quota, PER_IMAGE))
                .filter_map(|quota| quota.total_quota);
            accounts_per_image = accounts_per_image.into_iter().chain(per_image).min();
            for known in KNOWN.iter().filter(|known| known.product == product) {
                let quota = quotas.iter().find(|quota| is_called(quota, known.words));
                seen += usize::from(quota.is_some_and(|quota| room(quota, known.thing, region.as_str(), findings)));
            }
        }
    }
    if seen > 0 {
        findings.ok("quotas", "", format!("{} with room to spare", count(seen, "quota")));
    }
    accounts(look, accounts_per_image, members, findings);
    tags(look, findings).await;
}

fn is_called(quota: &Quota, words: [&str; 2]) -> bool {
    let name = quota.quota_name.to_lowercase();
    // The longer name holds the words of the shorter one.
    let longer = PER_IMAGE.iter().any(|words| name.contains(words)) && words != PER_IMAGE;
    !longer && words.iter().any(|word| name.contains(word))
}

/// Notes a quota that is full or nearly so. `true` if there is room.
fn room(quota: &Quota, thing: &str, region: &str, findings: &mut Findings) -> bool {
    let (Some(total), Some(used)) = (quota.total_quota, quota.total_usage) else {
        return false;
    };
    if used.saturating_mul(100) < total.saturating_mul(FULL_PERCENT) {
        return true;
    }
    let full = used >= total;
    let defect = Defect {
        id: if full { "quota-full" } else { "quota-nearly-full" },
        about: format!("{thing} in {region}"),
        seen: format!(
            "{used} of {total} {thing} in {region}: room for {} more",
            total.saturating_sub(used)
        ),
        why: "a release needs an image with its snapshot, and a place on a shelf, in every region",
        to_do: format!(
            "retire older releases (keep in the policy), or apply for more: aliyun quotas CreateQuotaApplication \
             --ProductCode … --QuotaActionCode {}",
            quota.quota_action_code
        ),
    };
    findings.bad(full, defect);
    false
}

/// Who is reached account by account has to fit into one image.
fn accounts(look: &Look<'_>, quota: Option<u64>, members: Option<&[Account]>, findings: &mut Findings) {
    let limit = look.policy.limits.accounts_per_image;
    let Some(quota) = quota else {
        findings.note(Defect {
            id: "quota-unknown",
            about: String::new(),
            seen: "Quota Center lists no quota of accounts per image under a name that is known".to_owned(),
            why: "the number in limits.accounts-per-image is taken on trust",
            to_do: "compare it with the console of Quota Center".to_owned(),
        });
        return;
    };
    let quota = usize::try_from(quota).unwrap_or(usize::MAX);
    if limit > quota {
        findings.error(Defect {
            id: "limit-above-quota",
            about: "limits.accounts-per-image".to_owned(),
            seen: format!("the policy counts on {limit} accounts per image, and the quota is {quota}"),
            why: "more accounts are planned for than the cloud takes: who comes last is refused again and again",
            to_do: format!("set limits.accounts-per-image = {quota}, or apply for more in Quota Center"),
        });
    }
    for (name, policy) in &look.policy.policies {
        let granted = granted(look, policy, members);
        let seen = format!("at most {} by id, of {quota} per image", count(granted, "account"));
        if granted > quota.min(limit) {
            findings.error(Defect {
                id: "audience-above-quota",
                about: name.to_string(),
                seen,
                why: "who does not fit is not given the image",
                to_do: "share with folders (share.by = \"shelf\", without except), or apply for more in Quota Center"
                    .to_owned(),
            });
        } else {
            findings.ok("audience", name.as_str(), seen);
        }
    }
}

/// The most accounts that one image of a policy is given to by id.
fn granted(look: &Look<'_>, policy: &Policy, members: Option<&[Account]>) -> usize {
    let share = &policy.share;
    let one_by_one = share.by == Way::Grant || !share.except.is_empty() || !policy.encrypt.is_empty();
    let inside = members.unwrap_or_default().iter().filter(|member| {
        let path = &member.resource_directory_path;
        let in_folder = share
            .folders
            .iter()
            .any(|folder| path.split('/').any(|part| part == folder.as_str()));
        one_by_one && (share.directory || in_folder)
    });
    let named = share.accounts.iter().map(goldcast_domain::AccountId::as_str);
    let mut accounts: std::collections::BTreeSet<&str> =
        inside.map(|member| member.account_id.as_str()).chain(named).collect();
    accounts.remove(look.account);
    for exception in &share.except {
        accounts.remove(exception.as_str());
    }
    accounts.len()
}

/// A copy inherits the tags of its source and gets ours besides.
async fn tags(look: &Look<'_>, findings: &mut Findings) {
    let asked = DescribeImages {
        region_id: look.home.to_owned(),
        image_owner_alias: Some("self".to_owned()),
        ..DescribeImages::default()
    };
    let images = look.client.list(&asked, look.deadline()).await;
    let Some(images) = findings.read("images-unread", look.home, images) else {
        return;
    };
    for image in images {
        let tags = image
            .tags
            .iter()
            .map(|tag| (tag.tag_key.clone(), tag.tag_value.clone()))
            .collect();
        let mut policies = look.policy.policies.values();
        let golden = policies.any(|policy| policy.select.matches(&image.image_name, &tags));
        let theirs = tags.keys().filter(|key| !key.starts_with("goldcast:")).count();
        if golden && theirs + TAGS_OURS > TAGS_MAX {
            findings.error(Defect {
                id: "tags-full",
                about: image.image_id,
                seen: format!("the image has {theirs} tags of {TAGS_MAX}, and goldcast adds {TAGS_OURS}"),
                why: "it is not released: a copy could not be told from others without its tags",
                to_do: format!("take {} off it", count(theirs + TAGS_OURS - TAGS_MAX, "tag")),
            });
        }
    }
}
