//! Every call to the simulated cloud: as JSON lines in a file, and as lines that a person can follow. Secrets are in
//! neither: the cloud's own log has none.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use anyhow::Context as _;
use goldcast_domain::RegionId;
use goldcast_emulator::cloud::Call;
use goldcast_emulator::world::View;
use serde::Serialize;

use crate::ink::{BAD, CAREFUL, GOOD, SOFT, paint};
use crate::stage::is_read;

/// Parameters that say what a call is about, the most telling first.
const TELLING: [&str; 12] = [
    "ImageId",
    "DestinationRegionId",
    "SnapshotId",
    "ResourceId.1",
    "ImageFamily",
    "ImageName",
    "ResourceShareId",
    "ResourceShareName",
    "AccountId",
    "FolderId",
    "RoleName",
    "RoleArn",
];
/// How many of them a line shows.
const TOLD_MAX: usize = 2;

/// Follows the cloud's log of calls.
#[derive(Debug)]
pub(super) struct Follower {
    counted: usize,
    file: Option<BufWriter<File>>,
}

impl Follower {
    /// Follows from here on, into this file if there is one.
    pub(super) fn new(file: Option<&Path>) -> anyhow::Result<Self> {
        let create = |path: &Path| {
            let file = File::create(path);
            file.with_context(|| format!("{} could not be written", path.display()))
        };
        let file = file.map(create).transpose()?;
        Ok(Self {
            counted: 0,
            file: file.map(BufWriter::new),
        })
    }

    /// The calls since the last look, on record already.
    pub(super) fn look(&mut self, view: &View<'_>) -> Vec<Call> {
        let calls = view.cloud.calls_since(self.counted).to_vec();
        self.counted = view.cloud.calls_counted();
        calls
    }

    /// Writes calls into the file, if there is one, each whole.
    pub(super) fn record(&mut self, calls: &[Call]) -> anyhow::Result<()> {
        let Some(file) = &mut self.file else { return Ok(()) };
        for call in calls {
            serde_json::to_writer(&mut *file, call)?;
            file.write_all(b"\n")?;
        }
        file.flush().context("the calls could not be recorded")
    }
}

/// A call among what happens, as `--json` prints it.
#[derive(Debug, Serialize)]
pub(super) struct CallLine<'a> {
    kind: &'static str,
    #[serde(flatten)]
    call: &'a Call,
}

impl<'a> CallLine<'a> {
    pub(super) fn of(call: &'a Call) -> Self {
        Self { kind: "call", call }
    }
}

/// One line for a person: when, where, what, about what, by whom, and what came of it.
pub(super) fn in_words(call: &Call) -> String {
    let at = paint(SOFT, call.at.strftime("%H:%M:%S"));
    let place = call.region.as_ref().map_or("global", RegionId::as_str);
    let caller = call.caller.as_ref();
    let who = caller.map_or("somebody", |caller| {
        caller.session.as_deref().unwrap_or(caller.account.as_str())
    });
    let told = TELLING
        .iter()
        .filter_map(|name| call.parameters.get(*name))
        .filter(|value| !value.is_empty());
    let about: Vec<&str> = told.map(String::as_str).take(TOLD_MAX).collect();
    let outcome = match (call.status, &call.error_code) {
        (200, _) if is_read(&call.action) => paint(SOFT, "ok"),
        (200, _) => paint(GOOD, "done"),
        (0, _) => paint(BAD, "no answer"),
        (status, Some(code)) => paint(CAREFUL, format_args!("{status} {code}")),
        (status, None) => paint(BAD, format_args!("{status} without a code")),
    };
    let fault = call.fault.as_ref();
    let fault = fault.map(|fault| format!("  {}", paint(CAREFUL, format_args!("[{fault}]"))));
    format!(
        "  {at}  {place:<15} {:<28}  {outcome}  {}{}",
        call.action,
        paint(SOFT, format_args!("{} by {who}", about.join(" "))),
        fault.unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use goldcast_emulator::cloud::CallerName;

    use super::*;

    fn call(action: &str, status: u16, code: Option<&str>, fault: Option<&str>) -> Call {
        Call {
            at: "2026-03-02T08:00:05Z".parse().unwrap(),
            caller: Some(CallerName {
                account: "1234567890123456".parse().unwrap(),
                arn: String::new(),
                session: Some("goldcast-sweep".to_owned()),
            }),
            region: Some("cn-hangzhou".parse().unwrap()),
            product: "Ecs".to_owned(),
            action: action.to_owned(),
            parameters: [
                ("ImageId", "m-1"),
                ("DestinationRegionId", "cn-shanghai"),
                ("Encrypted", "false"),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
            status,
            error_code: code.map(str::to_owned),
            request_id: "R".to_owned(),
            took_ms: 0,
            fault: fault.map(str::to_owned),
            result: serde_json::Value::Null,
        }
    }

    #[test]
    fn a_line_says_when_where_what_by_whom_and_what_came_of_it() {
        for (call, ends) in [
            (
                call("CopyImage", 200, None, None),
                "CopyImage                     done  m-1 cn-shanghai by goldcast-sweep",
            ),
            (
                call("DescribeImages", 200, None, None),
                "DescribeImages                ok  m-1 cn-shanghai by goldcast-sweep",
            ),
            (
                call("CopyImage", 400, Some("Throttling.User"), Some("throttled")),
                "CopyImage                     400 Throttling.User  m-1 cn-shanghai by goldcast-sweep  [throttled]",
            ),
            (
                call("CopyImage", 0, None, Some("reset, after the work")),
                "CopyImage                     no answer  m-1 cn-shanghai by goldcast-sweep  [reset, after the work]",
            ),
        ] {
            let line = anstream::adapter::strip_str(&in_words(&call)).to_string();
            assert_eq!(line, format!("  08:00:05  cn-hangzhou     {ends}"));
        }
    }

    #[test]
    fn a_line_for_machines_is_one_object_of_its_kind() {
        let line = serde_json::to_value(CallLine::of(&call("CopyImage", 200, None, None))).unwrap();
        assert_eq!((&line["kind"], &line["action"]), (&"call".into(), &"CopyImage".into()));
    }
}
