// kill -9 during a rollback: between its steps, and between the steps of the start after a crash on probation.
// Everything that the new version has stored and acknowledged is there under the old one.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { COUNTERS, dieBeforeEach, KillWorld, LONG } from "./support/kill.js";

let world;
before(async () => {
  world = await KillWorld.make();
});
after(() => world.remove());

// Brings the host to probation, with sums that only the new version has stored.
async function onProbation(host, sums) {
  const swapped = await host.swap("v1.1.0");
  assert.equal(swapped.status, 200, JSON.stringify(swapped));
  for (const id of [...COUNTERS.slice(2, 6), "new under v1.1.0"]) sums[id] = await world.add(id, 7);
}

test("a host killed before any step of a rollback comes back whole", { timeout: 300_000 }, async (t) => {
  const back = {
    options: LONG,
    before: onProbation,
    go: (host) => host.admin("/v1/rollback").then(
      (answer) => assert.equal(answer.status, 200, JSON.stringify(answer)),
      () => host.exited,
    ),
  };
  const deaths = await dieBeforeEach((step) => world.dieBefore(step, back), (where) => t.diagnostic(where), 1);
  assert.ok(deaths > 10, `${deaths} deaths`);
});

test("a host killed before any step of the start after a crash comes back whole", { timeout: 300_000 }, async (t) => {
  const left = { from: world.copy(), release: "v1.1.0", sums: { ...world.sums } };
  const host = await world.start(LONG, left.from);
  await onProbation(host, left.sums);
  await host.kill();
  const deaths = await dieBeforeEach((step) => world.dieStarting(step, left), (where) => t.diagnostic(where), 1);
  assert.ok(deaths > 10, `${deaths} deaths`);
});
