//! A function: its handler and its optional hooks.
//!
//! All handlers share one thread, so none has to be `Send`; they take turns while they wait.

use std::fmt;
use std::pin::Pin;
use std::rc::Rc;

use bytes::Bytes;
use http::{Request, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::diagnostic::Report;
use crate::event::{self, Malformed};
use crate::{Context, Diagnostic, Event, http_event};

type LocalFuture<T> = Pin<Box<dyn Future<Output = T>>>;
type Invoke = dyn Fn(Event<Bytes>) -> LocalFuture<Result<Bytes, Unanswered>>;
type Hook = dyn Fn(Context) -> LocalFuture<Result<(), Report>>;
type Http = dyn Fn(Request<Bytes>, Context) -> LocalFuture<Result<Response<Bytes>, Report>>;

/// Why the handler's result is not the answer.
#[derive(Debug)]
pub(crate) enum Unanswered {
    /// The handler was not called: a retry could not help, so the event counts as done.
    Malformed(Malformed),
    /// The handler failed.
    Failed(Report),
}

/// What the runtime serves: made by [`service_fn`] or [`raw_service_fn`], completed with hooks.
pub struct Service {
    invoke: Box<Invoke>,
    initialize: Option<Box<Hook>>,
    pre_stop: Option<Box<Hook>>,
    http: Option<Rc<Http>>,
}

/// A service whose handler takes JSON events.
///
/// The handler is an `async fn(Event<T>) -> Result<R, E>` or an async closure; the runtime parses the payload, and
/// serialises the result.
///
/// **A payload that does not parse as `T` is answered as done** (200, `x-fc-status: 200`) without calling the handler,
/// because the platform would retry the same bytes in vain. The answer's body has the error type `MalformedEvent` and
/// names the field and what was expected; the log has it at `WARN`, with a count since the start of the process. Use
/// [`raw_service_fn`] to decide otherwise.
///
/// ```
/// use fc_runtime::{Event, Failure, service_fn};
///
/// #[derive(serde::Deserialize)]
/// struct Greeting {
///     name: String,
/// }
///
/// async fn greet(event: Event<Greeting>) -> Result<String, Failure> {
///     Ok(format!("Hello, {}!", event.payload.name))
/// }
///
/// let service = service_fn(greet);
/// ```
pub fn service_fn<F, T, R, E>(handler: F) -> Service
where
    F: AsyncFn(Event<T>) -> Result<R, E> + 'static,
    T: DeserializeOwned + 'static,
    R: Serialize + 'static,
    E: Diagnostic + 'static,
{
    let handler = Rc::new(handler);
    Service::new(Box::new(move |Event { payload, context }| {
        let handler = Rc::clone(&handler);
        Box::pin(async move {
            let payload = event::parse(&payload).map_err(Unanswered::Malformed)?;
            answer(handler(Event { payload, context }).await)
        })
    }))
}

/// A service whose handler takes the bytes of the event as they came, whatever they are.
///
/// The same as [`service_fn`], except that malformed payloads are the handler's business.
///
/// ```
/// use bytes::Bytes;
/// use fc_runtime::{Event, Failure, raw_service_fn};
///
/// let service = raw_service_fn(async |event: Event<Bytes>| Ok::<_, Failure>(event.payload.len()));
/// ```
pub fn raw_service_fn<F, R, E>(handler: F) -> Service
where
    F: AsyncFn(Event<Bytes>) -> Result<R, E> + 'static,
    R: Serialize + 'static,
    E: Diagnostic + 'static,
{
    let handler = Rc::new(handler);
    Service::new(Box::new(move |event| {
        let handler = Rc::clone(&handler);
        Box::pin(async move { answer(handler(event).await) })
    }))
}

fn answer<R: Serialize, E: Diagnostic>(result: Result<R, E>) -> Result<Bytes, Unanswered> {
    let value = result.map_err(|error| Unanswered::Failed(Report::of(&error)))?;
    match serde_json::to_vec(&value) {
        Ok(json) => Ok(json.into()),
        Err(error) => {
            let message = format!("the result cannot be written as JSON: {error}");
            Err(Unanswered::Failed(Report::new("UnserializableResult", message)))
        }
    }
}

impl Service {
    fn new(invoke: Box<Invoke>) -> Self {
        Self {
            invoke,
            initialize: None,
            pre_stop: None,
            http: None,
        }
    }

    /// Adds the hook that the platform calls once before the first invocation, if the function is configured so.
    ///
    /// It has 300 s at most. Without a hook the call is answered as done.
    #[must_use]
    pub fn on_initialize<F, E>(mut self, hook: F) -> Self
    where
        F: AsyncFn(Context) -> Result<(), E> + 'static,
        E: Diagnostic + 'static,
    {
        self.initialize = Some(erase(hook));
        self
    }

    /// Adds the hook that the platform calls before it removes the instance, if the function is configured so.
    ///
    /// It has 90 s at most. Without a hook the call is answered as done.
    #[must_use]
    pub fn on_pre_stop<F, E>(mut self, hook: F) -> Self
    where
        F: AsyncFn(Context) -> Result<(), E> + 'static,
        E: Diagnostic + 'static,
    {
        self.pre_stop = Some(erase(hook));
        self
    }

    /// Adds the handler for requests of an HTTP trigger, which get its answer as it is.
    ///
    /// Of the answer's headers those that the platform reserves are left out: `x-fc-*`, `connection`, `keep-alive`,
    /// `content-length`, `date`, `server`, `upgrade` and `content-disposition`. An error is answered with 500, one after which
    /// the process ends with 503. A request that comes as an event, as functions of the platform's own runtimes get it
    /// (<https://help.aliyun.com/zh/functioncompute/fc-3-0/user-guide/http-trigger-invoking-function>), gets here as well.
    /// The handler never sees the headers with credentials; [`Context::credentials`] has them. Without a handler such
    /// requests are answered with 404.
    #[must_use]
    pub fn on_http<F, E>(mut self, handler: F) -> Self
    where
        F: AsyncFn(Request<Bytes>, Context) -> Result<Response<Bytes>, E> + 'static,
        E: Diagnostic + 'static,
    {
        let handler = Rc::new(handler);
        let http: Rc<Http> = Rc::new(move |request, context| {
            let handler = Rc::clone(&handler);
            Box::pin(async move { handler(request, context).await.map_err(|error| Report::of(&error)) })
        });
        // Here and not where events arrive, so that a function without an HTTP trigger carries none of it.
        let (invoke, for_events) = (self.invoke, Rc::clone(&http));
        self.invoke = Box::new(move |event| match http_event::request(&event.payload) {
            Some(request) => {
                let answer = for_events(request, event.context);
                Box::pin(async move { answer.await.map(http_event::answer).map_err(Unanswered::Failed) })
            }
            None => invoke(event),
        });
        self.http = Some(http);
        self
    }

    pub(crate) fn invoke(&self, event: Event<Bytes>) -> impl Future<Output = Result<Bytes, Unanswered>> + use<> {
        (self.invoke)(event)
    }

    pub(crate) async fn initialize(&self, context: Context) -> Result<(), Report> {
        match &self.initialize {
            Some(hook) => hook(context).await,
            None => Ok(()),
        }
    }

    pub(crate) async fn pre_stop(&self, context: Context) -> Result<(), Report> {
        match &self.pre_stop {
            Some(hook) => hook(context).await,
            None => Ok(()),
        }
    }

    /// `None` without a handler.
    pub(crate) async fn http(
        &self,
        request: Request<Bytes>,
        context: Context,
    ) -> Option<Result<Response<Bytes>, Report>> {
        let handler = self.http.as_ref()?;
        Some(handler(request, context).await)
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Service")
            .field("initialize", &self.initialize.is_some())
            .field("pre_stop", &self.pre_stop.is_some())
            .field("http", &self.http.is_some())
            .finish_non_exhaustive()
    }
}

fn erase<F, E>(hook: F) -> Box<Hook>
where
    F: AsyncFn(Context) -> Result<(), E> + 'static,
    E: Diagnostic + 'static,
{
    let hook = Rc::new(hook);
    Box::new(move |context| {
        let hook = Rc::clone(&hook);
        Box::pin(async move { hook(context).await.map_err(|error| Report::of(&error)) })
    })
}
