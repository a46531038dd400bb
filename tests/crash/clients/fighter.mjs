// Strikes in an arena, a match that ticks, and notes each tick and stroke that it is sent. Two fighters share an arena;
// the first one opens it.
import { judgeArena } from "../checks.mjs";
import { now } from "../recorder.mjs";
import { decoded } from "../../e2e/support/player.js";
import { Client, Cut } from "./client.mjs";

const OP = { strike: 1, beat: 101, struck: 102 };
const ANSWER_MS = 5_000;
const SEEN_MAX = 300;  // ticks, and strokes; the arena has the latest 400

export class Fighter extends Client {
  constructor(world, name, partner) {
    super(world, name);
    this.partner = partner;
    this.number = 0;
    this.strokes = 0;
    this.seen = { moments: [], strokes: [] };
    this.waiting = new Set();
    this.lost = { ticks: 0, strokes: 0, oldestMs: 0 };
  }

  async enter() {
    await super.enter();
    this.arena = this.partner ? this.partner.arena : await this.call("rpc_open_arena", {});
    await this.#join();
  }

  async connect() {
    await super.connect();
    this.player.socket.onmatchdata = (data) => this.#heard(data);
  }

  #join() {
    return this.world.orDeath(this.player.socket.joinMatch(this.arena.match_id));
  }

  #heard(data) {
    const at = now();
    const event = decoded(data);
    if (data.op_code === OP.beat) this.#keep(this.seen.moments, { tick: Number(event.tick), chain: event.chain, at });
    if (data.op_code !== OP.struck) return;
    const stroke = { user: event.user_id, number: Number(event.number), chain: event.chain, at };
    this.#keep(this.seen.strokes, stroke);
    for (const waiter of this.waiting) waiter(stroke);
  }

  #keep(list, one) {
    list.push(one);
    if (list.length > SEEN_MAX) list.shift();
  }

  async act() {
    const number = (this.number += 1);
    const struck = new Promise((done, fail) => {
      const timer = setTimeout(() => fail(new Error(`stroke ${number} was not answered`)), ANSWER_MS);
      const waiter = (stroke) => {
        if (stroke.user !== this.userId || stroke.number !== number) return;
        clearTimeout(timer);
        this.waiting.delete(waiter);
        done();
      };
      this.waiting.add(waiter);
      this.world.died.finally(() => (clearTimeout(timer), this.waiting.delete(waiter)));
    });
    struck.catch(() => {});
    try {
      await this.player.socket.sendMatchState(this.arena.match_id, OP.strike, JSON.stringify({ number }));
      await this.world.orDeath(struck);
      this.strokes += 1;
    } catch (error) {
      if (error instanceof Error && !(error instanceof Cut)) throw error;
      throw new Cut("a stroke");  // the socket is closed
    }
    await new Promise((done) => setTimeout(done, this.random.between(0, 12)));
  }

  async look() {
    const view = await this.read("rpc_look_at_arena", { arena_id: this.arena.arena_id });
    const found = {
      past: (view.past ?? []).map(({ tick, chain }) => ({ tick: Number(tick), chain })),
      strokes: (view.strokes ?? []).map(({ user_id: user, number, chain }) => ({ user, number: Number(number), chain })),
    };
    const verdict = judgeArena(this.seen, found, this.world.death, this.world.journalMs);
    this.lost.ticks += verdict.lostTicks;
    this.lost.strokes += verdict.lostStrokes;
    this.lost.oldestMs = Math.max(this.lost.oldestMs, verdict.oldestLost);
    this.ticks = Math.max(0, ...this.seen.moments.map((moment) => moment.tick));
    const there = new Set(found.strokes.map((stroke) => `${stroke.user} ${stroke.number}`));
    this.seen.moments = this.seen.moments.filter((moment) => moment.tick <= verdict.back);
    this.seen.strokes = this.seen.strokes.filter((stroke) => there.has(`${stroke.user} ${stroke.number}`));
    return verdict.wrong.map((text) => `${this.name} in ${this.arena.match_id}: ${text}`);
  }

  async check() {
    return [];
  }

  async resume() {
    const joins = this.isCutOff;
    await super.resume();
    if (joins && !this.world.line.keepsMatches(this.player)) await this.#join();
  }
}
