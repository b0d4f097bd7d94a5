//! What messages say about accounts: who can launch what, and who no longer can. One message for all of them, not one each.

use serde::Serialize;

use crate::order::put_in_order;

/// Accounts that can now launch families: accounts × families.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Onboarded {
    /// The accounts that gained access.
    pub accounts: Vec<AccountLine>,
    /// Account that owns the images.
    pub owner: String,
    /// What they can launch.
    pub families: Vec<FamilyLine>,
}

impl Onboarded {
    /// How to name a family from another account: `acs:<owner>:<family>`.
    pub fn launch_family(&self, family: &FamilyLine) -> String {
        format!("acs:{}:{}", self.owner, family.family)
    }
}

/// One account that gained access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountLine {
    /// Account id.
    pub id: String,
    /// Display name in the resource directory, if it could be read.
    pub name: Option<String>,
    /// The families that it gained, of those in the message.
    pub families: Vec<String>,
}

/// A family that accounts can launch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FamilyLine {
    /// Image family they launch by.
    pub family: String,
    /// Policy that gives it.
    pub policy: String,
    /// Whether its image is a paid one: who launches it pays for a product of the marketplace.
    pub is_paid: bool,
    /// Its images, one per region, in any order.
    pub images: Vec<FamilyImage>,
}

impl FamilyLine {
    /// The images in the order they want to be read: by region.
    pub(crate) fn images_by_region(&self) -> Vec<&FamilyImage> {
        let mut images: Vec<&FamilyImage> = self.images.iter().collect();
        put_in_order(&mut images, Ord::cmp);
        images
    }
}

/// The image that a family resolves to in one region.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FamilyImage {
    /// Region id, `cn-shanghai`.
    pub region: String,
    /// Image id there.
    pub image: String,
    /// Whether it is encrypted: another account has to launch it with `Encrypted=true` on its disks.
    /// See <https://www.alibabacloud.com/help/en/ecs/user-guide/use-shared-images>.
    pub is_encrypted: bool,
}

/// Accounts that can no longer launch families.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offboarded {
    /// The accounts that lost access.
    pub accounts: Vec<LostLine>,
}

/// One account that lost access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostLine {
    /// Account id.
    pub id: String,
    /// Display name in the resource directory, if it could be read.
    pub name: Option<String>,
    /// The families that it lost.
    pub families: Vec<String>,
    /// Why.
    pub why: Departure,
}

/// Why an account lost access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Departure {
    /// The resource directory does not have it any more: it left, or was closed.
    LeftDirectory,
    /// The policy does not share with it any more: it was moved, or the policy was edited.
    LeftAudience,
}

/// The different families of many lines, in order.
pub(crate) fn families<'a>(lines: impl Iterator<Item = &'a [String]>) -> Vec<&'a str> {
    let mut families: Vec<&str> = lines.flatten().map(String::as_str).collect();
    put_in_order(&mut families, Ord::cmp);
    families.dedup();
    families
}
