import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { duel, newHero, QUICK } from "./support/game.js";
import { V1, V2, world } from "./support/host.js";
import { Player } from "./support/player.js";

const SLOW_PROBATION = { "swap.probation_ms": 60_000 };

const versionsOf = (host) =>
  Object.fromEntries(JSON.parse(host.ctl("modules", "--json").out).modules.map(({ name, version }) => [name, version]));
const swapOf = (to, outcome) => (line) => line.event === `swap.${outcome}` && line.to === to;

test("a running battle goes on under the new version and back, and nobody is disconnected", async () => {
  const w = await world({ versions: { "v1.0.0": V1, "v1.1.0": V2 }, modules: QUICK, settings: SLOW_PROBATION });
  try {
    const { ann, players, fights, started, turns } = await duel(w.host);
    const view = () => ann.rpc("rpc_get_battle", { battle_id: started.battle_id });
    await turns(2);
    assert.match((await view()).served_by, /1\.0\.0/);

    w.releases.use("v1.1.0");
    await w.host.logged((line) => line.event === "swap.stage_ended" && line.stage === "commit", "the commit");
    const after = await view();
    assert.match(after.served_by, /2\.0\.0/);
    const { battle, character, trade } = versionsOf(w.host);
    assert.deepEqual([battle, character, trade], ["2.0.0", "2.0.0", "1.0.0"], "all that changed, and at once");
    assert.equal(after.rules_version, 1);
    const again = ann.acts;
    await turns(again + 2);

    w.releases.use("v1.0.0");
    await w.host.logged(swapOf("v1.1.0", "rolled_back"), "the way back");
    assert.match((await view()).served_by, /1\.0\.0/);

    const ends = await Promise.all(fights);
    assert.equal(ends[0].log_hash, ends[1].log_hash);
    for (const player of players) {
      assert.equal(player.disconnects, 0);
      player.leave();
    }
  } finally {
    await w.close();
  }
});

test("a swap to a release that the module files do not fit is refused with file, line and nearest key", async () => {
  const w = await world({ versions: { "v1.0.0": V1, "v1.1.0": V2 }, modules: QUICK, settings: SLOW_PROBATION });
  const file = join(w.releases.root, "config/modules/battle.json");
  try {
    writeFileSync(file, '{\n  "turn_sm": 3000\n}');
    const refused = w.host.ctl("swap", "v1.1.0");
    assert.equal(refused.status, 1);
    assert.match(refused.err, /modules\/battle\.json:2: unknown key "turn_sm"; did you mean "turn_ms"\?/);
    await w.host.logged(swapOf("v1.1.0", "refused"), "the refusal");
    assert.equal(versionsOf(w.host).battle, "1.0.0");

    writeFileSync(file, JSON.stringify(QUICK.battle));
    assert.equal(w.host.ctl("swap", "v1.1.0").status, 0);
    assert.equal(versionsOf(w.host).battle, "2.0.0");
  } finally {
    await w.close();
  }
});

test("a swap that stays is settled, and the old code is gone from the process", async () => {
  const w = await world({
    versions: { "v1.0.0": V1, "v1.1.0": V2 }, modules: QUICK, settings: { "swap.probation_ms": 300 },
  });
  try {
    const player = await Player.enter(w.host);
    const hero = await newHero(player);
    assert.equal(w.host.ctl("swap", "v1.1.0").status, 0);
    await w.host.logged((line) => line.event === "module.unmapped" && line.module === "battle", "battle 1 unmapped");
    await w.host.logged((line) => line.event === "module.unmapped" && line.module === "character", "character 1 unmapped");
    const after = await player.rpc("rpc_get_character", { character_id: hero });
    assert.equal(after.character_id, hero);
    assert.match(w.host.ctl("status").out, /v1\.1\.0/);
    const { text: metrics } = await w.host.get("/metrics");
    assert.match(metrics, /serai_module_entities\{[^}]*module="character"[^}]*version="2\.0\.0"[^}]*\} [1-9]/);
  } finally {
    await w.close();
  }
});

test("files under releases may be overwritten and deleted under a running host", async () => {
  const w = await world();
  try {
    const player = await Player.enter(w.host);
    const hero = await newHero(player);
    const folder = join(w.releases.folder, "v1.0.0");
    spawnSync("chmod", ["-R", "u+w", folder]);
    for (const name of Object.keys(V1)) writeFileSync(join(folder, `${name}.so`), "torn");
    spawnSync("rm", ["-rf", folder]);
    assert.equal((await player.rpc("rpc_get_character", { character_id: hero })).character_id, hero);
    assert.equal((await w.host.get("/healthz/ready")).status, 200);
  } finally {
    await w.close();
  }
});
