//! Why an account can or cannot launch, in words.

use std::fmt;

use crate::explain::Remedy;
use crate::{Explanation, Fact, Question, Step, Subject};

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in &self.steps {
            writeln!(f, "{step}")?;
        }
        let Question { account, what, region } = &self.question;
        let can = match self.can_launch {
            Some(true) => "can launch",
            Some(false) => "cannot launch",
            None => "may be able to launch",
        };
        write!(f, "{}  account {account} {can} ", mark(self.can_launch))?;
        match what {
            Subject::Image(image) if image.region == *region => writeln!(f, "{image}"),
            Subject::Image(image) => writeln!(f, "the release of {image} in {region}"),
            Subject::Family(family) => writeln!(f, "{family} in {region}"),
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}  {}", mark(self.holds), self.fact)?;
        self.change
            .iter()
            .try_for_each(|change| write!(f, ". To change it: {change}"))
    }
}

fn mark(holds: Option<bool>) -> &'static str {
    match holds {
        Some(true) => "yes",
        Some(false) => "no ",
        None => "?  ",
    }
}

impl fmt::Display for Fact {
    #[expect(clippy::wildcard_enum_match_arm, reason = "the other half has its own function")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Covered { policy, family } => write!(f, "the policy {policy} releases into the family {family}"),
            Self::NotCovered { family } => write!(f, "no policy releases into the family {family}"),
            Self::NotListed { image } => write!(f, "there is no image {image}"),
            Self::NotSelected { image } => write!(f, "no policy selects {image}, and it is no copy of ours"),
            Self::NothingGolden { policy } => write!(f, "there is no image that the policy {policy} selects"),
            Self::Golden { release, policy } => {
                write!(
                    f,
                    "{release} is golden: the policy {policy} selects it, and it passed the gates"
                )
            }
            Self::Blocked(block) => write!(f, "{block}"),
            Self::Waiting(wait) => write!(f, "{wait}"),
            Self::Recalled { release, why } => write!(f, "{release} was recalled: {why}"),
            Self::Retired { release } => write!(f, "{release} is retired: the policy keeps newer releases"),
            Self::Stays { release } => write!(f, "{release} is neither recalled nor retired"),
            Self::OutsideRegions { policy, region } => write!(f, "the policy {policy} does not go to {region}"),
            Self::NoImage { release, region } => write!(f, "{release} has no image in {region}"),
            Self::InPlace { release, image } => write!(f, "the image of {release} there is {image}"),
            Self::Ready { image } => write!(f, "{image} is available and usable"),
            Self::Failed { image } => write!(f, "{image} could not be made"),
            Self::Withdrawn { image } => write!(f, "{image} is deprecated or withdrawn"),
            Self::Plain { image } => write!(f, "{image} is not encrypted"),
            Self::UnderKey { image, key } => write!(f, "{image} is encrypted with {key}, which can be used"),
            _ => self.about_the_account(f),
        }
    }
}

impl Fact {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the first half is said before it comes here"
    )]
    fn about_the_account(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Owner { account } => write!(f, "account {account} owns the image"),
            Self::Named { account } => write!(f, "the policy names account {account}"),
            Self::InFolder { account, folder } => {
                write!(f, "account {account} stands in {folder}, which the policy shares with")
            }
            Self::InDirectory { account } => {
                write!(
                    f,
                    "account {account} is a member of the directory, which the policy shares with"
                )
            }
            Self::Excepted { account } => write!(f, "the policy excepts account {account}"),
            Self::Outside {
                account,
                path: Some(path),
            } => {
                write!(
                    f,
                    "no rule of the policy includes account {account}, which stands at {path}"
                )
            }
            Self::Outside { account, path: None } => {
                write!(f, "no rule of the policy includes account {account}")
            }
            Self::Closing { account } => {
                write!(
                    f,
                    "account {account} is being closed: it is given nothing and loses nothing"
                )
            }
            Self::Unproved { account } => {
                write!(f, "where account {account} stands in the directory is not known")
            }
            Self::Trusted { role, account } => write!(f, "the role {role} trusts account {account} with the key"),
            Self::NotTrusted { role, account } => {
                write!(f, "the role {role} does not trust account {account} with the key")
            }
            Self::ByShelf { shelf } => write!(f, "it gets the image from the shelf {shelf}"),
            Self::ByGrant { why: None } => f.write_str("it gets the image by grant"),
            Self::ByGrant { why: Some(why) } => write!(f, "it gets the image by grant, since {why}"),
            Self::Shared { image, account } => write!(f, "{image} is shared with account {account}"),
            Self::NotShared { image, account } => write!(f, "{image} is not shared with account {account}"),
            Self::Resolves { family, image } => write!(f, "the family {family} resolves to {image}"),
            Self::NotCommitted { image, family } => write!(f, "{image} is not in the family {family}"),
            Self::Parked { image, family } => write!(f, "{image} is parked in {family}"),
            Self::Rests { policy } => write!(f, "the policy {policy} is paused, which takes nothing away"),
            Self::Paid { image } => write!(f, "{image} is a paid image: whoever launches it pays for it"),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Remedy<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NextRun(action) => write!(f, "wait for the next run, which will {action}"),
            Self::ByItself => f.write_str("wait; it passes by itself"),
            Self::Fix(block) => f.write_str(&block.fix()),
            Self::GoOn(policy) => {
                write!(
                    f,
                    "let the policy {policy} go on: paused = false, or take the tag goldcast:paused off its sources"
                )
            }
            Self::NameFamily => f.write_str("name the family in a policy"),
            Self::Select => f.write_str("give it the tags and the name that a policy selects"),
            Self::Build => f.write_str("build an image with the tags and the name that it selects"),
            Self::EndRecall => f.write_str("take the tag goldcast:recall off its images"),
            Self::KeepMore => f.write_str("raise keep or max-age in the policy"),
            Self::AddRegion(region) => write!(f, "add {region} to regions in the policy"),
            Self::EndExcept => f.write_str("take it out of share.except"),
            Self::Include => f.write_str("name it in share.accounts, or move it into a folder of share.folders"),
            Self::Newer(release) => write!(f, "wait for {release}, which is newer and takes its place"),
        }
    }
}
