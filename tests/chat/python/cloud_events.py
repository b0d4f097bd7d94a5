"""The official SDK of CloudEvents reads our events, by its current interface and by the former one."""

import json

from cloudevents.core.bindings.http import HTTPMessage, from_http_event
from cloudevents.v1.exceptions import MissingRequiredFields
from cloudevents.v1.http import from_http
from dateutil.parser import isoparse
from posted import fail, holds, refused, requests

MAX_BYTES = 64 * 1024


def read(headers, body):
    return from_http_event(HTTPMessage(headers, body.encode()))


events = requests("cloudevents")
for one in events:
    try:
        event, former = read(one.headers, one.body), from_http(one.headers, one.body)
    except Exception as error:
        fail(one, repr(error))
    # The current interface makes up an id and a time where there is none; the former one does not.
    sent = json.loads(one.body)
    data = event.get_data()
    if (json.loads(data) if isinstance(data, (bytes, str)) else data) != sent["data"] or former.data != sent["data"]:
        fail(one, "the data is not what the SDK reads")
    for name in ("id", "source", "type", "severity"):
        if event.get_attributes()[name] != sent[name] or former[name] != sent[name]:
            fail(one, f"{name} is not what the SDK reads")
    if event.get_specversion() != "1.0" or event.get_time() != isoparse(sent.get("time", "1970-01-01")) or len(one.body.encode()) > MAX_BYTES:
        fail(one, "not an event of version 1.0 with a time, or one that need not be forwarded")
    for name in ("specversion", "id", "source", "type"):
        without = json.dumps({key: value for key, value in sent.items() if key != name})
        refused(one, f"an event without {name}", lambda: from_http(one.headers, without), MissingRequiredFields)
holds(len(events), "read by the SDK of CloudEvents")
