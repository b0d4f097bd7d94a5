//! How much memory an instance has used at most, as the kernel counts it. Elsewhere than on Linux it is not known, and
//! nothing is enforced.

use std::time::Duration;

use tokio::time::sleep;

/// Pause between two looks at an instance that is at work.
const PAUSE: Duration = Duration::from_millis(50);
/// KiB in a megabyte of a function's size.
const KIB_PER_MB: u64 = 1024;

/// The most memory that a process has had resident, in KiB.
pub(super) fn peak_kib(process: Option<u32>) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", process?)).ok()?;
    parse(&status)
}

fn parse(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Whether a peak is over the size of a function.
pub(super) fn is_over(peak_kib: u64, memory_mb: u32) -> bool {
    peak_kib > u64::from(memory_mb) * KIB_PER_MB
}

/// Waits until a process is over its size; gives the peak in KiB.
pub(super) async fn exceeded(process: Option<u32>, memory_mb: u32) -> u64 {
    loop {
        sleep(PAUSE).await;
        if let Some(peak) = peak_kib(process).filter(|peak| is_over(*peak, memory_mb)) {
            return peak;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_is_read_as_the_kernel_writes_it() {
        assert_eq!(
            parse("Name:\tsweep\nVmPeak:\t  900 kB\nVmHWM:\t  131073 kB\n"),
            Some(131_073)
        );
        assert_eq!(parse("Name:\tsweep\n"), None);
        assert!(is_over(131_073, 128) && !is_over(131_072, 128));
    }
}
