//! Objects and secret parameters: our client against the simulated cloud, under the roles that are deployed.

use goldcast_cloud::{Class, Deadline, ObjectPlace};
use goldcast_emulator::cloud::{Fault, FaultRule, SecretParameter};
use goldcast_tests::{People, Script, Stage};
use std::time::Duration;

const BUCKET: &str = "corp-goldcast";
const HOME: &str = "cn-hangzhou";

fn soon() -> Deadline {
    Deadline::after(Duration::from_mins(10))
}

fn place(key: &str) -> ObjectPlace {
    ObjectPlace::new(HOME, BUCKET, key)
}

#[tokio::test]
async fn what_was_written_last_is_read() {
    let stage = Stage::new();
    let client = stage.client_of(People::Owner, Script::Faithful);
    let place = place("goldcast/told/platform team.json");
    assert_eq!(client.get_object(&place, soon()).await.unwrap(), None);
    let mut etags = Vec::new();
    for body in ["{}", r#"{"told":["linux-1"]}"#] {
        let etag = client.put_object(&place, body, soon()).await.unwrap();
        let object = client.get_object(&place, soon()).await.unwrap().unwrap();
        assert_eq!((&object.body[..], &object.etag), (body.as_bytes(), &etag));
        etags.push(etag);
    }
    etags.dedup();
    assert_eq!(etags.len(), 2, "another body has another tag");
    let keys = stage.cloud(|cloud, _| {
        let objects = cloud.objects(BUCKET);
        objects
            .map(|(key, object)| (key.to_owned(), object.content_type.clone()))
            .collect::<Vec<_>>()
    });
    assert_eq!(keys, [(place.key, "application/json".to_owned())]);
}

#[tokio::test(start_paused = true)]
async fn an_object_is_written_once_more_when_nobody_knows_whether_it_was() {
    let stage = Stage::new();
    stage.cloud(|cloud, _| {
        let lost = FaultRule::new(Fault::Reset).to("Oss").after_the_work();
        let failed = FaultRule::new(Fault::internal_error()).to("Oss");
        cloud.faults_mut().extend([lost.for_next(1), failed.for_next(1)]);
    });
    let client = stage.client_of(People::Owner, Script::Patient);
    let place = place("told");
    let etag = client.put_object(&place, "1", soon()).await.unwrap();
    let object = client.get_object(&place, soon()).await.unwrap().unwrap();
    assert_eq!((&object.body[..], object.etag), (&b"1"[..], etag));
    assert_eq!(client.calls().writes(), 3);
}

#[tokio::test]
async fn what_others_own_is_denied_and_what_is_missing_is_named() {
    let stage = Stage::new();
    let stranger = stage.client_of(People::Management, Script::Faithful);
    let error = stranger.get_object(&place("told"), soon()).await.unwrap_err();
    assert!(error.is_code("AccessDenied"), "{error}");
    assert_eq!(error.class(), Class::Permanent);
    let owner = stage.client_of(People::Owner, Script::Faithful);
    let nowhere = ObjectPlace::new(HOME, "nobodys-bucket", "told");
    let error = owner.get_object(&nowhere, soon()).await.unwrap_err();
    assert!(error.is_code("NoSuchBucket"), "{error}");
    let request_id = &error.refusal().unwrap().request_id;
    assert_eq!(request_id.len(), 24, "{error}");
}

#[tokio::test]
async fn a_secret_parameter_reaches_its_reader_and_nobody_else() {
    let stage = Stage::new();
    stage.cloud(|cloud, now| {
        let parameter = SecretParameter {
            account: "1234567890123456".parse().unwrap(),
            region: HOME.parse().unwrap(),
            name: "goldcast/robot".to_owned(),
            value: "https://robot.example/?token=planted".into(),
        };
        cloud.put_secret_parameter(now, parameter);
    });
    let client = stage.client_of(People::Owner, Script::Faithful);
    let value = client.secret_parameter(HOME, "goldcast/robot", soon()).await.unwrap();
    assert!(!format!("{value:?} {client:?}").contains("planted"));
    let log = stage.cloud(|cloud, _| format!("{:?}", cloud.calls()));
    assert!(!log.contains("planted"), "{log}");
    let stranger = stage.client_of(People::Management, Script::Faithful);
    let error = stranger
        .secret_parameter(HOME, "goldcast/robot", soon())
        .await
        .unwrap_err();
    assert!(error.is_code("EntityNotExists.Parameter"), "{error}");
}
