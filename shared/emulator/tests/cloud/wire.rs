//! The forms that a request and its answer may have on the wire, whoever sends it.

use goldcast_emulator::cloud::{Endpoint, Moment, Setup, Switches};
use goldcast_signing::percent_encode;

use crate::support::{AWAY, Carried, ECS, HOME, OWNER, Signer, V1, World, region, setup};

fn home() -> Endpoint {
    Endpoint::Region(region(HOME))
}

/// How the last call's parameter arrived.
fn arrived(world: &World, name: &str) -> Option<String> {
    world.cloud.calls().last().unwrap().parameters.get(name).cloned()
}

#[test]
fn a_v1_request_may_carry_its_parameters_anywhere() {
    let methods = [
        (V1::get(), Carried::Query),
        (V1::post(), Carried::Query),
        (V1::post(), Carried::Form),
        (V1::post(), Carried::Both),
    ];
    for (request, carried) in methods {
        let mut world = World::new();
        let request = request.with("Empty", "").carried(carried).request(&world);
        world.send(&home(), &request).ok();
        assert_eq!(arrived(&world, "RegionId").as_deref(), Some(HOME), "{carried:?}");
        assert_eq!(
            arrived(&world, "Empty").as_deref(),
            Some(""),
            "{carried:?}: kept, and signed"
        );
    }
}

/// How a client writes a text to the wire.
type Spell = fn(&str) -> String;

#[test]
fn a_blank_is_a_plus_or_percent_twenty_and_a_star_may_be_bare() {
    const TEXT: &str = "a b+c*d~e/f=g&h%i中";
    let spellings: [(&str, Spell); 3] = [
        ("canonical", percent_encode),
        ("form", |text| {
            percent_encode(text).replace("%20", "+").replace("%2A", "*")
        }),
        ("lower-case hex", |text| {
            percent_encode(text)
                .replace("%2B", "%2b")
                .replace("%E4%B8%AD", "%e4%b8%ad")
        }),
    ];
    for carried in [Carried::Query, Carried::Form] {
        for (name, spell) in spellings {
            let mut world = World::new();
            let request = V1::post().with("Text", TEXT).carried(carried);
            let request = request.encoded(&world, |pairs| {
                let pairs = pairs.iter().map(|(name, value)| format!("{name}={}", spell(value)));
                pairs.collect::<Vec<_>>().join("&")
            });
            world.send(&home(), &request).ok();
            assert_eq!(arrived(&world, "Text").as_deref(), Some(TEXT), "{name} {carried:?}");
        }
    }
}

#[test]
fn a_form_is_known_by_its_content_type_in_any_capitals() {
    let mut world = World::new();
    let mut request = V1::post().carried(Carried::Form).request(&world);
    let kind = "Application/X-WWW-Form-Urlencoded; charset=UTF-8".parse().unwrap();
    request.headers_mut().insert("content-type", kind);
    world.send(&home(), &request).ok();
}

#[test]
fn a_v3_request_may_carry_its_parameters_in_a_form() {
    let mut world = World::new();
    let signer = Signer::of(OWNER);
    let mut request = world.request(&signer, ECS, "DescribeImages", &[("RegionId", HOME)]);
    let kind = "application/x-www-form-urlencoded".parse().unwrap();
    request.headers_mut().insert("content-type", kind);
    *request.body_mut() = "ImageName=nothing+of+this+name&PageSize=7".into();
    let key = goldcast_signing::Key {
        id: &signer.id,
        secret: &signer.secret,
        token: None,
    };
    goldcast_signing::v3::sign(&mut request, &key, world.now, "form").unwrap();
    let body = world.send(&home(), &request).ok();
    assert_eq!(
        (&body["PageSize"], &body["TotalCount"]),
        (&7.into(), &0.into()),
        "{body}"
    );
    assert_eq!(arrived(&world, "ImageName").as_deref(), Some("nothing of this name"));
}

#[test]
fn the_order_of_parameters_on_the_wire_is_nobodys_business() {
    let mut world = World::new();
    let request = V1::post().encoded(&world, |pairs| {
        let mut pairs: Vec<_> = pairs
            .iter()
            .map(|(name, value)| format!("{name}={}", percent_encode(value)))
            .collect();
        pairs.reverse();
        pairs.join("&")
    });
    world.send(&home(), &request).ok();
}

#[test]
fn booleans_come_in_any_capitals_and_nothing_else_is_one() {
    for (text, refusal) in [
        ("true", (400, "DryRunOperation")),
        ("True", (400, "DryRunOperation")),
        ("TRUE", (400, "DryRunOperation")),
        ("yes", (400, "InvalidParameter.Format")),
    ] {
        let mut world = World::new();
        let image = world.image("golden");
        let answer = world.ecs("DeleteImage", &[("ImageId", &image), ("DryRun", text)]);
        assert_eq!(answer.refusal(), refusal, "{text}");
        world.kept(HOME, &image);
    }
    for text in ["false", "False", ""] {
        let mut world = World::new();
        let image = world.image("golden");
        world.ecs("DeleteImage", &[("ImageId", &image), ("DryRun", text)]).ok();
    }
}

#[test]
fn lists_are_read_in_order_of_number_and_may_have_gaps() {
    let mut world = World::new();
    let image = world.image("golden");
    let tags: Vec<(String, String)> = [10, 2, 7]
        .iter()
        .flat_map(|n| {
            [
                (format!("Tag.{n}.Value"), format!("value {n}")),
                (format!("Tag.{n}.Key"), format!("key-{n}")),
            ]
        })
        .collect();
    let mut params: Vec<_> = tags
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    params.extend([("ResourceType", "image"), ("ResourceId.3", image.as_str())]);
    world.ecs("TagResources", &params).ok();
    let mut kept: Vec<_> = world
        .kept(HOME, &image)
        .tags
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    kept.sort_unstable();
    assert_eq!(kept, ["key-10=value 10", "key-2=value 2", "key-7=value 7"]);
}

/// The text of an answer to a V1 request.
#[track_caller]
fn text(world: &mut World, request: &V1) -> String {
    let request = request.request(world);
    let response = world.cloud.handle(Moment::at(world.now), &home(), &request);
    assert_eq!(response.headers()["content-type"], "text/xml;charset=utf-8");
    String::from_utf8(response.into_body().to_vec()).unwrap()
}

#[test]
fn whoever_signs_with_v1_and_asks_for_no_format_gets_xml() {
    for request in [
        V1::get().without("Format"),
        V1::get().with("Format", ""),
        V1::get().with("Format", "XML"),
        V1::post().with("Format", "xml").carried(Carried::Form),
    ] {
        let mut world = World::new();
        let text = text(&mut world, &request);
        let start = r#"<?xml version="1.0" encoding="UTF-8"?><DescribeRegionsResponse><Regions><Region>"#;
        assert!(text.starts_with(start), "{text}");
        assert!(text.contains("</Region><Region>"), "{text}");
        let id = &world.cloud.calls().last().unwrap().request_id;
        assert!(
            text.ends_with(&format!("<RequestId>{id}</RequestId></DescribeRegionsResponse>")),
            "{text}"
        );
    }
    for format in ["JSON", "json"] {
        let mut world = World::new();
        let request = V1::get().with("Format", format).request(&world);
        world.send(&home(), &request).ok();
    }
}

#[test]
fn the_root_of_a_success_in_xml_can_be_the_other_documented_one() {
    let switches = Switches {
        xml_root_is_operation: false,
        ..Switches::default()
    };
    let mut world = World::with(Setup { switches, ..setup() });
    let text = text(&mut world, &V1::get().without("Format"));
    assert!(
        text.contains("?><ActionResponse><Regions>") && text.ends_with("</ActionResponse>"),
        "{text}"
    );
}

#[test]
fn a_refusal_in_xml_has_the_members_of_one_in_json() {
    let mut world = World::new();
    let text = text(&mut world, &V1::get().without("Format").signed_with("<&>"));
    let mut rest = text.as_str();
    for part in [
        r#"<?xml version="1.0" encoding="UTF-8"?><Error><Code>SignatureDoesNotMatch</Code>"#,
        "<HostId>cloud.test</HostId>",
        "<Message>Specified signature is not matched with our calculation. server StringToSign is:GET&amp;%2F&amp;",
        "</Message><Recommend>https://api.aliyun.com/troubleshoot?q=SignatureDoesNotMatch&amp;product=Ecs&amp;requestId=",
        "</Recommend><RequestId>",
        "</RequestId></Error>",
    ] {
        let at = rest.find(part).unwrap_or_else(|| panic!("{part} in {text}"));
        rest = rest.get(at..).unwrap();
    }
}

#[test]
fn v3_is_answered_in_json_whatever_it_asks_for() {
    let mut world = World::new();
    world.ecs("DescribeRegions", &[("Format", "XML")]).ok();
}

#[test]
fn the_endpoint_decides_the_region_whatever_the_signature() {
    let mut world = World::new();
    let request = V1::get()
        .with("Action", "DescribeImages")
        .with("RegionId", AWAY)
        .request(&world);
    let answer = world.send(&home(), &request);
    assert_eq!(answer.refusal(), (400, "InvalidOperation.NotSupportedEndpoint"));
}
