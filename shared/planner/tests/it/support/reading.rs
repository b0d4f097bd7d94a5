//! What the world answers: every field of the questions, and silence where it is dark.

use std::collections::BTreeSet;

use goldcast_domain::{Directory, FamilyName, ImageId, ImageStatus, RegionId, Scope, Shared, Standing};
use goldcast_planner::{Observed, Plan, Questions, Reading, plan, questions};

use super::World;

/// How often answers raise questions at most.
const TURNS_MAX: usize = 7;

impl World {
    /// Reads whatever is asked for, until nothing more is.
    pub(crate) fn observe(&self, scope: Scope) -> Observed {
        let mut seen = Observed::new(scope);
        for _ in 0..TURNS_MAX {
            let asked = questions(&self.policy, &seen, self.time);
            if asked.is_empty() {
                return seen;
            }
            self.answer(&asked, &mut seen);
        }
        let open = questions(&self.policy, &seen, self.time);
        assert!(open.is_empty(), "questions never end: {open:?}");
        seen
    }

    fn answer(&self, asked: &Questions, seen: &mut Observed) {
        if asked.everywhere {
            let named = self.policy.all_regions().into_iter().cloned();
            let all = named
                .chain(self.images.keys().cloned())
                .chain(self.other_regions.iter().cloned());
            seen.regions = Some(Reading::Known(all.collect()));
        }
        for region in &asked.regions {
            let images = self.images.get(region).cloned().unwrap_or_default();
            let images = images.into_iter().map(|mut image| {
                let shared = self.grants.get(&image.at).is_some_and(|accounts| !accounts.is_empty());
                image.shared = if shared { Shared::Yes } else { Shared::No };
                image
            });
            let reading = answered(self.dark_regions.contains(region), || images.collect());
            seen.images.insert(region.clone(), reading);
        }
        for region in &asked.shares {
            let shares = || self.shares.get(region).cloned().unwrap_or_default();
            let reading = answered(self.dark_shares.contains(region), shares);
            seen.shares.insert(region.clone(), reading);
        }
        for region in &asked.snapshots {
            let snapshots = || self.snapshots.get(region).cloned().unwrap_or_default();
            let reading = answered(self.dark_snapshots.contains(region), snapshots);
            seen.snapshots.insert(region.clone(), reading);
        }
        for name in &asked.keys {
            let reading = answered(self.dark_keys, || self.keys.get(name).cloned());
            seen.keys.insert(name.clone(), reading);
        }
        if asked.trust {
            seen.trust = Some(answered(self.dark_trust, || self.trust.clone()));
        }
        for image in &asked.grants {
            let accounts = || self.grants.get(image).cloned().unwrap_or_default();
            let reading = answered(self.dark_grants.contains(image), accounts);
            seen.grants.insert(image.clone(), reading);
        }
        self.answer_of_directory(asked, seen);
    }

    fn answer_of_directory(&self, asked: &Questions, seen: &mut Observed) {
        if asked.directory {
            let members = || self.members.clone();
            seen.directory = Some(answered(self.dark_directory, || Directory { members: members() }));
        }
        for id in &asked.accounts {
            let standing = || self.members.get(id).cloned().map_or(Standing::Gone, Standing::Member);
            seen.standings
                .insert(id.clone(), answered(self.dark_directory, standing));
        }
        for folder in &asked.folders {
            let stands = || self.members.values().any(|member| member.is_in(folder));
            let exists = || self.folders.contains(folder) || stands();
            seen.folders
                .insert(folder.clone(), answered(self.dark_directory, exists));
        }
    }

    /// What a family resolves to in a region: the youngest available image in it.
    pub(crate) fn resolve(&self, region: &RegionId, family: &FamilyName) -> Option<ImageId> {
        let images = self.images.get(region)?.iter();
        let of_family = images.filter(|image| image.family.as_ref() == Some(family));
        let available = of_family.filter(|image| image.status == ImageStatus::Available);
        let youngest = available.max_by_key(|image| (image.created, &image.at))?;
        Some(youngest.at.image.clone())
    }

    pub(crate) fn plan(&self, scope: Scope) -> Plan {
        plan(&self.policy, &self.observe(scope), self.time)
    }

    pub(crate) fn sweep(&self) -> Plan {
        self.plan(Scope::Everything)
    }

    /// The plan's lines, as people read them.
    #[track_caller]
    pub(crate) fn check(&self, expected: &str) {
        let text = self.sweep().to_string();
        let trimmed = |text: &str| {
            text.lines()
                .map(str::trim)
                .filter(|l| !l.is_empty())
                .collect::<Vec<_>>()
                .join("\n")
        };
        assert_eq!(trimmed(&text), trimmed(expected));
    }

    /// The names of a plan's actions, each once.
    pub(crate) fn action_names(plan: &Plan) -> BTreeSet<&'static str> {
        plan.actions.iter().map(|planned| planned.action.name()).collect()
    }
}

fn answered<T>(is_dark: bool, answer: impl FnOnce() -> T) -> Reading<T> {
    if is_dark {
        Reading::Unknown("no answer".into())
    } else {
        Reading::Known(answer())
    }
}
