//! Where keys are looked for, and what is said when there are none.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests fail by panicking")]
#![expect(unreachable_pub, dead_code, reason = "the support module serves several tests")]

mod support;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use goldcast_cloud::sts::GetCallerIdentity;
use goldcast_cloud::{Client, CredentialError, CredentialSource};
use support::{Script, ok, refused, settings, soon};

const PROFILES: &str = r#"{"current":"plain","meta_path":"","profiles":[
    {"name":"plain","mode":"AK","access_key_id":"plainid","access_key_secret":"secret-of-plainid","sts_token":"old","region_id":"cn-beijing"},
    {"name":"temporary","mode":"StsToken","access_key_id":"STS.t","access_key_secret":"secret-of-STS.t","sts_token":"token","retry_count":3},
    {"name":"role","mode":"RamRoleArn","access_key_id":"plainid","access_key_secret":"secret-of-plainid",
     "ram_role_arn":"acs:ram::1:role/a","ram_session_name":"me","expired_seconds":900},
    {"name":"chain","mode":"ChainableRamRoleArn","source_profile":"role","ram_role_arn":"acs:ram::2:role/b"},
    {"name":"loop","mode":"ChainableRamRoleArn","source_profile":"loop","ram_role_arn":"acs:ram::2:role/b"},
    {"name":"sso","mode":"CloudSSO","access_token":"hush"},
    {"name":"half","mode":"AK","access_key_id":"halfid","access_key_secret":""},
    {"name":"tokenless","mode":"StsToken","access_key_id":"STS.t","access_key_secret":"hush"}]}"#;

struct Home {
    dir: tempfile::TempDir,
}

impl Home {
    fn with(profiles: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join(".aliyun")).unwrap();
        std::fs::write(dir.path().join(".aliyun/config.json"), profiles).unwrap();
        Self { dir }
    }

    fn discover(&self, variables: &[(&str, &str)]) -> Result<CredentialSource, CredentialError> {
        discover(self.dir.path(), variables)
    }
}

fn discover(home: &Path, variables: &[(&str, &str)]) -> Result<CredentialSource, CredentialError> {
    let mut variables: BTreeMap<_, _> = variables.iter().copied().collect();
    let home = home.display().to_string();
    variables.insert("HOME", &home);
    CredentialSource::discover(&|name| variables.get(name).map(ToString::to_string))
}

/// The key ids and security tokens that calls are signed with, roles first.
async fn used(source: CredentialSource) -> Vec<(String, Option<String>)> {
    let script = Script::new((0..1).map(|_| refused(403, "NoPermission")));
    let _ = Client::new(Arc::clone(&script), settings(), source)
        .send(&GetCallerIdentity::default(), soon())
        .await;
    script
        .sent()
        .into_iter()
        .map(|sent| (sent.key_id, sent.token))
        .collect()
}

#[tokio::test(start_paused = true)]
async fn the_environment_comes_before_the_file() {
    let home = Home::with(PROFILES);
    let permanent = [
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", "envid"),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "secret-of-envid"),
    ];
    assert_eq!(
        used(home.discover(&permanent).unwrap()).await,
        [("envid".to_owned(), None)]
    );
    let temporary = [permanent[0], permanent[1], ("ALIBABA_CLOUD_SECURITY_TOKEN", "token")];
    assert_eq!(
        used(home.discover(&temporary).unwrap()).await,
        [("envid".to_owned(), Some("token".to_owned()))]
    );
    assert_eq!(used(home.discover(&[]).unwrap()).await, [("plainid".to_owned(), None)]);
}

#[tokio::test(start_paused = true)]
async fn profiles_are_chosen_by_name() {
    let home = Home::with(PROFILES);
    let named = |name: &str| home.discover(&[("ALIBABA_CLOUD_PROFILE", name)]).unwrap();
    assert_eq!(
        used(named("temporary")).await,
        [("STS.t".to_owned(), Some("token".to_owned()))]
    );
    assert_eq!(used(named("role")).await, [("plainid".to_owned(), None)]);
}

#[tokio::test(start_paused = true)]
async fn roles_of_profiles_are_assumed_from_the_bottom_up() {
    let home = Home::with(PROFILES);
    let assumed = |id: &str| {
        ok(&format!(
            r#"{{"Credentials":{{"AccessKeyId":"{id}","AccessKeySecret":"secret-of-{id}","SecurityToken":"t",
            "Expiration":"2026-01-02T04:04:05Z"}}}}"#
        ))
    };
    let script = Script::new([assumed("STS.a"), assumed("STS.b"), ok(r#"{"AccountId":2}"#)]);
    let source = home.discover(&[("ALIBABA_CLOUD_PROFILE", "chain")]).unwrap();
    let client = Client::new(Arc::clone(&script), settings(), source);
    let identity = client.send(&GetCallerIdentity::default(), soon()).await.unwrap();
    assert_eq!(identity.account_id, "2");
    let sent = script.sent();
    assert_eq!(sent[0].param("RoleArn"), Some("acs:ram::1:role/a"));
    assert_eq!(
        (sent[0].param("DurationSeconds"), sent[0].param("RoleSessionName")),
        (Some("900"), Some("me"))
    );
    assert_eq!(
        (sent[1].param("RoleArn"), sent[1].key_id.as_str()),
        (Some("acs:ram::2:role/b"), "STS.a")
    );
    assert_eq!(sent[2].key_id, "STS.b");
}

#[test]
fn what_cannot_be_used_is_named_and_never_shown() {
    let home = Home::with(PROFILES);
    for (profile, expected) in [
        (
            "sso",
            r#"profile "sso" in FILE has mode "CloudSSO"; usable are AK, StsToken, RamRoleArn and ChainableRamRoleArn"#,
        ),
        ("half", r#"profile "half" in FILE has no access_key_secret"#),
        ("tokenless", r#"profile "tokenless" in FILE has no sts_token"#),
        (
            "loop",
            r#"the source of profile "loop" in FILE leads too far or back to itself"#,
        ),
        ("nobody", r#"FILE has no profile "nobody""#),
    ] {
        let error = home.discover(&[("ALIBABA_CLOUD_PROFILE", profile)]).unwrap_err();
        let file = home.dir.path().join(".aliyun/config.json");
        assert_eq!(error.to_string(), expected.replace("FILE", &file.display().to_string()));
        assert!(!format!("{error:?}").contains("hush"));
    }
    let error = Home::with(r#"{"profiles":[{"access_key_secret":7,"sts_token":"hush"}]}"#)
        .discover(&[])
        .unwrap_err();
    assert!(matches!(error, CredentialError::Format { line: 1, .. }), "{error}");
}

#[test]
fn without_keys_every_place_that_was_looked_at_is_listed() {
    let home = tempfile::tempdir().unwrap();
    let error = discover(home.path(), &[("ALIBABA_CLOUD_ACCESS_KEY_ID", "")]).unwrap_err();
    let file = home.path().join(".aliyun/config.json");
    assert_eq!(
        error.to_string(),
        format!(
            "no access key was found; looked for ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET, {}",
            file.display()
        )
    );
    let home = Home::with(PROFILES);
    let error = home
        .discover(&[("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "true")])
        .unwrap_err();
    assert!(
        error.to_string().contains("ALIBABA_CLOUD_CLI_PROFILE_DISABLED is set"),
        "{error}"
    );
    let error = home.discover(&[("ALIBABA_CLOUD_ACCESS_KEY_ID", "envid")]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "ALIBABA_CLOUD_ACCESS_KEY_ID is set and ALIBABA_CLOUD_ACCESS_KEY_SECRET is not"
    );
}
