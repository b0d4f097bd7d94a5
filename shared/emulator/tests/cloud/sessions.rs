//! STS: roles are assumed by whom they trust, sessions end, and a session is who it says it is.

use goldcast_emulator::cloud::{AssumeError, Endpoint, Moment};
use jiff::SignedDuration;
use secrecy::ExposeSecret as _;
use serde_json::Value;

use crate::support::{Answer, DIRECTORY, MANAGEMENT, MEMBER, OWNER, STS, Signer, World};

fn reader() -> String {
    format!("acs:ram::{MANAGEMENT}:role/goldcast-directory-reader")
}

fn assume(world: &mut World, account: &str, role: &str, session: &str) -> Answer {
    let params = [("RoleArn", role), ("RoleSessionName", session)];
    world.call(&Signer::of(account), &Endpoint::Global, STS, "AssumeRole", &params)
}

fn signer(body: &Value) -> Signer {
    let text = |name: &str| body["Credentials"][name].as_str().unwrap().to_owned();
    Signer {
        id: text("AccessKeyId"),
        secret: text("AccessKeySecret"),
        token: Some(text("SecurityToken")),
    }
}

#[test]
fn the_owner_reads_the_directory_through_the_role_that_trusts_it() {
    let mut world = World::new();
    let session = assume(&mut world, OWNER, &reader(), "sweep").ok();
    assert_eq!(session["Credentials"]["Expiration"], "2026-03-02T09:00:00Z");
    let signer = signer(&session);
    assert!(signer.id.starts_with("STS."));
    world
        .call(&signer, &Endpoint::Global, DIRECTORY, "ListAccounts", &[])
        .ok();
    let identity = world
        .call(&signer, &Endpoint::Global, STS, "GetCallerIdentity", &[])
        .ok();
    assert_eq!(identity["AccountId"], MANAGEMENT);
    assert_eq!(identity["IdentityType"], "AssumedRoleUser");
    assert_eq!(
        identity["Arn"],
        format!("acs:ram::{MANAGEMENT}:assumed-role/goldcast-directory-reader/sweep")
    );
}

#[test]
fn a_role_is_assumed_only_by_whom_it_trusts() {
    let mut world = World::new();
    let function_role = format!("acs:ram::{OWNER}:role/goldcast-sweep");
    let missing_role = format!("acs:ram::{OWNER}:role/nobody");
    for (account, role, session, expected) in [
        (MEMBER, reader(), "sweep", (403, "NoPermission")),
        (OWNER, function_role, "sweep", (403, "NoPermission")),
        (OWNER, missing_role, "sweep", (404, "EntityNotExist.Role")),
        (OWNER, reader(), "s", (400, "InvalidParameter.RoleSessionName")),
        (OWNER, reader(), "a b", (400, "InvalidParameter.RoleSessionName")),
    ] {
        assert_eq!(
            assume(&mut world, account, &role, session).refusal(),
            expected,
            "{account} {role} {session}"
        );
    }
}

#[test]
fn a_session_lasts_as_long_as_the_role_allows() {
    let mut world = World::new();
    for (seconds, works) in [("899", false), ("900", true), ("3600", true), ("3601", false)] {
        let role = reader();
        let params = [
            ("RoleArn", role.as_str()),
            ("RoleSessionName", "sweep"),
            ("DurationSeconds", seconds),
        ];
        let answer = world.call(&Signer::of(OWNER), &Endpoint::Global, STS, "AssumeRole", &params);
        assert_eq!(answer.status == 200, works, "{seconds}: {}", answer.body);
    }
}

#[test]
fn a_session_ends() {
    let mut world = World::new();
    let signer = signer(&assume(&mut world, OWNER, &reader(), "sweep").ok());
    world.wait(SignedDuration::from_mins(59));
    world
        .call(&signer, &Endpoint::Global, DIRECTORY, "ListAccounts", &[])
        .ok();
    world.wait(SignedDuration::from_mins(1));
    let answer = world.call(&signer, &Endpoint::Global, DIRECTORY, "ListAccounts", &[]);
    assert_eq!(answer.refusal(), (400, "InvalidSecurityToken.Expired"));
}

#[test]
fn simulated_time_alone_does_not_end_a_session() {
    let mut world = World::new();
    let signer = signer(&assume(&mut world, OWNER, &reader(), "sweep").ok());
    let request = world.request(&signer, DIRECTORY, "ListAccounts", &[]);
    let moment = Moment {
        now: world.now + SignedDuration::from_hours(100),
        wall: world.now,
    };
    assert_eq!(world.cloud.handle(moment, &Endpoint::Global, &request).status(), 200);
}

#[test]
fn a_token_belongs_to_its_key() {
    let mut world = World::new();
    let good = signer(&assume(&mut world, OWNER, &reader(), "sweep").ok());
    for (token, code) in [
        (Some("CAISother"), "InvalidSecurityToken.MismatchWithAccessKey"),
        (Some("nonsense"), "InvalidSecurityToken.Malformed"),
        (None, "MissingSecurityToken"),
    ] {
        let bad = Signer {
            token: token.map(str::to_owned),
            ..good.clone()
        };
        let answer = world.call(&bad, &Endpoint::Global, DIRECTORY, "ListAccounts", &[]);
        assert_eq!(answer.refusal(), (400, code));
    }
}

#[test]
fn the_function_host_gets_a_functions_role() {
    let mut world = World::new();
    let moment = Moment::at(world.now);
    let role = format!("acs:ram::{OWNER}:role/goldcast-sweep");
    let key = world.cloud.assume(moment, &role, "sweep").unwrap();
    let signer = Signer {
        id: key.id.clone(),
        secret: key.secret.expose_secret().to_owned(),
        token: Some(key.token.expose_secret().to_owned()),
    };
    let identity = world
        .call(&signer, &Endpoint::Global, STS, "GetCallerIdentity", &[])
        .ok();
    assert_eq!(
        identity["Arn"],
        format!("acs:ram::{OWNER}:assumed-role/goldcast-sweep/sweep")
    );
    let unknown = world.cloud.assume(moment, "acs:ram::1:role/x", "s").unwrap_err();
    assert_eq!(
        unknown,
        AssumeError::NoSuchRole {
            arn: "acs:ram::1:role/x".to_owned()
        }
    );
}
