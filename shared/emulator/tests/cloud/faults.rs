//! Misbehaviour on demand: which calls it strikes, when, what callers see, and what was done.

use std::num::{NonZeroU32, NonZeroUsize};
use std::time::Duration;

use bytes::Bytes;
use goldcast_emulator::cloud::{Endpoint, Fault, FaultRule, Moment, Transit};
use http::{Response, StatusCode};
use jiff::SignedDuration;
use serde_json::Value;

use crate::support::{AWAY, Answer, ECS, HOME, MEMBER, OWNER, Signer, World, account, minutes, region};

const BUSY: StatusCode = StatusCode::CONFLICT;

fn busy() -> FaultRule {
    FaultRule::new(Fault::refused(BUSY, "OperationConflict"))
}

/// A call whose answer need not be JSON.
fn raw(world: &mut World, action: &str, params: &[(&str, &str)]) -> Response<Bytes> {
    let params: Vec<_> = params.iter().copied().chain([("RegionId", HOME)]).collect();
    let request = world.request(&Signer::of(OWNER), ECS, action, &params);
    let endpoint = Endpoint::Region(region(HOME));
    world.cloud.handle(Moment::at(world.now), &endpoint, &request)
}

/// Whether each of ten equal reads was struck.
fn struck(world: &mut World) -> Vec<bool> {
    (0..10)
        .map(|_| world.ecs("DescribeImages", &[]).status == BUSY.as_u16())
        .collect()
}

#[test]
fn a_rule_strikes_the_calls_that_it_is_for_and_no_others() {
    let away = region(AWAY);
    let (owner, member) = (account(OWNER), account(MEMBER));
    for (rule, wanted) in [
        (busy(), true),
        (busy().to("Ecs"), true),
        (busy().to("Kms"), false),
        (busy().on("DescribeImages"), true),
        (busy().on("CopyImage"), false),
        (busy().in_region(&region(HOME)), true),
        (busy().in_region(&away), false),
        (busy().by(&owner), true),
        (busy().by(&member), false),
        (busy().by_roles(), false),
        (busy().with("RegionId", HOME), true),
        (busy().with("ImageId", "m-1"), false),
        (busy().reads(), true),
        (busy().writes(), false),
    ] {
        let mut world = World::new();
        let said = format!("{rule:?}");
        world.cloud.faults_mut().add(rule);
        assert_eq!(struck(&mut world), [wanted; 10], "{said}");
    }
}

#[test]
fn a_rule_strikes_always_or_every_nth_or_the_next_few_or_for_a_while() {
    let two = NonZeroU32::new(2).unwrap();
    let start = World::new().now;
    let second = SignedDuration::from_secs(1);
    for (rule, wanted) in [
        (busy().every(two), [false, true, false, true, false]),
        (busy().for_next(2), [true, true, false, false, false]),
        (
            busy().between(start + second, start + second * 3),
            [false, true, true, false, false],
        ),
        (busy().recurring(second * 3, second), [false, false, true, false, false]),
    ] {
        let mut world = World::new();
        world.cloud.faults_mut().add(rule.clone());
        let found: Vec<_> = (0..5)
            .map(|_| {
                let struck = world.ecs("DescribeImages", &[]).status == BUSY.as_u16();
                world.now += second;
                struck
            })
            .collect();
        // 08:00:00 is a whole number of three seconds.
        assert_eq!(found, wanted, "{rule:?}");
    }
}

#[test]
fn a_rate_follows_from_the_seed_and_not_from_what_other_regions_are_asked() {
    let history = |elsewhere: bool| {
        let mut world = World::new();
        world.cloud.faults_mut().add(busy().at_rate(500));
        let calls = (0..40).map(|_| {
            if elsewhere {
                world.ecs_as(OWNER, AWAY, "DescribeImages", &[]);
            }
            world.ecs("DescribeImages", &[]).status
        });
        calls.collect::<Vec<_>>()
    };
    assert_eq!(history(false), history(true));
    let struck = history(false).iter().filter(|status| **status == BUSY.as_u16()).count();
    assert!((10..=30).contains(&struck), "{struck} of 40");
}

#[test]
fn faults_look_as_they_do_on_the_wire() {
    let mut world = World::new();
    let mut seen = |fault: Fault| {
        world.cloud.faults_mut().clear();
        world.cloud.faults_mut().add(FaultRule::new(fault));
        raw(&mut world, "DescribeImages", &[])
    };
    let retry_after = Some(Duration::from_millis(1500));
    let throttled = seen(Fault::Throttled { retry_after });
    assert_eq!(throttled.headers()["x-acs-retry-after"], "1500");
    assert_eq!(Answer::of(&throttled).refusal(), (400, "Throttling.User"));
    assert_eq!(
        Answer::of(&seen(Fault::internal_error())).refusal(),
        (500, "InternalError")
    );
    let gateway = seen(Fault::BadGateway);
    assert_eq!(
        (gateway.status().as_u16(), &gateway.headers()["content-type"]),
        (502, &"text/html".parse().unwrap())
    );
    assert!(gateway.body().starts_with(b"<html>"));
    let empty = seen(Fault::Empty(StatusCode::SERVICE_UNAVAILABLE));
    assert_eq!((empty.status().as_u16(), empty.body().len()), (503, 0));
    let reset = seen(Fault::Reset);
    assert!(reset.extensions().get::<Transit>().unwrap().broken);
    let (simulated, real) = (SignedDuration::from_secs(2), Duration::from_millis(3));
    let slow = seen(Fault::Slow { simulated, real });
    let transit = Transit {
        broken: false,
        simulated,
        real,
    };
    assert_eq!((slow.status().as_u16(), slow.extensions().get()), (200, Some(&transit)));
}

#[test]
fn nothing_is_done_before_the_work_and_everything_after_it() {
    for fault in [Fault::Reset, Fault::internal_error(), Fault::BadGateway] {
        for after in [false, true] {
            let mut world = World::new();
            let image = world.image("golden-1");
            let rule = FaultRule::new(fault.clone()).on("ModifyImageSharePermission");
            let rule = if after { rule.after_the_work() } else { rule };
            world.cloud.faults_mut().add(rule);
            let answer = raw(
                &mut world,
                "ModifyImageSharePermission",
                &[("ImageId", &image), ("AddAccount.1", MEMBER)],
            );
            assert!(!answer.status().is_success());
            assert_eq!(!world.shared_with(&image).is_empty(), after, "{fault:?}");
            world.wait(minutes(5));
            let audited = world
                .events
                .iter()
                .any(|event| event.body.to_string().contains("ModifyImageSharePermission"));
            // What never arrived cannot have been written down by anybody.
            assert_eq!(audited, after || fault != Fault::Reset, "{fault:?}");
        }
    }
}

#[test]
fn a_stale_read_shows_the_state_before_the_writes_of_late() {
    let mut world = World::new();
    let image = world.image("golden-1");
    let lag = SignedDuration::from_secs(90);
    world.cloud.faults_mut().add(FaultRule::new(Fault::Stale(lag)));
    let share = |world: &mut World, who: &str| {
        let params = [("ImageId", image.as_str()), ("AddAccount.1", who)];
        world.ecs("ModifyImageSharePermission", &params).ok();
    };
    share(&mut world, MEMBER);
    assert!(world.shared_with(&image).is_empty());
    world.now += SignedDuration::from_mins(1);
    share(&mut world, "2000000000000002");
    assert!(world.shared_with(&image).is_empty());
    world.now += SignedDuration::from_mins(1);
    assert_eq!(world.shared_with(&image), [MEMBER]);
    world.now += SignedDuration::from_mins(1);
    assert_eq!(world.shared_with(&image).len(), 2);
}

#[test]
fn stale_reads_cover_images_members_and_shares() {
    let mut world = World::new();
    let image = world.image("golden-1");
    let lag = minutes(10);
    world.cloud.faults_mut().add(FaultRule::new(Fault::Stale(lag)));
    let count = |body: &Value, pointer: &str| body.pointer(pointer).unwrap().as_array().unwrap().len();
    let look = |world: &mut World| {
        let members = world.directory("ListAccounts", &[("MaxResults", "100")]).ok();
        let shares = world.sharing("ListResourceShares", &[("ResourceOwner", "Self")]).ok();
        (
            world
                .listed(OWNER, HOME, &[("Status", "ALL"), ("ImageOwnerAlias", "self")])
                .len(),
            count(&members, "/Accounts/Account"),
            count(&shares, "/ResourceShares"),
        )
    };
    let before = look(&mut world);
    world.start_image(&[("ImageName", "golden-2")]);
    world
        .directory("CreateResourceAccount", &[("DisplayName", "payments")])
        .ok();
    world.start_share("shelf", &[&image], &[MEMBER]);
    assert_eq!(look(&mut world), before);
    world.now += lag;
    assert_eq!(look(&mut world), (before.0 + 1, before.1 + 1, before.2 + 1));
}

#[test]
fn short_pages_add_up_by_number_and_by_token() {
    let mut world = World::new();
    for number in 0..5 {
        world.start_image(&[("ImageName", &format!("image-{number}"))]);
    }
    let whole = world.listed(OWNER, HOME, &[("Status", "ALL"), ("ImageOwnerAlias", "self")]);
    world
        .cloud
        .faults_mut()
        .add(FaultRule::new(Fault::ShortPages(NonZeroUsize::new(2).unwrap())));
    let mut read = Vec::new();
    for page in ["1", "2", "3"] {
        let params = [
            ("Status", "ALL"),
            ("ImageOwnerAlias", "self"),
            ("PageSize", "100"),
            ("PageNumber", page),
        ];
        read.extend(world.listed(OWNER, HOME, &params));
    }
    assert_eq!(read, whole);
    let (mut token, mut members) = (String::new(), 0);
    loop {
        let page = world
            .directory("ListAccounts", &[("MaxResults", "100"), ("NextToken", &token)])
            .ok();
        let rows = page["Accounts"]["Account"].as_array().unwrap().len();
        assert!(rows <= 2);
        members += rows;
        token = page["NextToken"].as_str().unwrap_or_default().to_owned();
        if token.is_empty() {
            assert_eq!(page["TotalCount"], members);
            return;
        }
    }
}

#[test]
fn the_call_log_names_what_went_wrong_and_what_the_caller_saw() {
    let mut world = World::new();
    let seen = |world: &World| {
        let call = world.cloud.calls().last().unwrap();
        (call.status, call.error_code.clone(), call.took_ms, call.fault.clone())
    };
    let code = |code: &str| Some(code.to_owned());
    for (rule, wanted) in [
        (busy(), (409, code("OperationConflict"), 0, code("refused"))),
        (FaultRule::new(Fault::Reset), (0, None, 0, code("reset"))),
        (
            FaultRule::new(Fault::BadGateway).after_the_work(),
            (502, None, 0, code("bad-gateway, after the work")),
        ),
        (
            FaultRule::new(Fault::Slow {
                simulated: SignedDuration::from_secs(2),
                real: Duration::ZERO,
            }),
            (200, None, 2000, code("slow")),
        ),
        (busy().on("CopyImage"), (200, None, 0, None)),
    ] {
        world.cloud.faults_mut().clear();
        world.cloud.faults_mut().add(rule);
        raw(&mut world, "DescribeImages", &[]);
        assert_eq!(seen(&world), wanted);
    }
}
