"""The schema of the component fc3 itself (`fc3/schema.json`), made to find mistakes.

As it is, it lets misspelt names pass, and anything as a trigger, since one of the alternatives for its settings is any
map; and it requires what the component's documentation leaves out in every example: a source besides the object of a
package, and the sink of an event trigger.
"""

import json
from pathlib import Path


SCHEMA = Path(__file__).resolve().parent / "fc3" / "schema.json"


def load():
    """The schema, tightened."""
    return _tightened(json.loads(SCHEMA.read_text(encoding="utf-8")))


def _tightened(schema):
    definitions = schema["definitions"]
    for key in ("if", "then", "else"):
        schema.pop(key)
    containers = {"properties": {"runtime": {"enum": ["custom-container", "micro-sandbox"]}}}
    schema["allOf"] = [
        {"if": containers, "then": {"required": ["customContainerConfig"]}, "else": {"required": ["code"]}}
    ]
    for alternative in definitions["ICodeUri"]["anyOf"]:
        if alternative.get("type") == "object":
            alternative["required"] = ["ossBucketName", "ossObjectName"]
    events = definitions["IEventBridge"]
    events["required"] = ["eventRuleFilterPattern", "eventSourceConfig"]
    events["properties"]["eventSourceConfig"]["required"] = ["eventSourceType"]
    trigger = definitions["ITrigger"]
    trigger["properties"]["triggerConfig"] = {"type": "object"}
    trigger["allOf"] = [
        {
            "if": {"properties": {"triggerType": {"const": kind}}},
            "then": {"properties": {"triggerConfig": {"$ref": f"#/definitions/{name}"}}},
        }
        for kind, name in (
            ("eventbridge", "IEventBridge"),
            ("http", "IHttpTriggerConfig"),
            ("timer", "ITimerTriggerConfig"),
        )
    ]
    _close(schema)
    return schema


def _close(schema):
    if isinstance(schema, dict):
        if schema.get("type") == "object" and schema.get("properties"):
            schema.setdefault("additionalProperties", False)
        for each in schema.values():
            _close(each)
    elif isinstance(schema, list):
        for each in schema:
            _close(each)
