"""Images by the official Python SDK: built, tagged, copied, waited for, shared, listed by pages, deleted."""

from alibabacloud_ecs20140526 import models
from clients import ecs, refused
from world import AWAY, HOME, MEMBER, SANDBOXED, World, check, same, until

world = World()
here, there = ecs(world, world.owner), ecs(world, world.owner, AWAY)


def images(client, region, **wanted):
    request = models.DescribeImagesRequest(region_id=region, image_owner_alias="self", **wanted)
    return client.describe_images(request).body


def image(client, region, image_id):
    """One of our images, whatever state it is in."""
    found = images(client, region, image_id=image_id, status="Creating,Waiting,Available,UnAvailable,CreateFailed")
    return found.images.image[0]


def build(name, **more):
    request = models.CreateImageRequest(region_id=HOME, instance_id=world.instance, image_name=name, **more)
    return here.create_image(request).body.image_id


def regions_and_machine():
    regions = here.describe_regions(models.DescribeRegionsRequest()).body.regions.region
    check("the regions are listed with their endpoints", {HOME, AWAY} <= {region.region_id for region in regions})
    instances = here.describe_instances(models.DescribeInstancesRequest(region_id=HOME)).body.instances.instance
    check("the machine to build from is there", world.instance in [instance.instance_id for instance in instances])


def built_and_tagged():
    wish = {
        "description": "",
        "client_token": "once",
        "tag": [models.CreateImageRequestTag(key="golden image", value="a+b*c~d/e=中")],
    }
    built = build("sdk-image", **wish)
    same("a repeated client token builds nothing", build("sdk-image", **wish), built)
    same("it is being built", image(here, HOME, built).status, "Creating")
    until("it is built", lambda: image(here, HOME, built).status == "Available")
    tags = image(here, HOME, built).tags.tag
    same("its tag arrived letter for letter", [(tag.tag_key, tag.tag_value) for tag in tags],
         [("golden image", "a+b*c~d/e=中")])
    here.tag_resources(models.TagResourcesRequest(
        region_id=HOME, resource_type="image", resource_id=[built],
        tag=[models.TagResourcesRequestTag(key=f"k{n}", value="" if n == 3 else f"v{n}") for n in range(1, 13)],
    ))
    tags = here.list_tag_resources(models.ListTagResourcesRequest(
        region_id=HOME, resource_type="image", resource_id=[built])).body.tag_resources.tag_resource
    same("twelve more tags came in order of number", {tag.tag_key: tag.tag_value for tag in tags},
         {"golden image": "a+b*c~d/e=中"} | {f"k{n}": "" if n == 3 else f"v{n}" for n in range(1, 13)})
    here.untag_resources(models.UntagResourcesRequest(
        region_id=HOME, resource_type="image", resource_id=[built], tag_key=["k1", "k2"]))
    found = images(here, HOME, tag=[models.DescribeImagesRequestTag(key="k3")]).images.image
    same("it is found by a tag without a value", [image.image_id for image in found], [built])
    found = images(here, HOME, tag=[models.DescribeImagesRequestTag(key="k1")]).images.image
    same("and not by one that was taken off", found, [])
    return built


def copied(built):
    copy = here.copy_image(models.CopyImageRequest(
        region_id=HOME, image_id=built, destination_region_id=AWAY, destination_image_name="sdk-copy",
        destination_description="", tag=[models.CopyImageRequestTag(key="copied", value="yes")],
    )).body.image_id
    made = until("it is copied", lambda: (seen := image(there, AWAY, copy)).status == "Available" and seen)
    check("the copy says what it is", made.is_copied and made.image_name == "sdk-copy" and made.size == 40)
    until("its progress was shown to the end", lambda: image(there, AWAY, copy).progress == "100%")
    stopped = here.copy_image(models.CopyImageRequest(
        region_id=HOME, image_id=built, destination_region_id=AWAY, destination_image_name="sdk-stopped",
    )).body.image_id
    there.cancel_copy_image(models.CancelCopyImageRequest(region_id=AWAY, image_id=stopped))
    until("a copy can be stopped", lambda: not images(there, AWAY, image_id=stopped, status="Creating").images.image)
    refused("a dry run", lambda: here.copy_image(models.CopyImageRequest(
        region_id=HOME, image_id=built, destination_region_id=AWAY, destination_image_name="dry", dry_run=True,
    )), 400, "DryRunOperation")
    return copy


def shared(built):
    here.modify_image_share_permission(models.ModifyImageSharePermissionRequest(
        region_id=HOME, image_id=built, add_account=[MEMBER, SANDBOXED]))
    theirs = ecs(world, world.key_of(MEMBER))
    seen = theirs.describe_images(models.DescribeImagesRequest(
        region_id=HOME, image_owner_alias="others", image_id=built)).body.images.image
    same("whom it is shared with sees it", [(image.image_id, str(image.image_owner_id)) for image in seen],
         [(built, world.owner["account"])])
    seen, page = [], 1
    while True:
        body = here.describe_image_share_permission(models.DescribeImageSharePermissionRequest(
            region_id=HOME, image_id=built, page_number=page, page_size=1)).body
        seen += [account.aliyun_id for account in body.accounts.account]
        if len(seen) >= body.total_count:
            break
        page += 1
    same("its accounts come page by page", sorted(map(str, seen)), [MEMBER, SANDBOXED])
    here.modify_image_share_permission(models.ModifyImageSharePermissionRequest(
        region_id=HOME, image_id=built, remove_account=[MEMBER]))
    seen = theirs.describe_images(models.DescribeImagesRequest(
        region_id=HOME, image_owner_alias="others", image_id=built)).body.images.image
    same("who lost it does not see it", seen, [])


def listed():
    wanted = sorted(build(f"sdk-page-{n}") for n in range(5))
    until("five more are built", lambda: images(here, HOME, image_name="sdk-page*").total_count == 5)
    for size in (1, 2, 5):
        seen = []
        for page in range(1, 5 // size + 2):
            body = images(here, HOME, image_name="sdk-page*", page_number=page, page_size=size)
            if (body.total_count, body.page_size) != (5, size):
                raise SystemExit(f"FAILED: page {page} of {size} says {body.total_count} in all")
            seen += [image.image_id for image in body.images.image]
        same(f"pages of {size} hold each image once", sorted(seen), wanted)


def retired(built, copy):
    here.modify_image_attribute(models.ModifyImageAttributeRequest(
        region_id=HOME, image_id=built, description="an older one", image_family="sdk-family"))
    family = here.describe_image_from_family(models.DescribeImageFromFamilyRequest(
        region_id=HOME, image_family="sdk-family")).body.image
    same("a family resolves to its image", (family.image_id, family.description), (built, "an older one"))
    refused("deleting what is still shared", lambda: here.delete_image(
        models.DeleteImageRequest(region_id=HOME, image_id=built, force=True)), 403, "ImageUseShared")
    here.modify_image_share_permission(models.ModifyImageSharePermissionRequest(
        region_id=HOME, image_id=built, remove_account=[SANDBOXED]))
    for client, region, one in ((here, HOME, built), (there, AWAY, copy)):
        client.delete_image(models.DeleteImageRequest(region_id=region, image_id=one, force=True))
        same(f"what is deleted in {region} is gone", images(client, region, image_id=one).images.image, [])


regions_and_machine()
first = built_and_tagged()
second = copied(first)
shared(first)
listed()
retired(first, second)
