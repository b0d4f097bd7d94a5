//! One request from arrival to answer.

use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response};
use hyper::body::Incoming;
use tokio::time::{Instant, timeout_at};
use tracing::{Instrument as _, error, error_span, warn};

use crate::answer::{self, Answer};
use crate::body::{self, Content};
use crate::context::Arrival;
use crate::credentials;
use crate::diagnostic::Report;
use crate::route::Route;
use crate::server::{Exit, Server};
use crate::service::Unanswered;
use crate::unwind::{self, Panicked};
use crate::{Context, Credentials, Event};

/// What became of a request.
enum Outcome {
    Done(Bytes),
    Http(Response<Bytes>),
    /// Nothing was done, and a retry would not help.
    Refused(Report),
    Failed(Report),
    NoHandler(Report),
}

/// The caller's connection broke before the request was complete: there is nobody to answer.
#[derive(Debug, thiserror::Error)]
#[error("the request broke off")]
pub(crate) struct BrokenOff(#[source] hyper::Error);

impl Server {
    /// Answers a request. By the time this returns, everything that is to be logged is written.
    pub(crate) async fn answer(&self, request: Request<Incoming>) -> Result<Answer, BrokenOff> {
        let at = Instant::now();
        let (parts, body) = request.into_parts();
        let route = Route::of(&parts);
        let arrival = Arrival {
            headers: &parts.headers,
            config: self.config(),
            phase: route.phase(),
            at,
            cold_start: self.is_cold_start(route),
        };
        let context = arrival.context(|| self.generate_request_id());
        let span = error_span!(
            "invocation", // at the highest level, so that no filter takes the request id off a line
            request_id = context.request_id,
            function = self.config().log_name.as_ref().unwrap_or(&context.function),
            cold_start = context.cold_start,
        );
        let marker = self.config().markers.start(route.phase(), &context.request_id);
        let (succeeded, answer) = self.conclude(route, parts, body, context).instrument(span).await?;
        marker.end(succeeded);
        Ok(answer)
    }

    /// Carries out, logs what went wrong, and decides whether the process goes on.
    async fn conclude(
        &self,
        route: Route,
        parts: Parts,
        body: Incoming,
        context: Context,
    ) -> Result<(bool, Answer), BrokenOff> {
        let credentials = context.credentials.clone();
        let outcome = self.within_deadline(route, parts, body, context).await?;
        let outcome = outcome.presentable(credentials.as_ref());
        outcome.log(self);
        let exit = if matches!(&outcome, Outcome::Failed(report) if report.restart) {
            Some(Exit::RestartAsked)
        } else {
            self.is_aged().then_some(Exit::Aged)
        };
        let (succeeded, answer) = outcome.into_answer(route);
        match exit {
            Some(exit) => {
                self.leave(exit);
                Ok((succeeded, answer::closing(answer)))
            }
            None => Ok((succeeded, answer)),
        }
    }

    /// Reads the body and calls the handler; answers for it if it panics or is late.
    async fn within_deadline(
        &self,
        route: Route,
        parts: Parts,
        body: Incoming,
        context: Context,
    ) -> Result<Outcome, BrokenOff> {
        let deadline = context.deadline;
        let bytes_max = self.config().body_bytes_max;
        let work = unwind::catch(async {
            match body::read(body, bytes_max).await {
                Ok(Content::Whole(body)) => Ok(self.call(route, parts, body, context).await),
                Ok(Content::TooLarge) => Ok(Outcome::too_large(bytes_max)),
                Err(error) => Err(BrokenOff(error)),
            }
        });
        match timeout_at(deadline, work).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(panicked)) => Ok(Outcome::panicked(&panicked)),
            Err(_elapsed) => Ok(Outcome::late()),
        }
    }

    async fn call(&self, route: Route, parts: Parts, body: Bytes, context: Context) -> Outcome {
        match route {
            Route::Event => match self.service().invoke(Event::new(body, context)).await {
                Ok(json) => Outcome::Done(json),
                Err(Unanswered::Malformed(error)) => Outcome::Refused(Report::new("MalformedEvent", error.to_string())),
                Err(Unanswered::Failed(report)) => Outcome::Failed(report),
            },
            Route::Initialize => Outcome::of_hook(self.service().initialize(context).await),
            Route::PreStop => Outcome::of_hook(self.service().pre_stop(context).await),
            Route::Http => {
                let request = without_credentials(Request::from_parts(parts, body));
                let unknown = format!("nothing answers {} {}", request.method(), request.uri().path());
                match self.service().http(request, context).await {
                    Some(Ok(response)) => Outcome::Http(response),
                    Some(Err(report)) => Outcome::Failed(report),
                    None => Outcome::NoHandler(Report::new(
                        "NoHttpHandler",
                        format!("{unknown}: this function takes events, which arrive as POST /invoke"),
                    )),
                }
            }
        }
    }
}

impl Outcome {
    fn of_hook(result: Result<(), Report>) -> Self {
        match result {
            Ok(()) => Self::Done(Bytes::from_static(b"null")),
            Err(report) => Self::Failed(report),
        }
    }

    fn too_large(bytes_max: usize) -> Self {
        let message = format!("the event is larger than {bytes_max} bytes");
        Self::Refused(Report::new("EventTooLarge", message))
    }

    fn late() -> Self {
        let message = "the invocation was not done by its deadline; what it had begun was dropped";
        Self::Failed(Report::new("DeadlineExceeded", message))
    }

    /// The text may contain anything, so the caller is only told where to look.
    fn panicked(panicked: &Panicked) -> Self {
        let place = panicked.place.as_deref().unwrap_or("an unknown place");
        Self::Failed(Report {
            detail: format!("panicked at {place}: {}", panicked.text),
            ..Report::new("Panic", "the handler panicked; the log of this request says why")
        })
    }

    fn presentable(self, credentials: Option<&Credentials>) -> Self {
        match self {
            Self::Refused(report) => Self::Refused(report.presentable(credentials)),
            Self::Failed(report) => Self::Failed(report.presentable(credentials)),
            Self::NoHandler(report) => Self::NoHandler(report.presentable(credentials)),
            Self::Done(_) | Self::Http(_) => self,
        }
    }

    fn log(&self, server: &Server) {
        match self {
            Self::Done(_) | Self::Http(_) => {}
            Self::Refused(report) => {
                let refused = server.count_refused();
                warn!(error.type = report.error_type, error = report.detail, refused, "the event was refused, which is not retried");
            }
            Self::Failed(report) => {
                error!(error.type = report.error_type, error = report.detail, restart = report.restart, "the invocation failed");
            }
            Self::NoHandler(report) => {
                warn!(error.type = report.error_type, error = report.detail, "there is no such route");
            }
        }
    }

    fn into_answer(self, route: Route) -> (bool, Answer) {
        match self {
            Self::Done(json) => (true, answer::done(json)),
            Self::Http(response) => (true, answer::http_done(response)),
            Self::Refused(report) if route == Route::Http => (true, answer::http_refused(&report)),
            Self::Refused(report) => (true, answer::refused(&report)),
            Self::Failed(report) if route == Route::Http => (false, answer::http_failed(&report)),
            Self::Failed(report) | Self::NoHandler(report) => (false, answer::failed(&report)),
        }
    }
}

/// Handlers print requests; these three headers must not be in them.
fn without_credentials(mut request: Request<Bytes>) -> Request<Bytes> {
    for header in credentials::HEADERS {
        request.headers_mut().remove(header);
    }
    request
}
