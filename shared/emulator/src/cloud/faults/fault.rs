//! What can go wrong with a call.

use std::num::NonZeroUsize;
use std::time::Duration;

use http::StatusCode;
use jiff::SignedDuration;

use crate::cloud::refusal::Refusal;

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// 400 `Throttling.User`, and in `x-acs-retry-after` how long to wait, in milliseconds
    /// (<https://help.aliyun.com/zh/ecs/developer-reference/api-throttling>).
    Throttled {
        /// What the header says; without it there is none.
        retry_after: Option<Duration>,
    },
    /// A refusal in the documented form.
    Refused {
        /// The HTTP status.
        status: StatusCode,
        /// The error code.
        code: String,
        /// The message.
        message: String,
    },
    /// HTTP 502 with a page of HTML, as something between caller and cloud makes it.
    BadGateway,
    /// This status without a body.
    Empty(StatusCode),
    /// The connection breaks.
    Reset,
    /// The answer takes its time.
    Slow {
        /// Simulated time: the world's clock moves on. Calls side by side count one after another.
        simulated: SignedDuration,
        /// Real time that the HTTP face waits.
        real: Duration,
    },
    /// The read sees ECS, the directory and Resource Sharing as they were before every write of the last so many seconds.
    /// What changes by itself is not seen either while a write is hidden.
    Stale(SignedDuration),
    /// Pages hold at most so many rows, whatever is asked for; totals and tokens stay true.
    ShortPages(NonZeroUsize),
    /// Pages lack their last row, and the total still counts it. Listings without a total are left alone, as nobody could
    /// notice.
    MissingRow,
    /// The rows of a page come in no order.
    AnyOrder,
}

impl Fault {
    /// A refusal in the documented form.
    pub fn refused(status: StatusCode, code: &str) -> Self {
        Self::Refused {
            status,
            code: code.to_owned(),
            message: "The simulated cloud was told to refuse this call.".to_owned(),
        }
    }

    /// 500 `InternalError`.
    pub fn internal_error() -> Self {
        Self::refused(StatusCode::INTERNAL_SERVER_ERROR, "InternalError")
    }

    /// Whether the call ends with it, rather than being changed by it.
    pub(super) fn ends_the_call(&self) -> bool {
        match self {
            Self::Throttled { .. } | Self::Refused { .. } | Self::BadGateway | Self::Empty(_) | Self::Reset => true,
            Self::Slow { .. } | Self::Stale(_) | Self::ShortPages(_) | Self::MissingRow | Self::AnyOrder => false,
        }
    }

    /// Whether it is about what a read shows.
    pub(super) fn is_about_reads(&self) -> bool {
        matches!(
            self,
            Self::Stale(_) | Self::ShortPages(_) | Self::MissingRow | Self::AnyOrder
        )
    }

    /// The word for it in the call log.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Throttled { .. } => "throttled",
            Self::Refused { .. } => "refused",
            Self::BadGateway => "bad-gateway",
            Self::Empty(_) => "empty",
            Self::Reset => "reset",
            Self::Slow { .. } => "slow",
            Self::Stale(_) => "stale",
            Self::ShortPages(_) => "short-pages",
            Self::MissingRow => "missing-row",
            Self::AnyOrder => "any-order",
        }
    }

    /// What the caller is refused with. Where there is no such thing on the wire, the log says what it stands for.
    pub(super) fn refusal(&self) -> Option<Refusal> {
        Some(match self {
            Self::Throttled { .. } => {
                Refusal::bad_request("Throttling.User", "Request was denied due to user flow control.")
            }
            Self::Refused { status, code, message } => Refusal::new(*status, code.clone(), message.clone()),
            Self::BadGateway => Refusal::new(StatusCode::BAD_GATEWAY, "", ""),
            Self::Empty(status) => Refusal::new(*status, "", ""),
            Self::Reset => Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "", ""),
            Self::Slow { .. } | Self::Stale(_) | Self::ShortPages(_) | Self::MissingRow | Self::AnyOrder => {
                return None;
            }
        })
    }
}
