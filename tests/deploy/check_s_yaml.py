#!/usr/bin/env python3
"""Checks `s.yaml`: that the component fc3 of Serverless Devs can take it, and that it says what `template.yml` says.

    tests/deploy/check_s_yaml.py

`s verify` of the vendor proves nothing: it prints success for misspelt names. So every function is held against the
component's own schema, with its gaps closed (`fc3_schema.py`), and the frame around them against one of ours.
"""

import json
import re
from pathlib import Path

import jsonschema

import fc3_schema
from document import Document, nearest
from evaluation import Evaluation
from functions import listed, mapped
from resource_types import load
from template import Template

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
FRAME = HERE / "s_yaml.schema.json"
# Stands for whatever somebody's environment holds.
ACCOUNT = "1234567890123456"
VARIABLE = re.compile(r"\$\{vars\.(\w+)\}|\$\{env\('(\w+)'(?:, *'([^']*)')?\)\}|(\$\{[^}]*\})")
FUNCTION = "ALIYUN::FC3::Function"


def check(text, template, schema):
    """The findings about the text of `s.yaml`, in the order of its lines."""
    document = Document(text)
    data = mapped(document.data)
    if not data:
        document.find((), "a map is wanted")
        return document.findings
    data = _expanded(document, data)
    _valid(document, data, json.loads(FRAME.read_text(encoding="utf-8")), ())
    for name, resource in mapped(data.get("resources")).items():
        _valid(document, mapped(mapped(resource).get("props")), schema, ("resources", name, "props"))
    if not document.findings:
        _equal(document, data, template)
    return sorted(set(document.findings))


def _expanded(document, data):
    """The data with its variables put in."""
    variables = mapped(data.get("vars"))

    def put(text, path, depth=0):
        def one(found):
            name, environment, default, other = found.groups()
            if environment:
                return ACCOUNT if default is None else default
            # A variable may hold another one, and no variable itself.
            if other or name not in variables or depth > len(variables):
                document.find(path, f"{found[0]} is nothing{nearest(name, variables)}")
                return found[0]
            return put(str(variables[name]), path, depth + 1)

        return VARIABLE.sub(one, text)

    def walk(value, path):
        if isinstance(value, dict):
            return {key: walk(each, (*path, key)) for key, each in value.items()}
        if isinstance(value, list):
            return [walk(each, (*path, index)) for index, each in enumerate(value)]
        return put(value, path) if isinstance(value, str) else value

    return walk(data, ())


def _valid(document, data, schema, path):
    for error in jsonschema.Draft7Validator(schema).iter_errors(data):
        for leaf in _leaves(error):
            where = (*path, *leaf.absolute_path)
            if leaf.validator == "additionalProperties" and isinstance(leaf.instance, dict):
                known = leaf.schema.get("properties", {})
                for key in leaf.instance.keys() - known.keys():
                    document.find((*where, key), f"unknown key{nearest(key, known)}")
            else:
                document.find(where, leaf.message[:160])


def _leaves(error):
    """What an error comes down to: of several alternatives, the one that is meant for what stands there."""
    if not error.context:
        return [error]
    alternatives = {}
    for each in error.context:
        alternatives.setdefault(each.schema_path[0], []).append(each)
    # An alternative of another type was not meant.
    meant = [
        errors
        for errors in alternatives.values()
        if not any(each.validator in ("type", "const", "enum") and not each.path for each in errors)
    ]
    return [leaf for each in min(meant, key=len, default=error.context) for leaf in _leaves(each)]


def _equal(document, data, template):
    """Finds every property of a function that is not the template's."""
    variables = data["vars"]
    stack = Evaluation(
        template, variables["region"], ACCOUNT, NamePrefix=variables["prefix"], Runtime=variables["runtime"]
    )
    wanted = {properties["functionName"]: properties for properties in functions(stack, variables["region"])}
    given = {resource["props"]["functionName"]: name for name, resource in data["resources"].items()}
    for name in wanted.keys() - given.keys():
        document.find(("resources",), f"{name} of the template is missing")
    for function, name in given.items():
        path = ("resources", name, "props")
        if function not in wanted:
            document.find((*path, "functionName"), f"{function} is not in the template{nearest(function, wanted)}")
            continue
        props = dict(data["resources"][name]["props"])
        props["code"] = Path(props["code"]).name
        props["triggers"] = {trigger["triggerName"]: trigger for trigger in props.get("triggers", [])}
        _same(document, props, wanted[function], path)


def _same(document, given, wanted, path):
    if isinstance(given, dict) and isinstance(wanted, dict):
        for key in given.keys() | wanted.keys():
            if key not in wanted:
                document.find((*path, key), "is not in the template")
            elif key not in given:
                document.find(path, f"{key} of the template is missing")
            else:
                _same(document, given[key], wanted[key], (*path, key))
    elif given != wanted:
        document.find(path, f"{given!r:.60}, and the template says {wanted!r:.60}")


def functions(stack, region):
    """What the template says of each function, in the words of fc3."""
    of = {kind: {} for kind in ("AsyncInvokeConfig", "ConcurrencyConfig", "Trigger")}
    for kind, found in of.items():
        for _, properties in stack.resources(f"ALIYUN::FC3::{kind}"):
            found.setdefault(properties.pop("FunctionName"), []).append(properties)
    for _, properties in stack.resources(FUNCTION):
        function = properties["FunctionName"]
        properties["Code"] = Path(properties["Code"]["OssObjectName"]).name
        variables = properties.pop("EnvironmentVariables")
        props = {"region": region, "environmentVariables": variables, **_camel(properties)}
        for config in of["AsyncInvokeConfig"].get(function, []):
            props["asyncInvokeConfig"] = _camel(config)
        for config in of["ConcurrencyConfig"].get(function, []):
            props["concurrencyConfig"] = _camel(config)
        # The map of a trigger has the same keys in both.
        props["triggers"] = {
            trigger["TriggerName"]: {
                **_camel({**trigger, "TriggerConfig": None}),
                "triggerConfig": trigger["TriggerConfig"],
            }
            for trigger in of["Trigger"].get(function, [])
        }
        yield props


def _camel(value):
    if isinstance(value, dict):
        return {key[0].lower() + key[1:]: _camel(each) for key, each in value.items()}
    return [_camel(each) for each in value] if listed(value) else value


def main():
    template = Template((ROOT / "template.yml").read_text(encoding="utf-8"), load())
    findings = check((ROOT / "s.yaml").read_text(encoding="utf-8"), template, fc3_schema.load())
    for finding in findings:
        print(f"s.yaml:{finding}")
    print(f"s.yaml: {'no finding' if not findings else f'{len(findings)} findings'}")
    if findings:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
