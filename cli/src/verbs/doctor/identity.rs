//! This machine: whose keys it has, and whether its clock can be trusted. Not here: what the functions run under.

use goldcast_cloud::Product;
use goldcast_cloud::sts::GetCallerIdentity;
use jiff::SignedDuration;

use super::Look;
use super::finding::{Defect, Findings, Group};
use super::id::Id;

/// From here on a clock is worth a look.
const SKEW_WARNING: SignedDuration = SignedDuration::from_secs(60);
/// From here on signatures are refused
/// (<https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature>).
const SKEW_MAX: SignedDuration = SignedDuration::from_mins(15);

/// Looks at clock and keys. `false` if nothing that comes after could be believed.
pub(super) async fn check(look: &Look<'_>, findings: &mut Findings) -> bool {
    findings.turn_to(Group::Identity);
    clock(look, findings).await;
    let caller = look.client.send(&GetCallerIdentity::default(), look.deadline).await;
    let caller = match caller {
        Ok(caller) => caller,
        Err(error) => {
            let answered = error.refusal().is_some();
            findings.error(Defect {
                id: Id::KeysRefused,
                about: String::new(),
                seen: error.to_string(),
                why: "without keys that the cloud accepts nothing can be looked at",
                to_do: error
                    .advice()
                    .unwrap_or(if answered {
                        "check the access key and its secret"
                    } else {
                        "check the network and any proxy between here and sts.aliyuncs.com"
                    })
                    .to_owned(),
            });
            return false;
        }
    };
    if caller.account_id != look.account {
        findings.error(Defect {
            id: Id::AccountWrong,
            about: caller.account_id.clone(),
            seen: format!("the keys belong to the account {}, and the images to {}", caller.account_id, look.account),
            why: "every account sees its own images and functions only: all that is looked for would seem to be missing",
            to_do: "use keys of the owner's account, or correct owner.account in the policy".to_owned(),
        });
        return false;
    }
    findings.ok(
        "identity",
        &caller.account_id,
        format!("{} of the owner's account", caller.arn),
    );
    if caller.identity_type == "Account" {
        findings.note(Defect {
            id: Id::KeysOfRoot,
            about: caller.account_id,
            seen: "the keys are the account's own".to_owned(),
            why: "they may do everything, and no policy limits them",
            to_do: "make a RAM user with what docs/doctor.md lists".to_owned(),
        });
    }
    true
}

async fn clock(look: &Look<'_>, findings: &mut Findings) {
    let there = look.client.time_at(Product::Sts, None, look.deadline).await;
    // A host that does not answer is found again by whoever asks next, and better.
    let Ok(Some(there)) = there else { return };
    let skew = look.now.duration_since(there).abs();
    let seen = format!("this machine's clock is {} s off the cloud's", skew.as_secs());
    let defect = Defect {
        id: Id::ClockSkewed,
        about: String::new(),
        seen: seen.clone(),
        why: "the cloud refuses signatures that are more than 15 minutes off",
        to_do: "set the clock: timedatectl set-ntp true".to_owned(),
    };
    if skew >= SKEW_MAX {
        findings.error(defect);
    } else if skew >= SKEW_WARNING {
        findings.warning(defect);
    } else {
        findings.ok("clock", "", seen);
    }
}
