//! The cloud on the page: the owner's images and the members, as tables and as JSON.

use jiff::Timestamp;
use maud::{Markup, html};
use serde::Serialize;
use serde_json::{Value, json};

use super::ROWS_MAX;
use crate::cloud::{Cloud, Image, ImageStatus};
use crate::world::host::Place;
use crate::world::receivers::{Received, Tally};
use crate::world::shared::Shared;

/// One member account.
#[derive(Debug, Serialize)]
pub(super) struct MemberRow {
    account: String,
    name: String,
    folder: String,
}

/// One image in one region.
#[derive(Debug, Serialize)]
pub(super) struct ImageRow {
    region: String,
    image: String,
    name: String,
    family: String,
    status: String,
    shares: String,
}

/// Everything that the page shows, for machines.
#[derive(Debug, Serialize)]
pub(super) struct Snapshot {
    now: Timestamp,
    members: Vec<MemberRow>,
    images: Vec<ImageRow>,
    messages: Vec<Received>,
    channels: Vec<Tally>,
    dead_letters: Vec<Value>,
    calls: usize,
    waiting: usize,
}

impl Snapshot {
    pub(super) fn of(shared: &Shared) -> Self {
        let state = shared.lock();
        Self {
            now: state.now,
            members: MemberRow::all(&state.cloud),
            images: ImageRow::all(&state.cloud, &shared.place),
            messages: state.receivers.messages().to_vec(),
            channels: state.receivers.tallies().cloned().collect(),
            dead_letters: state.dead_letters.iter().map(|letter| json!(letter)).collect(),
            calls: state.cloud.calls().len(),
            waiting: state.agenda.waiting(),
        }
    }
}

impl MemberRow {
    pub(super) fn all(cloud: &Cloud) -> Vec<Self> {
        let members = cloud.members().map(|member| Self {
            account: member.account.to_string(),
            name: member.name.clone(),
            folder: member.folder.to_string(),
        });
        members.collect()
    }
}

impl ImageRow {
    /// The owner's images: goldcast makes no others.
    pub(super) fn all(cloud: &Cloud, place: &Place) -> Vec<Self> {
        let mut rows = Vec::new();
        for region in &place.regions {
            rows.extend(cloud.images(&place.account, region).map(|image| Self {
                region: region.to_string(),
                image: image.id.to_string(),
                name: image.name.clone(),
                family: image.family.clone().unwrap_or_default(),
                status: status(image).to_owned(),
                shares: cloud.launchers(region, &image.id).len().to_string(),
            }));
        }
        rows
    }
}

/// `Available` is not enough: whether an image can be launched shows a little later.
fn status(image: &Image) -> &'static str {
    if image.status == ImageStatus::Available && !image.usable {
        "Available, not usable yet"
    } else {
        image.status.as_str()
    }
}

pub(super) fn images(rows: &[ImageRow]) -> Markup {
    table(
        "Images",
        &["Region", "Image", "Name", "Family", "Status", "Shared with"],
        rows.iter().map(|row| {
            [
                &row.region,
                &row.image,
                &row.name,
                &row.family,
                &row.status,
                &row.shares,
            ]
        }),
    )
}

pub(super) fn members(rows: &[MemberRow]) -> Markup {
    table(
        "Members",
        &["Account", "Name", "Folder"],
        rows.iter().map(|row| [&row.account, &row.name, &row.folder]),
    )
}

/// A table that a keyboard can scroll where it is too wide.
fn table<'a, const N: usize>(
    caption: &str,
    heads: &[&str; N],
    rows: impl ExactSizeIterator<Item = [&'a String; N]>,
) -> Markup {
    let count = rows.len();
    html! {
        div.wide role="region" aria-label=(caption) tabindex="0" {
            table {
                thead { tr { @for head in heads { th scope="col" { (head) } } } }
                tbody id="rows" { @for row in rows.take(ROWS_MAX) { tr { @for cell in row { td { (cell) } } } } }
            }
        }
        @if count == 0 { p.empty { "There are none." } }
    }
}
