//! What holds for every body whatsoever: nothing panics, and what comes out is small and well formed.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::path::Path;

use goldcast_domain::{Scope, regions};
use goldcast_functions::{Envelope, FUNCTIONS, Look, Settings};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Keys and texts that the shapes are told apart by, so that random values reach the readers.
const WORDS: &[&str] = &[
    "acsRegion",
    "accountId",
    "aliyunregionid",
    "cn-hangzhou",
    "cn-shanghai-vpc",
    "CopyImage",
    "CreateImage",
    "data",
    "DestinationRegionId",
    "ecs:ActionTrail:ApiCall",
    "ecs:Snapshot:CreateSnapshotCompleted",
    "errorCode",
    "event",
    "eventName",
    "eventRW",
    "fc:AsyncInvoke:succeeded",
    "goldcast-sweep:x",
    "Image",
    "image",
    "imageId",
    "ImageId",
    "in-flight",
    "m-1",
    "messageBody",
    "mns:Queue:SendMessage",
    "MoveAccount",
    "referencedResources",
    "regionId",
    "requestContext",
    "requestParameterJson",
    "requestParameters",
    "ResourceId",
    "ResourceId.1",
    "resourceName",
    "ResourceType",
    "responseElements",
    "responsePayload",
    "scope",
    "scopes",
    "source",
    "specversion",
    "subject",
    "TagResources",
    "triggerName",
    "triggerTime",
    "type",
    "userIdentity",
    "userName",
    "wake",
    "2234567890123456",
    "",
];

fn settings() -> Settings {
    Settings::new("1234567890123456".parse().unwrap(), "cn-hangzhou".parse().unwrap())
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![8 => prop::sample::select(WORDS).prop_map(str::to_owned), 1 => any::<String>()]
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<f64>().prop_map(Value::from),
        4 => word().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 8, |inner| {
        prop_oneof![
            1 => prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            4 => prop::collection::btree_map(word(), inner.clone(), 0..8).prop_map(|map| json!(map)),
            1 => inner.prop_map(|value| Value::from(value.to_string())),
        ]
    })
}

/// A sample with one value, somewhere, replaced by any other.
fn spoiled_sample() -> impl Strategy<Value = Value> {
    (
        prop::sample::select(samples()),
        any::<prop::sample::Index>(),
        any_json(),
    )
        .prop_map(|(mut sample, at, value)| {
            let size = count(&sample);
            replace(&mut sample, &mut at.index(size), &value);
            sample
        })
}

fn samples() -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/events");
    let mut files: Vec<_> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let texts = files.into_iter().map(|file| std::fs::read(file).unwrap());
    texts.filter_map(|text| serde_json::from_slice(&text).ok()).collect()
}

fn count(value: &Value) -> usize {
    let inner: usize = match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(map) => map.values().map(count).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    };
    1 + inner
}

fn replace(value: &mut Value, at: &mut usize, by: &Value) -> bool {
    if *at == 0 {
        value.clone_from(by);
        return true;
    }
    *at -= 1;
    match value {
        Value::Array(items) => items.iter_mut().any(|item| replace(item, at, by)),
        Value::Object(map) => map.values_mut().any(|item| replace(item, at, by)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

fn holds(body: &[u8]) -> Result<(), TestCaseError> {
    let envelope = Envelope::parse(body);
    prop_assert!(envelope.hints().len() <= 129);
    prop_assert!(envelope.hints().iter().all(|hint| !matches!(hint, Envelope::Batch(_))));
    for function in FUNCTIONS {
        let look = (function.look)(&envelope, &settings());
        prop_assert!(!look.to_string().is_empty());
        prop_assert!(!look.to_string().contains(|c: char| c.is_control()), "{}", look);
        let Look::At(scopes) = look else { continue };
        prop_assert!((1..=64).contains(&scopes.len()));
        for (number, scope) in scopes.iter().enumerate() {
            prop_assert!(
                !scopes.iter().take(number).any(|earlier| earlier == scope),
                "{} twice",
                scope
            );
            prop_assert_eq!(&well_formed(scope), scope);
        }
    }
    Ok(())
}

/// The scope read again from its JSON form, which checks every id.
fn well_formed(scope: &Scope) -> Scope {
    if let Scope::Image(image) = scope {
        assert!(regions::is_known(&image.region), "{scope}");
    }
    serde_json::from_value(json!(scope)).unwrap()
}

proptest! {
    #[test]
    fn no_bytes_make_a_function_panic(body in prop::collection::vec(any::<u8>(), 0..256)) {
        holds(&body)?;
    }

    #[test]
    fn no_json_makes_a_function_panic(value in any_json()) {
        holds(value.to_string().as_bytes())?;
    }

    #[test]
    fn no_spoiled_sample_makes_a_function_panic(value in spoiled_sample()) {
        holds(value.to_string().as_bytes())?;
    }
}
