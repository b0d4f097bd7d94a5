#!/usr/bin/env python3
"""A golden image released, a member joining and members leaving, driven only by the official Python SDKs.

Nothing here touches goldcast: the script is a pipeline that builds an image and a platform team that manages accounts.
It starts `goldcast dev --json`, points the unmodified SDKs at it, and checks what any other user of the cloud would see.

    python3 -m venv .venv && .venv/bin/pip install -r tests/sdk/requirements.txt
    cargo build --release && .venv/bin/python tests/sdk/release_and_members.py target/release/goldcast
"""

import json
import subprocess
import sys
import time

from alibabacloud_ecs20140526 import models as ecs
from alibabacloud_ecs20140526.client import Client as Ecs
from alibabacloud_resourcedirectorymaster20220419 import models as directory
from alibabacloud_resourcedirectorymaster20220419.client import Client as Directory
from alibabacloud_tea_openapi.models import Config

FAMILY = "corp-linux"
HOME = "cn-hangzhou"
PROD = "fd-prod000001"
SANDBOX = "fd-sandbox001"
# Real seconds. Simulated time passes 300 times as fast, so this is ten hours of it.
PATIENCE_S = 120
SPEED = 300

checks = 0


def check(what, truth):
    """Counts a fact that must hold, and ends the run where it does not."""
    global checks
    if not truth:
        raise SystemExit(f"FAILED: {what}")
    checks += 1
    print(f"ok      {what}", flush=True)


def until(what, look):
    """Looks again until there is something to see: a condition, not a sleep of a guessed length."""
    give_up = time.monotonic() + PATIENCE_S
    while time.monotonic() < give_up:
        if seen := look():
            check(what, True)
            return seen
        time.sleep(0.1)
    raise SystemExit(f"FAILED: {what}, after {PATIENCE_S} s")


class Cloud:
    """The SDK's clients for one world."""

    def __init__(self, world):
        owner, management = world["credentials"]["owner"], world["credentials"]["management"]
        self.owner = owner["account"]
        self.regions = sorted(world["endpoints"])
        self.instance = world["instance_id"]
        self.ecs = {
            region: Ecs(self._config(owner, region, hosts["ecs"])) for region, hosts in world["endpoints"].items()
        }
        self.directory = Directory(self._config(management, HOME, world["global"]["resourcedirectory"]))

    @staticmethod
    def _config(key, region, endpoint):
        return Config(
            access_key_id=key["access_key_id"],
            access_key_secret=key["access_key_secret"],
            region_id=region,
            endpoint=endpoint,
            protocol="http",
        )

    def images(self, region, **wanted):
        request = ecs.DescribeImagesRequest(
            region_id=region, image_owner_alias="self", status="ALL", page_size=100, **wanted
        )
        return self.ecs[region].describe_images(request).body.images.image

    def released(self, region, source):
        """The image that the family resolves to, if it is this source or a copy of it."""
        request = ecs.DescribeImageFromFamilyRequest(region_id=region, image_family=FAMILY)
        image = self.ecs[region].describe_image_from_family(request).body.image
        if image is None or image.image_id is None:
            return None
        if image.image_id == source:
            return image.image_id
        tags = {
            tag.tag_key: tag.tag_value
            for found in self.images(region, image_id=image.image_id)
            for tag in found.tags.tag
        }
        return image.image_id if tags.get("goldcast:source") == source else None

    def grants(self, region, image):
        accounts, page = set(), 1
        while True:
            request = ecs.DescribeImageSharePermissionRequest(
                region_id=region, image_id=image, page_number=page, page_size=100
            )
            body = self.ecs[region].describe_image_share_permission(request).body
            accounts |= {str(account.aliyun_id) for account in body.accounts.account}
            if len(accounts) >= body.total_count:
                return accounts
            page += 1

    def build(self, name):
        """What a pipeline does: build an image, then tag it as golden."""
        client = self.ecs[HOME]
        image = client.create_image(
            ecs.CreateImageRequest(region_id=HOME, instance_id=self.instance, image_name=name)
        ).body.image_id
        until(f"{name} is built", lambda: [i for i in self.images(HOME, image_id=image) if i.status == "Available"])
        client.tag_resources(
            ecs.TagResourcesRequest(
                region_id=HOME,
                resource_type="image",
                resource_id=[image],
                tag=[ecs.TagResourcesRequestTag(key="golden", value=FAMILY)],
            )
        )
        return image


def scenario(cloud):
    source = cloud.build("corp-linux-2026.11")
    released = until(
        "the family resolves to the release in every region of the policy",
        lambda: all_or_none({region: cloud.released(region, source) for region in cloud.regions}),
    )
    check("there are at least three target regions", len(released) >= 4)
    audience = cloud.grants(HOME, source)
    check(f"{len(audience)} accounts have the home image", len(audience) >= 10)
    for region, image in released.items():
        check(f"the same accounts have {image} in {region}", cloud.grants(region, image) == audience)

    def everyone_has(account):
        return all(account in cloud.grants(region, image) for region, image in released.items())

    def nobody_has(account):
        return not any(account in cloud.grants(region, image) for region, image in released.items())

    joined = cloud.directory.create_resource_account(
        directory.CreateResourceAccountRequest(display_name="payments", parent_folder_id=PROD)
    ).body.account.account_id
    until("an account created in the folder gets every image within a sweep", lambda: everyone_has(joined))

    moved = "2000000000000001"
    check("a member of the folder has the images", everyone_has(moved))
    cloud.directory.move_account(
        directory.MoveAccountRequest(account_id=moved, destination_folder_id=SANDBOX)
    )
    until("a member moved out of the folder loses every image", lambda: nobody_has(moved))
    cloud.directory.move_account(directory.MoveAccountRequest(account_id=moved, destination_folder_id=PROD))
    until("a member moved back gets them again", lambda: everyone_has(moved))

    cloud.directory.delete_account(directory.DeleteAccountRequest(account_id=joined))
    until("a deleted resource account loses every image", lambda: nobody_has(joined))
    return source


def next_release(cloud, before):
    source = cloud.build("corp-linux-2026.12")
    until(
        "the next release takes over in every region",
        lambda: all_or_none({region: cloud.released(region, source) for region in cloud.regions}),
    )
    check("the release before is still there", bool(cloud.images(HOME, image_id=before)))


def removed_cloud_account(cloud, world):
    """An invited account can be removed; a resource account cannot."""
    members = cloud.directory.list_accounts(directory.ListAccountsRequest(max_results=100)).body.accounts.account
    invited = [m.account_id for m in members if m.type == "CloudAccount" and m.folder_id == PROD]
    check("an invited account stands in the folder", bool(invited))
    cloud.directory.remove_cloud_account(directory.RemoveCloudAccountRequest(account_id=invited[0]))
    until(
        "a removed cloud account loses every image",
        lambda: all(
            invited[0] not in cloud.grants(region, image.image_id)
            for region in cloud.regions
            for image in cloud.images(region)
        ),
    )


def all_or_none(found):
    return found if all(found.values()) else None


def main(program):
    world = subprocess.Popen(
        [program, "dev", "--json", "--speed", str(SPEED)], stdout=subprocess.PIPE, text=True
    )
    try:
        description = json.loads(world.stdout.readline())
        cloud = Cloud(description)
        source = scenario(cloud)
        next_release(cloud, source)
        removed_cloud_account(cloud, description)
    finally:
        world.terminate()
        world.wait(timeout=30)
    print(f"{checks} passed, 0 failed")


if __name__ == "__main__":
    main(*sys.argv[1:])
