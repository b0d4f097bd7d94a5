"""Mistakes, planted into our own template one at a time: each is found, and where it is.

    python3 tests/deploy/planted_template.py

A checker that finds nothing passes everything, so this is what makes the check worth something.
"""

from pathlib import Path

from check_template import check
from planting import Planted, run
from resource_types import load

TEMPLATE = Path(__file__).resolve().parents[2] / "template.yml"

IMAGE_CREATED = "Resources.ImageCreated.Properties"
IMAGE_CALLS = "Resources.ImageCalls.Properties.TriggerConfig"
POLICY = "Resources.ImageCreatedRole.Properties.Policies[0].PolicyDocument.Statement"
TAGS = "Resources.TagsElsewhere.Properties.Targets[0]"
# In the first function, which is image-created.
FUNCTION = "  ImageCreated:\n    Type: ALIYUN::FC3::Function\n    Properties:\n"
FAILURE = "'acs:mns:${ALIYUN::Region}:${ALIYUN::TenantId}:/queues/${Failures.QueueName}/messages'"

# What deploy-validation knows people to get wrong.
COMMON = [
    Planted("misspelt property", "MemorySize: 128", "MemorySzie: 128", f"{IMAGE_CREATED}.MemorySzie"),
    Planted("misspelt in a map", "OssObjectName:", "OssObjectKey:", f"{IMAGE_CREATED}.Code.OssObjectKey"),
    Planted("misspelt in a list", "PushRetryStrategy: EXP", "PushRetryStrategie: EXP", f"{TAGS}.PushRetryStrategie"),
    Planted("wrong case", "TTL: {Ref", "Ttl: {Ref", "Resources.LogStore.Properties.Ttl"),
    Planted("required missing", "      Handler: bootstrap\n", "", IMAGE_CREATED),
    Planted("required missing in a map", "        - Id: image-created\n          Type", "        - Type", TAGS),
    Planted("required missing deep", "              Form: ORIGINAL\n", "", f"{TAGS}.ParamList[1]"),
    Planted("text for a number", "DiskSize: 512", "DiskSize: big", f"{IMAGE_CREATED}.DiskSize"),
    Planted(
        "text for a list",
        "Command: [/code/bootstrap]",
        "Command: /code/bootstrap",
        f"{IMAGE_CREATED}.CustomRuntimeConfig.Command",
    ),
    Planted(
        "text for a map",
        "      LogConfig:\n",
        "      LogConfig: on-sls\n      TracingConfig:\n",
        f"{IMAGE_CREATED}.LogConfig",
    ),
    Planted("text for a boolean", "AppendMeta: true", "AppendMeta: yep", "Resources.LogStore.Properties.AppendMeta"),
    Planted(
        "a parameter of another type",
        "InternetAccess: true",
        "InternetAccess: true\n      Timeout: {Ref: SweepVariables}\n      Layers: {Ref: NamePrefix}",
        f"{IMAGE_CREATED}.Layers",
    ),
    Planted(
        "out of range",
        "MaxAsyncRetryAttempts: 3",
        "MaxAsyncRetryAttempts: 9",
        "Resources.ImageCreatedAsync.Properties.MaxAsyncRetryAttempts",
    ),
    Planted("none of the values", "ErrorsTolerance: ALL", "ErrorsTolerance: SOME", f"{TAGS}.ErrorsTolerance"),
    Planted(
        "against the pattern",
        "LogstoreName: functions",
        "LogstoreName: func.tions",
        "Resources.LogStore.Properties.LogstoreName",
    ),
    Planted("too short", "LogstoreName: functions", "LogstoreName: ab", "Resources.LogStore.Properties.LogstoreName"),
    Planted(
        "unknown type", "ALIYUN::EventBridge::Rule", "ALIYUN::EventBridge::EventRule", "Resources.TagsElsewhere.Type"
    ),
    Planted("Ref of nothing", "{Ref: LogDays}", "{Ref: LogDay}", "Resources.LogStore.Properties.TTL"),
    Planted("attribute of nothing", "[ImageCreatedRole, Arn]", "[ImageCreateRole, Arn]", f"{IMAGE_CREATED}.Role"),
    Planted(
        "attribute that is none",
        "[Sweep, ARN]",
        "[Sweep, Arn]",
        "Resources.ImageCreatedAsync.Properties.DestinationConfig.OnSuccess.Destination",
    ),
    Planted(
        "variable of nothing",
        "'${NamePrefix}-failures'",
        "'${NamePrefx}-failures'",
        "Resources.Failures.Properties.QueueName.Fn::Sub",
    ),
    Planted(
        "unknown condition",
        "{'Fn::If': [HasEndpoints,",
        "{'Fn::If': [HasEndpoint,",
        f"{IMAGE_CREATED}.EnvironmentVariables.GOLDCAST_ENDPOINTS.Fn::If[0]",
    ),
    Planted("DependsOn nothing", "[StatusAddress]\n", "[StatusAdress]\n", "Resources.StatusDomainRoute.DependsOn"),
    Planted(
        "resources that wait for each other",
        FUNCTION,
        FUNCTION.replace("    Prop", "    DependsOn: ImageCreatedAsync\n    Prop"),
        "Resources.ImageCreated",
    ),
    Planted("a key twice", "DiskSize: 512", "MemorySize: 1024", f"{IMAGE_CREATED}.MemorySize"),
    Planted("default not allowed", "Default: custom.debian11", "Default: custom.debian9", "Parameters.Runtime.Default"),
    Planted(
        "a secret in the template",
        "    NoEcho: true\n    Default: {}",
        "    NoEcho: true\n    Default: {DINGTALK_SECRET: SECabc}",
        "Parameters.SweepVariables.Default",
    ),
    Planted(
        "a secret shown",
        "Value: {'Fn::GetAtt': [LogProject, Name]}",
        "Value: {'Fn::Sub': '${LogProject.Name} ${StatusToken}'}",
        "Outputs.LogProjectName",
    ),
    Planted(
        "unknown key of a trigger",
        "cronExpression:",
        "cron:",
        "Resources.EveryMinute.Properties.TriggerConfig.cron",
    ),
    Planted(
        "unknown function",
        "'Fn::If': [HasEndpoints",
        "'Fn::Iff': [HasEndpoints",
        f"{IMAGE_CREATED}.EnvironmentVariables.GOLDCAST_ENDPOINTS",
    ),
    Planted("another version", "'2015-09-01'", "2015-09-02", "ROSTemplateFormatVersion"),
    Planted("wildcard action", "['mns:SendMessage']", "['mns:*']", f"{POLICY}[7].Action[0]"),
    Planted("memory for no such CPU", "Cpu: 0.1", "Cpu: 1", f"{IMAGE_CREATED}.Cpu"),
    Planted("unknown section", "Outputs:", "Output:", "Output"),
    Planted("parameter that nothing uses", "TTL: {Ref: LogDays}", "TTL: 30", "Parameters.LogDays"),
]

# What ours could get wrong besides.
OURS = [
    Planted(
        "text where YAML reads a boolean",
        "GOLDCAST_TIMEOUT: '300'",
        "GOLDCAST_TIMEOUT: on",
        f"{IMAGE_CREATED}.EnvironmentVariables.GOLDCAST_TIMEOUT",
    ),
    Planted("no YAML", "Parameters:\n", "Parameters: {\n", ""),
    Planted("parameter without description", "    Description: Days that logs are kept.\n", "", "Parameters.LogDays"),
    Planted("number without bounds", "    MaxValue: 3650\n", "", "Parameters.LogDays"),
    Planted(
        "parameter wider than the property", "MaxValue: 3650", "MaxValue: 3651", "Resources.LogStore.Properties.TTL"
    ),
    Planted("pattern without an end", "{1,19}$'", "{1,19}'", "Parameters.NamePrefix.AllowedPattern"),
    Planted("misspelt key of a parameter", "NoEcho: true", "NoEco: true", "Parameters.SweepVariables.NoEco"),
    Planted(
        "used without the condition that it exists under",
        "    Condition: HasStatusAddress\n    Value",
        "    Value",
        "Outputs.StatusUrl.Value",
    ),
    Planted(
        "condition that nothing uses",
        "[HasEndpoints, {Ref: Endpoints}",
        "[HasTold, {Ref: Endpoints}",
        "Conditions.HasEndpoints",
        everywhere=True,
    ),
    Planted(
        "wildcard resource",
        "[{'Fn::Sub': 'acs:ecs:*:${ALIYUN::TenantId}:image/*'}]",
        "['*']",
        f"{POLICY}[0].Resource[0]",
    ),
    Planted(
        "permission in every account",
        "acs:kms:*:${ALIYUN::TenantId}:key/*",
        "acs:kms:*:*:key/*",
        f"{POLICY}[4].Resource[0]",
    ),
    Planted(
        "permission on every function", "functions/${NamePrefix}-sweep'}]", "functions/*'}]", f"{POLICY}[8].Resource[0]"
    ),
    Planted("action of another service", "'ecs:CopyImage'", "'ecs:CopyImages'", f"{POLICY}[0].Action[2]"),
    Planted(
        "parameter that may hold a wildcard",
        "AllowedPattern: '^[A-Z",
        "AllowedPattern: '^[*A-Z",
        "Resources.ReadSecrets.Properties.PolicyDocument.Statement[0].Resource[0]",
        after="SecretPrefix:",
    ),
    Planted(
        "role that anybody may assume",
        "Service: [fc.aliyuncs.com]",
        "RAM: ['*']",
        "Resources.ImageCreatedRole.Properties.AssumeRolePolicyDocument.Statement[0].Principal.RAM[0]",
    ),
    Planted(
        "role that the platform cannot assume",
        "Service: [fc.aliyuncs.com]",
        "Service: [eventbridge.aliyuncs.com]",
        f"{IMAGE_CREATED}.Role",
    ),
    Planted(
        "destination without permission",
        "['mns:SendMessage']",
        "['log:PostLogStoreLogs']",
        "Resources.ImageCreatedAsync.Properties.DestinationConfig.OnFailure.Destination",
    ),
    Planted(
        "destination without its slash",
        FAILURE,
        FAILURE.replace(":/queues", ":queues"),
        "Resources.ImageCreatedAsync.Properties.DestinationConfig.OnFailure.Destination",
        after="ImageCreatedAsync:",
    ),
    Planted(
        "failures that nobody hears of",
        f"        OnFailure:\n          Destination:\n            Fn::Sub: {FAILURE}\n",
        "",
        "Resources.ImageCreated",
    ),
    Planted(
        "one trigger too many on the default bus",
        "eventSourceType: MNS",
        "eventSourceType: Default",
        "Resources.TagsElsewhereArrive.Properties",
    ),
    Planted(
        "endpoint with a slash too many",
        ":queues/${ImageCreatedQueue",
        ":/queues/${ImageCreatedQueue",
        f"{TAGS}.Endpoint",
    ),
    Planted(
        "target without a body",
        "            - ResourceKey: Body\n              Form: ORIGINAL\n              Value: ''\n",
        "",
        f"{TAGS}.ParamList",
    ),
    Planted(
        "schedule of five fields",
        "'0 17 3 * * *'",
        "'17 3 * * *'",
        "Resources.Daily.Properties.TriggerConfig.cronExpression",
    ),
    Planted("pattern that is no JSON", '"CreateImage",', "CreateImage,", f"{IMAGE_CALLS}.eventRuleFilterPattern"),
    Planted(
        "misspelt attribute of an event",
        '\'{"source":["acs.ecs"],"type"',
        '\'{"sorce":["acs.ecs"],"type"',
        f"{IMAGE_CALLS}.eventRuleFilterPattern.sorce",
    ),
    Planted(
        "unknown operator",
        '{"prefix":"oos',
        '{"prefixed":"oos',
        "Resources.Executions.Properties.TriggerConfig.eventRuleFilterPattern.type[0]",
    ),
    Planted(
        "one value where a list is wanted",
        '"status":["Success"]',
        '"status":"Success"',
        "Resources.Executions.Properties.TriggerConfig.eventRuleFilterPattern.data.status",
    ),
    Planted(
        "pattern of a rule",
        "          eventName: [TagResources, UntagResources]",
        "          eventName: TagResources",
        "Resources.TagsElsewhere.Properties.FilterPattern.data.eventName",
    ),
    Planted(
        "dead letters that are not used",
        "errorsTolerance: ALL",
        "errorsTolerance: NONE",
        f"{IMAGE_CALLS}.runOptions.deadLetterQueue",
    ),
    Planted(
        "unknown source",
        "eventSourceType: MNS",
        "eventSourceType: SMQ",
        "Resources.TagsElsewhereArrive.Properties.TriggerConfig.eventSourceConfig.eventSourceType",
    ),
    Planted("events that wait too long", "Timeout: 300", "Timeout: 600", f"{IMAGE_CREATED}.Timeout"),
    Planted(
        "name that the platform keeps",
        "GOLDCAST_ROLE_PREFIX:",
        "FC_ROLE_PREFIX:",
        f"{IMAGE_CREATED}.EnvironmentVariables.FC_ROLE_PREFIX",
    ),
    Planted(
        "address without a guard",
        "authType: {Ref: StatusAuthType}",
        "authType: anonymous",
        "Resources.StatusAddress.Properties.TriggerConfig.authType",
    ),
    Planted("code from nowhere", "        OssBucketName: {Ref: CodeBucket}\n", "", f"{IMAGE_CREATED}.Code"),
]


def main():
    types, text = load(), TEMPLATE.read_text(encoding="utf-8")
    found = run(text, COMMON + OURS, lambda changed: check(changed, types))
    # A checker that knows no types, or no properties of them, must not be content.
    nothing = {name: {"attributes": [], "properties": {}} for name in types}
    for what, known in (("no types", {}), ("types without properties", nothing)):
        if not check(text, known):
            raise SystemExit(f"with {what} nothing is found in {TEMPLATE.name}: everything would pass")
    print(f"{TEMPLATE.name}: {found} planted mistakes found")


if __name__ == "__main__":
    main()
