"""Clients of the official Python SDKs for one world, and what their exceptions say."""

from alibabacloud_ecs20140526.client import Client as Ecs
from alibabacloud_kms20160120.client import Client as Kms
from alibabacloud_oos20190601.client import Client as Oos
from alibabacloud_quotas20200510.client import Client as Quotas
from alibabacloud_ram20150501.client import Client as Ram
from alibabacloud_resourcedirectorymaster20220419.client import Client as Directory
from alibabacloud_resourcesharing20200110.client import Client as Sharing
from alibabacloud_sts20150401.client import Client as Sts
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException, ClientException
from alibabacloud_tea_openapi.models import Config
from world import HOME, same


def config(key, endpoint, region=HOME, **more):
    return Config(
        access_key_id=key["access_key_id"],
        access_key_secret=key["access_key_secret"],
        security_token=key.get("security_token"),
        region_id=region,
        endpoint=endpoint,
        protocol="http",
        **more,
    )


def ecs(world, key, region=HOME, **more):
    return Ecs(config(key, world.at("ecs", region), region, **more))


def sharing(world, key, region=HOME):
    return Sharing(config(key, world.at("resourcesharing", region), region))


def kms(world, key, region=HOME):
    return Kms(config(key, world.at("kms", region), region))


def oos(world, key, region=HOME):
    return Oos(config(key, world.at("oos", region), region))


def directory(world, key):
    return Directory(config(key, world.at("resourcedirectory")))


def sts(world, key):
    return Sts(config(key, world.at("sts")))


def ram(world, key):
    return Ram(config(key, world.at("ram")))


def quotas(world, key):
    return Quotas(config(key, world.at("quotas")))


def refused(what, call, status, code, kind=ClientException):
    """Checks that a call ends in the SDK's own exception, with everything that a caller looks at."""
    try:
        answer = call()
    except AlibabaCloudException as error:
        request, body = str(error.request_id), error.data
        seen = {
            "class": type(error),
            "status": error.status_code,
            "code": error.code,
            "the request's id": len(request) == 36 and body["RequestId"] == request,
            "a message that says all of it": body["Message"] in error.message and request in error.message,
            "a page to read": f"q={code}" in body["Recommend"] and request in body["Recommend"],
        }
        wanted = dict(zip(seen, (kind, status, code, True, True, True)))
        same(f"{what}: {status} {code}", seen, wanted)
        return error
    raise SystemExit(f"FAILED: {what}: {code} expected, and not {answer}")
