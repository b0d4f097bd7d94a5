//! The few texts of a small XML document that are asked for by name. Not here: documents, attributes, namespaces.

/// The text of the first element of this name without attributes; `None` if there is no such element.
pub(crate) fn text_of(document: &str, name: &str) -> Option<String> {
    let (_, rest) = document.split_once(&format!("<{name}>"))?;
    let (text, _) = rest.split_once(&format!("</{name}>"))?;
    // The ampersand last, or what it made would be read again.
    let entities = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&apos;", "'"),
        ("&amp;", "&"),
    ];
    let plain = |text: String, (entity, plain): (&str, &str)| text.replace(entity, plain);
    Some(entities.into_iter().fold(text.trim().to_owned(), plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(document: &str, expected: Option<&str>) {
        assert_eq!(text_of(document, "Code").as_deref(), expected);
    }

    #[test]
    fn the_first_element_of_the_name_counts() {
        check(
            "<Error><Code>NoSuchKey</Code><Code>Other</Code></Error>",
            Some("NoSuchKey"),
        );
        check("<Error>\n<Code>\n NoSuchKey\n</Code></Error>", Some("NoSuchKey"));
        check("<Code></Code>", Some(""));
        check(
            "<Code>a &amp;lt; b &lt;c&gt; &quot;d&apos;</Code>",
            Some("a &lt; b <c> \"d'"),
        );
    }

    #[test]
    fn what_is_not_there_or_cut_off_is_nothing() {
        check("", None);
        check("<Error><Message>no</Message></Error>", None);
        check("<Error><Code>NoSuchKey", None);
    }
}
