//! The shell around every answer of EventBridge. Not here: what is inside.

use http::StatusCode;

use crate::client::Client;
use crate::deadline::Deadline;
use crate::error::{CallError, Cause};
use crate::refusal::Refusal;
use crate::rpc::Operation;
use crate::transport::Transport;
use crate::wire::{FromJson, Json, Misread};

/// An answer with status 200, which may still be a refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said<D> {
    success: bool,
    code: String,
    message: String,
    request_id: String,
    data: Option<D>,
}

impl<D: FromJson> FromJson for Said<D> {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        let success = json.optional_flag("Success")?.unwrap_or(true);
        Ok(Self {
            success,
            code: json.text("Code")?,
            message: json.text("Message")?,
            request_id: json.text("RequestId")?,
            // What comes with a refusal is of no shape.
            data: if success { json.optional_part("Data")? } else { None },
        })
    }
}

impl<T: Transport> Client<T> {
    /// Sends an operation of EventBridge. A refusal with status 200 is an error like any other.
    pub async fn ask<O, D>(&self, operation: &O, deadline: Deadline) -> Result<D, CallError>
    where
        O: Operation<Answer = Said<D>>,
        Said<D>: FromJson,
        D: Default + Send,
    {
        let said = self.send(operation, deadline).await?;
        if said.success {
            return Ok(said.data.unwrap_or_default());
        }
        let refusal = Refusal {
            status: StatusCode::OK,
            code: said.code,
            message: said.message,
            request_id: said.request_id,
            recommend: None,
            access_denied: None,
            retry_after: None,
        };
        Err(CallError::new(&operation.rpc(), 1, Cause::Refused(Box::new(refusal))))
    }
}
