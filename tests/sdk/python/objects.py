"""Objects by the official SDKs of object storage, the current one and the older one: written, read, listed, deleted."""

import alibabacloud_oss_v2 as oss
import oss2
from alibabacloud_sts20150401 import models as sts_models
from clients import sts
from world import AWAY, BUCKET, HOME, MEMBER, READER, World, check, same

world = World()
# A folder of our own: the functions of the world keep objects in the same bucket.
FOLDER = "sdk/"
KEY = f"{FOLDER}told/中 a+b%41.json"
BODY = b'{"told":"everything"}'


def current(key, region=HOME, **more):
    """A client of the current SDK, which signs V4."""
    provider = oss.credentials.StaticCredentialsProvider(
        key["access_key_id"], key["access_key_secret"], key.get("security_token"))
    config = oss.config.Config(region=region, endpoint=f"http://{world.at('oss', region)}", retry_max_attempts=1,
                               credentials_provider=provider, **more)
    return oss.Client(config)


def older(key, region=HOME):
    """A bucket of the older SDK, told to sign V4."""
    if token := key.get("security_token"):
        auth = oss2.StsAuth(key["access_key_id"], key["access_key_secret"], token, auth_version=oss2.AUTH_VERSION_4)
    else:
        auth = oss2.AuthV4(key["access_key_id"], key["access_key_secret"])
    return oss2.Bucket(auth, f"http://{world.at('oss', region)}", BUCKET, region=region)


def refused(what, call, status, code):
    """Checks that a call ends in the SDK's own exception, with everything that a caller looks at."""
    try:
        answer = call()
    except oss.exceptions.OperationError as wrapped:
        error = wrapped.unwrap()
        check(f"{what}: a service error", isinstance(error, oss.exceptions.ServiceError))
        seen = (error.status_code, error.code, len(error.request_id))
    except oss2.exceptions.OssError as error:
        seen = (error.status, error.code, len(error.request_id))
    else:
        raise SystemExit(f"FAILED: {what}: {code} expected, and not {answer}")
    same(what, seen, (status, code, 24))


def by_the_current_sdk():
    client = current(world.owner)
    put = client.put_object(oss.PutObjectRequest(bucket=BUCKET, key=KEY, body=BODY, content_type="application/json",
                                                 metadata={"by": "sdk"}))
    same("it is written", put.status_code, 200)
    got = client.get_object(oss.GetObjectRequest(bucket=BUCKET, key=KEY))
    same("it is read, its checksum fits", got.body.read(), BODY)
    same("with its tag and type", (got.etag, got.content_type), (put.etag, "application/json"))
    head = client.head_object(oss.HeadObjectRequest(bucket=BUCKET, key=KEY))
    same("it is looked at", (head.content_length, head.etag, dict(head.metadata)), (len(BODY), put.etag, {"by": "sdk"}))
    check("it is there", client.is_object_exist(BUCKET, KEY))
    check("another is not", not client.is_object_exist(BUCKET, "gone"))
    refused("nothing is overwritten that must not be", lambda: client.put_object(oss.PutObjectRequest(
        bucket=BUCKET, key=KEY, body=b"", forbid_overwrite=True)), 409, "FileAlreadyExists")
    for number in range(3):
        client.put_object(oss.PutObjectRequest(bucket=BUCKET, key=f"{FOLDER}many/{number}", body=b"x"))
    pages = client.list_objects_v2_paginator(limit=2).iter_page(
        oss.ListObjectsV2Request(bucket=BUCKET, prefix=FOLDER))
    keys = [item.key for page in pages for item in page.contents or []]
    same("all are listed, in pages", keys, [f"{FOLDER}many/{number}" for number in range(3)] + [KEY])
    folders = client.list_objects_v2(oss.ListObjectsV2Request(bucket=BUCKET, prefix=FOLDER, delimiter="/"))
    same("and by folders", [folder.prefix for folder in folders.common_prefixes], [f"{FOLDER}many/", f"{FOLDER}told/"])
    client.delete_object(oss.DeleteObjectRequest(bucket=BUCKET, key=KEY))
    refused("what is deleted is gone", lambda: client.get_object(oss.GetObjectRequest(bucket=BUCKET, key=KEY)), 404,
            "NoSuchKey")


def by_the_older_sdk():
    bucket = older(world.owner)
    put = bucket.put_object(KEY, BODY, headers={"Content-Type": "application/json"})
    got = bucket.get_object(KEY)
    same("older: it is read as it was written", (got.read(), got.etag), (BODY, put.etag))
    same("older: it is looked at", bucket.head_object(KEY).content_length, len(BODY))
    check("older: it is there, and another is not", bucket.object_exists(KEY) and not bucket.object_exists("gone"))
    listed = [item.key for item in oss2.ObjectIteratorV2(bucket, prefix=f"{FOLDER}told/", max_keys=1)]
    same("older: it is listed", listed, [KEY])
    bucket.delete_object(KEY)
    refused("older: what is deleted is gone", lambda: bucket.get_object(KEY), 404, "NoSuchKey")


def signed_by_others():
    get = oss.GetObjectRequest(bucket=BUCKET, key=KEY)
    unknown = world.owner | {"access_key_id": "LTAInobody"}
    wrong = world.owner | {"access_key_secret": "wrong"}
    member = World.key_of(MEMBER)
    for what, key, region, status, code in [
        ("an unknown key", unknown, HOME, 403, "InvalidAccessKeyId"),
        ("a wrong secret", wrong, HOME, 403, "SignatureDoesNotMatch"),
        ("a bucket of others", member, HOME, 403, "AccessDenied"),
        ("a bucket of another region", world.owner, AWAY, 403, "AccessDenied"),
    ]:
        refused(what, lambda: current(key, region).get_object(get), status, code)
        refused(f"older: {what}", lambda: older(key, region).get_object(KEY), status, code)
    refused("no such bucket", lambda: current(world.owner).get_object(
        oss.GetObjectRequest(bucket="nobodys-bucket", key=KEY)), 404, "NoSuchBucket")


def by_a_session():
    session = sts(world, world.owner).assume_role(
        sts_models.AssumeRoleRequest(role_arn=READER, role_session_name="sdk", duration_seconds=900)).body.credentials
    key = {"access_key_id": session.access_key_id, "access_key_secret": session.access_key_secret}
    right = key | {"security_token": session.security_token}
    get = oss.GetObjectRequest(bucket=BUCKET, key=KEY)
    refused("a session without the right", lambda: current(right).get_object(get), 403, "AccessDenied")
    refused("older: a session without the right", lambda: older(right).get_object(KEY), 403, "AccessDenied")
    foreign = key | {"security_token": "CAISsomebodyelse"}
    refused("a foreign token", lambda: current(foreign).get_object(get), 403, "AccessKeyIdAndSecurityTokenNotMatch")
    refused("no token", lambda: current(key).get_object(get), 403, "InvalidAccessKeyId")


by_the_current_sdk()
by_the_older_sdk()
signed_by_others()
by_a_session()
