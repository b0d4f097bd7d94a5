//! `goldcast notify preview`: the message of a kind as each platform gets it. It reads no policy and sends nothing.

use std::io::Write as _;

use clap::Args;
use clap::builder::PossibleValuesParser;
use goldcast_notify::preview::{self, PreviewError};
use goldcast_notify::{Kind, Language, Manner, Message, RenderError};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::exit::{self, Exit};
use crate::ink::{HEADING, paint};

/// A summary is no kind of its own: no channel subscribes to it.
const DIGEST: &str = "digest";

/// When the samples happened, 2026-11-20T08:00:00Z; the same always, so that two previews can be compared.
const SAMPLE_TIME: Timestamp = Timestamp::constant(1_795_161_600, 0);

/// What to show.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  goldcast notify preview\n  goldcast notify preview --kind needs-you --lang zh\n  \
                  goldcast notify preview --channel-kind feishu --lang ja\n  \
                  goldcast notify preview --kind released --channel-kind slack --json | jq '.[0].payload'\n\n\
                  Names, ids and times are samples. A message's size and its signature depend on the real ones.\n\n\
                  Exit codes:\n  0  shown\n  1  a sample could not be written for a platform\n  2  a wrong argument"
)]
pub(crate) struct PreviewArguments {
    /// Only messages of this kind [default: every kind]
    #[arg(long, value_name = "KIND", value_parser = kinds())]
    kind: Option<String>,
    /// The language of the texts
    #[arg(long, value_name = "LANG", default_value = "en", value_parser = languages())]
    lang: String,
    /// Only for this platform [default: every platform]
    #[arg(long, value_name = "PLATFORM", value_parser = platforms())]
    channel_kind: Option<String>,
    /// Print what is sent as one JSON list instead of readable text
    #[arg(long)]
    json: bool,
}

fn kinds() -> PossibleValuesParser {
    let kinds = Kind::ALL.iter().map(|kind| kind.name());
    PossibleValuesParser::new(kinds.chain([DIGEST]))
}

fn languages() -> PossibleValuesParser {
    PossibleValuesParser::new(Language::ALL.iter().map(|language| language.code()))
}

fn platforms() -> PossibleValuesParser {
    PossibleValuesParser::new(preview::PLATFORMS)
}

/// Why a preview could not be shown.
#[derive(Debug, thiserror::Error)]
enum Unshown {
    #[error(transparent)]
    Channel(#[from] PreviewError),
    #[error("{platform} cannot show {kind}: {source}")]
    Render {
        platform: &'static str,
        kind: &'static str,
        source: RenderError,
    },
}

/// A message as a platform gets it.
struct Shown {
    platform: &'static str,
    kind: &'static str,
    body: Vec<u8>,
}

impl PreviewArguments {
    /// Shows what was asked for.
    pub(crate) fn run(self) -> Exit {
        match self.shown() {
            Ok(shown) if self.json => tell_json(&shown, &self.lang),
            Ok(shown) => tell(&shown, &self.lang),
            Err(why) => {
                exit::error(&why.to_string());
                Exit::Failed
            }
        }
    }

    /// Every message that was asked for, on every platform that was asked for.
    fn shown(&self) -> Result<Vec<Shown>, Unshown> {
        let language = Language::ALL.into_iter().find(|language| language.code() == self.lang);
        let manner = Manner {
            language: language.unwrap_or_default(),
            ..Manner::default()
        };
        let mut channels = preview::channels(&manner)?;
        channels.retain(|(platform, _)| self.channel_kind.as_deref().is_none_or(|wanted| wanted == *platform));
        let mut shown = Vec::new();
        for message in self.messages() {
            for (platform, channel) in &channels {
                let rendered = channel.render(&message, SAMPLE_TIME);
                let outgoing = rendered.map_err(|source| Unshown::Render {
                    platform,
                    kind: message.title(),
                    source,
                })?;
                shown.push(Shown {
                    platform,
                    kind: message.title(),
                    body: outgoing.request().body().to_vec(),
                });
            }
        }
        Ok(shown)
    }

    fn messages(&self) -> Vec<Message> {
        let kinds = Kind::ALL.iter().map(|kind| preview::message(*kind, SAMPLE_TIME));
        let all = kinds.chain([preview::digest(SAMPLE_TIME)]);
        all.filter(|message| self.kind.as_deref().is_none_or(|wanted| wanted == message.title()))
            .collect()
    }
}

fn tell(shown: &[Shown], language: &str) -> Exit {
    let mut out = anstream::stdout().lock();
    for Shown { platform, kind, body } in shown {
        let heading = paint(HEADING, format_args!("{platform} · {kind} · {language}"));
        let _ = writeln!(out, "{heading}\n\n{}", preview::readable(body));
    }
    Exit::Done
}

fn tell_json(shown: &[Shown], language: &str) -> Exit {
    let previews = shown.iter().map(|shown| {
        let payload: Value = serde_json::from_slice(&shown.body).unwrap_or_default();
        json!({ "channel_kind": shown.platform, "kind": shown.kind, "language": language, "payload": payload })
    });
    let previews: Vec<Value> = previews.collect();
    let text = serde_json::to_string_pretty(&previews).unwrap_or_default();
    let _ = writeln!(anstream::stdout(), "{text}");
    Exit::Done
}
