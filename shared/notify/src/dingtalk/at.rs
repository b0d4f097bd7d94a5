//! Whom a message mentions: DingTalk wants every id in a list of its sort and as `@…` in the text.
//!
//! Source: <https://open.dingtalk.com/document/orgapp/custom-robot-access>.

use serde::Serialize;

use crate::manner::EVERYBODY;

/// Digits of a mobile number of mainland China, the only ones written without a country's code.
const MOBILE_DIGITS: usize = 11;

#[derive(Debug, Default, PartialEq, Serialize)]
pub(super) struct At<'a> {
    #[serde(rename = "atMobiles", skip_serializing_if = "Vec::is_empty")]
    mobiles: Vec<&'a str>,
    #[serde(rename = "atUserIds", skip_serializing_if = "Vec::is_empty")]
    users: Vec<&'a str>,
    #[serde(rename = "isAtAll")]
    everybody: bool,
}

impl<'a> At<'a> {
    /// Sorts ids: phone numbers, user ids, and the word for everybody.
    pub(super) fn new(ids: &[&'a str]) -> Self {
        let mut at = Self::default();
        for id in ids.iter().copied() {
            match id {
                EVERYBODY => at.everybody = true,
                id if is_mobile(id) => at.mobiles.push(id),
                id => at.users.push(id),
            }
        }
        at
    }

    /// The same for the text, where nothing is shown of whoever is not named there. Empty for nobody.
    pub(super) fn text(&self) -> String {
        let everybody = self.everybody.then_some("所有人");
        let names = self.mobiles.iter().chain(&self.users).copied().chain(everybody);
        names.map(|name| format!("@{name}")).collect::<Vec<_>>().join(" ")
    }
}

/// User ids may be all digits, too, but have neither this length nor a plus sign.
fn is_mobile(id: &str) -> bool {
    let national = id.len() == MOBILE_DIGITS && id.starts_with('1') && id.bytes().all(|b| b.is_ascii_digit());
    national || id.starts_with('+')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_stands_in_the_list_of_its_sort_and_in_the_text() {
        #[track_caller]
        fn check(ids: &[&str], json: &str, text: &str) {
            let at = At::new(ids);
            assert_eq!(serde_json::to_string(&at).unwrap(), json);
            assert_eq!(at.text(), text);
        }
        check(&[], r#"{"isAtAll":false}"#, "");
        check(&["all"], r#"{"isAtAll":true}"#, "@所有人");
        check(
            &["user01", "13800001111", "+81-9012345678", "0135061568291234"],
            r#"{"atMobiles":["13800001111","+81-9012345678"],"atUserIds":["user01","0135061568291234"],"isAtAll":false}"#,
            "@13800001111 @+81-9012345678 @user01 @0135061568291234",
        );
    }
}
