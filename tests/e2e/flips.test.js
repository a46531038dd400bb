// Swaps requested at awkward moments, and links to wrong targets, while a player counts.
import assert from "node:assert/strict";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { BUILD, faulty, world } from "./support/host.js";
import { Player } from "./support/player.js";

const A = { counter: faulty("counter_v1") };
const B = { counter: faulty("counter_v2") };
const SLOW = { counter: faulty("misbehaves") };

let w;
let player;
let sum;
beforeEach(() => begin());
afterEach(() => w.close());

async function begin(env = {}) {
  w = await world({ versions: { a: A, b: B, slow: SLOW }, use: "a", settings: { "swap.probation_ms": 20 }, env });
  player = await (await Player.enter(w.host)).connect();
  sum = 0;
  await counts();
}

// Checks that the player is still connected and that its counter is right.
async function counts() {
  const { value } = await player.rpc("rpc_add", { id: "slow to rehearse", by: 1 });
  assert.equal(Number(value), (sum += 1));
  assert.equal(player.disconnects, 0);
}

const status = () => JSON.parse(w.host.ctl("modules", "--json").out);
const event = (name, to) => w.host.logged((line) => line.event === `swap.${name}` && line.to === to, `${name} ${to}`);

// The next swap has passed its checks and begins its rehearsal. Lines of earlier swaps do not count.
// Waits until a rehearsal begins. Lines of an earlier swap may still be on their way here, so name the release if
// the earlier one had another.
const rehearsing = (release) => {
  const from = w.host.lines.length;
  const isNext = (line) => line.event === "swap.stage_ended" && line.stage === "contract" &&
    (release === undefined || line.to === release) && w.host.lines.indexOf(line) >= from;
  return w.host.logged(isNext, "contract");
};

test("of many flips within a moment the last one counts", async () => {
  for (let i = 0; i < 40; i += 1) w.releases.use(i % 2 === 0 ? "b" : "a");
  w.releases.use("b");
  await event("settled", "b");
  await counts();
  const { release, modules, queued } = status();
  assert.deepEqual([release, modules[0].version, queued], ["b", "1.1.0", []]);
});

test("a link to nowhere is refused, and the next flip is obeyed", async () => {
  w.releases.use("nowhere");
  const refused = await event("refused", "current");
  assert.match(refused.reason, /manifest\.json|no such|not/i);
  await counts();
  w.releases.use("b");
  await event("settled", "b");
  await counts();
});

test("a release that is still being copied is refused, and taken when it is whole", async () => {
  const half = join(w.releases.folder, "half");
  cpSync(join(w.releases.folder, "b"), half, { recursive: true });
  spawnSync("chmod", ["u+w", half, join(half, "counter.so")]);
  spawnSync("truncate", ["-s", "5000", join(half, "counter.so")]);
  w.releases.use("half");
  assert.match((await event("refused", "b")).reason, /is writable/);
  await counts();
  spawnSync("chmod", ["-R", "a-w", half]);
  const torn = await w.host.swap("half");
  assert.match(JSON.stringify(torn), /release\.sha256|elf/);
  await counts();
  spawnSync("chmod", ["u+w", join(half, "counter.so")]);
  cpSync(join(w.releases.folder, "b", "counter.so"), join(half, "counter.so"));
  spawnSync("chmod", ["-R", "a-w", half]);
  assert.equal((await w.host.swap("half")).status, 200);
  await counts();
});

test("another name for what runs changes nothing but the name", async () => {
  w.releases.publish("a-again", A);
  const { modules } = status();
  assert.equal((await w.host.swap("a-again")).outcome, "unchanged");
  assert.deepEqual([status().release, status().modules[0].generation], ["a-again", modules[0].generation]);
  await counts();
});

test("a release deleted while it is rehearsed is swapped in all the same", async () => {
  const swapped = w.host.swap("slow");
  await rehearsing();
  spawnSync("chmod", ["-R", "u+w", join(w.releases.folder, "slow")]);
  rmSync(join(w.releases.folder, "slow"), { recursive: true });
  assert.equal((await swapped).status, 200);
  await event("settled", "slow");
  await counts();
  assert.equal((await w.host.swap("a")).status, 200);
  await counts();
});

test("swaps asked for during a swap wait their turn, and each is answered", async () => {
  w.releases.publish("still", B, (folder) => {
    const file = join(folder, "manifest.json");
    const manifest = JSON.parse(readFileSync(file, "utf8"));
    const allow_breaking = ["kind:counter.tick_hz", "tick:counter"];  // which `slow` has
    writeFileSync(file, JSON.stringify({ ...manifest, allow_breaking }));
  });
  const still = () => rehearsing().then(() => w.host.swap("still"));
  const answers = [w.host.swap("slow"), still(), still()];
  await rehearsing();
  await counts();
  for (const answer of await Promise.all(answers)) assert.equal(answer.status, 200, JSON.stringify(answer));
  assert.equal(status().release, "still");
  await counts();
});

test("a release whose entities would stop ticking is refused by name", async () => {
  assert.equal((await w.host.swap("slow")).status, 200);
  await event("settled", "slow");
  const refused = await w.host.swap("b");
  assert.match(refused.error, /kind:counter\.tick_hz: it ticks 0 times a second instead of 20/);
  assert.match(refused.error, /tick:counter: the handler is gone/);
  assert.equal(status().release, "slow");
  await counts();
});

test("a swap under way when the host is stopped is refused, and the host ends in order", async () => {
  const swapped = w.host.swap("slow");
  await rehearsing("slow");
  player.socket.ondisconnect = () => {};
  const [answer, exit] = await Promise.all([swapped, w.host.stop()]);
  assert.match(answer.error, /the host is stopping/);
  assert.deepEqual(exit, { code: 0, signal: null });
});

// Preloads a library; a sanitizer's library would have to come first.
test("with a disk that takes nothing a swap is refused, and made when the disk is well again", {
  skip: process.env.SERAI_SANITIZE ? "a library is preloaded" : false,
}, async () => {
  player.leave();
  await w.close();
  const eio = join(process.env.TMPDIR ?? "/tmp", `serai-eio-${process.pid}-${process.hrtime.bigint()}`);
  await begin({ LD_PRELOAD: join(BUILD, "swap/steps.so"), STEPS_EIO: eio });
  writeFileSync(eio, "");
  const refused = await w.host.swap("b");
  assert.match(refused.error, /storage cannot note the attempt/);
  assert.equal(status().release, "a");
  rmSync(eio);
  await counts();
  assert.equal((await w.host.swap("b")).status, 200);
  await counts();
});
