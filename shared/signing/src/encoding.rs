//! The percent-encoding that both signatures canonicalise with, and the form-decoding of what arrives on the wire.
//!
//! Clients disagree about the wire (`+` or `%20` for a blank, `*` bare or not), so a verifier decodes every key and
//! value and encodes them again canonically.

use std::borrow::Cow;
use std::cmp::Ordering;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, utf8_percent_encode};

/// Everything but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// `text` with everything but `A–Z a–z 0–9 - _ . ~` as `%XX` of its UTF-8 bytes, in capitals.
///
/// ```
/// assert_eq!(goldcast_signing::percent_encode("a b*c~d+中"), "a%20b%2Ac~d%2B%E4%B8%AD");
/// ```
pub fn percent_encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// The pairs of a query string or form body in the order they arrived: `+` is a blank, empty values are kept, a
/// bare key has an empty value, and empty parts (`a=1&&b=2`) are skipped.
///
/// Bytes that are not UTF-8 become replacement characters, so that such a request fails its signature rather than
/// its reader.
pub fn form_decode(raw: &str) -> Vec<(String, String)> {
    let pairs = form_pairs(raw).into_iter();
    pairs
        .map(|(key, value)| (key.into_owned(), value.into_owned()))
        .collect()
}

/// [`form_decode`] that copies only what is encoded.
fn form_pairs(raw: &str) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
    raw.split('&')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            (decode_component(key), decode_component(value))
        })
        .collect()
}

fn decode_component(raw: &str) -> Cow<'_, str> {
    if !raw.contains(['+', '%']) {
        return raw.into();
    }
    let blanks = raw.replace('+', " ");
    percent_decode(blanks.as_bytes())
        .decode_utf8_lossy()
        .into_owned()
        .into()
}

/// Puts items in order, one after the other; equal ones keep theirs. There are few, and the sorting algorithms of the standard
/// library are kilobytes of a function's code for every type.
pub(crate) fn put_in_order<T>(items: &mut Vec<T>, compare: impl Fn(&T, &T) -> Ordering) {
    let mut ordered: Vec<T> = Vec::with_capacity(items.len());
    for item in items.drain(..) {
        let at = ordered.partition_point(|there| compare(there, &item).is_le());
        ordered.insert(at, item);
    }
    *items = ordered;
}

/// The pairs encoded as `key=value`, in byte order of the decoded keys and joined with `&`.
///
/// `AddAccount.10` therefore comes before `AddAccount.2`. Pairs with the same key keep their order.
pub fn canonical_query(pairs: &[(String, String)]) -> String {
    canonical_pairs(pairs.iter().map(|(key, value)| (key.as_str(), value.as_str())))
}

/// [`canonical_query`] of a query string as it arrived.
pub(crate) fn canonical_raw(raw: &str) -> String {
    let pairs = form_pairs(raw);
    canonical_pairs(pairs.iter().map(|(key, value)| (key.as_ref(), value.as_ref())))
}

/// [`canonical_query`] of borrowed pairs, for callers that leave some out.
pub(crate) fn canonical_pairs<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut pairs: Vec<_> = pairs.collect();
    put_in_order(&mut pairs, |(left, _), (right, _)| {
        left.as_bytes().cmp(right.as_bytes())
    });
    let mut text = String::new();
    for (key, value) in pairs {
        if !text.is_empty() {
            text.push('&');
        }
        text.extend(utf8_percent_encode(key, RESERVED));
        text.push('=');
        text.extend(utf8_percent_encode(value, RESERVED));
    }
    text
}

/// A path as signed: every segment decoded and encoded canonically, the slashes kept, empty as `/`.
pub(crate) fn canonical_path(path: &str) -> String {
    if path.is_empty() {
        return "/".to_owned();
    }
    let segments: Vec<_> = path
        .split('/')
        .map(|segment| percent_encode(&percent_decode(segment.as_bytes()).decode_utf8_lossy()))
        .collect();
    segments.join("/")
}

/// A decoded path with everything but its slashes and the unreserved characters encoded.
pub(crate) fn encoded_path(path: &str) -> String {
    const PATH: &AsciiSet = &RESERVED.remove(b'/');
    utf8_percent_encode(path, PATH).to_string()
}

/// A query string as it arrived, its pairs encoded anew and sorted as encoded; an empty value has no `=`.
pub(crate) fn encoded_query(raw: &str) -> String {
    let pairs = form_pairs(raw).into_iter();
    let mut pairs: Vec<_> = pairs
        .map(|(key, value)| (percent_encode(&key), percent_encode(&value)))
        .collect();
    put_in_order(&mut pairs, Ord::cmp);
    let mut text = String::new();
    for (key, value) in &pairs {
        if !text.is_empty() {
            text.push('&');
        }
        text.push_str(key);
        if !value.is_empty() {
            text.extend(["=", value]);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(raw: &str, expected: &[(&str, &str)]) {
        let pairs = form_decode(raw);
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
            .collect();
        assert_eq!(pairs, expected);
    }

    #[test]
    fn a_form_is_decoded_as_browsers_encode_it() {
        check("", &[]);
        check("a=1&b=&c", &[("a", "1"), ("b", ""), ("c", "")]);
        check("a=x+y%20z%2Bw", &[("a", "x y z+w")]);
        check("a=b=c", &[("a", "b=c")]);
        check("&&a=1&", &[("a", "1")]);
        check("z=1&a=2&z=3", &[("z", "1"), ("a", "2"), ("z", "3")]);
    }

    #[test]
    fn broken_escapes_and_bytes_that_are_no_text_do_not_panic() {
        check("a=%", &[("a", "%")]);
        check("a=%4", &[("a", "%4")]);
        check("a=%zz", &[("a", "%zz")]);
        check("a=%FF", &[("a", "\u{FFFD}")]);
    }

    #[test]
    fn list_members_are_ordered_as_text_and_not_as_numbers() {
        let pairs: Vec<_> = [2, 10, 1].map(|n| (format!("AddAccount.{n}"), n.to_string())).into();
        assert_eq!(
            canonical_query(&pairs),
            "AddAccount.1=1&AddAccount.10=10&AddAccount.2=2"
        );
    }

    #[test]
    fn a_path_keeps_its_slashes_and_encodes_its_segments_once() {
        assert_eq!(canonical_path(""), "/");
        assert_eq!(canonical_path("/"), "/");
        assert_eq!(canonical_path("/layers/my%20layer/a*"), "/layers/my%20layer/a%2A");
    }
}
