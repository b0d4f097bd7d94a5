//! Which of the platform's calls a request is.
//!
//! See <https://help.aliyun.com/zh/functioncompute/fc/web-functions>.

use http::Method;
use http::request::Parts;

use crate::markers::Phase;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    /// An event: `POST /invoke`.
    Event,
    /// `POST /initialize`.
    Initialize,
    /// `GET /pre-stop`, and `POST`, as older documents have it.
    PreStop,
    /// Anything else, and whatever an HTTP trigger says is its own.
    Http,
}

impl Route {
    pub(crate) fn of(request: &Parts) -> Self {
        let control_path = request.headers.get("x-fc-control-path");
        if control_path.is_some_and(|path| path == "/http-invoke") {
            return Self::Http;
        }
        match (&request.method, request.uri.path()) {
            (&Method::POST, "/invoke") => Self::Event,
            (&Method::POST, "/initialize") => Self::Initialize,
            (&Method::GET | &Method::POST, "/pre-stop") => Self::PreStop,
            _ => Self::Http,
        }
    }

    pub(crate) fn phase(self) -> Phase {
        match self {
            Self::Event | Self::Http => Phase::Invoke,
            Self::Initialize => Phase::Initialize,
            Self::PreStop => Phase::PreStop,
        }
    }
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    #[track_caller]
    fn check(method: &str, path: &str, control_path: Option<&str>, expected: Route) {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(control_path) = control_path {
            request = request.header("x-fc-control-path", control_path);
        }
        let (parts, ()) = request.body(()).unwrap().into_parts();
        assert_eq!(Route::of(&parts), expected, "{method} {path} {control_path:?}");
    }

    #[test]
    fn a_request_is_told_by_control_path_then_method_and_path() {
        check("POST", "/invoke", Some("/invoke"), Route::Event);
        check("POST", "/invoke", None, Route::Event);
        check("POST", "/invoke?debug=1", None, Route::Event);
        check("POST", "/invoke", Some("/http-invoke"), Route::Http);
        check("GET", "/invoke", None, Route::Http);
        check("POST", "/initialize", Some("/initialize"), Route::Initialize);
        check("GET", "/initialize", None, Route::Http);
        check("GET", "/pre-stop", None, Route::PreStop);
        check("POST", "/pre-stop", None, Route::PreStop);
        check("GET", "/pre-stop", Some("/http-invoke"), Route::Http);
        check("GET", "/", None, Route::Http);
    }
}
