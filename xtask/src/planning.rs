//! How long planning takes, and how much memory: the planner's own example, built as it is shipped, beside its limits.

use crate::figures::Figures;
use crate::print;

/// Limits of a plan for 50 families, 20 regions and 2,000 accounts in one thread.
const PLAN_MS_MAX: f64 = 50.0;
const PEAK_MIB_MAX: f64 = 200.0;
/// Twice the families may take so many times the time: linear, and some air for a machine that does something else.
const GROWTH_MAX: f64 = 2.6;

/// Builds, measures, prints; says whether every limit is kept.
pub(crate) fn run() -> anyhow::Result<bool> {
    let figures = Figures::of("release", "goldcast-planner", "plan_bench")?;
    let rows = [
        ("settled, everyone by grant", figures.get("settled_ms")?, PLAN_MS_MAX),
        (
            "1 % of the grants missing",
            figures.get("one_percent_missing_ms")?,
            PLAN_MS_MAX,
        ),
        ("settled, everyone by shelf", figures.get("by_shelf_ms")?, PLAN_MS_MAX),
    ];
    print(
        "50 families × 20 regions × 2,000 accounts, one thread, median of 15\n\n| observation | plan ms | limit |\n|---|---:|---:|\n",
    );
    for (name, ms, limit) in rows {
        print(&format!("| {name} | {ms:.1} | {limit:.0} |\n"));
    }
    let half = figures.get("half_the_families_ms")?;
    let growth = figures.get("settled_ms")? / half;
    print(&format!("| half the families, by grant | {half:.1} | – |\n\n"));
    print(&format!("growth from half to all: {growth:.2} (limit {GROWTH_MAX})\n"));
    let peak = figures.find("peak_mib");
    let shown = peak.map_or_else(|| "not told by this system".to_owned(), |peak| format!("{peak:.0} MiB"));
    print(&format!(
        "peak memory, observations included: {shown} (limit {PEAK_MIB_MAX:.0} MiB)\n"
    ));
    let quick = rows.iter().all(|(_, ms, limit)| ms <= limit);
    Ok(quick && growth <= GROWTH_MAX && peak.is_none_or(|peak| peak <= PEAK_MIB_MAX))
}
