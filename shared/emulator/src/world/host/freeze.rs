//! Freezing an instance between invocations, as the platform does as soon as an answer is sent
//! (<https://help.aliyun.com/zh/functioncompute/fc/function-instance-lifecycle>). Elsewhere than on Unix: not at all.

#[cfg(unix)]
pub(super) fn freeze(process: Option<u32>) {
    signal(process, rustix::process::Signal::STOP);
}

#[cfg(unix)]
pub(super) fn thaw(process: Option<u32>) {
    signal(process, rustix::process::Signal::CONT);
}

/// A process that is gone by now needs no signal, so failures are nothing to report.
#[cfg(unix)]
fn signal(process: Option<u32>, signal: rustix::process::Signal) {
    let process = process
        .and_then(|id| i32::try_from(id).ok())
        .and_then(rustix::process::Pid::from_raw);
    if let Some(process) = process {
        let _gone = rustix::process::kill_process(process, signal);
    }
}

#[cfg(not(unix))]
pub(super) fn freeze(_process: Option<u32>) {}

#[cfg(not(unix))]
pub(super) fn thaw(_process: Option<u32>) {}
