#!/usr/bin/env python3
"""Starts `goldcast dev --json` for each scenario by itself, runs the scenario against it, and ends it.

    python3 -m venv .venv && .venv/bin/pip install -r tests/sdk/requirements.txt && npm ci --prefix tests/sdk/node
    cargo build --release && .venv/bin/python tests/sdk/run.py target/release/goldcast [SCENARIO …]

A scenario is a program that nobody taught about goldcast: it uses an official SDK, unmodified. It finds what the world
offers in the file that GOLDCAST_WORLD names, prints a line for each thing that holds, and fails with the first that
does not.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

# Simulated seconds per real second: an image is built in under a second.
SPEED = 600
# Real seconds that a scenario may take.
SCENARIO_MAX_S = 30
HERE = Path(__file__).resolve().parent
SCENARIOS = [
    # The current Python SDKs: signature V3, and V1 where they can.
    "python/images.py",
    "python/organisation.py",
    "python/accounts.py",
    "python/errors.py",
    "python/hosts.py",
    "python/parameters.py",
    # Both Python SDKs of object storage, which have their own signature and refusals.
    "python/objects.py",
    # The older Python SDK: signature V1, requests generated and of no product.
    "legacy/images.py",
    "legacy/organisation.py",
    "legacy/errors.py",
    # The current Node SDK, and the older one that knows no product.
    "node/images.js",
    "node/generic.js",
]


def interpreter(scenario):
    return ["node"] if scenario.suffix == ".js" else [sys.executable]


def run(program, scenario):
    """Runs one scenario in a world of its own; gives whether all of it held."""
    started = time.monotonic()
    print(f"--- {scenario.relative_to(HERE)}", flush=True)
    world = subprocess.Popen([program, "dev", "--json", "--speed", str(SPEED)], stdout=subprocess.PIPE, text=True)
    try:
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            file.write(world.stdout.readline())
            file.flush()
            environment = os.environ | {"GOLDCAST_WORLD": file.name, "PYTHONPATH": str(HERE)}
            result = subprocess.run(interpreter(scenario) + [str(scenario)], env=environment, timeout=SCENARIO_MAX_S)
        held = result.returncode == 0
    except subprocess.TimeoutExpired:
        print(f"FAILED: longer than {SCENARIO_MAX_S} s", flush=True)
        held = False
    finally:
        world.terminate()
        # What happens in the world is printed by it and read by nobody until here.
        world.communicate(timeout=30)
    print(f"--- {time.monotonic() - started:.1f} s", flush=True)
    return held


def main(program, *scenarios):
    program = Path(program).resolve()
    chosen = [Path(scenario).resolve() for scenario in scenarios] or [HERE / scenario for scenario in SCENARIOS]
    failed = [scenario.name for scenario in chosen if not run(program, scenario)]
    if failed:
        raise SystemExit(f"failed: {' '.join(failed)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
