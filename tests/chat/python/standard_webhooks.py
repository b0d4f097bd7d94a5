"""The official library of Standard Webhooks verifies ours, with each of two secrets while they are rotated."""

from posted import fail, holds, refused, requests
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

STRANGER = "whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH"


def verify(secret, request, body=None):
    return Webhook(secret).verify(body or request.body, request.headers)


signed = requests("webhook") + [one for one in requests("cloudevents") if "webhook-signature" in one.headers]
for one in signed:
    if len(one.secrets) != 2:
        fail(one, "is not being rotated")
    for secret in one.secrets:
        try:
            verify(secret, one)
        except WebhookVerificationError as error:
            fail(one, f"{error} with one of its secrets")
    refused(one, "a changed body", lambda: verify(one.secrets[0], one, one.body + " "), WebhookVerificationError)
    refused(one, "a strange secret", lambda: verify(STRANGER, one), WebhookVerificationError)
holds(len(signed), "verified by standardwebhooks with the new secret and with the old one")
