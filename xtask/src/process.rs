//! A server process under measurement: started, asked once, looked at, stopped.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

/// Longest wait for the first answer, far above any honest start.
const START_MAX: Duration = Duration::from_secs(10);

/// What one start took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Start {
    /// From just before `exec` until the answer to the first request was read.
    pub(crate) to_first_answer: Duration,
    /// Resident memory after it, in KiB.
    pub(crate) resident_kib: u64,
}

/// Starts a program with this environment and nothing else, asks it once and stops it.
pub(crate) fn start(program: &Path, environment: &[(String, String)], request: &str) -> anyhow::Result<Start> {
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let mut command = Command::new(program);
    command.env_clear().env("FC_CUSTOM_LISTEN_PORT", port.to_string());
    command
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .stdout(Stdio::null())
        .stderr(Stdio::inherit());
    let began = now();
    let mut child = Stopped(
        command
            .spawn()
            .with_context(|| format!("{} cannot be started", program.display()))?,
    );
    let mut stream = connect(address, began, &mut child.0)?;
    stream.set_read_timeout(Some(START_MAX))?;
    stream.write_all(request.as_bytes())?;
    let mut answer = [0_u8; 16];
    stream.read_exact(&mut answer).context("no answer")?;
    let to_first_answer = now() - began;
    if !answer.starts_with(b"HTTP/1.1 200") {
        bail!("{} answered {:?}", program.display(), String::from_utf8_lossy(&answer));
    }
    Ok(Start {
        to_first_answer,
        resident_kib: resident_kib(child.0.id())?,
    })
}

/// Kills the process when it goes out of scope, also on an error.
struct Stopped(Child);

impl Drop for Stopped {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn connect(address: SocketAddr, began: Instant, child: &mut Child) -> anyhow::Result<TcpStream> {
    loop {
        if let Ok(stream) = TcpStream::connect(address) {
            stream.set_nodelay(true)?;
            return Ok(stream);
        }
        if let Some(status) = child.try_wait()? {
            bail!("it ended with {status} before it listened");
        }
        if now() - began > START_MAX {
            bail!("it does not listen after {START_MAX:?}");
        }
        std::hint::spin_loop();
    }
}

fn resident_kib(pid: u32) -> anyhow::Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .context("no VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
fn now() -> Instant {
    Instant::now()
}
