// The types that Slack, Microsoft and Discord's community publish fit our payloads: the TypeScript compiler takes every one as
// a literal of its type, which allows no member that the type does not have.
"use strict";

const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { fail, holds, requests } = require("./posted");

const HEAD = `
import type { KnownBlock } from "@slack/types";
import type { IAdaptiveCard } from "@microsoft/teams.cards";
import type { RESTPostAPIWebhookWithTokenJSONBody } from "discord-api-types/v10";

interface SlackMessage { text: string; blocks: KnownBlock[]; unfurl_links: boolean; unfurl_media: boolean }
interface TeamsMessage {
  type: "message";
  attachments: [{ contentType: "application/vnd.microsoft.card.adaptive"; contentUrl: null; content: IAdaptiveCard }];
}
type DiscordMessage = RESTPostAPIWebhookWithTokenJSONBody;
`;
const TYPES = { slack: "SlackMessage", teams: "TeamsMessage", discord: "DiscordMessage" };

// One payload of each platform with a single mistake.
const BROKEN = {
  slack: (body) => (body.blocks.at(-1).elements[0].texture = "rough"),
  teams: (body) => (body.attachments[0].content.body[0].inlines[0].weight = "Heaviest"),
  discord: (body) => (body.embeds[0].colour = 1),
};

// Compiles files in a folder beside node_modules; gives what the compiler said, by file.
const compile = (files) => {
  const folder = fs.mkdtempSync(path.join(__dirname, ".types-"));
  try {
    for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), text);
    const tsc = path.join(__dirname, "node_modules", ".bin", "tsc");
    const options = ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--types", "", "--pretty", "false"];
    const result = spawnSync(tsc, [...options, ...Object.keys(files)], { cwd: folder, encoding: "utf8" });
    if (result.error) throw result.error;
    return result.stdout;
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
};

const declare = (channel, place, body) => `export const message${place}: ${TYPES[channel]} = ${JSON.stringify(body)};\n`;

const posted = Object.keys(TYPES).flatMap(requests);
const files = {};
for (const channel of Object.keys(TYPES)) {
  const mine = posted.filter((one) => one.channel === channel);
  files[`${channel}.mts`] = HEAD + mine.map((one, place) => declare(channel, place, JSON.parse(one.body))).join("");
  const body = JSON.parse(mine[0].body);
  BROKEN[channel](body);
  files[`${channel}-broken.mts`] = HEAD + declare(channel, 0, body);
}
const said = compile(files).split("\n").filter((line) => line.includes("error"));
for (const channel of Object.keys(TYPES)) {
  const about = (file) => said.filter((line) => line.startsWith(file));
  const mine = posted.filter((one) => one.channel === channel);
  const wrong = about(`${channel}.mts`);
  if (wrong.length > 0) fail(mine[0], wrong.slice(0, 5).join("\n"));
  if (about(`${channel}-broken.mts`).length === 0) fail(mine[0], "a payload with a mistake was not refused");
  holds(mine.length, `payloads are of the published types for ${channel}`);
}
if (said.length !== said.filter((line) => line.includes("-broken.mts")).length) {
  console.log(`FAILED: the compiler said ${said.slice(0, 5).join("\n")}`);
  process.exit(1);
}
