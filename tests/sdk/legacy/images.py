"""Images by the older Python SDK: generated requests and common ones, in a query, a form and both."""

from aliyunsdkecs.request.v20140526.CopyImageRequest import CopyImageRequest
from aliyunsdkecs.request.v20140526.CreateImageRequest import CreateImageRequest
from aliyunsdkecs.request.v20140526.DeleteImageRequest import DeleteImageRequest
from aliyunsdkecs.request.v20140526.DescribeImageSharePermissionRequest import DescribeImageSharePermissionRequest
from aliyunsdkecs.request.v20140526.DescribeImagesRequest import DescribeImagesRequest
from aliyunsdkecs.request.v20140526.ModifyImageSharePermissionRequest import ModifyImageSharePermissionRequest
from aliyunsdkecs.request.v20140526.TagResourcesRequest import TagResourcesRequest
from clients import call, client, common, generated, refused
from world import AWAY, HOME, MEMBER, SANDBOXED, World, check, same, until

world = World()
owner, away, member = client(world.owner), client(world.owner, AWAY), client(world.key_of(MEMBER))
HERE, THERE = world.at("ecs", HOME), world.at("ecs", AWAY)
VERSION = "2014-05-26"


def images(who, endpoint=HERE, owner_alias="self", **wanted):
    request = generated(DescribeImagesRequest, endpoint, ImageOwnerAlias=owner_alias, **wanted)
    return call(who, request)


def ids(answer):
    return sorted(image["ImageId"] for image in answer["Images"]["Image"])


def build(name):
    return call(owner, generated(CreateImageRequest, HERE, InstanceId=world.instance, ImageName=name))["ImageId"]


def built_and_tagged():
    image = build("legacy-image")
    until("an image is built", lambda: ids(images(owner, ImageId=image)))
    call(owner, generated(TagResourcesRequest, HERE, ResourceType="image", ResourceIds=[image], Tags=[
        {"Key": "golden image", "Value": "a+b*c~d/e=中"}, {"Key": "empty", "Value": ""}]))
    tags = images(owner, ImageId=image)["Images"]["Image"][0]["Tags"]["Tag"]
    same("its tags arrived letter for letter", {tag["TagKey"]: tag["TagValue"] for tag in tags},
         {"golden image": "a+b*c~d/e=中", "empty": ""})
    return image


def copied(image):
    copy = call(owner, generated(CopyImageRequest, HERE, ImageId=image, DestinationRegionId=AWAY,
                                 DestinationImageName="legacy-copy"))["ImageId"]
    until("it is copied", lambda: ids(images(away, THERE, ImageId=copy)) == [copy])
    refused("a dry run with a boolean in Python's own capitals", owner, common(
        HERE, VERSION, "CopyImage", query={"ImageId": image, "DestinationRegionId": AWAY, "DryRun": True}),
        400, "DryRunOperation")
    return copy


def shared(image):
    call(owner, generated(ModifyImageSharePermissionRequest, HERE, ImageId=image, AddAccounts=[MEMBER, SANDBOXED]))
    same("whom it is shared with sees it", ids(images(member, owner_alias="others", ImageId=image)), [image])
    seen = []
    for page in (1, 2):
        answer = call(owner, generated(DescribeImageSharePermissionRequest, HERE, ImageId=image, PageNumber=page,
                                       PageSize=1))
        seen += [str(account["AliyunId"]) for account in answer["Accounts"]["Account"]]
    same("its accounts come page by page", seen, [MEMBER, SANDBOXED])
    call(owner, common(HERE, VERSION, "ModifyImageSharePermission", form={
        "ImageId": image, "RemoveAccount.1": MEMBER, "RemoveAccount.2": SANDBOXED}))
    same("a form takes it away", ids(images(member, owner_alias="others", ImageId=image)), [])


def listed_in_every_form(image):
    wanted = {"ImageOwnerAlias": "self", "ImageId": image, "ImageName": "", "Tag.1.Key": "golden image"}
    halves = dict(list(wanted.items())[:2]), dict(list(wanted.items())[2:])
    for what, request in {
        "GET": common(HERE, VERSION, "DescribeImages", method="GET", query=wanted),
        "POST with a query": common(HERE, VERSION, "DescribeImages", query=wanted),
        "POST with a form": common(HERE, VERSION, "DescribeImages", form=wanted),
        "POST with both": common(HERE, VERSION, "DescribeImages", query=halves[0], form=halves[1]),
    }.items():
        same(f"{what} finds the image", ids(call(owner, request)), [image])


def paged():
    wanted = sorted(build(f"legacy-page-{n}") for n in range(3))
    until("three more are built", lambda: images(owner, ImageName="legacy-page-*")["TotalCount"] == 3)
    seen = []
    for page in (1, 2):
        seen += ids(images(owner, ImageName="legacy-page-*", PageNumber=page, PageSize=2))
    same("two pages hold each image once", sorted(seen), wanted)


def deleted(image, copy):
    for who, endpoint, one in ((owner, HERE, image), (away, THERE, copy)):
        call(who, generated(DeleteImageRequest, endpoint, ImageId=one))
        check(f"{one} is gone", not ids(images(who, endpoint, ImageId=one)))


first = built_and_tagged()
second = copied(first)
shared(first)
listed_in_every_form(first)
paged()
deleted(first, second)
