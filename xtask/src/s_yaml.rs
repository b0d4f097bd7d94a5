//! `s.yaml` for Serverless Devs (component fc3), made from `template.yml`: every function with its triggers, as far as that
//! component can say it. Not here: roles, queues, logs and rules, which it cannot make.
//!
//! The template is worked out once, for values that stand for the variables of the file, and those are put in their place.

use std::collections::BTreeMap;

use anyhow::{Context as _, ensure};
use goldcast_template::{Place, Resource, Stack, Template, Values};
use serde_json::{Map, Value, json};

use crate::print;
use crate::yaml;

/// What is deployed.
const TEMPLATE: &str = include_str!("../../template.yml");
/// Values that occur nowhere else, and the variables that they stand for.
const ACCOUNT: (&str, &str) = ("1000000000000999", "${vars.account}");
const REGION: (&str, &str) = ("cn-zhangjiakou", "${vars.region}");
const PREFIX: (&str, &str) = ("zzprefixzz", "${vars.prefix}");
const RUNTIME: (&str, &str) = ("custom.debian10", "${vars.runtime}");

/// What stands above everything.
const HEADER: &str = "\
# goldcast for those who deploy with Serverless Devs. Made from template.yml by `cargo xtask s-yaml`; do not edit.
#
# The component fc3 makes functions and their triggers and nothing else. Everything that they stand on comes from the same
# template: `goldcast deploy --foundation` makes the service-linked roles, the custom bus, a role per function, the queues, the
# log project and the rules, and leaves out the functions. Then:
#
#   goldcast package --out packages
#   ALIBABA_ACCOUNT_ID=1234567890123456 s deploy
#
# Left out: the address of the status function, since fc3 knows no bearer tokens; and what is off in the template unless a
# parameter turns it on. Webhook addresses that the policy names as variables go into environmentVariables of sweep.
";

/// Prints the file.
pub(crate) fn run() -> anyhow::Result<bool> {
    print(&file()?);
    Ok(true)
}

fn file() -> anyhow::Result<String> {
    let stack = resolved()?;
    let mut resources: Vec<(String, Value)> = Vec::new();
    for function in stack.of_kind("ALIYUN::FC3::Function") {
        let full = text(function, "FunctionName")?;
        let name = full.strip_prefix(PREFIX.0).and_then(|rest| rest.strip_prefix('-'));
        let name = name.with_context(|| format!("{full} does not begin with the prefix"))?;
        let props = props(function, name, &stack)?;
        resources.push((name.to_owned(), json!({ "component": "fc3", "props": props })));
    }
    ensure!(!resources.is_empty(), "the template has no function");
    // The others hand over to the sweep, so it comes first.
    resources.sort_by_key(|(name, _)| (name != "sweep", name.clone()));

    let head = [
        ("edition", json!("3.0.0")),
        ("name", json!("goldcast")),
        ("access", json!("${env('ALIBABA_ACCESS', 'default')}")),
        (
            "vars",
            json!({
                "region": "${env('ALIBABA_REGION', 'cn-hangzhou')}",
                "account": "${env('ALIBABA_ACCOUNT_ID')}",
                "prefix": "goldcast",
                "runtime": "custom.debian11",
            }),
        ),
    ];
    let head = head.into_iter().map(|(name, value)| yaml::member(name, &value, 0));
    let body = resources.iter().map(|(name, value)| yaml::member(name, value, 1));
    let mut text: String = [HEADER.to_owned()].into_iter().chain(head).collect();
    text.push_str("resources:\n");
    text.extend(body);
    for (value, variable) in [ACCOUNT, REGION, PREFIX, RUNTIME] {
        text = text.replace(value, variable);
    }
    Ok(text)
}

/// The template with nothing turned on that is off unless asked for.
fn resolved() -> anyhow::Result<Stack> {
    let place = Place {
        account: ACCOUNT.0.parse()?,
        region: REGION.0.parse()?,
        stack: "goldcast".to_owned(),
    };
    let values = [
        ("NamePrefix", PREFIX.0),
        ("Runtime", RUNTIME.0),
        ("CodeBucket", "packages"),
        ("CodePrefix", "packages"),
    ];
    let values: Values = values.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    Ok(Template::parse(TEMPLATE)?.resolve(&place, &values)?)
}

fn props(function: &Resource, name: &str, stack: &Stack) -> anyhow::Result<Value> {
    let mut props = Map::new();
    props.insert("region".to_owned(), REGION.0.into());
    for (key, value) in function.properties.as_object().into_iter().flatten() {
        match key.as_str() {
            "Code" => {
                props.insert("code".to_owned(), format!("./packages/{name}.zip").into());
            }
            // Names that somebody chose keep their capitals.
            "EnvironmentVariables" => {
                props.insert("environmentVariables".to_owned(), value.clone());
            }
            _ => {
                props.insert(camel(key), camels(value));
            }
        }
    }
    let full = text(function, "FunctionName")?;
    let of_function = |kind: &'static str| {
        stack
            .of_kind(kind)
            .filter(move |resource| resource.properties["FunctionName"] == full)
    };
    for asynchronous in of_function("ALIYUN::FC3::AsyncInvokeConfig") {
        props.insert("asyncInvokeConfig".to_owned(), camels(&without_function(asynchronous)));
    }
    for concurrency in of_function("ALIYUN::FC3::ConcurrencyConfig") {
        props.insert("concurrencyConfig".to_owned(), camels(&without_function(concurrency)));
    }
    let triggers: BTreeMap<String, Value> = of_function("ALIYUN::FC3::Trigger")
        .map(|trigger| Ok((text(trigger, "TriggerName")?.to_owned(), trigger_props(trigger))))
        .collect::<anyhow::Result<_>>()?;
    if !triggers.is_empty() {
        props.insert("triggers".to_owned(), triggers.into_values().collect());
    }
    Ok(Value::Object(props))
}

/// The configuration of a trigger is written alike in both formats.
fn trigger_props(trigger: &Resource) -> Value {
    let mut props = without_function(trigger);
    let config = props
        .as_object_mut()
        .and_then(|members| members.remove("TriggerConfig"))
        .unwrap_or_default();
    let mut props = camels(&props);
    props["triggerConfig"] = config;
    props
}

fn without_function(resource: &Resource) -> Value {
    let mut properties = resource.properties.clone();
    if let Some(members) = properties.as_object_mut() {
        members.remove("FunctionName");
    }
    properties
}

fn text<'a>(resource: &'a Resource, name: &str) -> anyhow::Result<&'a str> {
    let value = resource.properties[name].as_str();
    value.with_context(|| format!("{} has no {name}", resource.id))
}

/// Every name with a small first letter.
fn camels(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (camel(name), camels(value)))
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(items) => items.iter().map(camels).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

fn camel(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_the_one_in_the_repository() {
        assert_eq!(file().unwrap(), include_str!("../../s.yaml"));
    }

    #[test]
    fn no_stand_in_is_left() {
        let text = file().unwrap();
        for (value, _) in [ACCOUNT, REGION, PREFIX, RUNTIME] {
            assert!(!text.contains(value), "{value}");
        }
    }
}
