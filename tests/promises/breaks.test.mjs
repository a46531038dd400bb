// Every break must fit the present source. Without this test a mismatch would show only in tests/promises/run, which
// takes half an hour.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { breaks } from "./breaks.mjs";
import { place } from "./edit.mjs";

const CHECKOUT = fileURLToPath(new URL("../..", import.meta.url));

for (const { promise, broken, edits } of breaks) {
  test(`${promise}: ${broken}`, () => {
    for (const edit of edits) assert.ok(place(CHECKOUT, edit).at > 0);
  });
}
