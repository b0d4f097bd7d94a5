//! The beginning of a text, for places that have a limit.

/// What follows a text that was cut.
const ELLIPSIS: &str = "…";

/// `text`, or as many whole characters of it as fit into `bytes_max` together with an ellipsis.
pub(crate) fn excerpt(text: &str, bytes_max: usize) -> String {
    if text.len() <= bytes_max {
        return text.to_owned();
    }
    let end = text.floor_char_boundary(bytes_max.saturating_sub(ELLIPSIS.len()));
    let mut cut = text.get(..end).unwrap_or_default().to_owned();
    cut.push_str(ELLIPSIS);
    cut
}

#[cfg(test)]
mod tests {
    use super::excerpt;

    #[track_caller]
    fn check(text: &str, bytes_max: usize, expected: &str) {
        assert_eq!(excerpt(text, bytes_max), expected);
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        check("image", 5, "image");
        check("images", 5, "im…");
        check("镜像镜像", 9, "镜像…");
        check("镜像镜像", 8, "镜…");
        check("", 0, "");
    }
}
