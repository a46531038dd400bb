// kill -9 between the steps of a swap: the host comes back on one whole release with everything that was
// acknowledged. tests/swap/steps.c ends the real host just before something it does to its disk or its code.
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ACT, BATTLE, key, newHero, OP } from "./support/game.js";
import { BUILD, faulty, Host, Releases, V1, V2 } from "./support/host.js";
import { client, Player } from "./support/player.js";

const VERSIONS = {
  "v1.0.0": { ...V1, counter: faulty("counter_v1") },
  "v1.1.0": { ...V2, counter: faulty("counter_v2") },
  "v1.2.0": { ...V2, counter: faulty("misbehaves") },
};
const COUNTERS = Array.from({ length: 12 }, (_, i) => `counter ${i}`);
// Nothing moves by itself, so that what stood before can be compared.
const STILL = { modules: { battle: { turn_ms: 600_000 } } };
const SHORT = { ...STILL, settings: { "swap.probation_ms": 30 } };

let releases;
let player;
let hero;
let caravan;
let battle;
let sums;      // of the counters, as acknowledged before any swap
let standing;  // everything else

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const pick = (from, names) => Object.fromEntries(names.map((name) => [name, from[name] ?? 0]));
const addTo = (id, by, idem = key()) => player.rpc("rpc_add", { id, by, idem_key: idem });

// What must be the same under every version.
async function everything() {
  const character = await player.rpc("rpc_get_character", { character_id: hero });
  const cargo = (await player.rpc("rpc_get_caravan", { caravan_id: caravan })).cargo;
  const fought = await player.rpc("rpc_get_battle", { battle_id: battle });
  return {
    hero: pick(character, ["name", "class", "level", "points", "hp", "atk", "def", "spd"]),
    cargo,
    battle: {
      ...pick(fought, ["state", "turn", "active_unit", "actions", "log_hash", "rules_version"]),
      units: fought.units.map((unit) => pick(unit, ["id", "x", "y", "hp", "side"])),
    },
  };
}

// One whole release: all changed modules by the same one.
function wholeRelease(host) {
  const status = JSON.parse(host.ctl("modules").out);
  const versions = Object.fromEntries(status.modules.map((module) => [module.name, module.version]));
  const old = versions.battle === "1.0.0";
  assert.equal(versions.character, old ? "1.0.0" : "2.0.0");
  assert.equal(versions.counter, old ? "1.0.0" : "1.1.0");
  assert.equal(status.release === "v1.0.0", old);
  return status.release;
}

async function start(options, data) {
  const host = await Host.start(releases, { ...options, data });
  player.client = client(host);
  return host;
}

before(async () => {
  releases = new Releases();
  for (const [version, targets] of Object.entries(VERSIONS)) releases.publish(version, targets);
  releases.use("v1.0.0");
  const data = join(releases.root, "seed");
  const host = await Host.start(releases, { ...STILL, data });
  player = await (await Player.enter(host)).connect();
  hero = await newHero(player);
  const guard = await newHero(player, "scout", "Guard");
  caravan = (await player.rpc("rpc_create_caravan", { idem_key: key(), town: "harbor", guards: [guard] })).caravan_id;
  await player.rpc("rpc_execute_trade", { idem_key: key(), caravan_id: caravan, good: "grain", quantity: 2, side: 0 });
  const begun = await player.rpc("rpc_start_battle", {
    idem_key: key(), kind: BATTLE.PVE, character_ids: [hero], enemies: 2, enemy_level: 1,
  });
  battle = begun.battle_id;
  await player.rpc("rpc_battle_action", { idem_key: key(), battle_id: battle, act: "GUARD" });
  for (const id of COUNTERS) await addTo(id, 3);
  sums = Object.fromEntries(COUNTERS.map((id) => [id, 3]));
  standing = await everything();
  player.leave();
  await host.stop();
});
after(() => releases.remove());

function copyOfSeed() {
  const data = mkdtempSync(join(releases.root, "data-"));
  cpSync(join(releases.root, "seed"), data, { recursive: true });
  releases.use("v1.0.0");
  return data;
}

// Adds to the counters until the host is gone or the swap is over. What was sent and not answered is kept.
async function counting(over) {
  const acknowledged = { ...sums };
  const open = [];
  const one = async (id) => {
    while (!over.now) {
      const call = { id, idem: key() };
      open.push(call);
      await sleep(5);
      try {
        acknowledged[id] = Number((await addTo(id, 1, call.idem)).value);
        open.splice(open.indexOf(call), 1);
      } catch {
        return;
      }
    }
  };
  await Promise.all(COUNTERS.slice(0, 2).map(one));
  return { acknowledged, open };
}

// Swaps a copy of the seed to v1.1.0, dies before the given step if it comes, and looks at what comes back.
async function dieBefore(step) {
  const data = copyOfSeed();
  const files = { arm: `${data}.arm`, log: `${data}.log` };
  const env = {
    LD_PRELOAD: join(BUILD, "swap/steps.so"), STEPS_ARM: files.arm, STEPS_LOG: files.log, STEPS_DIE: step,
  };
  const host = await start({ ...SHORT, env }, data);
  await everything();
  for (const id of COUNTERS) await addTo(id, 0);
  const over = { now: false };
  const counted = counting(over);
  writeFileSync(files.arm, "");
  const swapped = host.swap("v1.1.0").catch(() => {});
  const settled = host.logged((line) => line.event === "swap.settled", "the end").then(() => true, () => false);
  const died = await Promise.race([host.exited.then(() => true), settled.then(() => false)]);
  over.now = true;
  await host.kill();
  await swapped;
  const steps = existsSync(files.log) ? readFileSync(files.log, "utf8").trim().split("\n") : [];
  const stages = host.lines.filter((line) => line.event === "swap.stage_ended").map((line) => line.stage);
  const where = `${step}, after ${stages.at(-1) ?? "nothing"}${died ? "" : ", which never came"}`;
  const release = await judge(data, await counted, where);
  return { died, steps, where: `${where}: back on ${release}` };
}

async function judge(data, { acknowledged, open }, where) {
  const host = await start(SHORT, data);
  try {
    const release = wholeRelease(host);
    assert.deepEqual(await everything(), standing, `${where}: on ${release}`);
    for (const call of open) acknowledged[call.id] = Number((await addTo(call.id, 1, call.idem)).value);
    for (const id of COUNTERS) {
      assert.equal(Number((await addTo(id, 0)).value), acknowledged[id], `${where}: ${id} on ${release}`);
    }
    return release;
  } finally {
    await host.kill();
  }
}

// Every copy, rehearsal, load, unload and fact of a whole swap; of the players' commits beside it a few.
function pointsOf(steps) {
  const seen = {};
  const points = [];
  for (const name of steps.map((line) => line.split(" ")[0])) {
    seen[name] = (seen[name] ?? 0) + 1;
    if (name !== "fdatasync" || seen[name] % 8 === 1) points.push(`${name} ${seen[name]}`);
  }
  return points;
}

test("a host killed before any step of a swap comes back whole", { timeout: 300_000 }, async (t) => {
  const whole = await dieBefore("none 0");
  assert.equal(whole.died, false);
  let deaths = 0;
  for (const point of pointsOf(whole.steps)) {
    const { died, where } = await dieBefore(point);
    deaths += died ? 1 : 0;
    t.diagnostic(where);
  }
  assert.ok(deaths > 15, `${deaths} deaths`);
});

test("a host that dies among the moves of a commit comes back whole", async () => {
  const data = copyOfSeed();
  const host = await start(SHORT, data);
  try {
    for (const id of COUNTERS) await addTo(id, 0);
    await everything();
    await addTo("dies in commit", 4);
    await host.swap("v1.2.0").catch(() => {});
    assert.equal((await host.exited).signal, "SIGKILL");
  } finally {
    await host.kill();
  }
  assert.equal(await judge(data, { acknowledged: { ...sums }, open: [] }, "commit"), "v1.0.0");
});

test("up two versions and down again, restarted between, by order and by kill -9", async () => {
  const data = copyOfSeed();
  const expected = { ...sums };
  let host = await start(SHORT, data);
  try {
    for (const [index, release] of ["v1.1.0", "v1.2.0", "v1.1.0", "v1.0.0"].entries()) {
      const swapped = await host.swap(release);
      assert.equal(swapped.status, 200, JSON.stringify(swapped));
      const id = COUNTERS[index];
      expected[id] = Number((await addTo(id, 10)).value);
      assert.equal(expected[id], 13);
      await host.logged((line) => line.event === "swap.settled" && line.to === release, `${release} settled`);
      await host.kill(index % 2 === 0 ? "SIGKILL" : "SIGTERM");
      host = await start(SHORT, data);
      assert.equal(host.ready.release, release);
      assert.deepEqual(await everything(), standing, release);
    }
    for (const id of COUNTERS) assert.equal(Number((await addTo(id, 0)).value), expected[id], id);
  } finally {
    await host.kill();
  }
});
