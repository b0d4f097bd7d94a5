//! Quota Center: what it says is what the products enforce, and who asks gets more.

use goldcast_emulator::cloud::{Quota, Switches};
use serde_json::{Value, json};

use crate::support::{AWAY, BUILDER, HOME, MANAGEMENT, MEMBER, OWNER, World, minutes, setup};

/// A whole day, in minutes: no review takes longer.
const REVIEW: i64 = 24 * 60;

/// A cloud in which every quota is this large.
fn tight(size: usize) -> World {
    let mut setup = setup();
    let switches = &mut setup.switches;
    for number in [
        &mut switches.accounts_per_image,
        &mut switches.images_per_region,
        &mut switches.snapshots_per_region,
        &mut switches.resource_shares_per_account,
        &mut switches.shared_resources_per_account,
    ] {
        *number = size;
    }
    World::with(setup)
}

/// The parameters that name a quota, with the region that it has or has not.
fn named(quota: Quota, product: &'static str, region: Option<&'static str>) -> Vec<(&'static str, &'static str)> {
    let mut params = vec![("ProductCode", product), ("QuotaActionCode", quota.default_code())];
    if let Some(region) = region {
        params.extend([("Dimensions.1.Key", "regionId"), ("Dimensions.1.Value", region)]);
    }
    params
}

/// Total and usage of a quota.
#[track_caller]
fn told(world: &mut World, account: &str, params: &[(&str, &str)]) -> (u64, u64) {
    let body = world.quotas_as(account, "GetProductQuota", params).ok();
    let number = |name: &str| body["Quota"][name].as_u64().unwrap();
    (number("TotalQuota"), number("TotalUsage"))
}

/// Applies for more, and gives the application's id.
#[track_caller]
fn apply(world: &mut World, account: &str, params: &[(&str, &str)], value: &str) -> String {
    let mut params = params.to_vec();
    params.extend([("DesireValue", value), ("Reason", "more members")]);
    let body = world.quotas_as(account, "CreateQuotaApplication", &params).ok();
    assert_eq!(body["Status"], "Process");
    body["ApplicationId"].as_str().unwrap().to_owned()
}

/// Shares an image of the home region with one more account.
fn share(world: &mut World, image: &str, account: &str) -> crate::support::Answer {
    world.ecs(
        "ModifyImageSharePermission",
        &[("ImageId", image), ("AddAccount.1", account)],
    )
}

#[test]
fn what_an_application_brings_is_told_and_enforced_after_its_review() {
    let mut world = tight(1);
    let quota = named(Quota::AccountsPerImage, "ecs", Some(HOME));
    let image = world.image("golden-1");
    share(&mut world, &image, MEMBER).ok();
    assert_eq!(told(&mut world, OWNER, &quota), (1, 1));
    let second = "2000000000000002";
    let refused = share(&mut world, &image, second);
    assert_eq!(refused.refusal(), (403, "QuotaExceed.ShareImageUser"));

    let id = apply(&mut world, OWNER, &quota, "2");
    let refused = share(&mut world, &image, second);
    assert_eq!(refused.refusal(), (403, "QuotaExceed.ShareImageUser"));
    world.wait(minutes(REVIEW));
    let found = world
        .quotas_as(OWNER, "GetQuotaApplication", &[("ApplicationId", &id)])
        .ok();
    let found = &found["QuotaApplication"];
    assert_eq!((&found["Status"], &found["ApproveValue"]), (&json!("Agree"), &json!(2)));
    share(&mut world, &image, second).ok();
    assert_eq!(told(&mut world, OWNER, &quota), (2, 2));
}

#[test]
fn a_raised_quota_is_one_accounts_in_one_region() {
    let mut world = World::new();
    let quota = |region| named(Quota::AccountsPerImage, "ecs", Some(region));
    apply(&mut world, OWNER, &quota(HOME), "300");
    world.wait(minutes(REVIEW));
    for (account, region, total) in [(OWNER, HOME, 300), (OWNER, AWAY, 50), (MEMBER, HOME, 50)] {
        assert_eq!(told(&mut world, account, &quota(region)).0, total, "{account} {region}");
    }
}

#[test]
fn an_application_may_be_for_a_while() {
    let mut world = World::new();
    let quota = named(Quota::AccountsPerImage, "ecs", Some(HOME));
    let mut params = quota.clone();
    params.extend([
        ("EffectiveTime", "2026-03-05T00:00:00Z"),
        ("ExpireTime", "2026-03-06T00:00:00Z"),
    ]);
    apply(&mut world, OWNER, &params, "60");
    for (until, total) in [
        ("2026-03-04T23:59:59Z", 50),
        ("2026-03-05T00:00:00Z", 60),
        ("2026-03-06T00:00:00Z", 50),
    ] {
        let until: jiff::Timestamp = until.parse().unwrap();
        world.wait(until.duration_since(world.now));
        assert_eq!(told(&mut world, OWNER, &quota).0, total, "{until}");
    }
}

#[test]
fn an_application_may_be_turned_down() {
    let mut setup = setup();
    setup.switches.quota_applications_agreed = false;
    let mut world = World::with(setup);
    let quota = named(Quota::AccountsPerImage, "ecs", Some(HOME));
    apply(&mut world, OWNER, &quota, "60");
    world.wait(minutes(REVIEW));
    let listed = world.quotas_as(OWNER, "ListQuotaApplications", &[("Status", "Disagree")]);
    let listed = listed.ok();
    assert_eq!(
        (&listed["TotalCount"], &listed["QuotaApplications"][0]["ApproveValue"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(told(&mut world, OWNER, &quota).0, 50);
}

#[test]
fn every_quota_that_is_full_refuses_with_its_code_and_is_told_as_full() {
    let mut world = tight(1);
    let image = world.image("golden-1");
    let share = |name| vec![("ResourceShareName", name)];
    world.sharing("CreateResourceShare", &share("first")).ok();
    let image_of = [("InstanceId", BUILDER), ("ImageName", "golden-2")];
    let copy_of = [("ImageId", image.as_str()), ("DestinationImageName", "golden-2")];
    for (answer, code) in [
        (world.ecs("CreateImage", &image_of), (403, "QuotaExceed.Image")),
        (world.ecs("CopyImage", &copy_of), (403, "QuotaExceed.Image")),
        (
            world.sharing("CreateResourceShare", &share("second")),
            (409, "QuotaExceeded.ResourceShare.Count"),
        ),
    ] {
        assert_eq!(answer.refusal(), code);
    }
    for (quota, product, full) in [
        (Quota::Images, "ecs", (1, 1)),
        (Quota::Snapshots, "ecs", (1, 1)),
        (Quota::ResourceShares, "resourcesharing", (1, 1)),
        (Quota::SharedResources, "resourcesharing", (1, 0)),
    ] {
        let params = named(quota, product, Some(HOME));
        assert_eq!(told(&mut world, OWNER, &params), full, "{quota:?}");
    }
    for (quota, numbers) in [(Quota::Members, (20, 14)), (Quota::Folders, (100, 4))] {
        let params = named(quota, "resourcemanager", None);
        assert_eq!(told(&mut world, MANAGEMENT, &params), numbers, "{quota:?}");
    }
}

#[test]
fn the_snapshots_of_an_image_have_to_fit_too() {
    let mut setup = setup();
    setup.switches.snapshots_per_region = 1;
    let mut world = World::with(setup);
    world.image("golden-1");
    let params = [("InstanceId", BUILDER), ("ImageName", "golden-2")];
    let refused = world.ecs("CreateImage", &params);
    assert_eq!(refused.refusal(), (403, "QuotaExceed.Snapshot"));
}

#[test]
fn a_directory_grows_beyond_twenty_members_once_it_may() {
    let mut world = World::new();
    apply(
        &mut world,
        MANAGEMENT,
        &named(Quota::Members, "resourcemanager", None),
        "21",
    );
    world.wait(minutes(REVIEW));
    for number in 14..21 {
        let name = format!("new-{number}");
        world.directory("CreateResourceAccount", &[("DisplayName", &name)]).ok();
    }
    let more = world.directory("CreateResourceAccount", &[("DisplayName", "one-too-many")]);
    assert_eq!(more.refusal(), (409, "LimitExceeded.Account"));
}

/// The quota codes of a listing.
fn codes(body: &Value) -> Vec<&str> {
    let rows = body["Quotas"].as_array().unwrap();
    rows.iter()
        .map(|row| row["QuotaActionCode"].as_str().unwrap())
        .collect()
}

#[test]
fn a_quota_is_found_by_its_name_in_one_region_or_in_each() {
    let mut world = World::new();
    let mut params = vec![("ProductCode", "ecs"), ("KeyWord", "users that can be shared")];
    let everywhere = world.quotas_as(OWNER, "ListProductQuotas", &params).ok();
    assert_eq!(everywhere["TotalCount"], 41);
    params.extend([("Dimensions.1.Key", "regionId"), ("Dimensions.1.Value", HOME)]);
    let here = world.quotas_as(OWNER, "ListProductQuotas", &params).ok();
    assert_eq!(codes(&here), [Quota::AccountsPerImage.default_code()]);
    assert_eq!(here["Quotas"][0]["Dimensions"], json!({ "regionId": HOME }));
    params.push(("QuotaCategory", "FlowControl"));
    let none = world.quotas_as(OWNER, "ListProductQuotas", &params).ok();
    assert_eq!(none["TotalCount"], 0);
}

#[test]
fn a_listing_by_token_gives_every_quota_once() {
    let mut world = World::new();
    let (mut token, mut found) = (String::new(), 0);
    loop {
        let mut params = vec![("ProductCode", "ecs"), ("MaxResults", "50")];
        if !token.is_empty() {
            params.push(("NextToken", &token));
        }
        let body = world.quotas_as(OWNER, "ListProductQuotas", &params).ok();
        found += codes(&body).len();
        token = body["NextToken"].as_str().unwrap().to_owned();
        if token.is_empty() {
            assert_eq!(body["TotalCount"], found);
            break;
        }
    }
    assert_eq!(found, 3 * 41);
}

#[test]
fn the_id_of_a_quota_is_what_the_switch_says() {
    let mut setup = setup();
    let codes = &mut setup.switches.quota_codes;
    codes.insert(Quota::AccountsPerImage, "q_known-at-last".to_owned());
    let mut world = World::with(setup);
    let params = |code| {
        [
            ("ProductCode", "ecs"),
            ("QuotaActionCode", code),
            ("Dimensions.1.Key", "regionId"),
            ("Dimensions.1.Value", HOME),
        ]
    };
    assert_eq!(told(&mut world, OWNER, &params("q_known-at-last")).0, 50);
    let invented = params(Quota::AccountsPerImage.default_code());
    let gone = world.quotas_as(OWNER, "GetProductQuota", &invented);
    assert_eq!(gone.refusal(), (400, "QUOTA.NOT.FOUND"));
    assert_eq!(Switches::default().quota_codes.len(), Quota::ALL.len());
}

#[test]
fn products_and_the_region_as_dimension_are_listed() {
    let mut world = World::new();
    let products = world.quotas_as(OWNER, "ListProducts", &[]).ok();
    let products: Vec<_> = products["ProductInfo"].as_array().unwrap().iter().collect();
    assert_eq!(products.len(), 3);
    for (product, number) in [("ecs", 1), ("resourcesharing", 1), ("resourcemanager", 0)] {
        let params = [("ProductCode", product)];
        let body = world.quotas_as(OWNER, "ListProductQuotaDimensions", &params).ok();
        assert_eq!(body["TotalCount"], number, "{product}");
    }
    let params = [("ProductCode", "ecs"), ("DimensionKey", "regionId")];
    let body = world.quotas_as(OWNER, "GetProductQuotaDimension", &params).ok();
    let values = body["QuotaDimension"]["DimensionValues"].as_array().unwrap();
    assert!(values.contains(&json!(HOME)));
}

#[test]
fn what_is_wrong_is_refused_with_the_documented_code() {
    let mut world = World::new();
    let users = Quota::AccountsPerImage.default_code();
    let ecs = ("ProductCode", "ecs");
    let code = ("QuotaActionCode", users);
    let key = ("Dimensions.1.Key", "regionId");
    let home = ("Dimensions.1.Value", HOME);
    let reason = ("Reason", "growth");
    let folders = [
        ("ProductCode", "resourcemanager"),
        ("QuotaActionCode", Quota::Folders.default_code()),
    ];
    let apply = "CreateQuotaApplication";
    let whole = [ecs, code, key, home];
    let with = |more: &[(&'static str, &'static str)]| [&whole[..], more].concat();
    for (action, params, expected) in [
        ("GetProductQuota", vec![], "MissingProductCode"),
        ("GetProductQuota", vec![ecs], "MissingQuotaActionCode"),
        ("GetProductQuota", vec![("ProductCode", "oss"), code], "QUOTA.NOT.FOUND"),
        (
            "GetProductQuota",
            vec![ecs, ("QuotaActionCode", "q_none")],
            "QUOTA.NOT.FOUND",
        ),
        ("GetProductQuota", vec![ecs, code], "QUOTA.DIMENSION.MISS"),
        (
            "GetProductQuota",
            vec![ecs, code, ("Dimensions.1.Key", "zoneId"), home],
            "QUOTA.DIMENSION.UNSUPPORT",
        ),
        (
            "GetProductQuota",
            vec![ecs, code, key, ("Dimensions.1.Value", "cn-nowhere")],
            "QUOTA.DIMENSION.VALUE.UNSUPPORT",
        ),
        (
            "ListProductQuotas",
            vec![ecs, ("MaxResults", "101")],
            "PARAMETER.ILLEGALL",
        ),
        (
            "ListProductQuotas",
            vec![ecs, ("QuotaCategory", "Other")],
            "PARAMETER.ILLEGALL",
        ),
        (
            "ListProductQuotas",
            vec![ecs, ("SortField", "NAME")],
            "PARAMETER.ILLEGALL",
        ),
        ("ListProducts", vec![("MaxResults", "201")], "PARAMETER.ILLEGALL"),
        (
            "GetProductQuotaDimension",
            vec![ecs, ("DimensionKey", "zoneId")],
            "QUOTA.DIMENSION.UNSUPPORT",
        ),
        (apply, with(&[reason]), "MissingDesireValue"),
        (apply, with(&[("DesireValue", "60")]), "MissingReason"),
        (
            apply,
            with(&[("DesireValue", "50"), reason]),
            "QUOTA.DESIREVALUE.ILLEGAL",
        ),
        (
            apply,
            with(&[("DesireValue", "501"), reason]),
            "QUOTA.DESIREVALUE.ILLEGAL",
        ),
        (
            apply,
            with(&[("DesireValue", "many"), reason]),
            "QUOTA.DESIREVALUE.ILLEGAL",
        ),
        (
            apply,
            with(&[("DesireValue", "60"), reason, ("NoticeType", "1")]),
            "PARAMETER.ILLEGALL",
        ),
        (
            apply,
            [&folders[..], &[("DesireValue", "200"), reason]].concat(),
            "QUOTA.DESIREVALUE.ILLEGAL",
        ),
        (
            "GetQuotaApplication",
            vec![("ApplicationId", "none")],
            "QUOTA.NOT.FOUND",
        ),
        ("ListQuotaApplications", vec![("Status", "Lost")], "PARAMETER.ILLEGALL"),
    ] {
        let refused = world.quotas_as(OWNER, action, &params);
        assert_eq!(refused.refusal(), (400, expected), "{action} {params:?}");
    }
}

#[test]
fn one_application_at_a_time() {
    let mut world = World::new();
    let quota = named(Quota::AccountsPerImage, "ecs", Some(HOME));
    apply(&mut world, OWNER, &quota, "60");
    let told = world.quotas_as(OWNER, "GetProductQuota", &quota).ok();
    assert_eq!(
        (&told["Quota"]["Adjustable"], &told["Quota"]["UnadjustableDetail"]),
        (&json!(false), &json!("applicationProcess"))
    );
    let mut params = quota.clone();
    params.extend([("DesireValue", "70"), ("Reason", "even more")]);
    let second = world.quotas_as(OWNER, "CreateQuotaApplication", &params);
    assert_eq!(second.refusal(), (400, "PARAMETER.ILLEGALL"));
    world.wait(minutes(REVIEW));
    world.quotas_as(OWNER, "CreateQuotaApplication", &params).ok();
}
