"""The parameters of a template: what they may be, and that a secret stays one."""

import re

from document import nearest
from functions import VARIABLE, call, listed
from resource_types import PARAMETER_TYPES, between, within

# https://help.aliyun.com/en/ros/user-guide/overview-10
KEYS = {
    "AllowedPattern",
    "AllowedValues",
    "AssociationProperty",
    "AssociationPropertyMetadata",
    "Confirm",
    "ConstraintDescription",
    "Default",
    "Description",
    "Label",
    "MaxLength",
    "MaxValue",
    "MinLength",
    "MinValue",
    "NoEcho",
    "Placeholder",
    "Required",
    "TextArea",
    "Type",
}
CONSTRAINTS = {"AllowedPattern", "AllowedValues", "MinLength", "MaxLength", "MinValue", "MaxValue"}
NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{0,63}")
EMPTY = ("", None, {}, [])


def check(template):
    """Checks all parameters."""
    for name, parameter in template.parameters.items():
        path = ("Parameters", name)
        if not NAME.fullmatch(str(name)):
            template.find(path, "a name has 1 to 64 letters and digits")
        if not isinstance(parameter, dict):
            template.find(path, "a map is wanted")
            continue
        for key in parameter:
            if key not in KEYS:
                template.find((*path, key), f"unknown key{nearest(key, KEYS)}")
        kind = str(parameter.get("Type"))
        if kind not in PARAMETER_TYPES:
            template.find((*path, "Type"), f"unknown type {kind}{nearest(kind, PARAMETER_TYPES)}")
            continue
        _described(template, parameter, path)
        if parameter.get("Default") is not None:
            _default(template, parameter, path)


def _described(template, parameter, path):
    """Whoever deploys reads the description, and is told about a mistake before anything is made."""
    if not parameter.get("Description"):
        template.find(path, "has no Description")
    if (
        parameter["Type"] == "Number"
        and not {"MinValue", "MaxValue"} <= set(parameter)
        and "AllowedValues" not in parameter
    ):
        template.find(path, "a number without MinValue and MaxValue")
    if parameter["Type"] == "String" and not CONSTRAINTS & set(parameter):
        template.find(path, f"a text without any of {', '.join(sorted(CONSTRAINTS))}")
    pattern = parameter.get("AllowedPattern")
    if isinstance(pattern, str) and not (pattern.startswith("^") and pattern.endswith("$")):
        # Whether ROS searches or matches then makes no difference.
        template.find((*path, "AllowedPattern"), "does not say where it begins and ends (^…$)")
    if any(isinstance(value, dict | list) and call(value)[0] for value in parameter.values()):
        template.find(path, "a parameter cannot call a function")


def _default(template, parameter, path):
    default, path = parameter["Default"], (*path, "Default")
    kind = PARAMETER_TYPES[parameter["Type"]]
    fits = {
        "number": isinstance(default, int | float) and not isinstance(default, bool),
        "boolean": isinstance(default, bool) or default in ("true", "false"),
        None: isinstance(default, dict | list),
    }.get(kind, isinstance(default, str))
    if not fits:
        template.find(path, f"{default!r} is no {parameter['Type']}")
        return
    if parameter.get("NoEcho") and default not in EMPTY:
        template.find(path, "a secret in the template: NoEcho hides what is given, not what stands here")
    if "AllowedValues" in parameter and default not in listed(parameter["AllowedValues"]):
        template.find(path, f"{default!r} is not one of AllowedValues")
    if "AllowedPattern" in parameter:
        try:
            if not re.search(str(parameter["AllowedPattern"]), str(default)):
                template.find(path, f"{default!r} does not match AllowedPattern")
        except re.error as error:
            template.find((*path[:-1], "AllowedPattern"), f"no regular expression: {error}")
    for what, measured in (
        ("Length", len(default) if kind == "string" else None),
        ("Value", default if kind == "number" else None),
    ):
        bounds = [parameter.get(f"Min{what}"), parameter.get(f"Max{what}")]
        if measured is not None and not within(measured, bounds):
            template.find(path, f"is outside Min{what}..Max{what} = {between(bounds)}")


def check_uses(template, used):
    """Checks that every parameter is used, and that no output shows a secret."""
    for name in template.parameters:
        if name not in used:
            template.find(("Parameters", name), "is used nowhere")
    secrets = {name for name, parameter in template.parameters.items() if is_secret(parameter)}
    for name, output in template.outputs.items():
        for shown in sorted(_shown(output) & secrets):
            template.find(("Outputs", name), f"shows {shown}, which is NoEcho")


def is_secret(parameter):
    """Whether nobody may see what was given for a parameter."""
    return isinstance(parameter, dict) and bool(
        parameter.get("NoEcho") or parameter.get("Type") == "ALIYUN::OOS::SecretParameter::Value"
    )


def _shown(value):
    """The parameters that a value is made of."""
    if isinstance(value, str):
        return set(VARIABLE.findall(value))
    if isinstance(value, list):
        return set().union(*map(_shown, value))
    if isinstance(value, dict):
        refs = {value["Ref"]} if isinstance(value.get("Ref"), str) else set()
        return refs.union(*map(_shown, value.values()))
    return set()
