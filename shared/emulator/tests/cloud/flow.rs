//! Flow control: so many calls of one operation by one account in one region, and no more until the period is over.

use goldcast_emulator::cloud::{Endpoint, FlowClock, Moment, Periods, Rate, Setup, Switches};
use http::Response;
use jiff::SignedDuration;

use crate::support::{AWAY, Answer, DIRECTORY, ECS, HOME, MANAGEMENT, MEMBER, OWNER, Signer, World, region, setup};

const SECOND: SignedDuration = SignedDuration::from_secs(1);

fn world(switches: Switches) -> World {
    World::with(Setup { switches, ..setup() })
}

/// A cloud in which everything without a published rate may be called twice a minute.
fn twice() -> Switches {
    Switches {
        unpublished_rate: Some(Rate::per_minute(2)),
        ..Switches::default()
    }
}

/// Lists the regions as an account does at an endpoint.
fn regions(world: &mut World, account: &str, at: &str) -> Response<bytes::Bytes> {
    let request = world.request(&Signer::of(account), ECS, "DescribeRegions", &[]);
    world
        .cloud
        .handle(Moment::at(world.now), &Endpoint::Region(region(at)), &request)
}

#[track_caller]
fn check(response: &Response<bytes::Bytes>, wait_ms: Option<&str>) {
    let hint = response
        .headers()
        .get("x-acs-retry-after")
        .map(|value| value.to_str().unwrap());
    assert_eq!(hint, wait_ms);
    let answer = Answer::of(response);
    if wait_ms.is_none() {
        answer.ok();
    } else {
        assert_eq!(answer.refusal(), (400, "Throttling.User"));
        assert_eq!(answer.body["Message"], "Request was denied due to user flow control.");
    }
}

#[test]
fn whoever_is_refused_in_one_minute_is_heard_in_the_next() {
    let mut world = world(twice());
    world.now += SECOND * 50;
    check(&regions(&mut world, OWNER, HOME), None);
    check(&regions(&mut world, OWNER, HOME), None);
    check(&regions(&mut world, OWNER, HOME), Some("10000"));
    world.now += SignedDuration::from_millis(9_500);
    check(&regions(&mut world, OWNER, HOME), Some("500"));
    world.now += SignedDuration::from_millis(500);
    check(&regions(&mut world, OWNER, HOME), None);
}

#[test]
fn a_sliding_period_begins_with_every_call() {
    let mut world = world(Switches {
        flow_periods: Periods::Sliding,
        ..twice()
    });
    world.now += SECOND * 50;
    check(&regions(&mut world, OWNER, HOME), None);
    world.now += SECOND * 20;
    check(&regions(&mut world, OWNER, HOME), None);
    check(&regions(&mut world, OWNER, HOME), Some("40000"));
    world.now += SECOND * 40;
    check(&regions(&mut world, OWNER, HOME), None);
    check(&regions(&mut world, OWNER, HOME), Some("20000"));
}

#[test]
fn accounts_regions_and_operations_are_counted_apart() {
    let mut world = world(twice());
    for (account, at) in [(OWNER, HOME), (OWNER, AWAY), (MEMBER, HOME)] {
        check(&regions(&mut world, account, at), None);
        check(&regions(&mut world, account, at), None);
        check(&regions(&mut world, account, at), Some("60000"));
    }
    world.ecs("DescribeSnapshots", &[]).ok();
}

#[test]
fn a_refused_call_is_not_counted_and_does_nothing() {
    let mut world = world(Switches {
        unpublished_rate: Some(Rate::per_minute(1)),
        flow_periods: Periods::Sliding,
        ..Switches::default()
    });
    let create = [("ImageName", "golden"), ("InstanceId", crate::support::BUILDER)];
    world.ecs("CreateImage", &create).ok();
    for _ in 0..3 {
        let answer = world.ecs("CreateImage", &[("ImageName", "another"), create[1]]);
        assert_eq!(answer.refusal(), (400, "Throttling.User"));
        world.now += SECOND * 20;
    }
    assert_eq!(
        world.listed(
            OWNER,
            HOME,
            &[("ImageName", "another"), ("Status", "Creating,Available")]
        ),
        [""; 0]
    );
    world.ecs("CreateImage", &[("ImageName", "another"), create[1]]).ok();
}

#[test]
fn published_rates_hold_by_default() {
    let mut world = world(Switches::default());
    let throttled = |answer: &Answer| answer.status == 400 && answer.refusal().1 == "Throttling.User";
    for (calls, account, endpoint, version, action) in [
        (1000, OWNER, Endpoint::Region(region(HOME)), ECS, "DescribeImages"),
        (1000, OWNER, Endpoint::Region(region(HOME)), ECS, "CopyImage"),
        (
            1000,
            OWNER,
            Endpoint::Region(region(HOME)),
            ECS,
            "ModifyImageSharePermission",
        ),
        (20, MANAGEMENT, Endpoint::Global, DIRECTORY, "ListAccounts"),
        (50, MANAGEMENT, Endpoint::Global, DIRECTORY, "GetAccount"),
        (
            20,
            OWNER,
            Endpoint::Region(region(HOME)),
            "2020-01-10",
            "ListResourceShares",
        ),
        (
            10,
            OWNER,
            Endpoint::Region(region(HOME)),
            "2020-01-10",
            "CreateResourceShare",
        ),
    ] {
        let params = [("RegionId", HOME)];
        for call in 0..calls {
            let answer = world.call(&Signer::of(account), &endpoint, version, action, &params);
            assert!(!throttled(&answer), "{action}, call {call}: {}", answer.body);
        }
        let answer = world.call(&Signer::of(account), &endpoint, version, action, &params);
        assert!(throttled(&answer), "{action}: {}", answer.body);
    }
}

#[test]
fn all_accounts_together_have_a_rate_of_their_own_if_there_is_one() {
    let mut world = world(Switches {
        api_rate: Some(Rate::per_second(2)),
        ..Switches::default()
    });
    for account in [OWNER, MEMBER] {
        check(&regions(&mut world, account, HOME), None);
    }
    let response = regions(&mut world, MANAGEMENT, HOME);
    assert_eq!(response.headers()["x-acs-retry-after"], "1000");
    let answer = Answer::of(&response);
    assert_eq!(answer.refusal(), (400, "Throttling.Api"));
    assert_eq!(answer.body["Message"], "Request was denied due to api flow control.");
}

#[test]
fn flow_control_can_be_switched_off() {
    let mut world = world(Switches {
        flow_control: false,
        unpublished_rate: Some(Rate::per_minute(1)),
        ..Switches::default()
    });
    for _ in 0..3 {
        check(&regions(&mut world, OWNER, HOME), None);
    }
}

/// The codes of ten calls in five minutes of the caller's clock, while simulated time stands still.
fn in_five_minutes_of_the_caller(flow_clock: FlowClock) -> Vec<u16> {
    let mut world = World::with(Setup {
        switches: twice(),
        flow_clock,
        ..setup()
    });
    let now = world.now;
    let mut statuses = Vec::new();
    for seconds in 0..10 {
        // It never makes more than two calls a minute.
        let wall = now + SECOND * 30 * seconds;
        world.now = wall;
        let request = world.request(&Signer::of(OWNER), ECS, "DescribeRegions", &[]);
        world.now = now;
        let endpoint = Endpoint::Region(region(HOME));
        let response = world.cloud.handle(Moment { now, wall }, &endpoint, &request);
        statuses.push(response.status().as_u16());
    }
    statuses
}

#[test]
fn calls_are_counted_by_simulated_time_or_by_the_callers_own_clock() {
    assert_eq!(in_five_minutes_of_the_caller(FlowClock::Callers), [200; 10]);
    let simulated = in_five_minutes_of_the_caller(FlowClock::Simulated);
    assert_eq!(simulated[..2], [200; 2]);
    assert_eq!(simulated[2..], [400; 8]);
}
