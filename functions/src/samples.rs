//! Sample events, composed from the vendor's documents: whoever judges a pattern tries it on these. No function carries them.

/// An event as the bus delivers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// What it is called.
    pub name: &'static str,
    /// The whole event: JSON as text.
    pub event: &'static str,
}

/// A sample for every kind of event that some function reacts to.
pub const SAMPLES: &[Sample] = &[
    Sample {
        name: "audit-create-image",
        event: include_str!("../tests/fixtures/events/audit-create-image.json"),
    },
    Sample {
        name: "audit-create-image-from-console",
        event: include_str!("../tests/fixtures/events/audit-create-image-from-console.json"),
    },
    Sample {
        name: "audit-import-image",
        event: include_str!("../tests/fixtures/events/audit-import-image.json"),
    },
    Sample {
        name: "audit-tag-resources",
        event: include_str!("../tests/fixtures/events/audit-tag-resources.json"),
    },
    Sample {
        name: "audit-untag-two-images",
        event: include_str!("../tests/fixtures/events/audit-untag-two-images.json"),
    },
    Sample {
        name: "audit-modify-image-attribute",
        event: include_str!("../tests/fixtures/events/audit-modify-image-attribute.json"),
    },
    Sample {
        name: "execution-success",
        event: include_str!("../tests/fixtures/events/execution-success.json"),
    },
    Sample {
        name: "snapshot-copied",
        event: include_str!("../tests/fixtures/events/snapshot-copied.json"),
    },
    Sample {
        name: "member-created",
        event: include_str!("../tests/fixtures/events/member-created.json"),
    },
    Sample {
        name: "member-moved",
        event: include_str!("../tests/fixtures/events/member-moved.json"),
    },
    Sample {
        name: "member-removed",
        event: include_str!("../tests/fixtures/events/member-removed.json"),
    },
    Sample {
        name: "share-associated",
        event: include_str!("../tests/fixtures/events/share-associated.json"),
    },
];
