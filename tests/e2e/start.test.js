import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { HOST, Host, Releases, V1 } from "./support/host.js";

let releases;
before(() => {
  releases = new Releases().publish("v1.0.0", V1);
  releases.use("v1.0.0");
});
after(() => releases.remove());

// Runs a host that must refuse to start; returns its exit code and last lines. `args` replace the usual ones.
function refused(args = {}, ...words) {
  const data = mkdtempSync(join(tmpdir(), "serai-start-"));
  const usual = {
    "--config": join(releases.root, "config/host.json"),
    "--listen": "127.0.0.1:0",
    "--ops-listen": "127.0.0.1:0",
    "--modules": join(releases.folder, "current"),
    "--data": data,
  };
  const options = Object.entries({ ...usual, ...args }).flat();
  const done = spawnSync(HOST, ["run", ...options, ...words], { encoding: "utf8", timeout: 20_000 });
  rmSync(data, { recursive: true, force: true });
  return { code: done.status, out: done.stdout, words: done.stderr };
}

test("standard output carries exactly one line, and health is reported from the first moment", async () => {
  const host = await Host.start(releases);
  assert.deepEqual(Object.keys(host.ready).sort(), ["client", "ops", "pid", "ready", "release"]);
  assert.equal(host.ready.release, "v1.0.0");
  for (const path of ["/healthz/live", "/healthz/ready", "/v2/health", "/healthz/runtime"]) {
    assert.equal((await host.get(path)).status, 200, path);
  }
  const metrics = (await host.get("/metrics")).text;
  assert.match(metrics, /^# TYPE serai_/m);
  assert.equal((await host.get("/v1/status")).status, 401);
  const status = host.ctl("status");
  assert.equal(status.status, 0, status.err);
  assert.match(status.out, /v1\.0\.0/);
  for (const line of host.lines) assert.ok(line.event !== "unparsable", line.text);

  const second = refused({ "--data": host.data });
  assert.equal(second.code, 6, second.words);
  assert.match(second.words, /another|in use|locked/i);
  await host.stop();
  assert.deepEqual((await host.everythingSaid()).map((line) => JSON.parse(line)), [host.ready]);
});

test("each way a start can fail has its own exit code and words", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await new Promise((done) => taken.once("listening", done));
  const port = refused({ "--listen": `127.0.0.1:${taken.address().port}` });
  assert.equal(port.code, 4, port.words);
  assert.match(port.words, new RegExp(String(taken.address().port)));
  taken.close();

  const key = refused({ "--set": "socket.sever_key=x" });
  assert.equal(key.code, 3);
  assert.match(key.words, /socket\.server_key/);

  const keys = refused({ "--profile": "production" });
  assert.equal(keys.code, 3);

  const nothing = refused({ "--modules": join(releases.folder, "v9.9.9") });
  assert.equal(nothing.code, 5);
  assert.match(nothing.words, /v9\.9\.9/);

  assert.equal(refused({}, "--no-such-option").code, 2);
});

test("a setting that its module does not declare refuses the start, and the check of a release finds it", async () => {
  const host = await Host.start(releases);
  await host.stop();
  const file = join(releases.root, "config/modules/battle.json");
  const right = readFileSync(file, "utf8");
  const check = () => {
    const words = ["check", join(releases.folder, "v1.0.0"), "--config", join(releases.root, "config/host.json")];
    const done = spawnSync(HOST, words, { encoding: "utf8", timeout: 60_000 });
    return { code: done.status, words: done.stdout };
  };
  try {
    const good = check();
    assert.equal(good.code, 0, good.words);
    writeFileSync(file, '{\n  "turn_sm": 20000\n}');
    for (const wrong of [refused(), check()]) {
      assert.equal(wrong.code, 3, wrong.words);
      assert.match(wrong.words, /modules\/battle\.json:2: unknown key \\?"turn_sm\\?"; did you mean \\?"turn_ms\\?"\?/);
    }
    writeFileSync(file, '{\n\n"turn_ms": }');
    for (const wrong of [refused(), check()]) {
      assert.equal(wrong.code, 3, wrong.words);
      assert.match(wrong.words, /modules\/battle\.json:3: not JSON/);
    }
  } finally {
    writeFileSync(file, right);
  }
});

test("a database of a newer host, and one that is no database, are distinguished", async () => {
  const host = await Host.start(releases);
  await host.stop();
  const database = join(host.data, "serai.db");
  assert.ok(!existsSync(`${database}-wal`), "after an orderly stop all is in one file");
  const bytes = readFileSync(database);
  bytes.writeUInt32BE(999, 60); // SQLite's user_version: the number of the last migration
  writeFileSync(database, bytes);
  const newer = refused({ "--data": host.data });
  assert.equal(newer.code, 7, newer.words);
  assert.match(newer.words, /999/);

  writeFileSync(database, "no database at all ".repeat(500));
  const broken = refused({ "--data": host.data });
  assert.equal(broken.code, 8, broken.words);
  assert.match(broken.words, /serai\.db/);
});

test("a damaged module is refused at the start with its name", () => {
  releases.publish("v1.0.1", V1, (folder) => {
    spawnSync("chmod", ["u+w", join(folder, "battle.so")]);
    writeFileSync(join(folder, "battle.so"), "not a library");
  });
  const answer = refused({ "--modules": join(releases.folder, "v1.0.1") });
  assert.equal(answer.code, 5, answer.words);
  assert.match(answer.words, /battle/);
});
