// Microsoft's own library of adaptive cards reads ours without a complaint.
"use strict";

const { AdaptiveCard, SerializationContext, Version } = require("adaptivecards/dist/adaptivecards.js");
const { fail, holds, requests } = require("./posted");

const MAX_BYTES = 28 * 1024;

// What the library complains of, when it reads the card as a host that knows version 1.4 and not beyond.
const complaints = (content) => {
  const context = new SerializationContext(new Version(1, 4));
  const card = new AdaptiveCard();
  card.parse(content, context);
  const found = Array.from({ length: context.eventCount }, (_, place) => context.getEventAt(place).message);
  const unread = content.body.length - card.getItemCount();
  if (unread > 0) found.push(`${unread} parts were not read`);
  return found.concat(card.validateProperties().validationEvents.map((event) => event.message));
};

const broken = (content, change) => {
  const copy = structuredClone(content);
  change(copy);
  return copy;
};

const cards = requests("teams");
for (const one of cards) {
  const { type, attachments } = JSON.parse(one.body);
  if (type !== "message" || attachments.length !== 1) fail(one, "not a message with one card");
  if (Buffer.byteLength(one.body) > MAX_BYTES) fail(one, "longer than Teams takes");
  const [{ contentType, content }] = attachments;
  if (contentType !== "application/vnd.microsoft.card.adaptive") fail(one, contentType);
  const found = complaints(content);
  if (found.length > 0) fail(one, found.join("; "));
  const changes = {
    "an unknown part": (card) => (card.body[0].type = "Poem"),
    "an unknown weight": (card) => (card.body[0].inlines[0].weight = "Heaviest"),
    "a version to come": (card) => (card.version = "next"),
  };
  for (const [what, change] of Object.entries(changes)) {
    if (complaints(broken(content, change)).length === 0) fail(one, `${what} was not refused`);
  }
}
holds(cards.length, "cards are read by Microsoft's adaptivecards");
