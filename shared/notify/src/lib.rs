//! Messages and channels: render, sign, send, judge.
//!
//! The rest of goldcast says *what* people should know, as a [`Message`]; this room knows *how* each channel wants to
//! be told. A channel is one small module behind the trait [`Channel`]: it renders a message into a signed request and
//! judges the answer, both without any I/O. One [`Sender`] does the talking for all of them, within a deadline, and
//! keeps a failing, hanging or lying channel from harming another.
//!
//! This room keeps no state. What was already delivered, and whether a message is worth sending, is the caller's to
//! know: a [`Delivery`] says what became of each message under its [`MessageKey`].
//!
//! # Example
//!
//! ```
//! use goldcast_notify::{Channel, Content, DingTalk, Message, MessageKey, NeedsYou, Reach, SigningSecret, WebhookUrl};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let url = WebhookUrl::parse("https://oapi.dingtalk.com/robot/send?access_token=0a1b2c3d", Reach::Public)?;
//! assert!(!format!("{url:?}").contains("0a1b2c3d"), "an address is a secret and never printed");
//!
//! let channel = DingTalk::new("platform-team", url, Some(SigningSecret::new("SEC0123")?))?;
//! let message = Message {
//!     key: MessageKey::derive(&["needs-you", "base-linux", "m-bp1"]),
//!     at: "2026-11-20T08:00:00Z".parse()?,
//!     content: Content::NeedsYou(NeedsYou {
//!         subject: "a foreign image holds the copy's name".to_owned(),
//!         reason: "m-uf6 in cn-shanghai was not made by goldcast".to_owned(),
//!         fix: "rename m-uf6".to_owned(),
//!         policy: "base-linux".to_owned(),
//!         release: None,
//!         image: Some("m-uf6".to_owned()),
//!         region: Some("cn-shanghai".to_owned()),
//!         account: None,
//!     }),
//! };
//! let outgoing = channel.render(&message, "2026-11-20T08:00:05Z".parse()?)?;
//! assert!(outgoing.request().body().len() < 18_000);
//!
//! let answer = http::Response::new(bytes::Bytes::from_static(br#"{"errcode":0,"errmsg":"ok"}"#));
//! assert!(channel.judge(&answer, "2026-11-20T08:00:06Z".parse()?).is_delivered());
//! # Ok(())
//! # }
//! ```

mod address;
mod backoff;
mod channel;
mod cloudevents;
mod coded;
mod digest;
mod dingtalk;
mod discord;
mod feishu;
mod fit;
mod hook;
mod http_post;
mod links;
mod look_alikes;
mod mac;
mod manner;
mod markdown;
mod message;
mod order;
mod outcome;
mod outline;
mod pace;
mod payload;
mod post;
pub mod preview;
mod reach;
mod redaction;
mod retry_after;
mod secret;
mod sender;
mod slack;
mod standard_webhooks;
mod status;
mod teams;
mod texts;
mod untrusted;
mod webhook;
mod wecom;

pub use address::{UrlError, WebhookUrl};
pub use channel::{Channel, ChannelError, Outgoing, RenderError};
pub use cloudevents::CloudEvents;
pub use dingtalk::DingTalk;
pub use discord::Discord;
pub use feishu::Feishu;
pub use http_post::{HttpPost, HttpPostError};
pub use manner::{Language, Manner};
pub use message::{
    AccountLine, Content, Departure, Digest, DigestPart, Drift, FamilyImage, FamilyLine, Kind, LostLine, Message,
    MessageKey, MessageKeyError, NeedsYou, Offboarded, Onboarded, Recalled, RecalledRegion, RegionLine, RegionState,
    ReleaseStarted, Released, Severity,
};
pub use outcome::{Fault, Outcome};
pub use pace::Pace;
pub use post::{Post, PostError};
pub use reach::Reach;
pub use secret::{SecretError, SigningSecret};
pub use sender::{Delivery, Limits, Sender};
pub use slack::Slack;
pub use teams::Teams;
pub use webhook::Webhook;
pub use wecom::WeCom;
