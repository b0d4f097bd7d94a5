"""What the gateway refuses and the older Python SDK can be made to send; and XML, which it can be made to ask for."""

import time
from unittest import mock
from xml.etree import ElementTree

from aliyunsdkcore.acs_exception.exceptions import ServerException
from aliyunsdkecs.request.v20140526.DescribeRegionsRequest import DescribeRegionsRequest
from aliyunsdksts.request.v20150401.AssumeRoleRequest import AssumeRoleRequest
from clients import call, client, common, generated, refused
from world import AWAY, HOME, READER, World, check, same

world = World()
owner = client(world.owner)
ECS = world.at("ecs", HOME)


def regions():
    return generated(DescribeRegionsRequest, ECS)


def keys_and_tokens():
    refused("an unknown key", client(world.owner | {"access_key_id": "LTAInobody"}), regions(), 404,
            "InvalidAccessKeyId.NotFound")
    # The SDK compares the server's string to sign with its own. They are equal, so it blames the secret.
    refused("a wrong secret", client(world.owner | {"access_key_secret": "wrong"}), regions(), 400,
            "InvalidAccessKeySecret")
    session = call(owner, generated(AssumeRoleRequest, world.at("sts"), RoleArn=READER, RoleSessionName="legacy"))
    key = {
        "access_key_id": session["Credentials"]["AccessKeyId"],
        "access_key_secret": session["Credentials"]["AccessKeySecret"],
    }
    refused("a malformed token", client(key | {"security_token": "token"}), regions(), 400,
            "InvalidSecurityToken.Malformed")
    refused("a foreign token", client(key | {"security_token": "CAISsomebodyelse"}), regions(), 400,
            "InvalidSecurityToken.MismatchWithAccessKey")
    refused("no token", client(key), regions(), 400, "MissingSecurityToken")


def clocks():
    real = time.gmtime
    for minutes in (-16, 16):
        with mock.patch("time.gmtime", lambda shift=60 * minutes: real(time.time() + shift)):
            refused(f"a clock that is {minutes} minutes off", owner, regions(), 400, "InvalidTimeStamp.Expired")


def places():
    refused("a version that is no product's", owner, common(ECS, "1999-01-01", "DescribeRegions"), 404,
            "InvalidProduct.NotFound")
    refused("an operation that does not exist", owner, common(ECS, "2014-05-26", "MakeCoffee"), 404,
            "InvalidApi.NotFound", "please check your url and method")
    refused("another region than the endpoint's", client(world.owner, AWAY), common(
        ECS, "2014-05-26", "DescribeImages"), 400, "InvalidOperation.NotSupportedEndpoint")
    refused("a method that is not spoken", owner, common(ECS, "2014-05-26", "DescribeRegions", method="PUT"), 400,
            "UnsupportedHTTPMethod")


def too_many_calls():
    """The directory lists accounts twenty times a second, and no more."""
    who = client(world.management)
    request = common(world.at("resourcedirectory"), "2022-04-19", "ListAccounts", query={"MaxResults": 1})
    try:
        for _ in range(500):
            call(who, request)
    except ServerException as error:
        seen = (error.get_http_status(), error.get_error_code(), error.get_error_msg())
        same("too many calls: 400 Throttling.User", seen,
             (400, "Throttling.User", "Request was denied due to user flow control."))
    else:
        raise SystemExit("FAILED: five hundred calls, and nobody minds")


def xml():
    request = regions()
    request.set_accept_format("XML")
    root = ElementTree.fromstring(owner.do_action(request))
    same("an answer in XML has the operation's name", root.tag, "DescribeRegionsResponse")
    check("and each region once", HOME in [region.findtext("RegionId") for region in root.iterfind("Regions/Region")])
    request = common(ECS, "2014-05-26", "MakeCoffee")
    request.set_accept_format("XML")
    root = ElementTree.fromstring(owner.do_action(request))
    same("a refusal in XML is an error", (root.tag, root.findtext("Code")), ("Error", "InvalidApi.NotFound"))
    check("with everything in it", all(root.findtext(name) for name in ("RequestId", "HostId", "Message", "Recommend")))


keys_and_tokens()
clocks()
places()
xml()
too_many_calls()
