#!/usr/bin/env python3
"""Checks that every environment variable which a function reads is set in `template.yml`, and no other.

    tests/deploy/check_environment.py

What is read is found in the sources of what is linked into a function. A variable that code reads and nobody sets is a
setting that does not exist; one that is set and that nobody reads is a setting that does nothing. That `s.yaml` sets
the same is `check_s_yaml.py`'s to see.
"""

import re
from pathlib import Path

from evaluation import Evaluation
from resource_types import load
from template import Template

ROOT = Path(__file__).resolve().parents[2]
FUNCTION = "ALIYUN::FC3::Function"
# What is linked into a function, and reads variables.
SOURCES = ["functions", "shared/engine", "shared/fc-runtime"]
OUR_PREFIX = "GOLDCAST_"
# Set by the platform itself, https://www.alibabacloud.com/help/en/functioncompute/fc/user-guide/environment-variables.
PLATFORM = ("FC_", "ALIBABA_CLOUD_")
# The crate fc-runtime is for everybody's functions; ours set GOLDCAST_TIMEOUT, and their own code tells the runtime.
NOT_OURS = {"FUNCTION_TIMEOUT_SECONDS"}
# Who alone needs a variable. All others are set for every function.
ONLY = {
    # The one that tells people.
    "GOLDCAST_PRIVATE_WEBHOOKS": {"sweep"},
}
# What has to be on for a variable to be set at all.
GIVEN = {
    "Endpoints": "{}",
    "PolicyBucket": "corp-goldcast",
    "PrivateWebhooks": True,
}
READ = re.compile(
    r'environment\s*\.get\(\s*"([^"]+)"|\btext\("([^"]+)"|_VARIABLES?\b[^=;]*= *([^;]+);|"(GOLDCAST_[A-Z_]+)"'
)
NAME = re.compile(r"[A-Z][A-Z0-9_]{2,}")


def read_in(text):
    """The variables that a Rust source reads; neither its comments nor its tests."""
    code = re.split(r"^#\[cfg\(test\)\]", text, maxsplit=1, flags=re.MULTILINE)[0]
    code = re.sub(r"//.*", "", code)
    found = set()
    for named in READ.findall(code):
        for each in named:
            literals = re.findall(r'"([^"]*)"', each) if '"' in each else [each]
            found |= {literal for literal in literals if NAME.fullmatch(literal)}
    return found


def read_by_functions():
    """The variables that anything linked into a function reads."""
    files = [file for source in SOURCES for file in sorted((ROOT / source / "src").rglob("*.rs"))]
    read = set().union(*(read_in(file.read_text(encoding="utf-8")) for file in files))
    # Nothing found would mean that nothing is checked.
    if not {"GOLDCAST_POLICY", "FC_REGION", "ALIBABA_CLOUD_ACCESS_KEY_ID"} <= read:
        raise SystemExit(f"only {sorted(read)} found in the sources: they read the environment in another way now")
    return {name for name in read if not name.startswith(PLATFORM)} - NOT_OURS


def check(template, read):
    """The findings about the variables of all functions, with everything on that a variable depends on."""
    stack = Evaluation(template, "cn-hangzhou", "1234567890123456", **GIVEN)
    prefix = f"{template.parameters['NamePrefix']['Default']}-"
    for resource, properties in stack.resources(FUNCTION):
        path = ("Resources", resource, "Properties", "EnvironmentVariables")
        name = properties["FunctionName"].removeprefix(prefix)
        wanted = {each for each in read if name in ONLY.get(each, {name})}
        _compare(template, path, set(properties.get("EnvironmentVariables", {})), wanted)
        _timeout(template, path, properties)
    return sorted(set(template.document.findings))


def _compare(template, path, given, wanted):
    for name in sorted(given - wanted):
        template.find((*path, name), "is read by no function, or not by this one")
    for name in sorted(wanted - given):
        template.find(path, f"{name} is read and not set")


def _timeout(template, path, properties):
    """A function that thinks it has longer is cut off between two actions."""
    variables = properties.get("EnvironmentVariables", {})
    if str(properties["Timeout"]) != variables.get("GOLDCAST_TIMEOUT"):
        template.find((*path, "GOLDCAST_TIMEOUT"), f"the function's Timeout is {properties['Timeout']}")


def main():
    text, types, read = (ROOT / "template.yml").read_text(encoding="utf-8"), load(), read_by_functions()
    findings = check(Template(text, types), read)
    for finding in findings:
        print(f"template.yml:{finding}")
    print(f"template.yml: {len(read)} environment variables, {', '.join(sorted(read))}")
    # One that nobody reads any more, and one that code begins to read.
    for name, changed in (("GOLDCAST_TIMEOUT", read - {"GOLDCAST_TIMEOUT"}), ("GOLDCAST_NEW", read | {"GOLDCAST_NEW"})):
        if not any(name in str(finding) for finding in check(Template(text, types), changed)):
            raise SystemExit(f"{name} is not missed")
    if findings:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
