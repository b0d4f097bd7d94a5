//! What a template comes to, and what is said about one that is wrong.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use goldcast_template::{ParseError, Place, ResolveError, Stack, Template, Values};
use serde_json::{Value, json};

fn place() -> Place {
    Place {
        account: "1234567890123456".parse().unwrap(),
        region: "cn-hangzhou".parse().unwrap(),
        stack: "images".to_owned(),
    }
}

fn values(pairs: &[(&str, &str)]) -> Values {
    let pairs = pairs.iter();
    pairs
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn stack(text: &str, pairs: &[(&str, &str)]) -> Stack {
    let template = Template::parse(text).unwrap();
    template.resolve(&place(), &values(pairs)).unwrap()
}

/// A template whose one queue has this value as its property `Value`, with this before its resources.
fn around(sections: &str, value: &str) -> String {
    format!(
        "ROSTemplateFormatVersion: '2015-09-01'\n{sections}\nResources:\n  Other:\n    Type: ALIYUN::MNS::Queue\n    \
         Properties: {{QueueName: other, Empty: []}}\n  One:\n    Type: ALIYUN::MNS::Queue\n    Properties:\n      Value: {value}\n"
    )
}

const SECTIONS: &str = "
Parameters:
  Name: {Type: String, Default: gold}
  Regions: {Type: CommaDelimitedList, Default: 'cn-shanghai, cn-beijing'}
  None: {Type: CommaDelimitedList, Default: ''}
  Many: {Type: Number, Default: 3}
  On: {Type: Boolean, Default: true}
  More: {Type: Json, Default: {A: b}}
Mappings:
  Sizes:
    cn-hangzhou: {memory: 128}
Conditions:
  IsOn: {'Fn::Equals': [{Ref: On}, true]}
  IsOff: {'Fn::Not': IsOn}
  Both: {'Fn::And': [IsOn, {'Fn::Equals': [{Ref: Name}, gold]}]}
  Either: {'Fn::Or': [IsOff, {'Fn::Not': [{'Fn::Equals': [{Ref: More}, {}]}]}]}
";

#[track_caller]
fn comes_to(value: &str, expected: Value) {
    let stack = stack(&around(SECTIONS, value), &[]);
    let properties = &stack.resource("One").unwrap().properties;
    assert_eq!(properties["Value"], expected, "{value}");
}

#[test]
fn functions_come_to_what_the_service_makes_of_them() {
    comes_to("{Ref: Name}", json!("gold"));
    comes_to("{Ref: Many}", json!(3));
    comes_to("{Ref: Regions}", json!(["cn-shanghai", "cn-beijing"]));
    comes_to("{Ref: None}", json!([]));
    comes_to("{Ref: 'ALIYUN::TenantId'}", json!("1234567890123456"));
    comes_to("{Ref: 'ALIYUN::StackName'}", json!("images"));
    comes_to(
        "{'Fn::Sub': '${Name}-${ALIYUN::Region}-${Many}-${!Name}-${Other.QueueName}'}",
        json!("gold-cn-hangzhou-3-${Name}-other"),
    );
    comes_to("{'Fn::Sub': ['${A}/${Name}', {A: {Ref: Many}}]}", json!("3/gold"));
    comes_to("{'Fn::Join': [',', {Ref: Regions}]}", json!("cn-shanghai,cn-beijing"));
    comes_to("{'Fn::Split': ['-', a-b]}", json!(["a", "b"]));
    comes_to("{'Fn::Select': [1, {Ref: Regions}]}", json!("cn-beijing"));
    comes_to("{'Fn::Select': ['-1', {Ref: Regions}]}", json!("cn-beijing"));
    comes_to("{'Fn::Select': [A, {Ref: More}]}", json!("b"));
    comes_to("{'Fn::Select': [5, {Ref: Regions}, none]}", json!("none"));
    comes_to(
        "{'Fn::FindInMap': [Sizes, {Ref: 'ALIYUN::Region'}, memory]}",
        json!(128),
    );
    comes_to("{'Fn::Add': [{A: a, C: c}, {Ref: More}]}", json!({"A": "b", "C": "c"}));
    comes_to("{'Fn::If': [Both, yes-it-is, no-it-is-not]}", json!("yes-it-is"));
    comes_to("{'Fn::If': [IsOff, 1, 2]}", json!(2));
    comes_to("{'Fn::If': [Either, 1, 2]}", json!(1));
    comes_to("[a, {'Fn::If': [IsOff, b, {Ref: 'ALIYUN::NoValue'}]}]", json!(["a"]));
    comes_to("{A: {'Fn::If': [IsOff, b, {Ref: 'ALIYUN::NoValue'}]}}", json!({}));
}

#[test]
fn attributes_have_the_forms_of_their_products() {
    const TEXT: &str = "
ROSTemplateFormatVersion: '2015-09-01'
Resources:
  Role:
    Type: ALIYUN::RAM::Role
    Properties: {RoleName: sweep}
  Sweep:
    Type: ALIYUN::FC3::Function
    Properties: {FunctionName: sweep, Role: {'Fn::GetAtt': [Role, Arn]}}
  Page:
    Type: ALIYUN::FC3::Trigger
    Properties: {FunctionName: {'Fn::GetAtt': [Sweep, FunctionName]}, TriggerName: page}
  Rule:
    Type: ALIYUN::EventBridge::Rule
    Properties: {EventBusName: regions, RuleName: images}
  Queue:
    Type: ALIYUN::MNS::Queue
    Properties: {QueueName: failures}
Outputs:
  Role: {Value: {'Fn::GetAtt': [Sweep, ARN]}}
  Url: {Value: {'Fn::GetAtt': [Page, UrlInternet]}}
  Rule: {Value: {'Fn::GetAtt': [Rule, RuleARN]}}
  Queue: {Value: {'Fn::Sub': '${Queue.ARN.WithSlash}/messages'}}
";
    let stack = stack(TEXT, &[]);
    let output = |name: &str| stack.outputs[name].value.clone();
    let sweep = stack.resource("Sweep").unwrap();
    assert_eq!(sweep.properties["Role"], "acs:ram::1234567890123456:role/sweep");
    assert_eq!(sweep.depends_on, ["Role"]);
    assert_eq!(
        output("Role"),
        Some(json!("acs:fc:cn-hangzhou:1234567890123456:functions/sweep"))
    );
    assert_eq!(output("Url"), None, "only the deployed trigger has an address");
    assert_eq!(
        output("Rule"),
        Some(json!(
            "acs:eventbridge:cn-hangzhou:1234567890123456:eventbus/regions/rule/images"
        ))
    );
    assert_eq!(
        output("Queue"),
        Some(json!("acs:mns:cn-hangzhou:1234567890123456:/queues/failures/messages"))
    );
}

#[test]
fn resources_come_after_what_they_need_and_only_if_their_condition_holds() {
    const TEXT: &str = "
ROSTemplateFormatVersion: '2015-09-01'
Parameters:
  Told: {Type: String, Default: ''}
Conditions:
  IsTold: {'Fn::Not': [{'Fn::Equals': [{Ref: Told}, '']}]}
Resources:
  A:
    Type: ALIYUN::MNS::Queue
    DependsOn: [C, T]
    Properties: {QueueName: a, Told: {'Fn::If': [IsTold, {'Fn::GetAtt': [T, QueueName]}, none]}}
  B: {Type: 'ALIYUN::MNS::Queue', DependsOn: A, DeletionPolicy: Retain, Properties: {QueueName: b}}
  C: {Type: 'ALIYUN::MNS::Queue', Properties: {QueueName: c}}
  T: {Type: 'ALIYUN::MNS::Queue', Condition: IsTold, Properties: {QueueName: {Ref: Told}}}
";
    let order = |stack: &Stack| -> Vec<String> { stack.resources.iter().map(|one| one.id.clone()).collect() };
    let without = stack(TEXT, &[]);
    assert_eq!(order(&without), ["C", "A", "B"]);
    assert_eq!(without.resource("A").unwrap().properties["Told"], "none");
    assert_eq!(without.resource("A").unwrap().depends_on, ["C"]);
    assert!(without.resource("B").unwrap().retained);
    let with = stack(TEXT, &[("Told", "t")]);
    assert_eq!(order(&with), ["C", "T", "A", "B"]);
    assert_eq!(with.resource("A").unwrap().properties["Told"], "t");
}

#[track_caller]
fn refused(value: &str, expected: &str) {
    let error = Template::parse(&around(SECTIONS, value)).unwrap_err().to_string();
    assert!(error.contains(expected), "{value}\n  {error}\n  {expected}");
}

#[test]
fn what_leads_nowhere_is_refused_with_its_line_and_what_was_meant() {
    const LINE: &str = "line 26: Resources.One.Properties.Value";
    refused("{Ref: Nane}", "there is no parameter Nane; did you mean Name?");
    refused("{Ref: Nane}", LINE);
    refused("{Ref: Other}", "name an attribute with Fn::GetAtt");
    refused("{Ref: 'ALIYUN::AccountId'}", "ALIYUN::TenantId");
    refused(
        "{'Fn::Subs': a}",
        "the function Fn::Subs is not known; did you mean Fn::Sub?",
    );
    refused(
        "{'Fn::GetAtt': [Othr, QueueName]}",
        "there is no resource Othr; did you mean Other?",
    );
    refused(
        "{'Fn::GetAtt': [Other, Queuename]}",
        "there is no attribute Queuename; did you mean QueueName?",
    );
    refused("{'Fn::Sub': '${Nam}'}", "there is no parameter Nam; did you mean Name?");
    refused("{'Fn::Sub': '${Name'}", "without its }");
    refused("{'Fn::Sub': ['${Name}', {A: b}]}", "the variable A is not in the text");
    refused(
        "{'Fn::If': [Isn, 1, 2]}",
        "there is no condition Isn; did you mean IsOn?",
    );
    refused("{'Fn::If': [IsOn, 1]}", "Fn::If takes [condition, value, value]");
    refused("{'Fn::Equals': [1, 1]}", "cannot stand in a value");
    refused(
        "{'Fn::FindInMap': [Size, a, b]}",
        "there is no mapping Size; did you mean Sizes?",
    );
    refused("{Ref: Name, A: b}", "a function is a map of its own");
    refused("{A: 1, A: 2}", "A");
    refused("!Sub '${Name}'", "tag");
}

#[track_caller]
fn malformed(text: &str, expected: &str) {
    let error = Template::parse(text).unwrap_err().to_string();
    assert!(error.contains(expected), "{error}\n  {expected}");
}

#[test]
fn sections_keys_and_types_that_there_are_not_are_refused() {
    let whole = around("Resource: {}", "1");
    malformed(&whole, "unknown field");
    malformed(&whole, "line 2");
    malformed(
        &around("", "1").replace("2015-09-01", "2010-09-09"),
        "write '2015-09-01'",
    );
    malformed(
        &around("Parameters: {A: {Type: Text}}", "1"),
        "there is no type of parameter Text",
    );
    malformed(&around("Parameters: {A: {Type: String, Defualt: b}}", "1"), "Defualt");
    malformed(
        &around("Parameters: {A: {Type: String, AllowedPattern: '('}}", "1"),
        "not a regular expression",
    );
    malformed(
        &around("Parameters: {A: {Type: String}, A: {Type: String}}", "1"),
        "duplicate",
    );
    malformed(
        &around(
            "Conditions: {A: {'Fn::Equals': [{'Fn::GetAtt': [Other, QueueName]}, a]}}",
            "1",
        ),
        "Fn::GetAtt cannot stand in a condition",
    );
    malformed(
        &around("Conditions: {A: {'Fn::Not': B}, B: {'Fn::Not': A}}", "1"),
        "A → B → A",
    );
    malformed(
        &around("", "{'Fn::GetAtt': [One, QueueName]}"),
        "the resources One → One depend on each other in a circle",
    );
    malformed(&format!("{}{}", around("", "1"), " ".repeat(600_000)), "at most 524288");
}

#[track_caller]
fn unresolved(sections: &str, value: &str, pairs: &[(&str, &str)], expected: &str) {
    let template = Template::parse(&around(sections, value)).unwrap();
    let error = template.resolve(&place(), &values(pairs)).unwrap_err().to_string();
    assert!(error.contains(expected), "{error}\n  {expected}");
}

#[test]
fn values_that_a_parameter_does_not_take_are_refused_and_secrets_are_not_repeated() {
    const PARAMETERS: &str = "
Parameters:
  Name: {Type: String, AllowedPattern: '^[a-z]+$', MaxLength: 5, ConstraintDescription: Lower case., Default: a}
  Level: {Type: String, AllowedValues: [info, debug], Default: info}
  Many: {Type: Number, MinValue: 1, MaxValue: 5, Default: 1}
  On: {Type: Boolean, Default: false}
  Token: {Type: String, NoEcho: true, MinLength: 20, Default: ''}
  Must: {Type: String}
";
    let check = |pairs: &[(&str, &str)], expected| {
        let mut pairs = pairs.to_vec();
        pairs.push(("Must", "be"));
        pairs.push(("Token", "0123456789012345678901234"));
        pairs.dedup_by_key(|(name, _)| *name);
        unresolved(PARAMETERS, "1", &pairs, expected);
    };
    check(
        &[("Name", "G1")],
        "parameter Name: \"G1\" does not fit: ^[a-z]+$ is wanted (Lower case.)",
    );
    check(&[("Name", "abcdef")], "a length of at most 5 is wanted");
    check(&[("Level", "warn")], "one of \"info\", \"debug\" is wanted");
    check(&[("Many", "6")], "a number from 1 to 5 is wanted");
    check(&[("Many", "six")], "a number is wanted");
    check(&[("On", "yes")], "true or false is wanted");
    check(&[("Nam", "a")], "no parameter Nam; did you mean Name?");
    unresolved(
        PARAMETERS,
        "1",
        &[("Token", "secret"), ("Must", "be")],
        "parameter Token: its value does not fit",
    );
    unresolved(
        PARAMETERS,
        "1",
        &[("Token", "01234567890123456789")],
        "given no value: Must",
    );
}

#[test]
fn what_only_the_deployed_resource_knows_is_no_property_of_another() {
    unresolved(
        "",
        "{'Fn::GetAtt': [Other, QueueUrl]}",
        &[],
        "known only once the resource is deployed",
    );
    unresolved(
        SECTIONS,
        "{'Fn::Select': [7, {Ref: Regions}]}",
        &[],
        "finds nothing there",
    );
    unresolved(
        SECTIONS,
        "{'Fn::Join': [',', {Ref: Name}]}",
        &[],
        "Fn::Join needs a list",
    );
    unresolved(SECTIONS, "{'Fn::Sub': '${More}'}", &[], "cannot put a map into a text");
    let conditions =
        "Parameters: {On: {Type: Boolean, Default: true}}\nConditions: {A: {'Fn::Equals': [{Ref: On}, 'true']}}";
    unresolved(conditions, "1", &[], "a boolean is compared with a text");
}

#[test]
fn the_errors_are_told_apart() {
    assert!(matches!(Template::parse("[]"), Err(ParseError::Yaml(_))));
    let template = Template::parse(&around("Parameters: {A: {Type: String}}", "1")).unwrap();
    let error = template.resolve(&place(), &Values::new()).unwrap_err();
    assert_eq!(error, ResolveError::Missing(vec!["A".to_owned()]));
}
