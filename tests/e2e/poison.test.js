// The code of a closed generation is never used: tests/swap/poison.c keeps it mapped, but unreadable.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fight, BATTLE, key, newHero, QUICK } from "./support/game.js";
import { BUILD, faulty, Host, Releases, V1, V2 } from "./support/host.js";
import { Player } from "./support/player.js";

async function poisoned(versions, use, play) {
  const releases = new Releases();
  for (const [version, targets] of Object.entries(versions)) releases.publish(version, targets);
  releases.use(use);
  const log = join(releases.root, "poison.log");
  const env = { LD_PRELOAD: join(BUILD, "swap/poison.so"), POISON_LOG: log };
  const settings = { "swap.probation_ms": 0, "swap.still_mapped_max": 1000 };  // closed code stays mapped, poisoned
  const host = await Host.start(releases, { modules: QUICK, settings, env });
  const swap = async (to) => {
    const done = await host.swap(to);
    assert.equal(done.status, 200, JSON.stringify(done));
    await host.logged((line) => line.event === "swap.settled" && line.swap === done.id, `${to} settled`);
  };
  try {
    await play(host, swap);
  } finally {
    await host.stop();
    releases.remove();
  }
}

test("swaps under a game, with errors, waits and pushes, touch nothing that was closed", async () => {
  let log;
  const versions = { a: { ...V1, counter: faulty("counter_v1") }, b: { ...V2, counter: faulty("misbehaves") } };
  await poisoned(versions, "a", async (host, swap) => {
    const player = await (await Player.enter(host)).connect();
    const hero = await newHero(player);
    for (const to of ["b", "a", "b", "a"]) {
      const begun = await player.rpc("rpc_start_battle", {
        idem_key: key(), kind: BATTLE.PVE, character_ids: [hero], enemies: 1, enemy_level: 1,
      });
      const fought = fight(player, begun.battle_id, begun.match_id);
      for (const id of ["good", "throws in handle", "throws in resume", "shows null"]) {
        await player.rpc("rpc_add", { id, by: 1 }).catch(() => {});
      }
      // The former version cannot read a battle under the new rules.
      if (to === "a") await fought;
      await swap(to);
      await fought;
      await player.rpc("rpc_add", { id: "good", by: 1 });
      await player.rpc("rpc_list_markets", {});
    }
    assert.equal(player.disconnects, 0);
    player.leave();
    log = readFileSync(join(host.releases.root, "poison.log"), "utf8");
  });
  assert.ok(log.match(/closed battle-/g).length >= 4, log);
  assert.doesNotMatch(log, /touched/);
});

test("a touch of closed code ends the host with the name of its generation", async () => {
  let log;
  const versions = { a: { counter: faulty("misbehaves") }, b: { counter: faulty("misbehaves_too") } };
  await poisoned(versions, "a", async (host, swap) => {
    const player = await Player.enter(host);
    await player.rpc("rpc_add", { id: "leaves its address", by: 1 });
    const file = JSON.parse(host.ctl("modules", "--json").out).modules[0].build_id.slice(0, 16);
    await swap("b");
    await player.rpc("rpc_add", { id: "calls an address left", by: 1 }).catch(() => {});
    assert.equal((await host.exited).signal, "SIGSEGV");
    log = readFileSync(join(host.releases.root, "poison.log"), "utf8");
    assert.match(log, new RegExp(`touched counter-${file}`));
  });
});
