"""Whether an event pattern is one that EventBridge takes.

https://help.aliyun.com/zh/eventbridge/user-guide/event-patterns; how strict it is read is known from the open core,
https://github.com/apache/rocketmq-eventbridge.
"""

from document import nearest

ATTRIBUTES = {
    "data",
    "datacontenttype",
    "dataschema",
    "id",
    "source",
    "specversion",
    "subject",
    "time",
    "type",
    # Extensions of the cloud's own events.
    "aliyunaccountid",
    "aliyuneventbusname",
    "aliyunoriginalaccountid",
    "aliyunpublishtime",
    "aliyunregionid",
}
OPERATORS = {"anything-but", "cidr", "contains", "exists", "numeric", "prefix", "suffix"}
# How often a delivery is tried, https://www.alibabacloud.com/help/en/eventbridge/user-guide/retry-and-dead-letter.
STRATEGIES = {"BACKOFF_RETRY", "EXPONENTIAL_DECAY_RETRY"}
# Operators for one field, https://help.aliyun.com/document_detail/163289.htm.
EXPRESSIONS_MAX = 5


def check(pattern, path, find):
    """Checks a pattern; `{}` lets every event through."""
    for key, value in pattern.items():
        if key not in ATTRIBUTES:
            find((*path, key), f"no attribute of an event{nearest(key, ATTRIBUTES)}")
        elif key == "data":
            _data(value, (*path, key), find)
        else:
            _choices(value, (*path, key), find)


def _data(value, path, find):
    if not isinstance(value, dict):
        _choices(value, path, find)
        return
    for key, each in value.items():
        if "." in str(key):
            find((*path, key), "a key with a full stop cannot be addressed")
        _data(each, (*path, key), find)


def _choices(choices, path, find):
    if not isinstance(choices, list) or not choices:
        find(path, "a list of what is let through is wanted")
        return
    expressions = [choice for choice in choices if isinstance(choice, dict)]
    if len(expressions) > EXPRESSIONS_MAX:
        find(path, f"more than {EXPRESSIONS_MAX} expressions")
    for index, choice in enumerate(choices):
        if isinstance(choice, list):
            find((*path, index), "a list in a list")
        elif isinstance(choice, dict) and len(choice) != 1:
            find((*path, index), "an expression has one operator")
        elif isinstance(choice, dict) and not choice.keys() <= OPERATORS:
            [operator] = choice
            find((*path, index), f"unknown operator {operator}{nearest(operator, OPERATORS)}")
