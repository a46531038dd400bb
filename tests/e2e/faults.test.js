// Modules that misbehave while a battle is fought beside them. tests/bad_modules/misdeeds.h lists the
// misdeeds; host/swap/README.md lists the promised outcome of each.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { duel, QUICK } from "./support/game.js";
import { faulty, Host, HOST, Releases, V1, world } from "./support/host.js";
import { Player, refusal } from "./support/player.js";

const GOOD = { ...V1, counter: faulty("counter_v1") };
const BAD = { ...V1, counter: faulty("misbehaves") };
const RELEASES = { "v1.0.0": GOOD, "v1.1.0": BAD };
// A long probation without limits, so that the host does not roll back during the misdeeds.
const PATIENT = {
  "swap.probation_ms": 600_000, "swap.probation_failure_percent": 100, "swap.probation_unreadable_min": 1000,
  "swap.probation_overrun_percent": 100, "swap.probation_late_tick_percent": 100,
};

const ENOUGH_TO_COMPARE = 250;  // calls; latency is not judged by fewer than 200

const add = async (player, id, by = 1) => Number((await player.rpc("rpc_add", { id, by })).value ?? 0);

// Checks that the battle ended normally for both players, over their first connections.
async function nothing_happened_to({ players, fights }) {
  const ends = await Promise.all(fights);
  assert.equal(ends[0].log_hash, ends[1].log_hash);
  for (const player of players) {
    assert.equal(player.disconnects, 0);
    player.leave();
  }
}

// Makes a call that is refused; returns its log line.
async function failure(player, id, words) {
  const { lines } = w.host;
  const from = lines.length;
  assert.equal((await refusal(add(player, id))).status, 500);
  const fits = (line) => line.event === "handler.failed" && words.test(line.error) && lines.indexOf(line) >= from;
  return w.host.logged(fits, `${id}: ${words}`, 5_000);
}

// ---- In the serving host ------------------------------------------------------------------------

let w;
let battle;
before(async () => {
  w = await world({ versions: RELEASES, modules: QUICK, settings: PATIENT });
  battle = await duel(w.host, { thinkMs: 60 });
  assert.equal(await add(battle.ann, "good"), 1);
  const swapped = await w.host.swap("v1.1.0");
  assert.equal(swapped.status, 200, JSON.stringify(swapped));
});
after(() => w.close());

function names_the_bad_one(line) {
  assert.deepEqual([line.module, line.module_version], ["counter", "1.1.0"]);
  assert.ok(line.generation > 0);
}

// Each call is refused, with a line in the log; the neighbour goes on counting.
for (const [id, words] of [
  ["throws in handle", /threw: thrown on purpose/],
  ["throws in resume", /threw: thrown on purpose/],
  ["throws in cancel", /waits for nothing/],
  ["throws in export", /state it left cannot be written: .*export in schema/],
  ["says -7", /rpc_add ended with status -7 and gave no reason/],
  ["says 99", /rpc_add ended with status 99 and gave no reason/],
  ["shows null", /null pointer/],
  ["shows endless", /absurd length/],
  ["sends nowhere", /null pointer/],
  ["asks beyond its settings", /does not declare/],
]) {
  test(`a handler that ${id} harms its own call only`, async () => {
    const sum = await add(battle.ann, "good", 0);
    const line = await failure(battle.ann, id, words);
    names_the_bad_one(line);
    assert.equal(await add(battle.ann, "good"), sum + 1);
  });
}

test("what throws in create is not there, and says so", async () => {
  assert.match((await refusal(add(battle.ann, "throws in create"))).message, /could not be created/);
  const line = await w.host.logged((one) => one.event === "entity.not_created", "what was not created");
  assert.match(line.error, /thrown on purpose/);
});

test("what throws as its wait is given up is named", async () => {
  assert.equal((await refusal(add(battle.ann, "throws in cancel"))).status, 500);
  const line = await w.host.logged((one) => one.event === "module.threw" && one.function === "cancel", "the throw");
  names_the_bad_one(line);
  assert.match(line.error, /thrown on purpose/);
});

test("what throws while it is given back is named, and its entity goes on as it was", async () => {
  assert.equal((await refusal(add(battle.ann, "throws in destroy"))).status, 500);
  const line = await w.host.logged((one) => one.event === "module.threw" && one.function === "entity_destroy", "the throw");
  names_the_bad_one(line);
  assert.match(line.error, /thrown on purpose/);
});

test("what breaks a rule of the border outside of any call is named", async () => {
  assert.equal(await add(battle.ann, "writes astray"), 1);
  const line = await w.host.logged((one) => one.event === "module.broke_border", "the broken rule");
  names_the_bad_one(line);
  assert.match(line.error, /not lent to it now/);
});

test("a state that cannot be read again is refused by name", async () => {
  assert.equal(await add(battle.ann, "throws in import", 5), 5);
  assert.equal((await refusal(add(battle.ann, "throws in import", 5))).status, 500);
  assert.match((await refusal(add(battle.ann, "throws in import", 5))).message, /cannot be read.*thrown on purpose/);
});

test("a call kept for later, or used on another thread, is not looked into", async () => {
  const keeper = add(battle.ann, "keeps its call");
  await w.host.logged((line) => line.event === "call.kept", "the kept call");
  for (let i = 0; i < 8; i += 1) {  // keys on every shard
    await failure(battle.bob, `uses a kept call ${i}`, /not its own/);
  }
  await keeper;
});

const NO_THREAD = { skip: process.env.SERAI_SANITIZE ? "a thread that no sanitizer knows" : false };

test("a thread that a module started by itself is served nothing, and is named", NO_THREAD, async () => {
  // The thread would set the answer 42 here: it uses the call while the handler runs.
  assert.equal(await add(battle.ann, "uses the host on a thread"), 1);
  const line = await w.host.logged((one) => one.event === "module.foreign_thread", "the thread");
  names_the_bad_one(line);
  assert.match(line.at, /^counter[^ ]*\.so\+0x/);
  assert.ok(line.thread > 0 && line.thread !== w.host.process.pid);

  // The thread goes on with a call that has ended, while other calls run on that shard.
  const acts = battle.turns(battle.ann.acts + 2);
  for (let i = 0; i < 100; i += 1) assert.equal(await add(battle.bob, `beside the thread ${i % 8}`, 0), 0);
  await acts;
  assert.equal(await add(battle.ann, "stops its thread"), 1);
  assert.ok(!w.host.lines.some((one) => one.event === "thread.said"));
});

test("a sink kept for later is not written to", async () => {
  assert.equal(await add(battle.ann, "keeps its sink"), 1);
  await failure(battle.ann, "uses a kept sink", /not lent to it now/);
});

test("a handler that hangs is named, makes the host unwell, and harms no other shard", async () => {
  const hung = add(battle.ann, "hangs in handle").catch(() => {});
  const line = await w.host.logged((one) => one.event === "handler.stuck", "the stuck handler");
  assert.equal(line.handler, "rpc_add");
  assert.match(line.stack, /counter[^ ]*\.so\+0x/, "where it hangs");
  let live = await w.host.get("/healthz/live");
  while (live.status === 200) live = await w.host.get("/healthz/live");  // logged after 1 s, 503 after 5 s
  assert.equal(live.status, 503);
  const { text: metrics } = await w.host.get("/metrics");
  assert.match(metrics, /serai_handlers_stuck_total\{[^}]*handler="rpc_add"[^}]*\} 1/);
  await hung;
  while (live.status !== 200) live = await w.host.get("/healthz/live");
});

test("after all that the battle is fought to its end, and the release goes back, though it throws in close", async () => {
  assert.equal(await add(battle.ann, "throws in close"), 1);
  const sum = await add(battle.ann, "good", 0);
  await nothing_happened_to(battle);
  const player = await Player.enter(w.host);
  const back = await w.host.swap("v1.0.0");
  assert.equal(back.status, 200, JSON.stringify(back));
  assert.equal(await add(player, "good"), sum + 1);
  const line = await w.host.logged((one) => one.event === "module.threw" && one.function === "close", "the throw");
  names_the_bad_one(line);
  // Its own version wrote it and cannot read it: it stays on disk unchanged, and the error says why.
  assert.match((await refusal(add(player, "throws in import", 5))).message, /cannot be read.*a schema of tomorrow/);
});

// ---- Before and in the commit -------------------------------------------------------------------

// The entity that the faulty versions of tests/bad_modules fail on.
const VICTIM = "bad one";

// The tool that writes manifests refuses some faulty modules itself; these are put in afterwards.
function publish(releases, release, fault) {
  if (["no_entry", "no_manifest", "abi_major", "import_pthread_create", "tls", "nodelete"].includes(fault)) {
    releases.publish(release, { ...V1, counter: faulty("counter_v2") });
    releases.replace(release, "counter", faulty(fault));
  } else {
    releases.publish(release, { ...V1, counter: faulty(fault) });
  }
}

test("each faulty release is refused with its reason while one battle goes on", async () => {
  // Less silence than by default, for the module that hangs, but more than good ones need on a busy machine. Less
  // memory, for the module that hoards.
  const rushed = { "swap.rehearse_silence_ms": 3000, "swap.rehearse_memory_mb": 512 };
  const mine = await world({ versions: { "v1.0.0": GOOD }, modules: QUICK, settings: rushed });
  try {
    const fought = await duel(mine.host, { thinkMs: 60 });
    for (const id of [VICTIM, "other", "third"]) await add(fought.ann, id, 5);
    const served = () => {
      const { release, committed, state, modules, queued, still_mapped_after_close } = JSON.parse(mine.host.ctl("modules", "--json").out);
      return { release, committed, state, modules, queued, still_mapped_after_close };
    };
    const before = served();
    for (const [fault, words] of [
      ["no_entry", /serai_module_entry/],
      ["no_manifest", /serai\.manifest/],
      ["abi_major", /2\.0/],
      ["entry_major", /ABI 9/],
      ["other_manifest", /not the text in/],
      ["import_pthread_create", /modules start no threads/],
      ["tls", /thread-local/],
      ["nodelete", /never to be unloaded/],
      ["rpc_gone", /rpc:rpc_add/],
      ["refuses_open", /open\(\) returned status 9/],
      ["throws_open", /open\(\) threw: thrown on purpose/],
      ["self_test", /two and two are five/],
      ["throws_self_test", /threw: thrown on purpose/],
      ["crash_self_test", /SIGABRT in self-test/],
      ["crash_import", /SIGSEGV in import.*bad one/],
      ["throws_import", /import.*threw: thrown on purpose.*bad one/],
      ["hang_import", /hangs: no progress for 3000 ms.*bad one/],
      // Sanitizers reserve terabytes, so their builds have no memory limit.
      ...(process.env.SERAI_SANITIZE ? [] : [["hoards_in_import", /memory.*bad one/]]),
      ["refuse_import", /no room for this one.*bad one/],
      ["garbage_export", /not a fix\.Counter/],
      ["loses_state", /differs/],
    ]) {
      const release = `v-${fault}`;
      publish(mine.releases, release, fault);
      const refused = await mine.host.swap(release);
      assert.notEqual(refused.status, 200, fault);
      assert.match(refused.error, words, fault);
      assert.deepEqual(served(), before, fault);
    }
    assert.equal(await add(fought.ann, VICTIM, 1), 6);
    assert.match(mine.host.ctl("status").out, /v1\.0\.0/);
    await nothing_happened_to(fought);
  } finally {
    await mine.close();
  }
});

test("what a refused release stumbled over is repeated without a host, and passes once it is mended", async () => {
  const mine = await world({ versions: { "v1.0.0": GOOD }, modules: QUICK });
  const check = (words) => spawnSync(HOST, ["check", ...words], { encoding: "utf8" });
  try {
    const player = await Player.enter(mine.host);
    await add(player, VICTIM, 5);
    mine.releases.publish("v1.1.0", { ...V1, counter: faulty("crash_import") });
    const refused = await mine.host.swap("v1.1.0");
    const [, kept] = /saved in (.*)$/m.exec(refused.error);
    await mine.host.stop();

    const [, words] = /^again +host check (.*)$/m.exec(readFileSync(join(kept, "reason.txt"), "utf8"));
    const again = check(words.replaceAll("'", "").split(" "));
    assert.notEqual(again.status, 0);
    assert.match(again.stdout, /counter: rehearsal: crashed with SIGSEGV in import.*bad one/);
    assert.match(again.stdout, /crash_import|counter-/, "the backtrace");

    const old = join(mine.releases.folder, "v1.0.0");
    const config = join(mine.releases.root, "config/host.json");
    const hung = check([
      faulty("hang_import"), "--against", old, "--states", kept, "--config", config, "--set", "swap.rehearse_silence_ms=400",
    ]);
    assert.match(hung.stdout, /hangs: no progress for 400 ms.*bad one/, "by the limits of a server");
    const misspelt = check([faulty("counter_v2"), "--set", "swap.rehearse_silence=400", "--config", config]);
    assert.deepEqual([misspelt.status, misspelt.stdout], [3, ""]);
    assert.match(misspelt.stderr, /rehearse_silence_ms/);
    const mended = check([faulty("counter_v2"), "--against", old, "--states", kept]);
    assert.equal(mended.status, 0, mended.stdout);
    assert.match(mended.stdout, /against 1\.0\.0: 1 entities moved and read back/);
  } finally {
    await mine.close();
  }
});

test("what only the commit shows sends everybody back, or is named while it lasts", async () => {
  const mine = await world({ versions: RELEASES, modules: QUICK, settings: PATIENT });
  try {
    const fought = await duel(mine.host, { thinkMs: 60 });
    const others = Array.from({ length: 30 }, (_, i) => `counter ${i}`);
    for (const id of others) await add(fought.ann, id, 7);
    await add(fought.ann, "refuses in commit", 1);

    const refused = await mine.host.swap("v1.1.0");
    assert.match(refused.error, /commit: .*refuses in commit.*all entities are back/);
    for (const id of others) assert.equal(await add(fought.ann, id), 8);
    assert.match(mine.host.ctl("status").out, /v1\.0\.0/);
    await nothing_happened_to(fought);
  } finally {
    await mine.close();
  }
});

test("SIGTERM ends the host though a handler hangs, and says so", async () => {
  const releases = new Releases().publish("v1.0.0", GOOD).publish("v1.1.0", BAD);
  releases.use("v1.1.0");
  const host = await Host.start(releases, { settings: { "shutdown.grace_ms": 100, "shutdown.force_ms": 300 } });
  try {
    const player = await Player.enter(host);
    add(player, "hangs in handle").catch(() => {});
    await host.logged((line) => line.event === "handler.stuck", "the stuck handler");
    assert.deepEqual(await host.stop(), { code: 10, signal: null });
    const line = host.lines.find((one) => one.event === "host.stop_forced");
    assert.ok(line?.waiting_for, host.tail());
  } finally {
    await host.kill("SIGKILL");
    releases.remove();
  }
});

test("a module that hangs in the commit is named, and all is well when it has come to itself", async () => {
  const mine = await world({ versions: RELEASES, modules: QUICK, settings: PATIENT });
  try {
    const player = await (await Player.enter(mine.host)).connect();
    await add(player, "hangs in commit", 3);
    const swapped = await mine.host.swap("v1.1.0");
    assert.equal(swapped.status, 200, JSON.stringify(swapped));
    const line = await mine.host.logged((one) => one.event === "handler.stuck", "the stuck import");
    assert.match(line.handler, /import/);
    assert.equal(await add(player, "hangs in commit", 1), 4);
    assert.equal(player.disconnects, 0);
    player.leave();
  } finally {
    await mine.close();
  }
});

// An entity that ticks needs one call to exist; with too many calls its ticks would not count.
for (const [what, id, calls, words] of [
  ["fails", "throws in handle", 30, /calls failed/],
  ["cannot read its own states", "throws in import", 30, /could not be read|unreadable/],
  ["is too slow at each tick", "slow tick", 1, /overran their budget/],
  ["still waits in a tick when the next is due", "waits in tick", 1, /delayed a tick/],
  ["is slower, but within its budget", "slow in handle", ENOUGH_TO_COMPARE,
    /99 % of handlers end within \d+ us \(before the swap \d+ us\)/],
]) {
  test(`a release that ${what} goes back by itself, and the battle goes on`, async () => {
    const mine = await world({ versions: RELEASES, modules: QUICK, settings: { "swap.probation_ms": 60_000 } });
    try {
      const fought = await duel(mine.host, { thinkMs: 60 });
      for (let i = 1; i <= ENOUGH_TO_COMPARE; i += 1) assert.equal(await add(fought.ann, "good"), i);
      assert.equal((await mine.host.swap("v1.1.0")).status, 200);
      for (let i = 0; i < calls; i += 1) await add(fought.ann, id).catch(() => {});
      const back = await mine.host.logged((line) => line.event === "swap.rolled_back", "the way back");
      assert.match(back.reason, words);
      // The log has it first; the status follows when the way back is over.
      let record;
      for (let look = 0; !record && look < 1_000; look += 1) [record] = JSON.parse(mine.host.ctl("modules", "--json").out).history;
      assert.deepEqual([record.to, record.outcome], ["v1.1.0", "rolled_back"]);
      assert.match(record.reason, words);
      assert.equal(await add(fought.ann, "good"), ENOUGH_TO_COMPARE + 1);
      await nothing_happened_to(fought);
    } finally {
      await mine.close();
    }
  });
}

test("a release whose handler refuses everybody goes back by itself", async () => {
  const mine = await world({ versions: RELEASES, modules: QUICK, settings: { "swap.probation_ms": 60_000 } });
  try {
    const players = await Promise.all(Array.from({ length: 12 }, () => Player.enter(mine.host)));
    const all = (id) => Promise.allSettled(players.flatMap((player) => [1, 2, 3].map(() => add(player, id))));
    const refusedOf = (ends) => ends.filter((end) => end.status === "rejected").length;

    assert.equal(refusedOf(await all("refuses everybody")), 0);
    assert.equal((await mine.host.swap("v1.1.0")).status, 200);
    await all("refuses everybody");
    const back = await mine.host.logged((line) => line.event === "swap.rolled_back", "the way back");
    assert.match(back.reason, /counter 1\.1\.0: counter\/rpc_add refused \d+ of \d+ calls of \d+ players \(100\.0 %/);
    assert.equal(refusedOf(await all("refuses everybody")), 0);
  } finally {
    await mine.close();
  }
});

// Without a limit the kernel's OOM killer would end the host; crash.test.js covers a host that dies.
const NO_LIMIT = { skip: process.env.SERAI_SANITIZE ? "sanitizers reserve terabytes, which no limit fits" : false };

test("a handler that allocates without end fails at the limit, and the battle goes on", NO_LIMIT, async () => {
  const mine = await world({ versions: { "v1.1.0": BAD }, use: "v1.1.0", modules: QUICK });
  try {
    const fought = await duel(mine.host, { thinkMs: 60 });
    assert.equal(await add(fought.ann, "good", 2), 2);
    const { pid } = mine.host.process;
    const used = Number(/VmSize:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) * 1024;
    execFileSync("prlimit", ["--pid", String(pid), `--as=${used + (256 << 20)}`]);

    // Each time another player: on a busy machine the handler uses up the time that a player may use in a second.
    for (let i = 0; i < 3; i += 1) {
      const other = await Player.enter(mine.host);
      assert.equal((await refusal(add(other, "hoards in handle"))).status, 500);
    }
    const line = await mine.host.logged((one) => one.event === "handler.failed", "the failure");
    assert.match(line.error, /threw: std::bad_alloc/);
    names_the_bad_one(line);
    assert.equal(await add(fought.ann, "good", 1), 3);
    await nothing_happened_to(fought);
  } finally {
    await mine.close();
  }
});

test("a module that leaks a thread past every check is not pulled away from under it, and is named", async () => {
  const leaky = { ...V1, counter: faulty("leaks_bare_thread") };
  const mine = await world({
    versions: { "v1.0.0": GOOD, "v1.1.0": leaky }, modules: QUICK, settings: { "swap.probation_ms": 0 },
  });
  try {
    const fought = await duel(mine.host, { thinkMs: 60 });
    assert.equal(await add(fought.ann, "good", 2), 2);
    for (const release of ["v1.1.0", "v1.0.0"]) {
      const swapped = await mine.host.swap(release);
      assert.equal(swapped.status, 200, JSON.stringify(swapped));
    }
    const line = await mine.host.logged((one) => one.event === "module.still_mapped_after_close", "the leak");
    assert.match(line.holder, /^thread \d+ \(".*"\) that it started$/);
    assert.deepEqual([line.module, line.module_version], ["counter", "1.1.0"]);
    assert.ok(line.generation > 0);
    // The log has it first; the status follows when the swap is over.
    let said = [];
    while (said.length === 0) said = JSON.parse(mine.host.ctl("modules", "--json").out).still_mapped_after_close;
    assert.match(said[0], /^counter .*, held by thread \d+/);
    const { text: metrics } = await mine.host.get("/metrics");
    assert.match(metrics, /serai_modules_still_mapped_after_close_total\{generation="\d+",holder="thread[^}]*module="counter",module_version="1.1.0"\} 1/);
    assert.equal(await add(fought.ann, "good", 1), 3);
    await nothing_happened_to(fought);
  } finally {
    await mine.close();
  }
});
