//! What is read of functions, rules and quotas: by path, and with two ways to be told no.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests fail by panicking")]
#![expect(unreachable_pub, dead_code, reason = "the support module serves several tests")]

mod support;

use goldcast_cloud::eventbridge::{GetRule, NO_RULE};
use goldcast_cloud::fc::{FunctionPlace, GetFunction, GetTrigger, ListTriggers};
use goldcast_cloud::quotas::ListProductQuotas;

use support::{Script, client, ok, refused, soon};

fn place() -> FunctionPlace {
    FunctionPlace {
        region_id: "cn-hangzhou".to_owned(),
        function_name: "goldcast-sweep".to_owned(),
    }
}

#[tokio::test(start_paused = true)]
async fn a_function_is_named_by_its_path_and_of_its_variables_only_the_names_are_kept() {
    let answer = r#"{"functionName":"goldcast-sweep","runtime":"custom.debian11","timeout":300,"logConfig":{"project":"p","logstore":"l"},
        "environmentVariables":{"DINGTALK_SECRET":"SECplanted"},"state":"Active"}"#;
    let script = Script::new([ok(answer), refused(404, "FunctionNotFound")]);
    let client = client(&script);
    let function = client.get(&GetFunction(place()), soon()).await.unwrap();
    assert_eq!((function.timeout, function.state.as_str()), (Some(300), "Active"));
    assert_eq!(function.variables, ["DINGTALK_SECRET"]);
    assert!(!format!("{function:?}").contains("SECplanted"));
    let error = client.get(&GetFunction(place()), soon()).await.unwrap_err();
    assert!(error.is_code("FunctionNotFound"), "{error}");
    let sent = &script.sent()[0];
    assert_eq!(sent.host, "fcv3.cn-hangzhou.aliyuncs.com");
    assert_eq!(sent.action, "GetFunction");
    assert_eq!(sent.path, "/2023-03-30/functions/goldcast-sweep");
    assert_eq!(sent.method, "GET");
}

#[tokio::test(start_paused = true)]
async fn triggers_are_below_their_function_and_parameters_in_the_query() {
    let one = r#"{"triggerName":"daily","triggerType":"timer","triggerConfig":"{\"enable\":true}"}"#;
    let script = Script::new([ok(&format!(r#"{{"triggers":[{one}]}}"#)), ok(one)]);
    let client = client(&script);
    let triggers = client.get(&ListTriggers(place()), soon()).await.unwrap().triggers;
    assert_eq!(triggers[0].trigger_config, r#"{"enable":true}"#);
    let one = GetTrigger {
        function: place(),
        trigger_name: "a b".to_owned(),
    };
    client.get(&one, soon()).await.unwrap();
    let paths: Vec<String> = script.sent().into_iter().map(|sent| sent.path).collect();
    assert_eq!(
        paths,
        [
            "/2023-03-30/functions/goldcast-sweep/triggers",
            "/2023-03-30/functions/goldcast-sweep/triggers/a%20b"
        ]
    );
    assert_eq!(script.sent()[0].param("limit"), Some("100"));
}

#[tokio::test(start_paused = true)]
async fn a_no_with_status_200_is_an_error_like_any_other() {
    let no = r#"{"Success":false,"Code":"EventRuleNotExisted","Message":"no.","RequestId":"R","Data":[]}"#;
    let yes = r#"{"Success":true,"Code":"Success","RequestId":"R","Data":{"RuleName":"r","Status":"ENABLE",
        "Targets":[{"Id":"1","Type":"acs.fc.function","Endpoint":"acs:fc:::functions/f"}]}}"#;
    let script = Script::new([ok(no), ok(yes)]);
    let client = client(&script);
    let rule = GetRule {
        region_id: "cn-hangzhou".to_owned(),
        event_bus_name: "default".to_owned(),
        rule_name: "r".to_owned(),
    };
    let error = client.ask(&rule, soon()).await.unwrap_err();
    assert!(error.is_code(NO_RULE), "{error}");
    assert_eq!(error.refusal().unwrap().request_id, "R");
    let rule = client.ask(&rule, soon()).await.unwrap();
    assert_eq!(rule.targets[0].kind, "acs.fc.function");
    assert_eq!(script.sent()[0].host, "eventbridge-console.cn-hangzhou.aliyuncs.com");
}

#[tokio::test(start_paused = true)]
async fn quotas_come_as_whole_numbers_or_not() {
    let page = r#"{"TotalCount":2,"Quotas":[{"QuotaActionCode":"q_1","TotalQuota":50.0,"TotalUsage":3,"Dimensions":{"regionId":"cn-hangzhou"}},
        {"QuotaActionCode":"q_1","TotalQuota":"10"}]}"#;
    let script = Script::new([ok(page)]);
    let listing = ListProductQuotas {
        product_code: "ecs".to_owned(),
        key_word: Some("image".to_owned()),
        region_id: None,
    };
    let quotas = client(&script).list(&listing, soon()).await.unwrap();
    let totals: Vec<_> = quotas.iter().map(|quota| quota.total_quota).collect();
    assert_eq!(totals, [Some(50), Some(10)]);
    assert_eq!(quotas[0].region_id, "cn-hangzhou");
}
