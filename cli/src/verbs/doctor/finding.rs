//! What a check found: how bad it is, what was seen, why it matters, and what mends it. Not here: finding it.

use goldcast_cloud::{CallError, Product};
use serde::Serialize;

use super::id::Id;

/// How bad it is, from well to bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Severity {
    /// As it should be.
    Ok,
    /// Good to know; nothing to do.
    Note,
    /// It works, and something is lost: time, safety or room.
    Warning,
    /// It could not be looked at.
    Unknown,
    /// It does not work.
    Error,
}

/// Which part of the set-up it is about, in the order in which they are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Group {
    /// Keys and clock of this machine.
    Identity,
    /// Regions of the policy.
    Regions,
    /// The resource directory and sharing with it.
    Directory,
    /// Roles of the functions.
    Roles,
    /// Keys of encrypted images.
    Encryption,
    /// How far quotas reach.
    Quotas,
    /// Functions and what wakes them.
    Functions,
    /// Buses and rules.
    Events,
    /// Channels, and whether the sweep runs.
    Channels,
    /// Members, seen with their own eyes.
    Canaries,
}

impl Group {
    /// The heading.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Identity => "Keys and clock",
            Self::Regions => "Regions",
            Self::Directory => "Directory and sharing",
            Self::Roles => "Roles",
            Self::Encryption => "Encryption",
            Self::Quotas => "Quotas",
            Self::Functions => "Functions",
            Self::Events => "Events",
            Self::Channels => "Channels and sweep",
            Self::Canaries => "Canaries",
        }
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    /// The name of an [`Id`], or of what is as it should be.
    id: &'static str,
    pub(super) group: Group,
    pub(super) severity: Severity,
    /// The region, role, function or channel that it is about.
    pub(super) about: Option<String>,
    pub(super) seen: String,
    /// Why it matters; empty if all is well.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) why: &'static str,
    /// The command or the console step that mends it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) to_do: Option<String>,
}

impl Finding {
    /// The stable name.
    pub(super) fn id(&self) -> &'static str {
        self.id
    }
}

/// Something to be found, before it is noted.
#[derive(Debug)]
pub(super) struct Defect {
    pub(super) id: Id,
    /// What it is about.
    pub(super) about: String,
    /// What was seen.
    pub(super) seen: String,
    /// Why it matters.
    pub(super) why: &'static str,
    /// What mends it.
    pub(super) to_do: String,
}

/// All findings so far, and the part of the set-up that is being looked at.
#[derive(Debug)]
pub(super) struct Findings {
    pub(super) all: Vec<Finding>,
    group: Group,
}

impl Findings {
    pub(super) fn new() -> Self {
        Self {
            all: Vec::new(),
            group: Group::Identity,
        }
    }

    /// Whatever comes next is about this part.
    pub(super) fn turn_to(&mut self, group: Group) {
        self.group = group;
    }

    /// The worst there is.
    pub(super) fn worst(&self) -> Severity {
        self.all
            .iter()
            .map(|finding| finding.severity)
            .max()
            .unwrap_or(Severity::Ok)
    }

    /// As it should be.
    pub(super) fn ok(&mut self, id: &'static str, about: &str, seen: impl Into<String>) {
        self.all.push(Finding {
            id,
            group: self.group,
            severity: Severity::Ok,
            about: Some(about.to_owned()).filter(|about| !about.is_empty()),
            seen: seen.into(),
            why: "",
            to_do: None,
        });
    }

    /// Good to know.
    pub(super) fn note(&mut self, defect: Defect) {
        self.add(Severity::Note, defect);
    }

    /// It works, and something is lost.
    pub(super) fn warning(&mut self, defect: Defect) {
        self.add(Severity::Warning, defect);
    }

    /// It does not work.
    pub(super) fn error(&mut self, defect: Defect) {
        self.add(Severity::Error, defect);
    }

    /// An error, or else a warning.
    pub(super) fn bad(&mut self, error: bool, defect: Defect) {
        self.add(if error { Severity::Error } else { Severity::Warning }, defect);
    }

    /// It could not be looked at.
    pub(super) fn unread(&mut self, id: Id, about: &str, error: &CallError) {
        let to_do = match missing_permission(error) {
            Some(action) => {
                format!("allow {action} to whoever runs doctor; docs/doctor.md lists all that it needs")
            }
            None => error.advice().unwrap_or("run it again").to_owned(),
        };
        self.add(
            Severity::Unknown,
            Defect {
                id,
                about: about.to_owned(),
                seen: error.to_string(),
                why: "it could not be looked at, so nothing is known about it",
                to_do,
            },
        );
    }

    /// The answer, or a finding that there is none.
    pub(super) fn read<A>(&mut self, id: Id, about: &str, answer: Result<A, CallError>) -> Option<A> {
        answer.map_err(|error| self.unread(id, about, &error)).ok()
    }

    fn add(&mut self, severity: Severity, defect: Defect) {
        debug_assert!(defect.id.severities().contains(&severity), "{severity:?} {defect:?}");
        self.all.push(Finding {
            id: defect.id.name(),
            group: self.group,
            severity,
            about: Some(defect.about).filter(|about| !about.is_empty()),
            seen: defect.seen,
            why: defect.why,
            to_do: Some(defect.to_do).filter(|to_do| !to_do.is_empty()),
        });
    }
}

/// The permission that a refused call lacked, as policies write it.
pub(super) fn missing_permission(error: &CallError) -> Option<String> {
    let refusal = error.refusal()?;
    if let Some(denied) = refusal
        .access_denied
        .as_ref()
        .filter(|denied| !denied.auth_action.is_empty())
    {
        return Some(denied.auth_action.clone());
    }
    let denied = ["Forbidden", "NoPermission", "AccessDenied"];
    denied.iter().any(|code| refusal.code.starts_with(code)).then(|| {
        let product = error.call.product;
        let directory = product == Product::ResourceDirectory;
        let service = if directory { "resourcemanager" } else { product.name() };
        format!("{service}:{}", error.call.action)
    })
}
