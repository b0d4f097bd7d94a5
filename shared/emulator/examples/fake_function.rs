//! A function that does what its event says: the smallest program that speaks Function Compute's contract, made to
//! misbehave. The tests of the simulated world run it as their deployed code.
//!
//! With `FAKE_CALLS` set to the address of an ECS endpoint, every invocation first calls the cloud there.
//!
//! The event is JSON: `{"do": "echo" | "fail" | "crash" | "hang" | "grow" | "unmarked" | "plain-500" | "fail-until" |
//! "fail-times", …}`; an event without `do` is echoed. The answer says what the instance saw.
//!
//! `POST /initialize` is answered with the status that `FAKE_INITIALIZE` holds, else 200; `GET /pre-stop` is noted in the
//! log. What comes through an HTTP trigger is answered 201, with headers that the platform keeps to itself among others.

use std::collections::BTreeMap;
use std::io;

use bytes::Bytes;
use goldcast_signing::Key;
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Stdout};
use tokio::net::{TcpListener, TcpStream};

/// Largest body that is read, in bytes.
const BODY_BYTES_MAX: usize = 1024 * 1024;

struct Request {
    /// Method, target and version.
    line: String,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let environment: BTreeMap<String, String> = std::env::vars().collect();
    let port = environment
        .get("FC_CUSTOM_LISTEN_PORT")
        .and_then(|port| port.parse().ok())
        .unwrap_or(9000);
    let mut out = tokio::io::stdout();
    if environment.contains_key("FAKE_REFUSES_TO_START") {
        say(&mut out, "refusing to start").await?;
        return Err(io::Error::other("refused to start"));
    }
    let listener = TcpListener::bind(("0.0.0.0", port)).await?;
    let mut served = 0;
    loop {
        let (stream, _) = listener.accept().await?;
        // A connection without a request is the platform looking whether anybody listens.
        let mut stream = BufReader::new(stream);
        let Some(request) = read(&mut stream).await? else {
            continue;
        };
        served += 1;
        serve(stream.into_inner(), &request, &environment, served, &mut out).await?;
    }
}

async fn serve(
    mut stream: TcpStream,
    request: &Request,
    environment: &BTreeMap<String, String>,
    served: u32,
    out: &mut Stdout,
) -> io::Result<()> {
    let id = request.headers.get("x-fc-request-id").cloned().unwrap_or_default();
    match request.line.split_whitespace().nth(1) {
        Some("/initialize") => {
            say(out, &format!("FC Initialize Start RequestId: {id}")).await?;
            say(out, &format!("FC Initialize End RequestId: {id}")).await?;
            let status = environment.get("FAKE_INITIALIZE").map_or("200", String::as_str);
            return answer(&mut stream, status, "", "").await;
        }
        Some("/pre-stop") => {
            say(out, &format!("FC PreStop Start RequestId: {id}")).await?;
            say(out, &format!("FC PreStop End RequestId: {id}")).await?;
            return answer(&mut stream, "200", "", "").await;
        }
        _ => {}
    }
    if request
        .headers
        .get("x-fc-control-path")
        .is_some_and(|path| path == "/http-invoke")
    {
        let body = String::from_utf8_lossy(&request.body);
        let body = json!({ "line": request.line, "headers": request.headers, "body": body }).to_string();
        let headers = "x-own: 1\r\nserver: fake\r\nx-fc-own: 1\r\n";
        return answer(&mut stream, "201", headers, &body).await;
    }
    let event: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    say(out, &format!("FC Invoke Start RequestId: {id}")).await?;
    say(out, &format!("event {event}")).await?;
    if let Some(address) = environment.get("FAKE_CALLS") {
        call(address, environment, &id).await?;
    }
    let action = event["do"].as_str().unwrap_or("echo");
    let retries: u64 = request
        .headers
        .get("x-fc-retry-count")
        .and_then(|count| count.parse().ok())
        .unwrap_or(0);
    let (status, marker) = match action {
        "crash" => std::process::abort(),
        "hang" => std::future::pending().await,
        "grow" => {
            let megabytes = event["megabytes"]
                .as_u64()
                .and_then(|number| usize::try_from(number).ok());
            // Held for ever, as a leak is.
            Box::leak(vec![1_u8; megabytes.unwrap_or(1) * 1024 * 1024].into_boxed_slice());
            (200, true)
        }
        "fail" => (404, true),
        "fail-times" if u64::from(served) <= event["times"].as_u64().unwrap_or(0) => (404, true),
        "fail-until" if retries < event["retries"].as_u64().unwrap_or(0) => (404, true),
        "unmarked" => (200, false),
        "plain-500" => (500, true),
        _ => (200, true),
    };
    let body = json!({
        "event": event, "served": served, "process": std::process::id(), "headers": request.headers,
        "environment": environment
    });
    if marker {
        let error = if status == 404 {
            ", Error: Unhandled Exception"
        } else {
            ""
        };
        say(out, &format!("FC Invoke End RequestId: {id}{error}")).await?;
    }
    let body = body.to_string();
    let judged = if action == "plain-500" {
        String::new()
    } else {
        format!("x-fc-status: {status}\r\n")
    };
    answer(&mut stream, &status.to_string(), &judged, &body).await
}

async fn answer(stream: &mut TcpStream, status: &str, headers: &str, body: &str) -> io::Result<()> {
    let length = body.len();
    let head = format!("HTTP/1.1 {status} Whatever\r\n{headers}content-length: {length}\r\n\r\n");
    stream.write_all(format!("{head}{body}").as_bytes()).await?;
    stream.shutdown().await
}

/// One signed call with the credentials of the environment. What is answered shows in the cloud's own log.
async fn call(address: &str, environment: &BTreeMap<String, String>, nonce: &str) -> io::Result<()> {
    let of = |name: &str| environment.get(name).map(String::as_str).unwrap_or_default();
    let key = Key {
        id: of("ALIBABA_CLOUD_ACCESS_KEY_ID"),
        secret: of("ALIBABA_CLOUD_ACCESS_KEY_SECRET"),
        token: environment.get("ALIBABA_CLOUD_SECURITY_TOKEN").map(String::as_str),
    };
    let mut request = http::Request::post(format!("http://{address}/?RegionId={}", of("FC_REGION")))
        .header("x-acs-action", "DescribeRegions")
        .header("x-acs-version", "2014-05-26")
        .body(Bytes::new())
        .map_err(io::Error::other)?;
    goldcast_signing::v3::sign(&mut request, &key, wall_clock(), nonce).map_err(io::Error::other)?;
    let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
    let mut head = format!("POST {target} HTTP/1.1\r\nconnection: close\r\ncontent-length: 0\r\n");
    for (name, value) in request.headers() {
        let value = value.to_str().map_err(io::Error::other)?;
        head.extend([name.as_str(), ": ", value, "\r\n"]);
    }
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(format!("{head}\r\n").as_bytes()).await?;
    stream.read_to_end(&mut Vec::new()).await.map(|_| ())
}

#[expect(clippy::disallowed_methods, reason = "signatures are dated by the real clock")]
fn wall_clock() -> Timestamp {
    Timestamp::now()
}

async fn read(stream: &mut BufReader<TcpStream>) -> io::Result<Option<Request>> {
    let mut line = String::new();
    if stream.read_line(&mut line).await? == 0 {
        return Ok(None);
    }
    let first = line.trim_end().to_owned();
    let mut headers = BTreeMap::new();
    loop {
        line.clear();
        stream.read_line(&mut line).await?;
        match line.trim_end().split_once(':') {
            Some((name, value)) => headers.insert(name.to_ascii_lowercase(), value.trim().to_owned()),
            None => break,
        };
    }
    let length = headers
        .get("content-length")
        .and_then(|length| length.parse().ok())
        .unwrap_or(0);
    let mut body = vec![0; BODY_BYTES_MAX.min(length)];
    stream.read_exact(&mut body).await?;
    Ok(Some(Request {
        line: first,
        headers,
        body,
    }))
}

/// One line, written through before anything else happens.
async fn say(out: &mut Stdout, line: &str) -> io::Result<()> {
    out.write_all(format!("{line}\n").as_bytes()).await?;
    out.flush().await
}
