//! Environment variables of a function, within the platform's limits
//! (<https://help.aliyun.com/zh/functioncompute/fc/user-guide/environment-variables>). Not here: those that the platform
//! sets itself (see `host`).

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

/// Prefixes of variables that only the platform may set.
const RESERVED: [&str; 2] = ["FC_", "ALIBABA_CLOUD_"];
/// Names and values of one function together, in bytes.
const BYTES_MAX: usize = 4 * 1024;
/// Where the platform unpacks the code.
const CODE: &str = "/code/";

/// Variables by name. They may hold secrets, so `Debug` shows the names alone.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Variables(pub BTreeMap<String, String>);

/// A variable that only the platform may set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("environment variable {name:?}: names starting with FC_ and ALIBABA_CLOUD_ are the platform's")]
pub struct ReservedVariable {
    /// Its name.
    pub name: String,
}

impl Variables {
    /// That none of them is the platform's own.
    pub(super) fn check_names(&self) -> Result<(), ReservedVariable> {
        let mut names = self.0.keys();
        match names.find(|name| RESERVED.iter().any(|prefix| name.starts_with(prefix))) {
            Some(name) => Err(ReservedVariable { name: name.clone() }),
            None => Ok(()),
        }
    }

    /// That the platform would take them.
    pub(super) fn check(&self) -> Result<(), String> {
        self.check_names().map_err(|error| error.to_string())?;
        let bytes: usize = self.0.iter().map(|(name, value)| name.len() + value.len()).sum();
        if bytes > BYTES_MAX {
            return Err(format!("its variables have {bytes} bytes, of at most {BYTES_MAX}"));
        }
        Ok(())
    }

    /// The same with those of `host` over them, and with `/code/` at the start of a value replaced by the folder that the
    /// code really is in.
    pub(super) fn under(&self, host: &Self, code: Option<&str>) -> BTreeMap<String, String> {
        let mut all = self.0.clone();
        if let Some(folder) = code {
            for value in all.values_mut() {
                if let Some(rest) = value.strip_prefix(CODE) {
                    *value = format!("{folder}/{rest}");
                }
            }
        }
        all.extend(host.0.clone());
        all
    }
}

impl fmt::Debug for Variables {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.0.keys()).finish()
    }
}

impl FromIterator<(String, String)> for Variables {
    fn from_iter<T: IntoIterator<Item = (String, String)>>(variables: T) -> Self {
        Self(variables.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(pairs: &[(&str, &str)]) -> Variables {
        let pairs = pairs.iter();
        pairs
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn the_code_is_where_it_was_unpacked_and_the_host_has_the_last_word() {
        let template = variables(&[("POLICY", "/code/policy.json"), ("A", "1"), ("B", "x/code/")]);
        let all = template.under(&variables(&[("A", "2")]), Some("/tmp/unpacked"));
        let expected = variables(&[("POLICY", "/tmp/unpacked/policy.json"), ("A", "2"), ("B", "x/code/")]);
        assert_eq!(all, expected.0);
        assert_eq!(template.under(&Variables::default(), None), template.0);
    }

    #[test]
    fn the_platforms_limits_hold_and_no_value_is_printed() {
        assert!(
            variables(&[("FC_REGION", "")])
                .check()
                .unwrap_err()
                .contains("the platform's")
        );
        let long = "x".repeat(4094);
        assert!(variables(&[("AA", &long)]).check().is_ok());
        assert!(variables(&[("AAA", &long)]).check().unwrap_err().contains("4097 bytes"));
        let printed = format!("{:?}", variables(&[("SECRET", "hush")]));
        assert!(printed.contains("SECRET") && !printed.contains("hush"), "{printed}");
    }
}
