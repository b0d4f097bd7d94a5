//! Every error code that is documented for an ECS operation that goldcast calls: brought about by doing the thing, or
//! listed in `fixtures/not-from-outside.json` with the reason why nothing a caller does can.

mod images;
mod shares;
mod tags;

use std::collections::BTreeSet;

use goldcast_emulator::cloud::{DiskKey, Image, Organisation, Setup, Switches};
use serde_json::Value;

use crate::shelf::params_of;
use crate::support::{Answer, HOME, KEY, MEMBER, OWNER, World, id_of, minutes, organisation, region, setup};

/// Operation, status, code, and what brings it about.
type Row = (&'static str, u16, &'static str, fn(&mut World) -> Answer);

#[test]
fn every_documented_code_is_brought_about_or_known_not_to_be() {
    let description: Value = serde_json::from_str(include_str!("../../fixtures/openapi/ecs-2014-05-26.json")).unwrap();
    let excused: Value = serde_json::from_str(include_str!("../../fixtures/not-from-outside.json")).unwrap();
    let rows: Vec<&Row> = tables().into_iter().flatten().collect();
    let mut problems = Vec::new();
    for (operation, status, code, cause) in &rows {
        let answer = cause(&mut World::new());
        let came = (
            u64::from(answer.status),
            answer.body["Code"].as_str().unwrap_or_default(),
        );
        if came != (u64::from(*status), code) {
            problems.push(format!("{operation} {status} {code}: {}", answer.body));
        }
    }
    for operation in rows.iter().map(|row| row.0).collect::<BTreeSet<_>>() {
        let documented = description["operations"][operation]["errors"].as_array().unwrap();
        let caused: BTreeSet<&str> = rows.iter().filter(|row| row.0 == operation).map(|row| row.2).collect();
        for error in documented {
            let code = error[1].as_str().unwrap();
            let is_excused = excused[operation][code].is_string();
            if caused.contains(code) == is_excused {
                problems.push(format!(
                    "{operation} {code}: either a row or a reason why there is none"
                ));
            }
        }
        let known: BTreeSet<&str> = documented.iter().map(|error| error[1].as_str().unwrap()).collect();
        let reasons = excused[operation]
            .as_object()
            .into_iter()
            .flat_map(|codes| codes.keys());
        for stranger in caused.iter().copied().chain(reasons.map(String::as_str)) {
            if !known.contains(stranger) {
                problems.push(format!("{operation} {stranger}: not documented"));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

fn tables() -> Vec<&'static [Row]> {
    vec![
        images::COPY,
        images::CANCEL,
        images::DESCRIBE,
        images::ATTRIBUTE,
        images::DELETE,
        images::FAMILY,
        shares::SHARE,
        shares::SHARES,
        tags::SNAPSHOTS,
        tags::TAG,
        tags::UNTAG,
        tags::TAGS,
        tags::REGIONS,
    ]
}

/// A public image.
const PUBLIC: &str = "aliyun_3_x64_20G_alibase_20240819.vhd";

/// A call by the owner in the home region, with parameters written as `Name=value Name=value`.
fn call(world: &mut World, action: &str, line: &str) -> Answer {
    world.ecs(action, &params_of(line))
}

/// A call about an image that is available.
fn on_image(world: &mut World, action: &str, line: &str) -> Answer {
    let image = world.image("golden-1");
    call(world, action, &format!("ImageId={image} {line}"))
}

fn copy(world: &mut World, line: &str) -> Answer {
    on_image(world, "CopyImage", line)
}

fn change(world: &mut World, line: &str) -> Answer {
    on_image(world, "ModifyImageAttribute", line)
}

fn share(world: &mut World, line: &str) -> Answer {
    on_image(world, "ModifyImageSharePermission", line)
}

fn find(world: &mut World, line: &str) -> Answer {
    call(world, "DescribeImages", line)
}

fn tag(world: &mut World, line: &str) -> Answer {
    let image = world.image("golden-1");
    call(
        world,
        "TagResources",
        &format!("ResourceType=image ResourceId.1={image} {line}"),
    )
}

/// A call to a region that there is not.
fn nowhere(world: &mut World, action: &str) -> Answer {
    let endpoint = goldcast_emulator::cloud::Endpoint::Region(region(HOME));
    let signer = crate::support::Signer::of(OWNER);
    world.call(
        &signer,
        &endpoint,
        crate::support::ECS,
        action,
        &[("RegionId", "cn-nowhere")],
    )
}

/// `Name.1<rest>=x1 Name.2<rest>=x2 …`
fn numbered(name: &str, rest: &str, count: usize) -> String {
    let each = (1..=count).map(|number| format!("{name}.{number}{rest}=x{number}"));
    each.collect::<Vec<_>>().join(" ")
}

/// Begins again in a cloud with other switches.
fn switch(world: &mut World, change: fn(&mut Switches)) {
    let mut setup = setup();
    change(&mut setup.switches);
    *world = World::with(Setup { ..setup });
}

/// An image that was changed from outside.
fn edited(world: &mut World, change: fn(&mut Image)) -> String {
    let image = world.image("golden-1");
    assert!(world.cloud.edit_image(&region(HOME), &image.parse().unwrap(), change));
    image
}

/// An image that a member has.
fn shared(world: &mut World) -> String {
    let image = world.image("golden-1");
    give(world, HOME, &image).ok();
    image
}

fn give(world: &mut World, at: &str, image: &str) -> Answer {
    let params = [("ImageId", image), ("AddAccount.1", MEMBER)];
    world.ecs_as(OWNER, at, "ModifyImageSharePermission", &params)
}

/// Begins again where the builder's disks are encrypted, and makes an image of them.
fn encrypted(world: &mut World, data_disks: &[u32]) -> String {
    let mut organisation: Organisation = organisation();
    for instance in &mut organisation.instances {
        instance.encryption = Some(DiskKey::Customer(KEY.to_owned()));
        instance.data_disks_gib = data_disks.to_vec();
    }
    *world = World::of(setup(), &organisation);
    world.image("golden-1")
}

/// An encrypted image in a region, under the customer's key or the service key.
fn encrypted_in(world: &mut World, at: &str, data_disks: &[u32], customer: bool) -> String {
    let image = encrypted(world, data_disks);
    let key = if customer { KEY } else { "alias/acs/ecs" };
    let line = format!("ImageId={image} DestinationRegionId={at} Encrypted=true KMSKeyId={key}");
    let copy = id_of(&call(world, "CopyImage", &line).ok());
    world.wait(minutes(240));
    copy
}

fn share_encrypted(world: &mut World, at: &str, data_disks: &[u32], customer: bool) -> Answer {
    let image = encrypted_in(world, at, data_disks, customer);
    give(world, at, &image)
}
