//! The plan as text that a person can read aloud. The words of every wait, block and reason live here and nowhere else.

mod action;
mod block;
mod explain;
mod reason;
mod wait;

use std::fmt;

use goldcast_domain::ImageRef;

use crate::{Plan, Planned};

/// Accounts that a line names before it counts the rest.
const NAMED_MAX: usize = 3;

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.actions.is_empty() && self.waits.is_empty() && self.blocks.is_empty() {
            f.write_str("nothing to do: everything is as the policy wants it\n")?;
        }
        for planned in &self.actions {
            writeln!(f, "do     {planned}")?;
        }
        for wait in &self.waits {
            writeln!(f, "wait   {wait}")?;
        }
        for block in &self.blocks {
            writeln!(f, "block  {block}")?;
        }
        for note in &self.notes {
            writeln!(f, "note   {}: {}", note.policy, note.kind)?;
        }
        Ok(())
    }
}

impl fmt::Display for Planned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}, because {}", self.release, self.action, self.reason)
    }
}

/// Up to three items, then a count.
struct Listed<'a, T>(&'a [T]);

impl<T: fmt::Display> fmt::Display for Listed<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.len().checked_sub(NAMED_MAX) {
            None | Some(0) => list(f, self.0),
            Some(more) => {
                list(f, &self.0[..NAMED_MAX])?;
                write!(f, " and {more} more")
            }
        }
    }
}

/// A number and its noun.
struct Counted(usize, &'static str);

impl fmt::Display for Counted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(count, noun) = self;
        let plural = if *count == 1 { "" } else { "s" };
        write!(f, "{count} {noun}{plural}")
    }
}

struct Percent(Option<u8>);

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |percent| write!(f, " ({percent} %)"))
    }
}

fn list<T: fmt::Display>(f: &mut fmt::Formatter<'_>, items: &[T]) -> fmt::Result {
    for (position, item) in items.iter().enumerate() {
        let separator = if position == 0 { "" } else { ", " };
        write!(f, "{separator}{item}")?;
    }
    Ok(())
}

fn console(image: &ImageRef) -> String {
    format!("https://ecs.console.aliyun.com/image/region/{}/imageList", image.region)
}
