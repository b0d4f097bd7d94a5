//! Keys of roles: fetched once, renewed in time, kept when renewal fails.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests fail by panicking")]
#![expect(unreachable_pub, dead_code, reason = "the support module serves several tests")]

mod support;

use std::time::Duration;

use goldcast_cloud::directory::GetResourceDirectory;
use goldcast_cloud::{Class, Product, Role};
use support::{Reply, Script, client, keys, ok, refused, soon};

const DIRECTORY: &str = r#"{"ResourceDirectory":{"ResourceDirectoryId":"rd-1"}}"#;

fn assumed(id: &str, expiration: &str) -> Reply {
    ok(&format!(
        r#"{{"RequestId":"A1","Credentials":{{"AccessKeyId":"{id}","AccessKeySecret":"secret-of-{id}",
        "SecurityToken":"token-of-{id}","Expiration":"{expiration}"}},"AssumedRoleUser":{{"Arn":"a"}}}}"#
    ))
}

fn reader() -> Role {
    Role::new("acs:ram::1000000000000001:role/reader", "goldcast")
}

fn key_ids(script: &Script) -> Vec<String> {
    script.sent().into_iter().map(|sent| sent.key_id).collect()
}

#[tokio::test(start_paused = true)]
async fn the_roles_keys_sign_what_the_role_does() {
    let script = Script::new([assumed("STS.1", "2026-01-02T04:04:05Z"), ok(DIRECTORY), ok(DIRECTORY)]);
    let client = client(&script).assuming(reader());
    for _ in 0..2 {
        client.send(&GetResourceDirectory, soon()).await.unwrap();
    }
    assert_eq!(key_ids(&script), ["testid", "STS.1", "STS.1"]);
    let sent = script.sent();
    assert_eq!(
        (sent[0].host.as_str(), sent[1].host.as_str()),
        ("sts.aliyuncs.com", "resourcedirectory.aliyuncs.com")
    );
    assert_eq!(sent[0].param("RoleArn"), Some("acs:ram::1000000000000001:role/reader"));
    assert_eq!(sent[0].param("RoleSessionName"), Some("goldcast"));
    assert_eq!(sent[0].param("DurationSeconds"), Some("3600"));
    assert_eq!(sent[1].token.as_deref(), Some("token-of-STS.1"));
    assert_eq!(client.calls().of(Product::Sts, "AssumeRole"), 1);
}

#[tokio::test(start_paused = true)]
async fn many_callers_fetch_once() {
    let script =
        Script::new(std::iter::once(assumed("STS.1", "2026-01-02T04:04:05Z")).chain((0..20).map(|_| ok(DIRECTORY))));
    let client = client(&script).assuming(reader());
    let calls = (0..20).map(|_| client.send(&GetResourceDirectory, soon()));
    for outcome in futures_util::future::join_all(calls).await {
        outcome.unwrap();
    }
    assert_eq!(
        script.actions().iter().filter(|action| *action == "AssumeRole").count(),
        1
    );
}

#[tokio::test(start_paused = true)]
async fn keys_are_renewed_five_minutes_before_they_expire() {
    let script = Script::new([
        assumed("STS.1", "2026-01-02T04:04:05Z"),
        ok(DIRECTORY),
        ok(DIRECTORY),
        assumed("STS.2", "2026-01-02T05:00:00Z"),
        ok(DIRECTORY),
    ]);
    let client = client(&script).assuming(reader());
    client.send(&GetResourceDirectory, soon()).await.unwrap();
    tokio::time::advance(Duration::from_secs(3299)).await;
    client.send(&GetResourceDirectory, soon()).await.unwrap();
    tokio::time::advance(Duration::from_secs(1)).await;
    client.send(&GetResourceDirectory, soon()).await.unwrap();
    assert_eq!(key_ids(&script), ["testid", "STS.1", "STS.1", "testid", "STS.2"]);
}

#[tokio::test(start_paused = true)]
async fn a_renewal_that_fails_does_not_cost_keys_that_are_still_good() {
    let script = Script::new([
        assumed("STS.1", "2026-01-02T04:04:05Z"),
        ok(DIRECTORY),
        refused(403, "NoPermission"),
        ok(DIRECTORY),
        ok(DIRECTORY),
        refused(403, "NoPermission"),
    ]);
    let client = client(&script).assuming(reader());
    client.send(&GetResourceDirectory, soon()).await.unwrap();
    tokio::time::advance(Duration::from_secs(3500)).await;
    client.send(&GetResourceDirectory, soon()).await.unwrap();
    client.send(&GetResourceDirectory, soon()).await.unwrap();
    tokio::time::advance(Duration::from_secs(100)).await;
    let error = client.send(&GetResourceDirectory, soon()).await.unwrap_err();
    assert_eq!(
        key_ids(&script),
        ["testid", "STS.1", "testid", "STS.1", "STS.1", "testid"]
    );
    assert!(
        error
            .to_string()
            .starts_with("sts AssumeRole of acs:ram::1000000000000001:role/reader: refused"),
        "{error}"
    );
    assert!(error.advice().unwrap().contains("trust policy"));
}

#[tokio::test(start_paused = true)]
async fn keys_that_the_cloud_calls_expired_are_replaced_once() {
    let expired = || refused(400, "InvalidSecurityToken.Expired");
    let script = Script::new([
        assumed("STS.1", "2026-01-02T04:04:05Z"),
        expired(),
        assumed("STS.2", "2026-01-02T04:04:05Z"),
        expired(),
    ]);
    let error = client(&script)
        .assuming(reader())
        .send(&GetResourceDirectory, soon())
        .await
        .unwrap_err();
    assert!(error.is_token_expired());
    assert_eq!(key_ids(&script), ["testid", "STS.1", "testid", "STS.2"]);

    let script = Script::new([expired()]);
    let error = client(&script).send(&GetResourceDirectory, soon()).await.unwrap_err();
    assert_eq!((error.is_token_expired(), error.class()), (true, Class::Permanent));
}

#[tokio::test(start_paused = true)]
async fn new_keys_below_keep_the_roles_above() {
    let script = Script::new([
        assumed("STS.1", "2026-01-02T04:04:05Z"),
        assumed("STS.2", "2026-01-02T04:04:05Z"),
        ok(DIRECTORY),
        ok(DIRECTORY),
    ]);
    let other = Role {
        sts_region: Some("cn-beijing".to_owned()),
        ..reader()
    };
    let client = client(&script).assuming(reader()).assuming(other);
    client.send(&GetResourceDirectory, soon()).await.unwrap();
    client
        .rebased(keys("nextid"))
        .send(&GetResourceDirectory, soon())
        .await
        .unwrap();
    assert_eq!(key_ids(&script), ["testid", "STS.1", "STS.2", "STS.2"]);
    assert_eq!(script.sent()[1].host, "sts.cn-beijing.aliyuncs.com");
}

#[tokio::test(start_paused = true)]
async fn an_answer_of_sts_that_cannot_be_read_tells_no_secret() {
    for body in [
        r#"{"Credentials":{"AccessKeyId":"STS.1","AccessKeySecret":"hush","SecurityToken":"hush","Expiration":"soon"}}"#,
        r#"{"Credentials":{"AccessKeyId":"STS.1","AccessKeySecret":"hush","SecurityToken":["hush"]}}"#,
        r#"{"Credentials":"hush"}"#,
    ] {
        let script = Script::new([ok(body)]);
        let error = client(&script)
            .assuming(reader())
            .send(&GetResourceDirectory, soon())
            .await
            .unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(
            shown.contains("cannot be read: Credentials") && !shown.contains("hush"),
            "{shown}"
        );
    }
}
