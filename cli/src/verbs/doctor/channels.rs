//! Where people are told things: the bucket that remembers, the secrets, what troubles a channel, and whether the sweep, which
//! alone tells them anything, runs at all. Nothing is ever posted.

use goldcast_cloud::{Effect, ObjectPlace, Product, Rpc};
use goldcast_domain::policy::SecretSource;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::Look;
use super::expected::text;
use super::finding::{Defect, Findings, Group};

/// The sweep runs every five minutes unless the stack says otherwise; after three times that somebody should look.
const SILENCE_MAX: SignedDuration = SignedDuration::from_mins(15);
/// What the store says where a bucket does not exist.
const NO_BUCKET: &str = "NoSuchBucket";
/// And the parameter store, where a parameter does not.
const NO_PARAMETER: &str = "EntityNotExists.Parameter";

pub(super) async fn check(look: &Look<'_>, findings: &mut Findings) {
    findings.turn_to(Group::Channels);
    secrets(look, findings).await;
    if bucket(look, findings).await {
        troubles(look, findings).await;
        last_sweep(look, findings).await;
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
            match look.client.call::<Value>(&rpc, look.deadline()).await {
                Ok(_) => findings.ok("secret", channel.name.as_str(), format!("the parameter {name} exists")),
                Err(error) if error.is_code(NO_PARAMETER) => findings.error(Defect {
                    id: "secret-missing",
                    about: channel.name.to_string(),
                    seen: format!("there is no secret parameter {name} in {}", look.home),
                    why: "the channel is told nothing",
                    to_do: format!(
                        "aliyun oos CreateSecretParameter --Name {name} --Value … --RegionId {}",
                        look.home
                    ),
                }),
                Err(error) => findings.unread("secret-unread", channel.name.as_str(), &error),
            }
        }
    }
}

fn place(look: &Look<'_>, key: String) -> Option<ObjectPlace> {
    let told = look.policy.told.as_ref()?;
    Some(ObjectPlace::new(
        look.policy.region_of_told().as_str(),
        told.bucket.as_str(),
        key,
    ))
}

/// Whether there is a bucket that can be read.
async fn bucket(look: &Look<'_>, findings: &mut Findings) -> bool {
    let Some(told) = &look.policy.told else {
        findings.note(Defect {
            id: "told-nowhere",
            about: String::new(),
            seen: "the policy has no [told]".to_owned(),
            why: "nobody is told anything, and nothing says when the sweep last ran",
            to_do: "add [told] and [[notify]] to the policy; docs/notifications.md".to_owned(),
        });
        return false;
    };
    let Some(place) = place(look, told.sweep_key()) else {
        return false;
    };
    match look.client.get_object(&place, look.deadline()).await {
        Ok(_) => {
            findings.ok("told-bucket", told.bucket.as_str(), "it can be read");
            true
        }
        Err(error) if error.is_code(NO_BUCKET) => {
            findings.error(Defect {
                id: "told-bucket-missing",
                about: told.bucket.to_string(),
                seen: format!("there is no bucket {} in {}", told.bucket, look.policy.region_of_told()),
                why: "what people were told cannot be remembered, so nobody is told anything",
                to_do: format!(
                    "aliyun oss mb oss://{} --region {}",
                    told.bucket,
                    look.policy.region_of_told()
                ),
            });
            false
        }
        Err(error) => {
            findings.unread("told-bucket-unread", told.bucket.as_str(), &error);
            false
        }
    }
}

/// What stands in the way of a channel, as the sweep last noted it.
async fn troubles(look: &Look<'_>, findings: &mut Findings) {
    for standing in look.connection.engine.channels(look.deadline()).await {
        let name = standing.channel.as_str();
        let Some(trouble) = standing.trouble else {
            findings.ok("channel", name, "no trouble is noted");
            continue;
        };
        let since = standing
            .since
            .map(|since| since.strftime(" since %Y-%m-%d %H:%MZ").to_string());
        findings.warning(Defect {
            id: "channel-trouble",
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

async fn last_sweep(look: &Look<'_>, findings: &mut Findings) {
    let Some(place) = look.policy.told.as_ref().and_then(|told| place(look, told.sweep_key())) else {
        return;
    };
    let object = look.client.get_object(&place, look.deadline()).await;
    let Some(object) = findings.read("sweep-unread", "", object) else {
        return;
    };
    let at = object.and_then(|object| {
        let noted: Value = serde_json::from_slice(&object.body).ok()?;
        text(&noted, "at").parse::<Timestamp>().ok()
    });
    let to_do = format!(
        "look at its log: goldcast doctor --json names its store; then {}",
        look.deploy_again()
    );
    let Some(at) = at else {
        findings.warning(Defect {
            id: "sweep-never",
            about: String::new(),
            seen: format!("nothing says that a sweep ever went through: {place} is not there"),
            why: "only the sweep repairs, retires and tells people; it may never have run",
            to_do,
        });
        return;
    };
    let ago = look.now.duration_since(at);
    let seen = format!("the last one that went through was {} min ago", ago.as_mins().max(0));
    if ago > SILENCE_MAX {
        findings.error(Defect {
            id: "sweep-silent",
            about: String::new(),
            seen,
            why: "only the sweep repairs, retires and tells people",
            to_do,
        });
    } else {
        findings.ok("sweep", "", seen);
    }
}
