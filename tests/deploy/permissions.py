"""Whether every permission is as narrow as the cloud lets it be.

An action stands here with the widest resource that anything of ours may name for it, and with the reason where that is
wide. An action that does not stand here is a finding: whoever needs it looks up first what it can be limited to.
"""

import re

from document import nearest
from functions import listed, mapped

EVERYWHERE = "*"
ECS = "https://alibabacloud.com/help/en/ecs/authentication-rules"
SHARING = "https://www.alibabacloud.com/help/en/resource-management/user-guide/examples-of-restricting-resource-sharing-by-controlling-policies"
DIRECTORY = "https://www.alibabacloud.com/help/en/resource-management/developer-reference/ram-authorization"
OSS = "https://www.alibabacloud.com/help/en/oss/user-guide/ram-policy"
LOGS = "https://www.alibabacloud.com/help/en/sls/developer-reference/overview-of-log-service-api-ram"
# Which images and regions is the policy's to say, and it is not known when this is deployed.
IMAGES = "acs:ecs:*:<account>:image/*"
SNAPSHOTS = "acs:ecs:*:<account>:snapshot/*"
LOG_STORE = "acs:log:<region>:<account>:project/<project>/logstore/<store>"
# The ARN has the account of the directory's management account or of the delegated one that asks; no page says which.
MEMBERS = "acs:resourcemanager:*:*:account/*"

# Action -> what its resource may be at most: `<…>` is something definite, `*` is anything. `EVERYWHERE` only where the
# action cannot be limited.
WIDEST = {
    "ecs:CancelCopyImage": (IMAGES, ECS),
    "ecs:CopyImage": (IMAGES, ECS),
    "ecs:DeleteImage": (IMAGES, ECS),
    "ecs:DeleteSnapshot": (SNAPSHOTS, ECS),
    # "All resources": https://www.alibabacloud.com/help/en/ecs/api-describeimagefromfamily
    "ecs:DescribeImageFromFamily": (EVERYWHERE, ECS),
    "ecs:DescribeImageSharePermission": (IMAGES, ECS),
    "ecs:DescribeImages": (IMAGES, ECS),
    # A region is no resource of an account.
    "ecs:DescribeRegions": (EVERYWHERE, ECS),
    "ecs:DescribeSnapshots": (SNAPSHOTS, ECS),
    "ecs:ModifyImageAttribute": (IMAGES, ECS),
    "ecs:ModifyImageSharePermission": (IMAGES, ECS),
    "ecs:TagResources": ((IMAGES, SNAPSHOTS), ECS),
    "ecs:UntagResources": (IMAGES, ECS),
    # What a launch names: a new instance, a group, a switch, and an image of another account.
    "ecs:RunInstances": (
        (
            "acs:ecs:*:<account>:instance/*",
            "acs:ecs:*:<account>:securitygroup/*",
            "acs:vpc:*:<account>:vswitch/*",
            "acs:ecs:*:*:image/*",
        ),
        ECS,
    ),
    "fc:InvokeFunction": ("acs:fc:<region>:<account>:functions/<name>", "https://github.com/aliyun-fc/fc-docs"),
    # The keys are the policy's to name; what a key may be used for is said in the key's own policy.
    "kms:DescribeKey": (
        "acs:kms:*:<account>:key/*",
        "https://www.alibabacloud.com/help/en/kms/key-management-service/security-and-compliance/use-ram-to-control-access",
    ),
    "kms:GetSecretValue": (
        "acs:kms:<region>:<account>:secret/oos/<prefix>*",
        "https://help.aliyun.com/zh/oos/use-cases/control-access-to-different-encryption-parameters-from-a-ram-user",
    ),
    "log:ConsumerGroupHeartBeat": (f"{LOG_STORE}/consumergroup/*", LOGS),
    "log:ConsumerGroupUpdateCheckPoint": (f"{LOG_STORE}/consumergroup/*", LOGS),
    "log:CreateConsumerGroup": (f"{LOG_STORE}/consumergroup/*", LOGS),
    "log:CreateLogstore": (LOG_STORE, LOGS),
    "log:GetConsumerGroupCheckPoint": (f"{LOG_STORE}/consumergroup/*", LOGS),
    "log:GetCursorOrData": (LOG_STORE, LOGS),
    "log:GetLogstore": (LOG_STORE, LOGS),
    "log:ListConsumerGroup": (f"{LOG_STORE}/consumergroup/*", LOGS),
    "log:ListShards": (LOG_STORE, LOGS),
    "log:PostLogStoreLogs": (LOG_STORE, LOGS),
    "mns:SendMessage": (
        "acs:mns:<region>:<account>:/queues/<name>/messages",
        "https://help.aliyun.com/en/mns/permission-policies-and-examples",
    ),
    "oos:GetSecretParameter": (
        "acs:oos:<region>:<account>:secretparameter/<prefix>*",
        "https://alibabacloud.com/help/en/oos/developer-reference/api-oos-2019-06-01-getsecretparameter",
    ),
    "oss:GetObject": ("acs:oss:*:<account>:<bucket>/<prefix>*", OSS),
    "oss:PutObject": ("acs:oss:*:<account>:<bucket>/<prefix>*", OSS),
    "ram:GetRole": (
        "acs:ram:*:<account>:role/<name>",
        "https://www.alibabacloud.com/help/en/ram/developer-reference/api-ram-2015-05-01-getrole",
    ),
    "ram:UpdateRole": (
        "acs:ram:*:<account>:role/<name>",
        "https://www.alibabacloud.com/help/en/ram/developer-reference/api-ram-2015-05-01-updaterole",
    ),
    "resourcemanager:GetAccount": (MEMBERS, DIRECTORY),
    # Whether a folder is a resource of its own is not known for reading, only for moving.
    "resourcemanager:GetFolder": (EVERYWHERE, DIRECTORY),
    "resourcemanager:GetResourceDirectory": (EVERYWHERE, DIRECTORY),
    "resourcemanager:ListAccounts": (MEMBERS, DIRECTORY),
    # Resource shares can be limited by conditions alone.
    "resourcesharing:AssociateResourceShare": (EVERYWHERE, SHARING),
    "resourcesharing:CreateResourceShare": (EVERYWHERE, SHARING),
    "resourcesharing:DeleteResourceShare": (EVERYWHERE, SHARING),
    "resourcesharing:DisassociateResourceShare": (EVERYWHERE, SHARING),
    "resourcesharing:ListResourceShareAssociations": (EVERYWHERE, SHARING),
    "resourcesharing:ListResourceShares": (EVERYWHERE, SHARING),
    "sts:AssumeRole": (
        "acs:ram::<account>:role/<name>",
        "https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerole",
    ),
}
# Who may assume a role of ours.
SERVICE_PRINCIPALS = re.compile(r"(<[A-Za-z]+>@)?(actiontrail|eventbridge|fc)\.aliyuncs\.com")
# An account as a whole, where its roles are made later and RAM refuses to trust what does not exist: that account
# decides which of its identities may assume the role.
ACCOUNT_PRINCIPALS = re.compile(r"acs:ram::<[A-Za-z]+>:(root|role/[^*]+|user/[^*]+)")
PLACEHOLDER = re.compile(r"<([^<>]+)>")


def statements(template):
    """`(role, path, statement)` of all permissions; a policy that several roles have comes once for each."""
    for name, properties in template.of_type("ALIYUN::RAM::Role"):
        for index, policy in enumerate(listed(properties.get("Policies"))):
            path = ("Resources", name, "Properties", "Policies", index, "PolicyDocument", "Statement")
            yield from _of_document(name, path, mapped(policy).get("PolicyDocument"))
    for name, properties in template.of_type("ALIYUN::RAM::ManagedPolicy"):
        path = ("Resources", name, "Properties", "PolicyDocument", "Statement")
        for role in listed(properties.get("Roles")) or [None]:
            yield from _of_document(template.resource_of(role), path, properties.get("PolicyDocument"))


def _of_document(role, path, document):
    for index, statement in enumerate(listed(mapped(document).get("Statement"))):
        yield role, (*path, index), mapped(statement)


def check(template):
    """Checks all permissions, and who is trusted."""
    for name, properties in template.of_type("ALIYUN::RAM::ManagedPolicy"):
        if "PolicyDocumentUnchecked" in properties:
            template.find(("Resources", name, "Properties", "PolicyDocumentUnchecked"), "nobody would check this")
    for _, path, statement in statements(template):
        _statement(template, statement, path)
    for name, properties in template.of_type("ALIYUN::RAM::Role"):
        path = ("Resources", name, "Properties", "AssumeRolePolicyDocument", "Statement")
        document = mapped(properties.get("AssumeRolePolicyDocument"))
        for index, statement in enumerate(listed(document.get("Statement"))):
            _trust(template, mapped(statement), (*path, index))


def _statement(template, statement, path):
    for key in ("Effect", "Action", "Resource"):
        if not statement.get(key):
            template.find(path, f"{key} is missing")
    if statement.get("Effect") not in ("Allow", "Deny"):
        template.find((*path, "Effect"), "neither Allow nor Deny")
    if "NotAction" in statement:
        template.find((*path, "NotAction"), "allows what nobody has thought of")
    if statement.get("Effect") == "Deny":
        return
    for number, action in enumerate(map(str, listed(statement.get("Action")))):
        if action not in WIDEST:
            what = "a wildcard" if "*" in action else f"an action that WIDEST does not know{nearest(action, WIDEST)}"
            template.find((*path, "Action", number), f"{action}: {what}")
            continue
        for index, resource in enumerate(listed(statement.get("Resource"))):
            _resource(template, action, resource, (*path, "Resource", index))


def _resource(template, action, resource, path):
    widest = WIDEST[action][0]
    for text in template.texts(resource):
        known = [widest] if isinstance(widest, str) else widest
        whole = PLACEHOLDER.fullmatch(text)
        if whole:
            _given(template, action, whole[1], path)
        elif not any(is_within(text, each) for each in known):
            template.find(path, f"{action} on {text} is wider than {' or '.join(known)}")
        else:
            for name in PLACEHOLDER.findall(text):
                parameter = template.parameters.get(name)
                if parameter is not None and may_be_anything(parameter):
                    template.find(path, f"{name} may hold a wildcard")


def _given(template, action, name, path):
    """A resource that is a parameter as a whole: the parameter has to be limited."""
    parameter = template.parameters.get(name, {})
    pattern = str(parameter.get("AllowedPattern", ""))
    if not pattern.lstrip("^(").startswith("acs:") or may_be_anything(parameter):
        template.find(path, f"{action} on whatever {name} is")


def is_within(resource, widest):
    """Whether a resource names nothing that the widest one does not."""
    pattern = "".join(_part(part) for part in re.split(r"(<[^>]+>|\*)", widest))
    return re.fullmatch(pattern, resource) is not None


def _part(part):
    if part == "*":
        return ".*"
    if part == "<account>":
        return r"(<[A-Za-z]*[aA]ccount>|[0-9]{16})"
    return r"[^*:]+" if part.startswith("<") else re.escape(part)


def may_be_anything(parameter):
    """Whether a parameter may hold a `*`, which widens what it stands in."""
    if "AllowedValues" in parameter:
        return any("*" in str(value) for value in parameter["AllowedValues"])
    pattern = parameter.get("AllowedPattern")
    if not isinstance(pattern, str):
        return True
    # A wildcard in place of any character of what the pattern is for.
    samples = [
        "*",
        "a*",
        "*a",
        "a*a",
        "a/*",
        "*/",
        "*.json",
        "acs:ram::1234567890123456:role/*",
        "acs:ram::1234567890123456:role/a*",
    ]
    return any(re.search(pattern, sample) for sample in samples)


def _trust(template, statement, path):
    if statement.get("Action") != "sts:AssumeRole" or statement.get("Effect") != "Allow":
        template.find(path, "wants Allow and sts:AssumeRole")
    principal = mapped(statement.get("Principal"))
    if not principal:
        template.find(path, "trusts nobody in particular")
        return
    for kind, named in principal.items():
        known = {"Service": SERVICE_PRINCIPALS, "RAM": ACCOUNT_PRINCIPALS}.get(kind)
        for index, each in enumerate(named if isinstance(named, list) else [named]):
            for text in template.texts(each):
                if known is None or not known.fullmatch(text):
                    template.find((*path, "Principal", kind, index), f"trusts {text}, which is nobody that we know")
