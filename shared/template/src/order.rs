//! An order in which everything comes after what it depends on.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::ParseError;

/// Orders the keys of `edges`, each with what it depends on; what is not among the keys counts as there. Of several that
/// could come next, the first by name does.
pub(crate) fn ordered(edges: &BTreeMap<String, BTreeSet<String>>) -> Result<Vec<String>, ParseError> {
    let mut order: Vec<String> = Vec::new();
    let mut done: BTreeSet<&str> = BTreeSet::new();
    while done.len() < edges.len() {
        let is_ready = |needs: &BTreeSet<String>| {
            let mut needs = needs.iter();
            needs.all(|need| done.contains(need.as_str()) || !edges.contains_key(need))
        };
        let next = edges
            .iter()
            .find(|(name, needs)| !done.contains(name.as_str()) && is_ready(needs));
        let Some((next, _)) = next else {
            return Err(ParseError::Circle(circle(edges, &done)));
        };
        done.insert(next);
        order.push(next.clone());
    }
    Ok(order)
}

/// A circle among those that are not done, from a member back to itself.
fn circle(edges: &BTreeMap<String, BTreeSet<String>>, done: &BTreeSet<&str>) -> Vec<String> {
    let mut path: Vec<String> = Vec::new();
    let mut current = edges.keys().find(|name| !done.contains(name.as_str()));
    while let Some(name) = current {
        if let Some(start) = path.iter().position(|seen| seen == name) {
            path.drain(..start);
            path.push(name.clone());
            break;
        }
        path.push(name.clone());
        let needs = edges.get(name);
        current = needs.and_then(|needs| {
            needs
                .iter()
                .find(|need| edges.contains_key(*need) && !done.contains(need.as_str()))
        });
    }
    path
}
