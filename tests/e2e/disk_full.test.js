// A full disk: writes are refused, the host keeps running, and all goes on when there is room again.
//
// The limit on a file's size (RLIMIT_FSIZE) stands for the full disk. The kernel sends SIGXFSZ with it, which
// ends a process that does not expect it.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { V1, V2, world } from "./support/host.js";
import { Player, refusal } from "./support/player.js";

test("a file that may not grow costs the writes it should have held, not the host", async (t) => {
  const { host, close } = await world({ versions: { "v1.0.0": V1, "v2.0.0": V2 } });
  t.after(close);
  const limit = (bytes) => {
    const done = spawnSync("prlimit", ["--pid", String(host.process.pid), `--fsize=${bytes}:unlimited`], { encoding: "utf8" });
    assert.equal(done.status, 0, done.stderr);
  };
  const ann = await Player.enter(host);
  const write = (key) =>
    ann.client.writeStorageObjects(ann.session, [
      { collection: "saves", key, value: { text: "x".repeat(20_000) }, permission_read: 1, permission_write: 1 },
    ]);
  await write("before");

  limit(100_000); // the database is larger already
  for (let i = 0; i < 5; ++i) {
    const lost = await refusal(write(`lost${i}`));
    assert.deepEqual([lost.status, lost.code], [503, 14]);
  }
  const read = await ann.client.readStorageObjects(ann.session, { object_ids: [{ collection: "saves", key: "before", user_id: ann.session.user_id }] });
  assert.equal(read.objects.length, 1, "what was acknowledged can be read");
  assert.ok(host.lines.some((line) => line.event === "store.batch_lost" && line.level === "error"));
  const refused = host.ctl("swap", "v2.0.0");
  assert.equal(refused.status, 1);
  assert.match(refused.err, /cannot write .*: File too large/, "a swap that cannot keep its copy is refused");

  limit("unlimited");
  await write("after");
  assert.equal((await host.ctlAsync("swap", "v2.0.0", "--follow")).status, 0);
  const kept = await ann.client.listStorageObjects(ann.session, "saves", ann.session.user_id, 10);
  assert.deepEqual(kept.objects.map((one) => one.key).sort(), ["after", "before"]);
  assert.deepEqual(await host.stop(), { code: 0, signal: null });
});
