// Operators look at the money: the audit of the whole ledger, and an account's history.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { key, newHero } from "./support/game.js";
import { faulty, Host, Releases, world } from "./support/host.js";
import { Player } from "./support/player.js";

let w;
let account;
before(async () => {
  w = await world();
});
after(() => w?.close());

test("the audit counts everything; the history of an account is read page by page, newest first", async () => {
  const player = await (await Player.enter(w.host)).connect();
  const hero = await newHero(player);
  const caravan = await player.rpc("rpc_create_caravan", { idem_key: key(), town: "oasis", guards: [hero] });
  for (let side = 0, i = 0; i < 104; i += 1, side = 1 - side) {
    await player.rpc("rpc_execute_trade", {
      idem_key: key(), caravan_id: caravan.caravan_id, good: "grain", quantity: 1, side,
    });
  }
  account = `player:${player.session.user_id}`;

  const audit = w.host.ctl("ledger", "audit");
  assert.equal(audit.status, 0, audit.err);
  const { accounts, transfers, entries, faults } = JSON.parse(audit.out);
  assert.deepEqual(faults, []);
  assert.ok(accounts >= 3 && transfers >= 104 && entries >= 2 * transfers);

  const newest = JSON.parse(w.host.ctl("ledger", "history", account).out);
  const wallet = JSON.parse((await player.client.getAccount(player.session)).wallet);
  assert.equal(newest.balance, wallet.gold);
  assert.equal(newest.transfers.length, 100);
  const older = JSON.parse(w.host.ctl("ledger", "history", account, String(newest.before)).out);
  const all = [...newest.transfers, ...older.transfers];
  assert.equal(older.before, undefined);
  assert.equal(all.reduce((sum, { delta }) => sum + delta, 0), newest.balance);
  assert.deepEqual(all.map(({ transfer }) => transfer), all.map(({ transfer }) => transfer).sort((a, b) => b - a));
  assert.equal(new Set(all.map(({ idem_key }) => idem_key)).size, all.length);

  const nobody = JSON.parse(w.host.ctl("ledger", "history", "player:nobody").out);
  assert.deepEqual([nobody.balance, nobody.transfers], [0, []]);
  assert.equal(w.host.ctl("ledger", "history", account, "soon").status, 1);
});

test("an audit names what is wrong with the ledger", async () => {
  const done = spawnSync("sqlite3", [join(w.host.data, "serai.db"), ".timeout 5000",
    `UPDATE ledger_balances SET balance = balance + 7 WHERE account = '${account}'`], { encoding: "utf8" });
  assert.equal(done.status, 0, done.stderr);

  const audit = w.host.ctl("ledger", "audit");

  assert.equal(audit.status, 1);
  assert.match(audit.err, /breaks its rules/);
  assert.deepEqual(JSON.parse(audit.out).faults, [
    { rule: "a balance is the sum of its entries", name: account, detail: "the difference is 7" },
  ]);
});

test("a release brings a currency: the wallet shows it, and the next release may not drop it", async () => {
  const releases = new Releases()
    .publish("v1.0.0", { counter: faulty("counter_v1") })
    .publish("v1.1.0", { counter: faulty("counter_gems") })
    .publish("v1.2.0", { counter: faulty("counter_v3") });
  releases.use("v1.0.0");
  const host = await Host.start(releases, { settings: { "swap.probation_ms": 0 } });
  try {
    const player = await Player.enter(host);
    const wallet = async () => JSON.parse((await player.client.getAccount(player.session)).wallet);
    assert.deepEqual(await wallet(), { gold: 0 });
    assert.equal(host.ctl("swap", "v1.1.0").status, 0);
    assert.deepEqual(await wallet(), { gold: 0, gems: 0 });
    const dropped = host.ctl("swap", "v1.2.0");
    assert.notEqual(dropped.status, 0);
    assert.match(dropped.err, /accounts:gems:/);
  } finally {
    await host.stop();
    releases.remove();
  }
});
