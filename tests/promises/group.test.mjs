// A process that a test has started must not outlive the test, however the test ends.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { once } from "node:events";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { runInGroup } from "./group.mjs";

// A killed process may be a zombie until its parent has waited for it.
function lives(pid) {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
// A killed process may take a moment to end; the test's time limit bounds the wait.
async function ended(pid, { signal }) {
  while (lives(pid) && !signal.aborted) await new Promise(setImmediate);
}

const leaves = (how) => ["-c", `sleep 1000 >/dev/null 2>&1 & echo $!; ${how}`];

test("processes that a failed command left behind are ended", { timeout: 20_000 }, async (t) => {
  const { ok, text } = await runInGroup("bash", leaves("exit 1"), { timeoutMs: 10_000 });
  assert.equal(ok, false);
  await ended(Number(text), t);
});

test("a command that hangs is ended with what it has started", { timeout: 20_000 }, async (t) => {
  const { ok, text } = await runInGroup("bash", leaves("wait"), { timeoutMs: 500 });
  assert.equal(ok, false);
  await ended(Number(text), t);
});

test("an interrupted run ends its commands", { timeout: 20_000 }, async (t) => {
  const code = `import { runInGroup } from ${JSON.stringify(fileURLToPath(new URL("group.mjs", import.meta.url)))};
    await runInGroup("bash", ["-c", "echo $$ >&3; exec sleep 1000"], { timeoutMs: 60000, stdio: ["ignore", "pipe", "pipe", 1] });`;
  const runner = spawn(process.execPath, ["--input-type=module", "-e", code], { stdio: ["ignore", "pipe", "inherit"] });
  const [output] = await once(runner.stdout, "data");
  runner.kill("SIGTERM");
  await once(runner, "exit");
  await ended(Number(output), t);
});

test("a command that succeeds is reported as ok", async () => {
  assert.deepEqual(await runInGroup("bash", ["-c", "echo fine"], { timeoutMs: 10_000 }), { ok: true, text: "fine\n" });
});
