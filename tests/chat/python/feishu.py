"""onepush, given our secret and the time of our request, comes to our signature for Feishu and Lark."""

import json

from onepush.providers.lark import Lark
from posted import fail, holds, requests

bots = requests("feishu")
for one in bots:
    body = json.loads(one.body)
    sign = Lark().gen_sign(body["timestamp"], one.secrets[0])
    if sign != body["sign"]:
        fail(one, f"onepush signs with {sign}, goldcast with {body['sign']}")
    if Lark().gen_sign(str(int(body["timestamp"]) + 1), one.secrets[0]) == body["sign"]:
        fail(one, "the time makes no difference")
holds(len(bots), "the signature is the one of onepush")
