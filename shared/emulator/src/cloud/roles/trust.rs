//! What a trust document says: whether it is one, and whom it lets assume the role. Not here: keeping it.

use serde_json::Value;

/// The only action that trust is about.
const ASSUME: &str = "sts:AssumeRole";

/// Somebody who would assume a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Principal<'a> {
    /// A cloud service, such as `fc.aliyuncs.com`, or `<account>@ecs.aliyuncs.com` for another account's.
    Service(&'a str),
    /// A RAM identity, by its ARN; a whole account is `acs:ram::<account>:root`.
    Ram(&'a str),
}

/// Whether the document lets the principal assume the role. A denial wins over a permission, a document that cannot be
/// read trusts nobody, and a statement with a condition is taken as one whose condition does not hold.
pub(crate) fn trusts(document: &str, principal: Principal<'_>) -> bool {
    let Ok(document) = serde_json::from_str::<Value>(document) else {
        return false;
    };
    let effects: Vec<&str> = one_or_many(document.get("Statement"))
        .into_iter()
        .filter(|statement| is_about(statement, principal))
        .filter_map(|statement| statement.get("Effect").and_then(Value::as_str))
        .collect();
    effects.contains(&"Allow") && !effects.contains(&"Deny")
}

/// Says what is wrong with a document, if anything is.
pub(super) fn check(document: &str) -> Result<(), &'static str> {
    let document: Value = serde_json::from_str(document).map_err(|_| "The policy is not valid JSON.")?;
    if document.get("Version").and_then(Value::as_str) != Some("1") {
        return Err("The Version of the policy must be \"1\".");
    }
    let statements = document.get("Statement").and_then(Value::as_array);
    let statements = statements.filter(|statements| !statements.is_empty());
    let statements = statements.ok_or("The policy must have at least one Statement.")?;
    for statement in statements {
        let effect = statement.get("Effect").and_then(Value::as_str);
        if !matches!(effect, Some("Allow" | "Deny")) {
            return Err("The Effect of a statement must be Allow or Deny.");
        }
        if words(statement.get("Action")).is_empty() {
            return Err("A statement must have an Action.");
        }
        let principal = statement.get("Principal").and_then(Value::as_object);
        if principal.is_none_or(serde_json::Map::is_empty) {
            return Err("A statement must have a Principal.");
        }
    }
    Ok(())
}

fn is_about(statement: &Value, principal: Principal<'_>) -> bool {
    let (kind, name) = match principal {
        Principal::Service(name) => ("Service", name),
        Principal::Ram(name) => ("RAM", name),
    };
    let named = words(statement.get("Principal").and_then(|principal| principal.get(kind)));
    statement.get("Condition").is_none() && words(statement.get("Action")).contains(&ASSUME) && named.contains(&name)
}

/// RAM takes a single value for a list of one.
fn one_or_many(value: Option<&Value>) -> Vec<&Value> {
    match value {
        None => Vec::new(),
        Some(Value::Array(values)) => values.iter().collect(),
        Some(value) => vec![value],
    }
}

fn words(value: Option<&Value>) -> Vec<&str> {
    one_or_many(value).into_iter().filter_map(Value::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ECS: Principal<'_> = Principal::Service("2000000000000001@ecs.aliyuncs.com");

    #[track_caller]
    fn check_trust(statements: &str, expected: bool) {
        let document = format!(r#"{{"Version":"1","Statement":{statements}}}"#);
        assert_eq!(trusts(&document, ECS), expected, "{document}");
    }

    #[test]
    fn only_a_permission_that_names_the_principal_counts() {
        let allow = r#"{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":["2000000000000001@ecs.aliyuncs.com"]}}"#;
        check_trust(&format!("[{allow}]"), true);
        check_trust(allow, true);
        check_trust(
            &allow.replace(
                r#"["2000000000000001@ecs.aliyuncs.com"]"#,
                r#""2000000000000001@ecs.aliyuncs.com""#,
            ),
            true,
        );
        check_trust(&allow.replace("2000000000000001@", ""), false);
        check_trust(&allow.replace("2000000000000001@", "2000000000000002@"), false);
        check_trust(&allow.replace("Service", "RAM"), false);
        check_trust(&allow.replace("AssumeRole", "SetSourceIdentity"), false);
        check_trust(&format!("[{allow},{}]", allow.replace("Allow", "Deny")), false);
        check_trust(&allow.replace(r#""Effect""#, r#""Condition":{},"Effect""#), false);
        check_trust("[]", false);
    }

    #[test]
    fn a_document_that_cannot_be_read_trusts_nobody() {
        for broken in ["", "{", "[]", "{\"Statement\":7}", "null"] {
            assert!(!trusts(broken, ECS), "{broken}");
        }
    }

    #[test]
    fn a_document_is_refused_for_what_it_lacks() {
        let whole = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"RAM":"acs:ram::1:root"}}]}"#;
        assert_eq!(check(whole), Ok(()));
        for (part, other) in [
            ("{\"Version\"", "\"Version\""),
            (r#""Version":"1""#, r#""Version":"2""#),
            ("Allow", "Perhaps"),
            (r#""Action":"sts:AssumeRole","#, ""),
            (r#"{"RAM":"acs:ram::1:root"}"#, "{}"),
            ("Statement", "Statements"),
        ] {
            let broken = whole.replace(part, other);
            assert!(check(&broken).is_err(), "{broken}");
        }
    }
}
