"""What a trigger wants: its map of settings has no description in the packages, and patterns are texts in it.

Where a rule is our own and not the platform's, it says so.
"""

import json
import re

import event_pattern
from document import nearest
from functions import call, listed, mapped

# https://www.alibabacloud.com/help/en/ros/developer-reference/aliyun-fc3-trigger
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,127}")
# Required and other keys by type of trigger, https://github.com/dew-serverless/acs-metadata (FC 2023-03-30).
KEYS = {
    "eventbridge": (
        {"eventRuleFilterPattern", "eventSourceConfig"},
        {"asyncInvocationType", "eventSinkConfig", "runOptions", "triggerEnable"},
    ),
    "http": ({"authType", "methods"}, {"authConfig", "corsConfig", "disableURLInternet"}),
    "timer": ({"cronExpression"}, {"enable", "payload"}),
}
BOOLEANS = ("asyncInvocationType", "disableURLInternet", "enable", "triggerEnable")
METHODS = {"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}
AUTH_TYPES = {"anonymous", "basic", "bearer", "function", "jwt"}
# https://help.aliyun.com/zh/functioncompute/fc/user-guide/time-triggers: seconds first, or an interval.
SCHEDULE = re.compile(r"(CRON_TZ=\S+ )?\S+( \S+){5}|@every [0-9]+[smh]([0-9]+[smh])*")
# What each source of events is described by.
SOURCES = {
    "DTS": {"sourceDTSParameters"},
    "Default": set(),
    "Kafka": {"sourceKafkaParameters"},
    "MNS": {"sourceMNSParameters"},
    "MQTT": {"sourceMQTTParameters"},
    "RabbitMQ": {"sourceRabbitMQParameters"},
    "RocketMQ": {"sourceRocketMQParameters"},
}
QUEUE_KEYS = {"IsBase64Decode", "QueueName", "RegionId"}
RUN_OPTIONS = {"batchWindow", "deadLetterQueue", "errorsTolerance", "mode", "retryStrategy"}
MODES = {"event-driven", "event-streaming"}
DEAD_LETTER_KEYS = {"Arn", "Network", "SecurityGroupId", "VSwitchIds", "VpcId"}
TOLERANCES = {"ALL", "NONE"}
# Our own: with ten rules on the default bus the console adds no trigger any more, and other people have rules too.
DEFAULT_BUS_MAX = 5


def check(template):
    """Checks all triggers."""
    on_default_bus = []
    for name, properties in template.of_type("ALIYUN::FC3::Trigger"):
        path = ("Resources", name, "Properties")
        _trigger(template, properties, path)
        source = mapped(mapped(properties.get("TriggerConfig")).get("eventSourceConfig"))
        if source.get("eventSourceType") == "Default":
            on_default_bus.append(path)
    for path in on_default_bus[DEFAULT_BUS_MAX:]:
        template.find(path, f"more than {DEFAULT_BUS_MAX} triggers on the default bus")


def _trigger(template, properties, path):
    for name in template.texts(properties.get("TriggerName", "")):
        if not NAME.fullmatch(name):
            template.find((*path, "TriggerName"), f"{name!r} is no name of a trigger")
    kind, config = str(properties.get("TriggerType")), mapped(properties.get("TriggerConfig"))
    if kind not in KEYS:
        template.find((*path, "TriggerType"), f"{kind!r} is none that we know{nearest(kind, KEYS)}")
        return
    path = (*path, "TriggerConfig")
    required, others = KEYS[kind]
    template.want_keys(config, required | others, path)
    for key in sorted(required - set(config)):
        template.find(path, f"required key {key} is missing")
    {"eventbridge": _events, "http": _http, "timer": _timer}[kind](template, config, path)
    for key in BOOLEANS:
        if key in config and call(config[key])[0] is None and not isinstance(config[key], bool):
            template.find((*path, key), f"{config[key]!r}, and a boolean is wanted")


def _timer(template, config, path):
    value = config.get("cronExpression")
    name, argument = call(value)
    default = template.parameters.get(argument, {}).get("Default") if name == "Ref" else None
    for schedule in [value, default]:
        if isinstance(schedule, str) and not SCHEDULE.fullmatch(schedule):
            template.find((*path, "cronExpression"), f"{schedule!r}: six fields, seconds first, or @every 5m")
    if config.get("payload"):
        _json(template, config["payload"], (*path, "payload"))


def _http(template, config, path):
    if not listed(config.get("methods")):
        template.find((*path, "methods"), "a list of methods is wanted")
    for method in listed(config.get("methods")):
        template.want_one_of(method, METHODS, (*path, "methods"))
    kind = config.get("authType")
    template.want_one_of(kind, AUTH_TYPES, (*path, "authType"))
    # Our own: what a function says is nobody else's business.
    if kind == "anonymous":
        template.find((*path, "authType"), "anybody may call")
    if "authConfig" in config:
        _json(template, config["authConfig"], (*path, "authConfig"))


def _events(template, config, path):
    source = config.get("eventSourceConfig")
    if not isinstance(source, dict):
        template.find((*path, "eventSourceConfig"), "a map is wanted")
        return
    template.want_keys(source, {"eventSourceParameters", "eventSourceType"}, (*path, "eventSourceConfig"))
    kind = str(source.get("eventSourceType"))
    if kind not in SOURCES:
        template.find((*path, "eventSourceConfig", "eventSourceType"), f"{kind!r} is no source{nearest(kind, SOURCES)}")
    else:
        parameters = mapped(source.get("eventSourceParameters"))
        template.want_keys(parameters, SOURCES[kind], (*path, "eventSourceConfig", "eventSourceParameters"))
        _queue(template, kind, parameters, (*path, "eventSourceConfig", "eventSourceParameters"))
    pattern = _json(template, config.get("eventRuleFilterPattern"), (*path, "eventRuleFilterPattern"))
    if isinstance(pattern, dict):
        event_pattern.check(pattern, (*path, "eventRuleFilterPattern"), template.find)
        # Our own: every event of every service of the account.
        if kind == "Default" and "source" not in pattern:
            template.find((*path, "eventRuleFilterPattern"), "names no source")
    _run_options(template, mapped(config.get("runOptions")), (*path, "runOptions"))


def _queue(template, kind, parameters, path):
    if kind != "MNS":
        return
    queue = parameters.get("sourceMNSParameters")
    if not isinstance(queue, dict) or "QueueName" not in queue:
        template.find(path, "names no queue (sourceMNSParameters.QueueName)")
        return
    template.want_keys(queue, QUEUE_KEYS, (*path, "sourceMNSParameters"))


def _run_options(template, options, path):
    template.want_keys(options, RUN_OPTIONS, path)
    template.want_one_of(options.get("mode"), MODES, (*path, "mode"))
    template.want_one_of(options.get("errorsTolerance"), TOLERANCES, (*path, "errorsTolerance"))
    template.want_keys(options.get("retryStrategy"), {"PushRetryStrategy"}, (*path, "retryStrategy"))
    strategy = mapped(options.get("retryStrategy")).get("PushRetryStrategy")
    template.want_one_of(strategy, event_pattern.STRATEGIES, (*path, "retryStrategy", "PushRetryStrategy"))
    letters = options.get("deadLetterQueue")
    template.want_keys(letters, DEAD_LETTER_KEYS, (*path, "deadLetterQueue"))
    # https://help.aliyun.com/zh/functioncompute/fc/user-guide/advanced-features-of-triggers
    if letters and options.get("errorsTolerance") != "ALL":
        template.find((*path, "deadLetterQueue"), "is used with errorsTolerance ALL only")


def _json(template, value, path):
    """What the JSON text is that a value comes to, where it has no unknown part."""
    for text in template.texts(value if value is not None else ""):
        try:
            read = json.loads(text)
        except ValueError:
            template.find(path, f"{text!r:.60} is no JSON")
            return None
        return read
    return None
