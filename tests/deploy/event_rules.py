"""What a rule of EventBridge wants of its pattern and its targets."""

import re

import event_pattern
from document import nearest
from functions import listed, mapped

FORMS = {"CONSTANT", "JSONPATH", "ORIGINAL", "TEMPLATE"}
# What a target has to be given, and the form of its endpoint,
# https://www.alibabacloud.com/help/en/doc-detail/185887.htm.
TARGETS = {
    "acs.eventbridge": ({"Body", "EventBusName"}, r"acs:eventbridge:[^:]+:[^:]+:eventbus/[^/]+"),
    # No slash before `queues`, unlike everywhere else.
    "acs.mns.queue": ({"Body", "IsBase64Encode", "queue"}, r"acs:mns:[^:]+:[^:]+:queues/[^/]+"),
}


def check(template):
    """Checks all rules."""
    for name, properties in template.of_type("ALIYUN::EventBridge::Rule"):
        _rule(template, properties, ("Resources", name, "Properties"))


def _rule(template, properties, path):
    pattern = properties.get("FilterPattern")
    if isinstance(pattern, dict):
        event_pattern.check(pattern, (*path, "FilterPattern"), template.find)
    for index, target in enumerate(listed(properties.get("Targets"))):
        _target(template, mapped(target), (*path, "Targets", index))


def _target(template, target, path):
    template.want_one_of(target.get("PushRetryStrategy"), event_pattern.STRATEGIES, (*path, "PushRetryStrategy"))
    if "DeadLetterQueue" in target and target.get("ErrorsTolerance") != "ALL":
        template.find((*path, "DeadLetterQueue"), "is used with ErrorsTolerance ALL only")
    items = [mapped(item) for item in listed(target.get("ParamList"))]
    for index, item in enumerate(items):
        template.want_one_of(item.get("Form"), FORMS, (*path, "ParamList", index, "Form"))
        if item.get("Form") == "TEMPLATE" and "Template" not in item:
            template.find((*path, "ParamList", index), "Form TEMPLATE without a Template")
    kind = str(target.get("Type"))
    if kind not in TARGETS:
        template.find((*path, "Type"), f"{kind!r} is none that we know{nearest(kind, TARGETS)}")
        return
    required, endpoint = TARGETS[kind]
    for key in sorted(required - {str(item.get("ResourceKey")) for item in items}):
        template.find((*path, "ParamList"), f"{key} is missing")
    for text in template.texts(target.get("Endpoint", "")):
        if not re.fullmatch(endpoint, text):
            template.find((*path, "Endpoint"), f"{text!r} is no endpoint of {kind}")
