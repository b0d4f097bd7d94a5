//! `CreateAlias` and `DeleteAlias`. Codes are those of the service's own table
//! (<https://github.com/AlibabaCloudDocs/kms>).

use goldcast_domain::RegionId;

use super::operations::{KEY_TYPE, change, invalid};
use crate::cloud::context::{Context, Done};
use crate::cloud::refusal::Refusal;

/// How every alias begins.
const PREFIX: &str = "alias/";
/// How the aliases of the cloud's own keys begin.
const RESERVED: &str = "alias/acs/";
/// Longest alias, in characters.
const CHARS_MAX: usize = 255;

pub(super) fn create_alias(region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
    let alias = named_alias(context)?;
    if alias.starts_with(RESERVED) {
        return Err(invalid("AliasName"));
    }
    // A key is named by its id here, and never by another alias.
    if context.params.required("KeyId")?.contains(PREFIX) {
        let message = "Alias is not valid for this api.";
        return Err(Refusal::bad_request("Unsupported.Alias", message));
    }
    if context.kms.find(region, context.account(), &alias).is_some() {
        return Err(Refusal::bad_request("AliasAlreadyExists", "AliasName Already Exists."));
    }
    change(region, context, |key| key.aliases.insert(alias))
}

pub(super) fn delete_alias(region: &RegionId, context: &mut Context<'_>) -> Result<Done, Refusal> {
    let alias = named_alias(context)?;
    let key = context.kms.find(region, context.account(), &alias);
    let missing = || Refusal::not_found("Forbidden.AliasNotFound", "The specified Alias is not found.");
    let mut key = key.ok_or_else(missing)?;
    if alias.starts_with(RESERVED) {
        return Err(invalid("AliasName"));
    }
    key.aliases.remove(&alias);
    let id = key.id.clone();
    context.kms.put(key);
    Ok(Done::empty().about([(KEY_TYPE, id)]))
}

fn named_alias(context: &Context<'_>) -> Result<String, Refusal> {
    let alias = context.params.required("AliasName")?;
    let legal = |c: char| c.is_ascii_alphanumeric() || "/_-".contains(c);
    let name = alias.strip_prefix(PREFIX).filter(|name| !name.is_empty());
    if name.is_some_and(|name| name.chars().all(legal)) && alias.len() <= CHARS_MAX {
        Ok(alias.to_owned())
    } else {
        Err(invalid("AliasName"))
    }
}
