"""What a template comes to when its parameters are known: which resources there are, and with which properties.

Only what our templates use. The product has a reader of templates of its own, which makes `s.yaml`: what two readers
agree on is less likely to be the misunderstanding of one.
"""

from functions import NO_VALUE, VARIABLE, call, listed

ABSENT = object()


class NotKnown(Exception):
    """A function or an attribute that is not worked out here."""


class Evaluation:
    """A template with its parameters. What is not given is the parameter's default."""

    def __init__(self, template, region, account, **given):
        self.template = template
        self.region, self.account = region, account
        self.parameters = {name: given.get(name, each.get("Default")) for name, each in template.parameters.items()}

    def resources(self, kind):
        """`(id, properties)` of the resources of a type that exist."""
        for name, properties in self.template.of_type(kind):
            condition = self.template.resources[name].get("Condition")
            if condition is None or self.holds(condition):
                yield name, self.value(properties)

    def holds(self, condition):
        """Whether a condition holds: its name, or what it says."""
        if isinstance(condition, str):
            return self.holds(self.template.conditions[condition])
        name, argument = call(condition)
        if name == "Fn::Equals":
            one, other = (self.value(each) for each in argument)
            return str(one).lower() == str(other).lower()
        if name == "Fn::Not":
            [operand] = listed(argument) or [argument]
            return not self.holds(operand)
        if name in ("Fn::And", "Fn::Or"):
            held = [self.holds(each) for each in argument]
            return all(held) if name == "Fn::And" else any(held)
        raise NotKnown(name)

    def value(self, value):
        """A value without calls; what is left out is left out."""
        name, argument = call(value)
        if name is not None:
            return self._call(name, argument)
        if isinstance(value, dict):
            pairs = ((key, self.value(each)) for key, each in value.items())
            return {key: each for key, each in pairs if each is not ABSENT}
        if isinstance(value, list):
            return [each for each in map(self.value, value) if each is not ABSENT]
        return value

    def _call(self, name, argument):
        if name == "Ref":
            return self._ref(argument)
        if name == "Fn::GetAtt":
            return self._attribute(argument[0], ".".join(argument[1:]))
        if name == "Fn::Sub":
            text, own = argument if isinstance(argument, list) else (argument, {})
            own = self.value(own)
            return VARIABLE.sub(lambda found: str(self._variable(found[1], own)), text)
        if name == "Fn::If":
            return self.value(argument[1] if self.holds(argument[0]) else argument[2])
        if name == "Fn::Join":
            return argument[0].join(map(str, self.value(argument[1])))
        if name in ("Fn::Add", "Fn::MergeMap"):
            return {key: each for part in self.value(argument) for key, each in part.items()}
        raise NotKnown(name)

    def _variable(self, name, own):
        if name in own:
            return own[name]
        resource, dot, attribute = name.partition(".")
        return self._attribute(resource, attribute) if dot else self._ref(name)

    def _ref(self, name):
        if name == NO_VALUE:
            return ABSENT
        known = {**self.parameters, "ALIYUN::Region": self.region, "ALIYUN::TenantId": self.account}
        if name not in known:
            raise NotKnown(name)
        return known[name]

    def _attribute(self, resource, attribute):
        kind = self.template.resources[resource]["Type"]
        properties = self.template.properties(resource)
        # Attributes that are properties.
        if attribute in properties:
            return self.value(properties[attribute])
        if (kind, attribute) == ("ALIYUN::RAM::Role", "Arn"):
            return f"acs:ram::{self.account}:role/{self.value(properties['RoleName'])}"
        if (kind, attribute) == ("ALIYUN::FC3::Function", "ARN"):
            return f"acs:fc:{self.region}:{self.account}:functions/{self.value(properties['FunctionName'])}"
        if (kind, attribute) == ("ALIYUN::MNS::Queue", "ARN.WithSlash"):
            return f"acs:mns:{self.region}:{self.account}:/queues/{self.value(properties['QueueName'])}"
        raise NotKnown(f"{kind} {attribute}")
