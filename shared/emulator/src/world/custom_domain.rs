//! A domain of the company's own in front of a function, where browsers show what the function answers instead of saving it
//! (<https://www.alibabacloud.com/help/en/functioncompute/fc-3-0/developer-reference/api-fc-2023-03-30-createcustomdomain>).
//! Not here: names and certificates; whoever asks for the domain finds it at the trigger's address.

use serde::Deserialize;

use super::trigger_auth::TriggerAuth;

/// Longest name of a domain, by the rules of DNS.
const DOMAIN_CHARS_MAX: usize = 253;

/// A domain and the function behind it, on every path.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomDomain {
    /// The domain, in small letters.
    pub domain: String,
    /// The function, which must have an HTTP trigger.
    pub function: String,
    /// What the domain asks of a request. What the trigger asks counts as well: no page says that it does not.
    pub auth: TriggerAuth,
}

impl CustomDomain {
    pub(super) fn check(&self) -> Result<(), String> {
        let is_label = |label: &str| {
            let legal = label
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
            !label.is_empty() && legal
        };
        let labels = self.domain.split('.');
        if self.domain.len() > DOMAIN_CHARS_MAX || labels.clone().count() < 2 || !labels.clone().all(is_label) {
            return Err(format!("{:?} is no domain", self.domain));
        }
        Ok(())
    }

    /// Whether a `Host` header asks for this domain.
    pub(super) fn is_asked_for(&self, host: &str) -> bool {
        let name = host.rsplit_once(':').map_or(host, |(name, _port)| name);
        name.eq_ignore_ascii_case(&self.domain)
    }
}
