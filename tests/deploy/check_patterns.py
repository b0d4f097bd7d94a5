#!/usr/bin/env python3
"""Checks which sample event wakes which function: every event among the project's fixtures against every pattern.

    tests/deploy/check_patterns.py            compares with event_roads.txt
    tests/deploy/check_patterns.py --print    prints what is the case

A road is a trigger on the default bus; or, from other regions, one of the rules of `satellites/region-events.yml` and a
rule on the custom bus. The table is read by people: an event that begins to wake a function, or ceases to, is a change to be
seen.
"""

import json
import sys
from pathlib import Path

from evaluation import Evaluation
from functions import mapped
from resource_types import load
from template import Template

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
TABLE = HERE / "event_roads.txt"
SAMPLES = ["functions/tests/fixtures/events", "shared/emulator/tests/fixtures/events"]


def matches(pattern, value):
    """Whether a pattern lets a value through: maps ask for all keys, lists for one of their members."""
    if isinstance(pattern, dict):
        return all(matches(each, mapped(value).get(key)) for key, each in pattern.items())
    values = value if isinstance(value, list) else [value]
    return any(_fits(choice, each) for choice in pattern for each in values)


def _fits(choice, value):
    if not isinstance(choice, dict):
        return choice == value
    [(operator, operand)] = choice.items()
    if operator == "prefix":
        return isinstance(value, str) and value.startswith(operand)
    if operator == "exists":
        return (value is not None) == operand
    raise SystemExit(f"the operator {operator} is new in our patterns; teach it here")


def roads():
    """The name of each road, and the patterns on it: an event needs one of each list."""
    types = load()
    stack = Evaluation(Template((ROOT / "template.yml").read_text(encoding="utf-8"), types), "cn-hangzhou", "1" * 16)
    away = Template((ROOT / "satellites/region-events.yml").read_text(encoding="utf-8"), types)
    forwarded = [mapped(properties.get("FilterPattern")) for _, properties in away.of_type("ALIYUN::EventBridge::Rule")]
    for _, trigger in stack.resources("ALIYUN::FC3::Trigger"):
        config = trigger["TriggerConfig"]
        if mapped(config.get("eventSourceConfig")).get("eventSourceType") == "Default":
            yield (
                f"{trigger['FunctionName']} by {trigger['TriggerName']}",
                [[json.loads(config["eventRuleFilterPattern"])]],
            )
    for _, rule in stack.resources("ALIYUN::EventBridge::Rule"):
        for target in rule["Targets"]:
            yield f"{target['Id']} by {rule['RuleName']} from elsewhere", [forwarded, [rule["FilterPattern"]]]


def samples():
    """Everything among the fixtures that is a whole event, as a bus carries it."""
    for folder in SAMPLES:
        for file in sorted((ROOT / folder).glob("*.json")):
            try:
                event = json.loads(file.read_bytes())
            except (ValueError, RecursionError):
                continue
            if isinstance(event, dict) and isinstance(event.get("source"), str) and "type" in event:
                yield f"{folder.split('/tests')[0]}: {file.stem}", event


def table():
    """A paragraph for each sample: the roads that carry it."""
    known, taken, paragraphs = list(roads()), set(), []

    def carries(choices, event):
        passing = [[pattern for pattern in patterns if matches(pattern, event)] for patterns in choices]
        if any(len(patterns) > 1 for patterns in passing):
            raise SystemExit(f"an event is forwarded twice: {passing}")
        return all(passing)

    for name, event in samples():
        carrying = [road for road, choices in known if carries(choices, event)]
        taken.update(carrying)
        paragraphs.append("\n".join([name, *(f"  {road}" for road in carrying or ["nobody"])]) + "\n")
    for road, _ in known:
        if road not in taken:
            raise SystemExit(f"{road}: no sample takes this road")
    return "".join(paragraphs)


def main(*arguments):
    if arguments:
        print(table(), end="")
    elif table() != TABLE.read_text(encoding="utf-8"):
        raise SystemExit(
            "other events wake other functions now; read check_patterns.py --print against event_roads.txt"
        )
    else:
        print(f"events: {len(list(samples()))} samples on {len(list(roads()))} roads, as they are known")


if __name__ == "__main__":
    main(*sys.argv[1:])
