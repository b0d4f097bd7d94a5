//! The sources that the simulated cloud publishes events of. The real catalogue is far longer, and whether the directory is
//! in it is an open question, so switches say so.

use serde_json::{Value, json};

use crate::cloud::switches::Switches;

const AUDIT: [&str; 3] = ["ApiCall", "ConsoleOperation", "AliyunServiceEvent"];

/// The sources, in order of name.
pub(super) fn sources(switches: &Switches) -> Vec<Value> {
    let audit = |service: &str| AUDIT.map(|kind| format!("{service}:ActionTrail:{kind}")).to_vec();
    let mut ecs = audit("ecs");
    ecs.push("ecs:Snapshot:CreateSnapshotCompleted".to_owned());
    let mut sources = vec![
        source("acs.ecs", ecs),
        source("acs.kms", audit("kms")),
        source("acs.oos", vec!["oos:CloudMonitor:Execution[StatusChange]".to_owned()]),
        source("acs.ram", audit("ram")),
    ];
    if switches.directory_events {
        sources.push(source("acs.resourcemanager", audit("resourcemanager")));
    }
    if switches.sharing_events {
        sources.push(source("acs.resourcesharing", audit("resourcesharing")));
    }
    sources
}

fn source(name: &str, types: Vec<String>) -> Value {
    let types = types.into_iter().map(|full| {
        let mut parts = full.splitn(3, ':').skip(1);
        let (group, short) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        json!({ "Name": full, "GroupName": group, "ShortName": short, "EventSourceName": name })
    });
    json!({
        "Name": name,
        "FullName": name,
        "Arn": format!("acs:eventbridge:*:SYSTEM:eventbus/default/eventsource/{name}"),
        "Status": "Activated",
        "Type": "AliyunOfficial",
        "Ctime": 1_602_730_025_890_u64,
        "Description": name,
        "EventTypes": types.collect::<Vec<_>>(),
        "EventBusName": super::DEFAULT,
    })
}
