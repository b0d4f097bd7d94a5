//! The environment of the process, read once and from then on a value.

use std::collections::BTreeMap;
use std::fmt;

/// A snapshot of environment variables. Its `Debug` shows names only, because values may be secrets.
///
/// ```
/// use fc_runtime::Environment;
///
/// let environment: Environment = [("FC_REGION", "cn-hangzhou"), ("EMPTY", "")].into_iter().collect();
/// assert_eq!(environment.get("FC_REGION"), Some("cn-hangzhou"));
/// assert_eq!(environment.get("EMPTY"), None, "a variable without a value is not set");
/// ```
#[derive(Clone, Default)]
pub struct Environment(BTreeMap<String, String>);

impl Environment {
    /// The variables of this process. One that is not UTF-8 is left out.
    pub fn from_env() -> Self {
        std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect()
    }

    /// The value of a variable that is set to something.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(variables: I) -> Self {
        let variables = variables.into_iter();
        let mut all = BTreeMap::new();
        all.extend(variables.map(|(name, value)| (name.into(), value.into())));
        Self(all)
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.0.keys()).finish()
    }
}
