//! The parameters of one call, decoded, and their types. Not here: which parameters an operation has.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use super::refusal::Refusal;

/// Parameters of the protocol itself. They are judged by the gateway and never reach an operation, a log or an event.
const COMMON: &[&str] = &[
    "AccessKeyId",
    "Action",
    "BearerToken",
    "Format",
    "SecurityToken",
    "Signature",
    "SignatureMethod",
    "SignatureNonce",
    "SignatureType",
    "SignatureVersion",
    "Timestamp",
    "Version",
];

/// Parameters by wire name. Unknown ones are kept: the cloud ignores them, and the log shows them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Params(BTreeMap<String, String>);

impl Params {
    /// The parameters of an operation; those of the protocol are left out.
    pub(crate) fn from_pairs(pairs: &[(String, String)]) -> Self {
        let own = pairs.iter().filter(|(name, _)| !COMMON.contains(&name.as_str()));
        Self(own.cloned().collect())
    }

    /// All of them, in order of name.
    pub(crate) fn all(&self) -> &BTreeMap<String, String> {
        &self.0
    }

    /// All of them, to keep.
    pub(crate) fn into_all(self) -> BTreeMap<String, String> {
        self.0
    }

    /// The value as sent, empty or not.
    pub(crate) fn sent(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The value, if it is not empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.sent(name).filter(|value| !value.is_empty())
    }

    /// The value of a parameter that must be there.
    pub(crate) fn required(&self, name: &str) -> Result<&str, Refusal> {
        self.get(name).ok_or_else(|| Refusal::missing(name))
    }

    /// A boolean in any capitals: Python SDKs send `True`, others `true`.
    pub(crate) fn flag(&self, name: &str) -> Result<Option<bool>, Refusal> {
        match self.get(name) {
            None => Ok(None),
            Some(text) if text.eq_ignore_ascii_case("true") => Ok(Some(true)),
            Some(text) if text.eq_ignore_ascii_case("false") => Ok(Some(false)),
            Some(_) => Err(Refusal::format(name)),
        }
    }

    /// A whole number.
    pub(crate) fn number(&self, name: &str) -> Result<Option<usize>, Refusal> {
        self.get(name)
            .map(|text| text.parse().map_err(|_| Refusal::format(name)))
            .transpose()
    }

    /// The values of `Name.1`, `Name.2` …, in order of number; empty ones are left out.
    pub(crate) fn list(&self, name: &str) -> Vec<&str> {
        let numbered = self.0.iter().filter_map(|(key, value)| {
            let index: u32 = key.strip_prefix(name)?.strip_prefix('.')?.parse().ok()?;
            (!value.is_empty()).then_some((index, value.as_str()))
        });
        numbered.collect::<BTreeMap<_, _>>().into_values().collect()
    }

    /// The keys and values of `Tag.N`, empty where they are missing.
    pub(crate) fn tags(&self) -> impl Iterator<Item = (String, String)> {
        let text = |object: &BTreeMap<&str, &str>, name| object.get(name).copied().unwrap_or_default().to_owned();
        let objects = self.objects("Tag").into_iter();
        objects.map(move |object| (text(&object, "Key"), text(&object, "Value")))
    }

    /// The members of `Name.1.Key`, `Name.1.Value` …: one map per number, in order.
    pub(crate) fn objects(&self, name: &str) -> Vec<BTreeMap<&str, &str>> {
        let mut objects: BTreeMap<u32, BTreeMap<&str, &str>> = BTreeMap::new();
        for (key, value) in &self.0 {
            let member = key
                .strip_prefix(name)
                .and_then(|rest| rest.strip_prefix('.'))
                .and_then(|rest| rest.split_once('.'));
            if let Some((index, member)) = member
                && let Ok(index) = index.parse()
            {
                objects.entry(index).or_default().insert(member, value);
            }
        }
        objects.into_values().collect()
    }

    /// The same parameters, as if pages of at most so many rows had been asked for, by number or by token.
    pub(crate) fn with_page_size_at_most(&self, size: NonZeroUsize) -> Self {
        let mut params = self.clone();
        let by_token = self.get("MaxResults").is_some() || self.get("NextToken").is_some();
        let name = if by_token { "MaxResults" } else { "PageSize" };
        let asked = self.get(name).map(str::parse::<usize>);
        // A value that is none is the operation's to refuse.
        if asked.is_none_or(|asked| asked.is_ok_and(|asked| asked > size.get())) {
            params.0.insert(name.to_owned(), size.to_string());
        }
        params
    }

    /// All parameters as one line, to tell equal calls from different ones.
    pub(crate) fn fingerprint(&self, without: &[&str]) -> String {
        let kept = self.0.iter().filter(|(name, _)| !without.contains(&name.as_str()));
        kept.flat_map(|(name, value)| [name, "=", value, "\u{1f}"]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(pairs: &[(&str, &str)]) -> Params {
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        Params::from_pairs(&pairs)
    }

    #[test]
    fn a_list_is_ordered_by_number_not_by_text() {
        let params = params(&[
            ("A.10", "ten"),
            ("A.2", "two"),
            ("A.1", "one"),
            ("A.x", "no"),
            ("AB.1", "no"),
            ("A.3", ""),
        ]);
        assert_eq!(params.list("A"), ["one", "two", "ten"]);
    }

    #[test]
    fn objects_keep_empty_members() {
        let params = params(&[("Tag.1.Value", ""), ("Tag.1.Key", "k"), ("Tag.2.Key", "l")]);
        assert_eq!(
            params.objects("Tag"),
            [
                BTreeMap::from([("Key", "k"), ("Value", "")]),
                BTreeMap::from([("Key", "l")])
            ]
        );
    }

    #[test]
    fn booleans_come_in_any_capitals() {
        let params = params(&[("A", "True"), ("B", "false"), ("C", ""), ("D", "yes")]);
        assert_eq!(params.flag("A").unwrap(), Some(true));
        assert_eq!(params.flag("B").unwrap(), Some(false));
        assert_eq!(params.flag("C").unwrap(), None);
        assert!(params.flag("D").is_err());
    }

    #[test]
    fn the_protocols_own_parameters_reach_no_operation() {
        let params = params(&[
            ("Signature", "s"),
            ("SecurityToken", "t"),
            ("AccessKeyId", "k"),
            ("ImageId", "m-1"),
        ]);
        assert_eq!(params.all().keys().collect::<Vec<_>>(), ["ImageId"]);
    }
}
