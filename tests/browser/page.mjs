// Opens the page of a running goldcast in a real browser and checks what a person would: that every channel's messages
// are there, that whatever they hold is words, and that it can be read on a telephone and without a mouse.
//
//     npm ci --prefix tests/browser --ignore-scripts
//     node tests/browser/page.mjs target/release/goldcast target/pictures
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { launch } from "./browser.mjs";
import { HOSTILE, READABLE, post } from "./messages.mjs";
import { start } from "./world.mjs";

const [program, pictures] = process.argv.slice(2);
const WIDE = { width: 1280, height: 900 };
const NARROW = { width: 400, height: 800 };

const holds = (what) => console.log(`  ${what}`);

// A page on which everything unexpected is remembered: errors, requests to other hosts.
async function open(browser, url, settings) {
  const context = await browser.newContext({ viewport: WIDE, ...settings });
  const page = await context.newPage();
  const unexpected = [];
  const home = new URL(url).origin;
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) unexpected.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => unexpected.push(`error: ${error.message}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(`${home}/`)) unexpected.push(`request: ${request.url()}`);
  });
  page.on("dialog", (dialog) => unexpected.push(`dialog: ${dialog.message()}`));
  await page.goto(url);
  return { page, unexpected };
}

async function fits(page) {
  const [wide, view] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  assert.ok(wide <= view, `the page is ${wide} px wide in a window of ${view} px`);
}

// Everything that can be reached by the keyboard alone, as far as the first channels.
async function reached(page) {
  const names = [];
  for (let press = 0; press < 8; press += 1) {
    await page.keyboard.press("Tab");
    names.push(await page.evaluate(() => document.activeElement.textContent.trim()));
  }
  return names;
}

async function hostileMessages(browser) {
  const policy = join(import.meta.dirname, "every-platform.toml");
  const world = await start(program, "dev", "--json", "--speed", "60", "--policy", policy);
  try {
    const { channels, web } = world.description;
    const { page, unexpected } = await open(browser, web);
    assert.ok(await page.getByText("Nobody has been told anything yet.").isVisible());
    for (const channel of Object.values(channels)) {
      await post(channel, READABLE);
      await post(channel, HOSTILE);
    }
    const articles = page.locator("article");
    const wanted = 2 * Object.keys(channels).length;
    await articles.nth(wanted - 1).waitFor();
    holds(`${wanted} messages come up without a reload`);
    for (const [name, { kind }] of Object.entries(channels)) {
      const there = page.locator(`article.on-${kind}`, { hasText: name });
      assert.ok(await there.filter({ hasText: "黄金镜像" }).first().isVisible(), name);
      assert.ok(await there.filter({ hasText: "<script>window.pwned=1</script>" }).first().isVisible(), name);
    }
    holds("every channel shows both, the hostile one as words");
    assert.equal(await page.evaluate(() => window.pwned), undefined);
    assert.equal(await page.locator("article img, article script, article iframe").count(), 0);
    assert.deepEqual(unexpected, []);
    holds("nothing ran, nothing was loaded, nothing is said on the console");
    const one = Object.keys(channels)[0];
    const names = await reached(page);
    assert.ok(names.some((text) => text.includes(one)), `${one} is not reached by Tab: ${names}`);
    await page.getByRole("link", { name: one }).press("Enter");
    await page.getByRole("heading", { level: 2, name: one }).waitFor();
    assert.equal(await articles.count(), 2);
    holds("a channel is opened by the keyboard");
    await world.end();
    await page.getByRole("status").filter({ hasText: "This world has ended" }).waitFor();
    holds("the page says so when the world has ended");
  } finally {
    await world.end();
  }
}

async function theStory(browser) {
  const world = await start(program, "demo", "--json", "--stay", "--speed", "100000");
  try {
    const { web } = world.description;
    for (const [name, path, settings] of [
      ["all", "", {}],
      ["dark", "", { colorScheme: "dark" }],
      ["images", "images", {}],
      ["members", "members", {}],
      ["narrow", "", { viewport: NARROW }],
      ["narrow-dark-images", "images", { viewport: NARROW, colorScheme: "dark" }],
    ]) {
      const { page, unexpected } = await open(browser, web + path, settings);
      await fits(page);
      await page.screenshot({ path: join(pictures, `${name}.png`) });
      assert.deepEqual(unexpected, []);
      await page.context().close();
    }
    holds("it fits into 400 px");
    const { page, unexpected } = await open(browser, web);
    const links = await page.locator("nav ul:first-child a").evaluateAll((all) => all.map((link) => link.href));
    for (const href of links.filter((link) => link.includes("/channels/"))) {
      await page.goto(href);
      const name = decodeURIComponent(href.split("/").at(-1));
      assert.ok((await page.locator("article").count()) > 0, `${name} was told nothing`);
      assert.equal(await page.locator("article mark").count(), 0, `${name} calls somebody`);
      await page.screenshot({ path: join(pictures, `channel-${name}.png`), fullPage: true });
    }
    assert.deepEqual(unexpected, []);
    holds(`${links.length - 1} channels were told the story`);
  } finally {
    await world.end();
  }
}

mkdirSync(pictures, { recursive: true });
const browser = await launch();
try {
  await hostileMessages(browser);
  await theStory(browser);
} finally {
  await browser.close();
}
console.log(`the page holds; pictures are in ${pictures}`);
