"""What goldcast would post."""

import json
import os
import sys


class Request:
    def __init__(self, line):
        self.__dict__.update(line)
        self.headers = dict(self.headers)
        self.name = f"{self.channel} · {self.language} · {self.message}"


def requests(channel):
    """Every request of a kind of channel. There must be some, or a check would hold for nothing."""
    with open(os.environ["GOLDCAST_REQUESTS"], encoding="utf-8") as file:
        found = [Request(line) for line in map(json.loads, file) if line["channel"] == channel]
    if not found:
        raise SystemExit(f"FAILED: there is no request of {channel}")
    return found


def fail(request, why):
    print(f"FAILED: {request.name}: {why}\n{request.body[:2000]}")
    sys.exit(1)


def refused(request, what, judge, errors):
    """Wants `judge` to refuse a request that was broken on purpose."""
    try:
        judge()
    except errors:
        return
    fail(request, f"{what} was not refused")


def holds(count, what):
    print(f"ok: {count} requests: {what}")
