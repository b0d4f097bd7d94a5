//! The English texts.

use crate::message::{
    AccountLine, Digest, Drift, Message, NeedsYou, Offboarded, Onboarded, Recalled, RecalledRegion, RegionLine,
    RegionState, ReleaseStarted, Released, by_urgency,
};
use crate::outline::{Line, List, Outline};
use crate::untrusted::{one_line, shorten};

pub(super) const WHAT_TO_DO: &str = "What to do";

/// Longest subject, in bytes: it is the push banner.
const MAX_SUBJECT_BYTES: usize = 200;

/// Longest reason, in bytes: an error text may be endless, the way out must still fit below it.
const MAX_REASON_BYTES: usize = 4_000;

/// Where the cloud says who pays.
const PAID_IMAGES_URL: &str = "https://www.alibabacloud.com/help/en/ecs/user-guide/share-a-custom-image";

pub(super) fn released(released: &Released, foot: Line) -> Outline {
    let regions = by_urgency(&released.regions);
    let total = regions.len();
    let committed = regions
        .iter()
        .filter(|line| line.state == RegionState::Committed)
        .count();
    let everywhere = committed == total;

    let title = Line::default().value(&released.release).words(if everywhere {
        format!(" is released in {}", count(total, "region", "regions"))
    } else {
        format!(" is released in {committed} of {}", count(total, "region", "regions"))
    });
    let lead = Line::default()
        .words("Family ")
        .strong(&released.family)
        .words(" now launches ")
        .strong(&released.release)
        .words(if everywhere {
            " in every region of policy "
        } else {
            " where it is committed, by policy "
        })
        .value(&released.policy)
        .words(".");
    let counts = Line::default()
        .words(format!(
            "{committed}/{total} regions · {} · source ",
            count(released.accounts, "account", "accounts")
        ))
        .value(&released.source);
    let heading = Line::default().value(&released.release).words(" × region");
    let mut todo = vec![
        Line::default()
            .words("Nothing, if you launch by family ")
            .value(&released.family)
            .words("; where you pin an image id, take the new one from the list."),
    ];
    if !everywhere {
        todo.push(Line::default().words("Regions that are not committed still launch the previous release."));
    }
    Outline {
        title,
        lead,
        counts: Some(counts),
        facts: if released.is_paid { vec![paid()] } else { Vec::new() },
        lists: vec![List {
            heading,
            rows: regions.into_iter().map(region_row).collect(),
        }],
        todo,
        foot,
    }
}

fn paid() -> Line {
    Line::default().words(format!(
        "It is a paid image: whoever launches it pays for its marketplace product, see {PAID_IMAGES_URL}"
    ))
}

fn region_row(line: &RegionLine) -> Line {
    let (mark, state) = match line.state {
        RegionState::Blocked => ("✗", "blocked"),
        RegionState::Unknown => ("?", "unknown"),
        RegionState::Missing => ("·", "missing"),
        RegionState::Copying => ("…", "copying"),
        RegionState::Staged => ("○", "staged"),
        RegionState::Committed => ("✓", "committed"),
    };
    Line::default()
        .words(format!("{mark} "))
        .strong(&line.region)
        .words(" · ")
        .value(&line.image)
        .words(format!(" · {state} · {}", count(line.accounts, "account", "accounts")))
}

pub(super) fn release_started(started: &ReleaseStarted, foot: Line) -> Outline {
    let regions = by_urgency(&started.regions);
    Outline {
        title: Line::default().value(&started.release).words(format!(
            " is on its way to {}",
            count(regions.len(), "region", "regions")
        )),
        lead: Line::default()
            .words("Family ")
            .strong(&started.family)
            .words(" launches it once every region of policy ")
            .value(&started.policy)
            .words(" has it."),
        counts: Some(Line::default().words("source ").value(&started.source)),
        facts: Vec::new(),
        lists: vec![List {
            heading: Line::default().value(&started.release).words(" × region"),
            rows: regions.into_iter().map(region_row).collect(),
        }],
        todo: Vec::new(),
        foot,
    }
}

pub(super) fn onboarded(onboarded: &Onboarded, foot: Line) -> Outline {
    let accounts = count(onboarded.accounts.len(), "account", "accounts");
    let mut lists: Vec<List> = onboarded
        .families
        .iter()
        .map(|family| List {
            heading: Line::default().value(&onboarded.launch_family(family)),
            rows: family
                .images_by_region()
                .into_iter()
                .map(|image| Line::default().strong(&image.region).words(" · ").value(&image.image))
                .collect(),
        })
        .collect();
    lists.push(List {
        heading: Line::default().words("Accounts"),
        rows: onboarded
            .accounts
            .iter()
            .map(|account| named(Line::default(), account))
            .collect(),
    });
    let launch = onboarded.families.iter().map(|family| {
        Line::default()
            .words("Launch with image family ")
            .strong(&onboarded.launch_family(family))
            .words(".")
    });
    Outline {
        title: Line::default().words(format!("{accounts} can now launch golden images")),
        lead: Line::default().words(format!("{accounts} gained access.")),
        counts: Some(Line::default().words("owner ").value(&onboarded.owner)),
        facts: Vec::new(),
        lists,
        todo: launch.collect(),
        foot,
    }
}

pub(super) fn offboarded(offboarded: &Offboarded, foot: Line) -> Outline {
    let accounts = count(offboarded.accounts.len(), "account", "accounts");
    Outline {
        title: Line::default().words(format!("{accounts} lost access")),
        lead: Line::default().words(format!("{accounts} can no longer launch golden images.")),
        counts: None,
        facts: Vec::new(),
        lists: vec![List {
            heading: Line::default().words("Accounts"),
            rows: offboarded
                .accounts
                .iter()
                .map(|line| Line::default().strong(&line.id))
                .collect(),
        }],
        todo: Vec::new(),
        foot,
    }
}

pub(super) fn drift(drift: &Drift, foot: Line) -> Outline {
    Outline {
        title: Line::default()
            .words("Changed: ")
            .value(&shorten(&one_line(&drift.what), MAX_SUBJECT_BYTES)),
        lead: Line::default()
            .words("Policy ")
            .strong(&drift.policy)
            .words(": ")
            .value(&drift.what),
        counts: None,
        facts: Vec::new(),
        lists: Vec::new(),
        todo: vec![Line::default().value(&drift.fix)],
        foot,
    }
}

pub(super) fn digest(digest: &Digest, foot: Line) -> Outline {
    let parts = count(digest.parts.len(), "message", "messages");
    Outline {
        title: Line::default().words(format!("{parts} in one")),
        lead: Line::default().words(format!("{parts} since the last one.")),
        counts: None,
        facts: Vec::new(),
        lists: vec![List {
            heading: Line::default().words("What happened"),
            rows: digest
                .parts
                .iter()
                .map(|part| Line::default().words(format!("{} · ", part.kind)).strong(&part.subject))
                .collect(),
        }],
        todo: Vec::new(),
        foot,
    }
}

fn named(line: Line, account: &AccountLine) -> Line {
    let line = line.strong(&account.id);
    match account.name.as_deref().filter(|name| !name.is_empty()) {
        Some(name) => line.words(" · ").value(name),
        None => line,
    }
}

pub(super) fn needs_you(needs_you: &NeedsYou, foot: Line) -> Outline {
    let subject = shorten(&one_line(&needs_you.subject), MAX_SUBJECT_BYTES);
    let reason = shorten(&one_line(&needs_you.reason), MAX_REASON_BYTES);
    let facts = [
        ("release", &needs_you.release),
        ("image", &needs_you.image),
        ("region", &needs_you.region),
        ("account", &needs_you.account),
    ];
    let facts = facts.into_iter().filter_map(|(label, value)| {
        let value = value.as_deref()?;
        Some(Line::default().words(format!("{label} ")).strong(value))
    });
    Outline {
        title: Line::default().words("Needs you: ").value(&subject),
        lead: Line::default()
            .words("Policy ")
            .strong(&needs_you.policy)
            .words(" stopped here: ")
            .value(&reason),
        counts: None,
        facts: facts.collect(),
        lists: Vec::new(),
        todo: vec![Line::default().value(&needs_you.fix)],
        foot,
    }
}

pub(super) fn recalled(recalled: &Recalled, foot: Line) -> Outline {
    let images = recalled.regions_by_name();
    let family = &recalled.family;
    let now = match &recalled.instead {
        Some(instead) => Line::default()
            .words("Family ")
            .strong(family)
            .words(" launches ")
            .strong(instead)
            .words(" now."),
        None => Line::default()
            .words("Nobody can launch by family ")
            .strong(family)
            .words(" now."),
    };
    // The words of a stranger end the line, so that they cannot pass for what goldcast says after them.
    let why = shorten(&one_line(&recalled.why), MAX_REASON_BYTES);
    let lead = if why.is_empty() {
        now
    } else {
        now.words(" Why it was recalled: ").value(&why)
    };
    let counts = Line::default()
        .words(format!("{} · policy ", count(images.len(), "image", "images")))
        .value(&recalled.policy)
        .words(" · source ")
        .value(&recalled.source);
    let replace = Line::default().words("Replace instances that run from these images");
    let replace = match &recalled.instead {
        Some(instead) => replace
            .words("; launched by family ")
            .value(family)
            .words(", new ones run ")
            .value(instead)
            .words("."),
        None => replace.words("."),
    };
    Outline {
        title: Line::default().value(&recalled.release).words(" was recalled"),
        lead,
        counts: Some(counts),
        facts: Vec::new(),
        lists: vec![List {
            heading: Line::default().value(&recalled.release).words(" × region"),
            rows: images.into_iter().map(recalled_row).collect(),
        }],
        todo: std::iter::once(replace).chain(recalled.undone_by().map(undo)).collect(),
        foot,
    }
}

fn recalled_row(line: &RecalledRegion) -> Line {
    Line::default().strong(&line.region).words(" · ").value(&line.image)
}

fn undo(line: &RecalledRegion) -> Line {
    Line::default()
        .words("To take the recall back: goldcast recall --undo ")
        .value(&line.region)
        .words("/")
        .value(&line.image)
}

pub(super) fn foot(message: &Message) -> Line {
    // The word "goldcast" stands in every message, so that a robot's keyword rule can ask for it.
    Line::default().words(format!(
        "goldcast · {} · {:.0} · {}",
        message.title(),
        message.at,
        message.key
    ))
}

pub(super) fn more(count: usize) -> String {
    format!("+{count} more")
}

fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
