// A Chromium to test with: one that GOLDCAST_BROWSER names, one that is installed, or else the one that an npm package
// carries. Playwright's own download is not used: its host is not reachable from everywhere that npm's registry is.
import { accessSync, constants } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const NAMES = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
// The machine may be a container without the privileges that Chromium's sandbox needs. Nothing is opened here but our
// own page on loopback. GPUs are for pictures that move.
const ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"];

function installed() {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const candidates = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

// It is made for machines that have nothing, and brings its libraries along.
async function carried() {
  if (process.platform !== "linux") return [];
  const { default: packed, inflate } = await import("@sparticuz/chromium");
  const module = fileURLToPath(import.meta.resolve("@sparticuz/chromium"));
  await inflate(join(module, "..", "..", "bin", "al2023.tar.br"));
  return [await packed.executablePath(), { LD_LIBRARY_PATH: join(tmpdir(), "al2023", "lib") }];
}

export async function launch() {
  const tried = [];
  const ways = [
    ["GOLDCAST_BROWSER", async () => [process.env.GOLDCAST_BROWSER]],
    ["an installed one", async () => [installed()]],
    ["the package @sparticuz/chromium", carried],
  ];
  for (const [way, find] of ways) {
    try {
      const [executablePath, more] = await find();
      if (!executablePath) {
        tried.push(`${way}: none`);
        continue;
      }
      const env = { ...process.env, ...more };
      const browser = await chromium.launch({ executablePath, args: ARGUMENTS, env });
      console.log(`Chromium ${browser.version()} at ${executablePath} (${way})`);
      return browser;
    } catch (error) {
      tried.push(`${way}: ${error.message.split("\n")[0]}`);
    }
  }
  throw new Error(
    `no Chromium can be started here:\n  ${tried.join("\n  ")}\n` +
      "Install one (Debian: apt-get install --no-install-recommends chromium-headless-shell fonts-noto-cjk) " +
      "or name one by GOLDCAST_BROWSER.",
  );
}
