//! A server in the test's own process, and what it writes.

use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fc_runtime::{Config, Exit, Markers, Service, serve_until};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::client::{Answer, Client};

/// Nothing here takes long; this only keeps a broken test from hanging.
const GIVE_UP_AFTER: Duration = Duration::from_secs(30);

/// Runs `talk` against a server that is stopped when it is through; says why the server ended.
pub(crate) async fn talk_to<T>(config: Config, service: Service, talk: impl AsyncFnOnce(SocketAddr) -> T) -> (Exit, T) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = serve_until(listener, config, service, async { drop(stopped.await) });
    let talking = async {
        let result = talk(address).await;
        drop(stop);
        result
    };
    let both = async { tokio::join!(serving, talking) };
    let (exit, result) = tokio::time::timeout(GIVE_UP_AFTER, both).await.unwrap();
    (exit.unwrap(), result)
}

/// The answer to one request.
pub(crate) async fn ask(
    config: Config,
    service: Service,
    request_line: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Answer {
    let talk = async |address| Client::connect(address).await.ask(request_line, headers, body).await;
    talk_to(config, service, talk).await.1
}

/// The answer to one event.
pub(crate) async fn invoke(service: Service, body: &[u8]) -> Answer {
    ask(quiet(), service, "POST /invoke", &[("x-fc-request-id", "1-a")], body).await
}

/// A configuration whose markers do not disturb the tests' output.
pub(crate) fn quiet() -> Config {
    let mut config = Config::default();
    config.markers = Markers::to(io::sink());
    config
}

/// Makes a subscriber this thread's own. Whether a log line is wanted is remembered once for the whole process, so without a
/// subscriber that always listens, a test on another thread could put the line to sleep.
pub(crate) fn listen(
    subscriber: impl tracing::Subscriber + Send + Sync + 'static,
) -> tracing::subscriber::DefaultGuard {
    static AWAKE: std::sync::Once = std::sync::Once::new();
    AWAKE.call_once(|| drop(tracing::subscriber::set_global_default(tracing_subscriber::registry())));
    tracing::subscriber::set_default(subscriber)
}

/// What was written, and how much of it was flushed.
#[derive(Clone, Default)]
pub(crate) struct Page(Arc<Mutex<(Vec<u8>, usize)>>);

impl Page {
    pub(crate) fn flushed(&self) -> String {
        let page = self.0.lock().unwrap();
        String::from_utf8(page.0[..page.1].to_vec()).unwrap()
    }

    pub(crate) fn written(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().0.clone()).unwrap()
    }

    pub(crate) fn config(&self) -> Config {
        let mut config = Config::default();
        config.markers = Markers::to(self.clone());
        config
    }
}

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        let mut page = self.0.lock().unwrap();
        page.1 = page.0.len();
        Ok(())
    }
}
