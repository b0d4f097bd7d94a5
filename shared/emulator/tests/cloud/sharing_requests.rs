//! Calls to Resource Sharing: what is refused, what fits the quotas, where it is served, what is told.

use goldcast_emulator::cloud::{Endpoint, Setup, Switches};

use crate::shelf::{DEV, PROD, RESOURCE_SHARING, borrowed, params_of, text, with_lists};
use crate::support::{AWAY, HOME, MEMBER, OUTSIDER, OWNER, Signer, World, minutes, region, setup};

#[track_caller]
fn check(world: &mut World, action: &str, line: &str, expected: (u16, &str)) {
    let answer = world.sharing(action, &params_of(line));
    assert_eq!(answer.refusal(), expected, "{action} {line}");
}

#[test]
fn a_wrong_request_is_refused_with_the_documented_code() {
    let mut world = World::new();
    let image = world.image("golden-1");
    let name = "ResourceShareName=shelf";
    let id = format!("{name} Resources.1.ResourceId={image}");
    let kind = "Resources.1.ResourceType=Image";
    let arn = format!("acs:ecs:{HOME}:{OWNER}:image/{image}");
    let outsider = format!("{name} Targets.1={OUTSIDER}");
    for (line, status, code) in [
        ("", 400, "MissingParameter.ResourceShareName"),
        ("ResourceShareName=a/b", 400, "InvalidParameter.ResourceShareName"),
        (
            &format!("ResourceShareName={}", "n".repeat(51)),
            400,
            "InvalidParameter.ResourceShareName.Length",
        ),
        (&id, 400, "InvalidParameter.Resources"),
        (&format!("{name} {kind}"), 400, "InvalidParameter.Resources"),
        (
            &format!("{name} Resources.1.ResourceId=-/- {kind}"),
            400,
            "InvalidParameter.Resources",
        ),
        (
            &format!("{id} Resources.1.ResourceType=Moon"),
            400,
            "InvalidParameter.ResourceType",
        ),
        (
            &format!("{id} {kind} ResourceArns.1={arn}"),
            400,
            "InvalidParameter.ResourceConflict",
        ),
        (
            &format!("{name} ResourceArns.1=acs:ecs:x"),
            400,
            "InvalidParameter.ResourceArns",
        ),
        (
            &format!("{name} ResourceArns.1={arn} ResourceArns.2={arn}"),
            400,
            "InvalidParameter.ResourceArns.Duplicate",
        ),
        (&format!("{name} Targets.1=everybody"), 400, "InvalidParameter.Targets"),
        (
            &format!("{name} Targets.1={PROD} Targets.2={PROD}"),
            400,
            "InvalidParameter.Targets.Duplicate",
        ),
        (&format!("{name} Targets.1=fd-nowhere"), 400, "InvalidTarget"),
        (&format!("{name} Targets.1=rd-other"), 400, "InvalidTarget"),
        (&outsider, 400, "InvalidTarget"),
        (&format!("{name} Targets.1={OWNER}"), 409, "ShareWithYourself"),
        (
            &format!("{name} PermissionNames.1=AliyunRSOther"),
            404,
            "EntityNotExists.Permission",
        ),
        (
            &format!("{name} TargetProperties.1.TargetId={PROD}"),
            400,
            "InvalidParameter.TargetProperties",
        ),
        (
            &format!("{name} ResourceProperties.1.Property={{}}"),
            400,
            "NotSupport.ResourceProperty",
        ),
        (&format!("{name} Tag.1.Value=v"), 400, "InvalidParameter"),
        (
            &format!("{name} AllowExternalTargets=perhaps"),
            400,
            "InvalidParameter.Format",
        ),
    ] {
        check(&mut world, "CreateResourceShare", line, (status, code));
    }
    let owner = [("ResourceOwner", "Self")];
    assert!(
        world
            .rows(OWNER, "ListResourceShares", "ResourceShares", &owner)
            .is_empty()
    );
}

#[test]
fn a_call_names_five_resources_and_five_targets_at_most() {
    let mut world = World::new();
    let six = ["m-1", "m-2", "m-3", "m-4", "m-5", "m-6"];
    let accounts: Vec<String> = (1..=6).map(|n| format!("200000000000000{n}")).collect();
    let accounts: Vec<&str> = accounts.iter().map(String::as_str).collect();
    let name = [("ResourceShareName", "shelf")];
    for (images, targets, list) in [(&six[..], &[][..], "Resources"), (&[], &accounts[..], "Targets")] {
        let params = with_lists(&name, images, targets);
        let code = format!("InvalidParameter.{list}.Length");
        let answer = world.sharing("CreateResourceShare", &borrowed(&params));
        assert_eq!(answer.refusal(), (400, code.as_str()));
    }
    let params = with_lists(&name, &["m-1", "m-1"], &[]);
    let code = "InvalidParameter.Resources.Duplicate";
    let answer = world.sharing("CreateResourceShare", &borrowed(&params));
    assert_eq!(answer.refusal(), (400, code));
    let params = with_lists(&name, &six[..5], &accounts[..5]);
    world.sharing("CreateResourceShare", &borrowed(&params)).ok();
}

#[test]
fn every_write_wants_its_own_parameters() {
    let mut world = World::new();
    let share = world.share("shelf", &[], &[PROD]);
    let id = format!("ResourceShareId={share}");
    let nobody = format!("ResourceShareId=rs-nobody Targets.1={DEV} ResourceShareName=x");
    for action in [
        "AssociateResourceShare",
        "DeleteResourceShare",
        "DisassociateResourceShare",
        "UpdateResourceShare",
    ] {
        check(&mut world, action, "", (400, "MissingParameter.ResourceShareId"));
        check(&mut world, action, &nobody, (404, "EntityNotExists.ResourceShare"));
    }
    for action in ["AssociateResourceShare", "DisassociateResourceShare"] {
        check(&mut world, action, &id, (400, "ResourceAndTargetBothEmpty"));
    }
    let code = "MissingParameter.ResourceShareName";
    check(&mut world, "UpdateResourceShare", &id, (400, code));
}

#[test]
fn every_listing_wants_its_own_parameters() {
    let mut world = World::new();
    let (shares, resources, targets) = ("ListResourceShares", "ListSharedResources", "ListSharedTargets");
    for action in [shares, resources, targets] {
        check(&mut world, action, "", (400, "MissingParameter.ResourceOwner"));
        check(
            &mut world,
            action,
            "ResourceOwner=Me",
            (400, "InvalidParameter.ResourceOwner"),
        );
    }
    let both = format!("ResourceOwner=Self Targets.1={PROD} Targets.2={PROD}");
    let long = format!("AssociationType=Target NextToken={}", "t".repeat(257));
    let twice = "AssociationType=Target ResourceShareIds.1=a ResourceShareIds.2=a";
    let associations = "ListResourceShareAssociations";
    for (action, line, code) in [
        (
            shares,
            "ResourceOwner=Self ResourceShareStatus=Gone",
            "InvalidParameter.ResourceShareStatus",
        ),
        (shares, "ResourceOwner=Self MaxResults=0", "InvalidParameter.MaxResults"),
        (
            resources,
            "ResourceOwner=Self ResourceType=Moon",
            "InvalidParameter.ResourceType",
        ),
        (targets, &both, "InvalidParameter.Targets.Duplicate"),
        (associations, "", "MissingParameter.AssociationType"),
        (associations, "AssociationType=Both", "InvalidParameter.AssociationType"),
        (
            associations,
            "AssociationType=Resource Target=fd-x",
            "ConflictedAssociationType",
        ),
        (
            associations,
            "AssociationType=Target ResourceId=m-1",
            "ConflictedAssociationType",
        ),
        (
            associations,
            "AssociationType=Target AssociationStatus=Gone",
            "InvalidParameter.AssociationStatus",
        ),
        (
            associations,
            "AssociationType=Target MaxResults=101",
            "InvalidParameter.MaxResults",
        ),
        (
            associations,
            "AssociationType=Target MaxResults=many",
            "InvalidParameter.MaxResults",
        ),
        (
            associations,
            "AssociationType=Target NextToken=x",
            "InvalidParameter.NextToken",
        ),
        (associations, &long, "InvalidParameter.NextToken.Length"),
        (associations, twice, "InvalidParameter.ResourceShareIds.Duplicate"),
    ] {
        check(&mut world, action, line, (400, code));
    }
}

#[test]
fn shares_belong_to_their_owner() {
    let mut world = World::new();
    let share = world.share("shelf", &[], &[PROD]);
    let params = [("ResourceShareId", share.as_str()), ("Targets.1", DEV)];
    for action in [
        "AssociateResourceShare",
        "DisassociateResourceShare",
        "DeleteResourceShare",
    ] {
        let answer = world.sharing_as(MEMBER, HOME, action, &params);
        assert_eq!(answer.refusal(), (404, "EntityNotExists.ResourceShare"), "{action}");
    }
    let leave = [params[0], params[1], ("ResourceOwner", "OtherAccounts")];
    let answer = world.sharing_as(MEMBER, HOME, "DisassociateResourceShare", &leave);
    assert_eq!(answer.refusal(), (409, "LeavingFailed.Account"));
    let outside = [("ResourceShareName", "mine"), ("Targets.1", MEMBER)];
    let answer = world.sharing_as(OUTSIDER, HOME, "CreateResourceShare", &outside);
    assert_eq!(answer.refusal(), (409, "AccountNotInResourceDirectory"));
}

/// A cloud in which an account has two shares and two shared resources, in each region or over all.
fn tight(per_region: bool) -> World {
    let switches = Switches {
        resource_shares_per_account: 2,
        shared_resources_per_account: 2,
        sharing_quotas_per_region: per_region,
        ..Switches::default()
    };
    World::with(Setup { switches, ..setup() })
}

#[test]
fn a_share_too_many_is_refused_until_another_is_deleted() {
    let mut world = tight(true);
    let first = world.share("first", &[], &[PROD]);
    world.share("second", &[], &[DEV]);
    let third = "ResourceShareName=third";
    let full = (409, "QuotaExceeded.ResourceShare.Count");
    check(&mut world, "CreateResourceShare", third, full);
    let id = [("ResourceShareId", first.as_str())];
    world.sharing("DeleteResourceShare", &id).ok();
    check(&mut world, "CreateResourceShare", third, full);
    world.wait(minutes(1));
    world.sharing("CreateResourceShare", &params_of(third)).ok();
}

#[test]
fn a_resource_too_many_is_refused_until_another_is_off_its_shares() {
    let mut world = tight(true);
    let images = ["golden-1", "golden-2", "golden-3"].map(|name| world.image(name));
    let [one, two, three] = images.each_ref().map(String::as_str);
    let first = world.share("first", &[one, two], &[PROD]);
    // An image on two shares counts once.
    let second = world.share("second", &[one], &[DEV]);
    let add = |world: &mut World| world.change_share("AssociateResourceShare", &second, &[three], &[]);
    let full = (409, "QuotaExceeded.SharedResource.Count");
    assert_eq!(add(&mut world).refusal(), full);
    let off = world.change_share("DisassociateResourceShare", &first, &[two], &[]);
    off.ok();
    assert_eq!(add(&mut world).refusal(), full);
    world.wait(minutes(1));
    add(&mut world).ok();
}

#[test]
fn quotas_count_in_each_region_or_over_all() {
    for per_region in [true, false] {
        let mut world = tight(per_region);
        world.share("first", &[], &[PROD]);
        world.share("second", &[], &[DEV]);
        let third = [("ResourceShareName", "third")];
        let answer = world.sharing_as(OWNER, AWAY, "CreateResourceShare", &third);
        if per_region {
            answer.ok();
        } else {
            assert_eq!(answer.refusal(), (409, "QuotaExceeded.ResourceShare.Count"));
        }
    }
}

#[test]
fn ten_shares_and_ten_shared_resources_are_the_default() {
    let switches = Switches::default();
    assert_eq!(
        (
            switches.resource_shares_per_account,
            switches.shared_resources_per_account
        ),
        (10, 10)
    );
}

#[test]
fn a_region_without_an_endpoint_refuses() {
    let mut world = World::new();
    let owner = [("ResourceOwner", "Self")];
    let answer = world.sharing_as(OWNER, "cn-nanjing", "ListResourceShares", &owner);
    assert_eq!(answer.refusal(), (404, "InvalidProduct.NotFound"));
    let answer = world.call(
        &Signer::of(OWNER),
        &Endpoint::Global,
        RESOURCE_SHARING,
        "ListResourceShares",
        &owner,
    );
    assert_eq!(answer.refusal(), (404, "InvalidProduct.NotFound"));
    let body = world.sharing("DescribeRegions", &[]).ok();
    let regions: Vec<_> = body["Regions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| text(row, "RegionId"))
        .collect();
    assert_eq!(regions.len(), 26);
    for id in regions {
        world.sharing_as(OWNER, &id, "ListResourceShares", &owner).ok();
    }
}

#[test]
fn writes_are_told_on_the_bus_only_if_the_switch_says_so() {
    for told in [true, false] {
        let switches = Switches {
            sharing_events: told,
            ..Switches::default()
        };
        let mut world = World::with(Setup { switches, ..setup() });
        let share = world.share("shelf", &[], &[PROD]);
        world.sharing("ListResourceShares", &[("ResourceOwner", "Self")]).ok();
        world.wait(minutes(2));
        let call = world.cloud.calls().first().unwrap().clone();
        assert_eq!(
            (call.product.as_str(), call.action.as_str()),
            ("ResourceSharing", "CreateResourceShare")
        );
        assert_eq!(call.region, Some(region(HOME)));
        assert_eq!(call.result["ResourceShare"]["ResourceShareId"], share);
        if !told {
            assert!(world.events.is_empty());
            continue;
        }
        assert_eq!(world.events.len(), 1, "{:#?}", world.events);
        let event = &world.events[0].body;
        assert_eq!(event["type"], "resourcesharing:ActionTrail:ApiCall");
        assert_eq!(
            event["subject"],
            format!("acs:resourcesharing:{HOME}:{OWNER}:resourceshare/{share}")
        );
        assert_eq!(event["data"]["eventName"], "CreateResourceShare");
        assert_eq!(event["data"]["requestParameters"]["Targets.1"], PROD);
    }
}
