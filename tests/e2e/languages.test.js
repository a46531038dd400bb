import assert from "node:assert/strict";
import { test } from "node:test";
import { world } from "./support/host.js";
import { Player } from "./support/player.js";

// One counter in three languages, and the C one as built for the first published border.
const VERSIONS = {
  "v1.0.0": { counter: "abi_counter_1_0" },
  "v1.1.0": { counter: "rust_counter" },
  "v1.2.0": { counter: "libcxx_counter" },
  "v1.3.0": { counter: "c_counter" },
};

test("a counter goes on through C, Rust and libc++, and nothing of what it left stays mapped", async () => {
  const w = await world({ versions: VERSIONS, settings: { "swap.probation_ms": 200 } });
  try {
    const player = await (await Player.enter(w.host)).connect();
    const count = async (by) => Number((await player.socket.rpc("rpc_count", String(by))).payload);
    const later = async (by) => Number((await player.socket.rpc("rpc_count_later", String(by))).payload);
    let sum = await count(1);
    assert.equal(sum, 1);

    for (const next of ["v1.1.0", "v1.2.0", "v1.3.0", "v1.1.0", "v1.0.0"]) {
      const from = w.host.lines.length;
      const waits = later(10); // waits in the old version when the swap comes
      const swapped = w.host.ctl("swap", next);
      assert.equal(swapped.status, 0, swapped.out + swapped.err);
      assert.equal(await waits, (sum += 10));
      assert.equal(await count(1), (sum += 1));
      await assert.rejects(player.socket.rpc("rpc_count", "one"), (error) => /not_a_number/.test(error.message));
      await w.host.logged(
        (line) => line.event === "module.unmapped" && w.host.lines.indexOf(line) >= from,
        `what ${next} replaced unmapped`,
      );
    }
    assert.equal(player.disconnects, 0);
    player.leave();
  } finally {
    await w.close();
  }
});
