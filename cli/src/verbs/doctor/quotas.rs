//! How far quotas reach: accounts per image, shares, images, snapshots, and tags of an image.

use goldcast_cloud::directory::Account;
use goldcast_cloud::ecs::DescribeImages;
use goldcast_cloud::quotas::{ListProductQuotas, Quota};
use goldcast_domain::policy::{Policy, Way};

use super::Look;
use super::finding::{Defect, Findings, Group};
use super::id::Id;
use crate::ink::count;

/// A quota that is this full, in percent, is worth a look.
const FULL_PERCENT: u64 = 80;
/// Tags that an ECS resource can have (<https://www.alibabacloud.com/help/en/ecs/user-guide/tag-overview>).
const TAGS_MAX: usize = 20;
/// Tags that goldcast adds to an image.
const TAGS_OURS: usize = 6;

/// What is counted, and by which words its quota is known. Ids are not published, and names come in the language of the
/// account. Where one name holds the words of another, the longer one comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Counted {
    AccountsPerImage,
    Images,
    Snapshots,
    Shares,
    SharedResources,
}

/// What is counted, product by product.
const COUNTED: [(&str, &[Counted]); 2] = [
    ("ecs", &[Counted::AccountsPerImage, Counted::Images, Counted::Snapshots]),
    ("resourcesharing", &[Counted::Shares, Counted::SharedResources]),
];

impl Counted {
    /// English and Chinese.
    fn words(self) -> [&'static str; 2] {
        match self {
            Self::AccountsPerImage => ["shared per custom image", "自定义镜像可共享"],
            Self::Images => ["custom images", "自定义镜像"],
            Self::Snapshots => ["snapshots", "快照"],
            Self::Shares => ["resource shares", "资源共享"],
            Self::SharedResources => ["shared resources", "共享的资源"],
        }
    }

    fn thing(self) -> &'static str {
        match self {
            Self::AccountsPerImage => "accounts per image",
            Self::Images => "custom images",
            Self::Snapshots => "snapshots",
            Self::Shares => "resource shares",
            Self::SharedResources => "shared resources",
        }
    }

    fn is_called(self, name: &str) -> bool {
        self.words().iter().any(|words| name.contains(words))
    }
}

/// A quota that is known, in a region.
struct Known {
    counted: Counted,
    product: &'static str,
    region: String,
    quota: Quota,
}

pub(super) async fn check(look: &Look<'_>, members: Option<&[Account]>, findings: &mut Findings) {
    findings.turn_to(Group::Quotas);
    if let Some(known) = listed(look, findings).await {
        unknown(&known, findings);
        let roomy = known.iter().filter(|known| has_room(known, findings)).count();
        if roomy > 0 {
            findings.ok("quotas", "", format!("{} with room to spare", count(roomy, "quota")));
        }
        let per_image = known.iter().filter(|known| known.counted == Counted::AccountsPerImage);
        let per_image = per_image.filter_map(|known| known.quota.total_quota).min();
        accounts(look, per_image, members, findings);
    }
    tags(look, findings).await;
}

/// The quotas that are known, region by region; `None` if they may not be read.
async fn listed(look: &Look<'_>, findings: &mut Findings) -> Option<Vec<Known>> {
    let mut all = Vec::new();
    for region in look.policy.all_regions() {
        for (product, things) in COUNTED {
            let asked = ListProductQuotas {
                product_code: product.to_owned(),
                key_word: None,
                region_id: Some(region.to_string()),
            };
            let quotas = look.client.list(&asked, look.deadline).await;
            for quota in findings.read(Id::QuotasUnread, region.as_str(), quotas)? {
                let name = quota.quota_name.to_lowercase();
                let counted = things.iter().find(|counted| counted.is_called(&name));
                all.extend(counted.map(|counted| Known {
                    counted: *counted,
                    product,
                    region: region.to_string(),
                    quota,
                }));
            }
        }
    }
    Some(all)
}

/// Notes what Quota Center lists nowhere under a name that is known.
fn unknown(known: &[Known], findings: &mut Findings) {
    for counted in COUNTED.iter().flat_map(|(_, things)| *things) {
        if known.iter().any(|known| known.counted == *counted) {
            continue;
        }
        findings.note(Defect {
            id: Id::QuotaUnknown,
            about: counted.thing().to_owned(),
            seen: format!(
                "Quota Center lists no quota of {} under a name that is known",
                counted.thing()
            ),
            why: if *counted == Counted::AccountsPerImage {
                "the number in limits.accounts-per-image is taken on trust"
            } else {
                "nothing says beforehand that it is full"
            },
            to_do: "look at it in the console of Quota Center".to_owned(),
        });
    }
}

/// Notes a quota that is full or nearly so. `true` if there is room.
fn has_room(known: &Known, findings: &mut Findings) -> bool {
    let (Some(total), Some(used)) = (known.quota.total_quota, known.quota.total_usage) else {
        return false;
    };
    // Of a quota that every image has, the policy tells how far it reaches.
    if known.counted == Counted::AccountsPerImage {
        return false;
    }
    if used.saturating_mul(100) < total.saturating_mul(FULL_PERCENT) {
        return true;
    }
    let full = used >= total;
    let (thing, region) = (known.counted.thing(), &known.region);
    let defect = Defect {
        id: if full { Id::QuotaFull } else { Id::QuotaNearlyFull },
        about: format!("{thing} in {region}"),
        seen: format!(
            "{used} of {total} {thing}: room for {} more",
            total.saturating_sub(used)
        ),
        why: "a release needs an image with its snapshot, and a place on a shelf, in every region",
        to_do: format!(
            "retire older releases (keep in the policy), or apply for more: aliyun quotas CreateQuotaApplication \
             --ProductCode {} --QuotaActionCode {}",
            known.product, known.quota.quota_action_code
        ),
    };
    findings.bad(full, defect);
    false
}

/// Who is reached account by account has to fit into one image.
fn accounts(look: &Look<'_>, quota: Option<u64>, members: Option<&[Account]>, findings: &mut Findings) {
    let limit = look.policy.limits.accounts_per_image;
    let quota = quota.map_or(limit, |quota| usize::try_from(quota).unwrap_or(usize::MAX));
    if limit > quota {
        findings.error(Defect {
            id: Id::LimitAboveQuota,
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
                id: Id::AudienceAboveQuota,
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
    let images = look.client.list(&asked, look.deadline).await;
    let Some(images) = findings.read(Id::ImagesUnread, look.home, images) else {
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
                id: Id::TagsFull,
                about: image.image_id,
                seen: format!("the image has {theirs} tags of {TAGS_MAX}, and goldcast adds {TAGS_OURS}"),
                why: "it is not released: a copy could not be told from others without its tags",
                to_do: format!("take {} off it", count(theirs + TAGS_OURS - TAGS_MAX, "tag")),
            });
        }
    }
}
