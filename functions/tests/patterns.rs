//! What wakes whom: every sample event against every event pattern of what is deployed, and against what the functions make
//! of it. Which event takes which road stands in `tests/deploy/event_roads.txt`.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use goldcast_emulator::world::Pattern;
use goldcast_functions::{Envelope, FUNCTIONS, Function, Look, REGION_EVENTS, Reason, Settings, TEMPLATE};
use goldcast_template::{Place, Stack, Template};
use serde_json::Value;

const HOME: &str = "cn-hangzhou";
const AWAY: &str = "cn-shanghai";
const OWNER: &str = "1234567890123456";

/// Events that a function would follow and that no road takes to it: sample, function.
const UNHEARD: [(&str, &str); 6] = [
    // A timer looks at copies every minute; an event for each of them would only wake the function as often again.
    ("audit-cancel-copy-image", "copy-completed"),
    ("audit-copy-image", "copy-completed"),
    ("audit-copy-image-named-by-reference", "copy-completed"),
    ("audit-copy-image-that-names-only-the-source", "copy-completed"),
    // It comes by the event stream of satellites/directory-stream.yml.
    ("audit-from-a-log-store-in-an-event", "member-added"),
    // The source is misspelt, as on one page; nobody has seen such an event on a bus.
    ("audit-region-only-in-the-envelope", "image-created"),
];

fn resolved(text: &str, region: &str, values: &[(&str, &str)]) -> Stack {
    let place = Place {
        account: OWNER.parse().unwrap(),
        region: region.parse().unwrap(),
        stack: "goldcast".to_owned(),
    };
    let values = values.iter().map(|&(name, value)| (name.to_owned(), value.to_owned()));
    Template::parse(text)
        .unwrap()
        .resolve(&place, &values.collect())
        .unwrap()
}

/// A road that events take to a function.
struct Road {
    /// The trigger, or the rule, as the template has it.
    name: String,
    function: String,
    /// One of each has to let an event through.
    patterns: Vec<Vec<Pattern>>,
}

impl Road {
    fn carries(&self, event: &Value) -> bool {
        let passes = |patterns: &Vec<Pattern>| patterns.iter().any(|pattern| pattern.matches(event));
        self.patterns.iter().all(passes)
    }
}

fn pattern(value: &Value) -> Pattern {
    let value = value
        .as_str()
        .map_or_else(|| value.clone(), |text| serde_json::from_str(text).unwrap());
    serde_json::from_value(value).unwrap()
}

fn short(name: &Value) -> String {
    name.as_str().unwrap().trim_start_matches("goldcast-").to_owned()
}

/// All roads: a trigger on the default bus; or a rule of another region, a rule on the custom bus, a queue and a trigger.
fn roads() -> Vec<Road> {
    let stack = resolved(
        TEMPLATE,
        HOME,
        &[("CodeBucket", "packages"), ("CodePrefix", "goldcast/1")],
    );
    let forwarding = resolved(REGION_EVENTS, AWAY, &[("HomeRegion", HOME)]);
    let forwarded: Vec<_> = forwarding
        .of_kind("ALIYUN::EventBridge::Rule")
        .map(|rule| pattern(&rule.properties["FilterPattern"]))
        .collect();
    let mut roads = Vec::new();
    let mut queues = BTreeMap::new();
    for trigger in stack.of_kind("ALIYUN::FC3::Trigger") {
        let config = &trigger.properties["TriggerConfig"];
        let function = short(&trigger.properties["FunctionName"]);
        match config["eventSourceConfig"]["eventSourceType"].as_str() {
            Some("Default") => roads.push(Road {
                name: trigger.id.clone(),
                function,
                patterns: vec![vec![pattern(&config["eventRuleFilterPattern"])]],
            }),
            Some("MNS") => {
                let queue = &config["eventSourceConfig"]["eventSourceParameters"]["sourceMNSParameters"]["QueueName"];
                queues.insert(queue.as_str().unwrap().to_owned(), function);
            }
            _ => {}
        }
    }
    for rule in stack.of_kind("ALIYUN::EventBridge::Rule") {
        for target in rule.properties["Targets"].as_array().unwrap() {
            let queue = target["Endpoint"].as_str().unwrap().rsplit('/').next().unwrap();
            let patterns = vec![forwarded.clone(), vec![pattern(&rule.properties["FilterPattern"])]];
            roads.push(Road {
                name: rule.id.clone(),
                function: queues[queue].clone(),
                patterns,
            });
        }
    }
    roads
}

/// The sample events of the project: everything among its fixtures that is a whole event as a bus carries it.
fn samples() -> BTreeMap<String, Value> {
    let mut samples = BTreeMap::new();
    for folder in ["tests/fixtures/events", "../shared/emulator/tests/fixtures/events"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        for entry in folder.read_dir().unwrap() {
            let path = entry.unwrap().path();
            let Ok(event) = serde_json::from_slice::<Value>(&std::fs::read(&path).unwrap()) else {
                continue;
            };
            if event.get("source").is_some_and(Value::is_string) && event.get("type").is_some() {
                let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
                let name = if samples.contains_key(&stem) {
                    format!("{stem} (simulated cloud)")
                } else {
                    stem
                };
                samples.insert(name, event);
            }
        }
    }
    samples
}

/// The functions that a bus wakes.
fn woken(roads: &[Road]) -> Vec<&'static str> {
    let functions = FUNCTIONS.iter().map(|function| function.name);
    functions
        .filter(|name| roads.iter().any(|road| road.function == *name))
        .collect()
}

fn look(function: &str, event: &Value) -> Look {
    let settings = Settings::new(OWNER.parse().unwrap(), HOME.parse().unwrap());
    (Function::by_name(function).unwrap().look)(&Envelope::parse(event.to_string().as_bytes()), &settings)
}

#[test]
fn what_a_function_follows_reaches_it() {
    let roads = roads();
    let woken = woken(&roads);
    let mut unheard = BTreeSet::new();
    for (name, event) in samples() {
        for &function in &woken {
            let reaches = |road: &Road| road.function == function && road.carries(&event);
            if matches!(look(function, &event), Look::At(_)) && !roads.iter().any(reaches) {
                unheard.insert((name.clone(), function));
            }
        }
    }
    let known: BTreeSet<_> = UNHEARD
        .iter()
        .map(|&(name, function)| (name.to_owned(), function))
        .collect();
    assert_eq!(unheard, known);
}

#[test]
fn what_reaches_a_function_is_its_business_as_far_as_a_pattern_can_tell() {
    let roads = roads();
    for (name, event) in samples() {
        for road in roads.iter().filter(|road| road.carries(&event)) {
            let Look::Nothing { reason } = look(&road.function, &event) else {
                continue;
            };
            // Success is an error code that is absent, null or empty, and who called is text in text.
            let is_beyond_patterns = matches!(
                reason,
                Reason::FailedCall { .. } | Reason::OwnRole { .. } | Reason::Malformed(_) | Reason::NoAccount { .. }
            );
            // What of the directory reaches a bus at all is not known, so nothing is kept out.
            let is_of_the_directory = matches!(reason, Reason::NotMine { .. }) && road.function.starts_with("member-");
            assert!(
                is_beyond_patterns || is_of_the_directory,
                "{name} on {}: {reason:?}",
                road.name
            );
        }
    }
}
