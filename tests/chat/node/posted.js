// What goldcast would post.
"use strict";

const fs = require("node:fs");

// Every request of a kind of channel. There must be some, or a check would hold for nothing.
exports.requests = (channel) => {
  const lines = fs.readFileSync(process.env.GOLDCAST_REQUESTS, "utf8").trim().split("\n");
  const found = lines.map((line) => JSON.parse(line)).filter((line) => line.channel === channel);
  if (found.length === 0) throw new Error(`there is no request of ${channel}`);
  return found.map((line) => ({
    ...line,
    headers: Object.fromEntries(line.headers),
    name: `${line.channel} · ${line.language} · ${line.message}`,
  }));
};

exports.fail = (request, why) => {
  console.log(`FAILED: ${request.name}: ${why}\n${request.body.slice(0, 2000)}`);
  process.exit(1);
};

exports.holds = (count, what) => console.log(`ok: ${count} requests: ${what}`);
