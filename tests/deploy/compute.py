"""What Function Compute wants of a function, and what hangs together with it.

Where a rule is our own and not the platform's, it says so.
"""

import re

from functions import call, listed, mapped
from permissions import statements

# vCPUs and memory hang together, https://www.alibabacloud.com/help/en/functioncompute/creating-an-event-function.
CPU_STEPS_A_VCPU = 20
MEMORY_STEP_MB = 64
MEMORY_OF_A_VCPU_GB = (1, 4)
DISK_SIZES_MB = {512, 10240}
# Keys and values together, https://help.aliyun.com/zh/functioncompute/fc/product-overview/limits-of-usage.
VARIABLES_BYTES_MAX = 4096
VARIABLE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
# Names that the platform keeps for itself.
RESERVED_VARIABLES = ("FC_", "ALIBABA_CLOUD_")
PLATFORM = "fc.aliyuncs.com"
# A service that calls a function for an event waits this long, in seconds,
# https://help.aliyun.com/zh/functioncompute/fc/user-guide/advanced-features-of-triggers.
EVENT_TIMEOUT_MAX_S = 300
# What a function has to be allowed for a destination of each form.
DESTINATIONS = {
    "fc:InvokeFunction": r"acs:fc:[^:]+:[^:]+:functions/[^/]+",
    "mns:SendMessage": r"acs:mns:[^:]+:[^:]+:/queues/[^/]+/messages",
}


def check(template):
    """Checks all functions."""
    for name, properties in template.of_type("ALIYUN::FC3::Function"):
        _function(template, properties, ("Resources", name, "Properties"))
    _failures(template)
    _destinations(template)


def _function(template, properties, path):
    runtimes = _values(template, properties.get("Runtime"))
    if any(runtime.startswith("custom") for runtime in runtimes) and "CustomRuntimeConfig" not in properties:
        template.find(path, "a custom runtime without CustomRuntimeConfig")
    code = properties.get("Code")
    sources = [{"OssBucketName", "OssObjectName"}, {"ZipFile"}, {"SourceCode"}]
    if isinstance(code, dict) and set(code) - {"Checksum"} not in sources:
        template.find((*path, "Code"), "wants OssBucketName and OssObjectName, or ZipFile, or SourceCode")
    cpu, memory = properties.get("Cpu"), properties.get("MemorySize")
    if isinstance(cpu, int | float) and round(cpu * 100) * CPU_STEPS_A_VCPU % 100:
        template.find((*path, "Cpu"), f"not a multiple of {1 / CPU_STEPS_A_VCPU}")
    if isinstance(memory, int) and memory % MEMORY_STEP_MB:
        template.find((*path, "MemorySize"), f"not a multiple of {MEMORY_STEP_MB}")
    if isinstance(cpu, int | float) and isinstance(memory, int):
        low, high = (cpu * each for each in MEMORY_OF_A_VCPU_GB)
        if not low <= memory / 1024 <= high:
            template.find((*path, "Cpu"), f"{cpu} vCPU for {memory} MB: a vCPU has 1 to 4 GB")
    if isinstance(properties.get("DiskSize"), int) and properties["DiskSize"] not in DISK_SIZES_MB:
        template.find((*path, "DiskSize"), "neither 512 nor 10240")
    _variables(template, properties.get("EnvironmentVariables", {}), (*path, "EnvironmentVariables"))
    role = template.resource_of(properties.get("Role"))
    if role is not None:
        _trusted(template, role, (*path, "Role"))


def _values(template, value):
    """The texts that a value can be; of a parameter, what it allows."""
    name, argument = call(value)
    allowed = template.parameters.get(argument, {}).get("AllowedValues") if name == "Ref" else None
    return list(map(str, allowed)) if allowed else template.texts(value or "")


def _variables(template, variables, path):
    total = 0
    for key, value in environment(variables):
        total += len(key) + max((len(text) for text in template.texts(value)), default=0)
        if not VARIABLE_NAME.fullmatch(key):
            template.find((*path, key), "no name of a variable")
        if key.startswith(RESERVED_VARIABLES):
            template.find((*path, key), "the platform sets what begins so")
        name, _ = call(value)
        if name is None and not isinstance(value, str):
            template.find((*path, key), f"{value!r}: a text (in quotes) is wanted")
    if total > VARIABLES_BYTES_MAX:
        template.find(path, f"more than {VARIABLES_BYTES_MAX} bytes")


def environment(variables):
    """`(name, value)` of environment variables, also of merged maps. What a parameter adds is not known."""
    name, argument = call(variables)
    if name in ("Fn::Add", "Fn::MergeMap") and isinstance(argument, list):
        for each in argument:
            yield from environment(each)
    elif name is None and isinstance(variables, dict):
        yield from variables.items()


def _trusted(template, role, path):
    """Function Compute has to be able to assume the role that a function runs under."""
    document = mapped(template.properties(role).get("AssumeRolePolicyDocument"))
    services = [
        service
        for statement in listed(document.get("Statement"))
        for service in listed(mapped(mapped(statement).get("Principal")).get("Service"))
    ]
    if PLATFORM not in services:
        template.find(path, f"{role} does not trust {PLATFORM}")


def _failures(template):
    """Our own: what wakes a function by itself may not fail unseen, and has to be done while the caller waits."""
    asynchronous = {
        template.resource_of(config.get("FunctionName")): config
        for _, config in template.of_type("ALIYUN::FC3::AsyncInvokeConfig")
    }
    functions = dict(template.of_type("ALIYUN::FC3::Function"))
    for name, trigger in template.of_type("ALIYUN::FC3::Trigger"):
        function = template.resource_of(trigger.get("FunctionName"))
        if function not in functions or trigger.get("TriggerType") not in ("eventbridge", "timer"):
            continue
        if "OnFailure" not in mapped(asynchronous.get(function, {}).get("DestinationConfig")):
            template.find(
                ("Resources", function), f"woken by {name}, and nobody hears of its failures (AsyncInvokeConfig)"
            )
        timeout = functions[function].get("Timeout")
        if trigger["TriggerType"] == "eventbridge" and isinstance(timeout, int) and timeout > EVENT_TIMEOUT_MAX_S:
            template.find(("Resources", function, "Properties", "Timeout"), f"an event waits {EVENT_TIMEOUT_MAX_S} s")


def _destinations(template):
    """Without the permission of the function's own role the platform refuses a destination, without saying why."""
    granted = {}
    for role, _, statement in statements(template):
        texts = {text for resource in listed(statement.get("Resource")) for text in template.texts(resource)}
        for action in listed(statement.get("Action")):
            granted.setdefault((role, str(action)), set()).update(texts)
    functions = dict(template.of_type("ALIYUN::FC3::Function"))
    for name, config in template.of_type("ALIYUN::FC3::AsyncInvokeConfig"):
        role = template.resource_of(functions.get(template.resource_of(config.get("FunctionName")), {}).get("Role"))
        for when, destination in mapped(config.get("DestinationConfig")).items():
            path = ("Resources", name, "Properties", "DestinationConfig", when, "Destination")
            for text in _arns(template, mapped(destination).get("Destination"), functions):
                action = next((action for action, form in DESTINATIONS.items() if re.fullmatch(form, text)), None)
                if action is None:
                    template.find(path, f"{text!r} is no destination")
                elif role is not None and text not in granted.get((role, action), ()):
                    template.find(path, f"{role} may not {action} there ({text})")


def _arns(template, value, functions):
    """The texts of a destination; the ARN of a function spelt out."""
    function = template.resource_of(value)
    if function in functions:
        for name in template.texts(functions[function].get("FunctionName", "")):
            yield f"acs:fc:<region>:<account>:functions/{name}"
    else:
        yield from template.texts(value)
