//! What has happened in the world between two looks, one line each: images, who has them, families, accounts, messages,
//! refused writes and what the platform gave up. Not every call: the web page has those.

use std::collections::{BTreeMap, BTreeSet};

use goldcast_domain::{AccountId, ImageId, RegionId};
use goldcast_emulator::cloud::{Image, ImageStatus, Membership, Standing};
use goldcast_emulator::world::View;
use jiff::Timestamp;
use serde::Serialize;

use crate::ink::{BAD, CAREFUL, GOOD, HEADING, SOFT, count, paint};
use crate::stage::{Stage, is_read};

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Happening {
    /// Simulated time at which it was seen.
    at: Timestamp,
    /// What kind of thing it is.
    kind: Kind,
    /// Where, if anywhere in particular.
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<RegionId>,
    /// The image, account, channel or function that it is about.
    subject: String,
    /// What happened to it.
    text: String,
}

/// Kinds of happenings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Image,
    Share,
    Family,
    Account,
    Message,
    Refusal,
    DeadLetter,
}

/// What was there at the last look.
#[derive(Debug, Default)]
pub(super) struct Seen {
    images: BTreeMap<(RegionId, ImageId), Looks>,
    members: BTreeMap<AccountId, (String, String, Standing)>,
    messages: usize,
    dead_letters: usize,
    calls: usize,
}

/// What is worth a line about an image.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Looks {
    name: String,
    state: String,
    family: Option<String>,
    accounts: BTreeSet<AccountId>,
}

impl Seen {
    /// What is new since the last look.
    pub(super) fn look(&mut self, view: &View<'_>, stage: &Stage) -> Vec<Happening> {
        let mut news = Vec::new();
        self.look_at_members(view, stage, &mut news);
        self.look_at_images(view, stage, &mut news);
        self.look_at_refusals(view, &mut news);
        for message in view.messages.iter().skip(self.messages) {
            news.push(Happening::new(
                message.at,
                Kind::Message,
                &message.channel,
                message.title.clone(),
            ));
        }
        for letter in view.dead_letters.iter().skip(self.dead_letters) {
            news.push(Happening::new(
                letter.at,
                Kind::DeadLetter,
                &letter.function,
                format!("given up: {}", letter.error),
            ));
        }
        (self.messages, self.dead_letters) = (view.messages.len(), view.dead_letters.len());
        news
    }

    fn look_at_images(&mut self, view: &View<'_>, stage: &Stage, news: &mut Vec<Happening>) {
        let mut now = BTreeMap::new();
        for region in stage.policy.all_regions() {
            for image in view.cloud.images(&stage.organisation.owner, region) {
                now.insert(
                    (region.clone(), image.id.clone()),
                    Looks::of(image, view.cloud.launchers(region, &image.id)),
                );
            }
        }
        for ((region, image), looks) in &now {
            let before = self.images.get(&(region.clone(), image.clone()));
            let mut tell = |kind, text| {
                let happening = Happening::new(view.now, kind, image.as_str(), text);
                news.push(Happening {
                    region: Some(region.clone()),
                    ..happening
                });
            };
            if before.is_none_or(|before| before.state != looks.state) {
                tell(Kind::Image, format!("{} {}", looks.name, looks.state));
            }
            let had = before.map(|before| &before.accounts);
            if let Some(text) = change_of_accounts(had.unwrap_or(&BTreeSet::new()), &looks.accounts) {
                tell(Kind::Share, text);
            }
            let family = before.and_then(|before| before.family.as_ref());
            if family != looks.family.as_ref() {
                tell(
                    Kind::Family,
                    match &looks.family {
                        Some(family) => format!("launched by the family {family}"),
                        None => "in no family".to_owned(),
                    },
                );
            }
        }
        for ((region, image), looks) in self.images.iter().filter(|(key, _)| !now.contains_key(*key)) {
            let happening = Happening::new(view.now, Kind::Image, image.as_str(), format!("{} deleted", looks.name));
            news.push(Happening {
                region: Some(region.clone()),
                ..happening
            });
        }
        self.images = now;
    }

    fn look_at_members(&mut self, view: &View<'_>, stage: &Stage, news: &mut Vec<Happening>) {
        let folder = |member: &Membership| {
            let mut folders = stage.organisation.folders.iter();
            let known = folders.find(|folder| folder.id == member.folder);
            known.map_or_else(|| member.folder.to_string(), |folder| folder.name.clone())
        };
        let now: BTreeMap<_, _> = view
            .cloud
            .members()
            .map(|member| {
                (
                    member.account.clone(),
                    (member.name.clone(), folder(member), member.standing),
                )
            })
            .collect();
        let mut tell = |account: &AccountId, text| {
            news.push(Happening::new(view.now, Kind::Account, account.as_str(), text));
        };
        for (account, (name, folder, standing)) in &now {
            match self.members.get(account) {
                None => tell(account, format!("{name} joined {folder}")),
                Some((_, before, _)) if before != folder => {
                    tell(account, format!("{name} moved from {before} to {folder}"));
                }
                Some((_, _, before)) if before != standing => tell(account, format!("{name} is being deleted")),
                Some(_) => {}
            }
        }
        for (account, (name, folder, _)) in self.members.iter().filter(|(account, _)| !now.contains_key(*account)) {
            tell(account, format!("{name} left {folder}"));
        }
        self.members = now;
    }

    /// Writes that were refused. Refused reads are answers: an account that is gone, a family that is empty.
    fn look_at_refusals(&mut self, view: &View<'_>, news: &mut Vec<Happening>) {
        for call in view
            .cloud
            .calls_since(self.calls)
            .iter()
            .filter(|call| !call.succeeded() && !is_read(&call.action))
        {
            let caller = call.caller.as_ref();
            let who = caller.map_or("somebody", |caller| {
                caller.session.as_deref().unwrap_or(caller.account.as_str())
            });
            let code = call.error_code.as_deref().unwrap_or("no answer");
            let happening = Happening::new(
                call.at,
                Kind::Refusal,
                who,
                format!("{} was refused: {code}", call.action),
            );
            news.push(Happening {
                region: call.region.clone(),
                ..happening
            });
        }
        self.calls = view.cloud.calls_counted();
    }
}

impl Looks {
    fn of(image: &Image, accounts: BTreeSet<AccountId>) -> Self {
        let state = match image.status {
            ImageStatus::Creating if image.is_copied => "is being copied",
            ImageStatus::Creating => "is being built",
            ImageStatus::Waiting => "waits for a copy slot",
            ImageStatus::Available if image.usable => "is usable",
            ImageStatus::Available => "is there, not usable yet",
            ImageStatus::UnAvailable | ImageStatus::CreateFailed => "failed",
            ImageStatus::Deprecated => "is deprecated",
        };
        Self {
            name: image.name.clone(),
            state: state.to_owned(),
            family: image.family.clone(),
            accounts,
        }
    }
}

/// Who got an image and who lost it, in words; nothing if nobody did.
fn change_of_accounts(before: &BTreeSet<AccountId>, now: &BTreeSet<AccountId>) -> Option<String> {
    let who = |accounts: Vec<&AccountId>| match accounts.as_slice() {
        [] => None,
        [one] => Some(format!("account {one}")),
        many => Some(count(many.len(), "account")),
    };
    let got = who(now.difference(before).collect()).map(|who| format!("shared with {who}"));
    let lost = who(before.difference(now).collect()).map(|who| format!("taken from {who}"));
    let changes: Vec<String> = got.into_iter().chain(lost).collect();
    (!changes.is_empty()).then(|| changes.join(", "))
}

impl Happening {
    fn new(at: Timestamp, kind: Kind, subject: &str, text: String) -> Self {
        Self {
            at,
            kind,
            region: None,
            subject: subject.to_owned(),
            text,
        }
    }

    /// One line for a person.
    pub(super) fn in_words(&self) -> String {
        let style = match self.kind {
            Kind::Image | Kind::Share | Kind::Account => anstyle::Style::new(),
            Kind::Family => GOOD,
            Kind::Message => HEADING,
            Kind::Refusal => CAREFUL,
            Kind::DeadLetter => BAD,
        };
        let at = paint(SOFT, self.at.strftime("%H:%M:%S"));
        let place = self.region.as_ref().map_or("", RegionId::as_str);
        format!("  {at}  {place:<15} {:<22}  {}", self.subject, paint(style, &self.text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_of_accounts_says_who_got_and_who_lost() {
        let set = |ids: &[u32]| ids.iter().map(|id| format!("20000{id}").parse().unwrap()).collect();
        for (before, now, said) in [
            (&[][..], &[][..], None),
            (&[1], &[1], None),
            (&[], &[1], Some("shared with account 200001")),
            (&[], &[1, 2], Some("shared with 2 accounts")),
            (&[1, 2, 3], &[3], Some("taken from 2 accounts")),
            (
                &[1],
                &[2],
                Some("shared with account 200002, taken from account 200001"),
            ),
        ] {
            assert_eq!(change_of_accounts(&set(before), &set(now)).as_deref(), said);
        }
    }
}
