//! Why something is done, in words.

use std::fmt;

use super::Counted;
use crate::{NoShelf, NoteKind, Reason};

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCopyInRegion => f.write_str("the policy names the region and there is no copy"),
            Self::CopyFailed { attempt } => write!(f, "the last copy failed and this is attempt {attempt}"),
            Self::InAudience => f.write_str("the policy shares with them and they do not have it"),
            Self::ByGrant { why } => write!(f, "they are in the audience, and it goes by grant since {why}"),
            Self::OnShelf => f.write_str("folders or the directory get it from there"),
            Self::ShelfIsEnough => f.write_str("they have it from a shelf, and nobody has it both ways"),
            Self::OutsideAudience => f.write_str("no rule of the policy explains why they have it"),
            Self::AnotherShelf => f.write_str("it stands on the shelf of today's audience"),
            Self::ShelfTwice => f.write_str("an older shelf has the same name"),
            Self::ShelfUnused => f.write_str("no policy wants the shelf"),
            Self::TrustFollows { added, removed } => {
                write!(
                    f,
                    "the audience of encrypted images changed: {added} more, {removed} less"
                )
            }
            Self::StagedEverywhere => f.write_str("the release is in place and shared in every region"),
            Self::InPlaceEverywhere => {
                f.write_str("the release is in place in every region, and can be shared once it is in the family")
            }
            Self::StagedEnough => f.write_str("the release is in place and shared where the policy asks for it"),
            Self::WouldWin => {
                f.write_str("it is younger than the current release's image, so the family would resolve to it")
            }
            Self::HeldUntilCommit => f.write_str("the policy holds the family until the release is committed"),
            Self::Recalled { why } => write!(f, "it was recalled: {why}"),
            Self::SucceedsRecalled => f.write_str("the release after it was recalled"),
            Self::Retired => f.write_str("the policy keeps newer releases"),
            Self::CopyTwice => f.write_str("there is another copy in the region"),
            Self::RegionDropped => f.write_str("the policy goes to this region no more"),
            Self::MovesUnshared => f.write_str("it is about to change its family, which it cannot while it is shared"),
            Self::Stays => f.write_str("what made it leave is gone"),
            Self::HandMade => f.write_str("it was changed by hand"),
        }
    }
}

impl fmt::Display for NoShelf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PolicySaysGrant => "the policy says so",
            Self::NotInRegion => "there is no Resource Sharing in the region",
            Self::Encrypted => "encrypted images go by grant",
            Self::Exceptions => "the audience has an exception inside a folder",
            Self::GrantedFirst => "it was shared by grant first, and keeps its way for life",
        })
    }
}

impl fmt::Display for NoteKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RecipientsPay { image } => write!(f, "{image} is a paid image, and whoever launches it pays for it"),
            Self::AroundExceptions { targets } => write!(
                f,
                "the shelf goes around the exceptions, to {}: who moves in has the images at once, and a new exception keeps \
                 them until the next sweep",
                Counted(*targets, "target")
            ),
        }
    }
}
