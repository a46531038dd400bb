// A running game moves from SQLite to PostgreSQL and back, by a backup that is made while players play.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { key, newHero, QUICK } from "./support/game.js";
import { Host, HOST, Releases, V1 } from "./support/host.js";
import { Player } from "./support/player.js";
import { makeDatabase } from "./support/postgres.js";

let releases;
before(() => {
  releases = new Releases().publish("v1.0.0", V1);
  releases.use("v1.0.0");
});
after(() => releases?.remove());

const start = (name, url) =>
  Host.start(releases, { modules: QUICK, data: join(releases.root, name), settings: url ? { "storage.url": url } : {} });

const restore = (file, url, name) =>
  spawnSync(HOST, ["restore", file, "--into", url, "--data", join(releases.root, name), "--config",
    join(releases.root, "config/host.json")], { encoding: "utf8" });

const gold = async (player) => JSON.parse((await player.client.getAccount(player.session)).wallet).gold;

// Buys and sells until the signal, so that the backup is made under load.
async function trade(player, hero, signal) {
  const caravan = await player.rpc("rpc_create_caravan", { idem_key: key(), town: "oasis", guards: [hero] });
  const order = { caravan_id: caravan.caravan_id, good: "grain", quantity: 1 };
  for (let side = 0; !signal.aborted; side = 1 - side) {
    await player.rpc("rpc_execute_trade", { idem_key: key(), ...order, side });
  }
}

let host;
after(() => host?.stop());

test("a game moves from SQLite to PostgreSQL and back; players keep their gold and their log-ins", async () => {
  const postgres = makeDatabase();
  host = await start("sqlite");
  const player = await (await Player.enter(host)).connect();
  const hero = await newHero(player);
  const stop = new AbortController();
  const busy = trade(player, hero, stop.signal);
  const file = join(releases.root, "game.backup");
  const saved = host.ctl("backup", file);
  assert.equal(saved.status, 0, saved.err);
  assert.ok(JSON.parse(saved.out).entities > 0);
  assert.equal(statSync(file).mode & 0o077, 0);
  stop.abort();
  await busy;
  const again = host.ctl("backup", file);
  assert.equal(again.status, 1);
  assert.match(again.err, /exists already/);

  // The players have stopped: the last backup has everything.
  const last = join(releases.root, "last.backup");
  const before = await gold(player);
  assert.equal(host.ctl("backup", last).status, 0);
  await host.stop();
  const moved = restore(last, postgres, "postgres");
  assert.equal(moved.status, 0, moved.stderr);
  assert.match(moved.stdout, /entities/);
  host = await start("postgres", postgres);
  const there = await Player.enter(host, player.name, player.device);
  assert.equal(await gold(there), before);
  const heroes = await there.rpc("rpc_list_characters", {});
  assert.ok(JSON.stringify(heroes).includes(hero), JSON.stringify(heroes));
  assert.equal(restore(last, postgres, "other").status, 6, "a database in use is refused");

  const back = join(releases.root, "back.backup");
  assert.equal(host.ctl("backup", back).status, 0);
  await host.stop();
  const full = restore(back, postgres, "postgres");
  assert.notEqual(full.status, 0);
  assert.match(full.stderr, /has data already/);
  assert.equal(restore(back, `sqlite:${join(releases.root, "again")}`, "again").status, 0);
  host = await start("again");
  const home = await Player.enter(host, player.name, player.device);
  assert.equal(await gold(home), before);
  await host.stop();
});
