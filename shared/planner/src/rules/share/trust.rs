//! The trust list of the share role: who may use the key of an encrypted image follows the audience.
//!
//! RAM knows no version check, so only the sweep writes the document, and always the whole of it: our statement computed
//! again from the whole audience, everyone else's kept byte for byte
//! (<https://www.alibabacloud.com/help/en/ecs/user-guide/share-a-custom-image>). Ours is the one that begins with the owner's
//! own ECS service, which harms nobody and cannot stand in any audience.

use std::collections::BTreeSet;

use goldcast_domain::{AccountId, Gather as _, Image};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::looked_after;
use crate::audience::{self, Membership};
use crate::catalogue::{Line, Release};
use crate::rules::View;
use crate::rules::encryption::forbids_sharing;
use crate::{Action, Block, BlockKind, Plan, Planned, Reading, Reason, Wait, WaitKind};

/// What stands behind an account in the name of its ECS service.
const ECS: &str = "@ecs.aliyuncs.com";

/// A trust document, with every statement as it was written.
#[derive(Debug)]
pub(crate) struct TrustDocument {
    version: String,
    foreign: Vec<Box<RawValue>>,
    ours: BTreeSet<AccountId>,
    /// Everyone whom any statement trusts.
    pub(crate) trusted: BTreeSet<AccountId>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Document<'a> {
    #[serde(default)]
    version: Option<String>,
    #[serde(borrow)]
    statement: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Statement {
    effect: String,
    #[serde(default)]
    principal: Principal,
    #[serde(default)]
    condition: Option<serde::de::IgnoredAny>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Principal {
    service: Vec<String>,
}

impl TrustDocument {
    /// Reads a trust document.
    ///
    /// # Errors
    /// Says what is wrong with it, for a person.
    pub(crate) fn read(owner: &AccountId, text: &str) -> Result<Self, String> {
        let document: Document<'_> = serde_json::from_slice(text.as_bytes()).map_err(|error| error.to_string())?;
        let mut read = Self {
            version: document.version.unwrap_or_else(|| "1".to_owned()),
            foreign: Vec::new(),
            ours: BTreeSet::new(),
            trusted: BTreeSet::new(),
        };
        for raw in document.statement {
            // A statement that we cannot read is somebody's, and trusts nobody that we know of.
            let statement = serde_json::from_slice::<Statement>(raw.get().as_bytes()).ok();
            let statement = statement.filter(|statement| statement.effect == "Allow" && statement.condition.is_none());
            let services = statement
                .map(|statement| statement.principal.service)
                .unwrap_or_default();
            let accounts = services
                .iter()
                .filter_map(|service| service.strip_suffix(ECS)?.parse::<AccountId>().ok());
            let accounts: BTreeSet<_> = accounts.filter(|account| account != owner).gather();
            read.trusted.extend(accounts.iter().cloned());
            if services
                .first()
                .is_some_and(|first| first.strip_suffix(ECS) == Some(owner.as_str()))
            {
                read.ours.extend(accounts);
            } else {
                read.foreign.push(raw.to_owned());
            }
        }
        Ok(read)
    }

    /// The document that trusts these accounts besides whom others trust.
    fn with(&self, owner: &AccountId, accounts: &BTreeSet<AccountId>) -> String {
        #[derive(Serialize)]
        #[serde(rename_all = "PascalCase")]
        struct Written<'a> {
            statement: Vec<&'a RawValue>,
            version: &'a str,
        }
        let services: Vec<String> = [owner]
            .into_iter()
            .chain(accounts)
            .map(|id| format!("\"{id}{ECS}\""))
            .collect();
        let ours = format!(
            r#"{{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{{"Service":[{}]}}}}"#,
            services.join(",")
        );
        let ours = RawValue::from_string(ours).ok();
        let mut statement: Vec<&RawValue> = self.foreign.iter().map(|raw| &**raw).collect();
        statement.extend(ours.as_deref());
        let version = &self.version;
        serde_json::to_string(&Written { statement, version }).unwrap_or_default()
    }
}

/// Whether anything encrypted is shared, or may be: then the role must be read.
pub(crate) fn is_trust_needed(view: &View<'_>) -> bool {
    view.lines()
        .iter()
        .any(|line| !line.policy.encrypt.is_empty() || encrypted(view, line).next().is_some())
}

/// Everyone whom the role trusts, if that is known.
pub(super) fn trusted(view: &View<'_>) -> Option<BTreeSet<AccountId>> {
    let document = view.seen.trust.as_ref()?.known()?.as_deref()?;
    Some(TrustDocument::read(&view.file.owner.account, document).ok()?.trusted)
}

fn encrypted<'v, 'a>(view: &'v View<'a>, line: &'v Line<'a>) -> impl Iterator<Item = &'a Image> {
    let images = looked_after(view, line).map(|(_, image)| image);
    images.filter(|image| image.is_encrypted() && forbids_sharing(view, image).is_none())
}

/// Plans the rewriting of the trust document, if it is not as the audience wants it.
pub(crate) fn trust(view: &View<'_>, plan: &mut Plan) {
    if !view.sees_everything() || !is_trust_needed(view) {
        return;
    }
    let lines = view.lines().iter().filter(|line| !view.is_paused(line.policy));
    let lines: Vec<_> = lines.filter(|line| encrypted(view, line).next().is_some()).collect();
    let Some(speaker) = lines.first() else { return };
    let role = &view.file.encryption.share_role;
    let broken = |why: String| {
        let role = role.clone();
        BlockKind::TrustBroken { role, why }
    };
    let document = match &view.seen.trust {
        Some(Reading::Known(Some(text))) => match TrustDocument::read(&view.file.owner.account, text) {
            Ok(document) => document,
            Err(why) => return plan.blocks.push(of_file(broken(why))),
        },
        Some(Reading::Known(None)) => return plan.blocks.push(of_file(broken("there is no such role".to_owned()))),
        Some(Reading::Unknown(why)) => {
            let (kind, policy) = (WaitKind::TrustUnread { why: why.clone() }, None);
            let release = None;
            return plan.waits.push(Wait { kind, policy, release });
        }
        None => return,
    };
    let mut wanted: BTreeSet<AccountId> = BTreeSet::new();
    for line in &lines {
        let Some(audience) = view.roll(line.policy) else {
            continue;
        };
        wanted.extend(audience.wanted.iter().copied().cloned());
        // Whoever is not proved to be outside stays.
        let stays = |account: &&AccountId| {
            let membership = audience::membership(view.file, &line.policy.share, account, view.seen);
            matches!(membership, Membership::Ask | Membership::Limbo)
        };
        wanted.extend(document.ours.iter().filter(stays).cloned());
    }
    if !is_all_known(view) {
        wanted.extend(document.ours.iter().cloned());
    }
    let by_others = |account: &AccountId| document.trusted.contains(account) && !document.ours.contains(account);
    wanted.retain(|account| !by_others(account));
    if wanted == document.ours {
        return;
    }
    let (added, removed) = (
        wanted.difference(&document.ours).count(),
        document.ours.difference(&wanted).count(),
    );
    let text = document.with(&view.file.owner.account, &wanted);
    let (chars, limit) = (text.chars().count(), view.file.encryption.trust_document_chars);
    if chars > limit {
        let role = role.clone();
        return plan.blocks.push(of_file(BlockKind::TrustFull { role, chars, limit }));
    }
    plan.actions.push(Planned {
        action: Action::RewriteTrust {
            region: view.home().clone(),
            role: role.clone(),
            document: text,
        },
        reason: Reason::TrustFollows { added, removed },
        policy: speaker.policy.name.clone(),
        release: role.clone(),
        source: None,
    });
}

/// Whether it is known who needs to be trusted: images that could not be read, that rest, or that no policy speaks for any
/// more may need anybody.
fn is_all_known(view: &View<'_>) -> bool {
    let unread = |line: &Line<'_>| view.unread(line.policy).next().is_some();
    let uncertain = |line: &Line<'_>| view.is_paused(line.policy) || unread(line);
    let orphaned = view
        .orphans()
        .iter()
        .flat_map(Release::everything)
        .any(Image::is_encrypted);
    !orphaned && !view.lines().iter().any(uncertain)
}

fn of_file(kind: BlockKind) -> Block {
    Block {
        kind,
        policy: None,
        release: None,
        source: None,
    }
}

/// The accounts that our statement trusts, for the brake.
impl TrustDocument {
    pub(crate) fn ours(&self) -> &BTreeSet<AccountId> {
        &self.ours
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner() -> AccountId {
        "1234567890123456".parse().unwrap()
    }

    #[test]
    fn what_others_wrote_is_kept_byte_for_byte() {
        let foreign = r#"{ "Effect" : "Allow","Action":"sts:AssumeRole", "Principal":{"Service":["ecs.aliyuncs.com", "2000000000000009@ecs.aliyuncs.com"]} }"#;
        let text = format!(r#"{{"Version":"1","Statement":[{foreign}]}}"#);
        let read = TrustDocument::read(&owner(), &text).unwrap();
        let written = read.with(&owner(), &["2000000000000001".parse().unwrap()].into());
        assert!(written.contains(foreign), "{written}");
        let again = TrustDocument::read(&owner(), &written).unwrap();
        assert_eq!(
            again.ours.iter().map(AccountId::as_str).collect::<Vec<_>>(),
            ["2000000000000001"]
        );
        assert_eq!(again.trusted.len(), 2);
        assert_eq!(
            again.with(&owner(), &again.ours),
            written,
            "written twice, it is the same"
        );
    }

    #[test]
    fn a_document_that_someone_broke_is_an_error_and_a_denial_trusts_nobody() {
        for broken in ["", "{", "[]", r#"{"Version":"1"}"#, r#"{"Statement":{}}"#] {
            assert!(TrustDocument::read(&owner(), broken).is_err(), "{broken}");
        }
        let deny = r#"{"Statement":[{"Effect":"Deny","Principal":{"Service":["2000000000000001@ecs.aliyuncs.com"]}}]}"#;
        assert!(TrustDocument::read(&owner(), deny).unwrap().trusted.is_empty());
    }
}
