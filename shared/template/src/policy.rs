//! What the `template.yml` of this repository takes from a policy file, so that whoever deploys does not say it twice. Not
//! here: the parameters that a policy does not know, as the bucket of the code.

use goldcast_domain::PolicyFile;
use goldcast_domain::policy::{Channel, SecretSource};

use crate::stack::Values;

/// Values of parameters that follow from a policy. What it does not say is left to the template's defaults.
pub fn values_of(policy: &PolicyFile) -> Values {
    let mut values = Values::new();
    let mut set = |name: &str, value: &str| drop(values.insert(name.to_owned(), value.to_owned()));
    if let Some(directory) = &policy.owner.directory {
        set("DirectoryRoleArn", directory.role.as_str());
    }
    set("EncryptedShareRole", &policy.encryption.share_role);
    let mut policies = policy.policies.values();
    if policies.any(|policy| !policy.encrypt.is_empty()) {
        set("ShareEncrypted", "true");
    }
    if let Some(told) = &policy.told {
        set("ToldBucket", &told.bucket.to_string());
        set("ToldPrefix", &told.prefix.to_string());
    }
    let prefix = secret_prefix(policy);
    if !prefix.is_empty() {
        set("SecretPrefix", prefix);
    }
    values
}

/// What the names of all secret parameters begin with.
fn secret_prefix(policy: &PolicyFile) -> &str {
    let channels = policy.channels.values();
    let sources = channels.flat_map(|Channel { url, secret, .. }| std::iter::once(url).chain(&secret.0));
    let names = sources.filter_map(|source| match source {
        SecretSource::SecretParameter(name) => Some(name.as_str()),
        SecretSource::Env(_) => None,
    });
    names.reduce(common_start).unwrap_or_default()
}

fn common_start<'a>(one: &'a str, other: &str) -> &'a str {
    let mut ends = one.char_indices().map(|(start, c)| start + c.len_utf8());
    let mut same = 0;
    while let Some(end) = ends.next().filter(|end| one.get(..*end) == other.get(..*end)) {
        same = end;
    }
    one.get(..same).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_share_what_they_begin_with() {
        assert_eq!(common_start("goldcast-a", "goldcast-b"), "goldcast-");
        assert_eq!(common_start("a", "b"), "");
        assert_eq!(common_start("é1", "é2"), "é");
        assert_eq!(common_start("same", "same"), "same");
    }
}
