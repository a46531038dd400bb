// Every auction ends, exactly once, whatever happens to the host meanwhile: swaps to a release in which no timer
// succeeds, rollbacks (by the host, by hand), kill -9 at any moment.
//
//   node soak_timers.js [--minutes 2] [--auctions 1000] [--summary FILE] [--seed N]
//
// Every auction's timer fails at first; each kind of trouble makes it fail more often. Trouble lasts for `minutes`; then
// the test waits for the last auctions, as long as their back-off takes. Exit code 0: each auction has paid once,
// escrows are empty, and all gold together is what the mint has paid.
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { BAD, GOOD, gold, open, payouts, timers } from "./support/auctions.js";
import { Host, Releases } from "./support/host.js";
import { Player } from "./support/player.js";

const { values: given } = parseArgs({
  options: {
    minutes: { type: "string", default: "2" },
    auctions: { type: "string", default: "1000" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    summary: { type: "string" },
  },
});
const TROUBLE_MS = Number(given.minutes) * 60_000;
const AUCTIONS = Number(given.auctions);
const SELLERS = 50;
const WORKERS = 4;
const SETTINGS = { "swap.probation_ms": 3_000 };

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
let seed = Number(given.seed);
function random(low, high) {  // Park and Miller
  seed = (seed * 48_271) % 2_147_483_647 || 1;
  return low + (seed % (high - low + 1));
}

const counts = { swaps: 0, "taken back by itself": 0, rollbacks: 0, kills: 0, settled: 0, failures: 0, "most tries": 0 };
const began = Date.now();
const say = (text) => console.log(`${((Date.now() - began) / 1000).toFixed(0)} s: ${text}`);

class Soak {
  constructor() {
    this.releases = new Releases().publish("v1.0.0", GOOD).publish("v1.1.0", BAD);
    this.releases.use("v1.0.0");
    this.opened = 0;
    this.auctions = Array.from({ length: AUCTIONS }, (_, i) => ({
      auction_id: `auction ${i}`,
      seller: `player:seller ${i % SELLERS}`,
      gold: random(1, 100),
      ends_in_ms: random(500, Math.min(60_000, TROUBLE_MS / 4)),
      fails_for_ms: random(300, 6_000),
    }));
  }

  async start() {
    this.host = await Host.start(this.releases, { settings: SETTINGS });
    this.host.watchers.add((line) => this.#see(line));
    this.player = await Player.enter(this.host);
    if (this.host.ready.release !== "v1.0.0") await this.#serveTheGood();
  }

  #see(line) {
    if (line.event === "timer.failed") {
      counts.failures += 1;
      counts["most tries"] = Math.max(counts["most tries"], line.try);
    }
    if (line.event === "swap.settled") counts.settled += 1;
  }

  // Returns the host's answer. If the host is killed meanwhile, the request is sent again when it is back.
  async ask(what) {
    for (;;) {
      try {
        return await what(this.player);
      } catch (error) {
        if (error instanceof Response && ![409, 429, 500, 503, 504].includes(error.status)) {
          throw new Error(`${error.status}: ${await error.text()}`);
        }
        await sleep(200);
      }
    }
  }

  async openAll() {
    const each = (TROUBLE_MS * 2) / 3 / AUCTIONS;
    const from = Date.now();
    for (const [i, auction] of this.auctions.entries()) {
      if (i % WORKERS === 0) await sleep(from + i * each - Date.now());
      await this.ask((player) => open(player, auction));
      this.opened += 1;
    }
  }

  async #kill() {
    counts.kills += 1;
    await this.host.kill();
    await this.start();
  }

  async #serveTheGood() {
    const swapped = await this.host.swap("v1.0.0");
    if (swapped.status !== 200) throw new Error(`the good release is refused: ${JSON.stringify(swapped)}`);
    counts.swaps += 1;
  }

  async #serveTheBad() {
    const from = this.host.lines.length;
    const swapped = await this.host.swap("v1.1.0");
    if (swapped.status !== 200) throw new Error(`the bad release is refused: ${JSON.stringify(swapped)}`);
    counts.swaps += 1;
    return (events) => this.host.logged(
      (line) => events.includes(line.event) && this.host.lines.indexOf(line, from) >= from, events.join(" or "));
  }

  // Waits until the swap is rolled back, or has settled because few timers were due.
  async #waitForProbation() {
    const ended = await this.#serveTheBad();
    if ((await ended(["swap.rolled_back", "swap.settled"])).event === "swap.settled") return this.#serveTheGood();
    counts["taken back by itself"] += 1;
  }

  async #rollBack() {
    const ended = await this.#serveTheBad();
    await sleep(random(0, 1_500));
    const back = await this.host.admin("/v1/rollback");  // refused when the host has rolled back by itself
    counts.rollbacks += back.status === 200 ? 1 : 0;
    if (back.status !== 200) await ended(["swap.rolled_back"]);
  }

  async #killOnProbation() {
    await this.#serveTheBad();
    await sleep(random(0, 2_000));
    await this.#kill();
  }

  async #killInSwap() {
    const swapping = this.host.swap("v1.1.0").catch(() => {});
    await sleep(random(0, 400));
    await this.#kill();
    await swapping;
  }

  async trouble() {
    const kinds = [
      () => this.#killOnProbation(), () => this.#killInSwap(), () => this.#waitForProbation(), () => this.#rollBack(),
      () => this.#kill(),
    ];
    for (let at = 0; Date.now() - began < TROUBLE_MS; at += 1) {
      await sleep(random(1_000, 6_000));
      await kinds[at % kinds.length]();
      if (at % 10 === 9) say(`${this.opened} opened, ${JSON.stringify(counts)}`);
    }
  }

  // Checks that each open auction still has a timer, with the time of its next try.
  async rest() {
    let told = 0;
    for (let seenNone = 0; seenNone < 2; ) {  // a host that has just started reads its entities first
      const waiting = await timers(this.host);
      seenNone = waiting.count === 0 ? seenNone + 1 : 0;
      if (waiting.count !== 0 && Date.now() - told > 30_000) {
        say(`${waiting.count} wait; tries and due in ms of the first: ${waiting.timers[0].tries}, ${waiting.timers[0].due_in_ms}`);
        told = Date.now();
      }
      await sleep(1_000);
    }
  }

  async #judgeSome(rest, wrong) {
    for (let auction = rest.pop(); auction !== undefined; auction = rest.pop()) {
      const { auction_id: id } = auction;
      const paid = await this.ask((player) => payouts(player, id));
      const held = await this.ask((player) => gold(player, `escrow:${id}`));
      if (paid !== 1 || held !== 0) wrong.push(`${id}: ${paid} payouts, ${held} of ${auction.gold} gold in escrow`);
    }
  }

  async judge() {
    const wrong = [];
    const rest = [...this.auctions];
    await Promise.all(Array.from({ length: WORKERS }, () => this.#judgeSome(rest, wrong)));
    let paid = 0;
    for (let i = 0; i < SELLERS; i += 1) paid += await this.ask((player) => gold(player, `player:seller ${i}`));
    const minted = -(await this.ask((player) => gold(player, "mint")));
    const due = this.auctions.reduce((sum, auction) => sum + auction.gold + 1, 0);
    if (paid !== due || minted !== due) wrong.push(`${due} gold is due, ${paid} was paid, ${minted} minted`);
    if (counts.failures < AUCTIONS) wrong.push(`only ${counts.failures} tries failed: that shows nothing`);
    return wrong;
  }

  async close() {
    await this.host.stop();
    this.releases.remove();
  }
}

const soak = new Soak();
await soak.start();
let wrong;
try {
  await Promise.all([soak.openAll(), soak.trouble()]);
  say(`trouble is over: ${JSON.stringify(counts)}`);
  await soak.rest();
  wrong = await soak.judge();
} finally {
  await soak.close();
}
const verdict = wrong.length === 0 ? "PASSED" : `FAILED: ${wrong.length} wrong`;
const summary = [
  `${verdict}: ${AUCTIONS} auctions, ${given.minutes} minutes of trouble, ${((Date.now() - began) / 60_000).toFixed(1)} in all, seed ${given.seed}`,
  JSON.stringify(counts), ...wrong.slice(0, 20),
].join("\n");
console.log(summary);
if (given.summary) writeFileSync(given.summary, `${summary}\n`);
process.exit(wrong.length === 0 ? 0 : 1);
