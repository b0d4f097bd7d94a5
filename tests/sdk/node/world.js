'use strict';

// The simulated cloud that a scenario runs against, and how a scenario says what holds.

const assert = require('node:assert/strict');
const fs = require('node:fs');

// Real milliseconds that anything may take; in simulated time, hours.
const PATIENCE_MS = 20_000;

const description = JSON.parse(fs.readFileSync(process.env.GOLDCAST_WORLD, 'utf8'));

const world = {
  HOME: 'cn-hangzhou',
  AWAY: 'cn-shanghai',
  PROD: 'fd-prod000001',
  // A member in the folder above, and one in no folder that a scenario shares with.
  MEMBER: '2000000000000001',
  SANDBOXED: '2000000000000012',
  READER: 'acs:ram::1000000000000001:role/goldcast-directory-reader',
  instance: description.instance_id,

  // The address of a product: of a region, or of all regions.
  at: (product, region) => (region ? description.endpoints[region] : description.global)[product],

  // The key of any account of the standard organisation; it opens nothing but this world.
  key: (account) => ({ accessKeyId: `LTAItest${account}`, accessKeySecret: `not-a-secret-${account}` }),
};
world.OWNER = description.credentials.owner.account;
world.MANAGEMENT = description.credentials.management.account;
world.owner = world.key(world.OWNER);
world.management = world.key(world.MANAGEMENT);

function same(what, seen, wanted) {
  assert.deepEqual(seen, wanted, `${what}: ${JSON.stringify(seen)} instead of ${JSON.stringify(wanted)}`);
  console.log(`ok      ${what}`);
}

function check(what, truth) {
  same(what, Boolean(truth), true);
}

// Looks again until there is something to see: a condition, not a sleep of a guessed length.
async function until(what, look) {
  const giveUp = Date.now() + PATIENCE_MS;
  while (Date.now() < giveUp) {
    const seen = await look();
    if (seen) {
      check(what, true);
      return seen;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what}: not within ${PATIENCE_MS} ms`);
}

// What a call that has to be refused throws.
async function thrown(what, call) {
  try {
    await call();
  } catch (error) {
    return error;
  }
  throw new Error(`${what}: a refusal was expected`);
}

// Runs a scenario; the first thing that does not hold ends it.
function run(scenario) {
  scenario().then(
    () => process.exit(0),
    (error) => {
      console.error('FAILED:', error);
      process.exit(1);
    },
  );
}

module.exports = { world, same, check, until, thrown, run };
