// The official library of Standard Webhooks verifies ours, with each of two secrets while they are rotated.
"use strict";

const { Webhook } = require("standardwebhooks");
const { fail, holds, requests } = require("./posted");

const STRANGER = "whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH";

const verifies = (secret, request, body) => {
  try {
    new Webhook(secret).verify(body, request.headers);
    return true;
  } catch {
    return false;
  }
};

const signed = [...requests("webhook"), ...requests("cloudevents").filter((one) => one.headers["webhook-signature"])];
for (const one of signed) {
  if (one.secrets.length !== 2) fail(one, "is not being rotated");
  for (const secret of one.secrets) {
    if (!verifies(secret, one, one.body)) fail(one, "not verified with one of its secrets");
  }
  if (verifies(one.secrets[0], one, `${one.body} `)) fail(one, "a changed body was not refused");
  if (verifies(STRANGER, one, one.body)) fail(one, "a strange secret was not refused");
}
holds(signed.length, "verified by standardwebhooks with the new secret and with the old one");
