"""Slack's own SDK takes our blocks within its limits, and knows every member of them."""

import copy
import json
import warnings

from posted import fail, holds, refused, requests
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

# The SDK warns of members that it does not know; it must not pass them on in silence.
warnings.simplefilter("error")


def check(blocks):
    parsed = Block.parse_all(copy.deepcopy(blocks))
    if len(parsed) != len(blocks) or None in parsed:
        raise ValueError("a block is of no kind that the SDK knows")
    for block in parsed:
        block.validate_json()
    back = json.loads(json.dumps([block.to_dict() for block in parsed]))
    if back != blocks:
        raise ValueError(f"the SDK would send something else: {back}")


def broken(blocks, change):
    blocks = copy.deepcopy(blocks)
    change(blocks)
    return blocks


ERRORS = (SlackObjectFormationError, ValueError, TypeError, UserWarning)
hooks = requests("slack")
for one in hooks:
    body = json.loads(one.body)
    blocks = body["blocks"]
    if len(blocks) > 50 or not body["text"]:
        fail(one, "too many blocks, or nothing for the push banner")
    try:
        check(blocks)
    except ERRORS as error:
        fail(one, error)
    header = next((place for place, block in enumerate(blocks) if block["type"] == "header"), None)
    if header is not None:
        long = broken(blocks, lambda blocks: blocks[header]["text"].update(text="x" * 151))
        refused(one, "a header of 151 characters", lambda: check(long), ERRORS)
    strange = broken(blocks, lambda blocks: blocks[-1].update(type="poem"))
    refused(one, "an unknown block", lambda: check(strange), ERRORS)
holds(len(hooks), "blocks are those of slack_sdk")
