#!/usr/bin/env python3
"""Checks ROS templates without a cloud: tests/deploy/check_template.py TEMPLATE …

The vendor offers nothing that finds a misspelt property without an account, so this does. What it holds against a
template are the vendor's own descriptions of the resource types (`extract.py`), the published rules of templates, and
what the descriptions leave out (`compute.py`, `triggers.py`, `event_rules.py`, `permissions.py`).
"""

import sys
from pathlib import Path

import compute
import event_rules
import parameters
import permissions
import triggers
from document import nearest
from functions import Uses, listed
from resource_types import Properties, load
from template import Template

FORMAT = "2015-09-01"
# https://www.alibabacloud.com/help/doc-detail/28930.html
SECTIONS = {
    "Conditions",
    "Description",
    "Locals",
    "Mappings",
    "Metadata",
    "Outputs",
    "Parameters",
    "ROSTemplateFormatVersion",
    "Resources",
    "Rules",
    "Transform",
    "Workspace",
}
RESOURCE_KEYS = {
    "Condition",
    "Count",
    "CreationPolicy",
    "DeletionPolicy",
    "DependsOn",
    "Description",
    "Metadata",
    "Properties",
    "Type",
    "UpdatePolicy",
}
OUTPUT_KEYS = {"Condition", "Description", "Label", "NoEcho", "Value"}
# https://www.alibabacloud.com/help/doc-detail/28854.htm
RESOURCES_MAX = 300


def check(text, types):
    """The findings about a template, in the order of its lines."""
    template = Template(text, types)
    if isinstance(template.document.data, dict):
        _sections(template)
        parameters.check(template)
        uses = Uses(template)
        for name, condition in template.conditions.items():
            uses.walk(condition, ("Conditions", name))
        for name, resource in template.resources.items():
            _resource(template, uses, name, resource)
        for name, output in template.outputs.items():
            _output(template, uses, name, output)
        uses.find_circles()
        # What the services want can be asked of a template that is well made, and of no other.
        if not template.document.findings:
            for service in (compute, triggers, event_rules, permissions):
                service.check(template)
        for name in template.conditions:
            if name not in uses.conditions:
                template.find(("Conditions", name), "is used nowhere")
        parameters.check_uses(template, uses.names)
    elif not template.document.findings:
        template.find((), "a map is wanted")
    return sorted(set(template.document.findings))


def _sections(template):
    if template.data.get("ROSTemplateFormatVersion") != FORMAT:
        template.find(("ROSTemplateFormatVersion",), f"is not the text {FORMAT!r}")
    for name, section in template.data.items():
        if name not in SECTIONS:
            template.find((name,), f"unknown section{nearest(name, SECTIONS)}")
        elif name not in ("ROSTemplateFormatVersion", "Description", "Transform") and not isinstance(section, dict):
            template.find((name,), "a map is wanted")
    if not 1 <= len(template.resources) <= RESOURCES_MAX:
        template.find(("Resources",), f"{len(template.resources)} resources; a template has 1 to {RESOURCES_MAX}")


def _resource(template, uses, name, resource):
    path = ("Resources", name)
    if not str(name).isalnum():
        template.find(path, "an id has letters and digits only")
    if not isinstance(resource, dict):
        template.find(path, "a map is wanted")
        return
    for key in resource:
        if key not in RESOURCE_KEYS:
            template.find((*path, key), f"unknown key of a resource{nearest(key, RESOURCE_KEYS)}")
    given = ()
    if "Condition" in resource:
        given = (str(resource["Condition"]),)
        uses.condition(resource["Condition"], (*path, "Condition"))
    needed = resource.get("DependsOn", [])
    for each in [needed] if isinstance(needed, str) else listed(needed):
        if isinstance(each, str) and each in template.resources:
            uses.needs.setdefault(name, set()).add(each)
        else:
            template.find((*path, "DependsOn"), f"{each} is no resource{nearest(each, template.resources)}")
    properties = resource.get("Properties") or {}
    uses.walk(properties, (*path, "Properties"), name, given)
    kind = str(resource.get("Type"))
    known = template.types.get(kind)
    if known is None:
        template.find((*path, "Type"), f"unknown type {kind}{nearest(kind, template.types)}")
    elif isinstance(properties, dict):
        Properties(template).check_map(properties, known["properties"], (*path, "Properties"))
    else:
        template.find((*path, "Properties"), "a map is wanted")


def _output(template, uses, name, output):
    path = ("Outputs", name)
    if not isinstance(output, dict) or "Value" not in output:
        template.find(path, "has no Value")
        return
    for key in output:
        if key not in OUTPUT_KEYS:
            template.find((*path, key), f"unknown key of an output{nearest(key, OUTPUT_KEYS)}")
    given = ()
    if "Condition" in output:
        given = (str(output["Condition"]),)
        uses.condition(output["Condition"], (*path, "Condition"))
    uses.walk(output["Value"], (*path, "Value"), None, given)


def main(*paths):
    types, found = load(), 0
    for path in map(Path, paths):
        findings = check(path.read_text(encoding="utf-8"), types)
        found += len(findings)
        for finding in findings:
            print(f"{path}:{finding}")
        print(f"{path}: {'no finding' if not findings else f'{len(findings)} findings'}")
    if found or not paths:
        raise SystemExit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
