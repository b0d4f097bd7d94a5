"""Mistakes, planted into our own `s.yaml` one at a time: each is found, and where it is.

python3 tests/deploy/planted_s_yaml.py
"""

from pathlib import Path

import fc3_schema
from check_s_yaml import check
from planting import Planted, run
from resource_types import load
from template import Template

ROOT = Path(__file__).resolve().parents[2]
SWEEP = "resources.sweep.props"

# What the format forbids.
FORMAT = [
    Planted("no name", "      functionName: ${vars.prefix}-sweep\n", "", SWEEP),
    Planted("no code", "      code: ./packages/sweep.zip\n", "", SWEEP),
    Planted("text for a number", "timeout: 300", "timeout: sixty", f"{SWEEP}.timeout"),
    Planted("unknown runtime", "runtime: custom.debian11", "runtime: custom.debian9", f"{SWEEP}.runtime"),
    Planted("memory between the steps", "memorySize: 128", "memorySize: 130", f"{SWEEP}.memorySize"),
    Planted("unknown region", "'cn-hangzhou'", "'cn-hangzou'", f"{SWEEP}.region"),
    Planted("unknown trigger", "triggerType: timer", "triggerType: clock", f"{SWEEP}.triggers[0].triggerType"),
    Planted(
        "too many retries",
        "maxAsyncRetryAttempts: 3",
        "maxAsyncRetryAttempts: 9",
        f"{SWEEP}.asyncInvokeConfig.maxAsyncRetryAttempts",
    ),
    Planted("misspelt property", "memorySize: 128", "memorysize: 128", f"{SWEEP}.memorysize"),
    Planted("misspelt in a map", "logBeginRule:", "logBeginRul:", f"{SWEEP}.logConfig.logBeginRul"),
    Planted("misspelt in a timer", "cronExpression:", "cron:", f"{SWEEP}.triggers[0].triggerConfig.cron"),
    Planted(
        "text for a boolean",
        "triggerEnable: true",
        "triggerEnable: yep",
        "resources.copy-completed.props.triggers[1].triggerConfig.triggerEnable",
    ),
    Planted(
        "misspelt in an event trigger",
        "eventRuleFilterPattern:",
        "eventRulesFilterPattern:",
        "resources.copy-completed.props.triggers[1].triggerConfig.eventRulesFilterPattern",
    ),
]

# What may be said, and is not what the template says.
OTHERWISE = [
    Planted("another edition", "edition: '3.0.0'", "edition: '1.0.0'", "edition"),
    Planted("another component", "component: fc3", "component: fc", "resources.sweep.component"),
    Planted("variable of nothing", "${vars.prefix}-sweep", "${vars.prefx}-sweep", f"{SWEEP}.functionName"),
    Planted("other memory", "memorySize: 128", "memorySize: 192", f"{SWEEP}.memorySize"),
    Planted("other concurrency", "instanceConcurrency: 1", "instanceConcurrency: 10", f"{SWEEP}.instanceConcurrency"),
    Planted(
        "two sweeps at a time",
        "reservedConcurrency: 1",
        "reservedConcurrency: 2",
        f"{SWEEP}.concurrencyConfig.reservedConcurrency",
    ),
    Planted("no variable", "        GOLDCAST_ROLE_PREFIX: ${vars.prefix}-\n", "", f"{SWEEP}.environmentVariables"),
    Planted(
        "a variable too many",
        "        GOLDCAST_POLICY: /code/policy.json\n",
        "        GOLDCAST_POLICY: /code/policy.json\n        LOG_LEVEL: debug\n",
        f"{SWEEP}.environmentVariables.LOG_LEVEL",
    ),
    Planted(
        "other pattern",
        '"copied","imported"',
        '"copied"',
        "resources.copy-completed.props.triggers.snapshots.triggerConfig.eventRuleFilterPattern",
    ),
    Planted(
        "another destination",
        ":/queues/${vars.prefix}-failures/messages",
        ":/queues/${vars.prefix}-lost/messages",
        f"{SWEEP}.asyncInvokeConfig.destinationConfig.onFailure.destination",
    ),
    Planted("another role", "role/${vars.prefix}-sweep", "role/${vars.prefix}-status", f"{SWEEP}.role"),
    Planted("package of another function", "packages/sweep.zip", "packages/status.zip", f"{SWEEP}.code"),
    Planted(
        "function of nothing", "functionName: ${vars.prefix}-sweep", "functionName: ${vars.prefix}-sweeps", "resources"
    ),
]


def main():
    template = Template((ROOT / "template.yml").read_text(encoding="utf-8"), load())
    text = (ROOT / "s.yaml").read_text(encoding="utf-8")
    schema = fc3_schema.load()
    found = run(text, FORMAT + OTHERWISE, lambda changed: check(changed, template, schema))
    print(f"s.yaml: {found} planted mistakes found")


if __name__ == "__main__":
    main()
