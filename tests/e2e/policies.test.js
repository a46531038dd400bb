// A release's policies as players see them: which version serves whom, and that nobody is disconnected.
import assert from "node:assert/strict";
import { test } from "node:test";
import { BATTLE, fight, key, newHero, QUICK } from "./support/game.js";
import { V1, V2, world } from "./support/host.js";
import { Player } from "./support/player.js";

const NEXT = { ...V1, battle: V2.battle };

// A battle that is over is kept for a while, so that its result can be read; here only shortly.
const MODULES = { ...QUICK, battle: { ...QUICK.battle, forget_ms: 500 } };

async function policyWorld(policy, settings) {
  const w = await world({ modules: MODULES, settings });
  w.releases.publish("v1.1.0", NEXT, () => {}, { battle: policy });
  return w;
}

async function start(player) {
  const begun = await player.rpc("rpc_start_battle", {
    idem_key: key(), kind: BATTLE.PVE, character_ids: [await newHero(player)], enemies: 1, enemy_level: 1,
  });
  const servedBy = async () => (await player.rpc("rpc_get_battle", { battle_id: begun.battle_id })).served_by;
  return { ...begun, servedBy, fight: () => fight(player, begun.battle_id, begun.match_id) };
}

test("drain: a battle ends under the rules and the code it began with", async () => {
  const w = await policyWorld("drain", { "swap.probation_ms": 100 });
  try {
    const player = await (await Player.enter(w.host)).connect();
    const old = await start(player);
    assert.equal(w.host.ctl("swap", "v1.1.0").status, 0);
    await w.host.logged((line) => line.event === "swap.settled", "the swap has settled");
    const fresh = await start(player);
    assert.match(await old.servedBy(), /1\.0\.0/);
    assert.match(await fresh.servedBy(), /2\.0\.0/);
    const alsoLoaded = () => JSON.parse(w.host.ctl("status").out).also_loaded.map((one) => [one.name, one.version, one.entities]);
    assert.deepEqual(alsoLoaded(), [["battle", "1.0.0", 1]]);

    w.releases.publish("v1.2.0", { ...V1, character: V2.character });
    const refused = w.host.ctl("swap", "v1.2.0");
    assert.notEqual(refused.status, 0);
    assert.match(refused.err, /battle 1\.0\.0 still serves 1 entities/);

    await old.fight();
    await w.host.logged((line) => line.event === "module.unmapped" && line.module === "battle", "battle 1 is unmapped");
    assert.deepEqual(alsoLoaded(), []);
    await fresh.fight();
    assert.equal(player.disconnects, 0);
    player.leave();
  } finally {
    await w.close();
  }
});

test("barrier: all move in one moment, and the record says how long it took", async () => {
  const w = await policyWorld("barrier", { "swap.probation_ms": 100 });
  try {
    const player = await (await Player.enter(w.host)).connect();
    const battles = [await start(player), await start(player)];
    const fights = battles.map((battle) => battle.fight());
    assert.equal(w.host.ctl("swap", "v1.1.0").status, 0);
    for (const battle of battles) assert.match(await battle.servedBy(), /2\.0\.0/);
    const commit = await w.host.logged((line) => line.event === "swap.stage_ended" && line.stage === "commit", "the commit");
    assert.match(commit.detail, /barrier of \d+ us/);
    await Promise.all(fights);
    assert.equal(player.disconnects, 0);
    player.leave();
  } finally {
    await w.close();
  }
});

test("canary: a share goes first, the rest follows after the probation", async () => {
  const w = await policyWorld("canary 50%", { "swap.probation_ms": 1500 });
  try {
    const battles = [];
    const players = [];
    for (let i = 0; i < 12; ++i) {
      players.push(await (await Player.enter(w.host)).connect());
      battles.push(await start(players[i]));
    }
    assert.equal(w.host.ctl("swap", "v1.1.0").status, 0);
    const served = await Promise.all(battles.map((battle) => battle.servedBy()));
    const canaries = served.filter((by) => /2\.0\.0/.test(by)).length;
    assert.ok(canaries > 0 && canaries < 12, served.join());
    await w.host.logged((line) => line.event === "swap.settled", "the swap has settled");
    for (const battle of battles) assert.match(await battle.servedBy(), /2\.0\.0/);
    for (const player of players) {
      assert.equal(player.disconnects, 0);
      player.leave();
    }
  } finally {
    await w.close();
  }
});
