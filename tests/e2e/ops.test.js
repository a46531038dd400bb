// Operators' views of swaps: dry runs, swaps while they happen, and a reload.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, readlinkSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { BATTLE, duel, key, newHero, QUICK } from "./support/game.js";
import { faulty, Host, Releases, V1, V2, world } from "./support/host.js";
import { Player } from "./support/player.js";

const BASE = { ...V1, counter: faulty("counter_v1") };
const GOOD = { ...V2, counter: faulty("counter_v1") };
const PROBATION_MS = 700;

let w;
let player;
let hero;
before(async () => {
  const bad = { ...BASE, counter: faulty("counter_v2") };
  w = await world({
    versions: { "v1.0.0": BASE, "v1.1.0": GOOD, "v1.2.0": bad }, modules: QUICK,
    settings: { "swap.probation_ms": PROBATION_MS },
  });
  w.releases.replace("v1.2.0", "counter", faulty("refuse_import"));
  player = await (await Player.enter(w.host)).connect();
  hero = await newHero(player);
  await player.rpc("rpc_add", { id: "bad one", by: 5 });
});
after(async () => {
  player.leave();
  await w.close();
});

// Everything that a dry run must not change.
async function traces() {
  const { swap, history, queued, modules, release, committed, current } = JSON.parse(w.host.ctl("modules", "--json").out);
  return {
    swap, history, queued, modules, release, committed, current,
    link: readlinkSync(join(w.releases.folder, "current")),
    releases: readdirSync(w.releases.folder).sort(),
    character: await player.rpc("rpc_get_character", { character_id: hero }),
    swaps: (await w.host.get("/metrics")).text.match(/^serai_swaps_total.*$/gm),
  };
}

test("a dry run of a good release says what would happen, and nothing does", async () => {
  const before = await traces();
  const { status, out } = w.host.ctl("swap", "v1.1.0", "--dry-run");
  const report = JSON.parse(out);

  assert.equal(status, 0);
  assert.equal(report.verdict, "passes");
  assert.deepEqual(report.modules.map((one) => [one.name, one.from, one.to]).sort(), [
    ["battle", "1.0.0", "2.0.0"], ["character", "1.0.0", "2.0.0"],
  ]);
  assert.deepEqual(report.modules.map((one) => one.policy), ["rolling", "rolling"]);
  assert.deepEqual(report.stages.map((one) => one.stage), ["verify", "contract", "rehearse"]);
  const character = report.kinds.find((one) => one.kind === "character");
  assert.equal(character.entities, 1);
  assert.equal(character.schema, "1 -> 2");
  assert.ok(character.state_bytes > 0 && character.import_us_max > 0 && character.export_us_max > 0);
  assert.equal(report.entities, report.kinds.reduce((sum, one) => sum + one.entities, 0));
  assert.deepEqual(await traces(), before);
});

test("a dry run replays what running battles have lately handled, through both versions", async () => {
  const { players, fights, turns, started } = await duel(w.host);
  await turns(4);
  const report = JSON.parse(w.host.ctl("swap", "v1.1.0", "--dry-run").out);
  const battle = report.kinds.find((one) => one.kind === "battle");

  assert.equal(report.verdict, "passes");
  assert.equal(battle.replayed, 1);
  assert.ok(battle.replayed_messages > 0);
  // Every view of a battle names the version, so the new version differs; the live one gives the same again.
  const [divergence] = report.divergences;
  assert.equal(divergence.key, started.battle_id);
  assert.match(divergence.difference, /message \d+ of \d+ \(\w+\): [^;]*served_by: "battle 1.0.0" -> "battle 2.0.0"/);
  assert.doesNotMatch(divergence.difference, /does not reproduce its recording/);
  assert.match(report.stages.at(-1).detail, /recorded messages of 1 matches replayed, 1 of them diverge$/);
  await Promise.all(fights);
  for (const one of players) one.leave();
});

test("a release that refuses divergences is followed to where a battle diverges", async () => {
  w.releases.publish("v1.3.0", GOOD, (folder) => {
    const file = join(folder, "manifest.json");
    const manifest = JSON.parse(readFileSync(file, "utf8"));
    writeFileSync(file, JSON.stringify({ ...manifest, on_divergence: "refuse" }));
  });
  const { players, fights, turns, started } = await duel(w.host);
  await turns(4);
  const { status, out, err } = await follow("v1.3.0");

  assert.equal(status, 1);
  assert.match(out, new RegExp(`diverges: battle "${started.battle_id}": "message \\d+ of \\d+`));
  assert.match(err, /(\d+) of \1 replayed entities of kind battle diverge.*"on_divergence" is "refuse"/);
  await Promise.all(fights);
  for (const one of players) one.leave();
});

test("a dry run replays nothing of a host that records nothing", async () => {
  const mine = await world({
    versions: { "v1.0.0": BASE, "v1.1.0": GOOD }, modules: QUICK, settings: { "runtime.record_inputs": false },
  });
  try {
    const { players, fights, turns } = await duel(mine.host);
    await turns(4);
    const report = JSON.parse(mine.host.ctl("swap", "v1.1.0", "--dry-run").out);
    const battle = report.kinds.find((one) => one.kind === "battle");

    assert.equal(report.verdict, "passes");
    assert.equal(battle.entities, 1);
    assert.deepEqual([battle.replayed, battle.replayed_messages, report.divergences], [0, 0, []]);
    await Promise.all(fights);
    for (const one of players) one.leave();
  } finally {
    await mine.close();
  }
});

test("a dry run of a bad release says why it would be refused, and leaves no trace either", async () => {
  const before = await traces();
  const { status, out, err } = w.host.ctl("swap", "v1.2.0", "--dry-run");
  const report = JSON.parse(out);

  assert.equal(status, 1);
  assert.match(err, /would be refused/);
  assert.equal(report.verdict, "refused");
  assert.match(report.reason, /counter: rehearsal: .*entity counter bad one/s);
  assert.deepEqual(await traces(), before);
});

test("an unknown release, and the one that runs, get a verdict too", async () => {
  assert.match(JSON.parse(w.host.ctl("swap", "v9.9.9", "--dry-run").out).reason, /v9\.9\.9/);
  assert.equal(JSON.parse(w.host.ctl("swap", "v1.0.0", "--dry-run").out).verdict, "unchanged");
});

function token() {
  return readFileSync(join(w.host.data, "admin.token"), "utf8").trim();
}

test("the stream of swaps is for operators, and for a few of them", async () => {
  const ask = (headers) => fetch(`${w.host.ops}/v2/swaps/events`, { headers });
  assert.equal((await ask({})).status, 401);
  const operator = { Authorization: `Bearer ${token()}` };
  const open = [];
  for (let i = 0; i < 4; i += 1) open.push(await ask(operator));
  assert.deepEqual(open.map((one) => one.status), [200, 200, 200, 200]);
  assert.equal((await ask(operator)).status, 429);
  for (const one of open) await one.body.cancel();
  assert.equal((await w.host.get("/healthz/ready")).status, 200);
});

// A watcher's place is free again when the host has noticed that the watcher is gone.
async function follow(...words) {
  for (;;) {
    const done = await w.host.ctlAsync("swap", ...words, "--follow");
    if (!/watchers already/.test(done.err)) return done;
  }
}

test("a refused swap is followed to its reason", async () => {
  const { status, out, err } = await follow("v1.2.0");
  assert.equal(status, 1);
  assert.match(out, /v1\.0\.0 -> v1\.2\.0/);
  assert.match(out, /verify/);
  assert.match(out, /refused: counter: rehearsal/);
  assert.match(err, /counter: rehearsal/);
});

test("a swap is followed from its first stage until it has settled", async () => {
  const { status, out } = await follow("v1.1.0", "--json");
  const events = out.trim().split("\n").map((line) => JSON.parse(line));
  const swaps = events.filter((one) => one.event === "swap").map((one) => one.data);

  assert.equal(status, 0);
  for (const stage of ["verify", "contract", "rehearse", "load", "commit", "probation", "settle"]) {
    const seen = swaps.map((swap) => swap.stages.at(-1)).filter((one) => one?.stage === stage);
    assert.ok(seen.some((one) => !one.ended) && seen.some((one) => one.ended), `${stage} began and ended`);
  }
  assert.equal(swaps.at(-1).outcome, "settled");
  const progress = events.filter((one) => one.event === "progress").at(-1).data;
  assert.equal(progress.stage, "commit");
  assert.ok(progress.of >= 2 && progress.moved === progress.of, JSON.stringify(progress));
  const figures = events.find((one) => one.event === "probation").data;
  assert.ok(figures.left_ms <= PROBATION_MS);
  assert.ok(figures.modules.some((one) => one.module === "battle" && one.module_version === "2.0.0" && one.generation > 4));
  assert.equal(player.disconnects, 0);
});

// Series of metrics with these labels.
async function series(labels) {
  const { text } = await w.host.get("/metrics");
  return text.split("\n").filter((line) => labels.every((one) => line.includes(one)));
}

// The same by generation.
async function generations(labels) {
  return [...new Set((await series(labels)).map((line) => /generation="(\d+)"/.exec(line)?.[1]))];
}

test("status and health name the code that runs", async () => {
  const { modules } = JSON.parse(w.host.ctl("modules", "--json").out);
  const running = modules.map(({ name, version, generation }) => ({ name, version, generation }));
  assert.ok(running.some((one) => one.name === "battle" && one.version === "2.0.0" && one.generation > 4));
  assert.deepEqual(JSON.parse(w.host.ctl("status").out).modules, running);
  assert.deepEqual(JSON.parse((await w.host.get("/healthz/runtime")).text).modules, running);
});

test("open sessions are listed, those that have ended are not", async () => {
  const listed = async () => JSON.parse((await w.host.ctlAsync("sessions")).out);
  const mine = (one) => one.user_id === player.session.user_id;
  const before = await listed();
  const [session] = before.sessions.filter(mine);
  assert.match(session.session_id, /^[0-9a-f-]{36}$/);
  assert.ok(session.shard >= 0 && session.since_ms <= Date.now() && session.since_ms > Date.now() - 3_600_000);
  assert.deepEqual([before.count, before.more, before.shards_missing], [before.sessions.length, 0, 0]);

  const guest = await (await Player.enter(w.host)).connect();
  const isGuest = (one) => one.user_id === guest.session.user_id;
  assert.equal((await listed()).sessions.filter(isGuest).length, 1);
  guest.leave();
  while ((await listed()).sessions.some(isGuest));  // until the host notices that the guest hung up
  assert.equal((await listed()).sessions.filter(mine).length, 1);
});

test("metrics and matches name version and generation, and what has gone is not measured", async () => {
  const modules = JSON.parse(w.host.ctl("modules", "--json").out).modules;
  const { generation } = modules.find((one) => one.name === "battle");
  for (const what of ["entities", "calls", "failures", "late_ticks", "p99_microseconds"]) {
    assert.deepEqual(await generations([`serai_module_${what}{`, 'module="battle"']), [String(generation)], what);
  }

  const started = await player.rpc("rpc_start_battle", {
    idem_key: key(), kind: BATTLE.PVE, character_ids: [hero], enemies: 1, enemy_level: 1,
  });
  const [match] = JSON.parse(w.host.ctl("matches").out).matches.filter((one) => one.match_id === started.match_id);
  assert.deepEqual([match.module, match.module_version, match.generation], ["battle", "2.0.0", generation]);
  const active = await series(['serai_match_active{', 'kind="battle"']);
  assert.deepEqual(active.map((line) => line.replace(/\} .*/, "}")), [
    `serai_match_active{generation="${generation}",kind="battle",module="battle",module_version="2.0.0"}`,
  ]);
  const latencies = ["serai_rpc_latency_seconds_count", 'rpc="rpc_start_battle"', 'module="battle"'];
  assert.equal((await series([...latencies, 'module_version="2.0.0"'])).length, 1);
});

test("a host that drains is not ready for new players, and those who are there play on", async () => {
  assert.equal(JSON.parse(w.host.ctl("drain").out).draining, true);
  assert.equal((await w.host.get("/healthz/ready")).status, 503);
  assert.equal((await w.host.get("/healthz/live")).status, 200);
  assert.equal((await player.ask("rpc_get_character", { character_id: hero })).character_id, hero);

  assert.equal(w.host.ctl("drain", "soon").status, 2);
  assert.equal((await w.host.admin("/v1/drain", { on: "maybe" })).status, 400);
  assert.equal(JSON.parse(w.host.ctl("drain", "off").out).ready, true);
  assert.equal((await w.host.get("/healthz/ready")).status, 200);
});

test("a swap to what runs already is followed to its end at once", async () => {
  const { status, out } = await follow("v1.1.0");
  assert.match(out, /unchanged: v1\.1\.0 serves already/);
  assert.equal(status, 0);
});

// A host whose `current` points to a second link; the test flips that one.
async function overTwoLinks() {
  const releases = new Releases().publish("a", { counter: faulty("counter_v1") });
  releases.publish("b", { counter: faulty("counter_v2") });
  const behind = join(releases.root, "behind");
  const point = (release) => {
    symlinkSync(join("releases", release), `${behind}.new`);
    renameSync(`${behind}.new`, behind);
  };
  point("a");
  releases.use("../behind");
  const host = await Host.start(releases, { settings: { "swap.probation_ms": 20 } });
  return { releases, host, point };
}

function writeSwitch(releases, value) {
  const file = join(releases.root, "config/host.json");
  const before = readFileSync(file, "utf8");
  const after = before.replace('"features": {}', `"features": { "night": ${value} }`);
  assert.notEqual(after, before);
  writeFileSync(file, after);
}

test("what was set by hand outlives a reload, and the reload says what it did", async () => {
  const own = await world({ versions: { "v1.0.0": BASE } });
  try {
    assert.equal(own.host.ctl("config", "set", "log.level", "debug").status, 0);
    writeSwitch(own.releases, true);
    const { status, out } = own.host.ctl("reload");
    assert.equal(status, 0);
    assert.deepEqual(JSON.parse(out), {
      changed: ["features.night"], kept: ["log.level"], needs_restart: [], serving: "v1.0.0", current: "v1.0.0",
    });
    assert.equal(JSON.parse(own.host.ctl("config").out)["log.level"], "debug");
  } finally {
    await own.close();
  }
});

function writeModuleFile(releases, module, text) {
  writeFileSync(join(releases.root, "config/modules", `${module}.json`), text);
}

test("a reload takes module files as a whole, or none of them and says why", async () => {
  const own = await world({ versions: { "v1.0.0": V1 }, modules: QUICK });
  try {
    writeModuleFile(own.releases, "battle", JSON.stringify({ ...QUICK.battle, turn_ms: 4_000 }));
    const taken = own.host.ctl("reload");
    assert.equal(taken.status, 0, taken.err);
    assert.deepEqual(JSON.parse(taken.out).changed, ["modules/battle.turn_ms"]);
    assert.equal((await own.host.logged((line) => line.event === "config.reloaded", "the reload")).changed, 1);
    assert.deepEqual(JSON.parse(own.host.ctl("reload").out).changed, []);

    writeModuleFile(own.releases, "trade", JSON.stringify({ road_hour_ms: 30 }));
    writeModuleFile(own.releases, "battle", '{\n  "turn_sm": 3000,\n  "lobby_ms": "long"\n}');
    const refused = own.host.ctl("reload");
    assert.equal(refused.status, 1);
    assert.match(refused.err, /modules\/battle\.json:2: unknown key "turn_sm"; did you mean "turn_ms"\?/);
    assert.match(refused.err, /modules\/battle\.json:3: lobby_ms must be a whole number, not "long"/);
    own.host.process.kill("SIGHUP");
    const refusals = () => own.host.lines.filter((line) => line.event === "config.refused").length;
    await own.host.logged(() => refusals() === 2, "the refusal of the signal's reload too");

    writeModuleFile(own.releases, "battle", JSON.stringify({ ...QUICK.battle, turn_ms: 4_000 }));
    assert.deepEqual(JSON.parse(own.host.ctl("reload").out).changed, ["modules/trade.road_hour_ms"], "kept until now");
  } finally {
    await own.close();
  }
});

for (const [trigger, reload] of [
  ["SIGHUP", (host) => host.process.kill("SIGHUP")],
  ["admin", async (host) => assert.equal((await host.admin("/v2/runtimes/reload")).status, 200)],
]) {
  test(`a reload by ${trigger} takes live settings from the files and looks at the link again`, async () => {
    const { releases, host, point } = await overTwoLinks();
    const logged = (event) => host.logged((line) => line.event === event, event);
    try {
      const user = await (await Player.enter(host)).connect();
      await user.rpc("rpc_add", { id: "over a reload", by: 3 });
      writeSwitch(releases, true);
      point("b");
      await reload(host);

      assert.equal((await logged("config.changed")).key, "features.night");
      assert.equal((await logged("config.reloaded")).changed, 1);
      assert.equal(JSON.parse(host.ctl("config").out)["features.night"], "true");
      const settled = await logged("swap.settled");
      assert.deepEqual([settled.from, settled.to], ["a", "b"]);
      assert.ok(["watch", trigger].includes(settled.trigger), settled.trigger); // either may be first
      assert.equal(Number((await user.rpc("rpc_add", { id: "over a reload", by: 1 })).value), 4);
      assert.equal(user.disconnects, 0);
      user.leave();
    } finally {
      await host.stop();
      releases.remove();
    }
  });
}

test("metrics count what is deleted by itself, and the refused swaps that are saved", async () => {
  const { text } = await w.host.get("/metrics");
  for (const table of ["answers", "outbox", "journal", "notifications", "revoked_tokens"]) {
    assert.match(text, new RegExp(`^serai_store_removed_total\\{table="${table}"\\} \\d+$`, "m"));
  }
  assert.match(text, /^serai_swap_refused_saved \d+$/m);
  assert.match(text, /^serai_swap_refused_saved_bytes \d+$/m);
});
