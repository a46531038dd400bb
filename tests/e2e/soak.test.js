// 1,000 swaps back and forth in one host under load: nothing grows, nothing is lost.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { faulty, world } from "./support/host.js";
import { Player } from "./support/player.js";

// A sanitizer keeps its own records of every library that was ever loaded: under it the swaps are fewer, and
// neither mappings nor memory are judged.
const SANITIZED = Boolean(process.env.SERAI_SANITIZE);
const SWAPS = SANITIZED ? 60 : 1_000;
const WARM_UP = SANITIZED ? 12 : 200;
const ADDERS = 3;

function footprint(pid, data) {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return {
    mappings: readFileSync(`/proc/${pid}/maps`, "utf8").trim().split("\n").length,
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    threads: Number(/Threads:\s+(\d+)/.exec(status)[1]),
    rss_kb: Number(/VmRSS:\s+(\d+)/.exec(status)[1]),
    copies: readdirSync(join(data, "modules")).length,
  };
}

// Adds one after the other; each is answered before the next, with the sum it must have.
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

test("a thousand swaps leave no mapping, descriptor, thread or memory behind", { timeout: 300_000 }, async (t) => {
  const w = await world({
    versions: { a: { counter: faulty("counter_v2") }, b: { counter: faulty("misbehaves") } }, use: "a",
    settings: { "swap.probation_ms": 0 },
  });
  const over = { now: false };
  let sums = [];
  try {
    sums = Array.from({ length: ADDERS }, (_, i) => adding(w.host, `counter ${i}`, over));
    const began = Date.now();
    let before;
    for (let swap = 0; swap < SWAPS; swap += 1) {
      if (swap === WARM_UP) before = footprint(w.host.process.pid, w.host.data);
      const done = await w.host.swap(swap % 2 === 0 ? "b" : "a");
      assert.equal(done.status, 200, JSON.stringify(done));
    }
    await w.host.logged((line) => line.event === "swap.settled" && line.swap === SWAPS, "the last one settled");
    const after = footprint(w.host.process.pid, w.host.data);
    t.diagnostic(`${((1000 * SWAPS) / (Date.now() - began)).toFixed(1)} swaps/s`);
    t.diagnostic(`after ${WARM_UP}: ${JSON.stringify(before)}; after ${SWAPS}: ${JSON.stringify(after)}`);
    // Threads and the client's own connections come and go by a few. A swap that kept what a generation is made of
    // (tables, descriptors, a mapping of five parts) would show as thousands of mappings or as 10 KB each.
    if (!SANITIZED) assert.ok(after.mappings <= before.mappings + 20, "mappings");
    assert.ok(after.descriptors <= before.descriptors + 4, "descriptors");
    assert.ok(after.threads <= before.threads, "threads");
    if (!SANITIZED) assert.ok(after.rss_kb <= before.rss_kb + 6_000, "memory");
    assert.ok(after.copies <= 2, "private copies");
    over.now = true;
    for (const sum of sums) assert.ok((await sum) > 0);
    assert.deepEqual(JSON.parse(w.host.ctl("modules").out).still_mapped_after_close, []);
  } finally {
    // Players end first: a request cut off by the closing would be told instead of what went wrong.
    over.now = true;
    await Promise.allSettled(sums);
    await w.close();
  }
});
