//! Webhook addresses: checked once, printed never.
//!
//! On most platforms the address *is* the credential, in its query or its path. It therefore lives in a type of its own.

use std::fmt;
use std::net::IpAddr;

use url::{Host, ParseError, Url};

use crate::reach::{Reach, is_loopback, is_public};
use crate::secret::fingerprint;

/// A checked webhook address.
///
/// `https`, no user name in it, at most 2048 bytes, and within its [`Reach`]; plain `http` only to this machine and only
/// with [`Reach::PrivateToo`]. Prints as `https://host/…#` and eight hexadecimal digits of its SHA-256; cannot be
/// serialised.
#[derive(Clone)]
pub struct WebhookUrl {
    url: Url,
    reach: Reach,
    secrets: Vec<String>,
}

/// An address that is refused. Never quotes more of it than the host.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// Not an absolute address with a host.
    #[error("the webhook address is not a URL like https://host/path; check the variable it is read from")]
    NotAUrl,
    /// A host that is not written in ASCII.
    #[error(
        "the webhook address has a host beyond ASCII, or one that is no name; write it as it is registered (xn--…)"
    )]
    Host,
    /// Longer than any platform hands out.
    #[error("the webhook address is longer than {MAX_URL_BYTES} bytes")]
    TooLong,
    /// Not `https`, and not this machine.
    #[error("the webhook address of {host} must be https; http is for loopback hosts only")]
    NotHttps {
        /// Host of the address.
        host: String,
    },
    /// `user@host`, the classic disguise.
    #[error("the webhook address of {host} carries a user name or password; remove it")]
    UserInfo {
        /// Host of the address.
        host: String,
    },
    /// Loopback, private network or metadata service.
    #[error("the webhook host {host} is not a public address; set allow_private if that is meant")]
    Private {
        /// Host of the address.
        host: String,
    },
}

/// Longest address accepted, in bytes. Known addresses have at most 500.
const MAX_URL_BYTES: usize = 2048;

/// Shortest part of an address that is taken for a token and masked in quotations, in characters.
const MIN_TOKEN_CHARS: usize = 8;

impl WebhookUrl {
    /// Checks an address. A name that *resolves* to a private address is found when the request is sent.
    pub fn parse(text: &str, reach: Reach) -> Result<Self, UrlError> {
        let text = text.trim();
        if text.len() > MAX_URL_BYTES {
            return Err(UrlError::TooLong);
        }
        let mut url = Url::parse(text).map_err(|error| {
            if error == ParseError::IdnaError {
                UrlError::Host
            } else {
                UrlError::NotAUrl
            }
        })?;
        let host = url
            .host_str()
            .filter(|host| !host.is_empty())
            .ok_or(UrlError::NotAUrl)?
            .to_owned();
        let here = leads_here(&url);
        match url.scheme() {
            "https" => {}
            "http" if here && reach == Reach::PrivateToo => {}
            _ => return Err(UrlError::NotHttps { host }),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(UrlError::UserInfo { host });
        }
        let private = here || literal_ip(&url).is_some_and(|ip| !is_public(ip));
        if private && reach == Reach::Public {
            return Err(UrlError::Private { host });
        }
        url.set_fragment(None);
        let secrets = tokens(&url);
        Ok(Self { url, reach, secrets })
    }

    /// The host alone, which is no secret.
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    pub(crate) fn reach(&self) -> Reach {
        self.reach
    }

    pub(crate) fn expose(&self) -> &Url {
        &self.url
    }

    /// Everything in the address that must not be quoted.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &str> {
        self.secrets.iter().map(String::as_str)
    }

    /// Whether the address is exactly `host` on the ordinary port, or this machine where that is allowed.
    pub(crate) fn is_pinned_to(&self, host: &str) -> bool {
        leads_here(&self.url) || (self.host() == host && self.url.port().is_none())
    }

    /// Whether the host is below `suffix` (`.example.com`, with its dot) on the ordinary port, or this machine where that
    /// is allowed.
    pub(crate) fn is_pinned_below(&self, suffix: &str) -> bool {
        leads_here(&self.url) || (self.host().ends_with(suffix) && self.url.port().is_none())
    }

    pub(crate) fn leads_here(&self) -> bool {
        leads_here(&self.url)
    }
}

impl fmt::Display for WebhookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}://{}/…#{}",
            self.url.scheme(),
            self.host(),
            fingerprint(self.url.as_str())
        )
    }
}

impl fmt::Debug for WebhookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn literal_ip(url: &Url) -> Option<IpAddr> {
    match url.host()? {
        Host::Domain(_) => None,
        Host::Ipv4(ip) => Some(IpAddr::V4(ip)),
        Host::Ipv6(ip) => Some(IpAddr::V6(ip)),
    }
}

fn leads_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        Some(Host::Ipv4(ip)) => is_loopback(IpAddr::V4(ip)),
        Some(Host::Ipv6(ip)) => is_loopback(IpAddr::V6(ip)),
        None => false,
    }
}

fn tokens(url: &Url) -> Vec<String> {
    let segments = url.path_segments().into_iter().flatten().map(str::to_owned);
    let raw_values = url
        .query()
        .unwrap_or_default()
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|p| p.1);
    let values = url.query_pairs().map(|(_, value)| value.into_owned());
    let parts = segments.chain(raw_values.map(str::to_owned)).chain(values);
    parts
        .filter(|part| part.chars().count() >= MIN_TOKEN_CHARS)
        .chain([url.as_str().to_owned()])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn error(text: &str, reach: Reach) -> UrlError {
        WebhookUrl::parse(text, reach).expect_err(text)
    }

    #[test]
    fn an_address_prints_its_host_and_a_fingerprint_only() {
        let text = "https://hooks.example.com/services/T0KEN/B0TTOM?sig=s3cr3t#part";
        let url = WebhookUrl::parse(text, Reach::Public).unwrap();
        let expected = format!(
            "https://hooks.example.com/…#{}",
            fingerprint(text.trim_end_matches("#part"))
        );
        assert_eq!(url.to_string(), expected);
        assert_eq!(format!("{url:?}"), expected);
    }

    #[test]
    fn private_addresses_are_refused_in_every_disguise() {
        for text in [
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://[::ffff:100.100.100.200]/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://017700000001/",
            "https://localhost/",
            "https://localhost./",
            "https://hooks.localhost/",
            "https://LOCALHOST/",
            "https://100.100.100.200/latest/meta-data",
            "https://10.0.0.8:8443/hook",
            "https://[fd00::1]/",
        ] {
            assert!(matches!(error(text, Reach::Public), UrlError::Private { .. }), "{text}");
            assert!(WebhookUrl::parse(text, Reach::PrivateToo).is_ok(), "{text}");
        }
    }

    #[test]
    fn plain_http_is_for_this_machine_only() {
        for text in [
            "http://hooks.example.com/",
            "http://10.0.0.8/",
            "ftp://localhost/",
            "file:///etc/passwd",
        ] {
            let refused = error(text, Reach::PrivateToo);
            assert!(
                matches!(refused, UrlError::NotHttps { .. } | UrlError::NotAUrl),
                "{text}: {refused}"
            );
        }
        assert!(matches!(
            error("http://127.0.0.1:9/", Reach::Public),
            UrlError::NotHttps { .. }
        ));
        assert!(WebhookUrl::parse("http://127.0.0.1:9/", Reach::PrivateToo).is_ok());
    }

    #[test]
    fn disguises_and_rubbish_are_refused() {
        #[track_caller]
        fn check(text: &str, expected: UrlError) {
            assert_eq!(error(text, Reach::Public), expected, "{text}");
        }
        let host = || "evil.example".to_owned();
        check(
            "https://oapi.dingtalk.com@evil.example/",
            UrlError::UserInfo { host: host() },
        );
        check("https://:pw@evil.example/", UrlError::UserInfo { host: host() });
        check("", UrlError::NotAUrl);
        check("https://例え.example/path", UrlError::Host);
        check("hooks.example.com/path", UrlError::NotAUrl);
        check(
            &format!("https://evil.example/{}", "a".repeat(MAX_URL_BYTES)),
            UrlError::TooLong,
        );
    }

    #[test]
    fn a_host_beyond_ascii_is_written_as_it_is_registered() {
        let url = WebhookUrl::parse("https://xn--r8jz45g.example/path", Reach::Public).unwrap();
        assert_eq!(url.host(), "xn--r8jz45g.example");
        // Letters that only look like ASCII do not lead anywhere, this machine included.
        assert_eq!(error("https://ⓛocalhost/", Reach::PrivateToo), UrlError::Host);
    }

    #[test]
    fn pinning_compares_the_whole_host() {
        #[track_caller]
        fn check(text: &str, pinned: bool) {
            let url = WebhookUrl::parse(text, Reach::PrivateToo).unwrap();
            assert_eq!(url.is_pinned_to("hooks.slack.com"), pinned, "{text}");
        }
        check("https://hooks.slack.com/x", true);
        check("https://HOOKS.slack.com:443/x", true);
        check("https://hooks.slack.com:8443/x", false);
        check("https://hooks.slack.com.evil.example/x", false);
        check("https://xhooks.slack.com/x", false);
        check("http://127.0.0.1:8080/x", true);
        check("https://10.0.0.1/x", false);
    }

    #[test]
    fn a_family_of_hosts_is_pinned_at_the_dot() {
        #[track_caller]
        fn check(text: &str, pinned: bool) {
            let url = WebhookUrl::parse(text, Reach::PrivateToo).unwrap();
            assert_eq!(url.is_pinned_below(".logic.azure.com"), pinned, "{text}");
        }
        check("https://prod-12.westeurope.logic.azure.com:443/workflows/x", true);
        check("https://PROD-12.LOGIC.azure.com/workflows/x", true);
        check("https://prod-12.logic.azure.com:8443/workflows/x", false);
        check("https://logic.azure.com/workflows/x", false);
        check("https://evil-logic.azure.com/workflows/x", false);
        check("https://prod-12.logic.azure.com.evil.example/x", false);
        check("https://prod-12.logic.azure.com./x", false);
        check("http://127.0.0.1:8080/x", true);
    }
}
