//! Which images an audit record is about. Not here: whether those images exist.
//!
//! A record names its image in up to five places, none of which is promised, so they are tried from the surest on.

use goldcast_domain::{ImageId, ImageRef, RegionId, Scope};
use serde_json::Value;

use super::audit::Audit;
use super::fields::{IMAGE, text};
use super::malformed::Malformed;

/// Most ids of one record: a call can tag fifty resources (<https://api.aliyun.com/document/Ecs/2014-05-26/TagResources>).
const IDS_MAX: usize = 50;

/// How `referencedResources` and `resourceType` spell the type; the first one is exact.
const IMAGE_TYPES: &[&str] = &["ACS::ECS::Image", "Image"];

/// The region of the images a place names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    /// Where the call was made.
    Call,
    /// Where the result is: for a copy the destination.
    Result,
}

/// Ids of one place, and what could not be read there.
#[derive(Debug, Default)]
struct Found {
    ids: Vec<ImageId>,
    unreadable: Option<Malformed>,
}

/// A place that may name images, and whose region they are in.
type Place = (fn(&Audit) -> Found, Side);

/// The places, the surest first.
const PLACES: [Place; 5] = [
    (Audit::answered, Side::Result),
    (Audit::referred, Side::Result),
    (Audit::named, Side::Result),
    (Audit::requested, Side::Call),
    (Audit::tagged, Side::Call),
];

impl Audit {
    /// Whether the call can have been about images: tags are put on other resources too.
    pub fn may_concern_images(&self) -> bool {
        self.tagged_type().is_none_or(|kind| kind.eq_ignore_ascii_case("image"))
    }

    /// The images, the surest place first; releases in flight if none is named, because a new image is one of those.
    pub fn image_scopes(&self) -> Result<Vec<Scope>, Malformed> {
        let mut unreadable = None;
        for (place, side) in PLACES {
            let found = place(self);
            if !found.ids.is_empty() {
                let region = self.region_of(side)?;
                let at = |image| {
                    Scope::Image(ImageRef {
                        region: region.clone(),
                        image,
                    })
                };
                return Ok(found.ids.into_iter().map(at).collect());
            }
            unreadable = unreadable.or(found.unreadable);
        }
        match unreadable {
            Some(malformed) => Err(self.placed(malformed)),
            None => Ok(vec![Scope::InFlight]),
        }
    }

    fn region_of(&self, side: Side) -> Result<RegionId, Malformed> {
        let destination = if side == Side::Result && self.copies() {
            self.fields()
                .region("requestParameters.DestinationRegionId")
                .map_err(|malformed| self.placed(malformed))?
        } else {
            None
        };
        destination.map_or_else(|| self.region(), Ok)
    }

    fn copies(&self) -> bool {
        self.operation() == "CopyImage"
    }

    /// The source of a copy, which stands among the results too.
    fn source(&self) -> Option<ImageId> {
        self.fields()
            .image("requestParameters.ImageId")
            .ok()
            .flatten()
            .filter(|_| self.copies())
    }

    fn answered(&self) -> Found {
        self.field("responseElements.ImageId")
    }

    fn referred(&self) -> Found {
        let Some(ids) = self.referenced(IMAGE_TYPES) else {
            return Found::default();
        };
        let texts = ids
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default()
            .iter()
            .map(Value::as_str);
        self.results(texts, "referencedResources")
    }

    /// `resourceName` holds ids separated by commas, if all of them are of the one type that `resourceType` names.
    fn named(&self) -> Found {
        let only_images = self.fields().text("resourceType").as_deref() == IMAGE_TYPES.first().copied();
        match self.fields().text("resourceName").filter(|_| only_images) {
            Some(names) => self.results(names.split(',').map(|name| Some(name.trim())), "resourceName"),
            None => Found::default(),
        }
    }

    fn requested(&self) -> Found {
        self.field("requestParameters.ImageId")
    }

    /// `ResourceId.1`, `ResourceId.2` and so on, or a list.
    fn tagged(&self) -> Found {
        let Some(parameters) = self
            .fields()
            .map
            .get("requestParameters")
            .filter(|_| self.tagged_type().is_some())
        else {
            return Found::default();
        };
        if let Some(list) = parameters.get("ResourceId").and_then(Value::as_array) {
            return self.results(list.iter().map(Value::as_str), "requestParameters.ResourceId");
        }
        let keys = (1..=IDS_MAX).map(|number| format!("ResourceId.{number}"));
        let values = keys
            .filter_map(|key| parameters.get(&key))
            .chain(parameters.get("ResourceId"));
        self.results(values.map(Value::as_str), "requestParameters.ResourceId")
    }

    /// What kind of resource the call has tagged, if it is such a call and says so.
    fn tagged_type(&self) -> Option<String> {
        let tags = matches!(self.operation(), "TagResources" | "UntagResources");
        let kind = self
            .fields()
            .map
            .get("requestParameters")
            .filter(|_| tags)?
            .get("ResourceType")?;
        text(kind).map(std::borrow::Cow::into_owned)
    }

    fn field(&self, path: &str) -> Found {
        match self.fields().image(path) {
            Ok(id) => Found {
                ids: id.into_iter().collect(),
                unreadable: None,
            },
            Err(malformed) => Found {
                ids: Vec::new(),
                unreadable: Some(malformed),
            },
        }
    }

    /// Reads a list of ids, without the source of a copy.
    fn results<'a>(&self, texts: impl Iterator<Item = Option<&'a str>>, path: &str) -> Found {
        let source = self.source();
        let mut found = Found::default();
        for text in texts.take(IDS_MAX) {
            match text.and_then(|text| text.parse::<ImageId>().ok()) {
                Some(id) if Some(&id) == source.as_ref() || found.ids.contains(&id) => {}
                Some(id) => found.ids.push(id),
                None => found.unreadable = Some(self.fields().malformed(path, IMAGE)),
            }
        }
        found
    }
}
