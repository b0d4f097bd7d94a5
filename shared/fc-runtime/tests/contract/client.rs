//! A raw HTTP/1.1 client of a few lines, so that nothing is tested against its own library.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

pub(crate) struct Client(BufReader<TcpStream>);

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// Status and `x-fc-status`.
    #[track_caller]
    pub(crate) fn verdict(&self) -> (u16, &str) {
        let fc_status = self.headers.get("x-fc-status").map(String::as_str);
        (self.status, fc_status.unwrap_or("missing"))
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    #[track_caller]
    pub(crate) fn error_type(&self) -> String {
        self.json()["errorType"].as_str().unwrap().to_owned()
    }

    #[track_caller]
    pub(crate) fn error_message(&self) -> String {
        self.json()["errorMessage"].as_str().unwrap().to_owned()
    }
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        Self(BufReader::new(TcpStream::connect(address).await.unwrap()))
    }

    pub(crate) async fn send(&mut self, request_line: &str, headers: &[(&str, &str)], body: &[u8]) {
        let request = request(request_line, headers, body);
        self.send_bytes(&request).await;
    }

    pub(crate) async fn send_bytes(&mut self, bytes: &[u8]) {
        self.0.get_mut().write_all(bytes).await.unwrap();
    }

    pub(crate) async fn receive(&mut self) -> Answer {
        let status_line = self.line().await;
        let status = status_line.split(' ').nth(1).unwrap().parse().unwrap();
        let mut headers = BTreeMap::new();
        loop {
            let line = self.line().await;
            let Some((name, value)) = line.split_once(": ") else {
                break;
            };
            headers.insert(name.to_owned(), value.to_owned());
        }
        let length = headers
            .get("content-length")
            .map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).await.unwrap();
        Answer { status, headers, body }
    }

    /// Sends and receives.
    pub(crate) async fn ask(&mut self, request_line: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        self.send(request_line, headers, body).await;
        self.receive().await
    }

    /// Whether the server closed the connection.
    pub(crate) async fn is_closed(&mut self) -> bool {
        matches!(self.0.read_u8().await, Err(_closed))
    }

    async fn line(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).await.unwrap();
        line.trim_end().to_owned()
    }
}

/// The bytes of a request such as `POST /invoke`.
pub(crate) fn request(request_line: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut head = format!(
        "{request_line} HTTP/1.1\r\nhost: fc\r\ncontent-length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        head.extend([name, ": ", value, "\r\n"]);
    }
    head.push_str("\r\n");
    [head.as_bytes(), body].concat()
}
