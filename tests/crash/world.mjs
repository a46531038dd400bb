// The host under test: its database, its releases that flip all the time, its deaths and its restarts.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BUILD, Host, Releases, V1, V2 } from "../e2e/support/host.js";
import { makeDatabase } from "../e2e/support/postgres.js";
import { Cut } from "./clients/client.mjs";
import { judgeLog } from "./checks.mjs";
import { reconnecting } from "./line.mjs";
import { now, Recorder } from "./recorder.mjs";

const OLD = "v1.0.0";
const NEW = "v1.1.0";
const MODULES = {
  trade: { hour_ms: 10_000_000_000 },  // towns make nothing, so that what is there can be counted
  battle: { turn_ms: 600_000, placement_ms: 500 },  // only players move
  character: { battles_per_hour: 1_000_000 },
};
const SETTINGS = {
  "session.token_expiry_sec": 86_400,
  "session.refresh_token_expiry_sec": 864_000,
  "swap.probation_ms": 60,
  "runtime.journal_ms": 10,
  // Few players play much.
  "limits.player_busy_ms_per_sec": 4_000,
  "limits.player_entities_per_min": 60_000,
  "limits.player_answer_bytes_per_hour": 1_073_741_824,
};

// A battle of the new release goes on under the old rules when it goes back, and says so.
function mayGoBack(folder) {
  const file = join(folder, "manifest.json");
  const manifest = JSON.parse(readFileSync(file, "utf8"));
  writeFileSync(file, JSON.stringify({ ...manifest, allow_breaking: ["roundtrip:battle"] }));
}

export class World {
  constructor({ database, random, line = reconnecting }) {
    this.random = random;
    this.line = line;
    this.journalMs = SETTINGS["runtime.journal_ms"];
    this.settings = { ...SETTINGS };
    this.wrong = [];
    this.swaps = {};
    this.alive = false;
    this.lives = 0;
    this.releases = new Releases()
      .publish(OLD, { ...V1, trial: join(BUILD, "modules/trial_v1/trial.so") }, mayGoBack)
      .publish(NEW, { ...V2, trial: join(BUILD, "modules/trial_v2/trial.so") });
    this.releases.use(OLD);
    if (database === "postgres") this.settings["storage.url"] = makeDatabase();
  }

  // Something is wrong that only the place that saw it can tell.
  blame(text) {
    this.wrong.push(text);
  }

  // Starts the host. `orders`: {die: "synced 3"} a point of a commit, {step: "dlopen 2"} a step of a swap or a start,
  // {inMs} a time after the beginning of the start. Throws when the host died before it was ready.
  async start(orders = {}) {
    this.lives += 1;
    const base = join(this.releases.root, `life${this.lives}`);
    this.recorder = new Recorder(`${base}.points`);
    this.steps = `${base}.steps`;
    this.armed = `${base}.armed`;
    if (orders.startStep) this.arm();
    if (orders.inMs !== undefined) this.recorder.dieAt(now() + orders.inMs);
    const env = {
      LD_PRELOAD: `${join(BUILD, "swap/steps.so")} ${join(BUILD, "swap/points.so")}`,
      POINTS_FILE: this.recorder.path, POINTS_DIE: orders.point ?? "",
      STEPS_ARM: this.armed, STEPS_LOG: this.steps, STEPS_DIE: orders.step ?? orders.startStep ?? "",
    };
    const from = now();
    this.host = await Host.start(this.releases, { modules: MODULES, settings: this.settings, env });
    this.readyMs = now() - from;
    this.alive = true;
    this.hadOutage = false;
    this.outageAt = undefined;
    this.died = this.host.exited.then(() => {
      this.alive = false;
      this.diedAt ??= now();
    });
    this.host.watchers.add((line) => this.#see(line));
    this.host.lines.forEach((line) => this.#see(line));
  }

  // The end of this stage, of a swap that goes on or comes.
  stageEnds(stage) {
    return new Promise((done) => {
      this.host.watchers.add((line) => {
        if (line.event === "swap.stage_ended" && line.stage === stage) done();
      });
    });
  }

  // Points and steps count from now on.
  arm() {
    this.recorder.arm();
    writeFileSync(this.armed, "");
  }

  #see(line) {
    if (!/^swap\.(settled|rolled_back|refused)$/.test(line.event)) return;
    const name = line.event.slice(5) + (line.reason ? `: ${line.reason.slice(0, 150)}` : "");
    this.swaps[name] = (this.swaps[name] ?? 0) + 1;
  }

  // The value of the promise, or Cut when the host dies first. What has arrived before is read first.
  async orDeath(promise) {
    promise.catch?.(() => {});
    const death = this.died.then(() => new Promise((done) => setTimeout(done, 30)));
    return Promise.race([promise, death.then(() => { throw new Cut("the host died"); })]);
  }

  async kill() {
    this.host.process.kill("SIGKILL");
    this.diedAt = now();
    await this.host.exited;
  }

  // After the host's end: what it could have kept, and what its log has.
  bury() {
    const read = this.recorder.read(this.diedAt);
    const backAt = this.outageAt && (read.ends.find((end) => end > this.outageAt) ?? Infinity);
    this.death = { ...read, backAt, outage: this.hadOutage };
    this.diedAt = undefined;
    this.wrong.push(...judgeLog(this.host.lines, this.hadOutage));
    return this.death;
  }

  flip() {
    this.current = this.current === NEW ? OLD : NEW;
    this.releases.use(this.current);
  }

  // The names of the steps that were counted in the life of the host.
  stepsSeen() {
    if (!existsSync(this.steps)) return [];
    return readFileSync(this.steps, "utf8").trim().split("\n").filter(Boolean).map((line) => line.split(" ")[0]);
  }

  async audit() {
    const done = await this.host.ctlAsync("ledger", "audit");
    if (!this.alive) throw new Cut("an audit");
    if (done.status === 0) return [];
    return [`the ledger's audit: ${done.err} ${done.out}`];
  }

  // Counters of the host that must be zero. Without a database the journal cannot be written.
  async counters() {
    if (this.hadOutage) return [];
    const { text } = await this.host.get("/metrics");
    const value = (name) => Number(new RegExp(`^${name} (\\S+)`, "m").exec(text)?.[1] ?? 0);
    const lost = value("serai_journal_lost_total");
    return lost === 0 ? [] : [`${lost} inputs of the journal are lost`];
  }
}
