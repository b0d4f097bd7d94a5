//! Releases that were taken back.

use goldcast_domain::{FamilyName, ImageRef, PolicyFile, PolicyName};
use jiff::Timestamp;

use crate::Observed;
use crate::rules::{Cause, View, is_in_family};

/// A release that was taken back: nobody launches it by its family any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecallNews {
    /// The policy.
    pub policy: PolicyName,
    /// The family it was launched by.
    pub family: FamilyName,
    /// The release: the name of its source.
    pub release: String,
    /// The image that speaks for it.
    pub source: ImageRef,
    /// Why, in the words of whoever took it back.
    pub why: String,
    /// The release that the family resolves to now, if any.
    pub instead: Option<String>,
    /// Its images, home first.
    pub images: Vec<ImageRef>,
}

/// Releases that were taken back and are parked in every region that was read.
pub fn recalls(policy: &PolicyFile, observed: &Observed, now: Timestamp) -> Vec<RecallNews> {
    let view = View::new(policy, observed, now);
    let mut recalls = Vec::new();
    for line in view.lines().iter().filter(|line| view.covers_line(line)) {
        let Some(course) = view.course(line) else { continue };
        for release in &line.releases {
            let (Some(Cause::Recalled(why)), Some(speaker)) =
                (course.leaving.get(&release.source_id), release.speaker())
            else {
                continue;
            };
            if release.everything().any(|image| is_in_family(line.policy, image)) {
                continue;
            }
            recalls.push(RecallNews {
                policy: line.policy.name.clone(),
                family: line.policy.family.clone(),
                release: release.name.to_owned(),
                source: speaker.at.clone(),
                why: why.clone(),
                instead: view.current(line).map(|current| current.name.to_owned()),
                images: release.everything().map(|image| image.at.clone()).collect(),
            });
        }
    }
    recalls
}
