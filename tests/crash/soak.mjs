// Kills the host while clients play, and checks after each kill that nothing acknowledged is lost. scripts/soak explains
// the options.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { dumpDatabase, killServer, restartServer } from "../e2e/support/postgres.js";
import { Campaigner } from "./clients/campaigner.mjs";
import { Cut, Refused } from "./clients/client.mjs";
import { Duelist } from "./clients/duelist.mjs";
import { Fighter } from "./clients/fighter.mjs";
import { Giver } from "./clients/giver.mjs";
import { Scribe } from "./clients/scribe.mjs";
import { checkTown, Trader } from "./clients/trader.mjs";
import { MODES, nameOf, plan } from "./plan.mjs";
import { Random } from "./random.mjs";
import { now } from "./recorder.mjs";
import { report } from "./report.mjs";
import { World } from "./world.mjs";

const { values: given } = parseArgs({
  options: {
    kills: { type: "string", default: "25" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    database: { type: "string", default: "sqlite" },
    mode: { type: "string", default: "mixed" },
  },
});
const KILLS = Number(given.kills);
const COMES_MS = 8_000;  // a point that has not come by then: the host is killed from outside

const STUCK_MS = 120_000;

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

class Soak {
  constructor() {
    this.random = new Random(Number(given.seed));
    this.world = new World({ database: given.database, random: this.random });
    this.orders = plan(this.random.fork(), given.database, given.mode);
    this.kinds = {};
    this.missed = 0;
    this.recovery = [];
    this.checked = [];
    this.done = [];
    this.kills = 0;
  }

  async enter() {
    const { world } = this;
    this.traders = [new Trader(world, "trader1"), new Trader(world, "trader2")];
    world.givers = [1, 2, 3].map((n) => new Giver(world, `giver${n}`));
    const first = new Fighter(world, "fighter1");
    const single = [new Scribe(world, "scribe"), new Duelist(world, "duelist"), new Campaigner(world, "campaigner")];
    this.clients = [...this.traders, ...world.givers, first, new Fighter(world, "fighter2", first), ...single];
    for (const client of this.clients) await client.enter();
  }

  async #play(client, over) {
    while (!over.now && this.world.alive) {
      try {
        await client.act();
      } catch (error) {
        if (error instanceof Refused) continue;
        // The client library rejects with a text, or an event, when its socket is closed.
        if (error instanceof Error && !(error instanceof Cut)) throw error;
        if (error?.message && !(error instanceof Error)) this.world.blame(`${client.name}: refused: ${JSON.stringify(error)}`);
        await this.#cut(client);
      }
      await new Promise((done) => setImmediate(done));
    }
  }

  // Either the host is dead, which this process learns a moment later, or its database is away.
  async #cut(client) {
    await Promise.race([this.world.died, sleep(client.isOpen ? 50 : 2_000)]);
    if (!this.world.alive) return;
    if (!client.isOpen) this.world.blame(`${client.name}: a living host has closed the socket`);
    await this.#unlessDead(client.settle());
  }

  async #unlessDead(promise) {
    await promise.catch((error) => {
      if (!(error instanceof Cut) || this.world.alive) throw error;
    });
  }

  async #flip(over) {
    while (!over.now && this.world.alive) {
      await sleep(this.random.between(60, 300));
      if (!over.now && this.world.alive) this.world.flip();
    }
  }

  // Clients play until the death that is ordered.
  async live(order) {
    const over = { now: false };
    const loads = Promise.all([...this.clients.map((client) => this.#play(client, over)), this.#flip(over)]);
    loads.catch(() => {});  // it is awaited below
    await this.#die(order);
    over.now = true;
    await loads;
  }

  async #die(order) {
    const { world } = this;
    if (order.kind === "server") return this.#outage(order);
    if (order.kind === "random") {
      await sleep(order.afterMs);
      return world.kill();
    }
    await sleep(this.random.between(5, 80));
    world.arm();
    if (order.kind !== "point") world.flip();
    const comes = order.kind === "flip" ? world.stageEnds(order.stage) : world.died;
    const came = await Promise.race([comes.then(() => true), sleep(COMES_MS).then(() => false)]);
    if (!came) this.missed += 1;
    if (order.kind === "flip") await sleep(order.afterMs);
    if (world.alive) await world.kill();
  }

  async #outage(order) {
    await sleep(order.afterMs);
    const from = now();
    this.world.hadOutage = true;
    await killServer();
    this.world.outageAt = now();
    if (order.host) await this.world.kill();
    this.world.diedAt = from;  // what was stored before is kept
    await sleep(order.awayMs);
    await restartServer();
  }

  // A start that may die, and the next one, until the host lives.
  async start(order) {
    for (; order.kind === "start" && this.kills < KILLS; order = this.orders.next().value) {
      this.#count(order);
      const died = await this.world.start({ startStep: order.step, inMs: order.inMs }).then(() => false, (error) => {
        if (!/the host ended with null/.test(error.message)) throw error;
        return true;
      });
      if (!died) await this.world.kill();  // before anybody can have played
      if (!died) this.missed += 1;
      this.say(order, died ? "died while it started" : "was ready before");
    }
    await this.world.start({ point: order.point, step: order.step });
    this.recovery.push(this.world.readyMs);
    return order;
  }

  #count(order) {
    this.kills += 1;
    this.kinds[order.kind] = (this.kinds[order.kind] ?? 0) + 1;
  }

  say(order, text) {
    console.log(`kill ${String(this.kills).padStart(4)}/${KILLS} ${nameOf(order).padEnd(28)} ${text}`);
  }

  async check() {
    const { world } = this;
    const from = now();
    for (const client of [...this.clients, ...this.done]) client.readdress();
    const seen = await Promise.all(this.clients.map((client) => client.look()));
    await Promise.all(this.clients.map((client) => client.settle()));
    const all = [...this.clients, ...this.done.slice(-2), ...(this.kills >= KILLS ? this.done : [])];
    const found = await Promise.all([
      ...all.map((client) => client.check()), ...this.clients.map((client) => client.checkAnswers()),
      checkTown(this.traders), world.audit(), world.counters(),
    ]);
    world.wrong.push(...seen.flat(), ...found.flat());
    this.checked.push(now() - from);
  }

  // A promise that nobody settles must not end the process, and not keep it for ever either.
  #watch() {
    this.turned = now();
    setInterval(() => {
      if (now() - this.turned < STUCK_MS) return;
      console.log(`FAILED: nothing happens since kill ${this.kills}, seed ${given.seed}; the data is in ${this.world.releases.root}`);
      console.log(this.world.host.tail());
      process.exit(1);
    }, 1_000);
  }

  async run() {
    const { world } = this;
    const from = now();
    this.#watch();
    let order = this.orders.next().value;
    while (order.kind === "start") order = this.orders.next().value;
    await world.start({ point: order.point, step: order.step });
    await this.enter();
    while (this.kills < KILLS && world.wrong.length === 0) {
      const began = (this.turned = now());
      const answered = this.clients.reduce((sum, client) => sum + client.record.counts.answered, 0);
      await this.live(order);
      this.#count(order);
      const died = order;
      const acks = this.clients.reduce((sum, client) => sum + client.record.counts.answered, 0) - answered;
      const text = `${acks} answers in ${(now() - began).toFixed(0)} ms`;
      order = await this.#comeBack(died, text);
    }
    this.seconds = (now() - from) / 1000;
  }

  async #comeBack(died, text) {
    const { world } = this;
    let order = this.orders.next().value;
    if (world.alive) {
      world.bury();  // only the database has died; the orders of this life are its own still
      while (order.kind !== "random" && order.kind !== "server") order = this.orders.next().value;
    } else {
      world.bury();
      if ((await world.host.exited).signal !== "SIGKILL") world.blame(`the host ended by itself:\n${world.host.tail()}`);
      order = await this.start(order);
    }
    await this.check();
    this.say(died, `${text}; back on ${world.host.ready.release} in ${world.readyMs.toFixed(0)} ms${world.wrong.length ? "; WRONG" : ""}`);
    if (world.wrong.length === 0) await this.#resume();
    return order;
  }

  // Traders that are done are replaced, and still checked.
  async #resume() {
    await Promise.all(this.clients.map((client) => client.resume()));
    for (const [i, client] of this.clients.entries()) {
      if (!client.isDone) continue;
      const next = new Trader(this.world, client.name);
      await next.enter();
      this.traders.push(next);
      this.clients[i] = next;
      this.done.push(client);
    }
  }

  async close() {
    if (this.world.alive) await this.world.kill();
    if (this.world.wrong.length === 0) this.world.releases.remove();
    else if (given.database === "postgres") dumpDatabase(this.world.settings["storage.url"], join(this.world.releases.root, "database.sql"));
  }
}

if (!MODES.includes(given.mode) || !["sqlite", "postgres"].includes(given.database) || !(KILLS > 0)) {
  console.error(`unknown option; modes: ${MODES.join(", ")}; databases: sqlite, postgres`);
  process.exit(2);
}
if (given.mode === "server" && given.database !== "postgres") {
  console.error("--mode server needs --database postgres");
  process.exit(2);
}

const soak = new Soak();
let failure;
try {
  await soak.run();
} catch (error) {
  failure = error;
  soak.world.blame(`the run broke off: ${error.stack}\n${soak.world.host?.tail() ?? ""}`);
}
await soak.close();
const { wrong } = soak.world;
console.log(`${wrong.length === 0 ? "PASSED" : "FAILED"}: ${soak.kills} kills, ${given.database}, mode ${given.mode}, seed ${given.seed}`);
console.log(report({ ...soak, clients: [...soak.clients, ...soak.done], seconds: soak.seconds ?? 0 }));
if (wrong.length > 0) {
  console.log(`wrong after kill ${soak.kills} of seed ${given.seed}; the data is in ${soak.world.releases.root}:`);
  for (const text of wrong.slice(0, 20)) console.log(`  - ${text}`);
}
process.exit(wrong.length === 0 ? 0 : 1);
