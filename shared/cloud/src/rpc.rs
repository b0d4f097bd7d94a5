//! A call before it is signed: its name, its place, its parameters, and whether it may be repeated.

use std::borrow::Cow;

use crate::paging::Page;
use crate::product::Product;
use crate::wire::{FromJson, Json, Misread};

/// When a write may be sent again although it may already have been carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// Doing it twice is doing it once: it sets a state, or carries a client token.
    Safe,
    /// Only after an answer that proves that nothing was done.
    OnlyIfRefused,
}

/// What a call does to the cloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Nothing.
    Read,
    /// It changes something.
    Write(Repeat),
}

impl Effect {
    /// Whether the call may be sent again without knowing what became of it.
    pub(crate) fn is_repeatable(self) -> bool {
        match self {
            Self::Read | Self::Write(Repeat::Safe) => true,
            Self::Write(Repeat::OnlyIfRefused) => false,
        }
    }
}

/// One call of the RPC style. The typed operations make these; make one by hand for an operation that has no type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rpc {
    /// The product called.
    pub product: Product,
    /// The API version, normally [`Product::version`].
    pub version: &'static str,
    /// The operation, for example `DescribeImages`.
    pub action: &'static str,
    /// The region whose endpoint is called; `None` for global products.
    pub region: Option<String>,
    /// What the call is about, for messages only: an image id, a role.
    pub subject: Option<String>,
    /// Whether it changes anything, and may be repeated.
    pub effect: Effect,
    /// The parameters as sent.
    pub params: Vec<(String, String)>,
}

impl Rpc {
    /// A call without parameters to the product's global endpoint.
    pub fn new(product: Product, action: &'static str, effect: Effect) -> Self {
        let version = product.version();
        Self {
            product,
            version,
            action,
            region: None,
            subject: None,
            effect,
            params: Vec::new(),
        }
    }

    /// Calls the endpoint of a region and names it as `RegionId`.
    #[must_use]
    pub fn in_region(self, region: &str) -> Self {
        self.at_endpoint_of(region).param("RegionId", region)
    }

    /// Calls the endpoint of a region, which alone says where: products other than ECS take no `RegionId`.
    #[must_use]
    pub fn at_endpoint_of(mut self, region: &str) -> Self {
        self.region = Some(region.to_owned());
        self
    }

    /// Says what the call is about.
    #[must_use]
    pub fn about(mut self, subject: &str) -> Self {
        self.subject = Some(subject.to_owned());
        self
    }

    /// Adds a parameter. Empty values are sent.
    #[must_use]
    pub fn param(mut self, name: impl Into<String>, value: impl ToString) -> Self {
        self.params.push((name.into(), value.to_string()));
        self
    }

    /// Adds a parameter if there is a value.
    #[must_use]
    pub fn param_if(self, name: &str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.param(name, value),
            None => self,
        }
    }

    /// Adds a list as `Name.1`, `Name.2` and so on.
    #[must_use]
    pub fn list<V: ToString>(self, name: &str, values: impl IntoIterator<Item = V>) -> Self {
        values
            .into_iter()
            .zip(1_u32..)
            .fold(self, |rpc, (value, n)| rpc.param(format!("{name}.{n}"), value))
    }

    /// Adds tags as `Tag.1.Key`, `Tag.1.Value` and so on.
    #[must_use]
    pub fn tags(self, tags: &[Tag]) -> Self {
        tags.iter().zip(1_u32..).fold(self, |rpc, (tag, n)| {
            rpc.param(format!("Tag.{n}.Key"), &tag.key)
                .param(format!("Tag.{n}.Value"), &tag.value)
        })
    }
}

/// A tag of a resource.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Tag {
    /// The key, at most 128 characters.
    pub key: String,
    /// The value, at most 128 characters, possibly empty.
    pub value: String,
}

impl FromJson for Tag {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            key: json.text("Key")?,
            value: json.text("Value")?,
        })
    }
}

/// The answer of operations that have nothing to tell, or nothing that a listing does not tell better.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Done {
    /// The request id, for a support ticket.
    pub request_id: String,
}

impl FromJson for Done {
    fn from_json(json: &Json<'_>) -> Result<Self, Misread> {
        Ok(Self {
            request_id: json.text("RequestId")?,
        })
    }
}

/// More values than the cloud takes in one call. Some it would drop in silence, so nothing is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{parameter} has {given} values, and one call takes {allowed}")]
pub struct OverLimit {
    /// The parameter at fault.
    pub parameter: &'static str,
    /// How many values it has.
    pub given: usize,
    /// How many one call takes.
    pub allowed: usize,
}

impl OverLimit {
    /// Checks the number of values of a parameter.
    pub(crate) fn check(parameter: &'static str, given: usize, allowed: usize) -> Result<(), Self> {
        if given > allowed {
            Err(Self {
                parameter,
                given,
                allowed,
            })
        } else {
            Ok(())
        }
    }
}

/// An operation with one answer. A struct of its parameters implements this.
pub trait Operation {
    /// What the cloud answers.
    type Answer: FromJson + Send;

    /// Checks the documented maxima.
    fn check(&self) -> Result<(), OverLimit> {
        Ok(())
    }

    /// The call.
    fn rpc(&self) -> Rpc;
}

/// How a listing goes from page to page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paging {
    /// `PageNumber` and `PageSize`, until `TotalCount` items are read.
    Numbered,
    /// `NextToken` and `MaxResults`, until no token comes back.
    Token,
}

/// An operation that answers in pages.
pub trait Listing {
    /// One page as the cloud sends it.
    type Answer: FromJson + Send;
    /// What is listed.
    type Item: Send;
    /// How it is paged.
    const PAGING: Paging;

    /// Checks the documented maxima.
    fn check(&self) -> Result<(), OverLimit> {
        Ok(())
    }

    /// The most items that the cloud looks at for this listing, where it stops without saying so.
    fn covered_max(&self) -> Option<u64> {
        None
    }

    /// The call without its paging parameters.
    fn rpc(&self) -> Rpc;

    /// Takes a page apart.
    fn page(answer: Self::Answer) -> Page<Self::Item>;

    /// What makes an item itself, so that one seen on two pages counts once.
    fn key(item: &Self::Item) -> Cow<'_, str>;
}
