//! How fast the simulated cloud answers: the emulator's own example, built for speed, beside its limits.

use crate::figures::Figures;
use crate::print;

/// Signed requests a second, client included, on two cores.
const IN_PROCESS_MIN: f64 = 20_000.0;
const HTTP_MIN: f64 = 5_000.0;
/// Memory with everything loaded, and at the end of the measurement with its log, nonces and events.
const LOADED_MIB_MAX: f64 = 600.0;
const PEAK_MIB_MAX: f64 = 1_500.0;

/// Builds, measures, prints; says whether every limit is kept.
pub(crate) fn run() -> anyhow::Result<bool> {
    let figures = Figures::of("bench-cloud", "goldcast-emulator", "cloud_bench")?;
    print(
        "10,000 accounts, 2,000 images, 20 regions; 70 % DescribeImages, 20 % DescribeImageSharePermission, \
         10 % ModifyImageSharePermission\n\n| face | requests/s | limit | KiB/answer | CPU µs/request |\n|---|---:|---:|---:|---:|\n",
    );
    let mut kept = true;
    for (face, name, limit) in [
        ("in the process", "in_process", IN_PROCESS_MIN),
        ("HTTP on loopback", "http", HTTP_MIN),
    ] {
        let rate = figures.get(&format!("{name}_per_s"))?;
        let (size, cpu) = (
            figures.get(&format!("{name}_kib"))?,
            figures.get(&format!("{name}_cpu_us"))?,
        );
        print(&format!("| {face} | {rate:.0} | {limit:.0} | {size:.1} | {cpu:.0} |\n"));
        kept &= rate >= limit;
    }
    print(&format!("\nloaded in {:.1} s\n", figures.get("load_s")?));
    for (what, name, limit) in [
        ("loaded", "loaded_mib", LOADED_MIB_MAX),
        ("peak", "peak_mib", PEAK_MIB_MAX),
    ] {
        // Not every system tells.
        if let Some(mib) = figures.find(name) {
            print(&format!("{what} memory: {mib:.0} MiB (limit {limit:.0} MiB)\n"));
            kept &= mib <= limit;
        }
    }
    Ok(kept)
}
