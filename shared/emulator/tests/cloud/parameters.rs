//! Encrypted parameters of the parameter store: who may read one, and what is never shown.

use goldcast_emulator::cloud::{Endpoint, SecretParameter};
use serde_json::json;

use crate::authorisation::{allow, is_allowed, user};
use crate::support::{AWAY, Answer, HOME, MEMBER, OWNER, Signer, World, account, region};

const OOS: &str = "2019-06-01";
const NAME: &str = "goldcast/robot";
const VALUE: &str = "https://robot.example/?token=planted";

fn call(world: &mut World, signer: &Signer, at: &str, action: &str, params: &[(&str, &str)]) -> Answer {
    let params: Vec<_> = params.iter().copied().chain([("RegionId", at)]).collect();
    world.call(signer, &Endpoint::Region(region(at)), OOS, action, &params)
}

/// A world in which the owner has one parameter at home.
fn world() -> World {
    let mut world = World::new();
    let parameter = SecretParameter {
        account: account(OWNER),
        region: region(HOME),
        name: NAME.to_owned(),
        value: VALUE.into(),
    };
    world.cloud.put_secret_parameter(world.now, parameter);
    world
}

#[test]
fn a_value_is_shown_only_decrypted_and_to_its_own_account_and_region() {
    let mut world = world();
    let (owner, member) = (Signer::of(OWNER), Signer::of(MEMBER));
    let named = [("Name", NAME)];
    let decrypted = [("Name", NAME), ("WithDecryption", "true")];
    let body = call(&mut world, &owner, HOME, "GetSecretParameter", &decrypted).ok();
    assert_eq!(body["Parameter"]["Value"], VALUE);
    assert_eq!(body["Parameter"]["Type"], "Secret");
    let body = call(&mut world, &owner, HOME, "GetSecretParameter", &named).ok();
    assert!(body["Parameter"].get("Value").is_none(), "{body}");
    for (signer, at) in [(&member, HOME), (&owner, AWAY)] {
        let answer = call(&mut world, signer, at, "GetSecretParameter", &decrypted);
        assert_eq!(answer.refusal(), (404, "EntityNotExists.Parameter"));
    }
}

#[test]
fn reading_a_value_asks_for_the_parameter_and_for_its_secret() {
    let parameter = format!("acs:oos:*:{OWNER}:secretparameter/goldcast/*");
    let secret = format!("acs:kms:*:{OWNER}:secret/oos/goldcast/*");
    let (own, kms) = (
        allow("oos:GetSecretParameter", &parameter),
        allow("kms:GetSecretValue", &secret),
    );
    for (statements, decryption, passes) in [
        (json!([own, kms]), "true", true),
        (json!([own]), "true", false),
        (json!([own]), "false", true),
        (json!([kms]), "true", false),
    ] {
        let mut world = world();
        let limited = user(&mut world, OWNER, &statements);
        let params = [("Name", NAME), ("WithDecryption", decryption)];
        let answer = call(&mut world, &limited, HOME, "GetSecretParameter", &params);
        assert_eq!(is_allowed(&answer), passes, "{statements} {}", answer.body);
        let other = [("Name", "other"), ("WithDecryption", decryption)];
        let answer = call(&mut world, &limited, HOME, "GetSecretParameter", &other);
        assert!(!is_allowed(&answer), "{statements} {}", answer.body);
    }
}

#[test]
fn a_parameter_is_made_changed_and_deleted() {
    let mut world = World::new();
    let owner = Signer::of(OWNER);
    let mut go = |action: &str, params: &[(&str, &str)]| call(&mut world, &owner, HOME, action, params);
    let first = [("Name", NAME), ("Value", "1")];
    assert_eq!(
        go("CreateSecretParameter", &first).ok()["Parameter"]["ParameterVersion"],
        1
    );
    let again = go("CreateSecretParameter", &first);
    assert_eq!(again.refusal(), (409, "EntityAlreadyExists.Parameter"));
    let second = [("Name", NAME), ("Value", VALUE)];
    assert_eq!(
        go("UpdateSecretParameter", &second).ok()["Parameter"]["ParameterVersion"],
        2
    );
    let decrypted = [("Name", NAME), ("WithDecryption", "true")];
    assert_eq!(go("GetSecretParameter", &decrypted).ok()["Parameter"]["Value"], VALUE);
    go("DeleteSecretParameter", &[("Name", NAME)]).ok();
    let gone = go("GetSecretParameter", &decrypted);
    assert_eq!(gone.refusal(), (404, "EntityNotExists.Parameter"));
    for (name, value) in [("a b", "1"), ("ACS-mine", "1"), (NAME, "")] {
        let answer = go("CreateSecretParameter", &[("Name", name), ("Value", value)]);
        assert_eq!(answer.refusal().0, 400, "{name}");
    }
    assert_eq!(
        go("ListSecretParameters", &[]).refusal(),
        (501, "InvalidApi.NotSimulated")
    );
}

#[test]
fn no_value_is_in_the_call_log() {
    let mut world = World::new();
    let owner = Signer::of(OWNER);
    let write = [("Name", NAME), ("Value", VALUE)];
    let read = [("Name", NAME), ("WithDecryption", "true")];
    call(&mut world, &owner, HOME, "CreateSecretParameter", &write).ok();
    call(&mut world, &owner, HOME, "UpdateSecretParameter", &write).ok();
    call(&mut world, &owner, HOME, "GetSecretParameter", &read).ok();
    assert_eq!(world.cloud.calls().len(), 3);
    let log = format!("{:?}", world.cloud.calls());
    assert!(!log.contains("planted"), "{log}");
}
