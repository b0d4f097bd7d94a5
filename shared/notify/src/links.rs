//! Addresses in our own words, for dialects that make a link only of what they are told is one. Never used on a value from
//! outside: that is shown and leads nowhere.

/// A part of our own words.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Part<'a> {
    Text(&'a str),
    Address(&'a str),
}

/// `words` taken apart where an address begins and ends. Punctuation after it belongs to the sentence.
pub(crate) fn parts(words: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = words;
    while let Some((before, from)) = rest.find("https://").and_then(|start| rest.split_at_checked(start)) {
        let end = from.find(|c: char| !c.is_ascii_graphic() || "<>\"".contains(c));
        let address = from.get(..end.unwrap_or(from.len())).unwrap_or_default();
        let address = address.trim_end_matches(['.', ',', ';', ':', ')', '!', '?']);
        parts.extend([Part::Text(before), Part::Address(address)]);
        rest = from.strip_prefix(address).unwrap_or_default();
    }
    parts.push(Part::Text(rest));
    parts.retain(|part| *part != Part::Text(""));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_ends_where_the_sentence_goes_on() {
        use Part::{Address, Text};
        #[track_caller]
        fn check(words: &str, expected: &[Part<'_>]) {
            assert_eq!(parts(words), expected, "{words}");
        }
        let address = "https://www.example.com/help/a-b?c=d";
        check("no address", &[Text("no address")]);
        check("", &[]);
        check(address, &[Address(address)]);
        check(&format!("see {address}"), &[Text("see "), Address(address)]);
        check(&format!("{address}. More"), &[Address(address), Text(". More")]);
        check(
            &format!("参见 {address}。"),
            &[Text("参见 "), Address(address), Text("。")],
        );
        check(
            &format!("{address}, {address})"),
            &[Address(address), Text(", "), Address(address), Text(")")],
        );
        check("http://not.ours", &[Text("http://not.ours")]);
    }
}
