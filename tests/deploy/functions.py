"""The functions of a template: what they take, what they give, and which names they use."""

import re

from document import nearest

# What a function gives, where that can be told, and how many arguments it takes (none: it does not take a list).
# https://help.aliyun.com/zh/ros/user-guide/functions. `Fn::MergeMap` is in no page that we know of, only in
# https://github.com/aliyun/iac-code: two maps, of which the second wins.
FUNCTIONS = {
    "Fn::Add": (None, range(2, 100)),
    "Fn::And": ("boolean", range(2, 100)),
    "Fn::Any": ("boolean", range(1, 100)),
    "Fn::Avg": ("number", range(2, 3)),
    "Fn::Base64Decode": ("string", None),
    "Fn::Base64Encode": ("string", None),
    "Fn::Calculate": ("number", range(2, 4)),
    "Fn::Contains": ("boolean", range(2, 3)),
    "Fn::EachMemberIn": ("boolean", range(2, 3)),
    "Fn::Equals": ("boolean", range(2, 3)),
    "Fn::FindInMap": (None, range(3, 4)),
    "Fn::FormatTime": ("string", range(1, 3)),
    "Fn::GetAZs": ("list", None),
    "Fn::GetAtt": (None, range(2, 100)),
    "Fn::GetJsonValue": (None, range(2, 3)),
    "Fn::GetStackOutput": (None, range(2, 4)),
    "Fn::If": (None, range(3, 4)),
    "Fn::Index": ("number", range(2, 3)),
    "Fn::Join": ("string", range(2, 3)),
    "Fn::Jq": (None, range(3, 4)),
    "Fn::Length": ("number", None),
    "Fn::ListMerge": ("list", range(1, 100)),
    "Fn::MatchPattern": ("boolean", range(2, 3)),
    "Fn::Max": ("number", range(1, 100)),
    "Fn::MergeMap": ("map", range(2, 3)),
    "Fn::MergeMapToList": ("list", range(1, 100)),
    "Fn::Min": ("number", range(1, 100)),
    "Fn::Not": ("boolean", None),
    "Fn::Or": ("boolean", range(2, 100)),
    "Fn::Replace": ("string", range(2, 3)),
    "Fn::Select": (None, range(2, 4)),
    "Fn::SelectMapList": ("list", range(2, 3)),
    "Fn::Split": ("list", range(2, 3)),
    "Fn::Str": ("string", None),
    "Fn::Sub": ("string", None),
}
# What conditions are made of, https://www.alibabacloud.com/help/en/ros/user-guide/conditions: no resource exists yet.
NOT_IN_CONDITIONS = {"Fn::GetAtt", "Fn::GetStackOutput", "Fn::Str", "Fn::Sub"}
LOGICAL = {"Fn::And", "Fn::Or", "Fn::Not"}
NO_VALUE = "ALIYUN::NoValue"
PSEUDO_PARAMETERS = {
    "ALIYUN::AccountId",
    "ALIYUN::Index",
    "ALIYUN::Region",
    "ALIYUN::ResourceGroupId",
    "ALIYUN::StackId",
    "ALIYUN::StackName",
    "ALIYUN::TenantId",
    NO_VALUE,
}
# `${Name}` and `${Resource.Attribute}`; `${!Name}` stands for itself.
VARIABLE = re.compile(r"\$\{([^!}][^}]*)\}")


def call(value):
    """The function and its arguments, if the value is a call of one: `{"Fn::Sub": "…"}`."""
    if isinstance(value, dict) and len(value) == 1:
        [(name, argument)] = value.items()
        if isinstance(name, str) and (name == "Ref" or name.startswith("Fn::")):
            return name, argument
    return None, None


def mapped(value):
    """The value if it is a map, else an empty one."""
    return value if isinstance(value, dict) else {}


def listed(value):
    """The value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def is_no_value(value):
    """Whether a property with this value counts as left out."""
    return value == {"Ref": NO_VALUE}


def variables(argument):
    """The names that the text of `Fn::Sub` takes from outside, and the map that it takes the others from."""
    text, own = argument if isinstance(argument, list) else (argument, {})
    return [name for name in VARIABLE.findall(text) if name not in own], own


def is_sub(argument):
    """Whether `Fn::Sub` can take this."""
    if isinstance(argument, list):
        return len(argument) == 2 and isinstance(argument[0], str) and isinstance(argument[1], dict)
    return isinstance(argument, str)


class Uses:
    """Walks through everything in a template and notes what names what."""

    def __init__(self, template):
        self.template = template
        self.names = set()
        self.conditions = set()
        # Resource -> resources that it needs before it.
        self.needs = {}

    def walk(self, value, path, owner=None, given=()):
        """Checks all calls below a value. `given` are the conditions that hold where it is used."""
        if isinstance(value, list):
            for index, each in enumerate(value):
                self.walk(each, (*path, index), owner, given)
        elif isinstance(value, dict):
            name, argument = call(value)
            if name is None:
                for key, each in value.items():
                    if isinstance(key, str) and key.startswith("Fn::"):
                        self.find((*path, key), "a function stands alone in its map")
                    # A stack inside a stack has names of its own.
                    if key != "TemplateBody":
                        self.walk(each, (*path, key), owner, given)
            else:
                self._call(name, argument, path, owner, given)

    def _call(self, name, argument, path, owner, given):
        inner = (*path, name)
        if name == "Ref":
            self._ref(argument, path, owner, given)
            return
        if name not in FUNCTIONS:
            self.find(path, f"unknown function {name}{nearest(name, FUNCTIONS)}")
            return
        count = FUNCTIONS[name][1]
        if count is not None and not (isinstance(argument, list) and len(argument) in count):
            wanted = str(count.start) if len(count) == 1 else f"at least {count.start}"
            self.find(inner, f"{name} takes a list of {wanted}")
            return
        if path[0] == "Conditions" and name in NOT_IN_CONDITIONS:
            self.find(path, f"{name} cannot stand in a condition")
        if name == "Fn::GetAtt":
            if all(isinstance(part, str) for part in argument):
                self._attribute(argument[0], ".".join(argument[1:]), path, owner, given)
            else:
                self.find(path, "Fn::GetAtt takes names")
        elif name == "Fn::Sub":
            self._sub(argument, inner, owner, given)
        elif name == "Fn::If":
            self._if(argument, inner, owner, given)
        elif name == "Fn::FindInMap":
            self._in_map(argument, inner, owner, given)
        elif name in LOGICAL:
            operands = argument if isinstance(argument, list) else [argument]
            for operand in operands:
                if isinstance(operand, str):
                    self.condition(operand, inner)
            self.walk([each for each in operands if not isinstance(each, str)], inner, owner, given)
        else:
            self.walk(argument, inner, owner, given)

    def _ref(self, name, path, owner, given):
        template = self.template
        if not isinstance(name, str):
            self.find(path, "Ref takes a name")
        elif name in template.resources:
            self._need(name, path, owner, given)
        elif name in template.parameters:
            self.names.add(name)
        elif name not in PSEUDO_PARAMETERS:
            known = [*template.parameters, *template.resources, *PSEUDO_PARAMETERS]
            self.find(path, f"Ref to {name}, which is nothing{nearest(name, known)}")

    def _attribute(self, resource, attribute, path, owner, given):
        if resource not in self.template.resources:
            self.find(
                path, f"Fn::GetAtt of {resource}, which is no resource{nearest(resource, self.template.resources)}"
            )
            return
        self._need(resource, path, owner, given)
        known = self.template.attributes(resource)
        # A nested stack has the outputs that it has.
        if known is not None and attribute not in known and not attribute.startswith("Outputs."):
            self.find(path, f"{resource} has no attribute {attribute}{nearest(attribute, known)}")

    def _sub(self, argument, path, owner, given):
        if not is_sub(argument):
            self.find(path, "Fn::Sub takes a text, or a text and a map")
            return
        names, own = variables(argument)
        self.walk(own, (*path, 1), owner, given)
        for name in names:
            resource, dot, attribute = name.partition(".")
            if dot and resource in self.template.resources:
                self._attribute(resource, attribute, path, owner, given)
            elif dot or name not in {*self.template.parameters, *self.template.resources, *PSEUDO_PARAMETERS}:
                known = [*self.template.parameters, *self.template.resources, *PSEUDO_PARAMETERS]
                self.find(path, f"${{{name}}} is nothing{nearest(resource, known)}")
            else:
                self._ref(name, path, owner, given)

    def _if(self, argument, path, owner, given):
        condition, then, otherwise = argument
        if isinstance(condition, str):
            self.condition(condition, (*path, 0))
            self.walk(then, (*path, 1), owner, (*given, condition))
        else:
            self.walk(condition, (*path, 0), owner, given)
            self.walk(then, (*path, 1), owner, given)
        self.walk(otherwise, (*path, 2), owner, given)

    def _in_map(self, argument, path, owner, given):
        mappings = self.template.mappings
        if isinstance(argument[0], str) and argument[0] not in mappings:
            self.find((*path, 0), f"unknown mapping {argument[0]}{nearest(argument[0], mappings)}")
        self.walk(argument[1:], path, owner, given)

    def condition(self, name, path):
        """Notes that a condition is used."""
        if isinstance(name, str) and name in self.template.conditions:
            self.conditions.add(name)
        else:
            self.find(path, f"unknown condition {name}{nearest(name, self.template.conditions)}")

    def _need(self, resource, path, owner, given):
        self.names.add(resource)
        if owner is not None:
            self.needs.setdefault(owner, set()).add(resource)
        needed = mapped(self.template.resources[resource]).get("Condition")
        if isinstance(needed, str) and not any(self.implies(held, needed) for held in given):
            self.find(path, f"{resource} exists only under {needed}, and this is used without it")

    def implies(self, held, needed):
        """Whether one condition cannot hold without the other."""
        if held == needed:
            return True
        definition = self.template.conditions.get(held)
        if definition is not None and definition == self.template.conditions.get(needed):
            return True
        name, operands = call(definition)
        if name != "Fn::And" or not isinstance(operands, list):
            return False
        wanted = self.template.conditions.get(needed)
        return any(
            self.implies(each, needed) if isinstance(each, str) else each in (wanted, {"Condition": needed})
            for each in operands
        )

    def find(self, path, message):
        """Notes what is wrong."""
        self.template.find(path, message)

    def find_circles(self):
        """Finds resources that wait for each other."""
        done, trail = set(), []

        def visit(resource):
            if resource in done:
                return
            if resource in trail:
                circle = [*trail[trail.index(resource) :], resource]
                self.find(("Resources", circle[0]), f"needs itself: {' -> '.join(circle)}")
                done.update(circle)
                return
            trail.append(resource)
            for needed in sorted(self.needs.get(resource, ())):
                visit(needed)
            trail.pop()
            done.add(resource)

        for resource in self.template.resources:
            visit(resource)
