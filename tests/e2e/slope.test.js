// The soak's leak detection: what it counts as a leak, and what not.
import assert from "node:assert/strict";
import { test } from "node:test";
import { LEAK_KB_MAX, slope } from "./support/slope.js";

const SWAPS = 1_000;
const LEAK_KB = 7.5; // a swap; over 800 swaps this is what a bound of 6 MB on the whole once let pass

// The memory of a host that does not leak: it grows during warm-up, then varies by some hundred KB, and now and then
// an allocator takes another MB for good.
function healthy(seed) {
  let state = seed;
  const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647; // Park and Miller
  let kb = 40_000;
  return Array.from({ length: SWAPS }, (_, swap) => {
    kb += 200 * Math.exp(-swap / 40);
    if (swap === 650) kb += 1_024;
    return Math.round((kb + 300 * random()) / 4) * 4; // whole pages
  });
}

test("memory that comes and goes, or takes one step, is no leak", () => {
  for (let seed = 1; seed <= 20; seed += 1) assert.ok(slope(healthy(seed)) < LEAK_KB_MAX, `seed ${seed}`);
});

test("7.5 KB lost in every swap are a leak, whatever else the memory does", () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const leaking = healthy(seed).map((kb, swap) => kb + LEAK_KB * swap);
    const kb = slope(leaking);
    assert.ok(kb > LEAK_KB_MAX, `seed ${seed}: ${kb}`);
    assert.ok(Math.abs(kb - LEAK_KB) < LEAK_KB_MAX, `seed ${seed}: ${kb}`);
  }
});

test("only the second half counts", () => {
  assert.equal(slope([0, 100, 200, 300, 400, 400, 400, 400]), 0);
  assert.equal(slope([0, 0, 0, 0, 2, 4, 6, 8]), 2);
});
