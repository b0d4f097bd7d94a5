//! Who an HTTP trigger lets in: `authType` and `authConfig`, as they are deployed, and what a request has to show.
//!
//! The platform asks before the function hears of a request. Its words are published
//! (<https://www.alibabacloud.com/help/en/functioncompute/fc/enable-bearer-authentication-for-an-http-trigger>,
//! <https://www.alibabacloud.com/help/en/functioncompute/fc/configure-basic-authentication-for-an-http-trigger>), its status codes
//! are not: 401 without credentials and 403 with wrong ones are guesses. Not here: signatures and JSON web tokens.

use std::collections::BTreeSet;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::trigger::is_name;

/// Tokens, or users, of one trigger (first page, second page).
const ENTRIES: std::ops::RangeInclusive<usize> = 1..=20;
/// Longest name of a token.
const TOKEN_NAME_CHARS_MAX: usize = 128;
/// Length of a token.
const TOKEN_CHARS: std::ops::RangeInclusive<usize> = 32..=128;
/// Length of a user's name, and of a password.
const USER_CHARS: std::ops::RangeInclusive<usize> = 12..=128;
/// What a token may hold besides letters and digits.
const TOKEN_MARKS: &str = "+/=-~.";
/// One of these must be in a password.
const PASSWORD_MARKS: &str = "!@#$%^&*()";

/// What a trigger asks of a request.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Deployed")]
pub enum TriggerAuth {
    /// Nothing.
    Anonymous,
    /// A signature with an access key: what the platform asks unless told otherwise. Nobody signs requests here, so nobody
    /// passes.
    #[default]
    Signature,
    /// One of these tokens.
    Bearer(Vec<BearerToken>),
    /// One of these users.
    Basic(Vec<BasicUser>),
}

/// A token that opens a trigger.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BearerToken {
    /// Whether it counts.
    enable: bool,
    token_name: String,
    token_data: String,
}

/// A person who may call a trigger. How the platform writes users is not published; this is the console's form in the manner
/// of its tokens.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BasicUser {
    username: String,
    password: String,
}

/// The two keys of a trigger's configuration.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Deployed {
    auth_type: String,
    #[serde(default)]
    auth_config: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tokens {
    tokens: Vec<BearerToken>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Users {
    users: Vec<BasicUser>,
}

/// Why a request does not reach the function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Denied {
    pub(super) status: StatusCode,
    pub(super) message: &'static str,
}

impl TryFrom<Deployed> for TriggerAuth {
    type Error = String;

    fn try_from(deployed: Deployed) -> Result<Self, String> {
        Self::parse(&deployed.auth_type, deployed.auth_config.as_deref())
    }
}

impl TriggerAuth {
    /// Reads `authType` and `authConfig`, a text of JSON. Tokens are taken under `bearer` and under `function`, as published
    /// templates have it.
    ///
    /// # Errors
    /// What the platform would not take, and JSON web tokens, which are not simulated.
    pub fn parse(auth_type: &str, auth_config: Option<&str>) -> Result<Self, String> {
        let config = auth_config.filter(|config| !config.is_empty());
        let auth = match (auth_type, config) {
            ("anonymous", None) => Self::Anonymous,
            ("function", None) => Self::Signature,
            ("function" | "bearer", Some(config)) => Self::Bearer(read::<Tokens>(config)?.tokens),
            ("basic", Some(config)) => Self::Basic(read::<Users>(config)?.users),
            ("bearer" | "basic", None) => return Err(format!("authType {auth_type:?} needs an authConfig")),
            ("anonymous", Some(_)) => return Err("authType \"anonymous\" takes no authConfig".to_owned()),
            _ => return Err(format!("authType {auth_type:?} is not simulated")),
        };
        auth.check()?;
        Ok(auth)
    }

    fn check(&self) -> Result<(), String> {
        match self {
            Self::Anonymous | Self::Signature => Ok(()),
            Self::Bearer(tokens) => {
                let names: BTreeSet<_> = tokens.iter().map(|token| &token.token_name).collect();
                if !ENTRIES.contains(&tokens.len()) || names.len() < tokens.len() {
                    return Err("a trigger has 1 to 20 tokens, each name once".to_owned());
                }
                tokens.iter().try_for_each(BearerToken::check)
            }
            Self::Basic(users) => {
                let passwords: BTreeSet<_> = users.iter().map(|user| &user.password).collect();
                if !ENTRIES.contains(&users.len()) || passwords.len() < users.len() {
                    return Err("a trigger has 1 to 20 users, each with a password of their own".to_owned());
                }
                users.iter().try_for_each(BasicUser::check)
            }
        }
    }

    /// Whether a request may pass.
    pub(super) fn admit(&self, headers: &HeaderMap) -> Result<(), Denied> {
        let forbidden = |message| {
            Err(Denied {
                status: StatusCode::FORBIDDEN,
                message,
            })
        };
        if *self == Self::Anonymous {
            return Ok(());
        }
        let Some(shown) = headers.get(AUTHORIZATION) else {
            return Err(Denied {
                status: StatusCode::UNAUTHORIZED,
                message: "Authorization header is expected but missing",
            });
        };
        let shown = shown.to_str().unwrap_or_default();
        match self {
            Self::Anonymous => Ok(()),
            Self::Signature => forbidden("access denied due to invalid signature"),
            Self::Bearer(tokens) => {
                let token = credentials(shown, "bearer");
                let is_it = |own: &BearerToken| own.enable && Some(own.token_data.as_str()) == token;
                if tokens.iter().any(is_it) {
                    Ok(())
                } else {
                    forbidden("access denied due to invalid bearer token")
                }
            }
            Self::Basic(users) => {
                let pair = credentials(shown, "basic").and_then(|text| STANDARD.decode(text).ok());
                let is_it =
                    |user: &BasicUser| Some(format!("{}:{}", user.username, user.password).into_bytes()) == pair;
                if users.iter().any(is_it) {
                    Ok(())
                } else {
                    forbidden("access denied due to invalid username or password")
                }
            }
        }
    }
}

impl BearerToken {
    fn check(&self) -> Result<(), String> {
        let legal = |c: char| c.is_ascii_alphanumeric() || TOKEN_MARKS.contains(c);
        if !is_name(&self.token_name, TOKEN_NAME_CHARS_MAX) {
            return Err(format!("the token's name {:?} is none", self.token_name));
        }
        if !TOKEN_CHARS.contains(&self.token_data.len()) || !self.token_data.chars().all(legal) {
            return Err(format!(
                "the token {:?} is not 32 to 128 letters, digits and {TOKEN_MARKS}",
                self.token_name
            ));
        }
        Ok(())
    }
}

impl BasicUser {
    fn check(&self) -> Result<(), String> {
        let (name, password) = (&self.username, &self.password);
        let legal = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        let starts = name.starts_with(|c: char| c.is_ascii_alphabetic());
        if !USER_CHARS.contains(&name.len()) || !starts || !name.chars().all(legal) {
            return Err(format!(
                "the user's name {name:?} is not 12 to 128 letters, digits, '-', '_' and '.'"
            ));
        }
        let has = |is: fn(&char) -> bool| password.chars().any(|c| is(&c));
        let strong = has(char::is_ascii_uppercase) && has(char::is_ascii_lowercase) && has(char::is_ascii_digit);
        if !USER_CHARS.contains(&password.len()) || !strong || !password.contains(|c| PASSWORD_MARKS.contains(c)) {
            return Err(format!(
                "the password of {name:?} needs 12 to 128 characters, capitals, small letters, digits and one of {PASSWORD_MARKS}"
            ));
        }
        Ok(())
    }
}

/// What follows the scheme in an `Authorization` header.
fn credentials<'h>(header: &'h str, scheme: &str) -> Option<&'h str> {
    let (found, rest) = header.split_once(' ')?;
    found.eq_ignore_ascii_case(scheme).then(|| rest.trim())
}

/// The text may hold secrets, so the error says only where it is wrong.
fn read<T: DeserializeOwned>(config: &str) -> Result<T, String> {
    serde_json::from_str(config).map_err(|error| format!("authConfig, column {}: it cannot be read", error.column()))
}

impl fmt::Debug for BearerToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BearerToken")
            .field("enable", &self.enable)
            .field("token_name", &self.token_name)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for BasicUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BasicUser")
            .field("username", &self.username)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    const TOKENS: &str = r#"{"tokens":[
        {"enable":true,"tokenName":"board","tokenData":"abcdefghijklmnopqrstuvwxyz012345"},
        {"enable":false,"tokenName":"old","tokenData":"543210zyxwvutsrqponmlkjihgfedcba"}]}"#;
    const USERS: &str = r#"{"users":[{"username":"release-board","password":"Passw0rd(example)"}]}"#;

    #[track_caller]
    fn check(auth: &TriggerAuth, header: Option<&str>, expected: Result<(), u16>) {
        let mut headers = HeaderMap::new();
        if let Some(header) = header {
            headers.insert(AUTHORIZATION, HeaderValue::from_str(header).unwrap());
        }
        let admitted = auth.admit(&headers).map_err(|denied| denied.status.as_u16());
        assert_eq!(admitted, expected, "{header:?}");
    }

    #[test]
    fn a_bearer_token_opens_if_it_is_enabled_and_whole() {
        for auth_type in ["bearer", "function"] {
            let auth = TriggerAuth::parse(auth_type, Some(TOKENS)).unwrap();
            check(&auth, None, Err(401));
            check(&auth, Some("Bearer abcdefghijklmnopqrstuvwxyz012345"), Ok(()));
            check(&auth, Some("bearer abcdefghijklmnopqrstuvwxyz012345"), Ok(()));
            check(&auth, Some("Bearer abcdefghijklmnopqrstuvwxyz01234"), Err(403));
            check(&auth, Some("Bearer 543210zyxwvutsrqponmlkjihgfedcba"), Err(403));
            check(&auth, Some("Basic abcdefghijklmnopqrstuvwxyz012345"), Err(403));
            check(&auth, Some("abcdefghijklmnopqrstuvwxyz012345"), Err(403));
        }
    }

    #[test]
    fn a_user_passes_with_name_and_password() {
        let auth = TriggerAuth::parse("basic", Some(USERS)).unwrap();
        let basic = |pair: &str| format!("Basic {}", STANDARD.encode(pair));
        check(&auth, None, Err(401));
        check(&auth, Some(&basic("release-board:Passw0rd(example)")), Ok(()));
        check(&auth, Some(&basic("release-board:passw0rd(example)")), Err(403));
        check(&auth, Some("Basic not base64"), Err(403));
    }

    #[test]
    fn everybody_passes_an_anonymous_trigger_and_nobody_one_that_asks_for_signatures() {
        let anonymous = TriggerAuth::parse("anonymous", None).unwrap();
        check(&anonymous, None, Ok(()));
        check(&anonymous, Some("Bearer whatever"), Ok(()));
        assert_eq!(TriggerAuth::parse("function", None), Ok(TriggerAuth::default()));
        check(&TriggerAuth::default(), None, Err(401));
        check(&TriggerAuth::default(), Some("acs key:signature"), Err(403));
    }

    #[test]
    fn what_the_platform_does_not_take_is_not_deployed() {
        let short = TOKENS.replace("abcdefghijklmnopqrstuvwxyz012345", "short");
        let twice = TOKENS.replace("\"old\"", "\"board\"");
        let weak = USERS.replace("Passw0rd(example)", "passwordexample");
        let unnamed = USERS.replace("release-board", "board");
        for (auth_type, config, problem) in [
            ("bearer", None, "needs an authConfig"),
            ("bearer", Some("{\"tokens\":[]}"), "1 to 20 tokens"),
            ("bearer", Some(short.as_str()), "the token \"board\" is not 32"),
            ("bearer", Some(twice.as_str()), "each name once"),
            ("bearer", Some(USERS), "cannot be read"),
            ("basic", Some(weak.as_str()), "the password of \"release-board\""),
            ("basic", Some(unnamed.as_str()), "the user's name \"board\""),
            ("anonymous", Some(TOKENS), "takes no authConfig"),
            ("jwt", Some("{}"), "not simulated"),
        ] {
            let error = TriggerAuth::parse(auth_type, config).unwrap_err();
            assert!(error.contains(problem), "{auth_type}: {error}");
        }
    }

    #[test]
    fn no_secret_shows() {
        let shown = [
            format!("{:?}", TriggerAuth::parse("bearer", Some(TOKENS))),
            format!("{:?}", TriggerAuth::parse("basic", Some(USERS))),
        ];
        for shown in shown {
            assert!(!shown.contains("abcdef") && !shown.contains("Passw0rd"), "{shown}");
        }
    }
}
