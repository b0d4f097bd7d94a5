"""What resource types have which properties, and whether a value is one that a property takes."""

import json
import re
from pathlib import Path

from document import nearest
from functions import FUNCTIONS, NO_VALUE, PSEUDO_PARAMETERS, call, is_no_value, listed, mapped

EXTRACTED = Path(__file__).resolve().parent / "resource_types.json"

PARAMETER_TYPES = {
    "ALIYUN::OOS::Parameter::Value": "string",
    "ALIYUN::OOS::SecretParameter::Value": "string",
    "Boolean": "boolean",
    "CommaDelimitedList": "list",
    # A map or a list.
    "Json": None,
    "Number": "number",
    "String": "string",
}
# ROS turns these into each other.
SCALARS = {"string", "number", "boolean"}
NUMBER = re.compile(r"-?\d+(\.\d+)?")


def load(path=EXTRACTED):
    """The types that were extracted. A file that holds hardly any is refused: everything would pass."""
    types = json.loads(Path(path).read_text(encoding="utf-8"))["types"]
    wanted = {"ALIYUN::FC3::Function", "ALIYUN::FC3::Trigger", "ALIYUN::RAM::Role"}
    if not wanted <= {name for name, known in types.items() if known["properties"]}:
        raise SystemExit(f"{path} knows nothing of {', '.join(sorted(wanted))}: nothing would be checked")
    return types


class Properties:
    """Checks the properties of one template's resources."""

    def __init__(self, template):
        self.template = template

    def check_map(self, value, properties, path):
        """Checks a map whose keys are known."""
        for key in value:
            if key not in properties:
                self.find((*path, key), f"unknown property{nearest(key, properties)}")
        for key, known in properties.items():
            if key not in value or is_no_value(value[key]):
                if known.get("required"):
                    self.find(path, f"required property {key} is missing")
            elif value[key] is None:
                self.find((*path, key), "has no value")
            else:
                self.check(value[key], known, (*path, key))

    def check(self, value, known, path):
        """Checks a value: what a call gives, else what stands there."""
        name, argument = call(value)
        if name == "Fn::If" and isinstance(argument, list) and len(argument) == 3:
            for branch in (1, 2):
                if not is_no_value(argument[branch]):
                    self.check(argument[branch], known, (*path, name, branch))
                elif known.get("required"):
                    self.find((*path, name, branch), "a required property would be missing")
            return
        if name in ("Fn::Add", "Fn::MergeMap") and known["type"] == "map":
            self._merged(argument, known, (*path, name))
            return
        if name is not None:
            self._given(name, argument, known["type"], path)
            parameter = self.template.parameters.get(argument) if name == "Ref" and isinstance(argument, str) else None
            if isinstance(parameter, dict):
                self._parameter(parameter, known, path)
            return
        if self._has_type(value, known, path):
            self._bounds(value, known, path)

    def _merged(self, maps, known, path):
        """Keys of merged maps are known, but which map has the required ones is not."""
        loose = {key: {**each, "required": False} for key, each in known.get("properties", {}).items()}
        for index, each in enumerate(maps if isinstance(maps, list) else ()):
            self.check(each, {**known, "properties": loose} if loose else known, (*path, index))

    def _given(self, name, argument, wanted, path):
        given = self._gives(name, argument)
        fits = given is None or wanted in (given, "any") or {given, wanted} <= SCALARS
        if not fits:
            self.find(path, f"{name} gives a {given}, and a {wanted} is wanted")

    def _gives(self, name, argument):
        if name != "Ref":
            return FUNCTIONS.get(name, (None, None))[0]
        if str(argument) in self.template.parameters:
            return PARAMETER_TYPES.get(str(mapped(self.template.parameters[argument]).get("Type")))
        return "string" if str(argument) in PSEUDO_PARAMETERS - {NO_VALUE, "ALIYUN::Index"} else None

    def _parameter(self, parameter, known, path):
        """What a parameter allows has to be something that the property takes."""
        for value in listed(parameter.get("AllowedValues")):
            self._bounds(value, known, path, "a parameter may give ")
        for key in ("MinValue", "MaxValue"):
            if isinstance(parameter.get(key), int | float):
                self._bounds(parameter[key], {"range": known.get("range")}, path, "a parameter may give ")
        if parameter.get("Type") == "Number" and known.get("range"):
            low, high = known["range"]
            is_open = (low is not None and "MinValue" not in parameter) or (
                high is not None and "MaxValue" not in parameter
            )
            if is_open and "AllowedValues" not in parameter:
                self.find(path, f"a parameter may give what is outside {between(known['range'])}")

    def _bounds(self, value, known, path, who=""):
        if isinstance(value, str) and known.get("type") == "number" and NUMBER.fullmatch(value):
            value = float(value)
        if known.get("range") and isinstance(value, int | float) and not within(value, known["range"]):
            self.find(path, f"{who}{value}, which is outside {between(known['range'])}")
        if known.get("length") and isinstance(value, str | list) and not within(len(value), known["length"]):
            self.find(path, f"{who}a length of {len(value)}, which is outside {between(known['length'])}")
        if known.get("enum") and not isinstance(value, dict | list) and value not in known["enum"]:
            self.find(path, f"{who}{value!r}, which is none of {', '.join(map(str, known['enum']))}")
        if known.get("pattern") and isinstance(value, str) and not re.search(known["pattern"], value):
            self.find(path, f"{who}{value!r}, which does not match {known['pattern']}")

    def _has_type(self, value, known, path):
        wanted = known["type"]
        if wanted == "any":
            return True
        if wanted == "union":
            return any(self._quietly(value, each, path) for each in known["of"]) or self._wants(
                "something else", value, path
            )
        if wanted == "list":
            if not isinstance(value, list):
                return self._wants("list", value, path)
            for index, each in enumerate(value):
                self.check(each, known["items"], (*path, index))
            return True
        if wanted in ("map", "tag"):
            if not isinstance(value, dict):
                return self._wants("map", value, path)
            if "properties" in known:
                self.check_map(value, known["properties"], path)
            return True
        is_boolean = isinstance(value, bool) or value in ("true", "false")
        if wanted == "boolean":
            return is_boolean or self._wants(wanted, value, path)
        if wanted == "number":
            is_number = isinstance(value, int | float) or isinstance(value, str) and NUMBER.fullmatch(value)
            return bool(is_number and not isinstance(value, bool)) or self._wants(wanted, value, path)
        if isinstance(value, dict | list) or value is None:
            return self._wants(wanted, value, path)
        return not isinstance(value, bool) or self._wants("string (in quotes)", value, path)

    def _quietly(self, value, known, path):
        before = len(self.template.document.findings)
        fits = self._has_type(value, known, path) and len(self.template.document.findings) == before
        del self.template.document.findings[before:]
        return fits

    def _wants(self, wanted, value, path):
        self.find(path, f"{value!r:.60}, and a {wanted} is wanted")
        return False

    def find(self, path, message):
        """Notes what is wrong."""
        self.template.find(path, message)


def within(value, bounds):
    """Whether a value is inside bounds, of which either may be absent."""
    low, high = bounds
    return (low is None or value >= low) and (high is None or value <= high)


def between(bounds):
    """Bounds as a text."""
    return "..".join("" if bound is None else str(bound) for bound in bounds)
