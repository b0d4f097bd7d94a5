// A goldcast that runs for a test: `dev`, or `demo` with its page kept up. Its first line on standard output says where
// it is.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export async function start(program, ...words) {
  const child = spawn(program, words, { stdio: ["ignore", "pipe", "inherit"] });
  const failed = once(child, "exit").then(([code]) => {
    throw new Error(`goldcast ${words[0]} ended by itself, with ${code}`);
  });
  const lines = createInterface({ input: child.stdout });
  const [line] = await Promise.race([once(lines, "line"), failed]);
  failed.catch(() => {});
  lines.on("line", () => {});
  return {
    description: JSON.parse(line),
    async end() {
      if (child.exitCode !== null) return;
      const gone = once(child, "exit");
      child.kill("SIGTERM");
      await gone;
    },
  };
}
