"""Everything that the gateway refuses and that the official Python SDK can be made to send, as its own exceptions."""

from datetime import datetime, timedelta
from unittest import mock

from alibabacloud_ecs20140526 import models
from alibabacloud_resourcedirectorymaster20220419 import models as directory_models
from alibabacloud_sts20150401 import models as sts_models
from alibabacloud_tea_openapi.client import Client as OpenApi
from alibabacloud_tea_openapi.exceptions import ThrottlingException
from alibabacloud_tea_openapi.utils_models import OpenApiRequest, Params
from clients import config, directory, ecs, refused, sts
from darabonba.runtime import RuntimeOptions
from world import AWAY, HOME, READER, World, check, same

world = World()
SIGNATURES = {"V3": {}, "V1": {"signature_algorithm": "v2"}}


def regions(key, **more):
    return ecs(world, key, **more).describe_regions(models.DescribeRegionsRequest())


def images(region, endpoint=HOME, **more):
    request = models.DescribeImagesRequest(region_id=region)
    return ecs(world, world.owner, endpoint, **more).describe_images(request)


def call(action, version, endpoint, **more):
    """A call of the SDK's generic client, which knows no product."""
    params = Params(action=action, version=version, protocol="HTTP", pathname="/", method="POST", auth_type="AK",
                    style="RPC", req_body_type="formData", body_type="json")
    client = OpenApi(config(world.owner, endpoint, **more))
    return client.call_api(params, OpenApiRequest(query={"RegionId": HOME}), RuntimeOptions())


def keys_and_secrets(signature, more):
    unknown = world.owner | {"access_key_id": "LTAInobody"}
    refused(f"{signature}, an unknown key", lambda: regions(unknown, **more), 404, "InvalidAccessKeyId.NotFound")
    wrong = world.owner | {"access_key_secret": "wrong"}
    error = refused(f"{signature}, a wrong secret", lambda: regions(wrong, **more), 400, "SignatureDoesNotMatch")
    check(f"{signature}: with the server's string to sign", "server StringToSign is:" in error.message)


def tokens(signature, more):
    session = sts(world, world.owner).assume_role(
        sts_models.AssumeRoleRequest(role_arn=READER, role_session_name="sdk", duration_seconds=900)).body.credentials
    key = {"access_key_id": session.access_key_id, "access_key_secret": session.access_key_secret}
    right = key | {"security_token": session.security_token}
    # The role is one that reads the directory; who it is, it may ask in any case.
    me = sts(world, right).get_caller_identity().body
    same(f"{signature}: a session is let in", me.identity_type, "AssumedRoleUser")
    malformed = key | {"security_token": "token"}
    refused(f"{signature}, a malformed token", lambda: regions(malformed, **more), 400,
            "InvalidSecurityToken.Malformed")
    foreign = key | {"security_token": "CAISsomebodyelse"}
    mismatch = "InvalidSecurityToken.MismatchWithAccessKey"
    refused(f"{signature}, a foreign token", lambda: regions(foreign, **more), 400, mismatch)
    needless = world.owner | {"security_token": session.security_token}
    refused(f"{signature}, a token to a key without one", lambda: regions(needless, **more), 400, mismatch)
    refused(f"{signature}, no token", lambda: regions(key, **more), 400, "MissingSecurityToken")


def clocks(signature, more):
    """The process's own clock is wrong, as it is on a machine without time synchronisation."""
    for minutes in (-16, 16):

        class Shifted(datetime):
            @classmethod
            def utcnow(cls):
                return datetime.utcnow() + timedelta(minutes=minutes)

        with mock.patch("alibabacloud_tea_openapi.utils.datetime", Shifted):
            refused(f"{signature}, a clock that is {minutes} minutes off", lambda: regions(world.owner, **more), 400,
                    "InvalidTimeStamp.Expired")


def places(signature, more):
    refused(f"{signature}, another region than the endpoint's", lambda: images(AWAY, **more), 400,
            "InvalidOperation.NotSupportedEndpoint")
    refused(f"{signature}, a region that does not exist", lambda: images("cn-atlantis", **more), 404,
            "InvalidRegionId.NotFound")
    refused(f"{signature}, no region", lambda: images(None, **more), 400, "MissingParameter")
    home = world.at("ecs", HOME)
    refused(f"{signature}, a version that is no product's", lambda: call("DescribeImages", "1999-01-01", home, **more),
            404, "InvalidProduct.NotFound")
    refused(f"{signature}, a product at another's endpoint",
            lambda: call("DescribeImages", "2014-05-26", world.at("sts"), **more), 404, "InvalidProduct.NotFound")
    refused(f"{signature}, an operation that does not exist", lambda: call("MakeCoffee", "2014-05-26", home, **more),
            404, "InvalidApi.NotFound")


def too_many_calls():
    """The directory lists accounts twenty times a second, and no more."""
    client = directory(world, world.management)

    def hurry():
        for _ in range(500):
            client.list_accounts(directory_models.ListAccountsRequest(max_results=1))

    error = refused("too many calls", hurry, 400, "Throttling.User", ThrottlingException)
    check("the cloud says when to come back", 0 < error.retry_after <= 1000)


for name, algorithm in SIGNATURES.items():
    keys_and_secrets(name, algorithm)
    tokens(name, algorithm)
    places(name, algorithm)
    clocks(name, algorithm)
too_many_calls()
