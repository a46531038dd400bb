// A world on disk, copies of it for hosts that die before a chosen step, and the checks after their restart.
// tests/swap/steps.c ends the real host just before a chosen change to its disk or its code.
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BATTLE, key, newHero } from "./game.js";
import { BUILD, faulty, Host, Releases, V1, V2 } from "./host.js";
import { client, Player } from "./player.js";

export const OLD = { ...V1, counter: faulty("counter_v1") };
export const NEW = { ...V2, counter: faulty("counter_v2") };
export const COUNTERS = Array.from({ length: 12 }, (_, i) => `counter ${i}`);

// No battle changes by itself, so that states before and after can be compared.
const still = (settings) => ({ modules: { battle: { turn_ms: 600_000 } }, settings });
export const SHORT = still({ "swap.probation_ms": 30 });
export const CANARY = still({ "swap.probation_ms": 600 });  // time to begin counting before the rest follows
export const LONG = still({ "swap.probation_ms": 600_000 });

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const pick = (from, names) => Object.fromEntries(names.map((name) => [name, from[name] ?? 0]));

// Checks that one whole release serves: all changed modules come from it.
function wholeRelease(host) {
  const status = JSON.parse(host.ctl("modules", "--json").out);
  const versions = Object.fromEntries(status.modules.map((module) => [module.name, module.version]));
  const old = versions.battle === "1.0.0";
  assert.equal(versions.character, old ? "1.0.0" : "2.0.0");
  assert.equal(versions.counter, old ? "1.0.0" : "1.1.0");
  assert.equal(status.release === "v1.0.0", old);
  return status.release;
}

// Counts nothing before arm(), and dies before `step` ("fdatasync 3": the third of its name).
class Steps {
  constructor(data, step) {
    this.files = { arm: `${data}.arm`, log: `${data}.log` };
    this.env = {
      LD_PRELOAD: join(BUILD, "swap/steps.so"), STEPS_ARM: this.files.arm, STEPS_LOG: this.files.log, STEPS_DIE: step,
    };
  }

  arm() {
    writeFileSync(this.files.arm, "");
  }

  seen() {
    return existsSync(this.files.log) ? readFileSync(this.files.log, "utf8").trim().split("\n") : [];
  }
}

// Every copy, rehearsal, load, unload and fact, and every `nth` other commit.
function pointsOf(steps, nth) {
  const seen = {};
  const points = [];
  for (const name of steps.map((line) => line.split(" ")[0])) {
    seen[name] = (seen[name] ?? 0) + 1;
    if (name !== "fdatasync" || (seen[name] - 1) % nth === 0) points.push(`${name} ${seen[name]}`);
  }
  return points;
}

export class KillWorld {
  static async make(releases = {}) {
    const world = new KillWorld();
    world.releases = new Releases().publish("v1.0.0", OLD).publish("v1.1.0", NEW);
    for (const [version, targets] of Object.entries(releases)) world.releases.publish(version, targets);
    world.seed = join(world.releases.root, "seed");
    world.releases.use("v1.0.0");
    const host = await Host.start(world.releases, { ...LONG, data: world.seed });
    await world.#settle(host);
    await host.stop();
    return world;
  }

  async #settle(host) {
    const player = await (await Player.enter(host)).connect();
    this.player = player;
    this.hero = await newHero(player);
    const guards = [await newHero(player, "scout", "Guard")];
    const loaded = await player.rpc("rpc_create_caravan", { idem_key: key(), town: "harbor", guards });
    this.caravan = loaded.caravan_id;
    await player.rpc("rpc_execute_trade", {
      idem_key: key(), caravan_id: this.caravan, good: "grain", quantity: 2, side: 0,
    });
    const begun = await player.rpc("rpc_start_battle", {
      idem_key: key(), kind: BATTLE.PVE, character_ids: [this.hero], enemies: 2, enemy_level: 1,
    });
    this.battle = begun.battle_id;
    await player.rpc("rpc_battle_action", { idem_key: key(), battle_id: this.battle, act: "GUARD" });
    this.sums = {};
    for (const id of COUNTERS) this.sums[id] = await this.add(id, 3);
    this.standing = await this.everything();
    player.leave();
  }

  remove() {
    this.releases.remove();
  }

  // All data that must be the same under every version, except the counters.
  async everything() {
    const character = await this.player.rpc("rpc_get_character", { character_id: this.hero });
    const { cargo } = await this.player.rpc("rpc_get_caravan", { caravan_id: this.caravan });
    const fought = await this.player.rpc("rpc_get_battle", { battle_id: this.battle });
    return {
      hero: pick(character, ["name", "class", "level", "points", "hp", "atk", "def", "spd"]),
      cargo,
      battle: {
        ...pick(fought, ["state", "turn", "active_unit", "actions", "log_hash", "rules_version"]),
        units: fought.units.map((unit) => pick(unit, ["id", "x", "y", "hp", "side"])),
      },
    };
  }

  // The sum that was acknowledged.
  async add(id, by, idem = key()) {
    return Number((await this.player.rpc("rpc_add", { id, by, idem_key: idem })).value ?? 0);
  }

  // A copy of the data folder `from`, by default the seed, with `current` on its last release.
  copy({ from = this.seed, release = "v1.0.0" } = {}) {
    const data = mkdtempSync(join(this.releases.root, "data-"));
    cpSync(from, data, { recursive: true });
    this.releases.use(release);
    return data;
  }

  async start(options, data) {
    const host = await Host.start(this.releases, { ...options, data });
    this.player.client = client(host);
    return host;
  }

  // Adds to two counters, and to a new one each time, until the host is gone or `over`. Stores requests that were
  // sent but not answered.
  async #counting(sums, over) {
    const acknowledged = { ...sums };
    const open = [];
    const one = async (id) => {
      for (let i = 0; !over.now; i += 1) {
        const call = { id: id ?? `new ${i}`, idem: key() };
        open.push(call);
        await sleep(5);
        try {
          acknowledged[call.id] = await this.add(call.id, 1, call.idem);
          open.splice(open.indexOf(call), 1);
        } catch {
          return;
        }
      }
    };
    await Promise.all([...COUNTERS.slice(0, 2), undefined].map(one));
    return { acknowledged, open };
  }

  // Runs `way` on a copy of the seed while players count. The host dies before the given step, if that comes; then
  // checks the state after the restart.
  //   way.options  options of the host that dies
  //   way.before   (host, sums): brings the host to the start of the way; returns what was acknowledged until then
  //   way.go       (host): runs the way to its end
  async dieBefore(step, way) {
    const data = this.copy();
    const steps = new Steps(data, step);
    const host = await this.start({ ...way.options, env: steps.env }, data);
    const sums = { ...this.sums };
    const over = { now: false };
    let died;
    let counted;
    try {
      await this.everything();
      for (const id of COUNTERS) await this.add(id, 0);
      await way.before?.(host, sums);
      counted = this.#counting(sums, over);
      steps.arm();
      await Promise.race([host.exited, way.go(host)]);
      died = host.process.signalCode !== null;
    } finally {
      over.now = true;
      await host.kill();
    }
    const stages = host.lines.filter((line) => line.event === "swap.stage_ended").map((line) => line.stage);
    const where = `${step}, after ${stages.at(-1) ?? "nothing"}${died ? "" : ", which never came"}`;
    const release = await this.judge(data, await counted, where);
    return { died, steps: steps.seen(), where: `${where}: back on ${release}` };
  }

  // Starts on a dead host's data. The host dies before the given step, if that comes before it is ready; then checks
  // the next start.
  async dieStarting(step, left) {
    const data = this.copy(left);
    const steps = new Steps(data, step);
    steps.arm();
    let died = false;
    try {
      const host = await this.start({ ...LONG, env: steps.env }, data);
      await host.kill();
    } catch (error) {
      assert.match(error.message, /the host ended with null/, step);  // by a signal
      died = true;
    }
    const seen = steps.seen();
    const where = `${step} of a start${died ? "" : ", which never came"}`;
    const release = await this.judge(data, { acknowledged: left.sums, open: [] }, where);
    return { died, steps: seen, where: `${where}: back on ${release}` };
  }

  async judge(data, { acknowledged, open }, where) {
    const host = await this.start(SHORT, data);
    try {
      const release = wholeRelease(host);
      assert.deepEqual(await this.everything(), this.standing, `${where}: on ${release}`);
      const sums = { ...acknowledged };
      for (const call of open) sums[call.id] = await this.add(call.id, 1, call.idem);
      for (const [id, sum] of Object.entries(sums)) {
        assert.equal(await this.add(id, 0), sum, `${where}: ${id} on ${release}`);
      }
      return release;
    } finally {
      await host.kill();
    }
  }
}

// Runs once without a death to list the steps, then with a death before each important one; returns their number.
export async function dieBeforeEach(die, tell, nth = 8) {
  const whole = await die("none 0");
  assert.equal(whole.died, false);
  let deaths = 0;
  for (const point of pointsOf(whole.steps, nth)) {
    const { died, where } = await die(point);
    deaths += died ? 1 : 0;
    tell(where);
  }
  return deaths;
}
