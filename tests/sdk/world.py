"""The simulated cloud that a scenario runs against, and how a scenario says what holds."""

import json
import os
import time

HOME = "cn-hangzhou"
AWAY = "cn-shanghai"
PROD = "fd-prod000001"
# A member in the folder above, and one in no folder that this scenario shares with.
MEMBER = "2000000000000001"
SANDBOXED = "2000000000000012"
# The owner's bucket in the home region.
BUCKET = "corp-goldcast"
READER = "acs:ram::1000000000000001:role/goldcast-directory-reader"
# Real seconds that anything may take; in simulated time, hours.
PATIENCE_S = 20


class World:
    """What `goldcast dev --json` says in its first line."""

    def __init__(self):
        with open(os.environ["GOLDCAST_WORLD"], encoding="utf-8") as file:
            self.description = json.load(file)
        self.owner = self.description["credentials"]["owner"]
        self.management = self.description["credentials"]["management"]
        self.instance = self.description["instance_id"]

    def at(self, product, region=None):
        """The address of a product: of a region, or of all regions."""
        hosts = self.description["endpoints"][region] if region else self.description["global"]
        return hosts[product]

    @staticmethod
    def key_of(account):
        """The key of any account of the standard organisation; it opens nothing but this world."""
        return {
            "account": account,
            "access_key_id": f"LTAItest{account}",
            "access_key_secret": f"not-a-secret-{account}",
        }


def check(what, truth):
    """Prints what holds, and ends the scenario where it does not."""
    if not truth:
        raise SystemExit(f"FAILED: {what}")
    print(f"ok      {what}", flush=True)


def same(what, seen, wanted):
    """Prints what is as it should be, and ends the scenario where it is not."""
    if seen != wanted:
        raise SystemExit(f"FAILED: {what}: {seen!r} instead of {wanted!r}")
    print(f"ok      {what}", flush=True)


def until(what, look):
    """Looks again until there is something to see: a condition, not a sleep of a guessed length."""
    give_up = time.monotonic() + PATIENCE_S
    while time.monotonic() < give_up:
        if seen := look():
            check(what, True)
            return seen
        time.sleep(0.05)
    raise SystemExit(f"FAILED: {what}, after {PATIENCE_S} s")
