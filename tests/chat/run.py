#!/usr/bin/env python3
"""Lets third parties judge what every channel posts, for every kind of message in every language.

    python3 -m venv .venv && .venv/bin/pip install -r tests/chat/requirements.txt && npm ci --prefix tests/chat/node
    cargo build -p goldcast-notify --example requests
    .venv/bin/python tests/chat/run.py target/debug/examples/requests [CHECK …]

A check is a program that nobody taught about goldcast: it uses an official library, SDK or published types, unmodified. It
finds the requests, one JSON object a line, in the file that GOLDCAST_REQUESTS names, prints a line for what holds, and fails
with the first request that does not. Each check also breaks a request on purpose and wants it refused, so that it cannot be
one that never refuses anything. Nothing is sent anywhere.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

# Seconds that a check may take.
CHECK_MAX_S = 120
HERE = Path(__file__).resolve().parent
CHECKS = [
    # Signatures.
    "python/standard_webhooks.py",
    "node/standard_webhooks.js",
    "python/dingtalk.py",
    "python/feishu.py",
    # Payloads.
    "python/slack.py",
    "python/cloud_events.py",
    "node/adaptive_cards.js",
    "node/published_types.js",
]


def interpreter(check):
    return ["node"] if check.suffix == ".js" else [sys.executable]


def run(check, requests):
    """Runs one check; gives whether all of it held."""
    print(f"--- {check.relative_to(HERE)}", flush=True)
    environment = os.environ | {"GOLDCAST_REQUESTS": requests, "PYTHONPATH": str(HERE)}
    try:
        return subprocess.run(interpreter(check) + [str(check)], env=environment, timeout=CHECK_MAX_S).returncode == 0
    except subprocess.TimeoutExpired:
        print(f"FAILED: longer than {CHECK_MAX_S} s", flush=True)
        return False


def main(program, *checks):
    chosen = [Path(check).resolve() for check in checks] or [HERE / check for check in CHECKS]
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        # Signed now: verifiers refuse what is older than five minutes.
        subprocess.run([Path(program).resolve(), str(int(time.time()))], stdout=file, check=True)
        failed = [check.name for check in chosen if not run(check, file.name)]
    if failed:
        raise SystemExit(f"failed: {' '.join(failed)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
