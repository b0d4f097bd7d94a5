//! The sockets of the world: the cloud's own, the chat tools' and the web page.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::support::{HOME, OWNER, http, proxied, setup, start, world};
use bytes::Bytes;
use goldcast_domain::RegionId;
use goldcast_emulator::cloud::{AccessKey, Fault, FaultRule};
use goldcast_emulator::world::{Misbehaviour, ReceiverKind, ReceiverSetup, Unanswered, WallClock, World};
use goldcast_signing::{Key, oss4, v3};
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// The robot's signature of 1700000000000, made by an independent implementation.
const SIGN: &str = "bCcJiIKqyObgdvB5UiIbViJlixojz9bQW5dnZbgLAd8%3D";
const JSON: (&str, &str) = ("content-type", "application/json; charset=utf-8");

/// A world with both kinds of receivers, at the wall-clock time of the signatures.
async fn chatting(wall: i64) -> World {
    let mut setup = setup(Vec::new());
    setup.wall = WallClock::new(move || Timestamp::from_second(wall).unwrap());
    setup.receivers = vec![
        ReceiverSetup {
            channel: "platform".to_owned(),
            kind: ReceiverKind::DingTalk {
                access_token: "0123456789abcdef".into(),
                secret: Some("SEC000000000000000000000000000000000000000000000000000000000000test".into()),
            },
        },
        ReceiverSetup {
            channel: "generic".to_owned(),
            kind: ReceiverKind::Standard {
                secret: "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD".into(),
            },
        },
    ];
    World::open(setup).await.unwrap()
}

async fn say(world: &World, sign: &str) -> Value {
    let url = format!(
        "{}&timestamp=1700000000000&sign={sign}",
        world.webhook_url("platform").unwrap()
    );
    let body = r#"{"msgtype":"markdown","markdown":{"title":"Released","text":"**corp-linux** is out <b>"}}"#;
    let (status, answer) = http("POST", &url, &[JSON], body).await;
    assert_eq!(status, 200);
    serde_json::from_str(&answer).unwrap()
}

#[tokio::test]
async fn a_robot_takes_a_right_signature_and_refuses_a_wrong_one() {
    let world = chatting(1_700_000_000).await;
    assert_eq!(say(&world, SIGN).await, json!({"errcode": 0, "errmsg": "ok"}));
    assert_eq!(say(&world, "AAAA").await["errcode"], 310_000);
    let unknown = world.webhook_url("platform").unwrap().replace("0123", "3210");
    let (status, answer) = http("POST", &unknown, &[JSON], "{}").await;
    assert_eq!((status, answer.contains("300001")), (200, true), "{answer}");
    let messages = world.messages();
    let [message] = messages.as_slice() else {
        panic!("{messages:?}")
    };
    assert_eq!(
        (message.channel.as_str(), message.title.as_str()),
        ("platform", "Released")
    );
    assert_eq!(message.at, start());
}

#[tokio::test]
async fn an_endpoint_takes_a_right_signature_and_refuses_a_wrong_one() {
    let world = chatting(1_649_367_553).await;
    let url = world.webhook_url("generic").unwrap();
    let body = r#"{"email":"test@example.com","username":"test_user"}"#;
    let right = "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=";
    for (signature, status) in [(right, 204), ("v1,AAAA", 401)] {
        let headers = [
            JSON,
            ("webhook-id", "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk"),
            ("webhook-timestamp", "1649367553"),
            ("webhook-signature", signature),
        ];
        assert_eq!(http("POST", &url, &headers, body).await.0, status, "{signature}");
    }
    assert_eq!(world.messages().len(), 1);
}

#[tokio::test]
async fn a_channel_misbehaves_on_demand() {
    let world = chatting(1_700_000_000).await;
    assert!(world.misbehave("platform", Some(Misbehaviour::ErrorCode(-1))));
    assert_eq!(say(&world, SIGN).await["errcode"], -1);
    let url = world.webhook_url("generic").unwrap();
    for (misbehaviour, status) in [
        (Some(Misbehaviour::Status(StatusCode::INTERNAL_SERVER_ERROR)), 500),
        (Some(Misbehaviour::Redirect("http://127.0.0.1:1/".to_owned())), 302),
        (None, 401),
    ] {
        assert!(world.misbehave("generic", misbehaviour));
        assert_eq!(http("POST", &url, &[], "{}").await.0, status);
    }
    assert!(!world.misbehave("nobody", None));
    assert!(world.messages().is_empty());
}

#[tokio::test]
async fn a_channel_is_slow_flaps_or_lies() {
    let world = chatting(1_700_000_000).await;
    let every = NonZeroU32::new(2).unwrap();
    let status = StatusCode::INTERNAL_SERVER_ERROR;
    world.misbehave("generic", Some(Misbehaviour::Flapping { every, status }));
    let url = world.webhook_url("generic").unwrap();
    for status in [401, 500, 401, 500] {
        assert_eq!(http("POST", &url, &[], "{}").await.0, status);
    }
    world.misbehave("platform", Some(Misbehaviour::Swallow));
    assert_eq!(say(&world, SIGN).await["errcode"], 0);
    assert!(world.messages().is_empty());
    world.misbehave("platform", Some(Misbehaviour::Slow(Duration::from_millis(1))));
    assert_eq!(say(&world, SIGN).await["errcode"], 0);
    assert_eq!(world.messages().len(), 1);
}

/// The bytes that come back for a signed listing of the home region, until the connection ends.
async fn bytes_of_a_listing(world: &World, nonce: &str) -> (Vec<u8>, Result<u16, Unanswered>) {
    let address = world.endpoints().endpoints[HOME].ecs.clone();
    let key = AccessKey::of(&OWNER.parse().unwrap());
    let secret = key.secret.expose_secret().to_owned();
    let signed = |nonce: &str| {
        let mut request = http::Request::get(format!("http://{address}/?RegionId={HOME}"))
            .header("connection", "close")
            .header("x-acs-action", "DescribeRegions")
            .header("x-acs-version", "2014-05-26")
            .body(Bytes::new())
            .unwrap();
        let key = Key {
            id: &key.id,
            secret: &secret,
            token: None,
        };
        v3::sign(&mut request, &key, WallClock::default().now(), nonce).unwrap();
        request
    };
    let inside = world.in_process().send(&address, &signed(&format!("{nonce}-inside")));
    let request = signed(nonce);
    let mut stream = TcpStream::connect(&address).await.unwrap();
    let mut head = format!("GET /?RegionId={HOME} HTTP/1.1\r\n");
    for (name, value) in request.headers() {
        head.extend([name.as_str(), ": ", value.to_str().unwrap(), "\r\n"]);
    }
    stream.write_all(format!("{head}\r\n").as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // A connection that is reset instead of closed has no bytes either.
    let _end = stream.read_to_end(&mut answer).await;
    (answer, inside.map(|answer| answer.status().as_u16()))
}

#[tokio::test]
async fn a_broken_connection_gives_no_byte_outside_and_an_error_inside() {
    let world = world(Vec::new()).await;
    let (answer, inside) = bytes_of_a_listing(&world, "whole").await;
    assert!(
        answer.starts_with(b"HTTP/1.1 200 OK"),
        "{}",
        String::from_utf8_lossy(&answer)
    );
    assert_eq!(inside, Ok(200));
    world.with_cloud(|cloud, _| cloud.faults_mut().add(FaultRule::new(Fault::Reset).after_the_work()));
    let (answer, inside) = bytes_of_a_listing(&world, "broken").await;
    assert!(answer.is_empty(), "{}", String::from_utf8_lossy(&answer));
    assert_eq!(inside, Err(Unanswered::Broken));
}

#[tokio::test]
async fn a_slow_call_moves_simulated_time_on() {
    let world = world(Vec::new()).await;
    let simulated = SignedDuration::from_secs(20);
    let real = Duration::ZERO;
    world.with_cloud(|cloud, _| cloud.faults_mut().add(FaultRule::new(Fault::Slow { simulated, real })));
    let (_, inside) = bytes_of_a_listing(&world, "slow").await;
    assert_eq!(inside, Ok(200));
    assert_eq!(world.now(), start() + simulated + simulated, "one inside, one outside");
}

#[tokio::test]
async fn the_page_shows_what_people_were_told_and_escapes_it() {
    let world = chatting(1_700_000_000).await;
    say(&world, SIGN).await;
    let (status, page) = http("GET", &world.page_url(), &[], "").await;
    assert_eq!(status, 200);
    assert!(
        page.contains("corp-linux") && page.contains("&lt;b&gt;") && !page.contains("<b>"),
        "{page}"
    );
    for (path, wanted) in [
        ("messages.json", "corp-linux"),
        ("state.json", "2000000000000001"),
        ("calls.json", "[]"),
    ] {
        let (status, json) = http("GET", &format!("{}{path}", world.page_url()), &[], "").await;
        assert_eq!((status, json.contains(wanted)), (200, true), "{path}: {json}");
    }
}

#[tokio::test]
async fn both_faces_show_the_same_cloud() {
    let world = world(Vec::new()).await;
    let address = world.endpoints().endpoints[HOME].ecs.clone();
    let target = "/?Action=DescribeRegions&Version=2014-05-26&Format=JSON";
    let (status, answer) = http("GET", &format!("http://{address}{target}"), &[], "").await;
    let request = http::Request::get(target)
        .header("host", &address)
        .body(Bytes::new())
        .unwrap();
    for host in [address.as_str(), "ecs.cn-hangzhou.aliyuncs.com"] {
        let inside = world.in_process().send(host, &request).unwrap();
        let inside_body: Value = serde_json::from_slice(inside.body()).unwrap();
        let outside_body: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(
            (inside.status(), &inside_body["Code"]),
            (StatusCode::from_u16(status).unwrap(), &outside_body["Code"])
        );
    }
    let error = world.in_process().send("ecs.nowhere.example", &request).unwrap_err();
    let host = "ecs.nowhere.example".to_owned();
    assert_eq!(error, Unanswered::UnknownHost { host });
}

/// An object's bucket stands in the path at an address, and in the host where there is a name.
#[tokio::test]
async fn an_object_written_outside_is_read_inside() {
    let world = world(Vec::new()).await;
    let address = world.endpoints().endpoints[HOME].oss.clone();
    let signed = |method: &str, uri: &str| {
        let mut request = http::Request::builder().method(method).uri(uri);
        if method == "PUT" {
            request = request.header("content-type", "application/json");
        }
        let mut request = request.body(Bytes::new()).unwrap();
        let owner = AccessKey::of(&OWNER.parse().unwrap());
        let key = Key {
            id: &owner.id,
            secret: owner.secret.expose_secret(),
            token: None,
        };
        oss4::sign(
            &mut request,
            &key,
            HOME,
            "/corp-goldcast/told/a.json",
            WallClock::default().now(),
        )
        .unwrap();
        request
    };
    let url = format!("http://{address}/corp-goldcast/told/a.json");
    let put = signed("PUT", &url);
    let headers: Vec<(&str, &str)> = ["authorization", "content-type", "x-oss-date", "x-oss-content-sha256"]
        .iter()
        .map(|name| (*name, put.headers()[*name].to_str().unwrap()))
        .collect();
    assert_eq!(http("PUT", &url, &headers, "{}").await, (200, String::new()));

    let host = "corp-goldcast.oss-cn-hangzhou.aliyuncs.com";
    let get = signed("GET", &format!("http://{host}/told/a.json"));
    let inside = world.in_process().send(host, &get).unwrap();
    assert_eq!((inside.status(), &inside.body()[..]), (StatusCode::OK, &b"{}"[..]));
    // Without a signature it is of no product.
    let unsigned = http("GET", &format!("http://{address}/?list-type=2"), &[], "").await;
    assert!(unsigned.1.contains("MissingVersion"), "{unsigned:?}");
}

#[tokio::test]
async fn a_request_over_one_mebibyte_is_not_read() {
    let world = world(Vec::new()).await;
    let url = format!("http://{}/", world.endpoints().global.sts);
    assert_eq!(http("POST", &url, &[], &"x".repeat(1024 * 1024)).await.0, 400);
    assert_eq!(http("POST", &url, &[], &"x".repeat(1024 * 1024 + 1)).await.0, 413);
}

#[tokio::test]
async fn resource_sharing_answers_at_the_address_of_its_region_and_nowhere_else() {
    let mut setup = setup(Vec::new());
    setup.regions = vec![HOME.parse().unwrap(), "cn-nanjing".parse().unwrap()];
    let world = World::open(setup).await.unwrap();
    let endpoints = world.endpoints();
    let at = |region: &str| &endpoints.endpoints[region];
    assert_eq!(at("cn-nanjing").resourcesharing, None);
    let headers = [("x-acs-version", "2020-01-10"), ("x-acs-action", "ListResourceShares")];
    let served = at(HOME).resourcesharing.clone().unwrap();
    // Nothing is signed: the gateway of the product asks who calls, and elsewhere there is no such product.
    for (address, code) in [
        (served.as_str(), "MissingAccessKeyId"),
        (at("cn-nanjing").ecs.as_str(), "InvalidProduct.NotFound"),
        (endpoints.global.ram.as_str(), "InvalidProduct.NotFound"),
    ] {
        let url = format!("http://{address}/?ResourceOwner=Self");
        let (_, answer) = http("POST", &url, &headers, "").await;
        let answer: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(answer["Code"], code, "{address}");
    }
}

#[tokio::test]
async fn one_port_answers_for_every_host_that_is_asked_for() {
    let mut setup = setup(Vec::new());
    setup.regions = vec![HOME.parse().unwrap(), "cn-nanjing".parse().unwrap()];
    let world = World::open(setup).await.unwrap();
    let port = &world.endpoints().global.sts;
    for (host, version, action, region) in [
        (
            "ecs.cn-nanjing.aliyuncs.com",
            "2014-05-26",
            "DescribeRegions",
            Some("cn-nanjing"),
        ),
        (
            "ecs-cn-hangzhou.aliyuncs.com",
            "2014-05-26",
            "DescribeRegions",
            Some(HOME),
        ),
        (
            "kms-vpc.cn-hangzhou.aliyuncs.com:80",
            "2016-01-20",
            "ListKeys",
            Some(HOME),
        ),
        (
            "resourcedirectory-intl.aliyuncs.com",
            "2022-04-19",
            "ListAccounts",
            None,
        ),
        ("somewhere.else.example", "2022-04-19", "ListAccounts", None),
    ] {
        let headers = [("x-acs-version", version), ("x-acs-action", action)];
        let (_, answer) = proxied(port, &format!("http://{host}/"), &headers).await;
        // Nothing is signed: the gateway asks who calls, of products that are served at that host only.
        let answer: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(
            (&answer["Code"], &answer["HostId"]),
            (&json!("MissingAccessKeyId"), &json!(host))
        );
        let call = world.calls().pop().unwrap();
        assert_eq!(call.region.as_ref().map(RegionId::as_str), region, "{host}");
    }
}

/// Signatures are computed before anybody looks whether the key still has that secret.
#[tokio::test]
async fn a_signature_made_with_another_secret_is_refused_inside_as_outside() {
    let world = world(Vec::new()).await;
    let address = world.endpoints().endpoints[HOME].ecs.clone();
    let key = AccessKey::of(&OWNER.parse().unwrap());
    let ask = |secret: &str, nonce: &str| {
        let mut request = http::Request::get(format!("http://{address}/?RegionId={HOME}"))
            .header("x-acs-action", "DescribeRegions")
            .header("x-acs-version", "2014-05-26")
            .body(Bytes::new())
            .unwrap();
        let token = None;
        let key = Key {
            id: &key.id,
            secret,
            token,
        };
        v3::sign(&mut request, &key, WallClock::default().now(), nonce).unwrap();
        let answer = world.in_process().send(&address, &request).unwrap();
        let body: Value = serde_json::from_slice(answer.body()).unwrap();
        (answer.status().as_u16(), body["Code"].as_str().map(str::to_owned))
    };
    let old = key.secret.expose_secret();
    assert_eq!(ask(old, "1"), (200, None));
    let mismatch = (400, Some("SignatureDoesNotMatch".to_owned()));
    assert_eq!(ask("guessed", "2"), mismatch);
    assert_eq!(ask(old, "1"), (400, Some("SignatureNonceUsed".to_owned())));
    let replaced = AccessKey {
        secret: "renewed".into(),
        ..key.clone()
    };
    world.with_cloud(|cloud, _| cloud.add_key(&replaced));
    assert_eq!(ask(old, "3"), mismatch);
    assert_eq!(ask("renewed", "4"), (200, None));
}
