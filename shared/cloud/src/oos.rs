//! Operation Orchestration Service: the encrypted parameters of its parameter store. Not here: templates and executions.
//!
//! Whoever reads one needs `oos:GetSecretParameter` on `acs:oos:<region>:<account>:secretparameter/<name>` and, since the
//! value is kept as a secret of KMS, `kms:GetSecretValue` on `acs:kms:<region>:<account>:secret/oos/<name>`
//! (<https://help.aliyun.com/zh/oos/use-cases/control-access-to-different-encryption-parameters-from-a-ram-user>).

use std::fmt;

use secrecy::SecretString;

use crate::client::Client;
use crate::deadline::Deadline;
use crate::error::CallError;
use crate::product::Product;
use crate::rpc::{Effect, Operation, Rpc};
use crate::transport::Transport;
use crate::wire::{FromJson, Json, Misread};

/// Reads an encrypted parameter with its value; one that does not exist is refused with `EntityNotExists.Parameter`
/// (<https://help.aliyun.com/en/oos/developer-reference/api-oos-2019-06-01-getsecretparameter>).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetSecretParameter {
    /// The region of the parameter.
    pub region_id: String,
    /// Its name: 1 to 180 letters, digits, `-`, `_`, `.` and `/`.
    pub name: String,
}

/// Answer to [`GetSecretParameter`].
#[derive(Debug)]
pub struct SecretParameterAnswer {
    /// The parameter.
    pub parameter: SecretParameter,
}

impl FromJson for SecretParameterAnswer {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            parameter: json.part("Parameter")?,
        })
    }
}

/// An encrypted parameter, decrypted. Its `Debug` shows no value.
pub struct SecretParameter {
    /// What it holds: 1 to 4096 characters.
    pub value: SecretString,
}

impl FromJson for SecretParameter {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            value: json.required_text("Value")?.into(),
        })
    }
}

impl fmt::Debug for SecretParameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretParameter").finish_non_exhaustive()
    }
}

impl Operation for GetSecretParameter {
    type Answer = SecretParameterAnswer;

    fn rpc(&self) -> Rpc {
        Rpc::new(Product::Oos, "GetSecretParameter", Effect::Read)
            .in_region(&self.region_id)
            .about(&self.name)
            .param("Name", &self.name)
            .param("WithDecryption", true)
    }
}

impl<T: Transport> Client<T> {
    /// The value of an encrypted parameter of the caller's own account.
    pub async fn secret_parameter(
        &self,
        region: &str,
        name: &str,
        deadline: Deadline,
    ) -> Result<SecretString, CallError> {
        let operation = GetSecretParameter {
            region_id: region.to_owned(),
            name: name.to_owned(),
        };
        Ok(self.send(&operation, deadline).await?.parameter.value)
    }
}
