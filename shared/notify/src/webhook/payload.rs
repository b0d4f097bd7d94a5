//! The JSON that a receiver gets, member by member.
//!
//! A member is never renamed or removed; new ones may join. Lists hold whole rows; where a list was shortened to stay
//! below 20 kB, its `…_omitted` member says by how many. Strings have their control and direction characters removed.

use jiff::Timestamp;
use serde::Serialize;

use crate::message::{Content, Message, NeedsYou, Onboarded, Recalled, RegionState, Released};
use crate::untrusted::{one_line, shorten};

/// Longest reason, in bytes; an error text may be endless.
const MAX_REASON_BYTES: usize = 8_000;

/// The envelope of Standard Webhooks.
#[derive(Serialize)]
struct Event {
    /// `goldcast.released`, `goldcast.onboarded`, `goldcast.needs_you` or `goldcast.recalled`.
    r#type: &'static str,
    /// When it happened, RFC 3339.
    timestamp: Timestamp,
    /// What happened.
    data: Data,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Data {
    Released(ReleasedData),
    Onboarded(OnboardedData),
    NeedsYou(NeedsYouData),
    Recalled(RecalledData),
}

/// `data` of `goldcast.released`.
#[derive(Serialize)]
struct ReleasedData {
    /// Name of the release.
    release: String,
    /// Policy that released it.
    policy: String,
    /// Image family that now resolves to it.
    family: String,
    /// Image id of the source in the home region.
    source_image_id: String,
    /// Distinct accounts that can launch it.
    accounts: usize,
    /// Whether who launches it pays for a product of the marketplace.
    paid: bool,
    /// Regions of the release, also those not listed.
    regions_total: usize,
    /// Regions that `regions` leaves out.
    regions_omitted: usize,
    /// Blocked and unfinished regions first.
    regions: Vec<RegionData>,
}

/// One region of a release.
#[derive(Serialize)]
struct RegionData {
    region: String,
    image_id: String,
    /// `committed`, `staged`, `copying`, `unknown` or `blocked`.
    state: RegionState,
    /// Accounts that can launch it there.
    accounts: usize,
}

/// `data` of `goldcast.onboarded`.
#[derive(Serialize)]
struct OnboardedData {
    /// Image family.
    family: String,
    /// Account that owns the images.
    owner: String,
    /// What another account launches by: `acs:<owner>:<family>`.
    launch_family: String,
    /// Regions that have an image, also those not listed.
    images_total: usize,
    /// Regions that `images` leaves out.
    images_omitted: usize,
    /// By region id.
    images: Vec<ImageData>,
    /// Accounts that gained access, also those not listed.
    accounts_total: usize,
    /// Accounts that `accounts` leaves out.
    accounts_omitted: usize,
    /// The accounts.
    accounts: Vec<AccountData>,
}

/// An image in its region.
#[derive(Serialize)]
struct ImageData {
    region: String,
    image_id: String,
}

/// One account.
#[derive(Serialize)]
struct AccountData {
    id: String,
    /// Display name; `null` if unknown.
    name: Option<String>,
}

/// `data` of `goldcast.needs_you`.
#[derive(Serialize)]
struct NeedsYouData {
    /// What it is about.
    subject: String,
    /// Why goldcast stopped.
    reason: String,
    /// What to do.
    fix: String,
    /// Policy concerned.
    policy: String,
    /// Release concerned, or `null`.
    release: Option<String>,
    /// Image id concerned, or `null`.
    image_id: Option<String>,
    /// Region id concerned, or `null`.
    region: Option<String>,
    /// Account id concerned, or `null`.
    account: Option<String>,
}

/// `data` of `goldcast.recalled`.
#[derive(Serialize)]
struct RecalledData {
    /// Name of the release.
    release: String,
    /// Policy that released it.
    policy: String,
    /// Image family that no longer resolves to it.
    family: String,
    /// Why, in the words of whoever took it back.
    why: String,
    /// Image id of the source, or of the copy that speaks for it.
    source_image_id: String,
    /// The release that the family resolves to now; `null` if nobody can launch by the family.
    instead: Option<String>,
    /// Images of the release, also those not listed.
    images_total: usize,
    /// Images that `images` leaves out.
    images_omitted: usize,
    /// By region id; a region may have two.
    images: Vec<ImageData>,
}

/// Rows of the longest list of `message`.
pub(super) fn longest_list(message: &Message) -> usize {
    match &message.content {
        Content::Released(released) => released.regions.len(),
        Content::Onboarded(onboarded) => onboarded.accounts.len().max(onboarded.images.len()),
        Content::NeedsYou(_) => 0,
        Content::Recalled(recalled) => recalled.regions.len(),
    }
}

/// The body with at most `keep` rows of every list.
pub(super) fn json(message: &Message, keep: usize) -> Result<Vec<u8>, serde_json::Error> {
    let (r#type, data) = match &message.content {
        Content::Released(content) => ("goldcast.released", Data::Released(released(content, keep))),
        Content::Onboarded(content) => ("goldcast.onboarded", Data::Onboarded(onboarded(content, keep))),
        Content::NeedsYou(content) => ("goldcast.needs_you", Data::NeedsYou(needs_you(content))),
        Content::Recalled(content) => ("goldcast.recalled", Data::Recalled(recalled(content, keep))),
    };
    serde_json::to_vec(&Event {
        r#type,
        timestamp: message.at,
        data,
    })
}

fn released(content: &Released, keep: usize) -> ReleasedData {
    let regions = content.regions_by_urgency();
    let rows = regions.into_iter().take(keep).map(|line| RegionData {
        region: one_line(&line.region),
        image_id: one_line(&line.image),
        state: line.state,
        accounts: line.accounts,
    });
    ReleasedData {
        release: one_line(&content.release),
        policy: one_line(&content.policy),
        family: one_line(&content.family),
        source_image_id: one_line(&content.source),
        accounts: content.accounts,
        paid: content.is_paid,
        regions_total: content.regions.len(),
        regions_omitted: content.regions.len().saturating_sub(keep),
        regions: rows.collect(),
    }
}

fn onboarded(content: &Onboarded, keep: usize) -> OnboardedData {
    let images = content.images.iter().take(keep);
    let accounts = content.accounts.iter().take(keep);
    OnboardedData {
        family: one_line(&content.family),
        owner: one_line(&content.owner),
        launch_family: one_line(&content.launch_family()),
        images_total: content.images.len(),
        images_omitted: content.images.len().saturating_sub(keep),
        images: images.map(|(region, id)| image(region, id)).collect(),
        accounts_total: content.accounts.len(),
        accounts_omitted: content.accounts.len().saturating_sub(keep),
        accounts: accounts
            .map(|line| AccountData {
                id: one_line(&line.id),
                name: line.name.as_deref().map(one_line),
            })
            .collect(),
    }
}

fn image(region: &str, id: &str) -> ImageData {
    ImageData {
        region: one_line(region),
        image_id: one_line(id),
    }
}

fn needs_you(content: &NeedsYou) -> NeedsYouData {
    NeedsYouData {
        subject: one_line(&content.subject),
        reason: shorten(&one_line(&content.reason), MAX_REASON_BYTES),
        fix: one_line(&content.fix),
        policy: one_line(&content.policy),
        release: content.release.as_deref().map(one_line),
        image_id: content.image.as_deref().map(one_line),
        region: content.region.as_deref().map(one_line),
        account: content.account.as_deref().map(one_line),
    }
}

fn recalled(content: &Recalled, keep: usize) -> RecalledData {
    let images = content.regions_by_name().into_iter().take(keep);
    RecalledData {
        release: one_line(&content.release),
        policy: one_line(&content.policy),
        family: one_line(&content.family),
        why: shorten(&one_line(&content.why), MAX_REASON_BYTES),
        source_image_id: one_line(&content.source),
        instead: content.instead.as_deref().map(one_line),
        images_total: content.regions.len(),
        images_omitted: content.regions.len().saturating_sub(keep),
        images: images.map(|line| image(&line.region, &line.image)).collect(),
    }
}
