//! What forbids going on, and what a person should do about it, in words.

use std::fmt;

use goldcast_domain::Failing;

use super::{Counted, Listed, console, list};
use crate::{Block, BlockKind, Drift};

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.release, &self.policy) {
            (Some(release), _) => write!(f, "{release}: ")?,
            (None, Some(policy)) => write!(f, "{policy}: ")?,
            (None, None) => {}
        }
        write!(f, "{}. To do: {}", self.kind, self.kind.fix())
    }
}

impl fmt::Display for BlockKind {
    #[expect(
        clippy::too_many_lines,
        reason = "a line or two per kind; split, the words would be harder to read together"
    )]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SelectedTwice { image, policies } => {
                write!(f, "{image} is selected by more than one policy: ")?;
                list(f, policies)
            }
            Self::Public { image } => write!(f, "{image} is public, and a golden image never is"),
            Self::SourceFailed { image } => write!(f, "{image} could not be built: its status is failed"),
            Self::TagsMissing { image, tags } => {
                write!(f, "{image} lacks tags that the policy requires: ")?;
                list(f, tags)
            }
            Self::NoRoomForTags { image, tags } => {
                write!(
                    f,
                    "{image} has {tags} tags of its own, which leaves no room for the ledger on its copies"
                )
            }
            Self::TooLarge { image, size_gib } => {
                write!(
                    f,
                    "{image} has {size_gib} GiB, more than an image copy takes (2048 GiB)"
                )
            }
            Self::NotOurs { image, owner } => write!(f, "{image} belongs to the account {owner}"),
            Self::RisksFound { image, items } => {
                write!(f, "the cloud's detection found risks on {image}: {}", Listed(items))
            }
            Self::NoKey { image, region } => {
                write!(
                    f,
                    "{image} is encrypted, and the policy gives no key for its copy in {region}"
                )
            }
            Self::ServiceKey { image } => {
                write!(
                    f,
                    "{image} is encrypted with the service key, and what that encrypts cannot be shared"
                )
            }
            Self::KeyUnusable {
                region,
                key,
                exists: true,
            } => write!(f, "the key {key} in {region} is disabled"),
            Self::KeyUnusable {
                region,
                key,
                exists: false,
            } => write!(f, "there is no key {key} in {region}"),
            Self::SeveralSnapshots { image, disks } => {
                write!(
                    f,
                    "{image} is encrypted and has {disks} disks, and only one disk can be shared encrypted"
                )
            }
            Self::EncryptedNotShared { image } => {
                write!(
                    f,
                    "{image} is encrypted, and encrypted images cannot be shared in its region"
                )
            }
            Self::TrustBroken { role, why } => write!(f, "the trust document of {role} cannot be used: {why}"),
            Self::TrustFull { role, chars, limit } => {
                write!(
                    f,
                    "the trust document of {role} would have {chars} characters, and {limit} fit"
                )
            }
            Self::TagsLie { image, source_id } => {
                write!(
                    f,
                    "{image} says in its tags that it is our copy of {source_id}, and it is not"
                )
            }
            Self::NameTaken { image, name } => write!(f, "the name {name} is taken by {image}, which is not our copy"),
            Self::CopyFailed { image, attempts } => write!(f, "the copy {image} failed, at attempt {attempts}"),
            Self::NoRoomForAccounts { image, accounts, limit } => {
                let noun = if *limit == 1 { "account" } else { "accounts" };
                write!(
                    f,
                    "{image} can be shared with {limit} {noun}, which leaves out {}",
                    Listed(accounts)
                )
            }
            Self::AccountRefused { account, why } => write!(f, "account {account} was refused: {why}"),
            Self::AccountTwice { account } => {
                write!(
                    f,
                    "account {account} is named, and a folder that gets the images by shelf brings it too"
                )
            }
            Self::NoSuchFolder { folder } => write!(f, "the resource directory has no folder {folder}"),
            Self::NoRoomForShelf { region, limit } => {
                write!(f, "{region} has all resource shares that it may have: {limit}")
            }
            Self::NoRoomOnShelf { image, limit } => {
                write!(
                    f,
                    "no room on the shelf for {image}: the region may share {limit} resources"
                )
            }
            Self::TooManyTargets { region, targets, limit } => {
                write!(f, "the shelf in {region} needs {targets} targets, and {limit} fit")
            }
            Self::ShelfRefusesImage { image, why } => {
                write!(f, "{image} could not be put on the shelf: {}", failing(*why))
            }
            Self::ShelfRefusesTarget { region, target, why } => {
                write!(
                    f,
                    "the shelf in {region} could not be shared with {target}: {}",
                    failing(*why)
                )
            }
            Self::RegionsLeftOut { regions } => {
                f.write_str("released without ")?;
                list(f, regions)?;
                f.write_str(", which stayed away longer than the policy waits")
            }
            Self::FamilyEmpty { region, family } => {
                write!(
                    f,
                    "nobody can launch by {family} in {region}: the recalled release has no predecessor there"
                )
            }
            Self::ParentRecalled { image, parent } => write!(f, "{image} was built from {parent}, which was recalled"),
            Self::Brake {
                accounts,
                accounts_allowed,
                releases,
                releases_allowed,
            } => {
                write!(
                    f,
                    "the brake holds: {} would lose access and {} would leave, and a run may take {accounts_allowed} and {releases_allowed}",
                    Counted(accounts.len(), "account"),
                    Counted(releases.len(), "release")
                )
            }
            Self::Drift { image, what } => write!(f, "{image} was changed by hand: {what}"),
            Self::RivalInFamily { rival, image, family } => {
                write!(
                    f,
                    "the family {family} resolves to {rival}, which is younger than {image}"
                )
            }
            Self::PolicyRefused {
                object,
                why,
                in_force: Some(serial),
            } => write!(
                f,
                "the policy in {object} is refused: {why}. Serial {serial} stays in force"
            ),
            Self::PolicyRefused {
                object,
                why,
                in_force: None,
            } => write!(
                f,
                "the policy in {object} is refused: {why}. The packaged one stays in force"
            ),
            Self::PolicyGone { image, policy } => {
                write!(
                    f,
                    "{image} belongs to the policy {policy}, which the file no longer has"
                )
            }
        }
    }
}

impl BlockKind {
    /// What a person should do.
    pub fn fix(&self) -> String {
        match self {
            Self::SelectedTwice { .. } => "make the selectors of the policies exclude each other".into(),
            Self::Public { image } => format!("withdraw it from the public: {}", console(image)),
            Self::SourceFailed { .. } => "build the image again; delete the failed one".into(),
            Self::TagsMissing { tags, .. } => format!("tag the image once it passed: {}", tags.join(", ")),
            Self::NoRoomForTags { .. } => "remove tags until at most 14 of its own are left".into(),
            Self::TooLarge { .. } => "copy its snapshots with CopySnapshot and build an image in each region".into(),
            Self::NotOurs { .. } => "copy the image to this account, or take the tag that selects it off".into(),
            Self::RisksFound { .. } => "mend what was found, and build the image again".into(),
            Self::NoKey { region, .. } => format!("name one: encrypt.{region} = \"key-…\""),
            Self::ServiceKey { image } => {
                format!(
                    "let a copy be made under a customer key: encrypt.{} = \"key-…\"",
                    image.region
                )
            }
            Self::KeyUnusable { exists: true, .. } => "enable the key".into(),
            Self::KeyUnusable { region, .. } => format!("name a key of {region}; a key serves one region"),
            Self::SeveralSnapshots { .. } => "build the golden image with its system disk alone".into(),
            Self::EncryptedNotShared { image } => {
                format!(
                    "take {} out of the policy, or leave the image unencrypted there",
                    image.region
                )
            }
            Self::TrustBroken { role, .. } => {
                format!(
                    "create or repair the role {role} so that ecs.aliyuncs.com can assume it; the rest is done here"
                )
            }
            Self::TrustFull { .. } => {
                "share encrypted images with fewer accounts, or raise encryption.trust-document-chars if RAM takes more"
                    .into()
            }
            Self::TagsLie { image, .. } => format!("take the goldcast:* tags off it: {}", console(image)),
            Self::NameTaken { image, .. } => format!("rename or delete that image: {}", console(image)),
            Self::CopyFailed { image, .. } => {
                format!(
                    "find out why in the console, then delete the failed copy: {}",
                    console(image)
                )
            }
            Self::NoRoomForAccounts { .. } => {
                "raise the quota of users per custom image in the Quota Center, then limits.accounts-per-image".into()
            }
            Self::AccountRefused { .. } => "correct the account id in the policy".into(),
            Self::AccountTwice { .. } => "take the account out of share.accounts".into(),
            Self::NoSuchFolder { .. } => "correct share.folders".into(),
            Self::NoRoomForShelf { .. } => {
                "raise the quota of resource shares, then limits.shares; or share.by = \"grant\"".into()
            }
            Self::NoRoomOnShelf { .. } => {
                "raise the quota of shared resources, then limits.shared-resources; or keep fewer releases".into()
            }
            Self::TooManyTargets { .. } => "share with a folder above them, or raise limits.targets-per-share".into(),
            Self::ShelfRefusesImage { why, .. } | Self::ShelfRefusesTarget { why, .. } => mend(*why).into(),
            Self::RegionsLeftOut { .. } => {
                "nothing, if it can wait: these regions follow as soon as they are in place".into()
            }
            Self::FamilyEmpty { .. } => "build a good image, or take the recall back".into(),
            Self::ParentRecalled { image, .. } => {
                format!(
                    "recall it too if it has the same flaw: goldcast recall {}/{}",
                    image.region, image.image
                )
            }
            Self::Brake { accounts, releases, .. } => format!(
                "look at it with goldcast plan; if it is right, goldcast apply --allow-removals {}",
                accounts.len().max(releases.len())
            ),
            Self::Drift { image, what } => match what {
                Drift::Public => format!("withdraw it from the public: {}", console(image)),
                Drift::Unselected | Drift::GateTags(_) => {
                    "put the tags back, or recall the release if they were taken off for a reason".into()
                }
                Drift::Family(_) | Drift::Deprecated | Drift::LedgerTags => {
                    "put it back, or let goldcast do it: drift = \"repair\"".into()
                }
            },
            Self::RivalInFamily { rival, .. } => format!("take it out of the family or delete it: {}", console(rival)),
            Self::PolicyRefused { object, .. } => {
                format!("raise serial in the policy's file and push it: goldcast policy push FILE {object}")
            }
            Self::PolicyGone { .. } => "put the policy back, or delete its images".into(),
        }
    }
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Family(family) => write!(f, "it was put into the family {family}"),
            Self::Deprecated => f.write_str("it was deprecated"),
            Self::LedgerTags => f.write_str("its goldcast:* tags are gone or changed"),
            Self::Unselected => f.write_str("the policy selects it no more"),
            Self::GateTags(tags) => write!(f, "tags that the policy requires are gone: {}", Listed(tags)),
            Self::Public => f.write_str("it was made public"),
        }
    }
}

fn failing(why: Failing) -> &'static str {
    match why {
        Failing::LimitExceeded => "a limit of the cloud is reached",
        Failing::Unsupported => "the cloud does not share it so",
        Failing::Unavailable => "it is not available",
        Failing::Internal => "the cloud failed",
    }
}

fn mend(why: Failing) -> &'static str {
    match why {
        Failing::LimitExceeded => "raise the quota in the Quota Center",
        Failing::Unsupported => "share by grant instead: share.by = \"grant\"",
        Failing::Unavailable => "look whether it still exists",
        Failing::Internal => "nothing: it is tried again",
    }
}
