"""Who may act as whom, by the official Python SDKs of STS and RAM, and what an account has of KMS and Quota Center."""

import json

from alibabacloud_ecs20140526 import models as ecs_models
from alibabacloud_kms20160120 import models as kms_models
from alibabacloud_quotas20200510 import models as quota_models
from alibabacloud_ram20150501 import models as ram_models
from alibabacloud_resourcedirectorymaster20220419 import models as directory_models
from alibabacloud_sts20150401 import models as sts_models
from clients import directory, ecs, kms, quotas, ram, refused, sts
from world import HOME, MEMBER, READER, World, check, same

world = World()
OWNER = world.owner["account"]


def session(key, role, **more):
    request = sts_models.AssumeRoleRequest(role_arn=role, role_session_name="sdk", **more)
    return sts(world, key).assume_role(request).body


def denied(error, action, owner):
    """The SDK gives a refusal of RAM as a structure of its own."""
    detail = error.access_denied_detail
    same(f"the exception says that {action} was not allowed to whom, and why",
         (detail["AuthAction"], detail["AuthPrincipalOwnerId"], detail["NoPermissionType"]),
         (action, owner, "ImplicitDeny"))


def assumed():
    me = sts(world, world.owner).get_caller_identity().body
    same("a key says who it is", (me.account_id, me.identity_type), (OWNER, "RAMUser"))
    body = session(world.owner, READER)
    check("a role that trusts us is ours", body.assumed_role_user.arn.endswith("goldcast-directory-reader/sdk"))
    key = {
        "access_key_id": body.credentials.access_key_id,
        "access_key_secret": body.credentials.access_key_secret,
        "security_token": body.credentials.security_token,
    }
    me = sts(world, key).get_caller_identity().body
    same("and its key says whose", (me.account_id, me.identity_type), (world.management["account"], "AssumedRoleUser"))
    members = directory(world, key).list_accounts(directory_models.ListAccountsRequest(max_results=100)).body
    same("it reads the directory", len(members.accounts.account), 14)
    error = refused("a role that trusts somebody else", lambda: session(world.key_of(MEMBER), READER), 403,
                    "NoPermission")
    denied(error, "sts:AssumeRole", MEMBER)
    error = refused("what the role does not allow", lambda: ecs(world, key).delete_image(
        ecs_models.DeleteImageRequest(region_id=HOME, image_id="m-1")), 403, "Forbidden.RAM")
    denied(error, "ecs:DeleteImage", world.management["account"])
    refused("a role that does not exist", lambda: session(world.owner, f"acs:ram::{OWNER}:role/nobody"), 404,
            "EntityNotExist.Role")
    refused("a session of a minute", lambda: session(world.owner, READER, duration_seconds=60), 400,
            "InvalidParameter.DurationSeconds")


def trusted():
    trust = {"Version": "1", "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"RAM": [f"acs:ram::{MEMBER}:root"]}}]}
    created = ram(world, world.owner).create_role(ram_models.CreateRoleRequest(
        role_name="sdk-role", assume_role_policy_document=json.dumps(trust))).body.role
    body = session(world.key_of(MEMBER), created.arn)
    check("a new role lets in whom it trusts", body.credentials.security_token)
    refused("and nobody else", lambda: session(world.management, created.arn), 403, "NoPermission")
    kept = ram(world, world.owner).get_role(ram_models.GetRoleRequest(role_name="sdk-role")).body.role
    same("its trust is kept", json.loads(kept.assume_role_policy_document), trust)
    ram(world, world.owner).delete_role(ram_models.DeleteRoleRequest(role_name="sdk-role"))
    refused("a role that is gone", lambda: ram(world, world.owner).get_role(
        ram_models.GetRoleRequest(role_name="sdk-role")), 404, "EntityNotExist.Role")


def owned():
    created = kms(world, world.owner).create_key(kms_models.CreateKeyRequest(description="sdk")).body.key_metadata
    same("a new key is enabled", created.key_state, "Enabled")
    found = kms(world, world.owner).describe_key(kms_models.DescribeKeyRequest(key_id=created.key_id)).body
    same("and found", (found.key_metadata.arn, found.key_metadata.description), (created.arn, "sdk"))
    products = quotas(world, world.owner).list_products(quota_models.ListProductsRequest(max_results=100)).body
    check("products have quotas", "ecs" in [product.product_code for product in products.product_info])


assumed()
trusted()
owned()
