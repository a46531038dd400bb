// Timers whose handler fails succeed in the end, once, despite a rollback, kill -9 and a swap.
import assert from "node:assert/strict";
import { test } from "node:test";
import { BAD, GOOD, gold, open, payouts, timers } from "./support/auctions.js";
import { Host, Releases, world } from "./support/host.js";
import { Player } from "./support/player.js";

const VERSIONS = { "v1.0.0": GOOD, "v1.1.0": BAD };
const SELLER = "player:seller";
const IDS = Array.from({ length: 8 }, (_, i) => `auction ${i}`);

async function openAll(player, more) {
  for (const auction_id of IDS) await open(player, { auction_id, seller: SELLER, gold: 10, ...more });
}

const failed = (host, tries) =>
  host.logged((line) => line.event === "timer.failed" && line.try >= tries, `try ${tries} of a timer`);

const swap = async (host, release) => {
  const swapped = await host.swap(release);
  assert.equal(swapped.status, 200, JSON.stringify(swapped));
};

// Checks that each auction has paid once, escrow is empty, and all gold together is what the mint has paid.
async function everyAuctionHasEnded(host, player) {
  for (const id of IDS) {
    await host.logged((line) => line.event === "auction.ended" && line.auction === id, `the end of ${id}`);
  }
  for (const id of IDS) {
    while ((await payouts(player, id)) === 0);  // the push may come before the commit
    assert.equal(await payouts(player, id), 1, id);
    assert.equal(await gold(player, `escrow:${id}`), 0, id);
  }
  assert.equal(await gold(player, SELLER), IDS.length * 11);
  assert.equal(await gold(player, "mint"), IDS.length * -11);
  assert.equal((await timers(host)).count, 0);
}

test("auctions that could not end under a release end when it has been taken back", { timeout: 120_000 }, async () => {
  const w = await world({ versions: VERSIONS, settings: { "swap.probation_ms": 60_000 } });
  try {
    const player = await Player.enter(w.host);
    await openAll(player, { ends_in_ms: 1_500 });
    await swap(w.host, "v1.1.0");
    await w.host.logged((line) => line.event === "swap.rolled_back", "the way back");
    const [line] = w.host.lines.filter((one) => one.event === "timer.failed");
    assert.deepEqual([line.module, line.module_version, line.kind, line.handler], ["auction", "1.1.0", "auction", "end"]);
    assert.equal(line.next_try_in_ms, 1000);
    assert.match(line.reason, /bad_release|the hammer broke/);
    await everyAuctionHasEnded(w.host, player);
  } finally {
    await w.close();
  }
});

test("auctions that could not end before a kill -9 end after it, with their tries kept", { timeout: 120_000 }, async () => {
  const releases = new Releases();
  for (const [version, targets] of Object.entries(VERSIONS)) releases.publish(version, targets);
  releases.use("v1.1.0");
  const settings = { "swap.probation_ms": 0 };
  let host = await Host.start(releases, { settings });
  try {
    await openAll(await Player.enter(host), { ends_in_ms: 100 });
    for (const id of IDS) {
      const like = (line) => line.event === "timer.failed" && line.key === id && line.try === 3;
      await host.logged(like, `three tries of ${id}`);
    }
    await host.kill();

    host = await Host.start(releases, { settings });
    let waiting;
    do waiting = await timers(host); while (waiting.count < IDS.length);  // their entities are being read
    assert.deepEqual([waiting.count, waiting.failed, waiting.more, waiting.shards_missing], [8, 8, 0, 0]);
    for (const timer of waiting.timers) {
      assert.deepEqual([timer.module, timer.kind, timer.handler], ["auction", "auction", "end"]);
      assert.ok(timer.tries >= 2, `${timer.tries} tries`);  // the third may not have been written yet
      assert.ok(timer.due_in_ms <= 8_000 && timer.error !== "", JSON.stringify(timer));
    }
    await swap(host, "v1.0.0");
    await everyAuctionHasEnded(host, await Player.enter(host));
  } finally {
    await host.stop();
    releases.remove();
  }
});

const SANITIZED = Boolean(process.env.SERAI_SANITIZE);  // a sanitizer reports crashes instead of the host

test("an auction that the host died of is tried again later, not at once", { skip: SANITIZED, timeout: 120_000 }, async () => {
  const w = await world({ versions: VERSIONS });
  try {
    const player = await Player.enter(w.host);
    await open(player, { auction_id: "x", seller: SELLER, gold: 10, ends_in_ms: 100, fails_for_ms: 1_000, crashes: true });
    assert.equal((await w.host.exited).signal, "SIGSEGV");
    const host = await Host.start(w.releases, {});
    w.host = host;
    w.close = async () => {
      await host.stop();
      w.releases.remove();
    };
    const line = await host.logged((one) => one.event === "timer.failed", "the try that failed");
    assert.deepEqual([line.key, line.handler, line.try, line.next_try_in_ms], ["x", "end", 1, 1000]);
    assert.match(line.reason, /crashed with SIGSEGV/);
    await host.logged((one) => one.event === "auction.ended", "its end");
  } finally {
    await w.close();
  }
});

test("what a timer has come to is shown, counted, and kept over a swap", { timeout: 120_000 }, async () => {
  const w = await world({ versions: VERSIONS, use: "v1.1.0", settings: { "swap.probation_ms": 0 } });
  try {
    const player = await Player.enter(w.host);
    await openAll(player, { ends_in_ms: 100, fails_for_ms: 4_000 });
    await failed(w.host, 2);
    await swap(w.host, "v1.0.0");
    const waiting = await timers(w.host);
    assert.equal(waiting.failed, 8);
    assert.ok(waiting.timers[0].tries >= 2);
    await w.host.logged((line) => line.event === "timer.failed" && line.module_version === "1.0.0" && line.try >= 3,
      "a try that goes on counting under the other version");
    const { text } = await w.host.get("/metrics");
    const counted = /serai_timer_failures_total\{handler="end",module="auction"\} (\d+)/.exec(text);
    assert.ok(Number(counted?.[1]) >= 16, text.match(/.*timer.*/g)?.join("\n"));
    await everyAuctionHasEnded(w.host, player);
  } finally {
    await w.close();
  }
});

test("a timer whose retries are used up is given up and logged", async () => {
  const w = await world({ versions: VERSIONS });
  try {
    const player = await Player.enter(w.host);
    await open(player, { auction_id: "x", seller: SELLER, gold: 10, ends_in_ms: 600_000, reminds: true });
    const line = await w.host.logged((one) => one.event === "timer.given_up", "the end of a timer");
    assert.deepEqual([line.handler, line.kind, line.key, line.tries], ["remind", "auction", "x", 2]);
    assert.match(line.reason, /nobody_listens/);
    const waiting = await timers(w.host);
    assert.deepEqual(waiting.timers.map((timer) => [timer.handler, timer.tries]), [["end", 0]]);
    assert.match((await w.host.get("/metrics")).text, /serai_timers_given_up_total\{handler="remind",module="auction"\} 1/);
  } finally {
    await w.close();
  }
});
