//! How long planning takes, and how much memory: the planner's own example, built as it is shipped, beside its limits.

use std::process::Command;

use anyhow::{Context as _, ensure};
use serde_json::Value;

use crate::print;

/// Limits of a plan for 50 families, 20 regions and 2,000 accounts in one thread.
const PLAN_MS_MAX: f64 = 50.0;
const PEAK_MIB_MAX: f64 = 200.0;
/// Twice the families may take so many times the time: linear, and some air for a machine that does something else.
const GROWTH_MAX: f64 = 2.6;

/// Builds, measures, prints; says whether every limit is kept.
pub(crate) fn run() -> anyhow::Result<bool> {
    let output = Command::new("cargo")
        .args([
            "run",
            "--quiet",
            "--release",
            "-p",
            "goldcast-planner",
            "--example",
            "plan_bench",
        ])
        .output()
        .context("cargo cannot be started")?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let figures: Value = serde_json::from_slice(&output.stdout).context("the measurement prints JSON")?;
    let figure = |name: &str| {
        figures
            .get(name)
            .and_then(Value::as_f64)
            .with_context(|| format!("no figure {name}"))
    };
    let rows = [
        ("settled, everyone by grant", figure("settled_ms")?, PLAN_MS_MAX),
        (
            "1 % of the grants missing",
            figure("one_percent_missing_ms")?,
            PLAN_MS_MAX,
        ),
        ("settled, everyone by shelf", figure("by_shelf_ms")?, PLAN_MS_MAX),
    ];
    print(
        "50 families × 20 regions × 2,000 accounts, one thread, median of 15\n\n| observation | plan ms | limit |\n|---|---:|---:|\n",
    );
    for (name, ms, limit) in rows {
        print(&format!("| {name} | {ms:.1} | {limit:.0} |\n"));
    }
    let half = figure("half_the_families_ms")?;
    let growth = figure("settled_ms")? / half;
    print(&format!("| half the families, by grant | {half:.1} | – |\n\n"));
    print(&format!("growth from half to all: {growth:.2} (limit {GROWTH_MAX})\n"));
    let peak = figures.get("peak_mib").and_then(Value::as_f64);
    let shown = peak.map_or_else(|| "not told by this system".to_owned(), |peak| format!("{peak:.0} MiB"));
    print(&format!(
        "peak memory, observations included: {shown} (limit {PEAK_MIB_MAX:.0} MiB)\n"
    ));
    let quick = rows.iter().all(|(_, ms, limit)| ms <= limit);
    Ok(quick && growth <= GROWTH_MAX && peak.is_none_or(|peak| peak <= PEAK_MIB_MAX))
}
