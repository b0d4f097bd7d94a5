//! Where people are told things: the bucket that remembers, the secrets, what troubles a channel, and whether the sweep, which
//! alone tells them anything, runs at all. Nothing is ever posted.

use goldcast_cloud::{Effect, ObjectPlace, Product, Rpc};
use goldcast_domain::policy::SecretSource;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::Look;
use super::finding::{Defect, Findings, Group};
use super::id::Id;
use super::json::text;

/// The sweep runs every five minutes unless the stack says otherwise; after three times that somebody should look.
const SILENCE_MAX: SignedDuration = SignedDuration::from_mins(15);
/// What the store says where a bucket does not exist.
const NO_BUCKET: &str = "NoSuchBucket";
/// And the parameter store, where a parameter does not.
const NO_PARAMETER: &str = "EntityNotExists.Parameter";

pub(super) async fn check(look: &Look<'_>, findings: &mut Findings) {
    findings.turn_to(Group::Channels);
    secrets(look, findings).await;
    if let Some(note) = last_note(look, findings).await {
        troubles(look, findings).await;
        last_sweep(look, &note, findings);
    }
}

/// Whether secret parameters exist. They are not decrypted.
async fn secrets(look: &Look<'_>, findings: &mut Findings) {
    for channel in look.policy.channels.values() {
        for source in std::iter::once(&channel.url).chain(&channel.secret.0) {
            let SecretSource::SecretParameter(name) = source else {
                continue;
            };
            let rpc = Rpc::new(Product::Oos, "GetSecretParameter", Effect::Read)
                .in_region(look.home)
                .about(name)
                .param("Name", name)
                .param("WithDecryption", false);
            match look.client.call::<Value>(&rpc, look.deadline).await {
                Ok(_) => findings.ok("secret", channel.name.as_str(), format!("the parameter {name} exists")),
                Err(error) if error.is_code(NO_PARAMETER) => findings.error(Defect {
                    id: Id::SecretMissing,
                    about: channel.name.to_string(),
                    seen: format!("there is no secret parameter {name} in {}", look.home),
                    why: "the channel is told nothing",
                    to_do: format!(
                        "aliyun oos CreateSecretParameter --Name {name} --Value … --RegionId {}",
                        look.home
                    ),
                }),
                Err(error) => findings.unread(Id::SecretUnread, channel.name.as_str(), &error),
            }
        }
    }
}

/// What the sweep notes when it went through.
struct Note {
    place: ObjectPlace,
    at: Option<Timestamp>,
}

/// Reads that note, if there is a bucket that can be read.
async fn last_note(look: &Look<'_>, findings: &mut Findings) -> Option<Note> {
    let Some(told) = &look.policy.told else {
        findings.note(Defect {
            id: Id::ToldNowhere,
            about: String::new(),
            seen: "the policy has no [told]".to_owned(),
            why: "nobody is told anything, and nothing says when the sweep last ran",
            to_do: "add [told] and [[notify]] to the policy; docs/notifications.md".to_owned(),
        });
        return None;
    };
    let (bucket, region) = (told.bucket.as_str(), look.policy.region_of_told());
    let place = ObjectPlace::new(region.as_str(), bucket, told.sweep_key());
    match look.client.get_object(&place, look.deadline).await {
        Ok(object) => {
            findings.ok("told-bucket", bucket, "it can be read");
            let at = object.and_then(|object| {
                let noted: Value = serde_json::from_slice(&object.body).ok()?;
                text(&noted, "at").parse().ok()
            });
            Some(Note { place, at })
        }
        Err(error) if error.is_code(NO_BUCKET) => {
            findings.error(Defect {
                id: Id::ToldBucketMissing,
                about: bucket.to_owned(),
                seen: format!("there is no bucket {bucket} in {region}"),
                why: "what people were told cannot be remembered, so nobody is told anything",
                to_do: format!("aliyun oss mb oss://{bucket} --region {region}"),
            });
            None
        }
        Err(error) => {
            findings.unread(Id::ToldBucketUnread, bucket, &error);
            None
        }
    }
}

/// What stands in the way of a channel, as the sweep last noted it.
async fn troubles(look: &Look<'_>, findings: &mut Findings) {
    for standing in look.connection.engine.channels(look.deadline).await {
        let name = standing.channel.as_str();
        let Some(trouble) = standing.trouble else {
            findings.ok("channel", name, "no trouble is noted");
            continue;
        };
        let since = standing
            .since
            .map(|since| since.strftime(" since %Y-%m-%d %H:%MZ").to_string());
        findings.warning(Defect {
            id: Id::ChannelTrouble,
            about: name.to_owned(),
            seen: format!("{trouble}{}", since.unwrap_or_default()),
            why: if standing.may_pass {
                "people are not told everything; it may pass by itself"
            } else {
                "people are not told everything until somebody mends it"
            },
            to_do: format!("goldcast notify test --channel {name}"),
        });
    }
}

fn last_sweep(look: &Look<'_>, note: &Note, findings: &mut Findings) {
    let to_do = format!(
        "look at its log, in the store {} of Log Service; then {}",
        look.expected.log_of(&format!("{}-sweep", look.prefix)),
        look.deploy_again()
    );
    let Some(at) = note.at else {
        findings.warning(Defect {
            id: Id::SweepNever,
            about: String::new(),
            seen: format!(
                "nothing says that a sweep ever went through: {} is not there",
                note.place
            ),
            why: "only the sweep repairs, retires and tells people; it may never have run",
            to_do,
        });
        return;
    };
    let ago = look.now.duration_since(at);
    let seen = format!("the last one that went through was {} min ago", ago.as_mins().max(0));
    if ago > SILENCE_MAX {
        findings.error(Defect {
            id: Id::SweepSilent,
            about: String::new(),
            seen,
            why: "only the sweep repairs, retires and tells people",
            to_do,
        });
    } else {
        findings.ok("sweep", "", seen);
    }
}
