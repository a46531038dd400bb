// Players' actions in the game, as in modules/README.md.
import { randomUUID } from "node:crypto";
import { decoded, Player } from "./player.js";

export const OP = { act: 1, surrender: 2, place: 3, ready: 4 };
export const HEARD = { turn: 101, end: 102, act: 103, refused: 104, placed: 105, settled: 106 };
export const ACT = { guard: 0, attack: 1, tactic: 2 };
export const BATTLE = { PVP: 0, PVE: 1, AMBUSH: 2, CAMPAIGN: 3 };
export const CARAVAN = { LOADING: 0, EN_ROUTE: 1, AMBUSHED: 2, PLUNDERED: 3, ARRIVED: 4, CLOSED: 5 };
export const NODE = { LOCKED: 0, OPEN: 1, IN_BATTLE: 2, CLEARED: 3 };

export const key = () => randomUUID();

// Settings under which a story takes seconds instead of hours. Module configuration, not rules.
export const QUICK = {
  trade: { road_hour_ms: 20 },
  battle: { turn_ms: 5_000, placement_ms: 500 },
};

export async function newHero(player, heroClass = "guard", name = player.name) {
  const made = await player.rpc("rpc_create_character", { idem_key: key(), name, class: heroClass });
  return made.character_id;
}

// Waits until the caravan is in one of these states; returns it.
export async function arrived(player, caravanId, states) {
  for (;;) {
    const view = await player.rpc("rpc_get_caravan", { caravan_id: caravanId });
    if (states.includes(view.state ?? 0)) return view;
    await new Promise((done) => setImmediate(done));
  }
}

// Plays a battle to its end for one player: attacks an enemy in reach, else walks towards the nearest one.
// `thinkMs` is the pause before each action.
export async function fight(player, battleId, matchId, { thinkMs = 0 } = {}) {
  const from = player.events.length;
  await player.socket.joinMatch(matchId);
  await player.send(matchId, OP.ready);
  for (let turn = 0; turn < 400; ) {
    const view = await player.rpc("rpc_get_battle", { battle_id: battleId });
    if ((view.state ?? 0) >= 4) return view;
    if (view.active_user === player.session.user_id) {
      if (thinkMs) await new Promise((done) => setTimeout(done, thinkMs));
      await act(player, matchId, view);
      turn += 1;
    }
    const seen = view.actions ?? 0;
    await changed(player, battleId, seen, view.state ?? 0);
  }
  throw new Error(`the battle did not end; ${JSON.stringify(player.events.slice(from).slice(-3))}`);
}

// Waits for a push of the battle's progress, then reads the battle by RPC.
async function changed(player, battleId, actions, state) {
  for (;;) {
    const from = player.events.length;
    const view = await player.rpc("rpc_get_battle", { battle_id: battleId });
    if ((view.actions ?? 0) !== actions || (view.state ?? 0) !== state) return;
    await player.hears("data", () => true, { from, timeoutMs: 30_000 });
  }
}

// Two players who fight each other from now on; `fights` end with the battle.
export async function duel(host, options) {
  const players = [await (await Player.enter(host)).connect(), await (await Player.enter(host)).connect()];
  for (const player of players) player.hero = await newHero(player);
  return rematch(players, options);
}

// Another battle of the same two.
export async function rematch(players, options) {
  const [ann, bob] = players;
  const started = await ann.rpc("rpc_start_battle", {
    idem_key: key(), kind: BATTLE.PVP, character_ids: [ann.hero],
  });
  await bob.rpc("rpc_join_battle", { idem_key: key(), battle_id: started.battle_id, character_ids: [bob.hero] });
  const fights = players.map((player) => fight(player, started.battle_id, started.match_id, options));
  const turns = (count) => ann.hears("data", (data) => data.op_code === HEARD.act && ++ann.acts >= count);
  ann.acts = 0;
  return { ann, bob, players, fights, started, turns };
}

function distance(a, b) {
  return Math.abs((a.x ?? 0) - (b.x ?? 0)) + Math.abs((a.y ?? 0) - (b.y ?? 0));
}

// An attack reaches one cell. The server may refuse a move; then the fighter guards.
async function act(player, matchId, view) {
  const me = view.units.find((unit) => unit.id === view.active_unit);
  const foes = view.units.filter((unit) => (unit.side ?? 0) !== (me.side ?? 0) && (unit.hp ?? 0) > 0);
  foes.sort((a, b) => distance(me, a) - distance(me, b));
  const from = player.events.length;
  await player.send(matchId, OP.act, step(view, me, foes[0]));
  const heard = await player.hears(
    "data",
    (data) => data.op_code === HEARD.act || data.op_code === HEARD.refused || data.op_code === HEARD.end,
    { from },
  );
  if (heard.op_code === HEARD.refused) await player.send(matchId, OP.act, { act: ACT.guard });
}

function step(view, me, foe) {
  if (distance(me, foe) <= 1) return { act: ACT.attack, target: foe.id };
  const reach = 2 + Math.floor((me.spd ?? 0) / 20);
  const taken = new Set(
    view.units.filter((unit) => (unit.hp ?? 0) > 0 && unit.id !== me.id).map((u) => `${u.x ?? 0},${u.y ?? 0}`),
  );
  let best;
  for (let x = 0; x < 8; x += 1) {
    for (let y = 0; y < 5; y += 1) {
      const cell = { x, y };
      if (taken.has(`${x},${y}`) || distance(me, cell) > reach || distance(me, cell) === 0) continue;
      if (!best || distance(cell, foe) < distance(best, foe)) best = cell;
    }
  }
  if (!best || distance(best, foe) >= distance(me, foe)) return { act: ACT.guard };
  const walk = { moves: true, to_x: best.x, to_y: best.y };
  return distance(best, foe) <= 1 ? { ...walk, act: ACT.attack, target: foe.id } : { ...walk, act: ACT.guard };
}

export { changed, decoded, step };
