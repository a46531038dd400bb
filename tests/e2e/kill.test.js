// kill -9 between the steps of a swap: the host comes back on one whole release with everything that was
// acknowledged. Every copy, rehearsal, load, unload and fact is a step; so is every eighth fdatasync for the
// players' writes.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { faulty, V2 } from "./support/host.js";
import { CANARY, COUNTERS, dieBeforeEach, KillWorld, NEW, SHORT } from "./support/kill.js";

let world;
before(async () => {
  const deadly = { ...V2, counter: faulty("misbehaves") };
  world = await KillWorld.make({ "v1.2.0": { ...V2, counter: faulty("counter_v3") }, "v1.3.0": deadly });
  const publish = (release, modules, policy) => {
    world.releases.publish(release, modules, undefined, { battle: policy, character: policy, counter: policy });
  };
  publish("v1.1.0-barrier", NEW, "barrier");
  publish("v1.1.0-drain", NEW, "drain");
  publish("v1.1.0-canary", NEW, "canary 50%");
  publish("v1.3.0-canary", deadly, "canary 1%");
});
after(() => world.remove());

const settled = (host) => host.logged((line) => line.event === "swap.settled", "the end");

// `stage` is the swap's last stage if all went well; at the end of a drain two generations serve.
for (const [policy, release, stage, words] of [
  ["rolling", "v1.1.0", "settle", /former code is unmapped/],
  ["barrier", "v1.1.0-barrier", "commit", /barrier of \d+ us/],
  ["drain", "v1.1.0-drain", "settle", /former code serves its open entities/],
]) {
  test(`a host killed before any step of a swap comes back whole: ${policy}`, { timeout: 300_000 }, async (t) => {
    const up = {
      options: SHORT,
      async go(host) {
        host.swap(release).catch(() => {});
        await settled(host);
        const ended = host.lines.find((line) => line.event === "swap.stage_ended" && line.stage === stage);
        assert.match(ended.detail, words);
      },
    };
    const deaths = await dieBeforeEach((step) => world.dieBefore(step, up), (where) => t.diagnostic(where));
    assert.ok(deaths > 15, `${deaths} deaths`);
  });
}

test("a host killed before any step of a canary's rest comes back whole", { timeout: 300_000 }, async (t) => {
  const rest = {
    options: CANARY,
    async before(host) {
      assert.equal((await host.swap("v1.1.0-canary")).status, 200);
    },
    go: settled,
  };
  const deaths = await dieBeforeEach((step) => world.dieBefore(step, rest), (where) => t.diagnostic(where));
  assert.ok(deaths > 5, `${deaths} deaths`);
});

// A thread writes the log, so SIGKILL may lose the latest lines. The test therefore looks for an older line: an import
// after REHEARSE belongs to the commit, and one after COMMIT, when a probation has passed, to the remaining entities.
for (const [moves, release, stage] of [
  ["of a commit", "v1.3.0", "rehearse"],
  ["of a canary's rest", "v1.3.0-canary", "commit"],
]) {
  test(`a host that dies among the moves ${moves} comes back whole`, async () => {
    const data = world.copy();
    const host = await world.start(CANARY, data);
    try {
      for (const id of COUNTERS) await world.add(id, 0);
      await world.everything();
      await world.add("dies in commit", 4);
      await host.swap(release).catch(() => {});
      assert.equal((await host.exited).signal, "SIGKILL");
      await host.logged((line) => line.event === "swap.stage_ended" && line.stage === stage, `the end of ${stage}`);
    } finally {
      await host.kill();
    }
    const sums = { ...world.sums, "dies in commit": 4 };
    assert.equal(await world.judge(data, { acknowledged: sums, open: [] }, moves), "v1.0.0");
  });
}

test("up two schemas and down again, restarted between, by order and by kill -9", async () => {
  const data = world.copy();
  const expected = { ...world.sums };
  let host = await world.start(SHORT, data);
  try {
    for (const [index, release] of ["v1.1.0", "v1.2.0", "v1.1.0", "v1.0.0"].entries()) {
      const swapped = await host.swap(release);
      assert.equal(swapped.status, 200, JSON.stringify(swapped));
      const id = COUNTERS[index];
      expected[id] = await world.add(id, 10);
      assert.equal(expected[id], 13);
      await host.logged((line) => line.event === "swap.settled" && line.to === release, `${release} settled`);
      await host.kill(index % 2 === 0 ? "SIGKILL" : "SIGTERM");
      host = await world.start(SHORT, data);
      assert.equal(host.ready.release, release);
      assert.deepEqual(await world.everything(), world.standing, release);
      for (const one of COUNTERS) assert.equal(await world.add(one, 0), expected[one], `${one} on ${release}`);
    }
  } finally {
    await host.kill();
  }
});
