//! Bringing packages and stack to the cloud. Not here: waiting for what comes of it.

use bytes::Bytes;
use goldcast_cloud::ros::{CreateStack, NOT_SUPPORTED, SAME_STACK, StackParameter, TemplateSource, UpdateStack};
use goldcast_cloud::{CallError, Client, Deadline, HttpTransport, ObjectPlace};
use goldcast_packaging::{MANIFEST, sha256};

use super::plan::Plan;
use super::target::Target;
use crate::verbs::connection::Connection;
use crate::verbs::trouble::Trouble;

/// Minutes after which the service gives up: a stack of this size takes a few.
pub(super) const TIMEOUT_MINUTES: u32 = 30;
/// Length of a client token, at most 64 characters.
const TOKEN_CHARS: usize = 32;

/// The values as the service takes them.
pub(super) fn parameters(target: &Target) -> Vec<StackParameter> {
    let parameters = target.values.iter().map(|(key, value)| StackParameter {
        key: key.clone(),
        value: value.clone(),
    });
    parameters.collect()
}

/// Uploads a package, and with the last one the manifest.
pub(super) async fn upload(
    client: &Client<HttpTransport>,
    target: &Target,
    file: &str,
    body: &Bytes,
    deadline: Deadline,
) -> Result<(), CallError> {
    let (Some(bucket), Some(manifest)) = (target.bucket(), &target.manifest) else {
        return Ok(());
    };
    let place = |file: &str| {
        let key = format!("{}/{file}", target.prefix());
        ObjectPlace::new(target.region().as_str(), bucket, key)
    };
    client
        .put_file(&place(file), body.clone(), "application/zip", deadline)
        .await?;
    if target.packages.last().is_some_and(|(last, _)| last == file) {
        client
            .put_object(&place(MANIFEST), manifest.to_json(), deadline)
            .await?;
    }
    Ok(())
}

/// Begins to create or update the stack, and gives its id; nothing if it is as it should be.
pub(super) async fn begin(connection: &Connection, plan: &Plan, target: &Target) -> Result<Option<String>, Trouble> {
    let now = connection.clock().now();
    let token = sha256(format!("{now} {} {}", target.place.stack, target.prefix()).as_bytes());
    let client_token = token.get(..TOKEN_CHARS).unwrap_or(&token).to_owned();
    let region_id = target.region().to_string();
    let template = TemplateSource::Body(target.text.clone());
    let (client, deadline) = (connection.client(), connection.deadline());
    let Some(existing) = &plan.existing else {
        let create = CreateStack {
            region_id,
            stack_name: target.place.stack.clone(),
            template,
            parameters: parameters(target),
            timeout_in_minutes: TIMEOUT_MINUTES,
            client_token,
        };
        return Ok(Some(client.send_form(&create, deadline).await?.stack_id));
    };
    let update = UpdateStack {
        region_id,
        stack_id: existing.stack_id.clone(),
        template,
        parameters: parameters(target),
        timeout_in_minutes: TIMEOUT_MINUTES,
        client_token,
    };
    match client.send_form(&update, deadline).await {
        Ok(changed) => Ok(Some(changed.stack_id)),
        Err(error) if is_same(&error) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Whether a stack of this name can go on. One whose making failed cannot: it has to be deleted first.
pub(super) fn check(plan: &Plan, target: &Target) -> Result<(), Trouble> {
    match &plan.existing {
        Some(existing) if existing.status == "CREATE_FAILED" || existing.status.starts_with("CREATE_ROLLBACK") => {
            Err(Trouble::Deploy {
                what: format!(
                    "the stack {} was never completed ({})",
                    existing.stack_name, existing.status
                ),
                to_do: format!(
                    "delete what is left of it, then deploy again: aliyun ros DeleteStack --region {} --StackId {}",
                    target.region(),
                    existing.stack_id
                ),
            })
        }
        Some(_) | None => Ok(()),
    }
}

fn is_same(error: &CallError) -> bool {
    let refusal = error.refusal().filter(|refusal| refusal.code == NOT_SUPPORTED);
    refusal.is_some_and(|refusal| refusal.message.starts_with(SAME_STACK))
}
