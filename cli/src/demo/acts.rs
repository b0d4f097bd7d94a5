//! The acts of the story, in their order. What people do in them, what goldcast makes of it, and what must be true at the
//! end of each, stands in the modules below.

mod members;
mod recall;
mod release;

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::picture::Step;
use super::scenery;
use super::story::{Plot, Setback, Story};

impl Story<'_> {
    /// Tells the whole story into `plot`, until its end or the first thing that does not come true.
    pub(crate) async fn tell(&self, plot: &RefCell<Plot>) -> Result<(), Setback> {
        let (narrator, cast) = (self.narrator, self.cast);
        scenery::show(self);
        narrator.act(
            2,
            "A pipeline builds an image",
            "It calls the cloud's own API, as it always did. It knows nothing of goldcast.",
        );
        let mut first = self.a_build_begins(&cast.golden, None).await?;
        plot.borrow_mut().releases.push(first.clone());
        self.a_build_is_done(&first, &cast.golden).await?;
        narrator.act(
            3,
            "goldcast takes it everywhere",
            "Copied and shared region by region; launched nowhere before it is in place everywhere.",
        );
        first.launchers = Some(self.goldcast_takes_it_everywhere(&first, Step::Making).await?);
        plot.borrow_mut().releases = vec![first.clone()];
        narrator.act(
            4,
            "A member joins",
            "The account factory calls the function member-added, so the account need not wait for the next sweep.",
        );
        let joined = self.a_member_joins(&first).await?;
        plot.borrow_mut().joined.clone_from(&joined);
        narrator.act(
            5,
            "A member leaves, and nobody tells goldcast",
            "The cloud is not known to send an event for it. The next sweep looks, and finds out.",
        );
        let next = match &cast.next {
            Some(golden) => Some((self.a_build_begins(golden, Some(&first)).await?, golden)),
            None => None,
        };
        plot.borrow_mut()
            .releases
            .extend(next.as_ref().map(|(release, _)| release.clone()));
        plot.borrow_mut().left = self.a_member_leaves(&first, joined).await?;
        narrator.act(
            6,
            "The next release",
            "Nobody changes anything: who launches by the family gets it as soon as it is in place everywhere.",
        );
        let mut releases = vec![first];
        if let Some((mut next, golden)) = next {
            self.a_build_is_done(&next, golden).await?;
            next.launchers = Some(self.goldcast_takes_it_everywhere(&next, Step::Committed).await?);
            releases.push(next);
            plot.borrow_mut().releases.clone_from(&releases);
        } else {
            narrator.warning("this policy knows one name only, so there is no other release");
        }
        narrator.act(
            7,
            "The recall",
            "One tag is enough: from a pipeline, by hand in the console, or with goldcast recall.",
        );
        self.it_is_recalled(&releases, plot).await
    }

    fn say_told(&self, channels: &BTreeSet<String>) {
        if !channels.is_empty() {
            self.narrator.fact(format_args!("{} told", are(channels)));
        }
    }
}

/// `platform-team and inventory are`.
fn are(channels: &BTreeSet<String>) -> String {
    let names: Vec<&str> = channels.iter().map(String::as_str).collect();
    match names.as_slice() {
        [] => "nobody is".to_owned(),
        [one] => format!("{one} is"),
        [first @ .., last] => format!("{} and {last} are", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_are_listed_as_in_a_sentence() {
        for (names, said) in [
            (&["a"][..], "a is"),
            (&["a", "b"], "a and b are"),
            (&["a", "b", "c"], "a, b and c are"),
        ] {
            assert_eq!(are(&names.iter().map(|name| (*name).to_owned()).collect()), said);
        }
    }
}
