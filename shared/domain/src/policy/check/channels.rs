//! What `[[notify]]` and `[told]` must be beyond their shape.

use std::collections::BTreeSet;

use super::{Finding, PathStep, Reporter, region_help, unknown_region};
use crate::policy::{Channel, Draft};
use crate::regions;

/// People that one message may call by name: a crowd is the channel itself.
const MENTIONS_MAX: usize = 20;
/// Longest id by which a platform knows a person, in characters; the longest known are mail addresses on Teams.
const MENTION_CHARS_MAX: usize = 128;
/// What an id may have beside letters and digits. The channels pass over every other.
const MENTION_PUNCTUATION: &[u8] = b"_-.@+$:#";

/// Everything that is wrong with the channels, in the order of the file.
pub(super) fn check(draft: &Draft, findings: &mut Vec<Finding>) {
    let mut names = BTreeSet::new();
    for (index, channel) in draft.notify.iter().enumerate() {
        let base = vec![PathStep::Key("notify".into()), PathStep::Index(index)];
        let at = &mut Reporter { findings, base };
        if !names.insert(&channel.name) {
            at.report(
                &["name"],
                format!("another channel is called {} too", channel.name),
                "give each its own name",
            );
        }
        if channel.on.is_empty() {
            at.report(
                &["on"],
                "the channel would never be told anything",
                "name at least one kind of message",
            );
        }
        if !channel.on.is_empty() && channel.on.iter().all(|topic| topic.severity() < channel.severity) {
            at.report(
                &["severity"],
                "none of these messages is so weighty, so the channel would never be told anything",
                "a lower severity, or needs-you and recalled among the kinds",
            );
        }
        check_secrets(channel, at);
        check_listeners(draft, channel, at);
    }
    check_place(draft, findings);
}

fn check_secrets(channel: &Channel, at: &mut Reporter<'_>) {
    if let Some((key, problem, help)) = channel.url.mistake() {
        at.report(&["url", key], problem, help);
    }
    let (secrets, possible) = (&channel.secret.0, channel.kind.secrets());
    for (index, secret) in secrets.iter().enumerate() {
        let index = index.to_string();
        let place: &[&str] = if secrets.len() == 1 {
            &["secret"]
        } else {
            &["secret", &index]
        };
        if let Some((key, problem, help)) = secret.mistake() {
            at.report(&[place, &[key]].concat(), problem, help);
        }
    }
    if possible.contains(&secrets.len()) {
        return;
    }
    let (least, most) = (*possible.start(), *possible.end());
    if secrets.is_empty() {
        let help = "add secret = { env = \"…\" } or { secret-parameter = \"…\" }";
        at.report(
            &["secret"],
            "messages of this kind are signed, and there is no secret",
            help,
        );
    } else if most == 0 {
        at.report(
            &["secret"],
            "this kind of channel signs nothing",
            "leave it out: the address is the credential",
        );
    } else {
        let help = format!("{least} to {most} of them");
        at.report(&["secret"], format!("{} secrets are not used", secrets.len()), help);
    }
}

/// Who listens, when, and who is called by name.
fn check_listeners(draft: &Draft, channel: &Channel, at: &mut Reporter<'_>) {
    if !channel.folders.is_empty() && draft.owner.directory.is_none() {
        let help = "add directory = { role = \"acs:ram::…:role/…\" } to [owner]";
        at.report(&["folders"], "folders can only be read through a role", help);
    }
    if channel.quiet_hours.is_some_and(|hours| hours.from == hours.to) {
        let help = "two different times, or leave quiet-hours out";
        at.report(&["quiet-hours"], "hours that end when they begin", help);
    }
    if channel.mention.len() > MENTIONS_MAX {
        let problem = format!("{} people are mentioned at once", channel.mention.len());
        at.report(&["mention"], problem, format!("at most {MENTIONS_MAX}"));
    }
    for (index, id) in channel.mention.iter().enumerate() {
        // An id stands in a message unescaped, so it must be none that means more.
        let legal = (1..=MENTION_CHARS_MAX).contains(&id.len())
            && id
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || MENTION_PUNCTUATION.contains(&b));
        if !legal {
            let help = "an id as the platform knows it: letters, digits and _-.@+$:#";
            at.report(&["mention", &index.to_string()], "this is nobody's id", help);
        }
    }
}

fn check_place(draft: &Draft, findings: &mut Vec<Finding>) {
    let at = |key| vec![PathStep::Key(key)];
    if draft.told.is_none() && !draft.notify.is_empty() {
        let mut at = Reporter {
            findings,
            base: at("notify".into()),
        };
        at.report(
            &[],
            "what people have been told has to be kept somewhere, or they would be told it again and again",
            "add [told] with bucket = \"…\": a bucket of the owner",
        );
    }
    if let Some(region) = draft.told.as_ref().and_then(|place| place.region.as_ref())
        && !regions::is_known(region)
    {
        let mut at = Reporter {
            findings,
            base: at("told".into()),
        };
        at.report(&["region"], unknown_region(region.as_str()), region_help());
    }
}
