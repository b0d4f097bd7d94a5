//! Collecting and ordering without a sorting algorithm for every type.
//!
//! The standard `collect` into an ordered set or map sorts a vector first, and every `sort` is made for its type: five kilobytes
//! of each function's code, each time. Here entries are inserted one by one, and what is sorted are positions.

use std::cmp::Ordering;

/// Collects by inserting one by one.
pub trait Gather: Iterator + Sized {
    /// Everything that is left, inserted one by one.
    ///
    /// ```
    /// use std::collections::BTreeSet;
    /// use goldcast_domain::Gather as _;
    /// let set: BTreeSet<u8> = [3, 1, 3].into_iter().gather();
    /// assert_eq!(set.len(), 2);
    /// ```
    fn gather<C: Default + Extend<Self::Item>>(self) -> C {
        let mut all = C::default();
        all.extend(self);
        all
    }
}

impl<I: Iterator> Gather for I {}

/// Puts items in order. Equal ones keep theirs.
///
/// ```
/// let mut words = vec!["pear", "fig", "apple"];
/// goldcast_domain::put_in_order(&mut words, |a, b| a.len().cmp(&b.len()));
/// assert_eq!(words, ["fig", "pear", "apple"]);
/// ```
pub fn put_in_order<T>(items: &mut Vec<T>, compare: impl Fn(&T, &T) -> Ordering) {
    let order = {
        let items = &*items;
        positions(items.len(), &|a, b| match (items.get(a), items.get(b)) {
            (Some(a), Some(b)) => compare(a, b),
            (_, _) => Ordering::Equal,
        })
    };
    let mut old: Vec<Option<T>> = std::mem::take(items).into_iter().map(Some).collect();
    items.extend(order.into_iter().filter_map(|position| old.get_mut(position)?.take()));
}

/// So many positions, in the order that the comparison puts them in.
fn positions(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut positions: Vec<usize> = (0..count).collect();
    positions.sort_unstable_by(|a, b| compare(*a, *b).then(a.cmp(b)));
    positions
}
