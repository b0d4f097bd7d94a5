"""A ROS template in its sections, and what its values come to as texts."""

import itertools

from document import Document, nearest
from functions import call, is_no_value, mapped, variables

ACCOUNT = "<account>"
REGION = "<region>"
# A combination of conditions can multiply texts; nothing of ours has more than a few.
TEXTS_MAX = 64


class Template:
    """A template that can be asked for its parts. Sections that are no maps count as empty; the checks name them."""

    def __init__(self, text, types):
        self.document = Document(text)
        self.types = types
        self.data = mapped(self.document.data)
        self.parameters = self._section("Parameters")
        self.mappings = self._section("Mappings")
        self.conditions = self._section("Conditions")
        self.resources = self._section("Resources")
        self.outputs = self._section("Outputs")

    def _section(self, name):
        return mapped(self.data.get(name))

    def find(self, path, message):
        """Notes what is wrong."""
        self.document.find(path, message)

    def want_one_of(self, value, known, path):
        """Finds a text that is none of those that are known. What is called, or absent, is not known here."""
        if isinstance(value, str) and value not in known:
            self.find(path, f"{value!r} is none of {', '.join(sorted(known))}{nearest(value, known)}")

    def want_keys(self, value, known, path):
        """Finds keys of a map that are not known."""
        for key in value if isinstance(value, dict) else ():
            if key not in known:
                self.find((*path, key), f"unknown key{nearest(key, known)}")

    def of_type(self, *names):
        """`(id, properties)` of the resources of these types."""
        for name, resource in self.resources.items():
            if isinstance(resource, dict) and resource.get("Type") in names:
                yield name, mapped(resource.get("Properties"))

    def properties(self, resource):
        """The properties of a resource."""
        return mapped(mapped(self.resources.get(resource)).get("Properties"))

    def attributes(self, resource):
        """What `Fn::GetAtt` can ask a resource for, if its type is known."""
        known = self.types.get(str(mapped(self.resources.get(resource)).get("Type")))
        return known and known["attributes"]

    def resource_of(self, value):
        """The resource that a value such as `{"Fn::GetAtt": [Sweep, ARN]}` names."""
        name, argument = call(value)
        if name == "Fn::GetAtt" and isinstance(argument, list):
            return argument[0]
        return argument if name == "Ref" and argument in self.resources else None

    def texts(self, value):
        """The texts that a value can come to, what is not known before deployment in angle brackets."""
        return sorted(set(itertools.islice(self._texts(value), TEXTS_MAX)))

    def _texts(self, value):
        name, argument = call(value)
        if name is None:
            if isinstance(value, str | int | float):
                yield str(value)
            elif not is_no_value(value):
                yield "<value>"
        elif name == "Ref":
            if not is_no_value(value):
                yield {"ALIYUN::TenantId": ACCOUNT, "ALIYUN::Region": REGION}.get(argument, f"<{argument}>")
        elif name == "Fn::If" and isinstance(argument, list) and len(argument) == 3:
            yield from self._texts(argument[1])
            yield from self._texts(argument[2])
        elif name == "Fn::GetAtt" and isinstance(argument, list):
            yield f"<{'.'.join(map(str, argument))}>"
        elif name == "Fn::Sub":
            yield from self._substituted(argument)
        elif name == "Fn::Join" and isinstance(argument, list) and len(argument) == 2 and isinstance(argument[1], list):
            for parts in itertools.product(*(self.texts(part) for part in argument[1])):
                yield str(argument[0]).join(parts)
        else:
            yield f"<{name}>"

    def _substituted(self, argument):
        outside, own = variables(argument)
        text = argument[0] if isinstance(argument, list) else argument
        for name in outside:
            [value] = self.texts({"Ref": name})
            text = text.replace(f"${{{name}}}", value)
        choices = [[(name, value) for value in self.texts(each)] for name, each in own.items()]
        for chosen in itertools.product(*choices):
            result = text
            for name, value in chosen:
                result = result.replace(f"${{{name}}}", value)
            yield result
