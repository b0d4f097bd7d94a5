//! What the images are to us: which are sources, which are copies, which releases they make, in which order.
//!
//! Tags alone convince nobody: a copy counts only if the cloud says that it is one, under the name that its release
//! gives it, with its source's disk layout.

mod gates;
mod release;

use std::collections::BTreeMap;

use goldcast_domain::{
    Gather as _, Image, ImageId, ImageRef, ImageStatus, Policy, PolicyFile, PolicyName, ledger, put_in_order,
};
use jiff::Timestamp;

pub use gates::LAYOUT_GIB_MAX;
pub(crate) use gates::{forbids_copying, missing_tags};
pub(crate) use release::{Release, key_of, leaving};

use crate::{BlockKind, Observed, WaitKind, copy_name};

/// The releases of one policy, oldest first.
#[derive(Debug)]
pub(crate) struct Line<'a> {
    /// The policy.
    pub(crate) policy: &'a Policy,
    /// Its releases, by creation time of the source, then id.
    pub(crate) releases: Vec<Release<'a>>,
}

/// What keeps an image from being a release of a policy, and which policy would have it.
#[derive(Debug)]
pub(crate) struct Refusal {
    /// The policy, where it is one policy's matter.
    pub(crate) policy: Option<PolicyName>,
    /// The image.
    pub(crate) image: ImageRef,
    /// Its name: the release it would be.
    pub(crate) name: String,
    /// Why not, or why not yet.
    pub(crate) why: Why,
}

/// Why an image is not a release.
#[derive(Debug)]
pub(crate) enum Why {
    /// A person must solve it.
    Block(BlockKind),
    /// It will pass by itself.
    Wait(WaitKind),
}

/// All lines, and what did not become a release.
#[derive(Debug)]
pub(crate) struct Catalogue<'a> {
    /// A line per policy, by name.
    pub(crate) lines: Vec<Line<'a>>,
    /// Golden images that are no release.
    pub(crate) refusals: Vec<Refusal>,
    /// Policies that a tag on one of their sources lets rest.
    pub(crate) paused: Vec<&'a PolicyName>,
    /// Releases of policies that the file no longer has: kept as they are.
    pub(crate) orphans: Vec<Release<'a>>,
}

impl<'a> Catalogue<'a> {
    /// Sorts out every image that was listed.
    pub(crate) fn new(file: &'a PolicyFile, observed: &'a Observed, now: Timestamp) -> Self {
        let mut catalogue = Self {
            lines: Vec::new(),
            refusals: Vec::new(),
            paused: Vec::new(),
            orphans: Vec::new(),
        };
        let home = observed.images_in(&file.owner.home_region).unwrap_or_default();
        let mut copies = claimed_copies(observed, home);
        let mut releases: BTreeMap<&PolicyName, Vec<Release<'a>>> = BTreeMap::new();
        for source in home.iter().filter(|image| may_be_source(file, image)) {
            let mut release = Release::of_source(source, now);
            let claimed = copies.remove(&source.at.image).unwrap_or_default();
            let (entered, liars) = release.take_copies(claimed, file, observed);
            catalogue.expose(&liars);
            let policy = match entered.and_then(|name| file.policy_named(name)) {
                // Selection and gates are judged at entry: a release with copies stays one.
                Some(policy) => Some(policy),
                // What is leaving stays a release until its last image is gone.
                None if leaving(source).is_some() && source.status == ImageStatus::Deprecated => {
                    selecting(file, source).next()
                }
                None => catalogue.admit(file, source),
            };
            let Some(policy) = policy else { continue };
            if source.tags.contains_key(ledger::PAUSED) {
                catalogue.paused.push(&policy.name);
            }
            releases.entry(&policy.name).or_default().push(release);
        }
        for (source_id, claimed) in copies {
            catalogue.adopt(file, observed, (source_id, claimed), now, &mut releases);
        }
        for (name, policy) in &file.policies {
            let mut releases = releases.remove(name).unwrap_or_default();
            put_in_order(&mut releases, |a, b| a.order().cmp(&b.order()));
            catalogue.lines.push(Line { policy, releases });
        }
        catalogue
    }

    /// Judges a new golden image: the one policy that selects it, unless something forbids it.
    fn admit(&mut self, file: &'a PolicyFile, source: &Image) -> Option<&'a Policy> {
        let mut selecting = selecting(file, source);
        let policy = selecting.next()?;
        let others: Vec<_> = selecting.map(|policy| policy.name.clone()).collect();
        if !others.is_empty() {
            let policies = [vec![policy.name.clone()], others].concat();
            let image = source.at.clone();
            self.refuse(None, source, Why::Block(BlockKind::SelectedTwice { image, policies }));
            return None;
        }
        match gates::hindrance(&file.owner.account, policy, source) {
            Some(why) => {
                self.refuse(Some(policy.name.clone()), source, why);
                None
            }
            None => (source.status == ImageStatus::Available).then_some(policy),
        }
    }

    fn refuse(&mut self, policy: Option<PolicyName>, image: &Image, why: Why) {
        self.refusals.push(Refusal {
            policy,
            image: image.at.clone(),
            name: image.name.clone(),
            why,
        });
    }

    /// Images that say they are copies of ours and are not.
    fn expose(&mut self, liars: &[&Image]) {
        for liar in liars {
            let source_id = liar.tags.get(ledger::SOURCE).cloned().unwrap_or_default();
            let image = liar.at.clone();
            self.refuse(None, liar, Why::Block(BlockKind::TagsLie { image, source_id }));
        }
    }

    /// Copies whose source is gone stay a release: whoever launches by them must not notice.
    fn adopt(
        &mut self,
        file: &'a PolicyFile,
        observed: &Observed,
        (source_id, claimed): (ImageId, Vec<&'a Image>),
        now: Timestamp,
        releases: &mut BTreeMap<&'a PolicyName, Vec<Release<'a>>>,
    ) {
        let Some(first) = claimed.iter().min_by_key(|image| (image.created, &image.at)).copied() else {
            return;
        };
        let name = first.tags.get(ledger::RELEASE).map_or(&*first.name, String::as_str);
        let mut release = Release::nameless(name, source_id, first.created.min(now));
        let (tag, liars) = release.take_copies(claimed, file, observed);
        // Nobody else can have made what no policy of ours ever named: copies of copies, by hand.
        if release.everything().next().is_some() {
            self.expose(&liars);
        }
        let Some(tag) = tag else { return };
        if let Some(policy) = file.policy_named(tag) {
            releases.entry(&policy.name).or_default().push(release);
            return;
        }
        let (image, policy) = (first.at.clone(), tag.to_owned());
        self.refuse(None, first, Why::Block(BlockKind::PolicyGone { image, policy }));
        self.orphans.push(release);
    }
}

/// Images that are copies of ours, by the source that they name in their tags; one that lost its tags still has its name.
fn claimed_copies<'a>(observed: &'a Observed, home: &'a [Image]) -> BTreeMap<ImageId, Vec<&'a Image>> {
    let mut claims: BTreeMap<ImageId, Vec<&Image>> = BTreeMap::new();
    let mut nameless = Vec::new();
    for image in observed.images.values().filter_map(|reading| reading.known()).flatten() {
        if !image.is_copied || image.is_public {
            continue;
        }
        match image.tags.get(ledger::SOURCE).map(|id| id.parse::<ImageId>()) {
            Some(Ok(source)) => claims.entry(source).or_default().push(image),
            Some(Err(_)) | None if crate::naming::looks_like_a_copy(&image.name) => nameless.push(image),
            Some(Err(_)) | None => {}
        }
    }
    if nameless.is_empty() {
        return claims;
    }
    let names: BTreeMap<String, &ImageId> = home
        .iter()
        .map(|source| (copy_name(&source.name, &source.at.image, None), &source.at.image))
        .gather();
    for image in nameless {
        if let Some(source) = names.get(&image.name) {
            claims.entry((*source).clone()).or_default().push(image);
        }
    }
    claims
}

/// The policies that select an image.
fn selecting<'a>(file: &'a PolicyFile, source: &Image) -> impl Iterator<Item = &'a Policy> {
    let copied = source.is_copied;
    file.policies
        .values()
        .filter(move |policy| policy.select.copied || !copied)
        .filter(|policy| policy.select.matches(&source.name, &source.tags))
}

/// Whether an image of the home region can be a source at all: a copy inherits its source's tags, so it never is, unless a
/// policy opts in for builders that copy to encrypt, and then only where it does not carry our own name.
fn may_be_source(file: &PolicyFile, image: &Image) -> bool {
    let by_builder = || {
        !image.tags.contains_key(ledger::SOURCE)
            && !crate::naming::looks_like_a_copy(&image.name)
            && file.policies.values().any(|policy| policy.select.copied)
    };
    !image.is_copied || by_builder()
}

/// Whether an image is any policy's business: selected by one, or a copy that says it is ours.
///
/// It saves everything but one read for events about other people's images.
pub fn concerns(file: &PolicyFile, image: &Image) -> bool {
    let selected = || {
        file.policies
            .values()
            .any(|policy| policy.select.matches(&image.name, &image.tags))
    };
    image.tags.keys().any(|key| key.starts_with(ledger::PREFIX)) || (may_be_source(file, image) && selected())
}
