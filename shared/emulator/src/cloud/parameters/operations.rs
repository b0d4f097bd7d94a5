//! The operations on encrypted parameters
//! (<https://help.aliyun.com/en/oos/developer-reference/api-oos-2019-06-01-getsecretparameter>). Of the codes only
//! `EntityNotExists.Parameter` is known, from public code; the others are its likeness.

use goldcast_domain::RegionId;
use http::StatusCode;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use super::{Kept, Parameters, SecretParameter};
use crate::cloud::context::{Context, Done, Kind};
use crate::cloud::refusal::Refusal;
use crate::cloud::time;

/// Longest name, in characters: "1 to 180"
/// (<https://www.alibabacloud.com/help/en/oos/developer-reference/api-oos-2019-06-01-createsecretparameter>).
const NAME_CHARS_MAX: usize = 180;
/// Longest value, in characters.
const VALUE_CHARS_MAX: usize = 4096;
/// What names may not begin with, in any capitals.
const RESERVED: [&str; 5] = ["ALIYUN", "ACS", "ALIBABA", "ALICLOUD", "OOS"];

/// An operation: what runs it, and whether it changes something.
pub(crate) type Operation = (
    fn(&mut Parameters, &RegionId, &mut Context<'_>) -> Result<Done, Refusal>,
    Kind,
);

/// Finds an operation by name.
pub(crate) fn operation(action: &str) -> Option<Operation> {
    Some(match action {
        "CreateSecretParameter" => (create_secret_parameter, Kind::Write),
        "DeleteSecretParameter" => (delete_secret_parameter, Kind::Write),
        "GetSecretParameter" => (get_secret_parameter, Kind::Read),
        "UpdateSecretParameter" => (update_secret_parameter, Kind::Write),
        _ => return None,
    })
}

fn get_secret_parameter(
    parameters: &mut Parameters,
    region: &RegionId,
    context: &mut Context<'_>,
) -> Result<Done, Refusal> {
    let decrypted = context.params.flag("WithDecryption")? == Some(true);
    let kept = named(parameters, region, context)?;
    let mut shown = described(kept, context);
    if let Some(members) = shown.as_object_mut().filter(|_| decrypted) {
        let value = kept.parameter.value.expose_secret();
        members.insert("Value".to_owned(), value.into());
    }
    Ok(Done::new(json!({ "Parameter": shown })))
}

fn create_secret_parameter(
    parameters: &mut Parameters,
    region: &RegionId,
    context: &mut Context<'_>,
) -> Result<Done, Refusal> {
    let name = context.params.required("Name")?.to_owned();
    check_name(&name)?;
    let value = written(context)?;
    let place = (region.clone(), context.account().clone(), name.clone());
    if parameters.kept.contains_key(&place) {
        let message = format!("The parameter {name} already exists.");
        return Err(Refusal::conflict("EntityAlreadyExists.Parameter", message));
    }
    let kept = Kept {
        parameter: SecretParameter {
            account: context.account().clone(),
            region: region.clone(),
            name,
            value,
        },
        description: context.params.get("Description").unwrap_or_default().to_owned(),
        version: 1,
        created: context.now,
        updated: context.now,
        by: context.caller.arn(),
    };
    let body = json!({ "Parameter": described(&kept, context) });
    parameters.insert(kept);
    Ok(Done::new(body))
}

fn update_secret_parameter(
    parameters: &mut Parameters,
    region: &RegionId,
    context: &mut Context<'_>,
) -> Result<Done, Refusal> {
    let value = written(context)?;
    let mut kept = named(parameters, region, context)?.clone();
    kept.parameter.value = value;
    kept.version += 1;
    kept.updated = context.now;
    if let Some(description) = context.params.get("Description") {
        description.clone_into(&mut kept.description);
    }
    let body = json!({ "Parameter": described(&kept, context) });
    parameters.insert(kept);
    Ok(Done::new(body))
}

fn delete_secret_parameter(
    parameters: &mut Parameters,
    region: &RegionId,
    context: &mut Context<'_>,
) -> Result<Done, Refusal> {
    let name = named(parameters, region, context)?.parameter.name.clone();
    let place = (region.clone(), context.account().clone(), name);
    parameters.kept.remove(&place);
    Ok(Done::empty())
}

/// The caller's parameter of the name that is asked for.
fn named<'a>(parameters: &'a Parameters, region: &RegionId, context: &Context<'_>) -> Result<&'a Kept, Refusal> {
    let name = context.params.required("Name")?.to_owned();
    let missing = format!("The specified parameter {name} does not exist.");
    let place = (region.clone(), context.account().clone(), name);
    let kept = parameters.kept.get(&place);
    kept.ok_or_else(|| Refusal::new(StatusCode::NOT_FOUND, "EntityNotExists.Parameter", missing))
}

fn written(context: &Context<'_>) -> Result<SecretString, Refusal> {
    let value = context.params.required("Value")?;
    if value.chars().count() > VALUE_CHARS_MAX {
        return Err(invalid("Value"));
    }
    Ok(SecretString::from(value))
}

fn check_name(name: &str) -> Result<(), Refusal> {
    let legal = |c: char| c.is_ascii_alphanumeric() || ['-', '_', '.', '/'].contains(&c);
    let upper = name.to_ascii_uppercase();
    let reserved = RESERVED.iter().any(|begin| upper.starts_with(begin));
    if name.len() > NAME_CHARS_MAX || !name.chars().all(legal) || reserved {
        return Err(invalid("Name"));
    }
    Ok(())
}

fn invalid(name: &str) -> Refusal {
    let message = format!("The specified parameter \"{name}\" is not valid.");
    Refusal::bad_request("InvalidParameter", message)
}

/// Everything about a parameter but its value.
fn described(kept: &Kept, context: &Context<'_>) -> Value {
    let SecretParameter {
        account, region, name, ..
    } = &kept.parameter;
    let id = context
        .ids
        .fixed("secret-parameter", &[region.as_str(), account.as_str(), name]);
    json!({
        "Id": format!("p-{}", id.hex(20)),
        "Name": name,
        "Type": "Secret",
        "Description": kept.description,
        "Constraints": "{}",
        "CreatedBy": kept.by,
        "CreatedDate": time::wire(kept.created),
        "UpdatedBy": kept.by,
        "UpdatedDate": time::wire(kept.updated),
        "KeyId": context.kms.service_key(region, account).id,
        "DKMSInstanceId": "",
        "ParameterVersion": kept.version,
        "ResourceGroupId": "",
        "ShareType": "Private",
        "Tags": {},
    })
}
