// 1,000 swaps back and forth in one host under load, then swaps of the game's modules during battles: nothing
// grows, nothing is lost.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { newHero, rematch } from "./support/game.js";
import { faulty, V1, V2, world } from "./support/host.js";
import { Player } from "./support/player.js";
import { LEAK_KB_MAX, slope } from "./support/slope.js";

// A sanitizer keeps data about every library that was ever loaded. So under a sanitizer there are fewer swaps, and
// mappings and memory are not checked.
const SANITIZED = Boolean(process.env.SERAI_SANITIZE);
const SWAPS = SANITIZED ? 60 : 1_000;
const WARM_UP = SANITIZED ? 12 : 200;
const SLOPE_SWAPS_MIN = 500;
const ADDERS = 3;
const GAME_SWAPS = SANITIZED ? 20 : 100;
const GAME_WARM_UP = SANITIZED ? 6 : 30;

function residentKb(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]);
}

function footprint(pid, data) {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return {
    mappings: readFileSync(`/proc/${pid}/maps`, "utf8").trim().split("\n").length,
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    threads: Number(/Threads:\s+(\d+)/.exec(status)[1]),
    rss_kb: residentKb(pid),
    copies: readdirSync(join(data, "modules")).filter((name) => name.endsWith(".so")).length,
    kept: readdirSync(join(data, "modules/kept")).length, // whole releases, to start from and to go back to
  };
}

// Makes additions one after the other and checks the sum in each answer.
async function adding(host, id, over) {
  const player = await Player.enter(host);
  let sum = 0;
  while (!over.now) {
    const { value } = await player.rpc("rpc_add", { id, by: 1 });
    assert.equal(Number(value), (sum += 1));
    await new Promise((done) => setTimeout(done, 20));
  }
  return sum;
}

// The numbers of threads and of the client's connections vary by a few. If each swap kept a generation's parts
// (tables, descriptors, a mapping of five parts), there would be thousands of mappings. Memory is checked by its growth
// rate: a leak in each swap adds up, an allocator's single step does not. This needs hundreds of swaps: over the fifty
// of the game's second half, beside battles, the same build gave 0.00 and 6.40 KB a swap.
function judge({ swaps, before, after, leak_kb }, copiesMax) {
  if (!SANITIZED) assert.ok(after.mappings <= before.mappings + 20, "mappings");
  assert.ok(after.descriptors <= before.descriptors + 4, "descriptors");
  assert.ok(after.threads <= before.threads, "threads");
  if (!SANITIZED && swaps >= SLOPE_SWAPS_MIN) {
    assert.ok(leak_kb <= LEAK_KB_MAX, `memory grows by ${leak_kb.toFixed(2)} KB a swap`);
  }
  if (!SANITIZED) assert.ok(after.rss_kb <= before.rss_kb + 6_000, "memory");
  assert.ok(after.copies <= copiesMax, "private copies");
  assert.ok(after.kept <= 3, "kept releases");
}

// Swaps to the releases in turn; returns the footprint after warm-up and at the end.
async function swapping(host, { swaps, warmUp }, t) {
  const began = Date.now();
  let before;
  const memory = []; // KB after each swap
  for (let swap = 0; swap < swaps; swap += 1) {
    if (swap === warmUp) before = footprint(host.process.pid, host.data);
    const done = await host.swap(swap % 2 === 0 ? "b" : "a");
    assert.equal(done.status, 200, JSON.stringify(done));
    memory.push(residentKb(host.process.pid));
  }
  await host.logged((line) => line.event === "swap.settled" && line.swap === swaps, "the last one settled");
  const after = footprint(host.process.pid, host.data);
  t.diagnostic(`${((1000 * swaps) / (Date.now() - began)).toFixed(1)} swaps/s`);
  const leak_kb = slope(memory);
  t.diagnostic(`memory grows by ${leak_kb.toFixed(2)} KB a swap, over the second half`);
  t.diagnostic(`after ${warmUp}: ${JSON.stringify(before)}; after ${swaps}: ${JSON.stringify(after)}`);
  assert.deepEqual(JSON.parse(host.ctl("modules", "--json").out).still_mapped_after_close, []);
  return { swaps, before, after, leak_kb };
}

test("a thousand swaps leave no mapping, descriptor, thread or memory behind", { timeout: 300_000 }, async (t) => {
  const w = await world({
    versions: { a: { counter: faulty("counter_v2") }, b: { counter: faulty("misbehaves") } }, use: "a",
    settings: { "swap.probation_ms": 0 },
  });
  const over = { now: false };
  let sums = [];
  try {
    sums = Array.from({ length: ADDERS }, (_, i) => adding(w.host, `counter ${i}`, over));
    judge(await swapping(w.host, { swaps: SWAPS, warmUp: WARM_UP }, t), 2);
    over.now = true;
    for (const sum of sums) assert.ok((await sum) > 0);
  } finally {
    // Players end first: else a request cut off by the closing host would be reported instead of the real error.
    over.now = true;
    await Promise.allSettled(sums);
    await w.close();
  }
});

function allow(folder, name) {
  const file = join(folder, "manifest.json");
  const manifest = JSON.parse(readFileSync(file, "utf8"));
  writeFileSync(file, JSON.stringify({ ...manifest, allow_breaking: [name] }));
}

// Battles between the same two players, one after the other over their sockets, until the swaps are over.
async function duelling(pair, over) {
  let battles = 0;
  while (!over.now) {
    const { fights } = await rematch(pair, { thinkMs: 100 });
    const [one, other] = await Promise.all(fights);
    assert.equal(one.log_hash, other.log_hash);
    battles += 1;
  }
  return battles;
}

test("nor do swaps of the game under battles that are being fought", { timeout: 300_000 }, async (t) => {
  const w = await world({ versions: { first: V1, b: V2 }, use: "first", settings: { "swap.probation_ms": 0 } });
  // A battle begun under rules 2 goes on under rules 1, the only ones that battle 1 knows.
  w.releases.publish("a", V1, (folder) => allow(folder, "roundtrip:battle"));
  const over = { now: false };
  const pair = [await (await Player.enter(w.host)).connect(), await (await Player.enter(w.host)).connect()];
  for (const player of pair) player.hero = await newHero(player);
  let battles;
  try {
    battles = duelling(pair, over);
    judge(await swapping(w.host, { swaps: GAME_SWAPS, warmUp: GAME_WARM_UP }, t), 6);
    over.now = true;
    t.diagnostic(`${await battles} battles`);
    for (const player of pair) assert.equal(player.disconnects, 0);
  } finally {
    over.now = true;
    await Promise.allSettled([battles]);
    for (const player of pair) player.leave();
    await w.close();
  }
});
