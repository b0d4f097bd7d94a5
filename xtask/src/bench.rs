//! Size, memory and start time of every function as it is shipped, as ratios to a minimal hyper server.
//!
//! Each binary is built alone: building the workspace together would unify features and measure something else. Starts are
//! interleaved round by round, so that whatever else the machine does falls on all of them.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use goldcast_packaging::{Checkout, TARGET};

use crate::print;
use crate::process::{self, Start};

/// Starts of each program unless told otherwise.
pub(crate) const ROUNDS_DEFAULT: u32 = 40;
/// The functions, as their binaries are called.
const FUNCTIONS: &[&str] = &[
    "copy-completed",
    "image-created",
    "member-added",
    "member-removed",
    "status",
    "sweep",
];
/// The yardstick: an example of the runtime's that answers a constant with hyper and nothing else.
const YARDSTICK: &str = "minimal_hyper";

/// Limits: binary in bytes, resident memory in KiB, start time as a multiple of the yardstick's.
const SIZE_MAX: u64 = 4 * 1024 * 1024;
const RESIDENT_KIB_MAX: u64 = 6 * 1024;
const START_RATIO_MAX: f64 = 2.0;

/// An event that every function answers as done without a call: another function's answer that asks for no sweep.
const EVENT: &str =
    r#"{"requestContext":{"requestId":"bench","functionArn":"bench"},"responsePayload":"{\"wake\":false}"}"#;

/// A program under measurement.
struct Contender {
    name: &'static str,
    program: PathBuf,
    size: u64,
    starts: Vec<Start>,
}

/// Builds, measures, prints; says whether every limit is kept.
pub(crate) fn run(rounds: u32) -> anyhow::Result<bool> {
    ensure!(rounds >= 3, "at least 3 rounds");
    let target = target()?;
    let checkout = Checkout::find(Path::new(env!("CARGO_MANIFEST_DIR")))?;
    let mut contenders = vec![contender(
        YARDSTICK,
        build(
            &checkout,
            &target,
            &["-p", "fc-runtime", "--example", YARDSTICK],
            YARDSTICK,
        )?,
    )?];
    for name in FUNCTIONS {
        contenders.push(contender(
            name,
            build(&checkout, &target, &["-p", "goldcast-functions", "--bin", name], name)?,
        )?);
    }
    let environment = environment()?;
    let request = format!(
        "POST /invoke HTTP/1.1\r\nhost: bench\r\nx-fc-request-id: bench\r\nx-fc-control-path: /invoke\r\ncontent-length: {}\r\n\r\n{EVENT}",
        EVENT.len()
    );
    // The first round warms the page cache and is not counted.
    for round in 0..=rounds {
        for contender in &mut contenders {
            let start = process::start(&contender.program, &environment, &request).context(contender.name)?;
            if round > 0 {
                contender.starts.push(start);
            }
        }
    }
    Ok(report(&contenders, &target, rounds))
}

/// The target that is shipped where it is installed, else the machine's own.
fn target() -> anyhow::Result<String> {
    let sysroot = output(Command::new("rustc").args(["--print", "sysroot"]))?;
    let has_musl = Path::new(sysroot.trim())
        .join("lib/rustlib")
        .join(TARGET)
        .join("lib")
        .exists();
    if has_musl && Checkout::check_compiler().is_ok() {
        return Ok(TARGET.to_owned());
    }
    let version = output(Command::new("rustc").arg("-vV"))?;
    Ok(version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .context("rustc names no host")?
        .to_owned())
}

fn build(checkout: &Checkout, target: &str, what: &[&str], name: &str) -> anyhow::Result<PathBuf> {
    print(&format!("building {name} alone for {target}\n"));
    checkout.build(target, what, name, &mut || {}).context(name.to_owned())
}

fn output(command: &mut Command) -> anyhow::Result<String> {
    let output = command.output().with_context(|| format!("{command:?}"))?;
    ensure!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(String::from_utf8(output.stdout)?)
}

fn contender(name: &'static str, program: PathBuf) -> anyhow::Result<Contender> {
    let size = std::fs::metadata(&program)?.len();
    Ok(Contender {
        name,
        program,
        size,
        starts: Vec::new(),
    })
}

/// What a deployed function finds: a policy, keys, and no cloud, since the event needs none.
fn environment() -> anyhow::Result<Vec<(String, String)>> {
    let policy = std::env::temp_dir().join("goldcast-bench-policy.json");
    let example = goldcast_domain::policy::authoring::read(include_str!("../../goldcast.toml"))?;
    std::fs::write(&policy, serde_json::to_string(&example)?)?;
    let variables = [
        ("GOLDCAST_POLICY", policy.display().to_string()),
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", "bench".to_owned()),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "bench".to_owned()),
        (
            "DINGTALK_URL",
            "https://oapi.dingtalk.com/robot/send?access_token=bench".to_owned(),
        ),
        ("DINGTALK_SECRET", "SECbench".to_owned()),
        ("INVENTORY_URL", "https://inventory.example.com/hook".to_owned()),
        (
            "INVENTORY_SECRET",
            "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=".to_owned(),
        ),
        ("SLACK_URL", "https://hooks.slack.com/services/T0/B0/bench".to_owned()),
        (
            "FEISHU_URL",
            "https://open.feishu.cn/open-apis/bot/v2/hook/bench".to_owned(),
        ),
        ("FEISHU_SECRET", "bench".to_owned()),
    ];
    Ok(variables.map(|(name, value)| (name.to_owned(), value)).into())
}

fn report(contenders: &[Contender], target: &str, rounds: u32) -> bool {
    let yardstick = contenders.first().map_or(0.0, |contender| median_ms(&contender.starts));
    print(&format!(
        "\n{target}, profile release, {rounds} starts each, interleaved; start = exec to the first answered /invoke\n\n\
         {:<16} {:>10} {:>12} {:>12} {:>8}\n",
        "program", "size MiB", "RSS MiB", "start ms", "ratio"
    ));
    let mut kept = true;
    for contender in contenders {
        let resident_kib = contender
            .starts
            .iter()
            .map(|start| start.resident_kib)
            .max()
            .unwrap_or_default();
        let start_ms = median_ms(&contender.starts);
        let ratio = start_ms / yardstick;
        let is_function = contender.name != YARDSTICK;
        let over: Vec<&str> = [
            (contender.size > SIZE_MAX, "size"),
            (resident_kib > RESIDENT_KIB_MAX, "memory"),
            (ratio > START_RATIO_MAX, "start"),
        ]
        .into_iter()
        .filter_map(|(over, what)| (over && is_function).then_some(what))
        .collect();
        kept &= over.is_empty();
        let verdict = if over.is_empty() {
            String::new()
        } else {
            format!("  over the limit: {}", over.join(", "))
        };
        print(&format!(
            "{:<16} {:>10.2} {:>12.2} {:>12.2} {:>8.2}{verdict}\n",
            contender.name,
            mib(contender.size),
            mib(resident_kib * 1024),
            start_ms,
            ratio,
        ));
    }
    print(&format!(
        "\nlimits: size 4.00 MiB, RSS 6.00 MiB, start ratio {START_RATIO_MAX:.2}\n"
    ));
    kept
}

#[expect(
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "figures for people, far below 2^52"
)]
fn mib(bytes: u64) -> f64 {
    bytes as f64 / 1024.0 / 1024.0
}

fn median_ms(starts: &[Start]) -> f64 {
    let mut times: Vec<Duration> = starts.iter().map(|start| start.to_first_answer).collect();
    times.sort_unstable();
    times
        .get(times.len() / 2)
        .map_or(0.0, |median| median.as_secs_f64() * 1e3)
}
