//! Values of the template's parameters: what was typed, else what the policy says, else what the packages say. Not here: whether
//! a value fits, which the template decides.

use std::path::{Path, PathBuf};

use goldcast_domain::PolicyFile;
use goldcast_template::{Template, Values};
use serde_json::{Map, Value};

use crate::verbs::trouble::Trouble;

/// Reads what was typed: `KEY=VALUE`, or the path of a JSON file with an object of values.
pub(super) fn typed(arguments: &[String]) -> Result<Values, Trouble> {
    let mut values = Values::new();
    for argument in arguments {
        match argument.split_once('=').filter(|(key, _)| is_key(key)) {
            Some((key, value)) => {
                values.insert(key.to_owned(), value.to_owned());
            }
            None => values.extend(of_file(Path::new(argument))?),
        }
    }
    Ok(values)
}

fn is_key(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric())
}

fn of_file(path: &Path) -> Result<Values, Trouble> {
    let text = std::fs::read_to_string(path).map_err(|source| Trouble::File {
        path: PathBuf::from(path),
        source,
    })?;
    let members: Map<String, Value> = serde_json::from_str(&text).map_err(|error| Trouble::Deploy {
        what: format!("{} is no JSON object of parameters: {error}", path.display()),
        to_do: r#"write {"SweepSchedule": "@every 10m", …}"#.to_owned(),
    })?;
    let text = |value: Value| match value {
        Value::String(text) => text,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    };
    Ok(members.into_iter().map(|(name, value)| (name, text(value))).collect())
}

/// What the policy says anyway, so that nobody has to say it twice.
pub(super) fn of_policy(policy: &PolicyFile) -> Values {
    let mut values = Values::new();
    let mut say = |name: &str, value: String| {
        values.insert(name.to_owned(), value);
    };
    if let Some(directory) = &policy.owner.directory {
        say("DirectoryRoleArn", directory.role.to_string());
    }
    if let Some(told) = &policy.told {
        say("ToldBucket", told.bucket.to_string());
        say("ToldPrefix", told.prefix.to_string());
    }
    if policy.policies.values().any(|entry| !entry.encrypt.is_empty()) {
        say("ShareEncrypted", "true".to_owned());
    }
    values
}

/// Adds values that the template asks for and nobody has given.
pub(super) fn add(values: &mut Values, more: Values, template: &Template) {
    for (name, value) in more {
        if template.parameters().contains_key(&name) {
            values.entry(name).or_insert(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_from_the_command_line_and_from_files() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("p=1.json");
        std::fs::write(
            &file,
            r#"{"LogDays": 7, "SweepVariables": {"URL": "u"}, "StatusToken": "t"}"#,
        )
        .unwrap();
        let arguments = [
            file.display().to_string(),
            "SweepSchedule=@every 10m".to_owned(),
            "LogDays=9".to_owned(),
        ];
        let values = typed(&arguments).unwrap();
        assert_eq!(values["SweepSchedule"], "@every 10m");
        assert_eq!(values["LogDays"], "9");
        assert_eq!(values["SweepVariables"], r#"{"URL":"u"}"#);
        assert!(matches!(typed(&["nowhere.json".to_owned()]), Err(Trouble::File { .. })));
    }
}
