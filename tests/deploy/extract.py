#!/usr/bin/env python3
"""Reads what the vendor's own CDK knows about the resource types that our templates use.

    pip download --no-deps --dest WHEELS $(python3 tests/deploy/extract.py --packages)
    python3 tests/deploy/extract.py WHEELS > tests/deploy/resource_types.json

The CDK packages are generated from the resource specification of ROS, which is published nowhere else. Each holds, in
generated JavaScript, one validator per property map and one renderer, which knows the names that a template uses. Both
are read as text; nothing of the packages is run. Whatever is not understood ends the run: a property that was silently
lost would be a mistake that nobody finds.
"""

import io
import json
import re
import sys
import tarfile
import zipfile
from pathlib import Path

VERSION = "1.15.0"
# What our templates use, and what stands close enough to be wanted next. `ros-cdk-core` describes no resource type.
TYPES = {
    "ros-cdk-actiontrail": ["ALIYUN::ACTIONTRAIL::Trail", "ALIYUN::ACTIONTRAIL::TrailLogging"],
    "ros-cdk-eventbridge": [
        "ALIYUN::EventBridge::ApiDestination",
        "ALIYUN::EventBridge::Connection",
        "ALIYUN::EventBridge::Rule",
    ],
    "ros-cdk-fc3": [
        "ALIYUN::FC3::AsyncInvokeConfig",
        "ALIYUN::FC3::ConcurrencyConfig",
        "ALIYUN::FC3::CustomDomain",
        "ALIYUN::FC3::Function",
        "ALIYUN::FC3::ProvisionConfig",
        "ALIYUN::FC3::Trigger",
    ],
    "ros-cdk-mns": ["ALIYUN::MNS::Queue", "ALIYUN::MNS::Subscription", "ALIYUN::MNS::Topic"],
    "ros-cdk-oos": ["ALIYUN::OOS::Parameter", "ALIYUN::OOS::SecretParameter"],
    "ros-cdk-oss": ["ALIYUN::OSS::Bucket"],
    "ros-cdk-ram": ["ALIYUN::RAM::AttachPolicyToRole", "ALIYUN::RAM::ManagedPolicy", "ALIYUN::RAM::Role"],
    "ros-cdk-ros": ["ALIYUN::ROS::AutoEnableService", "ALIYUN::ROS::StackGroup", "ALIYUN::ROS::StackInstances"],
    "ros-cdk-sls": ["ALIYUN::SLS::Index", "ALIYUN::SLS::Logstore", "ALIYUN::SLS::Project"],
}
LICENCE = (
    "Extracted from the AliCloud ROS Cloud Development Kit, "
    "https://github.com/aliyun/Resource-Orchestration-Service-Cloud-Development-Kit, "
    "Copyright 2009-2020 Aliyun.com, Inc. or its affiliates, Apache License 2.0; "
    "changed: only names, types and bounds are kept"
)

FUNCTION = re.compile(r"^function (\w+)\(properties[^)]*\) \{\n(.*?)^\}\n", re.DOTALL | re.MULTILINE)
CLASS = re.compile(r"^class (\w+) extends ros\.RosResource \{\n(.*?)^\}\n", re.DOTALL | re.MULTILINE)
TYPE_NAME = re.compile(r'^(\w+)\.ROS_RESOURCE_TYPE_NAME = "([^"]+)";', re.MULTILINE)
ATTRIBUTE = re.compile(r"this\.attr\w+ = this\.getAtt\('([^']+)'\)")
# What is checked, by what, and on what; a bound has its numbers where the others name the property.
CHECK = re.compile(r"ros\.propertyValidator\('(\w+)', (.+?)\)\((properties\.\w+|\{.*?\})\)\);", re.DOTALL)
RENDERED = re.compile(r"^\s+'([^']+)': (\S.*?),$", re.MULTILINE)

BASE_TYPES = {
    "String": "string",
    "Number": "number",
    "Boolean": "boolean",
    "Any": "any",
    "AnyDict": "map",
    "Object": "map",
    "RosTag": "tag",
    "Date": "string",
}


class NotUnderstood(Exception):
    """The generated text has a shape that this program does not know."""


def type_of(check):
    """The type that a check such as `ros.listValidator(ros.validateString)` stands for."""
    if match := re.fullmatch(r"ros\.validate(\w+)", check):
        if match[1] not in BASE_TYPES:
            raise NotUnderstood(check)
        return {"type": BASE_TYPES[match[1]]}
    if match := re.fullmatch(r"ros\.(list|hash)Validator\((.+)\)", check):
        inner = type_of(match[2])
        return {"type": "list", "items": inner} if match[1] == "list" else {"type": "map", "values": inner}
    if match := re.fullmatch(r"ros\.unionValidator\((.+)\)", check):
        return {"type": "union", "of": [type_of(part) for part in split(match[1])]}
    if match := re.fullmatch(r"(Ros\w+)Validator", check):
        return {"struct": match[1]}
    raise NotUnderstood(check)


def split(arguments):
    """The arguments of a call, parted at the commas that stand in no inner call."""
    parts, depth = [""], 0
    for character in arguments:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]


def bound(kind, text):
    """What a check of values adds to a property: `{"range": [1, 9]}` and the like. Absent bounds are null."""
    if kind in ("Range", "Length"):
        limits = [re.search(rf"{side}: ([^,\n]+)", text)[1] for side in ("min", "max")]
        return {kind.lower(): [None if limit == "undefined" else json.loads(limit) for limit in limits]}
    if kind == "AllowedValues":
        return {
            "enum": json.loads(
                "[" + re.search(r"allowedValues: \[(.*)\]", text, re.DOTALL)[1].strip().rstrip(",") + "]"
            )
        }
    return {"pattern": re.search(r"reg: /(.*)/", text)[1]}


def checked(body):
    """The properties that a validator knows, by the names of the CDK."""
    properties = {}
    for name, check, data in CHECK.findall(body):
        known = properties.setdefault(name, {})
        if check == "ros.requiredValidator":
            known["required"] = True
        elif match := re.fullmatch(r"ros\.validate(Range|Length|AllowedValues|AllowedPattern)", check):
            known |= bound(match[1], data)
        else:
            known |= type_of(check)
    if len(CHECK.findall(body)) != body.count("ros.propertyValidator("):
        raise NotUnderstood(body)
    return properties


def read_module(text):
    """The resource types of one generated file."""
    validators, renderers = {}, {}
    for name, body in FUNCTION.findall(text):
        if name.endswith("Validator"):
            validators[name.removesuffix("Validator")] = checked(body)
        elif name.endswith("ToRosTemplate"):
            struct = re.search(r"(\w+)Validator\(properties\)\.assertSuccess", body)[1]
            # The names are not the same words in another case: the id of a target is `identity` in the CDK.
            renderers[struct] = {
                re.search(r"properties\.(\w+)", value)[1]: name for name, value in RENDERED.findall(body)
            }
    structs = {}
    for struct, properties in validators.items():
        names = renderers[struct]
        if set(names) != set(properties):
            raise NotUnderstood(f"{struct}: checked and rendered properties differ: {set(names) ^ set(properties)}")
        structs[struct] = {
            names[name]: known for name, known in sorted(properties.items(), key=lambda item: names[item[0]])
        }
    classes = dict(CLASS.findall(text))
    return {
        resource_type: {
            "attributes": sorted(ATTRIBUTE.findall(classes[name])),
            "properties": inlined(structs[f"{name}Props"], structs, (name,)),
        }
        for name, resource_type in TYPE_NAME.findall(text)
    }


def inlined(value, structs, trail):
    """The same with every struct written out where it is used."""
    if isinstance(value, list):
        return [inlined(each, structs, trail) for each in value]
    if not isinstance(value, dict):
        return value
    struct = value.get("struct")
    if isinstance(struct, str):
        if struct in trail:
            raise NotUnderstood(f"{struct} holds itself")
        rest = {key: each for key, each in value.items() if key != "struct"}
        return rest | {"type": "map", "properties": inlined(structs[struct], structs, (*trail, struct))}
    return {key: inlined(each, structs, trail) for key, each in value.items()}


def read_wheel(path):
    """The resource types of a wheel, which holds an npm archive, which holds the generated file."""
    with zipfile.ZipFile(path) as wheel:
        [archive] = [name for name in wheel.namelist() if name.endswith(".jsii.tgz")]
        with tarfile.open(fileobj=io.BytesIO(wheel.read(archive))) as package:
            [generated] = [name for name in package.getnames() if re.fullmatch(r"package/lib/\w+\.generated\.js", name)]
            return read_module(package.extractfile(generated).read().decode())


def rendered(value, indent=0):
    """JSON with a line for every property and no line for less."""
    blank = " " * indent
    if isinstance(value, dict) and ("properties" in value or indent < 4 or not {"type", "required"} & set(value)):
        lines = [f"{blank} {json.dumps(key)}: {rendered(each, indent + 1)}" for key, each in value.items()]
        return "{\n" + ",\n".join(lines) + f"\n{blank}}}" if lines else "{}"
    if isinstance(value, dict) and "properties" in value.get("items", {}):
        rest = json.dumps({key: each for key, each in value.items() if key != "items"})[:-1]
        return f'{rest}, "items": {rendered(value["items"], indent)}}}'
    return json.dumps(value)


def main(*arguments):
    if arguments == ("--packages",):
        print(*[f"{package}=={VERSION}" for package in TYPES])
        return
    [wheels] = map(Path, arguments)
    types = {}
    for package, wanted in TYPES.items():
        known = read_wheel(wheels / f"{package.replace('-', '_')}-{VERSION}-py3-none-any.whl")
        types |= {name: known[name] for name in wanted}
    print(rendered({"licence": LICENCE, "packages": dict.fromkeys(TYPES, VERSION), "types": types}))


if __name__ == "__main__":
    main(*sys.argv[1:])
