// The checks themselves, on made-up logs: what is allowed passes, and each kind of loss is found.
import assert from "node:assert/strict";
import { test } from "node:test";
import { judgeAnswer, judgeArena, judgeBattle, judgeLog, judgeObject, judgeSums, mustBeKept } from "./checks.mjs";

const JOURNAL_MS = 10;
// A host that commits every 4 ms, and dies at 1000.
const DEATH = { at: 1000, ends: Array.from({ length: 200 }, (_, i) => 200 + 4 * i), gaps: [] };

const moment = (tick, at, chain = `c${tick}`) => ({ tick, chain, at });
const stroke = (number, at, chain = `s${number}`) => ({ user: "ann", number, chain, at });
// Ticks 1 to 18, every 50 ms from 100; stroke 1 at 930, stroke 2 at 998.
const SEEN = {
  moments: Array.from({ length: 18 }, (_, i) => moment(i + 1, 100 + 50 * i)),
  strokes: [stroke(1, 930), stroke(2, 998)],
};
const past = (last) => SEEN.moments.slice(0, last).map(({ tick, chain }) => ({ tick, chain }));
const arena = (found, death = DEATH) => judgeArena(SEEN, { past: past(18), strokes: SEEN.strokes, ...found }, death, JOURNAL_MS);
const wrongOf = (verdict) => verdict.wrong.join("\n");

test("an input must be kept when its row was on disk in time", () => {
  assert.equal(mustBeKept(960, DEATH, JOURNAL_MS), true);
  assert.equal(mustBeKept(985, DEATH, JOURNAL_MS), false);
  const slow = { ...DEATH, ends: [900, 940, 980] };  // the row of 960 is not on disk before the second commit after 970
  assert.equal(mustBeKept(960, slow, JOURNAL_MS), false);
});

test("the time in which the host did not run does not count", () => {
  const gap = { at: 990, length: 25 };
  assert.equal(mustBeKept(960, { ...DEATH, gaps: [gap] }, JOURNAL_MS), false);
  assert.equal(mustBeKept(960, { ...DEATH, gaps: [{ at: 900, length: 25 }] }, JOURNAL_MS), true);
});

test("without a commit an old input must be there all the same", () => {
  const idle = { at: 5000, ends: [], gaps: [] };
  assert.equal(mustBeKept(3900, idle, JOURNAL_MS), true);
  assert.equal(mustBeKept(4900, idle, JOURNAL_MS), false);
});

test("inputs of an outage must be kept once the host could store them", () => {
  const back = { ...DEATH, backAt: 600 };
  assert.equal(mustBeKept(500, back, JOURNAL_MS), true);
  assert.equal(mustBeKept(500, { ...DEATH, backAt: 890 }, JOURNAL_MS), false);
  assert.equal(mustBeKept(500, { ...DEATH, backAt: Infinity }, JOURNAL_MS), false);
});

test("an arena that has everything, or lost only its last moment, is right", () => {
  assert.deepEqual(arena({}), { wrong: [], back: 18, lostTicks: 0, lostStrokes: 0, oldestLost: 0 });
  const lost = arena({ strokes: [SEEN.strokes[0]] });
  assert.deepEqual([lost.wrong, lost.lostStrokes, lost.oldestLost], [[], 1, 2]);
});

test("an arena that went on by itself before it was looked at is right", () => {
  assert.deepEqual(arena({ past: [...past(18), { tick: 19, chain: "new" }] }).wrong, []);
});

test("an arena that came back too early is found", () => {
  assert.match(wrongOf(arena({ past: past(16) })), /tick 17 is lost, 100.0 ms old/);
});

test("an arena that came back with another past is found", () => {
  const other = past(18).map((one) => (one.tick === 9 ? { ...one, chain: "x" } : one));
  assert.match(wrongOf(arena({ past: other })), /tick 9 came back with chain x, players saw c9/);
});

test("strokes that are lost, done twice, or in another order are found", () => {
  assert.match(wrongOf(arena({ strokes: [SEEN.strokes[1]] })), /stroke ann 1 is lost, 70.0 ms old/);
  assert.match(wrongOf(arena({ strokes: [...SEEN.strokes, SEEN.strokes[0]] })), /stroke ann 1 was handled twice/);
  assert.match(wrongOf(arena({ strokes: [stroke(1, 0, "y"), SEEN.strokes[1]] })), /stroke ann 1 came back with chain y/);
});

const state = (actions, at, more = {}) => ({ actions, hash: `h${actions}`, rules: 1, durable: false, at, ...more });
const BATTLE = [state(2, 700), state(4, 800, { durable: true }), state(6, 997)];
const battle = (found, pending = false, death = DEATH) =>
  judgeBattle(BATTLE, pending, { rules: 1, hash: `h${found.actions}`, ...found }, death, JOURNAL_MS);

test("a battle is back at a state that was seen, as late as it must be", () => {
  assert.deepEqual(battle({ actions: 6 }), { wrong: [], lost: 0 });
  assert.deepEqual(battle({ actions: 4 }), { wrong: [], lost: 1 });
  assert.match(wrongOf(battle({ actions: 2 })), /back at action 2, 4 was stored and answered/);
  const early = judgeBattle([state(2, 700), state(4, 800)], false, { actions: 2, hash: "h2", rules: 1 }, DEATH, JOURNAL_MS);
  assert.match(wrongOf(early), /back at action 2, 4 was seen 200.0 ms before/);
});

test("a battle with another outcome is found, except for moves made again after an outage", () => {
  assert.match(wrongOf(battle({ actions: 4, hash: "z" })), /after 4 actions the battle has hash z, the player saw h4/);
  assert.match(wrongOf(battle({ actions: 6, hash: "z" })), /after 6 actions/);
  assert.deepEqual(battle({ actions: 6, hash: "z" }, false, { ...DEATH, outage: true }).wrong, []);
});

test("a battle in which nobody moved is at no state that nobody saw", () => {
  assert.match(wrongOf(battle({ actions: 8 })), /at action 8; the player's last one is 6, and no move is under way/);
  assert.match(wrongOf(battle({ actions: 5 })), /at action 5/);
  assert.deepEqual(battle({ actions: 8 }, true).wrong, []);
  assert.deepEqual(battle({ actions: 7, rules: 2 }).wrong, [], "a swap back changes the rules, which is an action");
});

test("a repeated key with other bytes is found", () => {
  const call = { rpc: "rpc_give", input: { idem_key: "k" }, bytes: '{"gifts":"1"}' };
  assert.deepEqual(judgeAnswer(call, '{"gifts":"1"}'), []);
  assert.match(judgeAnswer(call, '{"gifts":"2"}').join(), /rpc_give k: first answered \{"gifts":"1"\}, then \{"gifts":"2"\}/);
});

test("an object is the acknowledged one, or that of a write whose outcome is not known", () => {
  const known = { n: 4, version: "v4" };
  assert.deepEqual(judgeObject("a", known, undefined, known), []);
  assert.deepEqual(judgeObject("a", known, 5, { n: 5, version: "v5" }), []);
  assert.deepEqual(judgeObject("a", { n: 0, version: "*" }, undefined, undefined), []);
  assert.match(judgeObject("a", known, undefined, undefined).join(), /write 4 is lost/);
  assert.match(judgeObject("a", known, 5, { n: 3, version: "v3" }).join(), /holds write 3; acknowledged 4, unknown 5/);
  assert.match(judgeObject("a", known, undefined, { n: 4, version: "w" }).join(), /has version w, acknowledged was v4/);
});

test("a sum that differs is found, with its name", () => {
  assert.deepEqual(judgeSums("giver", { gold: [5, 5] }), []);
  assert.deepEqual(judgeSums("giver", { gold: [5, 6], gifts: [1, 1] }), ["giver: gold is 6, acknowledged were 5"]);
});

test("lines of the log that mean a loss are found", () => {
  const lines = [{ event: "host.ready", level: "info" }, { event: "journal.stopped", level: "warn" }, { event: "x", level: "fatal" }];
  assert.equal(judgeLog(lines, false).length, 2);
  const unread = [{ event: "swap.records_unreadable", level: "error" }];
  assert.deepEqual([judgeLog(unread, false).length, judgeLog(unread, true).length], [1, 0]);
});
