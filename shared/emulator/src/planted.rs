//! Secrets with a mark in them, and how the mark is found again in whatever a test puts out: logs, errors, records of
//! calls, messages. The keys of the simulated cloud's sessions bear it, and tests plant it in the secrets of channels.
//!
//! ```
//! use goldcast_emulator::planted;
//!
//! let secret = planted::secret("SEC");
//! assert_eq!(planted::leaks("refused by 127.0.0.1"), Vec::<String>::new());
//! assert_eq!(planted::leaks(&format!("refused by {secret}")).len(), 1);
//! ```

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// What every planted secret holds and nothing else does: sixteen letters and digits, so that neither Base64 nor
/// percent-encoding has to change them.
pub const MARK: &str = "q7Zx9Planted2kVw";
/// What the keys of people in the simulated cloud hold. These are printed on purpose by `goldcast dev`.
pub const PEOPLE: &str = "not-a-secret-";
/// How much is shown before a find, in characters; what follows would be the secret.
const BEFORE: usize = 60;

/// A secret that is planted: the mark behind `prefix`.
pub fn secret(prefix: &str) -> String {
    format!("{prefix}{MARK}")
}

/// A planted secret of Standard Webhooks: 24 bytes.
pub fn webhook_secret() -> String {
    format!("whsec_{MARK}{MARK}")
}

/// Where a secret shows in a text: what stands before each, without the secret.
pub fn leaks(text: &str) -> Vec<String> {
    let mut leaks = Vec::new();
    for form in forms() {
        for (at, _) in text.match_indices(form.as_str()) {
            let before: String = text.chars().take(text[..at].chars().count()).collect();
            let shown = before.chars().rev().take(BEFORE).collect::<Vec<_>>();
            leaks.push(shown.into_iter().rev().chain(['…']).collect());
        }
    }
    leaks
}

/// The marks as they may show: as they are, in Base64 wherever they begin, in hexadecimal digits.
fn forms() -> Vec<String> {
    let hex = hex(MARK);
    let mut forms = vec![MARK.to_owned(), PEOPLE.to_owned(), hex.to_uppercase(), hex];
    for (shift, inner) in [(0, 0..21), (1, 2..22), (2, 3..24)] {
        let shifted = [vec![0; shift], MARK.as_bytes().to_vec()].concat();
        forms.extend(STANDARD_NO_PAD.encode(shifted).get(inner).map(str::to_owned));
    }
    forms
}

fn hex(text: &str) -> String {
    let digits = text.bytes().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    #[test]
    fn a_secret_is_found_in_every_form_that_it_may_take() {
        let secret = secret("SEC");
        for text in [
            secret.clone(),
            format!("Authorization: Basic {}", STANDARD.encode(format!("a:{secret}"))),
            STANDARD.encode(format!("ab{secret}")),
            STANDARD.encode(format!("abc{secret}")),
            hex(&secret),
            hex(&secret).to_uppercase(),
            webhook_secret(),
            "key not-a-secret-1000".to_owned(),
        ] {
            assert!(!leaks(&text).is_empty(), "{text}");
        }
        assert!(leaks("nothing of the kind: q7Zx9planted2kvw").is_empty());
    }

    #[test]
    fn a_find_does_not_show_the_secret() {
        let found = leaks(&format!("posting to https://a.example/?token={MARK}: refused"));
        assert_eq!(found, ["posting to https://a.example/?token=…"]);
    }
}
