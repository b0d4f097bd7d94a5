"""The older Python SDK, whose requests are signed with V1, and what its exceptions say."""

import json

from aliyunsdkcore.acs_exception.exceptions import ServerException
from aliyunsdkcore.auth.credentials import AccessKeyCredential, StsTokenCredential
from aliyunsdkcore.client import AcsClient
from aliyunsdkcore.request import CommonRequest
from world import HOME, same

def client(key, region=HOME):
    if token := key.get("security_token"):
        credential = StsTokenCredential(key["access_key_id"], key["access_key_secret"], token)
    else:
        credential = AccessKeyCredential(key["access_key_id"], key["access_key_secret"])
    return AcsClient(region_id=region, credential=credential)


def generated(kind, endpoint, **values):
    """A request of the generated kind, with its parameters set by its own methods."""
    request = kind()
    request.set_endpoint(endpoint)
    request.set_protocol_type("http")
    for name, value in values.items():
        getattr(request, f"set_{name}")(value)
    return request


def common(endpoint, version, action, method="POST", query=None, form=None):
    """A request of no product: its parameters in the query, in a form, or in both."""
    request = CommonRequest(domain=endpoint, version=version, action_name=action)
    request.set_method(method)
    request.set_protocol_type("http")
    for name, value in (query or {}).items():
        request.add_query_param(name, value)
    for name, value in (form or {}).items():
        request.add_body_params(name, value)
    return request


def call(who, request):
    return json.loads(who.do_action_with_exception(request))


def refused(what, who, request, status, code, says=""):
    """Checks that a call ends in the SDK's own exception, with everything that a caller looks at."""
    try:
        answer = call(who, request)
    except ServerException as error:
        seen = (error.get_http_status(), error.get_error_code(), len(error.get_request_id() or ""))
        same(f"{what}: {status} {code}", seen, (status, code, 36))
        if says not in error.get_error_msg():
            raise SystemExit(f"FAILED: {what}: {error.get_error_msg()!r} does not say {says!r}")
        return error
    raise SystemExit(f"FAILED: {what}: {code} expected, and not {answer}")
