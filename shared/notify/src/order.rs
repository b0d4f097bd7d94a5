//! Putting things in order without a sorting algorithm for every type: those of the standard library are kilobytes of the sweep's
//! code, each time, and what messages list is short.

use std::cmp::Ordering;

/// Puts items in order, one after the other. Equal ones keep theirs.
pub(crate) fn put_in_order<T>(items: &mut Vec<T>, compare: impl Fn(&T, &T) -> Ordering) {
    let mut ordered: Vec<T> = Vec::with_capacity(items.len());
    for item in items.drain(..) {
        let at = ordered.partition_point(|there| compare(there, &item).is_le());
        ordered.insert(at, item);
    }
    *items = ordered;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_ones_keep_their_order() {
        let mut words = vec!["pear", "fig", "apple", "kiwi", "nut"];
        put_in_order(&mut words, |a, b| a.len().cmp(&b.len()));
        assert_eq!(words, ["fig", "nut", "pear", "kiwi", "apple"]);
    }
}
