//! The trait every channel implements, and the request it renders.

use std::fmt;

use bytes::Bytes;
use jiff::Timestamp;

use crate::message::Message;
use crate::outcome::Outcome;
use crate::pace::Pace;
use crate::reach::Reach;
use crate::secret::SecretError;

/// One way to tell people or machines: renders and signs messages, judges answers. No I/O, no clock.
///
/// A new channel is a new module with one type that implements this. A chat channel writes the outline of the texts in its
/// own dialect and measures its limit the way the platform does; the sender treats it like every other.
pub trait Channel: fmt::Debug + Send + Sync {
    /// The name from the configuration; appears in logs and deliveries.
    fn name(&self) -> &str;

    /// The signed request for `message`, as of `now`. Called again for every attempt, because signatures age.
    fn render(&self, message: &Message, now: Timestamp) -> Result<Outgoing, RenderError>;

    /// What the answer means. Never trusts the status line alone where the platform does not.
    fn judge(&self, answer: &http::Response<Bytes>, now: Timestamp) -> Outcome;

    /// `text` without this channel's secrets, on one line of at most 200 characters.
    fn redact(&self, text: &str) -> String;

    /// Whether the receiver recognises a repeated message, so that repeating after a time-out does no harm.
    fn recognises_repeats(&self) -> bool {
        false
    }

    /// How often the platform lets it be told something.
    fn pace(&self) -> Pace {
        Pace::default()
    }
}

/// A rendered, signed request and how far it may reach.
///
/// Its address and headers carry secrets, so it prints as method, host and size only.
#[derive(Clone)]
pub struct Outgoing {
    request: http::Request<Bytes>,
    reach: Reach,
}

impl Outgoing {
    /// Joins a request with the reach of its channel.
    pub fn new(request: http::Request<Bytes>, reach: Reach) -> Self {
        Self { request, reach }
    }

    /// The request. Do not print it: its address is a credential.
    pub fn request(&self) -> &http::Request<Bytes> {
        &self.request
    }

    /// Where the request may go.
    pub fn reach(&self) -> Reach {
        self.reach
    }

    /// Host of the request, which is no secret.
    pub fn host(&self) -> &str {
        self.request.uri().host().unwrap_or_default()
    }

    /// The request itself, for whoever sends it.
    pub fn into_request(self) -> http::Request<Bytes> {
        self.request
    }
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing")
            .field("method", self.request.method())
            .field("host", &self.host())
            .field("body_bytes", &self.request.body().len())
            .field("reach", &self.reach)
            .finish()
    }
}

/// A message that a channel cannot put into a request. Sending it again as it is cannot help.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// Too long even without its lists.
    #[error("the message has {size} {unit} without its lists, {limit} or more are refused; shorten its fix or names")]
    Oversize {
        /// Size of the shortest rendering.
        size: usize,
        /// Size from which on the channel refuses.
        limit: usize,
        /// What the channel counts.
        unit: &'static str,
    },
    /// The body could not be written as JSON.
    #[error("the message could not be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// Address or header not allowed in a request.
    #[error("the request could not be built: {0}")]
    Request(#[from] http::Error),
}

/// A channel's configuration that is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChannelError {
    /// The address belongs to somebody else.
    #[error("channel {channel}: {host} is not {expected}; check the webhook address")]
    WrongHost {
        /// Name of the channel.
        channel: String,
        /// Host of the address.
        host: String,
        /// Host the platform uses.
        expected: &'static str,
    },
    /// The address lacks the token that names the robot.
    #[error("channel {channel}: the webhook address has no {part}; copy it again from the robot's settings")]
    NoToken {
        /// Name of the channel.
        channel: String,
        /// What the address lacks, as people see it there.
        part: &'static str,
    },
    /// The address of something that the platform has switched off.
    #[error("channel {channel}: {host} was switched off by the platform; {instead}")]
    Retired {
        /// Name of the channel.
        channel: String,
        /// Host of the address.
        host: String,
        /// What to set up instead.
        instead: &'static str,
    },
    /// No secret, or more than a rotation needs.
    #[error("channel {channel}: {count} signing secrets; one is needed, {max} at most during a rotation")]
    SecretCount {
        /// Name of the channel.
        channel: String,
        /// How many were given.
        count: usize,
        /// How many are possible.
        max: usize,
    },
    /// A secret that the platform cannot have issued.
    #[error("channel {channel}: {source}")]
    Secret {
        /// Name of the channel.
        channel: String,
        /// What is wrong with it.
        source: SecretError,
    },
}
