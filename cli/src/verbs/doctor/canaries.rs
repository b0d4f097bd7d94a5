//! Members that were named on the command line, seen with their own eyes: whether the family resolves there to the image that the
//! owner released. Through the role of `satellites/canary.yml`. Not here: launching anything.

use clap::Args;
use goldcast_cloud::ecs::DescribeImageFromFamily;
use goldcast_cloud::{CallError, Client, HttpTransport, Role};
use goldcast_domain::{AccountId, FamilyName, RegionId};

use super::Look;
use super::finding::{Defect, Findings, Group};
use super::id::Id;

/// How the audit log names these calls.
const SESSION: &str = "goldcast-doctor";

/// Which members to look from.
#[derive(Debug, Args)]
pub(super) struct CanaryArguments {
    /// Also see with this member's eyes what is released; more than once for several (satellites/canary.yml)
    #[arg(long = "canary", value_name = "ACCOUNT", conflicts_with = "probe")]
    accounts: Vec<AccountId>,
    /// The name of the role in those members
    #[arg(long = "canary-role", value_name = "NAME", default_value = "goldcast-canary")]
    role: String,
}

pub(super) async fn check(look: &Look<'_>, canaries: &CanaryArguments, findings: &mut Findings) {
    findings.turn_to(Group::Canaries);
    if canaries.accounts.is_empty() {
        return;
    }
    let mut releases = Vec::new();
    for policy in look.policy.policies.values() {
        for region in look.policy.regions_of(policy) {
            releases.extend(released(look, &policy.family, region, findings).await);
        }
    }
    for account in &canaries.accounts {
        let role = format!("acs:ram::{account}:role/{}", canaries.role);
        let client = look.client.assuming(Role::new(role.as_str(), SESSION));
        let member = Member { account, role, client };
        for release in &releases {
            if !member.check(look, release, findings).await {
                break;
            }
        }
    }
}

/// What is released in a region.
struct Release<'a> {
    family: &'a FamilyName,
    region: &'a RegionId,
    image: String,
}

/// What it is for the owner; goldcast moves the family when a release is in place.
async fn released<'a>(
    look: &Look<'_>,
    family: &'a FamilyName,
    region: &'a RegionId,
    findings: &mut Findings,
) -> Option<Release<'a>> {
    let about = format!("{family} in {region}");
    let found = resolve(look, look.client, region, family.to_string()).await;
    let found = findings.read(Id::FamilyUnread, &about, found)?;
    if found.is_none() {
        findings.note(Defect {
            id: Id::FamilyEmpty,
            about,
            seen: format!("nothing is released: the family {family} has no image in {region}"),
            why: "there is nothing that members could see",
            to_do: "goldcast plan".to_owned(),
        });
    }
    found.map(|image| Release { family, region, image })
}

/// What a family resolves to.
async fn resolve(
    look: &Look<'_>,
    client: &Client<HttpTransport>,
    region: &RegionId,
    family: String,
) -> Result<Option<String>, CallError> {
    let asked = DescribeImageFromFamily {
        region_id: region.to_string(),
        image_family: family,
    };
    let found = client.send(&asked, look.deadline).await?;
    Ok(found.into_image().map(|image| image.image_id))
}

/// A member, and the role in it.
struct Member<'a> {
    account: &'a AccountId,
    role: String,
    client: Client<HttpTransport>,
}

impl Member<'_> {
    /// Whether it could be looked at at all.
    async fn check(&self, look: &Look<'_>, release: &Release<'_>, findings: &mut Findings) -> bool {
        let Release { family, region, image } = release;
        let about = format!("{} in {region}", self.account);
        let named = format!("acs:{}:{family}", look.account);
        match resolve(look, &self.client, region, named).await {
            Ok(Some(there)) if there == *image => findings.ok("canary", &about, format!("{family} is {image}")),
            Ok(there) => findings.error(Defect {
                id: Id::CanaryBehind,
                about,
                seen: format!(
                    "{family} is {} there, and {image} is released",
                    there.as_deref().unwrap_or("no image")
                ),
                why: "who launches by the family there gets another image, or none",
                to_do: format!("goldcast explain --account {} --image {region}/{image}", self.account),
            }),
            Err(error) if error.call.action == "AssumeRole" => {
                findings.unread(Id::CanaryClosed, &self.role, &error);
                return false;
            }
            Err(error) => findings.unread(Id::CanaryUnread, &about, &error),
        }
        true
    }
}
