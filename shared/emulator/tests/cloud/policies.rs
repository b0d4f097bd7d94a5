//! Policy documents: what is one, and what it says about an action on a resource.

use goldcast_emulator::cloud::{Decision, PolicyDocument, PolicyQuestion};

use Decision::{Allowed, ExplicitDeny, ImplicitDeny};

const IMAGE: &str = "acs:ecs:cn-hangzhou:1234567890123456:image/m-1";

fn document(statements: &str) -> PolicyDocument {
    format!(r#"{{"Version":"1","Statement":[{statements}]}}"#)
        .parse()
        .unwrap_or_else(|error| panic!("{statements}: {error}"))
}

#[track_caller]
fn check(statements: &str, action: &str, resource: &str, expected: Decision) {
    let said = document(statements).decide(&PolicyQuestion::new(action, resource));
    assert_eq!(said, expected, "{statements}\n{action} {resource}");
}

/// Whether a permission with this condition applies to a call with these values of one key.
#[track_caller]
fn check_condition(condition: &str, values: &[&str], expected: bool) {
    let mut question = PolicyQuestion::new("ecs:RunInstances", "*");
    if !values.is_empty() {
        let values = values.iter().map(ToString::to_string).collect();
        question.keys.insert("ecs:ImageOwnerId".to_owned(), values);
    }
    let allow = format!(r#"{{"Effect":"Allow","Action":"*","Resource":"*","Condition":{{{condition}}}}}"#);
    let said = document(&allow).decide(&question);
    assert_eq!(said == Allowed, expected, "{condition} {values:?}");
}

#[test]
fn what_nobody_allows_is_denied_and_a_denial_wins() {
    let allow = r#"{"Effect":"Allow","Action":"ecs:*","Resource":"*"}"#;
    let deny = r#"{"Effect":"Deny","Action":"ecs:DeleteImage","Resource":"*"}"#;
    check(allow, "ecs:DeleteImage", IMAGE, Allowed);
    check(allow, "kms:DescribeKey", "*", ImplicitDeny);
    check(&format!("{allow},{deny}"), "ecs:DeleteImage", IMAGE, ExplicitDeny);
    check(&format!("{deny},{allow}"), "ecs:DeleteImage", IMAGE, ExplicitDeny);
    check(&format!("{deny},{allow}"), "ecs:CopyImage", IMAGE, Allowed);
    check(deny, "ecs:CopyImage", IMAGE, ImplicitDeny);
}

#[test]
fn a_statement_names_actions_and_resources_by_pattern() {
    let region = "acs:ecs:cn-hangzhou:1234567890123456:image/*";
    for (action, resource, question, about, expected) in [
        (r#""ecs:Describe*""#, r#""*""#, "ecs:DescribeImages", IMAGE, Allowed),
        (r#""ecs:Describe*""#, r#""*""#, "ecs:DeleteImage", IMAGE, ImplicitDeny),
        (
            r#""ecs:describeimages""#,
            r#""*""#,
            "ecs:DescribeImages",
            IMAGE,
            Allowed,
        ),
        (
            r#"["kms:*","ecs:CopyImag?"]"#,
            r#""*""#,
            "ecs:CopyImage",
            IMAGE,
            Allowed,
        ),
        (r#""*""#, r#""acs:ecs:*:*:image/m-1""#, "ecs:CopyImage", IMAGE, Allowed),
        (
            r#""*""#,
            r#""acs:ecs:*:*:image/M-1""#,
            "ecs:CopyImage",
            IMAGE,
            ImplicitDeny,
        ),
        (
            r#""*""#,
            r#""acs:ecs:*:*:image/*""#,
            "ecs:DescribeImages",
            region,
            Allowed,
        ),
        (
            r#""*""#,
            r#""acs:ecs:*:*:image/m-1""#,
            "ecs:DescribeImages",
            region,
            ImplicitDeny,
        ),
        (
            r#""*""#,
            r#""acs:ecs:*:*:image/*""#,
            "ecs:DescribeRegions",
            "*",
            ImplicitDeny,
        ),
        (
            r#""*""#,
            r#"["acs:kms:*:*:*","acs:ecs:cn-shanghai:*:*"]"#,
            "ecs:CopyImage",
            IMAGE,
            ImplicitDeny,
        ),
    ] {
        let statement = format!(r#"{{"Effect":"Allow","Action":{action},"Resource":{resource}}}"#);
        check(&statement, question, about, expected);
    }
}

#[test]
fn not_action_is_everything_else() {
    let statement = r#"{"Effect":"Deny","NotAction":["ecs:Describe*","ram:GetRole"],"Resource":"*"}"#;
    check(statement, "ecs:DescribeImages", IMAGE, ImplicitDeny);
    check(statement, "ram:GetRole", "*", ImplicitDeny);
    check(statement, "ecs:DeleteImage", IMAGE, ExplicitDeny);
}

#[test]
fn every_operator_of_ram_compares_in_its_own_way() {
    for (operator, wanted, holds, fails) in [
        ("StringEquals", "abc", "abc", "ABC"),
        ("StringNotEquals", "abc", "ABC", "abc"),
        ("StringEqualsIgnoreCase", "abc", "ABC", "abd"),
        ("StringNotEqualsIgnoreCase", "abc", "abd", "ABC"),
        ("StringLike", "a?c*", "abcd", "ac"),
        ("StringNotLike", "a?c*", "ac", "abcd"),
        ("NumericEquals", "5", "5.0", "6"),
        ("NumericNotEquals", "5", "6", "5"),
        ("NumericLessThan", "5", "4", "5"),
        ("NumericLessThanEquals", "5", "5", "6"),
        ("NumericGreaterThan", "5", "10", "5"),
        ("NumericGreaterThanEquals", "5", "5", "four"),
        (
            "DateEquals",
            "2026-03-02T08:00:00Z",
            "2026-03-02T16:00:00+08:00",
            "2026-03-02T08:00:01Z",
        ),
        (
            "DateNotEquals",
            "2026-03-02T08:00:00Z",
            "2026-03-02T08:00:01Z",
            "2026-03-02T08:00:00Z",
        ),
        (
            "DateLessThan",
            "2026-03-02T08:00:00Z",
            "2026-03-02T07:00:00Z",
            "2026-03-02T08:00:00Z",
        ),
        (
            "DateLessThanEquals",
            "2026-03-02T08:00:00Z",
            "2026-03-02T08:00:00Z",
            "2026-03-02T09:00:00Z",
        ),
        (
            "DateGreaterThan",
            "2026-03-02T08:00:00Z",
            "2026-03-02T09:00:00Z",
            "2026-03-02T08:00:00Z",
        ),
        (
            "DateGreaterThanEquals",
            "2026-03-02T08:00:00Z",
            "2026-03-02T08:00:00Z",
            "yesterday",
        ),
        ("Bool", "true", "True", "false"),
        ("IpAddress", "10.0.0.0/8", "10.1.2.3", "11.1.2.3"),
        ("NotIpAddress", "10.0.0.0/8", "11.1.2.3", "10.1.2.3"),
    ] {
        let condition = format!(r#""{operator}":{{"ecs:ImageOwnerId":"{wanted}"}}"#);
        check_condition(&condition, &[holds], true);
        check_condition(&condition, &[fails], false);
    }
}

#[test]
fn one_of_several_values_is_enough_and_all_conditions_have_to_hold() {
    let one_of = r#""StringEquals":{"ecs:ImageOwnerId":["1","2"]}"#;
    check_condition(one_of, &["2"], true);
    check_condition(one_of, &["3"], false);
    let none_of = r#""StringNotEquals":{"ecs:ImageOwnerId":["1","2"]}"#;
    check_condition(none_of, &["3"], true);
    check_condition(none_of, &["2"], false);
    let both = format!(r#"{one_of},"StringLike":{{"ecs:ImageOwnerId":"2*"}}"#);
    check_condition(&both, &["2"], true);
    check_condition(&both, &["1"], false);
}

#[test]
fn a_key_that_is_absent_is_like_nothing() {
    check_condition(r#""StringEquals":{"ecs:ImageOwnerId":"1"}"#, &[], false);
    check_condition(r#""Bool":{"ecs:ImageOwnerId":"true"}"#, &[], false);
    check_condition(r#""StringNotEquals":{"ecs:ImageOwnerId":"1"}"#, &[], true);
}

#[test]
fn a_permission_wants_every_value_of_a_key_and_a_denial_any() {
    let condition = r#""StringEquals":{"ecs:ImageOwnerId":"1"}"#;
    check_condition(condition, &["1", "1"], true);
    check_condition(condition, &["1", "2"], false);
    let deny = format!(r#"{{"Effect":"Deny","Action":"*","Resource":"*","Condition":{{{condition}}}}}"#);
    let mut question = PolicyQuestion::new("ecs:RunInstances", "*");
    let values = vec!["1".to_owned(), "2".to_owned()];
    question.keys.insert("ecs:ImageOwnerId".to_owned(), values);
    assert_eq!(document(&deny).decide(&question), ExplicitDeny);
}

#[test]
fn a_document_is_read_strictly() {
    let whole = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"ecs:*","Resource":"*","Condition":{"Bool":{"a:b":"true"}}}]}"#;
    assert_eq!(whole.parse::<PolicyDocument>().unwrap().text(), whole);
    for (part, other, problem) in [
        (r#""1""#, r#""2""#, "the version is \"2\""),
        (r#""1""#, "1", "invalid type"),
        ("Statement", "Statements", "unknown field"),
        (r#""Version":"1","#, "", "missing field `Version`"),
        ("Allow", "allow", "unknown variant"),
        (r#""Effect":"Allow","#, "", "missing field `Effect`"),
        (r#""Action":"ecs:*","#, "", "either Action or NotAction"),
        (
            r#""Action":"ecs:*""#,
            r#""Action":"ecs:*","NotAction":"ecs:*""#,
            "either Action or NotAction",
        ),
        (r#""Action":"ecs:*""#, r#""Action":[]"#, "no action"),
        (r#""Action":"ecs:*""#, r#""Action":7"#, "a string or a list of strings"),
        ("ecs:*", "ecs", "\"ecs\" is not an action"),
        ("ecs:*", "ecs:Describe Images", "is not an action"),
        (
            r#""Resource":"*""#,
            r#""Resource":"image/*""#,
            "\"image/*\" is not a resource",
        ),
        (
            r#""Resource":"*""#,
            r#""Resource":"acs:ecs:image/*""#,
            "is not a resource",
        ),
        (r#""Resource":"*""#, r#""Resource":[]"#, "no Resource"),
        (r#","Resource":"*""#, "", "missing field `Resource`"),
        (
            r#""Resource":"*""#,
            r#""Resource":"*","Principal":{}"#,
            "unknown field `Principal`",
        ),
        ("Bool", "Boolean", "no condition operator \"Boolean\""),
        (r#""true""#, "true", "a string or a list of strings"),
        (r#"{"Version""#, r#""Version""#, "reading a policy document"),
    ] {
        let broken = whole.replacen(part, other, 1);
        let error = broken.parse::<PolicyDocument>().unwrap_err().to_string();
        assert!(error.contains(problem), "{broken}: {error}");
    }
    assert!(r#"{"Version":"1","Statement":[]}"#.parse::<PolicyDocument>().is_err());
}
