//! The templates of this repository come out.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use goldcast_template::{Place, Stack, Template, Values};

const TEMPLATE: &str = include_str!("../../../template.yml");

fn resolved(text: &str, region: &str, values: &[(&str, &str)]) -> Stack {
    let place = Place {
        account: "1234567890123456".parse().unwrap(),
        region: region.parse().unwrap(),
        stack: "goldcast".to_owned(),
    };
    let values = values.iter();
    let values: Values = values
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    Template::parse(text).unwrap().resolve(&place, &values).unwrap()
}

#[test]
fn what_is_deployed_comes_out_with_and_without_its_optional_parts() {
    let code = [("CodeBucket", "packages"), ("CodePrefix", "goldcast/1")];
    let plain = resolved(TEMPLATE, "cn-hangzhou", &code);
    let with = [
        ("ToldBucket", "corp-goldcast"),
        ("PolicyBucket", "corp-goldcast"),
        (
            "DirectoryRoleArn",
            "acs:ram::1000000000000001:role/goldcast-directory-reader",
        ),
        ("StatusToken", "0123456789abcdef0123456789abcdef"),
        ("StatusDomain", "images.example.com"),
        ("Endpoints", "{}"),
        ("PrivateWebhooks", "true"),
        ("ShareEncrypted", "true"),
        ("SweepVariables", r#"{"DINGTALK_URL": "https://oapi.dingtalk.com/"}"#),
    ];
    let whole = resolved(TEMPLATE, "cn-hangzhou", &[&code[..], &with[..]].concat());
    assert!(plain.resources.len() < whole.resources.len());
    let sweep = whole.resource("Sweep").unwrap();
    assert_eq!(sweep.properties["Code"]["OssObjectName"], "goldcast/1/sweep.zip");
}

#[test]
fn what_other_accounts_and_regions_need_comes_out() {
    const FORWARDING: &str = include_str!("../../../satellites/region-events.yml");
    let stack = resolved(FORWARDING, "cn-shanghai", &[("HomeRegion", "cn-hangzhou")]);
    let rule = stack.resource("Tags").unwrap();
    assert_eq!(
        rule.properties["Targets"][0]["Endpoint"],
        "acs:eventbridge:cn-hangzhou:1234567890123456:eventbus/goldcast-regions"
    );
    for text in [
        include_str!("../../../satellites/canary.yml"),
        include_str!("../../../satellites/directory-audit.yml"),
        include_str!("../../../satellites/directory-reader.yml"),
        include_str!("../../../satellites/directory-stream.yml"),
    ] {
        assert!(Template::parse(text).is_ok(), "{:?}", Template::parse(text));
    }
}
