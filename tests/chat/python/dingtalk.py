"""DingtalkChatbot, given our secret and the time of our request, comes to our address to the letter."""

from urllib.parse import parse_qs, urlsplit

from dingtalkchatbot.chatbot import DingtalkChatbot
from posted import fail, holds, requests


def address(request, milliseconds):
    query = parse_qs(urlsplit(request.url).query)
    webhook = f"{request.url.split('?')[0]}?access_token={query['access_token'][0]}"
    robot = DingtalkChatbot(webhook, secret=request.secrets[0])
    robot.start_time = milliseconds / 1000
    robot.update_webhook()
    return robot.webhook


robots = requests("dingtalk")
for one in robots:
    milliseconds = int(parse_qs(urlsplit(one.url).query)["timestamp"][0])
    if address(one, milliseconds) != one.url:
        fail(one, f"DingtalkChatbot would post to {address(one, milliseconds)}, goldcast to {one.url}")
    if address(one, milliseconds + 1) == one.url:
        fail(one, "the time makes no difference")
holds(len(robots), "the address, signature and all, is the one of DingtalkChatbot")
