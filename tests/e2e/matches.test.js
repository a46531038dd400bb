// A running match as files: dumped, played again under any release, forked; the release that plays otherwise is found.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { duel, QUICK } from "./support/game.js";
import { V1, V2, world } from "./support/host.js";

let w, game, dump;
before(async () => {
  w = await world({ versions: { "v1.0.0": V1, "v1.0.1": V1, "v1.1.0": V2 }, modules: QUICK });
  game = await duel(w.host, { thinkMs: 300 });
  for (const fought of game.fights) fought.catch(() => {}); // the host stops before the battle ends
  await game.turns(3);
  dump = join(w.releases.root, "dump");
});
after(() => w?.close());

const release = (name) => join(w.releases.root, "releases", name);
const match = (...words) => w.host.ctlAsync("match", ...words);

test("a running battle is dumped, and plays again byte for byte under its version", async () => {
  const saved = await match("dump", game.started.match_id, dump);
  assert.equal(saved.status, 0, saved.err);
  const { messages } = JSON.parse(saved.out);
  assert.ok(messages > 0);
  assert.deepEqual(readdirSync(dump).sort(), ["entity.json", "host.bin", "recording.bin", "state.bin"]);
  assert.equal(statSync(dump).mode & 0o077, 0);

  const played = await match("replay", dump, release("v1.0.0"));
  assert.equal(played.status, 0, played.out + played.err);
  const lines = played.out.trim().split("\n");
  assert.equal(lines.length, messages + 1);
  assert.match(lines.at(-1), /byte for byte/);
  assert.match(played.out, /data 1 of \S+: broadcast 10[13] to everybody/);
});

test("the first release that plays otherwise is found", async () => {
  const found = await match("bisect", dump, release("v1.0.0"), release("v1.0.1"), release("v1.1.0"));
  assert.equal(found.status, 1, found.err);
  assert.match(found.out, /v1\.0\.0 {2}has the recorded result\n.*v1\.0\.1 {2}the same\n.*v1\.1\.0 {2}is the first that differs: message/);
  const same = await match("bisect", dump, release("v1.0.0"), release("v1.0.1"));
  assert.equal(same.status, 0, same.err);
});

test("a fork is a battle of its own, which begins where the dump ends", async () => {
  const forked = await match("fork", dump);
  assert.equal(forked.status, 0, forked.err);
  const { match_id: id } = JSON.parse(forked.out);
  const { matches } = JSON.parse(w.host.ctl("matches").out);
  assert.ok(matches.some((one) => one.match_id === id && one.module === "battle"));
  const view = await game.ann.rpc("rpc_get_battle", { battle_id: id.split(".")[0] });
  assert.ok(view.actions >= 2, "the battle has its past");
});

test("what cannot be dumped or played is refused with the reason", async () => {
  const refused = async (words, reason) => {
    const done = await match(...words);
    assert.notEqual(done.status, 0);
    assert.match(done.err, reason);
  };
  await refused(["dump", game.started.match_id, dump], /exists already/);
  await refused(["dump", "nobody.battle", `${dump}2`], /there is no match nobody\.battle/);
  await refused(["dump", "nobody", `${dump}2`], /is not the id of a match/);
  await refused(["fork", w.releases.folder], /entity\.json/);
  await refused(["replay", dump, release("v9")], /v9/);
  await refused(["bisect", dump], /bisect DIR RELEASE/);
  truncateSync(join(dump, "recording.bin"), 100);
  await refused(["replay", dump, release("v1.0.0")], /recording\.bin: the recording is damaged/);
  assert.ok(readFileSync(join(dump, "state.bin")).length > 0);
});
