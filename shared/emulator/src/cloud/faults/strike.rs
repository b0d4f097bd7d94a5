//! What strikes one call: collected before it runs, and put on its answer afterwards.

use std::num::NonZeroUsize;
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response, StatusCode};
use jiff::SignedDuration;

use super::fault::Fault;
use super::rows;
use super::rule::{Asked, FaultRule};
use super::transit::Transit;
use crate::cloud::answer;
use crate::cloud::gateway::{Incoming, Product};
use crate::cloud::refusal::Refusal;
use crate::cloud::storage;

/// What something between caller and cloud says when it does not get through.
const BAD_GATEWAY: &str = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n\
    <center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n";
const HTML: HeaderValue = HeaderValue::from_static("text/html");

/// What strikes one call; by default nothing.
#[derive(Debug, Default)]
pub(crate) struct Strike {
    /// The fault that ends the call, and whether it does so after the work.
    end: Option<(Fault, bool)>,
    simulated: SignedDuration,
    real: Duration,
    lag: Option<SignedDuration>,
    page_size: Option<NonZeroUsize>,
    missing_row: bool,
    any_order: bool,
    names: Vec<&'static str>,
}

impl Strike {
    /// Whether there is room for what this rule does to this call: a call ends once, and only reads show rows.
    pub(super) fn takes(&self, rule: &FaultRule, asked: &Asked<'_>) -> bool {
        let fault = &rule.fault;
        let room = self.end.is_none() || !fault.ends_the_call();
        room && !(asked.writes && fault.is_about_reads()) && rule.is_for(asked)
    }

    pub(super) fn add(&mut self, rule: &FaultRule) {
        self.names.push(rule.fault.name());
        match &rule.fault {
            Fault::Slow { simulated, real } => {
                self.simulated = self.simulated.saturating_add(*simulated);
                self.real = self.real.saturating_add(*real);
            }
            Fault::Stale(lag) => self.lag = self.lag.max(Some(*lag)),
            Fault::ShortPages(size) => self.page_size = Some(self.page_size.map_or(*size, |known| known.min(*size))),
            Fault::MissingRow => self.missing_row = true,
            Fault::AnyOrder => self.any_order = true,
            fault => self.end = Some((fault.clone(), rule.after_the_work)),
        }
    }

    /// What ends the call before anything is done.
    pub(super) fn refusal_before_the_work(&self) -> Option<Refusal> {
        self.end
            .as_ref()
            .filter(|(_, after)| !after)
            .and_then(|(fault, _)| fault.refusal())
    }

    pub(super) fn lag(&self) -> Option<SignedDuration> {
        self.lag
    }

    pub(super) fn page_size(&self) -> Option<NonZeroUsize> {
        self.page_size
    }

    /// Whether the request never arrived: nobody can have audited it.
    pub(crate) fn is_unheard(&self) -> bool {
        matches!(self.end, Some((Fault::Reset, false)))
    }

    /// The names of what strikes, for the call log.
    pub(crate) fn fault(&self) -> Option<String> {
        let after = matches!(self.end, Some((_, true)));
        let names = self.names.join(", ");
        match (self.names.is_empty(), after) {
            (true, _) => None,
            (false, true) => Some(format!("{names}, after the work")),
            (false, false) => Some(names),
        }
    }

    /// What the caller sees as the status, where it is not the answer's own; `None` in it is no answer at all.
    pub(crate) fn status(&self, own: StatusCode) -> Option<StatusCode> {
        match &self.end {
            Some((Fault::Reset, _)) => None,
            Some((fault, _)) => Some(fault.refusal().map_or(own, |refusal| refusal.status)),
            None => Some(own),
        }
    }

    /// The code that the caller sees, where it is not the answer's own.
    pub(crate) fn code(&self, own: Option<String>) -> Option<String> {
        match &self.end {
            Some((fault, _)) => fault
                .refusal()
                .map(|refusal| refusal.code.into_owned())
                .filter(|code| !code.is_empty()),
            None => own,
        }
    }

    /// How long the call took in simulated time.
    pub(crate) fn took(&self) -> SignedDuration {
        self.simulated
    }

    /// The answer as it reaches the caller.
    pub(crate) fn deliver(&self, response: Response<Bytes>, incoming: &Incoming, request_id: &str) -> Response<Bytes> {
        if self.names.is_empty() {
            return response;
        }
        let mut response = match &self.end {
            Some((fault, after)) => ended(fault, *after, response, incoming, request_id),
            None => self.distorted(response, request_id),
        };
        let transit = Transit {
            broken: matches!(self.end, Some((Fault::Reset, _))),
            simulated: self.simulated,
            real: self.real,
        };
        if transit != Transit::default() {
            response.extensions_mut().insert(transit);
        }
        response
    }

    /// A listing whose rows are not as they should be. A refusal has none.
    fn distorted(&self, mut response: Response<Bytes>, request_id: &str) -> Response<Bytes> {
        if (self.missing_row || self.any_order) && response.status().is_success() {
            let body = rows::distorted(response.body(), self.missing_row, self.any_order.then_some(request_id));
            *response.body_mut() = body.unwrap_or_else(|| response.body().clone());
        }
        response
    }
}

/// The answer of a call that a fault ended. One that ended before the work is refused already.
fn ended(
    fault: &Fault,
    after: bool,
    response: Response<Bytes>,
    incoming: &Incoming,
    request_id: &str,
) -> Response<Bytes> {
    let empty = |status| {
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = status;
        response
    };
    match fault {
        Fault::Empty(status) => return empty(*status),
        Fault::Reset => return empty(StatusCode::INTERNAL_SERVER_ERROR),
        Fault::BadGateway => {
            let mut response = empty(StatusCode::BAD_GATEWAY);
            *response.body_mut() = Bytes::from_static(BAD_GATEWAY.as_bytes());
            response.headers_mut().insert(CONTENT_TYPE, HTML);
            return response;
        }
        _ => {}
    }
    let mut response = match fault.refusal().filter(|_| after) {
        Some(refusal) => {
            if let Some(ask) = &incoming.object {
                storage::refused(&refusal, ask, &incoming.host, request_id)
            } else {
                let product = Product::name_of(&incoming.version);
                let body = answer::refusal_body(&refusal, &incoming.host, product, request_id);
                answer::response(refusal.status, &body, request_id)
            }
        }
        None => response,
    };
    if let Fault::Throttled {
        retry_after: Some(wait),
    } = fault
        && let Ok(wait) = HeaderValue::from_str(&wait.as_millis().to_string())
    {
        response.headers_mut().insert("x-acs-retry-after", wait);
    }
    response
}
