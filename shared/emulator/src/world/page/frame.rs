//! What stands around every part of the page: the time, the channels with their counts, and where one is.

use jiff::Timestamp;
use maud::{DOCTYPE, Markup, html};

use crate::world::receivers::Tally;
use crate::world::shared::State;

/// A part of the page.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// All channels in one.
    Everything,
    /// One channel.
    Channel(String),
    /// The owner's images.
    Images,
    /// The members.
    Members,
}

impl Place {
    fn title(&self) -> &str {
        match self {
            Self::Everything => "All channels",
            Self::Channel(channel) => channel,
            Self::Images => "Images",
            Self::Members => "Members",
        }
    }

    fn path(&self) -> String {
        match self {
            Self::Everything => "/".to_owned(),
            Self::Channel(channel) => {
                let escaped: String = url::form_urlencoded::byte_serialize(channel.as_bytes()).collect();
                format!("/channels/{}", escaped.replace('+', "%20"))
            }
            Self::Images => "/images".to_owned(),
            Self::Members => "/members".to_owned(),
        }
    }
}

/// What the frame shows.
#[derive(Debug)]
pub(super) struct Frame {
    now: Timestamp,
    calls: usize,
    waiting: usize,
    given_up: usize,
    channels: Vec<Tally>,
}

impl Frame {
    pub(super) fn of(state: &State) -> Self {
        Self {
            now: state.now,
            calls: state.cloud.calls_counted(),
            waiting: state.agenda.waiting(),
            given_up: state.dead_letters.len(),
            channels: state.receivers.tallies().cloned().collect(),
        }
    }

    /// Whether there is such a channel.
    pub(super) fn has(&self, channel: &str) -> bool {
        self.channels.iter().any(|tally| tally.channel == channel)
    }

    /// The whole page.
    pub(super) fn around(&self, place: &Place, part: &Markup) -> Markup {
        let channel = self
            .channels
            .iter()
            .find(|tally| *place == Place::Channel(tally.channel.clone()));
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (place.title()) " · simulated cloud" }
                    link rel="icon" href="/icon.svg";
                    link rel="stylesheet" href="/page.css";
                    script src="/page.js" defer {}
                }
                body {
                    a.skip href="#part" { "Skip to the messages" }
                    header { (self.headline()) }
                    nav aria-label="Channels" { (self.channels(place)) }
                    main id="part" tabindex="-1" {
                        h2 { (place.title()) @if let Some(tally) = channel { " " span.platform { (platform(tally.platform)) } } }
                        @if let Some(tally) = channel { (refusals(tally)) }
                        (part)
                    }
                }
            }
        }
    }

    fn headline(&self) -> Markup {
        html! {
            h1 { "Simulated cloud" }
            p.soft {
                "It is " time id="now" datetime=(self.now) { (self.now.strftime("%Y-%m-%d %H:%M:%S")) } " here · "
                span id="calls" { (self.calls) } " calls answered · "
                span id="waiting" { (self.waiting) } " invocations waiting · "
                span id="given-up" { (self.given_up) } " given up · as JSON: "
                a href="/state.json" { "state" } ", " a href="/calls.json" { "calls" } ", "
                a href="/messages.json" { "messages" }
            }
            p id="pulse" role="status" {}
        }
    }

    fn channels(&self, here: &Place) -> Markup {
        let all = self.channels.iter().map(|tally| tally.taken).sum();
        let refused = self.channels.iter().map(|tally| tally.refused).sum();
        html! {
            ul {
                li { (entry(&Place::Everything, here, None, counts("", all, 0, refused))) }
                @for tally in &self.channels {
                    @let counts = counts(&format!("-{}", tally.channel), tally.taken, tally.again, tally.refused);
                    li { (entry(&Place::Channel(tally.channel.clone()), here, Some(tally.platform), counts)) }
                }
            }
            ul.cloud {
                li { (entry(&Place::Images, here, None, html! {})) }
                li { (entry(&Place::Members, here, None, html! {})) }
            }
        }
    }
}

fn entry(place: &Place, here: &Place, of: Option<&'static str>, counts: Markup) -> Markup {
    html! {
        a href=(place.path()) aria-current=[(place == here).then_some("page")] {
            span.name { (place.title()) }
            @if let Some(of) = of { span.platform { (platform(of)) } }
            (counts)
        }
    }
}

/// How many messages there are, how many came again, how many were refused; what is none is not said. `mark` tells the
/// channels' counts apart.
fn counts(mark: &str, taken: u32, again: u32, refused: u32) -> Markup {
    html! {
        span.counts {
            span id={ "taken" (mark) } title="messages" { (taken) }
            span.again id={ "again" (mark) } title="of them received before" { @if again > 0 { (again) " again" } }
            span.refused id={ "refused" (mark) } title="refused" { @if refused > 0 { (refused) " refused" } }
        }
    }
}

fn refusals(tally: &Tally) -> Markup {
    html! {
        p.refusals id="last-refusal" {
            @if let Some(last) = &tally.last_refusal { (tally.refused) " refused, the last of them with " code { (last) } }
        }
    }
}

/// What people call a platform.
pub(super) fn platform(name: &str) -> &str {
    match name {
        "dingtalk" => "DingTalk",
        "feishu" => "Feishu",
        "wecom" => "WeCom",
        "slack" => "Slack",
        "teams" => "Teams",
        "discord" => "Discord",
        "webhook" => "Standard Webhooks",
        "cloudevents" => "CloudEvents",
        other => other,
    }
}
