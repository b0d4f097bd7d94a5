//! The plan as text that a person can read aloud. The words of every wait, block and reason live here and nowhere else.

use std::fmt;

use goldcast_domain::ImageRef;

use crate::{Action, Block, BlockKind, Plan, Planned, Reason, Wait, WaitKind};

/// Accounts that a line names before it counts the rest.
const NAMED_MAX: usize = 3;

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.actions.is_empty() && self.waits.is_empty() && self.blocks.is_empty() {
            return f.write_str("nothing to do: everything is as the policy wants it\n");
        }
        for planned in &self.actions {
            writeln!(f, "do     {planned}")?;
        }
        for wait in &self.waits {
            writeln!(f, "wait   {wait}")?;
        }
        for block in &self.blocks {
            writeln!(f, "block  {block}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Planned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}, because {}", self.release, self.action, self.reason)
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RecordAttempts { source, value } => write!(f, "note the attempts {value:?} on {source}"),
            Self::DeleteFailedCopy { copy } => write!(f, "delete the failed copy {copy}"),
            Self::Copy { from, to, name, .. } => write!(f, "copy {from} to {to} as {name}"),
            Self::Grant { image, accounts } => write!(f, "share {image} with {}", Listed(accounts)),
            Self::Revoke { image, accounts } => write!(f, "stop sharing {image} with {}", Listed(accounts)),
            Self::SetFamily { image, family } => write!(f, "put {image} into the family {family}"),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCopyInRegion => f.write_str("the policy names the region and there is no copy"),
            Self::CopyFailed { attempt } => write!(f, "the last copy failed and this is attempt {attempt}"),
            Self::InAudience => f.write_str("the policy shares with them and they do not have it"),
            Self::OutsideAudience => f.write_str("no rule of the policy explains why they have it"),
            Self::StagedEverywhere => f.write_str("the release is in place and shared in every region"),
        }
    }
}

impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(release) = &self.release {
            write!(f, "{release}: ")?;
        }
        write!(f, "{}", self.kind)
    }
}

impl fmt::Display for WaitKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SourceBeingMade {
                image,
                progress_percent,
            } => {
                write!(f, "{image} is still being built{}", Percent(*progress_percent))
            }
            Self::CopyBeingMade {
                image,
                progress_percent,
            } => {
                write!(f, "the copy {image} is under way{}", Percent(*progress_percent))
            }
            Self::NotUsableYet { image } => write!(f, "{image} cannot be launched yet"),
            Self::SlotsTaken { region } => write!(f, "all copy slots in {region} are taken"),
            Self::RegionUnread { region, why } => write!(f, "the images in {region} could not be read: {why}"),
            Self::GrantsUnread { image, why } => write!(f, "who has {image} could not be read: {why}"),
            Self::DirectoryUnread { why } => write!(f, "the resource directory could not be read: {why}"),
            Self::OtherRegions { missing } => {
                f.write_str("staged, waiting for ")?;
                list(f, missing)
            }
            Self::FamilyNotVisible { image } => write!(f, "the family does not resolve to {image} yet"),
        }
    }
}

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(release) = &self.release {
            write!(f, "{release}: ")?;
        }
        write!(f, "{}. To do: {}", self.kind, self.kind.fix())
    }
}

impl fmt::Display for BlockKind {
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
            Self::Encrypted { image } => write!(f, "{image} is encrypted, and copies of it need a key in every region"),
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
            Self::RivalInFamily { rival, image, family } => {
                write!(
                    f,
                    "the family {family} resolves to {rival}, which is younger than {image}"
                )
            }
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
            Self::Encrypted { .. } => "build the golden image unencrypted".into(),
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
            Self::RivalInFamily { rival, .. } => format!("take it out of the family or delete it: {}", console(rival)),
            Self::PolicyGone { .. } => "put the policy back, or delete its images".into(),
        }
    }

    /// Its name in logs and in the marks of what was told.
    pub fn name(&self) -> &'static str {
        match self {
            Self::SelectedTwice { .. } => "selected-twice",
            Self::Public { .. } => "public",
            Self::SourceFailed { .. } => "source-failed",
            Self::TagsMissing { .. } => "tags-missing",
            Self::NoRoomForTags { .. } => "no-room-for-tags",
            Self::TooLarge { .. } => "too-large",
            Self::Encrypted { .. } => "encrypted",
            Self::NameTaken { .. } => "name-taken",
            Self::CopyFailed { .. } => "copy-failed",
            Self::NoRoomForAccounts { .. } => "no-room-for-accounts",
            Self::AccountRefused { .. } => "account-refused",
            Self::RivalInFamily { .. } => "rival-in-family",
            Self::PolicyGone { .. } => "policy-gone",
        }
    }
}

/// Up to three items, then a count.
struct Listed<'a, T>(&'a [T]);

impl<T: fmt::Display> fmt::Display for Listed<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.len().checked_sub(NAMED_MAX) {
            None | Some(0) => list(f, self.0),
            Some(more) => {
                list(f, &self.0[..NAMED_MAX])?;
                write!(f, " and {more} more")
            }
        }
    }
}

struct Percent(Option<u8>);

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |percent| write!(f, " ({percent} %)"))
    }
}

fn list<T: fmt::Display>(f: &mut fmt::Formatter<'_>, items: &[T]) -> fmt::Result {
    for (position, item) in items.iter().enumerate() {
        let separator = if position == 0 { "" } else { ", " };
        write!(f, "{separator}{item}")?;
    }
    Ok(())
}

fn console(image: &ImageRef) -> String {
    format!("https://ecs.console.aliyun.com/image/region/{}/imageList", image.region)
}
